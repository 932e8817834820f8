"""The sweep command on the toy territory: what it writes, says, refuses, and survives."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from msp_siting.answer.pipeline import prepare_problem
from msp_siting.cli import main
from msp_siting.commands.sweeping import tasks
from msp_siting.problem.instance import Instance
from msp_siting.runs.reading import read_plan
from msp_siting.solver import Settings
from swept import check_curve, check_order, content, here

TOY = Path(__file__).parents[1] / "toy"
BUDGETS = "0:3000000:500000"
NOTE = "(precision of the computation, not of the data)"
KEYS = ["0", "500000", "1000000", "1500000", "2000000", "2500000", "3000000"]
TABLES = ("sweep.csv", "order.csv")
COLUMNS = [
    *("budget_eur", "objective", "bound", "gap", "improvement_gap", "cost_eur", "sites_opened"),
    *("uncovered_gp", "uncovered_nurse", "uncovered_midwife", "marginal_inhabitants_per_100k_eur"),
    *("marginal_inhabitants_low_per_100k_eur", "marginal_inhabitants_high_per_100k_eur", "status"),
    *("aid_eur", "aci_eur_per_year", "staff_gp", "staff_nurse", "staff_midwife", "shortage_gp", "uncovered_need_gp"),
    *("uncovered_need_low_gp", "uncovered_need_high_gp"),
    *("inhabitants_below_apl_floor_after", "beyond_20_minutes_after"),
    *(f"uncovered_{end}_{name}" for end in ("drawn", "additional") for name in ("gp", "nurse", "midwife")),
]


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msp_siting.commands.sweeping.run.open_pool", here)


@pytest.fixture(autouse=True)
def _in_project(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)


def sweep(*options: str) -> Result:
    result = CliRunner().invoke(main, ["sweep", "scenarios/toy.yaml", "--lang", "en", *options])
    print(result.stderr)  # noqa: T201 - shown where a test fails
    return result


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "msp_siting", "sweep", "scenarios/toy.yaml", "--lang", "en", *options]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A sweep by one process of its own, in its project: the folder, and what it said."""
    project = tmp_path_factory.mktemp("sweep") / "project"
    shutil.copytree(TOY, project)
    options = command("--budgets", BUDGETS, "--workers", "1")
    done = subprocess.run(options, cwd=project, capture_output=True, text=True, check=True)
    return project / "runs" / "toy-sweep", done.stdout


def test_a_sweep_writes_every_promised_file(finished: tuple[Path, str]) -> None:
    folder, _ = finished
    files = {path.name for path in folder.iterdir()}
    assert files == {
        *(*TABLES, "summary.json", "run.json", "sweep.json", "report.html", "map.png", "plan.xlsx", "points"),
    }
    assert sorted(path.name for path in (folder / "points").iterdir()) == sorted(KEYS)
    runs = [
        json.loads((place / "run.json").read_text(encoding="utf-8")) for place in (folder, folder / "points" / KEYS[0])
    ]
    assert [(run["kind"], run["format"]) for run in runs] == [("sweep", 2), ("solve", 2)]
    assert [path.name for path in folder.parent.iterdir()] == ["toy-sweep"]


def test_a_sweep_says_what_the_next_100_000_eur_cover(finished: tuple[Path, str]) -> None:
    # 600 more covered from 500,000 to 1,000,000 EUR; from 1,000,000 to 1,500,000 EUR nothing, from there 600 again.
    folder, said = finished
    assert said.splitlines() == [
        f"7 points, 7 proven; gap at most 0.00%, improvement gap at most 0.00% {NOTE}.",
        "From 0 to 500,000 EUR: 100,000 EUR more cover between 0 and 0 standardised inhabitants.",
        "From 2,500,000 to 3,000,000 EUR: 100,000 EUR more cover between 0 and 0 standardised inhabitants.",
        "No sure knee: within the gaps, no budget separates more useful steps from less useful ones.",
        "Nested order of opening: it costs at most 0.0% of the gain possible at any budget.",
        f"Written to {folder.relative_to(folder.parents[1])}",
    ]


