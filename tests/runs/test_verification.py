"""A run recomputed from its files: whatever cell or key is changed, and its seal renewed, is noticed."""

import csv
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from msp_siting.answer.pipeline import Problem, prepare_problem
from msp_siting.cli import main
from msp_siting.files.folders import RUN_MARKER, SEAL, broken_seals, seal
from msp_siting.runs import recomputation
from msp_siting.runs.verification import verify_folder
from msp_siting.runs.verified import NOT_RECOMPUTED
from msp_siting.runs.written_cells import compare_tables
from msp_siting.scenario.scenario import Scenario

TOY = Path(__file__).parents[1] / "toy"
TABLES = ("sites.csv", "staff.csv", "allocation.csv", "coverage.csv", "zones.csv", "blocks.csv", "candidates.csv")


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy project with a run of two sites."""
    project = tmp_path_factory.mktemp("verified") / "project"
    shutil.copytree(TOY, project)
    arguments = ["solve", str(project / "scenarios" / "toy.yaml"), "--out", str(project / "runs" / "toy")]
    result = CliRunner().invoke(main, [*arguments, "--set", "budget_eur=2000000", "--quiet"])
    assert result.exit_code == 0, result.output
    return project


@pytest.fixture
def run(solved: Path, tmp_path: Path) -> Path:
    """A copy of the run, in a copy of its project."""
    shutil.copytree(solved, tmp_path / "project")
    return tmp_path / "project" / "runs" / "toy"


@pytest.fixture
def solved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let who is served before any decision be solved once: these tests change neither territory nor question."""
    known: list[Problem] = []

    def prepare(scenario: Scenario) -> Problem:
        known[:] = known or [prepare_problem(scenario)]
        return known[0]

    monkeypatch.setattr(recomputation, "prepare_problem", prepare)


def verify(run: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["verify", str(run), "--lang", "en", *options])


def problems(run: Path) -> list[str]:
    """Return what differs in a run whose seal says that nothing was touched."""
    seal(run)
    return [problem.removeprefix(f"{run}/") for problem in verify_folder(run).problems]


