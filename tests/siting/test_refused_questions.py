"""Questions to siting models that are wrong, that no plan answers, or that other commands are asked."""

import json
from pathlib import Path
from typing import Any

import pytest

import msp_siting as msp
from siting_line import Line

WITHIN_10 = {"cutoff_minutes": 10.0}

# Model, keys of the scenario, what is said; the line's figures are worked in tests/siting/test_solved_models.py.
WITHOUT_PLAN: list[tuple[str, dict[str, Any], list[str]]] = [
    # The cheapest three sites that reach everybody cost 700 EUR.
    (
        "cost-to-target",
        {"budget_eur": 500, "changes": WITHIN_10},
        [
            "budget: the cheapest plan costs 700 EUR, the budget is 500 EUR: 200 EUR short.",
            "cutoff_minutes: without this rule there would be a plan.",
        ],
    ),
    # Two sites reach everybody, no single one does.
    (
        "set-cover",
        {"site_count": {"max": 1}, "changes": WITHIN_10},
        [
            "site_count: with the other rules it takes at least 2 sites, 1 may open.",
            "cutoff_minutes: without this rule there would be a plan.",
        ],
    ),
    # One site holds 130 of 250.
    (
        "capacitated-p-median",
        {"site_count": 1},
        [
            "site_count: without this rule there would be a plan.",
            (
                "capacity: 250 inhabitants are to be served; all sites that may open hold 650, and those that may open "
                "together do not hold everybody."
            ),
        ],
    ),
    # Brion and any other cost 2,100 EUR at least.
    (
        "p-median",
        {"site_count": 2, "budget_eur": 300, "sites": {"force_open": ["sb"]}},
        ["budget: the cheapest plan costs 2,100 EUR, the budget is 300 EUR: 1,800 EUR short."],
    ),
    # Five villages, nine sites.
    ("p-dispersion", {"site_count": 9}, ["site_count: 9 sites are to open, 5 can in all."]),
    # Without a, b and c nobody is within 10 minutes of Amblay and Brion.
    (
        "set-cover",
        {"sites": {"exclude": ["sa", "sb", "sc"]}, "changes": WITHIN_10},
        [
            (
                "2 demand points are within reach of no site that may open (110 inhabitants): Amblay (a), Brion (b). "
                "A longer cutoff_minutes, more candidates in sites.csv or every_place_may_host would allow a plan."
            )
        ],
    ),
]
IS_OF_PRACTITIONERS = (
    "the model p-median has no professions, no practitioners and no horizon; take this key out, or ask a model such "
    "as allocation"
)


@pytest.mark.parametrize(("model", "keys", "said"), WITHOUT_PLAN, ids=[model for model, *_ in WITHOUT_PLAN])
def test_why_there_is_no_plan(line: Line, model: str, keys: dict[str, Any], said: list[str]) -> None:
    result = line.run("solve", str(line.ask(model, **keys)), "--out", "run")
    assert result.exit_code == 3, result.output + repr(result.exception)
    assert result.stdout.splitlines()[1:-1] == said
    summary = json.loads(Path("run/summary.json").read_text(encoding="utf-8"))
    assert (summary["status"], summary["objective"], summary["sites_opened"]) == ("infeasible", None, None)
    assert {path.name for path in Path("run").iterdir()} == {
        *("report.html", "run.json", "run.log", "scenario.resolved.yaml", "summary.json")
    }
    page = Path("run/report.html").read_text(encoding="utf-8")
    assert said[0].split(":")[0] in page
    assert line.run("verify", "run").exit_code == 0


