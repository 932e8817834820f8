"""The command line on the toy territory: what it writes, says and refuses."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from msp_siting.answer.pipeline import answer
from msp_siting.cli import main
from msp_siting.errors import problem
from msp_siting.files.folders import seal
from msp_siting.scenario.scenario import read_scenario
from msp_siting.solver import Settings

FILES = {
    *(
        "summary.json",
        "sites.csv",
        "staff.csv",
        "allocation.csv",
        "coverage.csv",
        "zones.csv",
        "blocks.csv",
        "prices.csv",
    ),
    *("plan.gpkg", "plan.qgz", "map.png", "plan.xlsx", "note.docx"),
    *("candidates.csv", "gates.csv", "gates.resolved.yaml", "sites.geojson", "report.html", "scenario.resolved.yaml"),
    "groups.csv",
    "hosts.csv",
    *("run.json", "run.log"),
}
SUMMARY_KEYS = [
    *("scenario", "territory", "model", "status", "objective", "bound", "gap", "improvement_gap", "objective_before"),
    *(
        "budget_eur",
        "cost_eur",
        "aid_budget_eur",
        "aid_eur",
        "aci_eur_per_year",
        "sites_opened",
        "staff",
        "inhabitants",
    ),
    *("uncovered_before", "uncovered_after", "shortage_before", "shortage_after"),
    *("beyond_20_minutes_before", "beyond_20_minutes_after", "apl_mean_before", "apl_mean_after"),
    *("inhabitants_below_apl_floor_before", "inhabitants_below_apl_floor_after"),
    *("build_s", "solve_s", "total_s", "peak_memory_mb", "seed", "versions", "input_sha256", "caveats"),
]


@pytest.fixture(autouse=True)
def _in_project(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)


def solve(*options: str) -> Result:
    return CliRunner().invoke(main, ["solve", "scenarios/toy.yaml", "--lang", "en", *options])


def summary(folder: str = "runs/toy") -> dict[str, object]:
    return json.loads((Path(folder) / "summary.json").read_text(encoding="utf-8"))


def test_a_run_writes_every_promised_file() -> None:
    result = solve()
    assert result.exit_code == 0, result.output
    assert {path.name for path in Path("runs/toy").iterdir()} == FILES
    assert [path.name for path in Path("runs").iterdir()] == ["toy"]


def test_the_first_line_says_whether_the_plan_is_proven() -> None:
    first, second, third, *_ = solve().stdout.splitlines()
    assert first == (
        "Plan proven: within 0.00% of the best possible in the model (improvement gap 0.00%); "
        "precision of the computation, not of the data."
    )
    assert second == (
        "Proposed sites: 1. Posts to fill: GP 2, nurse 1, midwife 0. Investment: 900,000 EUR of 1,000,000 EUR; "
        "apart from it, aid to practitioners: 25,000 EUR."
    )
    assert third == (
        "GP: 2,100 inhabitants uncovered before, 1,500 after (best case); after: 1,500 by shortage, 0 by distance."
    )


def test_summary_has_every_key_of_the_contract() -> None:
    solve()
    found = summary()
    assert [key for key in SUMMARY_KEYS if key not in found] == []
    assert (found["status"], found["objective"], found["objective_before"]) == ("optimal", 3517.5, 5287.5)
    assert found["uncovered_after"]["gp"] == pytest.approx(1500)
    assert found["staff"] == {"gp": 2, "nurse": 1, "midwife": 0}


def test_tables_have_the_columns_of_the_contract() -> None:
    solve()
    columns = {name: list(pd.read_csv(f"runs/toy/{name}.csv").columns) for name in ("staff", "allocation", "coverage")}
    assert columns["staff"] == ["site_id", "profession", "recruited", "moved", "aid_eur"]
    assert columns["allocation"] == [
        *("demand_id", "place_id", "site_id", "profession", "supply", "inhabitants", "minutes")
    ]
    assert columns["coverage"] == [
        *("demand_id", "profession", "inhabitants", "need", "uncovered_before", "uncovered_after", "block"),
        *("nearest_minutes_before", "nearest_minutes_after", "apl_before", "apl_after"),
    ]
    sites = pd.read_csv("runs/toy/sites.csv").iloc[0]
    assert (sites["site_id"], sites["action"], sites["cost_eur"]) == ("site-c", "creation", 900_000)


def test_json_prints_the_summary() -> None:
    result = solve("--json")
    assert json.loads(result.stdout) == summary()


def test_nothing_but_json_reaches_stdout() -> None:
    """In a process of its own: a banner that the solver prints does not pass through Python."""
    command = [sys.executable, "-m", "msp_siting", "solve", "scenarios/toy.yaml", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["status"] == "optimal"


def test_a_budget_of_nothing_changes_nothing() -> None:
    assert solve("--set", "budget_eur=0").exit_code == 0
    found = summary()
    assert found["uncovered_after"] == found["uncovered_before"]
    assert (found["sites_opened"], found["cost_eur"], found["improvement_gap"]) == (0, 0, 0)


def test_the_resolved_scenario_gives_the_same_plan_again() -> None:
    solve("--set", "professions.gp.cutoff_minutes=10")
    again = CliRunner().invoke(main, ["solve", "runs/toy/scenario.resolved.yaml", "--out", "runs/again"])
    assert again.exit_code == 0, again.output
    first, second = summary(), summary("runs/again")
    for key in ("objective", "bound", "input_sha256", "uncovered_after", "staff"):
        assert first[key] == second[key], key
    assert Path("runs/toy/sites.csv").read_bytes() == Path("runs/again/sites.csv").read_bytes()


def test_the_resolved_scenario_refuses_a_territory_that_changed() -> None:
    solve()
    table = Path("data/toy/demand.csv")
    table.write_text(table.read_text().replace("900", "901"))
    result = CliRunner().invoke(main, ["solve", "runs/toy/scenario.resolved.yaml", "--out", "runs/again"])
    assert result.exit_code == 2
    assert "not the territory of toy (its files have changed since)" in result.stderr


def test_french_on_request() -> None:
    first = solve("--lang", "fr").stdout.splitlines()[0]
    assert first.startswith("Plan prouvé : à moins de 0,00")
    assert "habitants sans place" in Path("runs/toy/report.html").read_text(encoding="utf-8").lower()


def test_no_plan_is_explained_and_exits_with_3() -> None:
    result = solve("--set", "site_count=1", "--set", "budget_eur=1000")
    assert result.exit_code == 3
    first, budget, count, *_ = result.stdout.splitlines()
    assert first == "No plan satisfies all the rules."
    assert budget.endswith("costs 900,000 EUR, the budget is 1,000 EUR: 899,000 EUR short.")
    assert count == "Number of sites: at least 1 are asked for, at most 0 can open under the other rules: 1 too few."
    assert {path.name for path in Path("runs/toy").iterdir()} == {
        *("summary.json", "run.json", "run.log", "report.html", "scenario.resolved.yaml", "candidates.csv")
    }
    found = summary()
    assert (found["status"], found["objective"], found["uncovered_after"]) == ("infeasible", None, None)


def test_out_of_time_opening_nothing_is_said_first() -> None:
    result = solve("--time-limit", "0.000000001")
    assert result.exit_code == 0, result.output
    first = result.stdout.splitlines()[0]
    assert first.startswith("No plan better than opening nothing was found: this plan proposes no site")
    assert first.endswith("ended by the time limit.")
    found = summary()
    assert (found["status"], found["sites_opened"], found["objective"]) == ("feasible", 0, found["objective_before"])
    assert solve("--time-limit", "0.000000001", "--set", "site_count=1").exit_code == 3
    assert summary()["status"] == "no_plan"


def test_nothing_can_open_is_not_said_where_a_site_opens() -> None:
    """Without the rule on teams a site may open with fewer than its format's team, and take less aid."""
    free = ("--set", "constraints.composition=false", "--set", "aid_budget_eur=10000", "--set", "recruitable={gp: 1}")
    result = solve(*free, "--set", "sites.force_open=[site-a]")
    assert result.exit_code == 0, result.output
    assert "Proposed sites: 1." in result.stdout
    assert "Nothing can open" not in result.output + Path("runs/toy/report.html").read_text(encoding="utf-8")
    assert "Nothing can open" in solve("--set", "aid_budget_eur=10000").stdout


