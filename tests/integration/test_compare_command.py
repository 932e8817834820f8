"""The command ``compare`` on runs of the toy territory: what it writes, says and refuses."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import main

FILES = {"map.png", "compare.csv", "sites.csv", "zones.csv", "summary.json", "report.html", "run.json", "plan.xlsx"}
BUDGETS = {"none": 0, "one": 1_000_000, "two": 2_000_000}
RUNS = tuple(f"runs/{name}" for name in BUDGETS)
NO_MAP = "No map: the data of the territory"


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with runs at three budgets, and one without a plan."""
    project = tmp_path_factory.mktemp("compare") / "project"
    shutil.copytree(Path(__file__).parents[1] / "toy", project)
    scenario = str(project / "scenarios" / "toy.yaml")
    for name, budget in BUDGETS.items():
        solve(scenario, "--set", f"budget_eur={budget}", "--out", str(project / "runs" / name))
    options = ("--set", "site_count=1", "--set", "budget_eur=1000", "--out", str(project / "runs" / "no-plan"))
    solve(scenario, *options, exit_code=3)
    return project


@pytest.fixture(autouse=True)
def _in_project(solved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(solved, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")


def solve(scenario: str, *options: str, exit_code: int = 0) -> None:
    result = CliRunner().invoke(main, ["solve", scenario, "--lang", "en", *options])
    assert result.exit_code == exit_code, result.output


def compare(*arguments: str, language: str = "en") -> Result:
    return CliRunner().invoke(main, ["compare", *arguments, "--lang", language])


def page(folder: str = "runs/comparison") -> str:
    return (Path(folder) / "report.html").read_text(encoding="utf-8")


def refused(result: Result, *problems: str, out: str = "runs/comparison") -> None:
    assert result.exit_code == 2, result.output
    assert result.stderr.splitlines() == [f"error: {problem}" for problem in problems]
    assert not Path(out).exists()


def test_a_comparison_writes_every_file() -> None:
    result = compare(*RUNS)
    assert result.exit_code == 0, result.output
    assert {path.name for path in Path("runs/comparison").iterdir()} == FILES
    best = "This plan is within 0.1% of the best possible in the model (precision of the computation, not of the data)."
    proof = f"{best} At most 0.1% of the possible gain is still to be had."
    after = "Uncovered after, best case (GP)"
    assert result.stdout.splitlines() == [
        "3 plans compared; reference: plan with 0 M EUR.",
        f"plan with 0 M EUR: {proof} Proposed sites: 0. {after}: 2,100, 2,100 by shortage and 0 by distance.",
        "plan with 0 M EUR, by APL: 2,250 visits a year lacking to 2.5, 900 inhabitants below it (computed).",
        f"plan with 1 M EUR: {proof} Proposed sites: 1. {after}: 1,500, 1,500 by shortage and 0 by distance.",
        "plan with 1 M EUR, by APL: 0 visits a year lacking to 2.5, 0 inhabitants below it (computed).",
        f"plan with 2 M EUR: {proof} Proposed sites: 2. {after}: 900, 900 by shortage and 0 by distance.",
        "plan with 2 M EUR, by APL: 0 visits a year lacking to 2.5, 0 inhabitants below it (computed).",
        "Sites that all plans open: 0; that several do, not all: 1; that one does: 1.",
        "Written to runs/comparison",
    ]


def test_every_figure_is_the_runs_own() -> None:
    compare(*RUNS)
    table = pd.read_csv("runs/comparison/compare.csv", dtype=str, keep_default_na=False)
    assert list(table.columns) == ["measure", "profession", "run", "value", "difference"]
    seen = 0
    for name, budget in BUDGETS.items():
        own = json.loads(Path(f"runs/{name}/summary.json").read_text(encoding="utf-8"))
        rows = table[table["run"].eq(f"toy ({budget / 1e6:g} M EUR)")]
        for measure, profession, value in rows[["measure", "profession", "value"]].itertuples(index=False):
            moment = measure.removeprefix("distance_")
            if moment != measure:
                expected = own[f"uncovered_{moment}"][profession] - own[f"shortage_{moment}"][profession]
            else:
                expected = own[measure][profession] if profession else own[measure]
            assert (value == "") if expected is None else (float(value) == expected), (measure, profession)
            seen += 1
    assert seen == len(table) == 3 * (19 + 7 * 3)


def test_figures_of_zones_are_the_runs_own() -> None:
    compare(*RUNS)
    table = pd.read_csv("runs/comparison/zones.csv")
    for name, budget in BUDGETS.items():
        rows = table[table["run"].eq(f"toy ({budget / 1e6:g} M EUR)")].reset_index(drop=True)
        own = pd.read_csv(f"runs/{name}/zones.csv")
        for column in ("kind", "zone_id", "profession", "inhabitants", "uncovered_after"):
            assert rows[column].tolist() == own[column].tolist(), column
    east = table[table["zone_id"].eq("east") & table["profession"].eq("gp") & table["run"].eq("toy (1 M EUR)")].iloc[0]
    assert (east["difference_inhabitants"], east["outcome"]) == (-600, "winner")  # two GPs of 300 at Clairval
    assert east["difference_share"] == pytest.approx(-2 / 3, abs=1e-4)


def test_sites_are_the_runs_own() -> None:
    compare(*RUNS)
    table = pd.read_csv("runs/comparison/sites.csv")
    for name, budget in BUDGETS.items():
        rows = table[table["run"].eq(f"toy ({budget / 1e6:g} M EUR)")].sort_values("site_id")
        own = pd.read_csv(f"runs/{name}/sites.csv").sort_values("site_id")
        for column in ("site_id", "format", "staff_gp", "staff_nurse", "staff_midwife"):
            assert rows[column].tolist() == own[column].tolist(), (name, column)
    clairval = table[table["site_id"].eq("site-c")]
    assert clairval[["runs", "kept"]].values.tolist() == [[2, "some"], [2, "some"]]


def test_json_prints_the_summary() -> None:
    result = compare(*RUNS, "--json")
    found = json.loads(result.stdout)
    assert found == json.loads(Path("runs/comparison/summary.json").read_text(encoding="utf-8"))
    assert [run["folder"] for run in found["runs"]] == list(RUNS)
    assert found["sites"] == {"all": 0, "some": 1, "one": 1}
    assert found["against_reference"][1]["uncovered_after"] == pytest.approx(-1200)
    assert found["against_reference"][1]["zones"] == {"epci": {"loser": 0, "winner": 2, "same": 0}}


def test_a_more_frugal_plan_has_losers_and_the_largest_loss_comes_first() -> None:
    compare("runs/two", "runs/one")
    text = page()
    assert "EPCI, with plan with 1 M EUR – lose: 1; win: 0; unchanged: 1." in text  # noqa: RUF001 - a dash
    assert "Largest losses: Pays de l&#39;Ouest (+600 inhabitants)." in text
    assert text.index('<th scope="row">Pays de l&#39;Ouest') < text.index('<th scope="row">Pays de l&#39;Est')
    assert "1,200 (+600; +33.3 pt)" in text
    assert "sites in common: 1; added: 0; dropped: 1." in text


def test_the_page_in_english_and_french() -> None:
    compare(*RUNS)
    text = page()
    assert '<html lang="en">' in text
    assert "3 plans compared: Toy territory" in text
    assert "This document recommends no plan." in text
    assert "Many plans are as good" in text
    assert "The questions asked differ in: the budget." in text
    compare(*RUNS, language="fr")
    text = page().replace("\u00a0", " ").replace("\u2019", "'")
    assert '<html lang="fr">' in text
    assert "Comparaison de 3 plans : Territoire d'essai" in text
    assert "plan à 2 M€ comparé à plan à 0 M€" in text
    assert "Les réserves reprises des calculs sont dans la langue où chacun a été écrit." in text
    assert "http" not in re.sub(r'xmlns="[^"]*"|http-equiv', "", text)


def test_the_maps_show_differences_and_tell_sites_apart() -> None:
    compare("runs/one", "runs/two")
    svg = page().split('class="map"', 1)[1].split("</svg>", 1)[0]
    assert "Clairval: 900 inhabitants\nUncovered: 300 (33.3%) with plan with 1 M EUR, 300 (33.3%) with plan" in svg
    assert svg.count('data-sign="site" transform') == svg.count('data-sign="added" transform') == 1
    assert 'data-sign="dropped"' not in svg
    assert svg.count('<path fill="#0f3f7d"') == 3  # the three communes of the west
    assert "site of both plans" in page()
    assert "3 communes, 1,800 inh." in page()
    assert compare(*RUNS).exit_code == 0
    assert page().count('class="map"') == 1
    assert page().count('name="layer-comparison"') == 2 + 3  # the difference of two plans, and each of three


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda: shutil.rmtree("data"), f"{NO_MAP} can no longer be read."),
        (lambda: Path("data/toy/zones.csv").write_text("kind,zone_id,name\n"), f"{NO_MAP} can no longer be read."),
        (lambda: Path("data/toy/note.csv").write_text("x\n"), f"{NO_MAP} have changed since the run."),
    ],
)
def test_without_the_territory_there_is_no_map_and_the_page_says_why(damage: object, reason: str) -> None:
    compare(*RUNS, "--out", "runs/with-map")
    damage()  # type: ignore[operator]
    result = compare(*RUNS)
    assert result.exit_code == 0, result.output
    assert "<svg" not in page()
    assert reason in page()
    for name in ("compare.csv", "sites.csv", "zones.csv"):
        assert Path(f"runs/comparison/{name}").read_bytes() == Path(f"runs/with-map/{name}").read_bytes()


