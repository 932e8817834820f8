"""Each named model on the line: the plan that a sentence predicts, solved, verified, and solved again as resolved."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from siting_line import Line

# Model, keys of the scenario, sites that open, objective; the sentence says why.
PLANS: list[tuple[str, dict[str, Any], str, float]] = [
    # One site within 10 minutes: Brion reaches Amblay, itself and Corps, 150; Dizy only 140.
    ("max-coverage", {"site_count": 1, "changes": {"cutoff_minutes": 10.0}}, "b", 150),
    # With 400 EUR Amblay and Corps reach all but Essert, 160; Corps and Essert only 150.
    ("max-coverage", {"budget_eur": 400, "changes": {"cutoff_minutes": 10.0}}, "a c", 160),
    # Within 10 minutes two sites reach everybody (several pairs do): no single one does.
    ("set-cover", {"changes": {"cutoff_minutes": 10.0}}, "", 2),
    # Of the pairs that reach everybody only Brion and Dizy both reach Corps: its 40.
    ("backup-coverage", {"changes": {"cutoff_minutes": 10.0}}, "b d", 40),
    # The same counted by point: Corps is one.
    ("backup-coverage", {"changes": {"cutoff_minutes": 10.0, "backup_of": "points"}}, "b d", 1),
    # Both ends: Brion 10 x 10, Corps 40 x 20, Dizy 10 x 10.
    ("p-median", {"site_count": 2}, "a e", 1000),
    # Nobody beyond 10 minutes: of Amblay and Dizy (100 + 400 + 900), of Brion and Essert (1,000 + 400 + 100).
    ("p-median", {"site_count": 2, "changes": {"cutoff_minutes": 10.0}}, "a d", 1400),
    # To both of Brion and Corps: 100 x 15, 10 x 5, 40 x 5, 10 x 15, 90 x 25.
    ("k-nearest-p-median", {"site_count": 2}, "b c", 4150),
    # With one nearest it is the p-median.
    ("k-nearest-p-median", {"site_count": 2, "changes": {"nearest": 1}}, "a e", 1000),
    # Two sites leave nobody beyond 10 minutes.
    ("p-center", {"site_count": 2}, "", 10),
    # One site: from the middle both ends are 20 minutes away.
    ("p-center", {"site_count": 1}, "c", 20),
    # Three sites 20 minutes apart: both ends and the middle.
    ("p-dispersion", {"site_count": 3}, "a c e", 20),
    # 130 each, villages whole: Amblay, Brion and Dizy (120) go to a (100 + 300), Corps and Essert (130) to e (800).
    ("capacitated-p-median", {"site_count": 2}, "a e", 1200),
    # Corps split between both ends: as without capacities.
    ("capacitated-p-median", {"site_count": 2, "changes": {"single_source": False}}, "a e", 1000),
    # 700 EUR for three sites and 0.5 x (10 x 10 + 10 x 10) for ways; without Corps 600 + 500.
    ("fixed-charge", {"changes": {"travel_cost_eur_per_inhabitant_minute": 0.5}}, "a c e", 800),
    # Everybody within 10 minutes: the ends reach all but Corps, whose own site costs 100.
    ("cost-to-target", {"changes": {"cutoff_minutes": 10.0}}, "a c e", 700),
    # 155 of 250: Amblay and Corps reach 160; Corps and Essert, as cheap, only 150.
    ("cost-to-target", {"changes": {"cutoff_minutes": 10.0, "covered_share": 0.62}}, "a c", 400),
]


@pytest.mark.parametrize(("model", "keys", "opened", "objective"), PLANS)
def test_the_plan_is_the_one_predicted(
    line: Line, model: str, keys: dict[str, Any], opened: str, objective: float
) -> None:
    summary = line.solve(line.ask(model, **keys))
    assert summary["status"] == "optimal"
    assert summary["objective"] == pytest.approx(objective)
    assert summary["bound"] == pytest.approx(objective)
    sites = pd.read_csv("run/sites.csv", dtype=str)
    if opened:
        assert " ".join(site[1:] for site in sites["site_id"]) == opened
    found = line.run("verify", "run")
    assert found.exit_code == 0, found.output
    assert "none differs" in found.output
    again = line.run("solve", "run/scenario.resolved.yaml", "--out", "again")
    assert again.exit_code == 0, again.output + repr(again.exception)
    assert Path("again/sites.csv").read_bytes() == Path("run/sites.csv").read_bytes()
    fresh = json.loads(Path("again/summary.json").read_text(encoding="utf-8"))
    assert fresh["objective"] == summary["objective"]
    assert fresh["input_sha256"] == summary["input_sha256"]


def test_tables_say_who_goes_where_and_who_is_out_of_reach(line: Line) -> None:
    """Brion opens: it serves Amblay, itself and Corps; Dizy (10) and Essert (90) stay out of reach."""
    summary = line.solve(line.ask("max-coverage", site_count=1, changes={"cutoff_minutes": 10.0}))
    assert Path("run/allocation.csv").read_text(encoding="utf-8").splitlines() == [
        "demand_id,place_id,site_id,profession,supply,inhabitants,minutes",
        "a,b,sb,all,new,100.0,10.0",
        "b,b,sb,all,new,10.0,0.0",
        "c,b,sb,all,new,40.0,10.0",
    ]
    coverage = pd.read_csv("run/coverage.csv").set_index("demand_id")
    assert coverage["uncovered_before"].tolist() == [100, 10, 40, 10, 90]
    assert coverage["uncovered_after"].tolist() == [0, 0, 0, 10, 90]
    assert coverage["nearest_minutes_after"].tolist() == [10, 0, 10, 20, 30]
    assert coverage["nearest_minutes_before"].isna().all()
    assert summary["uncovered_after"] == {"all": 100.0}
    assert (summary["cost_eur"], summary["sites_opened"], summary["staff"]) == (2000.0, 1, None)
    assert (summary["longest_minutes_after"], summary["mean_minutes_after"]) == (30.0, (1000 + 400 + 200 + 2700) / 250)


def test_what_exists_is_open_costs_nothing_and_is_not_counted(line: Line) -> None:
    """Brion exists: one more site is best in Essert; Amblay 100 x 10, Corps 40 x 10, Dizy 10 x 10."""
    line.change("sites.csv", "45.0,candidate,2000,130\nsc", "45.0,existing,2000,130\nsc")
    summary = line.solve(line.ask("p-median", site_count=1))
    assert (summary["objective"], summary["sites_opened"], summary["cost_eur"]) == (1500.0, 1, 300.0)
    assert pd.read_csv("run/sites.csv")["site_id"].tolist() == ["se"]
    rows = pd.read_csv("run/allocation.csv")
    assert rows[rows["demand_id"].eq("a")][["site_id", "supply"]].values.tolist() == [["sb", "existing"]]
    assert line.run("verify", "run").exit_code == 0
    off = line.solve(line.ask("p-median", site_count=1, changes={"constraints.existing_sites": False}))
    assert off["objective"] == 100 * 20 + 10 * 10 + 10 * 10 + 90 * 20


def test_practitioners_count_as_open_places_only_where_asked(line: Line) -> None:
    """A GP at Brion reaches Amblay, Brion and Corps: only Dizy and Essert are left, which Essert's 300 EUR reach."""
    line.write("supply.csv", "place_id,profession,practitioners", "b,gp,1", "d,gp,0")
    keys = {"cutoff_minutes": 10.0}
    assert line.solve(line.ask("cost-to-target", changes=keys))["objective"] == 700
    summary = line.solve(line.ask("cost-to-target", changes=keys | {"existing_supply_covers": "gp"}))
    assert (summary["objective"], summary["uncovered_before"]) == (300, {"all": 100.0})
    assert summary["existing"] == {"existing": 0, "msp": 0, "supply": 1}
    rows = pd.read_csv("run/allocation.csv", dtype=str, keep_default_na=False)
    assert rows[rows["demand_id"].eq("a")][["place_id", "site_id", "supply"]].values.tolist() == [["b", "", "existing"]]
    assert line.run("verify", "run").exit_code == 0