def test_wrong_input_exits_with_2_and_writes_nothing() -> None:
    result = solve("--set", "budget_eur=lots")
    assert result.exit_code == 2
    assert "budget_eur: expected a number, got 'lots'" in result.stderr
    assert not Path("runs").exists()


def test_a_folder_that_is_no_run_is_not_replaced() -> None:
    Path("precious").mkdir()
    Path("precious/letter.txt").write_text("dear all")
    result = solve("--out", "precious")
    assert result.exit_code == 2
    assert "precious: holds something else than an earlier run" in result.stderr
    assert Path("precious/letter.txt").read_text() == "dear all"


def test_an_earlier_run_is_replaced_whole() -> None:
    solve()
    Path("runs/toy/stale.csv").write_text("left over")
    refused = solve("--set", "budget_eur=0")
    assert refused.exit_code == 2
    assert refused.stderr == (
        "error: runs/toy: holds stale.csv, which the run there did not write; "
        "move it, or give another folder with --out\n"
    )
    seal(Path("runs/toy"))  # as if that run had written it
    assert solve("--set", "budget_eur=0").exit_code == 0
    assert not Path("runs/toy/stale.csv").exists()
    assert summary()["budget_eur"] == 0


def test_a_failed_run_leaves_the_earlier_one(monkeypatch: pytest.MonkeyPatch) -> None:
    solve()
    before = (Path("runs/toy/summary.json")).read_bytes()
    monkeypatch.setattr("msp_siting.report.folders.run.write_layers", lambda *_: 1 / 0)
    assert isinstance(solve().exception, ZeroDivisionError)
    assert Path("runs/toy/summary.json").read_bytes() == before
    assert [path.name for path in Path("runs").iterdir()] == ["toy"]