def test_the_table_is_what_was_worked_by_hand(finished: tuple[Path, str]) -> None:
    table = pd.read_csv(finished[0] / "sweep.csv")
    assert list(table.columns) == COLUMNS
    assert table["budget_eur"].tolist() == [float(key) for key in KEYS]
    assert table["objective"].tolist() == pytest.approx([5287.5, 5287.5, 3517.5, 3517.5, 1777.5, 1777.5, 1777.5])
    assert table["uncovered_gp"].tolist() == pytest.approx([2100, 2100, 1500, 1500, 900, 900, 900])
    assert table["sites_opened"].tolist() == [0, 0, 1, 1, 2, 2, 2]
    assert table["cost_eur"].tolist() == [0, 0, 900_000, 900_000, 1_800_000, 1_800_000, 1_800_000]
    marginal = table["marginal_inhabitants_per_100k_eur"]
    assert marginal.isna().tolist() == [True] + 6 * [False]
    assert marginal.tolist()[1:] == pytest.approx([0, 120, 0, 120, 0, 0], abs=1e-6)


def test_points_bounds_and_intervals_agree(finished: tuple[Path, str]) -> None:
    check_curve(finished[0])


def test_the_order_is_nested_and_costs_what_it_says(
    finished: tuple[Path, str], toy_instance: Callable[..., Instance], exact: Settings
) -> None:
    folder, _ = finished
    check_order(folder, toy_instance(), exact)
    order = pd.read_csv(folder / "order.csv", keep_default_na=False)
    opened = order[order["site_id"].ne("")]
    assert opened["budget_eur"].tolist() == [1_000_000, 2_000_000]
    assert opened["site_id"].tolist() in (["site-c", "site-a"], ["site-c", "site-b"])


def test_the_page_leads_to_every_plan(finished: tuple[Path, str]) -> None:
    folder, _ = finished
    page = (folder / "report.html").read_text(encoding="utf-8")
    links = re.findall(r'href="(points/[^"]+)"', page)
    assert links == [f"points/{key}/report.html" for key in KEYS]
    assert all((folder / link).is_file() for link in links)
    assert "nan" not in re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL).lower().split()
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_a_point_is_a_run_that_can_be_solved_again(finished: tuple[Path, str]) -> None:
    point = finished[0] / "points" / "1000000"
    again = CliRunner().invoke(main, ["solve", str(point / "scenario.resolved.yaml"), "--out", "runs/again"])
    assert again.exit_code == 0, again.output
    for key in ("objective", "uncovered_after", "cost_eur"):
        assert content("runs/again/summary.json")[key] == content(point / "summary.json")[key]
    assert len(read_plan(point).sites) == 1


