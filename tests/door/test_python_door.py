"""The Python door on the toy territory: what it gives is what the command line writes."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import msp_siting as msp
from msp_siting.cli import main

TOY = Path(__file__).parents[1] / "toy"
STEMS = ("demand", "supply", "sites", "travel_times", "zones")
TABLES = ("sites", "staff", "allocation", "coverage", "zones", "prices", "blocks", "hosts")
RECRUITABLE = {"gp": 4, "nurse": 4, "midwife": 1}
CHANGES: Mapping[str, object] = {
    "professions.gp.capacity_inhabitants_per_post": 300,
    "professions.nurse.weight": 0,
    "professions.midwife.weight": 0,
    "solve": {"time_limit_s": 60, "relative_gap": 0, "improvement_gap": 0, "threads": 1, "seed": 1},
}
MEASURED = {"build_s", "solve_s", "total_s", "peak_memory_mb"}
TIMED = {"run.json", "summary.json", "run.log", "report.html"}  # which say when, or how long
REQUESTS = pd.DataFrame(
    {
        "request_id": ["east", "west"],
        "place_id": ["c", "Aubois"],
        "gp_new_committed": [2, 2],
        "capex_ht_eur": [900000.5, 900000],
        "requested_eur_region": [300000, None],
        "opening_date": [pd.Timestamp("2027-03-01"), pd.NaT],
        "sector1": [True, False],
    }
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The toy project as current folder, on an English system."""
    folder = tmp_path_factory.mktemp("door") / "project"
    shutil.copytree(TOY, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("LC_ALL", "C.UTF-8")
        yield folder


@pytest.fixture(scope="module")
def plan(project: Path) -> msp.Solved:
    return msp.solve(project / "scenarios" / "toy.yaml")


@pytest.fixture(scope="module")
def territory(project: Path) -> msp.Territory:
    """The toy territory made of data frames."""
    assert project.is_dir()
    tables = frames()
    own = (tables["demand"], tables["sites"], tables["travel_times"])
    return msp.territory_from(*own, supply=tables["supply"], zones=tables["zones"], title="Toy")


@pytest.fixture(scope="module")
def question(territory: msp.Territory) -> msp.Scenario:
    return msp.scenario_from(territory, budget_eur=1e6, recruitable=RECRUITABLE, changes=CHANGES)


@pytest.fixture(scope="module")
def of_frames(question: msp.Scenario) -> msp.Solved:
    return msp.solve(question)


def frames() -> dict[str, pd.DataFrame]:
    texts = {"demand_id": str, "place_id": str}
    return {stem: pd.read_csv(TOY / "data" / "toy" / f"{stem}.csv", dtype=texts) for stem in STEMS}


def with_(**changed: pd.DataFrame) -> msp.Territory:
    """Return the toy territory with some of its frames changed."""
    tables = frames() | changed
    own = (tables["demand"], tables["sites"], tables["travel_times"])
    return msp.territory_from(*own, supply=tables["supply"], zones=tables["zones"])


def run(*options: str) -> None:
    result = CliRunner().invoke(main, [*options, "--lang", "en", "--quiet"])
    assert result.exit_code == 0, result.output + repr(result.exception)


def test_the_import_loads_nothing() -> None:
    told = (
        "import sys; before = set(sys.modules); import msp_siting;"
        "print(*sorted(name.split('.')[0] for name in set(sys.modules) - before))"
    )
    found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split()
    assert {"pandas", "numpy", "highspy", "pydantic", "click"} & set(found) == set()
    assert found.count("msp_siting") == 1


def test_every_name_is_there() -> None:
    assert [name for name in dir(msp) if getattr(msp, name) is None] == []
    assert set(dir(msp)) == set(msp.__all__)
    verbs = [name for name in msp.__all__ if name.islower() and name.isidentifier() and name[0] != "_"]
    page = (TOY.parents[1] / "docs" / "python.md").read_text(encoding="utf-8")
    assert [name for name in verbs if f"msp.{name}" not in page] == []
    assert [name for name in verbs if not str(getattr(msp, name).__doc__).strip()] == []
    with pytest.raises(AttributeError, match="module 'msp_siting' has no attribute 'solv'"):
        getattr(msp, "solv")  # noqa: B009 - which mypy knows too


def test_tables_are_the_files_of_their_names(plan: msp.Solved, tmp_path: Path) -> None:
    folder = plan.write(tmp_path / "run")
    kept = msp.read_run(folder)
    for name in TABLES:
        written = (folder / f"{name}.csv").read_text(encoding="utf-8")
        assert getattr(plan, name).to_csv(index=False, lineterminator="\n") == written
        pd.testing.assert_frame_equal(getattr(kept, name), getattr(plan, name))
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8")) == plan.summary == kept.summary
    for name in ("status", "objective", "bound", "gap", "improvement_gap", "uncovered"):
        assert getattr(kept, name) == getattr(plan, name)
    assert kept.page() == (folder / "report.html").read_text(encoding="utf-8")


def test_figures_of_the_toy(plan: msp.Solved) -> None:
    assert (plan.status, plan.objective, plan.bound, plan.gap, plan.improvement_gap) == (
        "optimal",
        3517.5,
        3517.5,
        0,
        0,
    )
    assert plan.uncovered == {"gp": 1500.0, "nurse": 2049.0, "midwife": 2700.0}
    assert list(plan.sites["site_id"]) == ["site-c"]


def test_what_is_written_is_what_the_command_line_writes(plan: msp.Solved, tmp_path: Path) -> None:
    run("solve", "scenarios/toy.yaml", "--out", str(tmp_path / "command"))
    folders = plan.write(tmp_path / "own"), tmp_path / "command"
    own, command = ({path.name: path for path in folder.iterdir()} for folder in folders)
    assert set(own) == set(command)
    differ = {name for name in own if own[name].read_bytes() != command[name].read_bytes()}
    assert differ <= TIMED
    both = [json.loads(each["summary.json"].read_text(encoding="utf-8")) for each in (own, command)]
    for summary in both:
        assert set(summary) >= MEASURED
        for key in MEASURED:
            del summary[key]
    assert both[0] == both[1]


def test_frames_are_what_the_files_are(plan: msp.Solved, of_frames: msp.Solved) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(of_frames, name), getattr(plan, name))
    own = {*MEASURED, "scenario", "territory", "input_sha256", "caveats", "caveat_facts"}
    left, right = ({key: value for key, value in each.summary.items() if key not in own} for each in (of_frames, plan))
    assert left == right


