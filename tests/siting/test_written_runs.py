"""Runs of siting models: what verify finds in them, and their pages in both languages."""

import json
from pathlib import Path
from shutil import copytree

import pytest

from siting_line import Line


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Amblay and Corps, 400 EUR, which bring 160 of 250 people within 10 minutes: solved once."""
    with pytest.MonkeyPatch.context() as patch:
        line = Line(tmp_path_factory.mktemp("solved") / "project")
        patch.chdir(line.folder)
        summary = line.solve(line.ask("max-coverage", budget_eur=400, changes={"cutoff_minutes": 10.0}))
    assert summary["objective"] == 160
    return line.folder


@pytest.fixture
def run(project: Path, line: Line) -> Line:
    """The same in the line's own folder, in which one stands."""
    copytree(project, line.folder, dirs_exist_ok=True)
    return line


def change(file: str, old: str, new: str) -> None:
    """Change a file of the run, and forget what it was: as if the run had been written so."""
    path = Path("run") / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    Path("run/run.json").write_text(
        json.dumps(
            {
                key: value
                for key, value in json.loads(Path("run/run.json").read_text(encoding="utf-8")).items()
                if key != "files"
            }
        ),
        encoding="utf-8",
    )


# File, what stands there, what is put in its place, and where verify finds it.
TAMPERED = [
    ("sites.csv", "sc,c,Corps", "sb,b,Brion", "site"),
    ("sites.csv", ",300.0,300.0,", ",300.0,200.0,", "cost_eur"),
    ("sites.csv", "sc,c,", "zz,c,", "'zz' is not in the question"),
    ("allocation.csv", "a,a,sa,all,new,100.0,0.0", "a,a,sa,all,new,90.0,0.0", "those who go to a site"),
    ("allocation.csv", "c,c,sc,all,new,40.0,0.0\n", "", "c"),
    ("allocation.csv", "100.0,0.0", "100.0,1.0", "minutes"),
    ("coverage.csv", "e,all,90.0,90.0,90.0,90.0", "e,all,90.0,90.0,90.0,0.0", "uncovered_after"),
    ("zones.csv", "250.0", "251.0", "inhabitants"),
    ("summary.json", '"objective": 160.0', '"objective": 170.0', "objective"),
    ("summary.json", '"bound": 160.0', '"bound": 150.0', "bound"),
    ("summary.json", '"cost_eur": 400.0', '"cost_eur": 300.0', "cost_eur"),
    ("summary.json", '"status": "optimal"', '"status": "feasible"', "status"),
    ("summary.json", '"sites_opened": 2', '"sites_opened": 1', "sites_opened"),
    ("run.json", '"scenario": "asked"', '"scenario": "other"', "scenario"),
]


@pytest.mark.parametrize(("file", "old", "new", "place"), TAMPERED)
def test_a_changed_cell_is_found(run: Line, file: str, old: str, new: str, place: str) -> None:
    assert run.run("verify", "run").exit_code == 0
    change(file, old, new)
    found = run.run("verify", "run")
    assert found.exit_code == 4, found.output
    assert place in found.stderr


@pytest.mark.parametrize("file", ["report.html", "map.png", "plan.gpkg", "sites.geojson", "run.log"])
def test_a_changed_file_is_found_by_its_fingerprint(run: Line, file: str) -> None:
    with (Path("run") / file).open("ab") as written:
        written.write(b" ")
    found = run.run("verify", "run")
    assert (found.exit_code, file in found.stderr) == (4, True)


def test_a_plan_beyond_its_budget_is_found(run: Line) -> None:
    change("scenario.resolved.yaml", "budget_eur: 400", "budget_eur: 390")
    found = run.run("verify", "run")
    assert found.exit_code == 4
    assert "400" in found.stderr


def test_the_same_run_is_the_same_bytes(run: Line) -> None:
    run.run("solve", "scenarios/asked.yaml", "--out", "again")
    measured = {"run.json", "summary.json", "run.log", "report.html"}  # seconds
    names = {path.name for path in Path("run").iterdir()} - measured
    assert {"sites.csv", "allocation.csv", "coverage.csv", "zones.csv", "plan.gpkg", "map.png"} <= names
    for name in names:
        assert (Path("run") / name).read_bytes() == (Path("again") / name).read_bytes(), name


def test_pages_say_the_answer_in_both_languages(run: Line) -> None:
    page = Path("run/report.html").read_text(encoding="utf-8")
    assert "2 sites open: 160 inhabitants (64.00%) are then within 10 minutes of an open site, 0 (0.00%) before" in page
    assert "What this model cannot say" in page
    result = run.run("report", "run", "--lang", "fr")
    assert result.exit_code == 0, result.output
    page = Path("run/report.html").read_text(encoding="utf-8").replace("\u202f", " ").replace("\u00a0", " ")
    assert "160 habitants (64,00 %)" in page
    assert run.run("verify", "run").exit_code == 0


def test_names_of_a_territory_are_only_text(line: Line) -> None:
    line.change("demand.csv", "Amblay", "<script>alert(1)</script>")
    line.change("sites.csv", "Amblay", "<b>Amblay</b>")
    line.solve(line.ask("p-median", site_count=2))
    page = Path("run/report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<b>Amblay" not in page
    assert "&lt;b&gt;Amblay" in page