def change_cell(path: Path, row: int, column: int, change: Callable[[str], str]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[row][column] = change(rows[row][column])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def other(value: str) -> str:
    """Return another cell: a number a little larger, a text a little longer."""
    try:
        return str(float(value) + max(0.01, abs(float(value)) * 1e-4))
    except ValueError:
        return f"{value}1"


def leaves(content: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(content, dict | list) and content:
        for key, inner in content.items() if isinstance(content, dict) else enumerate(content):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def other_value(value: object) -> object:
    if value is None:
        return 1.0
    return value + max(0.01, abs(value) * 1e-4) if isinstance(value, int | float) else f"{value}1"


def test_a_run_verifies(run: Path) -> None:
    result = verify(run)
    assert (result.exit_code, result.stderr) == (0, "")
    first, second, third = result.stdout.splitlines()
    assert first == (
        f"{run}: sound. 521 figures recomputed from the territory, the question and the decisions; none differs."
    )
    assert second.startswith("No plan is below 1,7")
    assert third.startswith(
        "Not recomputed: build_s, solve_s, total_s, peak_memory_mb (measured at the time), versions"
    )


def test_a_run_verifies_in_french(run: Path) -> None:
    result = CliRunner().invoke(main, ["verify", str(run), "--lang", "fr"])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == (
        f"{run} : correct. 521 valeurs recalculées à partir du territoire, de la question et des décisions ; "
        "aucune ne diffère."
    )


def test_what_differs_is_told_in_french_for_other_programs_too(run: Path) -> None:
    (run / "report.html").unlink()
    result = CliRunner().invoke(main, ["verify", str(run), "--json", "--lang", "fr"])
    assert json.loads(result.stdout)["problems"] == [f"{run}/report.html : ce fichier du calcul manque"]


def test_what_is_said_of_a_run_for_other_programs(run: Path) -> None:
    found = json.loads(verify(run, "--json").stdout)
    assert (found["sound"], found["problems"], found["figures"]) == (True, [], 521)
    assert found["bound"] == 1777.5
    assert list(found["not_recomputed"]) == list(NOT_RECOMPUTED)


WITHOUT_PYOMO = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "pyomo":
            raise ImportError(name)

sys.meta_path.insert(0, Hidden())
from msp_siting.cli import main
main(["verify", sys.argv[1], "--lang", "en"])
"""


def test_verifying_needs_no_pyomo(run: Path) -> None:
    command = [sys.executable, "-c", WITHOUT_PYOMO, str(run)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith(f"{run}: sound. ")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_who_is_uncovered_is_held_though_the_objective_is_the_same(run: Path, moment: str) -> None:
    """Within a band ten inhabitants more of Aubois weigh as much as ten of Dole; after, the room at Bourg is theirs."""
    for name, column, sign in (("coverage", f"uncovered_{moment}", 1), ("allocation", "inhabitants", -1)):
        table = pd.read_csv(run / f"{name}.csv")
        gp = table["profession"].eq("gp")
        if name == "allocation":
            if moment == "before":
                continue
            gp &= table["supply"].eq("existing")
        for point, more in (("a", 10), ("d", -10)):
            table.loc[gp & table["demand_id"].eq(point), column] += sign * more
        table.to_csv(run / f"{name}.csv", index=False, lineterminator="\n")
    expected = {"before": "'600.0' recomputed, '610.0'", "after": "'300.0' recomputed, '310.0'"}[moment]
    assert f"coverage.csv: row 2: uncovered_{moment}: {expected} written" in problems(run)


@pytest.mark.usefixtures("solved_once")
@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_every_table_is_covered(run: Path, name: str) -> None:
    """The seal is renewed: only what is recomputed can notice."""
    path = run / name
    text = path.read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    for column in range(len(rows[0])):
        change_cell(path, len(rows) - 1, column, other)
        noticed = noticed_in(run)
        path.write_text(text, encoding="utf-8")
        assert noticed, f"{name}: {rows[0][column]}"


def noticed_in(run: Path) -> bool:
    """Return whether verifying notices anything: it tells what differs, or that a file cannot be read."""
    seal(run)
    return verify(run).exit_code in {2, 4}


@pytest.mark.usefixtures("solved_once")
@pytest.mark.parametrize("part", range(4))
def test_every_key_of_the_summary_is_covered_but_those_listed(run: Path, part: int) -> None:
    """Each value by itself; of the keys listed all values at once, none of which is noticed."""
    path = run / "summary.json"
    text = path.read_text(encoding="utf-8")
    found = list(leaves(json.loads(text)))
    of_listed = [[leaf for leaf in found if leaf[0] == key] for key in NOT_RECOMPUTED]
    alone = [[leaf] for leaf in found if leaf[0] not in NOT_RECOMPUTED]
    for changed in [*of_listed, *alone][part::4]:
        content = json.loads(text)
        for leaf in changed:
            node = content
            for key in leaf[:-1]:
                node = node[key]
            node[leaf[-1]] = other_value(node[leaf[-1]])
        path.write_text(json.dumps(content), encoding="utf-8")
        assert noticed_in(run) == (changed[0][0] not in NOT_RECOMPUTED), changed


@pytest.mark.usefixtures("solved_once")
@pytest.mark.parametrize("seed", range(5))
def test_any_of_ten_random_cells_is_noticed(run: Path, seed: int) -> None:
    """As the seal says, and, but for the cells listed, without it."""
    choice = random.Random(seed)  # noqa: S311 - a test's choice
    texts = {name: (run / name).read_text(encoding="utf-8") for name in (*TABLES[:4], "summary.json")}
    sealed = json.loads((run / RUN_MARKER).read_text(encoding="utf-8"))[SEAL]
    for _ in range(10):
        name = choice.choice(sorted(texts))
        if name == "summary.json":
            content = json.loads(texts[name])
            key = choice.choice(sorted(content))
            content[key] = other_value(content[key]) if not isinstance(content[key], dict | list) else None
            (run / name).write_text(json.dumps(content), encoding="utf-8")
            covered = key not in NOT_RECOMPUTED
        else:
            rows = texts[name].splitlines()
            row, column = choice.randrange(1, len(rows)), choice.randrange(len(rows[0].split(",")))
            change_cell(run / name, row, column, other)
            covered = True
        assert list(broken_seals(run, sealed))
        if covered:
            assert noticed_in(run), (run / name).read_text(encoding="utf-8")
        (run / name).write_text(texts[name], encoding="utf-8")
    seal(run)
    assert verify(run).exit_code == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (
            "summary.json",
            '"objective": 1777.5',
            '"objective": 1777.4',
            ": objective: 1777.500000 recomputed, 1777.400000",
        ),
        (
            "summary.json",
            '"status": "optimal"',
            '"status": "feasible"',
            "status: 'optimal' recomputed, 'feasible' written",
        ),
        ("summary.json", '"gap": 0.0', '"gap": 0.01', "summary.json: gap: 0.0 recomputed, 0.01 written"),
        ("summary.json", '"seed": 1,', "", "summary.json: seed: missing; this key must be given"),
        ("summary.json", '"seed": 1,', '"seed": 1, "sede": 1,', "summary.json: sede: unknown key; did you mean seed?"),
        ("summary.json", '"status": "optimal",', "", "summary.json: status: missing; this key must be given"),
        ("summary.json", "1800000.0", "1800001.0", "cost_eur: 1800000.0 recomputed, 1800001.0 written"),
        ("sites.csv", "5.1,45.0", "5.1005,45.0", "sites.csv: row 2: lon: '5.1' recomputed, '5.1005' written"),
        ("run.json", '"scenario": "toy"', '"scenario": "oyt"', "run.json: scenario: 'toy' recomputed, 'oyt' written"),
        ("run.json", '"sha256": "', '"sha256": "0', "run.json: territory: sha256: is not as the territory itself says"),
        ("sites.csv", "Clairval", "Clairvaux", "sites.csv: row 3: name: 'Clairval' recomputed, 'Clairvaux' written"),
        ("staff.csv", "site-c,gp,2", "site-c,gp,1", ": composition: site-c has 1 gp, format small takes 2 to"),
        ("sites.csv", "site-c,c", "site-a,c", ": staff: 2 gp at site-c, which is not opened for it"),
        ("coverage.csv", "\nd,", "\nz,", "coverage.csv: has no row of d, gp"),
        ("allocation.csv", "c,c,site-c,gp,new", "c,c,,gp,existing", "supply: 'new' recomputed, 'existing' written"),
    ],
)
def test_what_differs_is_told_with_its_place(run: Path, name: str, old: str, new: str, expected: str) -> None:
    text = (run / name).read_text(encoding="utf-8")
    assert old in text
    (run / name).write_text(text.replace(old, new), encoding="utf-8")
    assert any(expected in problem for problem in problems(run)), problems(run)


def test_ids_that_are_numbers_are_compared_as_text(tmp_path: Path) -> None:
    path = tmp_path / "zones.csv"
    path.write_text("zone_id,inhabitants\n200040657,1.0\n", encoding="utf-8")
    found = compare_tables(path, pd.DataFrame({"zone_id": ["200040715"], "inhabitants": [1.0005]}))
    assert found == [f"{path}: row 2: zone_id: '200040715' recomputed, '200040657' written"]


def test_a_bound_without_prices_is_said_to_be_the_search_s_word(run: Path) -> None:
    marker, prices = run / RUN_MARKER, run / "prices.csv"
    content = json.loads(marker.read_text(encoding="utf-8"))
    content["search"]["priced_bound"] = None
    marker.write_text(json.dumps(content), encoding="utf-8")
    assert "priced_bound is missing, but prices.csv has prices" in verify(run).stderr
    prices.write_text("rule,place_id,profession,price\n", encoding="utf-8")
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    summary |= {"priced_bound": None, "searched_bound": None}
    (run / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    seal(run)
    assert verify(run).stdout.splitlines()[1].startswith("No prices were written: that no plan is below 1,777.50 is")


def test_a_run_that_hides_its_kind_is_reckoned_again_all_the_same(run: Path) -> None:
    for name, key in (("summary.json", "status"), (RUN_MARKER, "search")):
        content = json.loads((run / name).read_text(encoding="utf-8"))
        del content[key]
        (run / name).write_text(json.dumps(content), encoding="utf-8")
    result = verify(run)
    assert result.exit_code == 2
    assert "run.json: search: does not say how the search ended" in result.stderr


def test_a_changed_question_is_noticed(run: Path) -> None:
    path = run / "scenario.resolved.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("seed: 1", "seed: 2"), encoding="utf-8")
    found = problems(run)
    assert [problem.split(":")[1].strip() for problem in found] == ["input_sha256", "seed"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"objective_best": 1000.0}, "search: choice: objective_most: "),
        ({"objective_most": 1000.0}, "search: choice: objective: "),
        ({"shortfall": None}, "does not say how the plan was chosen"),
    ],
)
def test_a_choice_among_good_plans_that_is_not_so_is_named(run: Path, change: dict[str, Any], expected: str) -> None:
    content = json.loads((run / RUN_MARKER).read_text(encoding="utf-8"))
    content["search"]["choice"] |= change
    (run / RUN_MARKER).write_text(json.dumps(content), encoding="utf-8")
    seal(run)
    result = verify(run)
    assert result.exit_code in {2, 4}
    assert expected in result.stdout + result.stderr


def test_two_sites_too_near_are_named(run: Path) -> None:
    # Aubois and Bourg are 10 minutes apart: a plan of both, found without the rule, is held to it.
    scenario, path = run.parents[1] / "scenarios" / "toy.yaml", run / "scenario.resolved.yaml"
    changes = ("budget_eur=2000000", "sites.exclude=[site-c]", "spacing.minutes=11", "constraints.spacing=false")
    arguments = ["solve", str(scenario), "--out", str(run), "--quiet"]
    for change in changes:
        arguments += ["--set", change]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert verify(run).exit_code == 0
    text = path.read_text(encoding="utf-8")
    assert text.count("spacing: false") == 1
    path.write_text(text.replace("spacing: false", "spacing: true"), encoding="utf-8")
    assert problems(run)[0].endswith(": spacing: site-a and site-b are opened, too near to one another")
    assert verify(run).exit_code == 4


@pytest.mark.usefixtures("town")
def test_more_sites_of_a_commune_than_may_open_are_named(toy_project: Path) -> None:
    # Three of Aubois, found with an opening for every 15,000 of 45,000, are held to one for every 20,000.
    out, arguments = toy_project / "runs" / "town", ["solve", str(toy_project / "scenarios" / "toy.yaml"), "--quiet"]
    asked = ("budget_eur=2700000", "sites.exclude=[site-b,site-c]", "recruitable.gp=6", "site_count=3")
    for change in (*asked, "spacing.inhabitants_per_opening=15000"):
        arguments += ["--set", change]
    assert CliRunner().invoke(main, [*arguments, "--out", str(out)]).exit_code == 0
    assert verify(out).exit_code == 0
    path = out / "scenario.resolved.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count("value: 15000\n") == 1
    path.write_text(text.replace("value: 15000\n", "value: 20000\n"), encoding="utf-8")
    told = ": spacing: 3 sites are opened at a (site-a, site-a2, site-a3), at most 2 may be"
    assert problems(out)[0].endswith(told)
    assert verify(out).exit_code == 4


def test_a_changed_territory_is_an_input_error(run: Path) -> None:
    demand = run.parents[1] / "data" / "toy" / "demand.csv"
    demand.write_text(demand.read_text(encoding="utf-8").replace(",900,", ",901,"), encoding="utf-8")
    result = verify(run)
    assert result.exit_code == 2
    assert (
        "data/toy: is not the territory of this run (its files have changed since); "
        "name one as it was with --territory, or solve again\n"
    ) in result.stderr


def test_a_run_that_was_moved_finds_its_territory_where_it_is_said_to_be(run: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "run"
    shutil.copytree(run, moved)
    assert verify(moved).stderr.endswith("with a manifest.yaml; say where it is now with --territory\n")
    assert verify(moved, "--territory", str(run.parents[1] / "data" / "toy")).exit_code == 0


def test_a_run_without_a_plan_verifies_too(run: Path) -> None:
    scenario = run.parents[1] / "scenarios" / "toy.yaml"
    arguments = ["solve", str(scenario), "--out", str(run), "--set", "site_count=9", "--quiet"]
    assert CliRunner().invoke(main, arguments).exit_code == 3
    assert verify(run).exit_code == 0
    summary = run / "summary.json"
    summary.write_text(summary.read_text(encoding="utf-8").replace("infeasible", "no_plan"), encoding="utf-8")
    assert verify(run).exit_code == 4


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("run.json", "holds no finished run (no run.json); give the folder of a run"),
        ("summary.json", "summary.json: this file is missing"),
    ],
)
def test_a_folder_that_is_no_run_is_an_input_error(run: Path, name: str, expected: str) -> None:
    (run / name).unlink()
    result = verify(run)
    assert result.exit_code == 2
    assert expected in result.stderr


def test_a_run_of_an_earlier_version_has_no_seal(run: Path) -> None:
    marker = run / "run.json"
    content = json.loads(marker.read_text(encoding="utf-8"))
    del content["files"]
    marker.write_text(json.dumps(content), encoding="utf-8")
    result = verify(run)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == (
        f"{run}: was written without fingerprints, by an earlier version: "
        "what is not recomputed may have changed since."
    )


def test_other_kinds_of_run_are_seen_to_be_as_they_were_written(run: Path, tmp_path: Path) -> None:
    territory = run.parents[1] / "data" / "toy"
    out = tmp_path / "diagnosis"
    assert CliRunner().invoke(main, ["diagnose", str(territory), "--out", str(out), "--quiet"]).exit_code == 0
    assert verify(out).stdout == (
        f"{out}: every file is as it was written. Figures of this kind of run are not recomputed.\n"
    )
    (out / "zones.csv").write_text("", encoding="utf-8")
    assert verify(out).exit_code == 4


def test_every_point_of_a_sweep_is_recomputed(run: Path, tmp_path: Path) -> None:
    scenario, out = run.parents[1] / "scenarios" / "toy.yaml", tmp_path / "sweep"
    arguments = ["sweep", str(scenario), "--budgets", "0,1000000", "--workers", "1", "--out", str(out), "--quiet"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    result = verify(out)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{out}: sound. 2 points, ")
    curve, point = out / "sweep.csv", out / "points" / "1000000" / "staff.csv"
    text = curve.read_text(encoding="utf-8")
    curve.write_text(text.replace("1000000.0,3517.5", "1000000.0,3516.5"), encoding="utf-8")
    assert problems(out) == ["sweep.csv: row 3: objective: the point has '3517.5', '3516.5' written"]
    first, second, third = text.splitlines()
    curve.write_text(f"{first}\n{third}\n{second}", encoding="utf-8")
    assert problems(out)[0] == "sweep.csv: row 2: budget_eur: the point has '0.0', '1000000.0' written"
    curve.write_text(text, encoding="utf-8")
    point.write_text(point.read_text(encoding="utf-8").replace("gp,2", "gp,1"), encoding="utf-8")
    (found,) = problems(out)
    assert found.startswith("points/1000000: composition: site-c has 1 gp")
    shutil.rmtree(out / "points")
    assert problems(out) == [f"points/{key}: this point of the sweep is missing" for key in ("0", "1000000")]


def test_caveats_of_another_version_may_have_other_words(run: Path) -> None:
    path = run / "summary.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["caveats"] = ["Said otherwise."]
    path.write_text(json.dumps(content), encoding="utf-8")
    (found,) = problems(run)
    assert found.startswith("summary.json: caveats: ")
    content["versions"]["msp-siting"] = "0.0.1"
    path.write_text(json.dumps(content), encoding="utf-8")
    assert problems(run) == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("verify", "runs/toy/run.json"), "runs/toy/run.json: is a file; give the folder of a run"),
        (("check", "runs/toy"), "runs/toy: is a run, not an input; recompute it with msp-siting verify"),
        (("solve", "runs/toy"), "runs/toy: is a run; its question is runs/toy/scenario.resolved.yaml"),
        (
            ("solve", "data/toy"),
            "data/toy: is a territory; give a scenario (a .yaml file), or use msp-siting diagnose",
        ),
    ],
)
def test_the_wrong_folder_is_told_from_the_right_one(
    run: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], expected: str
) -> None:
    monkeypatch.chdir(run.parents[1])
    result = CliRunner().invoke(main, [*arguments, "--lang", "en"])
    assert (result.exit_code, result.stderr) == (2, f"error: {expected}\n")


def test_a_run_does_not_replace_the_folder_one_stands_in(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(run)
    result = CliRunner().invoke(main, ["solve", "../../scenarios/toy.yaml", "--out", ".", "--lang", "en"])
    assert (result.exit_code, result.stderr) == (
        2,
        "error: .: is the current folder, or one above it; go to another, or give one with --out\n",
    )