def test_a_run_of_frames_stands_by_itself(of_frames: msp.Solved, question: msp.Scenario, tmp_path: Path) -> None:
    folder = of_frames.write(tmp_path / "run")
    moved = shutil.move(folder, tmp_path / "moved")
    told = subprocess.run(
        [sys.executable, "-m", "msp_siting", "verify", moved, "--json"], capture_output=True, text=True, check=True
    )
    assert json.loads(told.stdout)["sound"] is True
    before = sorted(path.name for path in (Path(moved) / "territory").iterdir())
    assert before == ["demand.csv", "manifest.yaml", "sites.csv", "supply.csv", "travel_times.parquet", "zones.csv"]
    run("report", str(moved))
    assert sorted(path.name for path in (Path(moved) / "territory").iterdir()) == before
    assert msp.verify(moved).problems == ()
    diagnosed = msp.diagnose(question.folder).write(tmp_path / "diagnosis")
    run("report", str(diagnosed))
    assert msp.verify(diagnosed).problems == ()


def test_results_are_short_and_silent(
    of_frames: msp.Solved, territory: msp.Territory, capfd: pytest.CaptureFixture[str]
) -> None:
    values = [
        of_frames,
        territory,
        msp.read_scenario("toy"),
        msp.diagnose(territory),
        msp.sweep("toy", [0, 1_000_000]),
        msp.evaluate("toy", REQUESTS),
        msp.compare([of_frames, msp.solve("toy", changes={"budget_eur": 0})]),
    ]
    for value in values:
        assert 1 <= len(repr(value).splitlines()) <= 10
        assert max(map(len, repr(value).splitlines())) <= 200
    assert tuple(capfd.readouterr()) == ("", "")


def test_pages_and_maps(plan: msp.Solved) -> None:
    assert plan.page().startswith("<!doctype html>") or plan.page().startswith("<!DOCTYPE html>")
    assert set(plan.layers) >= {"effect", "uncovered_after", "supply"}
    assert plan.map() == plan.map("effect") != plan.map("supply")
    assert re.match(r'<svg xmlns="http://www.w3.org/2000/svg" viewBox=', plan.map())
    with pytest.raises(msp.ScenarioError, match=r"no layer 'efect', only effect, .*; did you mean effect"):
        plan.map("efect")
    html = plan._repr_html_()
    assert "Where should an MSP open?" in html
    assert plan.map() in html
    assert "<script" not in html


