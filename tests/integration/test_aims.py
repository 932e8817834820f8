"""Questions with zones, shares of need, least cost, an earlier plan and weights: solved, verified and told."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import main

SCENARIO = "scenarios/toy.yaml"


@pytest.fixture
def solve(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return what solves the toy scenario into the folder ``run``."""
    monkeypatch.chdir(toy_project)

    def run(*arguments: str, out: str = "run") -> Result:
        return CliRunner().invoke(main, ["solve", SCENARIO, "--out", out, "--lang", "en", *arguments])

    return run


def setting(**values: object) -> list[str]:
    return [
        part for name, value in values.items() for part in ("--set", f"{name.replace('__', '.')}={json.dumps(value)}")
    ]


def summary(folder: str = "run") -> dict[str, object]:
    found: dict[str, object] = json.loads((Path(folder) / "summary.json").read_text(encoding="utf-8"))
    return found


def verified(folder: str = "run") -> Result:
    return CliRunner().invoke(main, ["verify", folder, "--lang", "en"])


def test_a_zone_that_wants_a_site_gets_it(solve: Callable[..., Result]) -> None:
    # For the money of one MSP Clairval is best; the west asks for one.
    assert solve(*setting(zones={"epci": {"west": {"sites": {"min": 1}}}})).exit_code == 0
    assert Path("run/sites.csv").read_text(encoding="utf-8").splitlines()[1].startswith(("site-a", "site-b"))
    assert verified().exit_code == 0


