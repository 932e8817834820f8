"""A question with a horizon and a balance: today, without the plan and with it, both ends of the gain, and verify.

Bourg has 3 GPs and Dole 1, of whom 2.5 leave and 2 settle until 2028: 3.5 are left, with room for 1,050. In the west
1,800 people live, at Clairval 900, whom no GP of the west can serve.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from documented_runs import TOY
from msp_siting.cli import main
from msp_siting.files.fingerprints import sha256_of
from msp_siting.files.folders import seal
from msp_siting.runs.verification import verify_folder
from test_documented import documented

FLOWS = """
national: {}
opening_delay_years: {value: 3, unit: years, source: S, kind: assumed}
posts_filled_share: {value: 0.5, unit: share, source: S, kind: assumed}
recruits_drawn_from_installations_share: {value: 1.0, unit: share, source: S, kind: assumed}
"""
MANIFEST = """
name: toy
title: {fr: "Territoire d'essai", en: "Toy territory"}
crs: "EPSG:2154"
files:
- {path: supply.csv, sha256: SHA, source: S, licence: L, vintage: "2024", kind: measured}
"""
DRAWN = "flows.recruits_drawn_from_installations_share"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The toy with a balance, and runs of it at a share of 1 (``drawn``) and of 0 (``additional``)."""
    folder = tmp_path_factory.mktemp("horizon") / "project"
    shutil.copytree(TOY, folder)
    data, models = folder / "data" / "toy", folder / "models"
    (data / "supply.csv").write_text(
        "place_id,profession,practitioners,retiring_share\nb,gp,3,0.333333333333\nd,gp,1,0\n", encoding="utf-8"
    )
    manifest = MANIFEST.replace("SHA", sha256_of(data / "supply.csv"))
    (data / "manifest.yaml").write_text(manifest, encoding="utf-8")
    (data / "flows.csv").write_text(
        "kind,zone_id,profession,installations_per_year,departures_per_year,net_per_year_low,net_per_year_high,period,"
        "source\nterritory,toy,gp,0.5,0.625,-0.25,0,2018-2023,An observatory\n",
        encoding="utf-8",
    )
    (models / "parameters" / "flows.yaml").write_text(FLOWS, encoding="utf-8")
    with (models / "allocation.yaml").open("a", encoding="utf-8") as file:
        file.write("  flows: parameters/flows.yaml\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, share in (("drawn", 1), ("additional", 0)):
            solve(name, share)
        yield folder


def solve(name: str, share: int) -> None:
    changes = ("objective.bands=false", "horizon_year=2028", f"{DRAWN}={share}", "sites.force_open=[site-c]")
    settings = [part for change in changes for part in ("--set", change)]
    result = CliRunner().invoke(main, ["solve", "scenarios/toy.yaml", "--out", name, "--lang", "en", *settings])
    assert result.exit_code == 0, result.output
    Path(f"{name}.txt").write_text(result.stdout, encoding="utf-8")


def summary(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize(("run", "after"), [("drawn", 1650.0), ("additional", 1050.0)])
def test_today_the_trend_and_both_ends_add_up_by_hand(project: Path, run: str, after: float) -> None:
    found = summary(project / run)
    uncovered = {moment: found[f"uncovered_{moment}"]["gp"] for moment in ("today", "before", "after")}
    # Today 4 GPs hold 1,200 of the west's 1,800, and nobody Clairval's 900; in 2028 3.5 hold 1,050.
    assert uncovered == pytest.approx({"today": 1500, "before": 1650, "after": after})
    # 2 recruits serve 600 of Clairval's 900. If they would have settled anyway, nobody settles in the west: 600 less.
    assert found["uncovered_after_drawn"]["gp"] == pytest.approx(1650)
    assert found["uncovered_after_additional"]["gp"] == pytest.approx(1050)
    assert (found["objective_after_drawn"], found["objective_after_additional"]) == pytest.approx((1650, 1050))
    assert found["recruits_per_installation"]["gp"] == pytest.approx(1)
    assert found["worse_off"]["gp"] == {"demand_points": 3, "inhabitants": pytest.approx(600)}
    assert (found["horizon_year"], found["decided_by_year"]) == (2028, 2025)
    trend = found["trend"]["gp"]
    assert {name: trend[name] for name in ("posts_today", "departures", "installations", "posts")} == pytest.approx(
        {"posts_today": 4, "departures": 2.5, "installations": 2, "posts": 3.5}
    )
    assert (trend["posts_low"], trend["posts_high"], trend["is_assumed"]) == (3, 4, False)
    assert found["trend"]["nurse"] is None


def test_the_end_that_is_optimised_leads_the_lines(project: Path) -> None:
    drawn = (project / "drawn.txt").read_text(encoding="utf-8")
    assert "GP: 1,500 inhabitants uncovered today, 1,650 in 2028 without the plan, 1,650 with it" in drawn
    assert "Even with the plan more inhabitants find no GP in 2028 than today: 1,500 today" in drawn
    additional = (project / "additional.txt").read_text(encoding="utf-8")
    assert "1,650 in 2028 without the plan, 1,050 with it" in additional
    assert "Even with the plan" not in additional


def test_both_ends_the_balance_and_losers_are_told(project: Path) -> None:
    caveats = " ".join(summary(project / "drawn")["caveats"])
    assert "GP: the gain lies between 0 inhabitants, if each of the 2 recruits would have settled" in caveats
    assert "and 600, if none would" in caveats
    assert "3 demand points have more inhabitants without room with the plan than without it (600 in all)" in caveats
    assert "4 posts (FTE) in 2024; until 2028 2 end and 2 begin, so 4 (3 to 4). An observatory." in caveats
    assert "what is to serve anybody in 2028 is decided by 2025 at the latest" in caveats


def test_the_page_has_three_columns_and_the_trend(project: Path) -> None:
    page = (project / "drawn" / "report.html").read_text(encoding="utf-8")
    for words in (
        "in 2028 without the plan",
        "in 2028 with the plan",
        "Practitioners until the horizon",
        "Even with the",
    ):
        assert words in page


REQUEST = (
    "request_id;place_id;action;gp_present;gp_new_committed;nurses;nurse_new_committed;capex_ht_eur;requested_eur_region\n"
    "east;c;creation;0;2;1;1;900000;300000\n"
)


def test_a_request_is_told_at_both_ends(project: Path) -> None:
    Path("requests.csv").write_text(REQUEST, encoding="utf-8")
    options = ("--set", "horizon_year=2028", "--searches", "0", "--out", "requests", "--lang", "en")
    result = CliRunner().invoke(main, ["evaluate", "scenarios/toy.yaml", "requests.csv", *options])
    assert result.exit_code == 0, result.output
    (row,) = summary(project / "requests")["requests"]
    assert row["newly_covered_gp_drawn"] == pytest.approx(0, abs=1e-6)
    assert row["newly_covered_gp_additional"] == pytest.approx(600)
    assert row["newly_covered_gp"] == pytest.approx(0, abs=1e-6)  # a share of 1 leads
    sheet = next((project / "requests").rglob("*.html")).parent
    told = "the gain lies between 0 inhabitants, if the new GPs would have settled in the territory anyway, and 600"
    assert any(told in page.read_text(encoding="utf-8") for page in sheet.rglob("*.html"))


def test_a_sweep_and_a_comparison_have_both_ends(project: Path) -> None:
    changes = ("objective.bands=false", "horizon_year=2028", "sites.force_open=[site-c]")
    settings = [part for change in changes for part in ("--set", change)]
    options = ("--budgets", "1000000", "--workers", "1", "--out", "sweep", "--lang", "en")
    result = CliRunner().invoke(main, ["sweep", "scenarios/toy.yaml", *options, *settings])
    assert result.exit_code == 0, result.output
    (row,) = pd.read_csv(project / "sweep" / "sweep.csv").to_dict("records")
    assert (row["uncovered_drawn_gp"], row["uncovered_additional_gp"]) == pytest.approx((1650, 1050))
    assert verify_folder(project / "sweep").problems == ()
    result = CliRunner().invoke(main, ["compare", "drawn", "additional", "--out", "compared", "--lang", "en"])
    assert result.exit_code == 0, result.output
    table = pd.read_csv(project / "compared" / "compare.csv", keep_default_na=False)
    gp = table[table["profession"].eq("gp") & table["run"].eq(table["run"].iloc[0])].set_index("measure")["value"]
    expected = {"uncovered_today": 1500, "uncovered_after_drawn": 1650, "uncovered_after_additional": 1050}
    assert {name: float(gp[name]) for name in expected} == pytest.approx(expected)
    page = (project / "compared" / "report.html").read_text(encoding="utf-8")
    assert "Inhabitants uncovered today (GP)" in page


def test_every_column_is_documented_in_its_order(project: Path) -> None:
    for file in ("coverage.csv", "zones.csv"):
        names = [name for name in documented(f"`{file}` of solve", "column") if name != "apl_official"]
        assert list(pd.read_csv(project / "drawn" / file, dtype=str).columns) == names


def test_it_verifies(project: Path) -> None:
    for run in ("drawn", "additional"):
        assert verify_folder(project / run).problems == ()


@pytest.mark.parametrize(
    "path",
    [
        ("uncovered_today", "gp"),
        ("shortage_today", "gp"),
        ("beyond_20_minutes_today",),
        ("apl_mean_today",),
        ("uncovered_after_drawn", "gp"),
        ("uncovered_after_additional", "gp"),
        ("objective_after_drawn",),
        ("objective_after_additional",),
        ("inhabitants_below_apl_floor_after_drawn",),
        ("recruits_per_installation", "gp"),
        ("worse_off", "gp", "inhabitants"),
        ("decided_by_year",),
        ("trend", "gp", "posts"),
        ("trend", "gp", "installations"),
    ],
    ids=".".join,
)
def test_a_key_that_is_changed_is_noticed(project: Path, tmp_path: Path, path: tuple[str, ...]) -> None:
    run = tmp_path / "drawn"
    shutil.copytree(project / "drawn", run)
    content = summary(run)
    part = content
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = (part[path[-1]] or 0) + 1
    (run / "summary.json").write_text(json.dumps(content), encoding="utf-8")
    seal(run)
    (told,) = verify_folder(run, project / "data" / "toy").problems
    assert str(told).startswith(f"{run}/summary.json: {path[0]}: ")


@pytest.mark.parametrize(
    "column", ["uncovered_today", "nearest_minutes_today", "uncovered_after_drawn", "uncovered_after_additional"]
)
def test_a_cell_that_is_changed_is_noticed(project: Path, tmp_path: Path, column: str) -> None:
    run = tmp_path / "drawn"
    shutil.copytree(project / "drawn", run)
    table = pd.read_csv(run / "coverage.csv", dtype=str, keep_default_na=False)
    row = table.index[table["profession"].eq("gp")][1]
    table.loc[row, column] = str(float(table.loc[row, column]) + 7)
    table.to_csv(run / "coverage.csv", index=False, lineterminator="\n")
    seal(run)
    told = verify_folder(run, project / "data" / "toy").problems
    assert [each for each in map(str, told) if f"coverage.csv: row {row + 2}: {column}" in each]