def test_hostile_names_are_only_text() -> None:
    bad = "</title><script>alert(1)</script>\"'&"
    tables = frames()
    hostile = with_(demand=tables["demand"].assign(name=bad), sites=tables["sites"].assign(name=bad))
    question = msp.scenario_from(hostile, budget_eur=1e6, recruitable=RECRUITABLE, changes=CHANGES)
    found = msp.solve(question)
    assert list(found.sites["name"]) == [bad]
    for text in (found._repr_html_(), found.map(), found.page()):
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_frames_stay_as_they_are() -> None:
    tables = frames()
    copies = {name: table.copy(deep=True) for name, table in tables.items()}
    found = with_(**{name: table.set_axis(table.index + 7) for name, table in tables.items()})
    pd.testing.assert_frame_equal(found.demand, copies["demand"], check_dtype=False)
    requests = REQUESTS.copy(deep=True)
    msp.evaluate("toy", requests, searches=0)
    pd.testing.assert_frame_equal(requests, REQUESTS)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, copies[name])
        assert table.attrs == {}


def test_all_problems_of_frames_are_told_at_once() -> None:
    tables = frames()
    numbered = tables["demand"].assign(demand_id=[1, 2, 3, 4])
    with pytest.raises(msp.DataError) as wrong:
        with_(demand=numbered, sites=tables["sites"].drop(columns="status"), zones=tables["zones"].assign(colour="red"))
    assert list(wrong.value.problems) == [
        "demand: column demand_id: expected text, got numbers; write codes as text with their leading zero",
        "sites: column status is missing",
        "zones: unknown column 'colour'",
    ]
    with pytest.raises(msp.DataError) as wrong:
        with_(travel_times=tables["travel_times"].replace({"demand_id": {"a": "zz"}}))
    assert wrong.value.problems[0] == "travel_times: row 2: demand_id: no such demand point 'zz'"
    codes = tables["demand"].astype({"demand_id": object})
    codes.loc[0, "demand_id"] = 1004
    with pytest.raises(msp.DataError, match="demand: row 2: demand_id: 1004 is held as a number, and is shorter"):
        with_(demand=codes)
    with pytest.raises(msp.DataError) as wrong:
        msp.territory_from(numbered, tables["sites"], tables["travel_times"], crs="EPSG:99", title={"en": "Toy"})
    assert list(wrong.value.problems)[:2] == [
        "crs: no such projection 'EPSG:99'; write a code such as EPSG:2154",
        "title: expected a text, or one for each of fr and en",
    ]


def test_a_rim_of_frames() -> None:
    tables = frames()
    rim = {
        "demand": pd.DataFrame(
            {"demand_id": ["z"], "name": ["Zone"], "inhabitants": [50], "lon": [5.2], "lat": [45.1]}
        ),
        "travel_times": pd.DataFrame({"demand_id": ["z"], "place_id": ["b"], "minutes": [5]}),
    }
    found = msp.territory_from(tables["demand"], tables["sites"], tables["travel_times"], rim=rim)
    assert found.rim is not None
    assert list(found.rim.demand["demand_id"]) == ["z"]
    with pytest.raises(msp.DataError, match=r"^rim_travel_times: this file is missing"):
        msp.territory_from(tables["demand"], tables["sites"], tables["travel_times"], rim={"demand": rim["demand"]})
    with pytest.raises(msp.DataError, match=r"^rim: no such table 'suply'; did you mean supply?"):
        msp.territory_from(tables["demand"], tables["sites"], tables["travel_times"], rim={"suply": rim["demand"]})