def test_an_earlier_plan_is_kept(solve: Callable[..., Result]) -> None:
    # Half the money opened Aubois, since Clairval was excluded; with more of it Clairval is added, and Aubois stays.
    assert solve(*setting(sites__exclude=["site-b", "site-c"]), out="first").exit_code == 0
    assert solve("--keep", "first", *setting(budget_eur=1_800_000)).exit_code == 0
    rows = Path("run/sites.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == ["site-a", "site-c"]
    assert verified().exit_code == 0
    resolved = Path("run/scenario.resolved.yaml").read_text(encoding="utf-8")
    assert "keep:" in resolved
    twice = solve("--keep", "first", *setting(sites__keep=[]))
    assert twice.exit_code == 2
    assert "given by an option of its own too; keep one" in twice.stderr


def test_least_cost_of_a_share_of_need(solve: Callable[..., Result]) -> None:
    # 60 % of 2,700 are 1,620: the 600 of today and 1,020 more, with 4 GPs in two MSPs; each place takes 1,200 at most.
    asked = setting(objective__measure="cost", targets={"covered_share": {"gp": 0.6}}, budget_eur=9e6)
    found = solve(*asked, *setting(recruitable={"gp": 9, "nurse": 9, "midwife": 9}))
    assert found.exit_code == 0
    said = summary()
    assert (said["status"], said["objective"], said["bound"], said["gap"]) == ("optimal", 1_800_000, 1_800_000, 0)
    assert (said["improvement_gap"], said["objective_before"], said["sites_opened"]) == (None, None, 2)
    assert said["uncovered_after"]["gp"] == pytest.approx(900)  # type: ignore[index]
    assert verified().exit_code == 0
    prices = Path("run/prices.csv").read_text(encoding="utf-8")
    Path("run/prices.csv").write_text(prices.replace("coverage_target,,gp,", "coverage_target,,gp,1"), encoding="utf-8")
    assert "follows from the prices" in verified().stderr


def test_least_cost_of_shares_of_zones(solve: Callable[..., Result]) -> None:
    # Each zone wants 60 % of its need met: Clairval 540 of 900, the west 480 more than its 600: one MSP each.
    zones = {"epci": {"each": {"covered_share": {"gp": {"min": 0.6}}}}}
    assert solve(*setting(objective__measure="cost", zones=zones, budget_eur=9e6)).exit_code == 0
    assert summary()["objective"] == 1_800_000
    assert verified().exit_code == 0
    prices = Path("run/prices.csv").read_text(encoding="utf-8")
    assert "zone_coverage,epci:east,gp," in prices
    page = Path("run/report.html").read_text(encoding="utf-8")
    assert "Shares of need asked for that were not met before" in page
    assert "the cheapest plan found" in page


def test_where_a_zone_is_served_before_others(solve: Callable[..., Result], toy_project: Path) -> None:
    # Dole (300, now a zone) asks for 90 %. Its people go first: an MSP in the west leaves 570 of 1,500 others (38 %,
    # 1,162.5 by bands), 30 of Dole (37.5) and all of Clairval (2,362.5). One at Clairval, best without the wish, would
    # leave 1,170 of them (78 %, 2,947.5), 30 of Dole and 300 of Clairval (592.5): 3,577.5 and not 3,562.5.
    demand = toy_project / "data" / "toy" / "demand.csv"
    demand.write_text(demand.read_text(encoding="utf-8").replace("44.90,west", "44.90,south"), encoding="utf-8")
    zones = toy_project / "data" / "toy" / "zones.csv"
    zones.write_text(zones.read_text(encoding="utf-8") + "epci,south,Pays du Sud\n", encoding="utf-8")
    asked = {"epci": {"south": {"covered_share": {"gp": {"min": 0.9}}}}}
    assert solve(*setting(zones=asked)).exit_code == 0
    rows = [line.split(",") for line in Path("run/coverage.csv").read_text(encoding="utf-8").splitlines()]
    column = rows[0].index("uncovered_after")
    left = {row[0]: float(row[column]) for row in rows[1:] if row[rows[0].index("profession")] == "gp"}
    assert left["d"] == pytest.approx(30, abs=0.01)
    assert left["a"] + left["b"] == pytest.approx(570, abs=0.01)
    assert left["c"] == 900
    assert summary()["objective"] == pytest.approx(3562.5)
    assert verified().exit_code == 0
    told = " ".join(summary()["caveats"])  # type: ignore[arg-type]
    assert "some people are served before others (GP)" in told


def test_a_question_without_a_plan_ends_with_3_and_is_explained(solve: Callable[..., Result]) -> None:
    found = solve(*setting(zones={"epci": {"east": {"sites": {"min": 2}}}}, budget_eur=3e6))
    assert found.exit_code == 3
    sentence = "Pays de l'Est (epci east) asks for 2 sites, 1 can open there under the other rules: 1 too few."
    assert sentence in found.output
    assert sentence.split("'")[1].split(" (")[1] in Path("run/report.html").read_text(encoding="utf-8")
    assert summary()["conflicts"] == json.loads(Path("run/run.json").read_text(encoding="utf-8"))["search"]["conflicts"]
    assert verified().exit_code == 0


def test_an_explanation_that_says_otherwise_is_noticed(solve: Callable[..., Result]) -> None:
    solve(*setting(budget_eur=1000, site_count=1))
    for name in ("run.json", "summary.json"):
        file = Path("run") / name
        file.write_text(file.read_text(encoding="utf-8").replace('"needed": 900000.0', '"needed": 800000.0'), "utf-8")
    found = verified()
    assert found.exit_code == 4
    assert "search: conflicts: budget budget: 899000.0 recomputed, 799000.0 written" in found.stderr


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["evaluate", SCENARIO, "requests.csv"], "targets: requests are compared without shares of need to be met"),
        (["alternatives", "run"], "run: other plans are sought without shares of need to be met"),
    ],
)
def test_what_cannot_hold_shares_of_need_says_so(solve: Callable[..., Result], command: list[str], said: str) -> None:
    targets = setting(targets={"covered_share": {"gp": 0.3}})
    assert solve(*targets).exit_code == 0
    Path("requests.csv").write_text("request_id,project_name,owner_name,owner_type,place_id\n", encoding="utf-8")
    more = targets if command[0] == "evaluate" else []
    found = CliRunner().invoke(main, [*command, *more, "--lang", "en", "--out", "other"])
    assert found.exit_code == 2
    assert said in found.stderr