def test_comparing_again_gives_the_same_tables_and_replaces_the_folder() -> None:
    compare(*RUNS)
    first = {name: Path(f"runs/comparison/{name}").read_bytes() for name in FILES - {"summary.json", "run.json"}}
    assert compare(*RUNS).exit_code == 0
    assert first == {name: Path(f"runs/comparison/{name}").read_bytes() for name in first}
    assert {path.name for path in Path("runs").iterdir()} == {*BUDGETS, "no-plan", "comparison"}


def test_provenance_names_the_runs_and_their_inputs() -> None:
    compare(*RUNS)
    record = json.loads(Path("runs/comparison/run.json").read_text(encoding="utf-8"))
    own = [json.loads(Path(f"{run}/summary.json").read_text(encoding="utf-8"))["input_sha256"] for run in RUNS]
    assert [run["input_sha256"] for run in record["runs"]] == own
    assert [run["folder"] for run in record["runs"]] == list(RUNS)
    assert record["started"] <= record["finished"]


def test_too_few_or_too_many_runs() -> None:
    refused(compare(), "compare: give 2 to 10 folders of runs, got 0")
    refused(compare("runs/one"), "compare: give 2 to 10 folders of runs, got 1")
    refused(compare(*[f"runs/{number}" for number in range(11)]), "compare: give 2 to 10 folders of runs, got 11")