def test_two_processes_find_the_same(finished: tuple[Path, str], toy_project: Path) -> None:
    # In a folder of another name: neither it nor the number of workers may be seen in the results.
    options = command("--budgets", BUDGETS, "--workers", "2", "--out", "elsewhere/other", "--json")
    done = subprocess.run(options, cwd=toy_project, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == content("elsewhere/other/summary.json")
    for name in TABLES:
        assert Path("elsewhere/other", name).read_bytes() == (finished[0] / name).read_bytes()
    for key in KEYS:
        for name in ("sites.csv", "staff.csv", "allocation.csv", "coverage.csv", "zones.csv", "prices.csv"):
            one, other = (root / "points" / key / name for root in (finished[0], Path("elsewhere/other")))
            assert one.read_bytes() == other.read_bytes(), (key, name)


@pytest.mark.parametrize(
    ("options", "problems"),
    [
        ((), ["give either --budgets FROM:TO:STEP or --vary PATH=FROM:TO:STEP"]),
        (("--budgets", "1,2", "--vary", "recruitable.gp=1,2"), ["give either --budgets"]),
        (("--vary", "recruitable.gp"), ["give either --budgets"]),
        (("--vary", "=1,2"), ["give either --budgets"]),
        (("--budgets", "3:1:1", "--set", "budget_eur=1"), ["'3:1:1': expected", "--set budget_eur: is what the sweep"]),
        (("--vary", "solve.time_limit_s=1,2", "--time-limit", "3"), ["--set solve.time_limit_s: is what the sweep"]),
        (("--budgets", "lots"), ["'lots': expected FROM:TO:STEP"]),
        (("--vary", "professions.gp.cutof_minutes=1,2"), ["did you mean cutoff_minutes?"]),
        (("--vary", "professions.gp.cutoff_minutes=0,10"), ["cutoff_minutes.value: must be above 0, got 0"]),
        (("--vary", "recruitable.gp=0.5,1.5"), ["got 0.5", "got 1.5"]),
        (("--budgets", "1,2", "--set", "sites.exclude=[site-z]"), ["site-z"]),
        (("--budgets", "1,2", "--scheduler", "tcp://127.0.0.1:9"), ["tcp://127.0.0.1:9: no Dask scheduler answers"]),
        (("--budgets", "1,2", "--scheduler", "nonsense://x"), ["nonsense://x: no Dask scheduler answers there"]),
        (("--budgets", "1,2", "--out", "/proc/no/such"), ["/proc/no/such: "]),
        (("--budgets", "1,2", "--out", "scenarios/toy.yaml"), ["toy.yaml: is a file; give another folder with --out"]),
        (("--budgets", "1,2", "--out", "data"), ["data: holds something else than an earlier run"]),
        (("--budgets", "1,2", "--out", "a\nb"), ["'a\\nb': the name holds a line break or another control character"]),
    ],
)
def test_what_is_wrong_is_said_at_once_and_nothing_is_left(options: tuple[str, ...], problems: list[str]) -> None:
    there = sorted(Path().rglob("*"))
    begin = time.monotonic()
    result = sweep(*options, "--workers", "1")
    assert result.exit_code == 2, result.output
    said = result.stderr.splitlines()
    assert len(said) == len(problems), said
    for line, expected in zip(said, problems, strict=True):
        assert line.startswith("error: ")
        assert expected in line
    assert sorted(Path().rglob("*")) == there
    assert time.monotonic() - begin < 60


@pytest.mark.usefixtures("in_process")
def test_points_without_a_plan_stand_among_the_others() -> None:
    result = sweep("--budgets", "500000,1000000,2000000", "--set", "sites.force_open=[site-b]", "--out", "swept")
    assert result.exit_code == 0, result.output
    assert (
        result.stdout.splitlines()[0] == f"3 points, 2 proven; gap at most 0.00%, improvement gap at most 0.00% {NOTE}."
    )
    table = pd.read_csv("swept/sweep.csv", dtype=str, keep_default_na=False)
    assert table["status"].tolist() == ["infeasible", "optimal", "optimal"]
    assert table["sites_opened"].tolist() == ["", "1", "2"]
    assert [float(value) for value in table["objective"][1:]] == pytest.approx([3547.5, 1777.5])
    assert not Path("swept/order.csv").exists()
    assert "points/500000/report.html" in Path("swept/report.html").read_text(encoding="utf-8")
    rows = content("swept/summary.json")["points"]
    assert (rows[0]["objective"], rows[0]["bound"], rows[1]["sites_opened"]) == (None, None, 1)
    before = Path("swept/sweep.csv").read_bytes()
    forced = ("--set", "sites.force_open=[site-b]")
    assert sweep("--budgets", "500000,1000000,2000000", *forced, "--out", "swept", "--resume").exit_code == 0
    assert Path("swept/sweep.csv").read_bytes() == before


@pytest.mark.usefixtures("in_process")
def test_nothing_can_open_is_not_said_of_a_sweep_or_comparison_in_which_a_site_opens() -> None:
    nothing = "Nothing can open: the cheapest site costs 900,000 EUR, more than the budget."
    result = sweep("--budgets", "0,500000,1000000", "--out", "swept")
    assert result.exit_code == 0, result.output
    assert pd.read_csv("swept/sweep.csv")["sites_opened"].tolist() == [0, 0, 1]
    found = content("swept/summary.json")
    assert nothing in content("swept/points/0/summary.json")["caveats"]
    assert nothing not in found["caveats"]
    assert "caveat_budget_too_small" not in [fact["key"] for fact in found["caveat_facts"]]
    assert "Nothing can open" not in Path("swept/report.html").read_text(encoding="utf-8")
    points = [f"swept/points/{key}" for key in ("0", "500000", "1000000")]
    for folders, is_said in ((points[:2], True), (points[1:], False)):
        arguments = ["compare", *folders, "--out", "compared", "--lang", "en"]
        assert CliRunner().invoke(main, arguments).exit_code == 0
        assert (nothing in content("compared/summary.json")["caveats"]) == is_said
        page = Path("compared/report.html").read_text(encoding="utf-8")
        assert ("Nothing can open" in page) == is_said
    assert sweep("--budgets", "0,500000", "--out", "small").exit_code == 0
    assert nothing in content("small/summary.json")["caveats"]


@pytest.mark.usefixtures("in_process")
def test_how_many_sites_one_plan_keeps_closed_is_not_said_of_a_sweep() -> None:
    assert sweep("--budgets", "0,2000000", "--set", "spacing.minutes=11", "--out", "swept").exit_code == 0
    assert any("(spacing)" in text for text in content("swept/points/2000000/summary.json")["caveats"])
    assert not any("(spacing)" in text for text in content("swept/summary.json")["caveats"])


@pytest.mark.usefixtures("in_process")
def test_what_somebody_put_into_an_earlier_sweep_is_said_before_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sweep("--budgets", "0,500000", "--out", "swept").exit_code == 0
    Path("swept/notes.txt").touch()
    monkeypatch.setattr("msp_siting.commands.sweeping.run._solve_points", lambda *_: pytest.fail("it searches"))
    result = sweep("--budgets", "0,1000000", "--out", "swept")
    assert result.exit_code == 2
    assert "swept: holds notes.txt, which the run there did not write" in result.stderr
    assert not Path("swept.unfinished").exists()


@pytest.mark.usefixtures("in_process")
def test_no_plan_at_any_point_exits_with_3() -> None:
    result = sweep("--budgets", "100,200", "--set", "sites.force_open=[site-b]", "--out", "swept")
    assert result.exit_code == 3
    assert result.stdout.splitlines() == [
        "2 points, 0 proven; gap at most -, improvement gap at most - (precision of the computation, not of the data).",
        "Written to swept",
    ]
    assert pd.read_csv("swept/sweep.csv")["status"].tolist() == ["infeasible", "infeasible"]


@pytest.mark.usefixtures("in_process")
def test_a_sweep_of_one_point() -> None:
    result = sweep("--budgets", "1850000", "--out", "swept")
    assert result.exit_code == 0, result.output
    assert "Knee" not in result.stdout
    table = pd.read_csv("swept/sweep.csv")
    # 1,200 more covered for 1.85 M EUR
    assert table["marginal_inhabitants_per_100k_eur"].tolist() == pytest.approx([1200 / 18.5])


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("vary", "options", "objectives"),
    [
        ("recruitable.gp=0:4:2", ("--set", "budget_eur=3000000"), [5287.5, 3517.5, 1777.5]),
        ("site_count.max=0,1,2", ("--set", "budget_eur=3000000"), [5287.5, 3517.5, 1777.5]),
        ("professions.gp.cutoff_minutes=10,20", (), [3517.5, 3517.5]),
        ("horizon_year=2025,2030", (), [3517.5, 3517.5]),
        ("solve.seed=1,2", (), [3517.5, 3517.5]),
    ],
)
def test_anything_can_be_swept(vary: str, options: tuple[str, ...], objectives: list[float]) -> None:
    result = sweep("--vary", vary, *options, "--out", "swept")
    assert result.exit_code == 0, result.output
    path = vary.partition("=")[0]
    table = pd.read_csv("swept/sweep.csv")
    assert list(table.columns)[:2] == [path, "budget_eur"]
    assert table["objective"].tolist() == pytest.approx(objectives)
    assert table["marginal_inhabitants_per_100k_eur"].isna().all()
    assert not Path("swept/order.csv").exists()
    assert path in Path("swept/report.html").read_text(encoding="utf-8")