def test_frames_that_were_changed_are_refused() -> None:
    changed = with_()
    changed.demand.loc[0, "inhabitants"] = 5.0
    with pytest.raises(msp.DataError, match=r"^demand: its data frame was changed after it was read; make a territory"):
        msp.scenario_from(changed, budget_eur=1e6, recruitable={})
    with pytest.raises(msp.DataError, match=r"^demand: its data frame was changed"):
        msp.diagnose(changed)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: msp.solve("toyy"), "'toyy': no such file, and no such name in scenarios/; did you mean toy?"),
        (
            lambda: msp.solve("toy", changes={"budget_eu": 3}),
            "changes: budget_eu: no such parameter; did you mean budget_eur?",
        ),
        (lambda: msp.solve("toy", threads=0), "changes: solve.threads: must be at least 1, got 0"),
        (
            lambda: msp.solve("toy", threads=1, changes={"solve.threads": 2}),
            "changes: solve.threads: given by an option of its own too; keep one",
        ),
        (lambda: msp.read_territory("toyy"), "no folder 'toyy' with a manifest.yaml; did you mean toy?"),
        (
            lambda: msp.scenario_from("toy", budget_eur=-5, recruitable={}),
            "scenario: budget_eur: must be at least 0, got -5",
        ),
        (
            lambda: msp.evaluate("toy", REQUESTS, envelope_eur=-5),
            "envelope_eur -5: expected an amount of at least 0 EUR",
        ),
        (
            lambda: msp.evaluate("toy", REQUESTS.assign(place_id="nowhere")),
            "requests: row 2: place_id: ",
        ),
        (
            lambda: msp.evaluate("toy", REQUESTS, weights={"needs": 1}),
            "weights: needs=1: no such criterion; did you mean need?",
        ),
        (lambda: msp.compare(["nowhere"]), "compare: give 2 to 10 folders of runs, got 1"),
        (lambda: msp.read_run("nowhere"), "nowhere: holds no run (no run.json); give a folder that solve wrote"),
        (
            lambda: msp.travel_times(frames()["demand"], {"road": "x.osm"}),
            "source: road: no such option; did you mean roads?",
        ),
    ],
)
def test_problems_name_what_was_given(project: Path, ask: Callable[[], object], said: str) -> None:
    assert project.is_dir()
    with pytest.raises(msp.MspSitingError) as wrong:
        ask()
    assert str(wrong.value).startswith(said)


def test_without_a_plan(project: Path, tmp_path: Path) -> None:
    assert project.is_dir()
    none = msp.solve("toy", changes={"budget_eur": 10, "site_count": 1})
    assert (none.status, none.objective, none.uncovered) == ("infeasible", None, None)
    kept = msp.read_run(none.write(tmp_path / "run"))
    assert kept.summary == none.summary
    assert [each["rule"] for each in kept.summary["conflicts"]] == ["budget", "site_count"]
    for name in TABLES:
        for each in (none, kept):
            with pytest.raises(msp.InfeasibleError, match="scenario toy: there is no plan \\(status infeasible\\)"):
                getattr(each, name)
    assert "costs 900,000 EUR, the budget is 10 EUR" in none._repr_html_()
    assert "costs 900,000 EUR, the budget is 10 EUR" in none.page()


def test_an_earlier_plan_to_begin_with(plan: msp.Solved, tmp_path: Path) -> None:
    folder = plan.write(tmp_path / "run")
    for start in (plan, folder, msp.read_run(folder)):
        assert msp.solve("toy", start=start, changes={"budget_eur": 950_000}).objective == plan.objective


def test_a_scenario_that_was_read_is_changed_as_its_file_is(project: Path) -> None:
    changes = {"budget_eur": 2e6, "professions.gp.cutoff_minutes": 12, "recruitable.gp": 3}
    assert project.is_dir()
    own = msp.read_scenario("toy", changes=changes)
    read = msp.read_scenario("toy")
    later = msp.solve(read, changes=changes).answer.scenario
    assert later.question.budget_eur == own.question.budget_eur == 2e6
    assert (later.recruitable, later.model.professions) != (read.recruitable, read.model.professions)
    assert later.model.professions["gp"].cutoff_minutes.value == 12
    assert (later.recruitable["gp"], set(own.changes)) == (3, set(later.changes))
    assert later.sha256("") == own.sha256("") != read.sha256("")


def test_a_sweep(question: msp.Scenario, tmp_path: Path) -> None:
    with pytest.raises(msp.ScenarioError, match="the territory is made of data frames; sweep without a folder"):
        msp.sweep(question, [0, 1e6], folder=tmp_path / "sweep")
    swept = msp.sweep(question, [1e6, 0])
    assert list(swept.points) == ["0", "1000000"]
    folder = swept.write(tmp_path / "sweep")
    assert swept.curve.to_csv(index=False, lineterminator="\n") == (folder / "sweep.csv").read_text(encoding="utf-8")
    assert list(swept.curve["objective"]) == [5287.5, 3517.5]
    assert swept.order is not None
    assert swept.points["1000000"].uncovered == {"gp": 1500.0, "nurse": 2049.0, "midwife": 2700.0}
    moved = Path(shutil.move(folder, tmp_path / "moved"))
    assert msp.verify(moved).problems == ()
    run("report", str(moved))
    assert msp.verify(moved).problems == ()