def test_inputs_are_left_as_they_were() -> None:
    def fingerprints() -> dict[str, str]:
        files = sorted(path for path in Path().rglob("*") if path.is_file() and "runs" not in path.parts)
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    before = fingerprints()
    solve()
    assert fingerprints() == before


def test_an_answer_that_fails_verification_exits_with_4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msp_siting.answer.pipeline.problems_of_solution", lambda *_: [problem("capacity: too many")])
    result = solve()
    assert result.exit_code == 4
    assert "verification: capacity: too many" in result.stderr
    assert not Path("runs").exists()


def test_check_accepts_what_is_sound() -> None:
    result = CliRunner().invoke(main, ["check", "scenarios/toy.yaml", "data/toy", "allocation", "--lang", "en"])
    assert result.exit_code == 2  # "allocation" is a model's name, not a scenario's
    result = CliRunner().invoke(main, ["check", "scenarios/toy.yaml", "data/toy", "--lang", "en"])
    assert result.exit_code == 0, result.output
    assert "data/toy: sound; 4 demand points, 2,700 inhabitants, 3 sites." in result.stdout


@pytest.mark.parametrize(
    "request_to_end",
    [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)],
)
def test_interrupted_it_writes_the_best_plan_so_far(request_to_end: signal.Signals) -> None:
    """On Isère, asked for a complete proof with one thread: interrupted as soon as the live line shows a search."""
    command = [sys.executable, "-m", "msp_siting", "solve", "isere-20m", "--out", "runs/isere", "--lang", "en"]
    options = ["--set", "solve.relative_gap=0", "--set", "solve.improvement_gap=0", "--threads", "1"]
    pty = pytest.importorskip("pty", reason="this system has no terminals of its own making", exc_type=ImportError)
    ours, its = pty.openpty()
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=its, text=True)
    os.close(its)
    shown = b""
    while b"incumbent" not in shown:
        shown += os.read(ours, 1000)
    process.send_signal(request_to_end)
    drain = threading.Thread(target=_read_all, args=(ours,), daemon=True)
    drain.start()
    out, _ = process.communicate(timeout=240)
    assert process.returncode == 130, out
    assert {path.name for path in Path("runs/isere").iterdir()} >= {"summary.json", "run.json", "run.log"}
    assert json.loads(Path("runs/isere/summary.json").read_text())["status"] == "feasible"
    assert "an interruption" in out.splitlines()[0]


