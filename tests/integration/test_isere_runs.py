"""The bundled Isère, solved for several budgets: figures, bounds, and a plan that reads sensibly."""

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from isere import GAP, SHORT, SHORT_LIST, solved_isere
from msp_siting.answer.pipeline import answer
from msp_siting.answer.summary import summarise
from msp_siting.answer.value import Answer
from msp_siting.cli import main
from msp_siting.commands import solving as runs
from msp_siting.files.projects import bundled_folder
from msp_siting.problem import relative_gap
from msp_siting.report.caveats import tell_caveats
from msp_siting.runs.tables import site_effects
from msp_siting.scenario.scenario import read_scenario
from msp_siting.solver import Settings

GIVEN_UP = 0.005
FEWEST_FILLED_SHARE = 0.5


ONCE: list[Callable[[str, Callable[[], Answer]], Answer]] = []


@pytest.fixture(autouse=True)
def _shared(once: Callable[[str, Callable[[], Answer]], Answer]) -> None:
    """Let each budget be solved by whichever worker asks first."""
    ONCE[:] = [once]


def solved(budget_eur: int) -> Answer:
    """Return the answer to isere-20m with another budget and a short list, proven within 1 %."""
    return solved_isere(ONCE[0], budget_eur)


def test_the_territory_as_published() -> None:
    summary = summarise(solved(20_000_000))
    assert summary["inhabitants"] == 1_284_948
    assert summary["inhabitants_below_apl_floor_official"] == 164_747
    assert summary["inhabitants_below_apl_floor_under_65_official"] == 292_028
    assert summary["apl_mean_official"] == pytest.approx(3.82, abs=0.005)
    assert len(solved(20_000_000).instance.inhabitants) == 512


def test_our_apl_beside_the_official_one() -> None:
    summary = summarise(solved(20_000_000))
    assert summary["apl_mean_before"] == pytest.approx(summary["apl_mean_official"])
    assert summary["apl_correlation_with_official"] == pytest.approx(0.73, abs=0.01)  # 0.70 without the rim
    assert summary["visits_per_gp_per_year"] == 4761.832  # of its manifest


def test_before_is_mostly_shortage() -> None:
    # Need 1,264,294; 995 GPs have room for 1,000 each, and those of the rim for 98,704 more once its own are served.
    found = solved(20_000_000)
    summary = summarise(found)
    room = found.instance.existing_capacity("gp")
    assert room == pytest.approx(1_093_704, rel=0.001)
    assert summary["shortage_need_before"]["gp"] == pytest.approx(1_264_294 - room, abs=1)
    assert summary["uncovered_need_before"]["gp"] == pytest.approx(182_304, rel=0.001)


@pytest.mark.parametrize("budget_eur", [2_500_000, 5_000_000, 8_000_000, 20_000_000])
def test_plans_are_proven_and_within_the_budget(budget_eur: int) -> None:
    found = solved(budget_eur)
    summary = summarise(found)
    assert summary["status"] == "optimal"
    best = summary["choice"]["objective_best"]
    assert relative_gap(best, summary["bound"]) <= GAP
    assert summary["gap"] <= GAP + (summary["objective"] - best) / summary["objective"]
    assert summary["choice"]["gain_given_up_share"] <= GIVEN_UP + 1e-6
    assert summary["cost_eur"] <= budget_eur
    assert summary["staff"]["gp"] <= 60


def test_more_money_is_bounded_by_less() -> None:
    answers = [solved(budget_eur) for budget_eur in (2_500_000, 5_000_000, 8_000_000, 20_000_000)]
    for less, more in pairwise(answers):
        assert more.solution.bound <= less.solution.objective
        assert more.solution.objective < less.solution.objective


def test_a_budget_of_nothing_changes_nothing() -> None:
    summary = summarise(solved(0))
    assert summary["sites_opened"] == 0
    assert summary["uncovered_after"] == summary["uncovered_before"]