def test_a_seed_has_a_problem_of_its_own(toy_scenario: Callable[..., Any], exact: Settings) -> None:
    problem = prepare_problem(toy_scenario(), exact)
    assert problem.answers(toy_scenario(budget_eur=1, recruitable__gp=1, site_count__max=1))
    assert not problem.answers(toy_scenario(solve__seed=2))
    assert not problem.answers(toy_scenario(professions__gp__cutoff_minutes=10))
    assert not problem.answers(toy_scenario(sites__exclude=["site-a"]))


@pytest.mark.usefixtures("in_process")
def test_what_one_process_keeps_is_of_the_territory_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert sweep("--budgets", "0,1000000", "--out", "swept").exit_code == 0
    shutil.copytree(TOY, tmp_path / "other")
    for folder in (Path.cwd(), tmp_path / "other"):
        monkeypatch.chdir(folder)
        demand = Path("data/toy/demand.csv")
        table = pd.read_csv(demand, dtype=str, keep_default_na=False)
        table["inhabitants"] = [str(int(people) + 10) for people in table["inhabitants"]]
        table.to_csv(demand, index=False, lineterminator="\n")
        assert sweep("--budgets", "0,1000000", "--out", "changed").exit_code == 0


@pytest.mark.usefixtures("in_process")
def test_a_finished_sweep_is_replaced_whole_by_the_next_one() -> None:
    assert sweep("--budgets", "0,1000000", "--out", "swept").exit_code == 0
    again = sweep("--budgets", "1000000", "--out", "swept")
    assert again.exit_code == 0, again.output
    assert [path.name for path in Path("swept/points").iterdir()] == ["1000000"]
    assert [path.name for path in Path().iterdir() if "swept" in path.name] == ["swept"]