def _read_all(terminal: int) -> None:
    with contextlib.suppress(OSError):  # which is how a terminal ends
        while os.read(terminal, 1000):
            pass


def test_a_territory_where_nobody_reaches_anyone() -> None:
    Path("data/toy/travel_times.csv").write_text("demand_id,place_id,minutes\na,a,50\na,b,50\na,c,50\n")
    assert solve().exit_code == 0
    found = summary()
    assert found["uncovered_after"]["gp"] == 2700
    assert found["apl_mean_before"] == 0


def test_without_composition_teams_are_smaller() -> None:
    assert solve("--set", "constraints.composition=false").exit_code == 0
    assert summary()["staff"] == {"gp": 2, "nurse": 0, "midwife": 0}


def test_nothing_opens_for_want_of_money_or_recruits() -> None:
    solve("--set", "budget_eur=899999", "--set", "recruitable={gp: 4}")
    assert summary()["caveats"][:2] == [
        "Nothing can open: every format needs more posts (nurse) than one may hope to fill (0).",
        "Nothing can open: the cheapest site costs 900,000 EUR, more than the budget.",
    ]


def test_nothing_opens_for_want_of_aid() -> None:
    assert solve("--set", "aid_budget_eur=24999").exit_code == 0
    found = summary()
    assert (found["sites_opened"], found["aid_budget_eur"], found["aid_eur"]) == (0, 24_999, 0)
    assert found["caveats"][0] == (
        "Nothing can open: the smallest team gets 25,000 EUR of aid to practitioners, more than its limit."
    )


def test_aid_that_forced_sites_exceed_is_explained() -> None:
    result = solve("--set", "aid_budget_eur=24999", "--set", "sites.force_open=[site-a]")
    assert result.exit_code == 3
    assert "gets 25,000 EUR, the limit is 24,999 EUR: 1 EUR short." in result.stdout


def test_candidates_kept_closed_by_their_distance_are_counted() -> None:
    # Aubois and Bourg are 10 minutes apart; Clairval is far from both.
    assert solve("--set", "budget_eur=2000000", "--set", "spacing.minutes=11").exit_code == 0
    assert summary()["objective"] == pytest.approx(1777.5)
    assert summary()["caveat_facts"].count({"key": "caveat_spacing", "values": {"sites": 1, "minutes": 11.0}}) == 1
    said = (
        "1 candidate site could not open beside this plan: it is less than 11 minutes from one of its sites (spacing)."
    )
    assert any(text.startswith(said) for text in summary()["caveats"])
    assert solve("--set", "budget_eur=2000000").exit_code == 0
    assert "spacing" not in " ".join(summary()["caveats"])


@pytest.mark.usefixtures("town")
def test_candidates_beyond_the_openings_of_their_commune_are_counted() -> None:
    wanted = ("--set", "budget_eur=2700000", "--set", "sites.exclude=[site-b,site-c]", "--set", "recruitable.gp=6")
    assert solve(*wanted).exit_code == 0
    assert summary()["sites_opened"] == 2
    fact = {"key": "caveat_spacing_by_commune", "values": {"sites": 1, "inhabitants": 20_000}}
    assert summary()["caveat_facts"].count(fact) == 1
    said = (
        "1 candidate site could not open beside this plan: its commune has all the openings that its inhabitants allow"
    )
    assert any(text.startswith(said) for text in summary()["caveats"])
    assert "minutes from one of its sites" not in " ".join(summary()["caveats"])
    assert solve(*wanted, "--set", "spacing.inhabitants_per_opening=1").exit_code == 0
    assert summary()["sites_opened"] == 3
    assert "spacing" not in " ".join(summary()["caveats"])
    result = solve(*wanted, "--set", "site_count=3")
    assert result.exit_code == 3
    assert "Openings in one commune: its inhabitants allow 2, 3 would have to open: Aubois (site-a)," in result.stdout