def test_the_plan_reads_sensibly() -> None:
    """Each site: who comes from where, how full its practitioners are; and what the plan changes in all."""
    found = solved(20_000_000)
    effects = site_effects(found)
    print(effects.to_string())  # noqa: T201 - shown by pytest -s, for a planner's eye
    assert found.coverage is not None
    assert set(effects["site_id"]) == set(found.plan.sites["site_id"])
    assert (effects["filled_share"] >= FEWEST_FILLED_SHARE).all()
    assert (effects["inhabitants_served"] > 0).all()
    gp = effects[effects["profession"].eq("gp")]
    assert (gp["filled_share"] > 0.99).all()  # GPs are short everywhere: every new one is full
    hosts = found.territory.demand.set_index("demand_id")["inhabitants"]
    large = found.plan.sites.query("format == 'large'")["site_id"].map(found.instance.sites).map(hosts)
    assert (large >= 3000).all()
    summary = summarise(found)
    gained = summary["uncovered_need_before"]["gp"] - summary["uncovered_need_after"]["gp"]
    assert gained == pytest.approx(1000 * summary["staff"]["gp"], rel=0.01)
    fewer_short = summary["shortage_need_before"]["gp"] - summary["shortage_need_after"]["gp"]
    assert fewer_short == pytest.approx(1000 * summary["staff"]["gp"])