def test_msps_that_are_known_are_open(line: Line) -> None:
    """An MSP at Brion, known by places.csv: the same 300 EUR."""
    line.write("places.csv", "place_id,name,lon,lat,msps", "b,Brion,5.1,45.0,1")
    summary = line.solve(line.ask("cost-to-target", changes={"cutoff_minutes": 10.0}))
    assert (summary["objective"], summary["existing"]["msp"]) == (300, 1)


def test_sites_without_a_cost_take_that_of_the_cheapest_format(line: Line) -> None:
    """Corps has no cost of its own and 600 people: a small MSP at 590,000 EUR; no MSP is near for a satellite."""
    line.change("sites.csv", "candidate,100,130", "candidate,,130")
    line.change("demand.csv", "Corps,40", "Corps,600")
    summary = line.solve(line.ask("cost-to-target", changes={"cutoff_minutes": 0.0}))
    assert summary["objective"] == 590_000 + 300 + 2000 + 2000 + 300
    sites = pd.read_csv("run/sites.csv", keep_default_na=False).set_index("site_id")
    assert sites.loc["sc", ["format", "action", "cost_from"]].tolist() == ["small", "creation", "format"]
    assert sites.loc["sa", ["format", "cost_from"]].tolist() == ["", "site"]
    assert summary["sites_costed_by_format"] == 1
    assert line.run("verify", "run").exit_code == 0


