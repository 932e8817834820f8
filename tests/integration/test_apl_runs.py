"""Plans by the APL, and mean APL asked of zones: solved, verified, told, compared, swept; and what they refuse."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import main
from msp_siting.files.folders import seal

TOY = Path(__file__).parents[1] / "toy"
SCENARIO = "scenarios/toy.yaml"
SHORT = ("--set", "model=apl", "--set", "apl.floor_visits_per_year=6", "--set", "recruitable.gp=3")


@pytest.fixture
def call(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return what calls a command in the toy project."""
    monkeypatch.chdir(toy_project)
    return lambda *arguments: CliRunner().invoke(main, [*arguments, "--lang", "en"])


def summary(folder: str = "run") -> dict[str, float]:
    found: dict[str, float] = json.loads((Path(folder) / "summary.json").read_text(encoding="utf-8"))
    return found


def rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def gp_rows(path: str) -> list[dict[str, str]]:
    return [row for row in rows(path) if row["profession"] == "gp" and row.get("kind") != "territory"]


def lacks(row: dict[str, str], moment: str) -> float:
    return max(0.0, 6 - float(row[f"apl_{moment}"]))


def weighed(lack: float) -> float:
    """Return the visits that lack to 6, the first 5 % of them once, ... those beyond 40 % three times."""
    ends, slopes = (0.0, 0.3, 0.6, 1.2, 2.4, 6.0), (1.0, 1.5, 2.0, 2.5, 3.0)
    bands = zip(ends, ends[1:], slopes, strict=False)
    return sum(slope * max(0.0, min(lack, end) - begin) for begin, end, slope in bands)