def test_no_plan_for_want_of_distance_says_so() -> None:
    few = ("--set", "site_count=2", "--set", "sites.exclude=[site-c]", "--set", "budget_eur=2000000")
    assert solve(*few).exit_code == 0
    result = solve(*few, "--set", "spacing.minutes=11")
    assert result.exit_code == 3
    assert "they are too near to one another: Aubois (site-a), Bourg (site-b)." in result.stdout


def test_what_the_tables_lack_is_said() -> None:
    table = pd.read_csv("data/toy/demand.csv", dtype=str).assign(border=["true", "false", "false", "false"])
    table.to_csv("data/toy/demand.csv", index=False)
    solve("--set", "horizon_year=2030")
    said = " ".join(summary()["caveats"])
    for part in ("Existing structures", "ARS zoning", "Departures until the horizon", "1 demand point near the limit"):
        assert part in said
    assert "33% of inhabitants" in said


def test_an_official_apl_that_is_known_in_part_has_no_mean() -> None:
    table = pd.read_csv("data/toy/demand.csv", dtype=str).assign(apl_official=["3", "", "2", "2"])
    table.to_csv("data/toy/demand.csv", index=False)
    assert solve().exit_code == 0
    found = summary()
    assert (found["apl_mean_official"], found["inhabitants_below_apl_floor_official"]) == (None, None)


def test_a_territory_without_candidates_is_only_described() -> None:
    table = Path("data/toy/sites.csv")
    table.write_text(table.read_text().replace("candidate", "existing"))
    assert solve().exit_code == 0
    assert summary()["sites_opened"] == 0


def test_sites_are_asked_for_where_none_can_open() -> None:
    table = Path("data/toy/sites.csv")
    table.write_text(table.read_text().replace("candidate", "existing"))
    result = solve("--set", "site_count=1")
    assert result.exit_code == 3
    assert "at least 1 are asked for, at most 0 can open under the other rules: 1 too few." in result.stdout


def test_one_value_given_in_two_ways_is_refused() -> None:
    result = solve("--time-limit", "5", "--set", "solve.time_limit_s=3")
    assert result.exit_code == 2
    assert "solve.time_limit_s: given by an option of its own too; keep one" in result.stderr


def test_check_refuses_what_it_cannot_use() -> None:
    result = CliRunner().invoke(main, ["check", "data/toy", "--set", "budget_eur=1"])
    assert result.exit_code == 2
    assert "--set budget_eur: changes a scenario, and data/toy is none" in result.stderr


TABLES = ("sites", "staff", "allocation", "coverage", "zones")


def test_with_a_rim_its_posts_serve_and_its_people_are_not_counted(rim_folder: Path) -> None:
    assert rim_folder.is_dir()
    assert solve().exit_code == 0
    found = summary()
    assert (found["status"], found["inhabitants"]) == ("optimal", 2700)
    assert found["objective_before"] == pytest.approx(2227.5, rel=1e-5)
    assert found["objective"] == pytest.approx(877.5, rel=1e-5)
    assert found["uncovered_before"]["gp"] == pytest.approx(1080, abs=0.01)
    assert found["shortage_before"]["gp"] == pytest.approx(1080, abs=0.01)  # 2,700 - 1,080 - 540
    allocation = pd.read_csv("runs/toy/allocation.csv")
    beyond = allocation[allocation["place_id"].isin(["e", "f"])]
    assert beyond[["demand_id", "place_id", "supply", "minutes"]].to_numpy().tolist() == [["c", "f", "existing", 15.0]]
    assert beyond["inhabitants"].tolist() == pytest.approx([540], abs=0.01)
    points = pd.read_csv("runs/toy/coverage.csv")
    assert set(points["demand_id"]) == {"a", "b", "c", "d"}
    gp = points[points["profession"].eq("gp")].set_index("demand_id")
    assert gp.loc["c", "nearest_minutes_before"] == 15
    caveat = "2 demand points outside the territory, 300 inhabitants, are served but not counted"
    assert [text for text in found["caveats"] if text.startswith(caveat)] != []