@pytest.mark.usefixtures("in_process")
def test_an_earlier_sweep_stays_until_the_next_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sweep("--budgets", "0,1000000", "--out", "swept").exit_code == 0
    earlier = Path("swept/sweep.csv").read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr("msp_siting.commands.sweeping.run.write_sweep", lambda *_: 1 / 0)
        assert isinstance(sweep("--budgets", "0,2000000", "--out", "swept").exception, ZeroDivisionError)
    assert Path("swept/sweep.csv").read_bytes() == earlier
    assert {path.name for path in Path("swept.unfinished/points").iterdir()} == {"0", "2000000"}
    assert sweep("--budgets", "0,2000000", "--out", "swept", "--resume").exit_code == 0
    assert pd.read_csv("swept/sweep.csv")["budget_eur"].tolist() == [0, 2_000_000]
    assert not Path("swept.unfinished").exists()


@pytest.mark.usefixtures("in_process")
def test_a_finished_sweep_is_written_again_from_its_points() -> None:
    assert sweep("--budgets", "0,1000000", "--out", "swept").exit_code == 0
    before = {name: Path("swept", name).read_bytes() for name in TABLES}
    written = Path("swept/points/0/summary.json").stat().st_mtime_ns
    Path("swept/report.html").unlink()
    assert sweep("--budgets", "0,1000000", "--out", "swept", "--resume").exit_code == 0
    assert Path("swept/report.html").is_file()
    assert {name: Path("swept", name).read_bytes() for name in TABLES} == before
    assert Path("swept/points/0/summary.json").stat().st_mtime_ns == written


@pytest.mark.usefixtures("in_process")
def test_a_point_solved_with_other_inputs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "msp_siting.commands.sweeping.run.solve_point", lambda _: {"summary.json": b'{"input_sha256": "other"}'}
    )
    result = sweep("--budgets", "0,1000000", "--out", "swept")
    assert result.exit_code == 4
    assert "was solved with other inputs than those here; every worker needs the same" in result.stderr


@pytest.mark.usefixtures("in_process")
def test_a_plan_for_less_mends_one_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search for more money forgets all but to open nothing, unless it begins with a plan."""

    def forgetful(scenario: Any, *rest: Any, plan: Any, **more: Any) -> Any:  # noqa: ANN401
        if plan is None and scenario.question.budget_eur == 1_500_000:
            poor = scenario.question.model_copy(update={"budget_eur": 900_000.0})
            solved = solve(
                type(scenario)(**{**vars(scenario), "question": poor}), *rest, plan=plan, **{**more, "bound": None}
            )
            fingerprint = scenario.sha256(solved.answer.territory.sha256)
            solved.told.update({"bound": 0.0, "budget_eur": 1_500_000.0, "input_sha256": fingerprint})
            return solved
        return solve(scenario, *rest, plan=plan, **more)

    solve = tasks.solve_question
    monkeypatch.setattr("msp_siting.commands.sweeping.tasks.solve_question", forgetful)
    assert sweep("--budgets", "1000000,1500000", "--out", "swept").exit_code == 0
    table = pd.read_csv("swept/sweep.csv")
    assert table["objective"].tolist() == pytest.approx([3517.5, 3517.5])
    assert table["budget_eur"].tolist() == [1_000_000, 1_500_000]