@pytest.mark.parametrize(
    ("changes", "file", "counted"),
    [
        ((), "coverage.csv", lambda row, moment: float(row["inhabitants"]) * lacks(row, moment)),
        (("--set", "objective.level=epci"), "zones.csv", lambda row, moment: float(row["need"]) * lacks(row, moment)),
        (
            ("--set", "objective.bands=true"),
            "coverage.csv",
            lambda row, moment: float(row["inhabitants"]) * weighed(lacks(row, moment)),
        ),
        (
            ("--set", "objective.measure=apl_inhabitants_below_floor"),
            "coverage.csv",
            lambda row, moment: float(row["inhabitants"]) * (lacks(row, moment) > 0),
        ),
    ],
)
def test_what_is_minimised_is_the_sum_of_its_files(
    call: Callable[..., Result], changes: tuple[str, ...], file: str, counted: Callable[[dict[str, str], str], float]
) -> None:
    result = call("solve", SCENARIO, "--out", "run", *SHORT, *changes)
    assert result.exit_code == 0, result.output
    found = summary()
    for key, moment in (("objective_before", "before"), ("objective", "after")):
        assert found[key] == pytest.approx(sum(counted(row, moment) for row in gp_rows(f"run/{file}")), rel=1e-5), key
    assert 0 < found["objective"] < found["objective_before"]
    for lower, upper in (("priced_bound", "objective"), ("searched_bound", "objective")):
        assert found[lower] <= found[upper] * (1 + 1e-9)
    assert "which the plan minimises" in result.stdout
    assert call("verify", "run").exit_code == 0


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy project with a run by the APL that also keeps a mean APL of the west."""
    project = tmp_path_factory.mktemp("apl") / "project"
    shutil.copytree(TOY, project)
    zones = json.dumps({"epci": {"west": {"apl_mean": {"min": 8}}}})
    arguments = ["solve", str(project / SCENARIO), "--out", str(project / "run"), *SHORT, "--set", f"zones={zones}"]
    result = CliRunner().invoke(main, [*arguments, "--set", "budget_eur=1300000", "--lang", "en"])
    assert result.exit_code == 0, result.output
    assert "Below it without the plan (computed): Pays de l'Ouest (from 4.79 to " in result.stdout
    return project


@pytest.fixture
def run(solved: Path, tmp_path: Path) -> Path:
    """A copy of the run, in a copy of its project."""
    shutil.copytree(solved, tmp_path / "project")
    return tmp_path / "project" / "run"


def noticed(run: Path) -> str:
    seal(run)
    result = CliRunner().invoke(main, ["verify", str(run), "--lang", "en"])
    return result.stderr if result.exit_code == 4 else ""


def test_every_price_is_reckoned_again(run: Path) -> None:
    """A visit for which more is asked proves more than is so, and one for which nothing is asked less."""
    path = run / "prices.csv"
    text = path.read_text(encoding="utf-8")
    priced = [row for row in rows(str(path)) if float(row["price"]) > 0]
    assert {row["rule"] for row in priced} >= {"apl_floor"}
    for row in priced:
        own = ",".join(row.values())
        assert own in text
        path.write_text(text.replace(own, own.removesuffix(row["price"]) + "0.0"), encoding="utf-8")
        assert "prices" in noticed(run), own


@pytest.mark.parametrize(
    "key",
    [
        *("objective", "objective_before", "bound", "gap", "improvement_gap", "searched_bound", "priced_bound"),
        *("apl_shortfall_visits_per_year_before", "apl_shortfall_visits_per_year_after"),
        *("inhabitants_below_apl_floor_before", "inhabitants_below_apl_floor_after"),
    ],
)
def test_every_figure_of_a_measure_of_the_apl_is_reckoned_again(run: Path, key: str) -> None:
    path = run / "summary.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content[key] = content[key] * 1.001 + 0.01
    path.write_text(json.dumps(content), encoding="utf-8")
    assert key in noticed(run)


def test_a_zone_below_what_is_asked_of_it_is_noticed(run: Path) -> None:
    path = run / "scenario.resolved.yaml"
    text = path.read_text(encoding="utf-8")
    assert "min: 8" in text
    path.write_text(text.replace("min: 8", "min: 80"), encoding="utf-8")
    assert "zone_apl: epci west has a mean APL of " in noticed(run)


def test_a_mean_apl_that_no_plan_reaches_is_explained(call: Callable[..., Result]) -> None:
    # Two GPs more bring the west from 4.79 to 9.57: 4 practise there then; for 12 there would have to be 6.
    zones = json.dumps({"epci": {"west": {"apl_mean": {"min": 12}}}})
    result = call("solve", SCENARIO, "--out", "run", "--set", f"zones={zones}", "--set", "recruitable.gp=2")
    assert result.exit_code == 3
    assert (
        "Mean APL of Pays de l'Ouest (epci west) (computed): 12.00 is asked for, 9.57 can be reached" in result.stdout
    )
    assert call("verify", "run").exit_code == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (("objective.level=epic",), "objective.level: the territory has no such kind of zone; it has commune, epci"),
        (("objective.gps=under_65",), "apl_under_65_official is not known of 4 demand points"),
        (("objective.gps=under_65", "horizon_year=2030"), "horizon_year: the data do not have the ages"),
        (
            ("objective.bands=true", "objective.measure=apl_inhabitants_below_floor"),
            "are counted, not weighed by bands",
        ),
        (('weights={"groups": {"aged_75_and_over": 2}}',), "weights: the APL's need has no weights"),
        (("objective.measure=uncovered",), "level and gps belong to measures of the APL, got uncovered"),
        (("coverage=allocated",), "coverage is apl with a measure of the APL, else allocated"),
    ],
)
def test_what_does_not_go_together_is_refused(call: Callable[..., Result], changes: tuple[str, ...], said: str) -> None:
    asked = [part for change in changes for part in ("--set", change)]
    result = call("solve", SCENARIO, "--out", "run", "--set", "model=apl", *asked)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not Path("run").exists()


def test_gps_under_65_begin_from_the_official_apl(call: Callable[..., Result]) -> None:
    # 900 x (2.5 - 1) + 600 x (2.5 - 2) + 900 x 2.5 = 3,900; Dole has more than 2.5.
    path, levels = Path("data/toy/demand.csv"), ["apl_under_65_official", "1", "2", "0", "3"]
    lines = path.read_text(encoding="utf-8").splitlines()
    joined = [f"{line},{level}" for line, level in zip(lines, levels, strict=True)]
    path.write_text("\n".join(joined) + "\n", encoding="utf-8")
    result = call("solve", SCENARIO, "--out", "run", "--set", "model=apl", "--set", "objective.gps=under_65")
    assert result.exit_code == 0, result.output
    assert summary()["objective_before"] == pytest.approx(3900)
    assert summary()["apl_shortfall_visits_per_year_before"] == pytest.approx(2250, abs=1)  # of all GPs: Clairval alone
    assert call("verify", "run").exit_code == 0
    assert "level is the official APL by commune (DREES)" in Path("run/report.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("rim_folder")
def test_people_of_a_rim_have_no_level(call: Callable[..., Result]) -> None:
    # They lie in no EPCI, and are not counted.
    result = call("solve", SCENARIO, "--out", "run", *SHORT, "--set", "objective.level=epci")
    assert result.exit_code == 0, result.output
    assert call("verify", "run").exit_code == 0


def test_plans_of_both_measures_are_compared(call: Callable[..., Result]) -> None:
    assert call("solve", SCENARIO, "--out", "by-need").exit_code == 0
    assert call("solve", SCENARIO, "--out", "by-apl", "--set", "model=apl").exit_code == 0
    result = call("compare", "by-need", "by-apl", "--out", "both")
    assert result.exit_code == 0, result.output
    assert "by APL: 0 visits a year lacking to 2.5, 0 inhabitants below it (computed)." in result.stdout
    figures = {(row["measure"], row["run"]): row for row in rows("both/compare.csv") if not row["profession"]}
    assert figures["objective", "by-apl"]["difference"] == ""  # EUR, inhabitants and visits have none
    assert float(figures["apl_shortfall_visits_per_year_after", "by-apl"]["difference"]) == pytest.approx(0, abs=1e-6)
    flat = call("alternatives", "by-need", "by-apl", "--out", "flat", "--time-limit", "20")
    assert flat.exit_code == 0, flat.output
    assert "Sites that all good plans of each of the 2 runs open: " in flat.stdout


def test_budgets_are_swept(call: Callable[..., Result]) -> None:
    result = call("sweep", SCENARIO, "--vary", "budget_eur=0.5e6,1e6,2e6", "--out", "swept", *SHORT)
    assert result.exit_code == 0, result.output
    found = [float(row["objective"]) for row in rows("swept/sweep.csv")]
    assert found == sorted(found, reverse=True)
    assert call("verify", "swept").exit_code == 0


def test_requests_are_not_judged_by_it(call: Callable[..., Result]) -> None:
    Path("requests.csv").write_text("request_id,project_name,place_id\nr,R,b\n", encoding="utf-8")
    result = call("evaluate", SCENARIO, "requests.csv", "--out", "judged", "--set", "model=apl")
    assert result.exit_code == 2
    assert "objective.measure: requests are compared by whom they leave uncovered" in result.stderr
    assert not Path("judged").exists()