def test_a_site_is_as_full_as_people_of_the_rim_make_it(rim_folder: Path) -> None:
    # 6 GPs at Bourg have room for 1,800: 1,680 of the territory and 120 of Esnes.
    assert rim_folder.is_dir()
    scenario = read_scenario("scenarios/toy.yaml", {"sites.force_open": ["site-b"]})
    settings = Settings(time_limit_s=60, relative_gap=0, improvement_gap=0, threads=1, seed=1)
    found = answer(scenario, settings)
    assert found.coverage is not None
    fill = found.coverage.fill.set_index("profession")["filled_share"]
    assert fill["gp"] == pytest.approx(1.0)


def test_a_rim_that_is_ignored_gives_the_same_run_as_none(rim_folder: Path) -> None:
    table = pd.read_csv("data/toy/demand.csv", dtype=str).assign(border=["true", "false", "false", "false"])
    table.to_csv("data/toy/demand.csv", index=False)
    solve("--out", "runs/rim")
    solve("--set", "rim=false", "--out", "runs/ignored")
    for file in rim_folder.glob("rim_*"):
        file.unlink()
    solve("--out", "runs/none")
    for name in TABLES:
        ignored, none = (Path(f"runs/{run}/{name}.csv").read_bytes() for run in ("ignored", "none"))
        assert ignored == none, name
    rim, ignored, none = (summary(f"runs/{run}") for run in ("rim", "ignored", "none"))
    assert ignored["caveats"] == none["caveats"]
    assert ignored["objective"] == none["objective"] != rim["objective"]
    near = "1 demand point near the limit of the territory, 33% of inhabitants"
    assert [any(near in text for text in found["caveats"]) for found in (rim, ignored)] == [False, True]


def test_a_resolved_scenario_keeps_ignoring_the_rim(rim_folder: Path) -> None:
    assert rim_folder.is_dir()
    solve("--set", "rim=false")
    again = CliRunner().invoke(main, ["solve", "runs/toy/scenario.resolved.yaml", "--out", "runs/again"])
    assert again.exit_code == 0, again.output
    for key in ("objective", "objective_before", "input_sha256", "uncovered_after"):
        assert summary()[key] == summary("runs/again")[key], key


def test_estimated_times_of_the_rim_are_said(rim_folder: Path) -> None:
    digest = hashlib.sha256((rim_folder / "rim_travel_times.csv").read_bytes()).hexdigest()
    entry = f'{{path: rim_travel_times.csv, sha256: "{digest}", source: S, licence: L, vintage: V, kind: modelled}}'
    manifest = rim_folder / "manifest.yaml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("files: []", f"files: [{entry}]"), encoding="utf-8"
    )
    solve()
    said = [text for text in summary()["caveats"] if "served but not counted" in text]
    assert len(said) == 1
    assert said[0].endswith("Travel times to and from them are estimated from distance, not taken from roads.")
    assert not any(text.startswith("Travel times are modelled") for text in summary()["caveats"])


def test_departures_by_the_horizon_are_said() -> None:
    table = "place_id,profession,practitioners,retiring_share\nb,gp,2,0.25\na,nurse,3,0\n"
    Path("data/toy/supply.csv").write_text(table, encoding="utf-8")
    solve("--set", "horizon_year=2030")
    said = [text for text in summary()["caveats"] if text.startswith("Departures")]
    assert said == [
        (
            "Departures expected by 2030, in posts (FTE): GP 0.5, nurse 0.0. Only those that the data know of (such as "
            "GPs of 65 and over) have left; apart from the settlements that the plan hopes for, nobody settles."
        )
    ]
    solve()
    assert not any(text.startswith("Departures") for text in summary()["caveats"])