@pytest.mark.slow
def test_three_budgets_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "answer", lambda scenario, *_: solved(int(scenario.question.budget_eur)))
    folders = [tmp_path / str(million) for million in (5, 8, 20)]
    for folder in folders:
        run(folder, "isere-20m", "--set", f"budget_eur={folder.name}000000", *SHORT)
    arguments = ["compare", *map(str, folders), "--out", str(tmp_path / "compared"), "--lang", "fr"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    zones = pd.read_csv(tmp_path / "compared" / "zones.csv", dtype={"zone_id": str})
    gp = zones[zones["profession"].eq("gp")]
    for folder, (million, rows) in zip(folders, gp.groupby("run", sort=False), strict=True):
        own = json.loads((folder / "summary.json").read_text())
        assert million == f"isere-20m ({folder.name} M EUR)"
        by_kind = rows.groupby("kind")["uncovered_after"].sum()
        assert by_kind["epci"] == pytest.approx(own["uncovered_after"]["gp"], abs=0.01)
        assert by_kind["territory"] == pytest.approx(own["uncovered_after"]["gp"], abs=0.01)
    most = gp[gp["kind"].eq("territory")]["difference_inhabitants"].tolist()[1:]
    assert -36_000 < most[1] < most[0] < -15_000  # 30, 48 and 60 GPs recruited, 1,000 patients each
    summary = json.loads((tmp_path / "compared" / "summary.json").read_text())
    for against in summary["against_reference"]:
        assert sum(against["zones"]["epci"].values()) == 18
        assert against["sites"]["kept"] + against["sites"]["dropped"] == len(pd.read_csv(folders[0] / "sites.csv"))
    page = (tmp_path / "compared" / "report.html").read_text(encoding="utf-8")
    assert page.count('class="explorer"') == 1
    assert len(re.findall(r"Sans place\u00a0: [^<]* avec plan à 5\sM€", page)) == 512
    assert page.count('name="layer-comparison"') == 2 + 3  # the difference of two plans, and each of three


def test_the_balance_until_the_horizon_leaves_more_uncovered() -> None:
    path = bundled_folder() / "scenarios" / "isere-20m-2030.yaml"
    scenario = read_scenario(path, {"rim": False, "solve.relative_gap": 0.02, "budget_eur": 0} | SHORT_LIST)
    found = answer(scenario, Settings(time_limit_s=60, relative_gap=GAP, improvement_gap=1, threads=1, seed=1))
    summary = summarise(found)
    # 995 GPs, of whom 417 leave while 321 come, 1,000 standardised inhabitants each
    assert summary["shortage_need_today"]["gp"] == pytest.approx(1_264_294 - 995_000, abs=50)
    assert summary["shortage_need_before"]["gp"] == pytest.approx(1_264_294 - 995_000 + 96_000, abs=50)
    told = "995 posts (FTE) in 2024; until 2030 417 end and 321 begin, so 899 (880 to 899)"
    assert any(told in caveat for caveat in tell_caveats(summary, "en")["caveats"])
    replaced = tell_caveats(summarise(solved(20_000_000)), "en")["caveats"]
    assert any("77.6" in caveat and "replaced" in caveat for caveat in replaced)


def test_every_host_is_a_centre_with_a_pharmacy_or_has_an_msp_to_extend(tmp_path: Path) -> None:
    result = run(tmp_path / "run", "isere-5m", "--gap", "0.02")
    assert result.startswith("Plan proven")
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert not any("Existing structures are not loaded" in caveat for caveat in summary["caveats"])
    assert any("The rules of candidates exclude 204 of 373" in caveat for caveat in summary["caveats"])
    sites = pd.read_csv(tmp_path / "run" / "sites.csv", dtype={"place_id": str, "parent_place_id": str})
    places = pd.read_csv(bundled_folder() / "data" / "isere" / "places.csv", dtype={"place_id": str})
    hosts = sites.merge(places.drop(columns=["name", "lon", "lat"]), on="place_id")
    assert len(hosts) == len(sites) > 0
    assert set(sites["action"]) <= {"creation", "extension", "satellite"}
    extended = hosts["action"].eq("extension")
    assert hosts.loc[extended, "msps"].gt(0).all()
    assert hosts.loc[~extended, "msps"].eq(0).all()
    assert hosts.loc[~extended, "centre_level"].ne("none").all()
    assert hosts.loc[~extended, "pharmacies"].gt(0).all()
    times = pd.read_parquet(bundled_folder() / "data" / "isere" / "travel_times.parquet")
    apart = times[times["demand_id"].isin(sites["place_id"]) & times["place_id"].isin(sites["place_id"])]
    apart = apart[apart["demand_id"].ne(apart["place_id"])]
    parents = sites.dropna(subset=["parent_place_id"])[["place_id", "parent_place_id"]].to_numpy().tolist()
    own = {frozenset(pair) for pair in parents}
    near = [frozenset(pair) for pair in apart.loc[apart["minutes"].lt(10), ["demand_id", "place_id"]].to_numpy()]
    assert all(pair in own for pair in near)


@pytest.mark.slow
def test_forced_and_excluded_sites(tmp_path: Path) -> None:
    run(tmp_path / "run", "isere-10m-forced", "--gap", "0.02", "--set", "rim=false")
    sites = (tmp_path / "run" / "sites.csv").read_text()
    assert "msp-38269" in sites
    assert "msp-38242" in sites
    assert "msp-38185" not in sites
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert summary["improvement_gap"] is None


@pytest.mark.slow
def test_two_runs_that_end_on_their_gap_are_the_same(tmp_path: Path) -> None:
    options = ("--threads", "1", "--gap", "0.005", "--set", "rim=false")
    for name in ("first", "second"):
        run(tmp_path / name, "isere-5m", *options)

    def untimed(name: str) -> dict[str, object]:
        summary = json.loads((tmp_path / name / "summary.json").read_text())
        return {key: value for key, value in summary.items() if not key.endswith("_s") and key != "peak_memory_mb"}

    assert untimed("first") == untimed("second")
    for file in ("sites.csv", "staff.csv", "allocation.csv", "coverage.csv", "zones.csv"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()


def run(folder: Path, scenario: str, *options: str) -> str:
    """Solve a bundled scenario into a folder and return what was said."""
    result = CliRunner().invoke(main, ["solve", scenario, "--out", str(folder), "--lang", "en", *options])
    assert result.exit_code == 0, result.output
    return result.stdout