def test_folders_that_are_no_runs_with_a_plan_are_all_named() -> None:
    compare("runs/one", "runs/two", "--out", "earlier")
    refused(
        compare("runs/one", "data/toy", "runs/nowhere", "runs/no-plan", "earlier"),
        "data/toy: holds no run (no run.json); give a folder that solve wrote",
        "runs/nowhere: holds no run (no run.json); give a folder that solve wrote",
        "runs/no-plan: this run has no plan (status infeasible); leave it out",
        "earlier: holds no run (no scenario.resolved.yaml); give a folder that solve wrote",
    )


def test_damaged_files_of_runs_are_all_named() -> None:
    summary = Path("runs/one/summary.json")
    content = json.loads(summary.read_text(encoding="utf-8"))
    del content["bound"]
    summary.write_text(json.dumps(content | {"cost_eur": "much"}), encoding="utf-8")
    table = Path("runs/two/sites.csv")
    table.write_text("".join(table.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")
    refused(
        compare(*RUNS),
        "runs/one/summary.json: bound: missing; this key must be given",
        "runs/one/summary.json: cost_eur: expected a number, got 'much'",
        "runs/two/sites.csv: has 1 rows, but summary.json has 2 sites; these files are not of one run",
        "runs/two/staff.csv: has posts at sites that sites.csv does not have; these files are not of one run",
    )


def test_tables_of_another_run_are_refused() -> None:
    for name in ("staff.csv", "coverage.csv"):
        shutil.copy(f"runs/one/{name}", f"runs/two/{name}")
    refused(
        compare(*RUNS),
        "runs/two/staff.csv: has 2 posts of gp, but summary.json has 4; these files are not of one run",
        "runs/two/coverage.csv: has 1500.00 uncovered after (gp), but summary.json has 900.00; "
        "these files are not of one run",
        "runs/two/staff.csv: has 1 posts of nurse, but summary.json has 2; these files are not of one run",
        "runs/two/coverage.csv: has 2049.00 uncovered after (nurse), but summary.json has 1398.00; "
        "these files are not of one run",
    )


@pytest.mark.parametrize("name", ["coverage.csv", "zones.csv"])
def test_a_figure_changed_in_a_table_is_noticed(name: str) -> None:
    path = Path("runs/two") / name
    table = pd.read_csv(path)
    last = table[table["profession"].eq("gp")].index[-1]  # of the zones, the territory
    table.loc[last, "uncovered_before"] += 100
    table.to_csv(path, index=False)
    refused(
        compare(*RUNS),
        f"runs/two/{name}: has 2200.00 uncovered before (gp), but summary.json has 2100.00; "
        "these files are not of one run",
    )


def test_names_are_escaped() -> None:
    hostile = "<script>alert(1)</script>"
    for name in ("zones.csv", "sites.csv"):
        path = Path("runs/one") / name
        path.write_text(path.read_text(encoding="utf-8").replace("Clairval", hostile).replace("Pays de l'Est", hostile))
    assert compare("runs/one", "runs/two").exit_code == 0
    assert page().count("&lt;script&gt;") >= 3  # the site in its table and on the map, the zone in its table
    assert page().count("<script") == 2  # the page's own, and what the map knows
    assert hostile not in page()


def test_a_number_that_is_none_is_refused() -> None:
    summary = Path("runs/one/summary.json")
    summary.write_text(summary.read_text(encoding="utf-8").replace('"gap": 0.0', '"gap": NaN', 1), encoding="utf-8")
    refused(compare(*RUNS), "runs/one/summary.json: not valid JSON: NaN is no number")


def test_runs_of_another_territory() -> None:
    for file in ("run.json", "summary.json"):
        path = Path("runs/two") / file
        path.write_text(path.read_text(encoding="utf-8").replace('"toy"', '"nord"'), encoding="utf-8")
    refused(compare(*RUNS), "runs/two: territory 'nord', but runs/none has 'toy'; compare runs of one territory")


def test_a_run_is_given_once_and_never_replaced() -> None:
    refused(compare("runs/one", "runs/../runs/one"), "runs/../runs/one: is given twice; keep one")
    before = {path: path.read_bytes() for path in Path("runs/one").iterdir()}
    result = compare("runs/one", "runs/two", "--out", "runs/one")
    assert result.exit_code == 2
    assert result.stderr == (
        "error: runs/one: would replace or lie inside runs/one, which is compared; give another with --out\n"
    )
    assert compare("runs/one", "runs/two", "--out", "runs").exit_code == 2
    assert compare("runs/one", "runs/two", "--out", "runs/one/inside").exit_code == 2
    assert {path: path.read_bytes() for path in Path("runs/one").iterdir()} == before
    assert compare("runs/one", "runs/two", "--out", "data/toy").stderr == (
        "error: data/toy: holds something else than an earlier run; give another folder with --out\n"
    )


def test_a_model_of_another_cutoff_is_compared_and_said() -> None:
    solve("scenarios/toy.yaml", "--set", "professions.gp.cutoff_minutes=10", "--out", "runs/near")
    assert compare("runs/one", "runs/near").exit_code == 0
    assert "The questions asked differ in: the model or its parameters." in page()
    assert "<td>Fewest uncovered inhabitants, by bands; professions.gp.cutoff_minutes: 20.0 -&gt; 10</td>" in page()
    caveats = json.loads(Path("runs/comparison/summary.json").read_text(encoding="utf-8"))["caveats"]
    assert any("do not answer the same question" in caveat for caveat in caveats)