@pytest.mark.parametrize(("column", "said"), [("", True), (",retiring_share", False)])
def test_departures_unknown_in_the_rim_alone_are_said(rim_folder: Path, column: str, said: bool) -> None:  # noqa: FBT001
    share = ",0" if column else ""
    for name, row in (("supply.csv", "b,gp,4,0.25"), ("rim_supply.csv", f"f,gp,2{share}")):
        header = "place_id,profession,practitioners" + (",retiring_share" if name == "supply.csv" else column)
        (rim_folder / name).write_text(f"{header}\n{row}\n", encoding="utf-8")
    solve("--set", "horizon_year=2030")
    assert ("Departures in the rim are not loaded: nobody there leaves." in summary()["caveats"]) is said


def test_inhabitants_grow_to_the_horizon() -> None:
    digest = hashlib.sha256(Path("data/toy/demand.csv").read_bytes()).hexdigest()
    entry = f'{{path: demand.csv, sha256: "{digest}", source: S, licence: L, vintage: "2021", kind: measured}}'
    manifest = Path("data/toy/manifest.yaml")
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("files: []", f"files: [{entry}]"), encoding="utf-8"
    )
    growth = "need.population_growth_share_per_year=0.01"
    assert solve("--set", growth, "--set", "horizon_year=2023").exit_code == 0
    assert summary()["inhabitants"] == pytest.approx(2700 * 1.0201)
    coverage = pd.read_csv("runs/toy/coverage.csv")
    assert coverage.loc[coverage["demand_id"].eq("a"), "inhabitants"].unique().tolist() == [918.09]
    assert solve("--set", growth).exit_code == 0
    assert summary()["inhabitants"] == 2700


def test_prices_say_what_one_more_is_worth() -> None:
    solve()
    prices = pd.read_csv("runs/toy/prices.csv", keep_default_na=False)
    assert list(prices.columns) == ["rule", "place_id", "profession", "price"]
    assert set(prices["rule"]) == {
        *("capacity", "recruitment_pool", "budget", "aid_budget", "site_count_max", "site_count_min"),
    }
    assert (prices["price"] >= 0).all()
    search = json.loads(Path("runs/toy/run.json").read_text(encoding="utf-8"))["search"]
    assert search["priced_bound"] <= search["searched_bound"] + 1e-6
    assert search["searched_bound"] == pytest.approx(3517.5)


def test_a_run_begins_with_an_earlier_plan() -> None:
    solve("--out", "runs/first")
    result = solve("--out", "runs/second", "--start", "runs/first")
    assert result.exit_code == 0, result.output
    assert summary("runs/second")["objective"] == summary("runs/first")["objective"]


def test_a_start_that_is_no_run_is_refused() -> None:
    result = solve("--start", "data")
    assert result.exit_code == 2
    assert "data: holds no run with a plan (no sites.csv); give the folder of a run" in result.stderr
    assert not Path("runs").exists()


def test_its_pages_are_written_again_in_the_other_language() -> None:
    assert solve("--lang", "fr").exit_code == 0
    french = Path("runs/toy/report.html").read_bytes()
    figures = Path("runs/toy/coverage.csv").read_bytes()
    assert CliRunner().invoke(main, ["report", "runs/toy", "--lang", "en"]).exit_code == 0
    assert b'<html lang="en">' in Path("runs/toy/report.html").read_bytes()
    assert Path("runs/toy/coverage.csv").read_bytes() == figures
    assert CliRunner().invoke(main, ["report", "runs/toy", "--lang", "fr"]).exit_code == 0
    assert Path("runs/toy/report.html").read_bytes() == french
    assert CliRunner().invoke(main, ["verify", "runs/toy"]).exit_code == 0