def test_a_sweep_is_what_the_command_line_writes(project: Path, tmp_path: Path) -> None:
    assert project.is_dir()
    run("sweep", "scenarios/toy.yaml", "--budgets", "0,1000000", "--workers", "1", "--out", str(tmp_path / "command"))
    own = msp.sweep("toy", "0,1000000").write(tmp_path / "own")
    both = [
        {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        for folder in (own, tmp_path / "command")
    ]
    assert set(both[0]) == set(both[1])
    differ = {name for name in both[0] if both[0][name].read_bytes() != both[1][name].read_bytes()}
    assert {Path(name).name for name in differ} <= TIMED
    assert "points/1000000/scenario.resolved.yaml" in both[0]


def test_requests_of_a_frame_are_those_of_a_file(project: Path, tmp_path: Path) -> None:
    assert project.is_dir()
    file = tmp_path / "requests.csv"
    file.write_text(
        "request_id,place_id,gp_new_committed,capex_ht_eur,requested_eur_region,opening_date,sector1\n"
        "east,c,2,900000.5,300000,2027-03-01,true\nwest,Aubois,2,900000,,,false\n",
        encoding="utf-8",
    )
    of_file, of_frame = msp.evaluate("toy", file), msp.evaluate("toy", REQUESTS)
    assert of_frame.summary["requests"] == of_file.summary["requests"]
    assert [row["place_id"] for row in of_frame.summary["requests"]] == ["c", "a"]
    folder = of_frame.write(tmp_path / "run")
    assert list(of_frame.requests.columns) == list(pd.read_csv(folder / "requests.csv").columns)
    for name in ("portfolio", "effects", "losses"):
        assert list(getattr(of_frame, name).columns) == list(pd.read_csv(folder / f"{name}.csv").columns)
    run("report", str(folder))


def test_plans_compared(plan: msp.Solved, tmp_path: Path) -> None:
    other = msp.solve("toy", changes={"budget_eur": 0})
    found = msp.compare([plan, other])
    with pytest.raises(msp.ScenarioError, match="toy \\(1 M EUR\\): is in no folder; write it, and compare the folder"):
        found.write(tmp_path / "compared")
    written = msp.compare([plan.write(tmp_path / "a"), msp.read_run(other.write(tmp_path / "b"))])
    pd.testing.assert_frame_equal(written.measures, found.measures)
    folder = written.write(tmp_path / "compared")
    for name, file in (("measures", "compare"), ("sites", "sites"), ("zones", "zones")):
        assert list(getattr(written, name).columns) == list(pd.read_csv(folder / f"{file}.csv").columns)
    with pytest.raises(msp.ScenarioError, match="would replace or lie inside"):
        written.write(tmp_path / "a" / "inside")


def test_a_diagnosis_has_the_columns_of_its_files(territory: msp.Territory, tmp_path: Path) -> None:
    found = msp.diagnose(territory)
    folder = found.write(tmp_path / "run")
    for name in ("coverage", "zones", "blocks", "fragility"):
        assert list(getattr(found, name).columns) == list(pd.read_csv(folder / f"{name}.csv").columns)
    assert found.map() == found.map("apl") != found.map("minutes")
    assert found.page().count("<svg") >= 1


def test_travel_times_are_those_of_the_command_line(project: Path, tmp_path: Path) -> None:
    assert project.is_dir()
    points = frames()["demand"].rename(columns={"demand_id": "point_id"})[["point_id", "name", "lon", "lat"]]
    found = msp.travel_times(points, "distance", cutoff_minutes=30)
    points.to_csv(tmp_path / "points.csv", index=False)
    out = tmp_path / "times.csv"
    run("travel-times", "--points", str(tmp_path / "points.csv"), "--surrogate", "--cutoff", "30", "--out", str(out))
    written = pd.read_csv(out, dtype={"demand_id": str, "place_id": str})
    pd.testing.assert_frame_equal(found, written, check_dtype=False)
    caveats = msp.solve(msp.scenario_from(with_(travel_times=found), budget_eur=1e6, recruitable={"gp": 2})).summary[
        "caveats"
    ]
    assert any("Travel times are modelled" in text for text in caveats)