def test_all_that_is_wrong_is_said_at_once(line: Line) -> None:
    scenario = line.ask(
        "p-median",
        recruitable={"gp": 2},
        horizon_year=2030,
        targets={"covered_share": {"gp": 0.5}},
        sites={"force_open": ["sa", {"site": "sb", "format": "small"}], "exclude": ["sa"], "fails_gates": ["sc"]},
    )
    result = line.run("solve", str(scenario), "--out", "run")
    assert result.exit_code == 2
    told = [each.split("asked.yaml: ")[1] for each in result.stderr.splitlines()]
    assert told == [
        f"recruitable: {IS_OF_PRACTITIONERS}",
        f"horizon_year: {IS_OF_PRACTITIONERS}",
        f"targets: {IS_OF_PRACTITIONERS}",
        f"sites.fails_gates: {IS_OF_PRACTITIONERS}",
        "sites.force_open: sb: p-median chooses no formats; name the site alone",
        "site_count: missing; p-median needs the number of sites (site_count: 5)",
        "sites.force_open: sb: the model has no format 'small'",
        "sites: 'sa' is both forced open and excluded; keep one",
    ]
    assert not Path("run").exists()


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("max-coverage", {}, "site_count: max-coverage needs a limit: give site_count (site_count: 5) or budget_eur"),
    ("p-dispersion", {"site_count": {"min": 1, "max": 2}}, "site_count: p-dispersion needs one number"),
    ("p-dispersion", {"site_count": 2, "budget_eur": 5}, "budget_eur: p-dispersion counts no money; take it out"),
    ("p-median", {"site_count": 2, "changes": {"nearest": 2}}, "changes.nearest: no such parameter"),
    ("p-median", {"site_count": 2, "changes": {"cutof_minutes": 2}}, "did you mean cutoff_minutes?"),
    ("set-cover", {"changes": {"cutoff_minutes": None}}, "cutoff_minutes: set-cover needs a number"),
    ("set-cover", {"changes": {"cutoff_minutes": -1.0}}, "cutoff_minutes.value: must be at least 0, got -1.0"),
    ("cost-to-target", {"changes": {"covered_share": 1.5}}, "covered_share.value: must be at most 1, got 1.5"),
    ("set-cover", {"changes": {"existing_supply_covers": "gp"}}, "supply.csv has no row of 'gp'"),
    ("p-median", {"site_count": 1, "sites": {"force_open": ["zz"]}}, "sites.force_open: no candidate site 'zz'"),
]


@pytest.mark.parametrize(("model", "keys", "said"), WRONG)
def test_what_is_wrong_is_named(line: Line, model: str, keys: dict[str, Any], said: str) -> None:
    result = line.run("solve", str(line.ask(model, **keys)), "--out", "run")
    assert result.exit_code == 2, result.output + repr(result.exception)
    assert said in result.stderr
    assert not Path("run").exists()


def test_capacities_and_places_that_lack_are_named(line: Line) -> None:
    line.change("sites.csv", "candidate,100,130", "candidate,100,")
    result = line.run("solve", str(line.ask("capacitated-p-median", site_count=2)))
    assert (result.exit_code, "row 4: capacity_inhabitants: is empty" in result.stderr) == (2, True)
    line.change("demand.csv", "c,Corps,40,5.2,45.0\n", "")
    line.change("travel_times.csv", "\nc,a,20\nc,b,10\nc,c,0\nc,d,10\nc,e,20", "")
    result = line.run("solve", str(line.ask("p-dispersion", site_count=2)))
    assert (result.exit_code, "'c' is no demand point, so no minutes from it are known" in result.stderr) == (2, True)


def test_commands_that_need_practitioners_refuse(line: Line) -> None:
    """Which commands know such a model is said, with exit code 2."""
    scenario = str(line.ask("p-median", site_count=2))
    line.solve(Path(scenario))
    Path("requests.csv").write_text("request_id,place_id\n1,a\n", encoding="utf-8")
    line.run("solve", scenario, "--set", "site_count=1", "--out", "other")
    for command in (
        ("sweep", scenario, "--budgets", "0:1000:500"),
        ("evaluate", scenario, "requests.csv"),
        ("diagnose", "line", "--model", "p-median"),
        ("solve", scenario, "--write-model", "model.lp"),
        ("solve", scenario, "--start", "run"),
        ("solve", scenario, "--csv", "excel-fr"),
        ("compare", "run", "other"),
        ("alternatives", "run"),
        ("report", "run", "--csv", "excel-fr"),
    ):
        result = line.run(*command)
        assert result.exit_code == 2, (command, result.output)
        assert "siting model" in result.stderr, command


def test_the_door_says_where_such_models_are_asked(line: Line) -> None:
    scenario = line.ask("p-median", site_count=2)
    with pytest.raises(msp.ScenarioError, match="which solve, check, verify and report know"):
        msp.solve(scenario)
    line.solve(scenario)
    with pytest.raises(msp.ScenarioError, match="holds a plan of a siting model"):
        msp.read_run("run")
    assert msp.verify("run").problems == ()


def test_check_counts_candidates_and_open_places(line: Line) -> None:
    line.write("supply.csv", "place_id,profession,practitioners", "b,gp,1")
    scenario = line.ask("set-cover", changes={"existing_supply_covers": "gp"})
    result = line.run("check", str(scenario))
    assert result.exit_code == 0
    assert "sound. Where to open on the line? 5 candidate sites, 1 place open from the start, 5 demand points." in (
        result.stdout
    )