def test_a_village_too_small_for_any_format_hosts_only_where_every_place_may(line: Line) -> None:
    """Corps, with 40 people, is too small for a small MSP (500): it cannot open, so nobody there is reached."""
    line.change("sites.csv", "candidate,100,130", "candidate,,130")
    keys = {"cutoff_minutes": 0.0}
    summary = line.solve(line.ask("cost-to-target", changes=keys))
    assert (summary["status"], summary["unreachable"], summary["candidates_without_format"]) == ("infeasible", ["c"], 1)
    summary = line.solve(line.ask("cost-to-target", changes=keys | {"every_place_may_host": True}))
    assert (summary["status"], summary["objective"]) == ("optimal", 590_000 + 4600)


def test_every_place_is_a_candidate_where_asked(line: Line) -> None:
    """Without a site of its own Corps is out of reach within 0 minutes; as a place it is not."""
    line.change("sites.csv", "sc,c,Corps,5.2,45.0,candidate,100,130\n", "")
    assert line.solve(line.ask("set-cover", changes={"cutoff_minutes": 0.0}))["unreachable"] == ["c"]
    summary = line.solve(line.ask("set-cover", changes={"cutoff_minutes": 0.0, "every_place_may_host": True}))
    assert (summary["objective"], summary["candidates"]) == (5, 5)
    assert "place-c" in pd.read_csv("run/sites.csv")["site_id"].tolist()
    assert line.run("verify", "run").exit_code == 0


def test_several_sites_may_share_a_place(line: Line) -> None:
    """A second site at Amblay for 200 EUR is taken instead of the first; minutes between them are 0."""
    line.change("sites.csv", "sb,b", "s2,a,Amblay,5.0,45.0,candidate,200,130\nsb,b")
    summary = line.solve(line.ask("cost-to-target", changes={"cutoff_minutes": 10.0}))
    assert summary["objective"] == 600
    assert line.solve(line.ask("p-dispersion", site_count=6))["objective"] == 0


def test_sites_between_which_no_time_is_known_have_no_objective(line: Line) -> None:
    """Two sites whose places nobody travels between are farther apart than the table goes."""
    line.change("travel_times.csv", "a,e,40\n", "")
    line.change("travel_times.csv", "e,a,40\n", "")
    summary = line.solve(line.ask("p-dispersion", site_count=2))
    assert (summary["status"], summary["objective"]) == ("optimal", None)
    assert pd.read_csv("run/sites.csv")["site_id"].tolist() == ["sa", "se"]
    assert line.run("verify", "run").exit_code == 0
    line.change("travel_times.csv", "b,e,30\n", "b,e,30\na,e,50\n")
    assert line.solve(line.ask("p-dispersion", site_count=2))["objective"] == 50
