"""The rules of candidates in runs, by hand: Clairval, the best host of one MSP, has no pharmacy; Bourg has an MSP.

Of one MSP (conftest's table) Clairval leaves 3,517.5 by bands and Aubois 3,547.5.
"""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from conftest import FORMATS_OF_ACTIONS
from msp_siting.cli import main
from msp_siting.files.folders import seal

TOY = Path(__file__).parents[1] / "toy"
PLACES = """place_id,name,lon,lat,pharmacies,msps,centre_level
a,Aubois,5.00,45.00,1,0,local
b,Bourg,5.10,45.00,1,1,local
c,Clairval,5.40,45.00,0,0,local
"""
REQUESTS = (
    "request_id;place_id;action;gp_present;gp_new_committed;nurses;capex_ht_eur;requested_eur_region\n"
    "east;c;creation;0;2;1;900000;300000\nwest;a;creation;0;2;1;900000;300000\n"
)
OUT = Path("runs/toy")
PARENT = ("parent_place_id", "parent_minutes")


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(TOY, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    Path("data/toy/places.csv").write_text(PLACES, encoding="utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--lang", "en"])


def solve(*options: str) -> dict[str, Any]:
    result = run("solve", "scenarios/toy.yaml", "--out", str(OUT), "--quiet", *options)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads((OUT / "summary.json").read_text(encoding="utf-8"))
    return found


def rows(name: str) -> list[list[str]]:
    with (OUT / name).open(encoding="utf-8", newline="") as file:
        return [*csv.reader(file)]


def test_a_plan_opens_what_the_rules_leave_and_says_so() -> None:
    found = solve()
    assert found["objective"] == pytest.approx(3547.5)
    assert [row[0] for row in rows("sites.csv")[1:]] == ["site-a"]
    assert rows("candidates.csv") == [
        ["site_id", "place_id", "name", "kept", "actions", "reasons", "exception", *PARENT],
        ["site-a", "a", "Aubois", "true", "creation", "", "", "", ""],
        ["site-b", "b", "Bourg", "false", "", "has_msp", "", "b", "0.0"],
        ["site-c", "c", "Clairval", "false", "", "no_pharmacy", "", "", ""],
    ]
    said = (
        "The rules of candidates exclude 2 of 3 candidate sites: no pharmacy 1, an MSP there already 1 "
        "(one may break several)."
    )
    assert said in found["caveats"]
    facts = [fact for fact in found["caveat_facts"] if fact["key"] == "caveat_candidates_excluded"]
    assert [(fact["values"]["sites"], fact["values"]["all"]) for fact in facts] == [(2, 3)]
    assert "Existing structures are not loaded; places are to be checked." not in found["caveats"]
    page = (OUT / "report.html").read_text(encoding="utf-8")
    assert "Candidate sites that break a rule" in page
    assert found["bound_without_candidate_rules"] <= 3517.5 + 1e-6, "the best plan of all, at Clairval"
    assert "What the rules cost: at most" in page
    assert page.count("<td>no pharmacy</td>") == page.count("<td>an MSP there already</td>") == 1
    assert run("verify", str(OUT)).exit_code == 0


def test_a_rule_is_relaxed_and_the_plan_changes() -> None:
    found = solve("--set", "candidates.pharmacy=false")
    assert found["objective"] == pytest.approx(3517.5)
    assert [row[0] for row in rows("sites.csv")[1:]] == ["site-c"]
    page = (OUT / "report.html").read_text(encoding="utf-8")
    assert "relaxed by the scenario" in page
    everything = solve(
        *(word for rule in ("centre", "pharmacy", "no_msp") for word in ("--set", f"candidates.{rule}=false"))
    )
    assert everything["bound_without_candidate_rules"] is None, "nothing is excluded"


def test_a_forced_site_opens_where_an_msp_stands_as_its_extension() -> None:
    found = solve("--set", "sites.force_open=[site-b]")
    assert found["objective"] == pytest.approx(3547.5)
    assert [(row[0], row[3]) for row in rows("sites.csv")[1:]] == [("site-b", "extension")]
    assert rows("candidates.csv")[2] == ["site-b", "b", "Bourg", "true", "creation", "has_msp", "forced", "b", "0.0"]
    assert any(text.startswith("1 candidate site breaks a rule of candidates") for text in found["caveats"])


def test_a_site_with_a_cost_of_its_own_opens() -> None:
    sites = Path("data/toy/sites.csv")
    lines = sites.read_text(encoding="utf-8").splitlines()
    table = [f"{lines[0]},capex_eur", *(f"{line}," for line in lines[1:3]), f"{lines[3]},800000"]
    sites.write_text("\n".join(table), encoding="utf-8")
    assert solve()["objective"] == pytest.approx(
        2925
    )  # the cost of every format: a medium MSP of 3 GPs serves all of it
    assert rows("candidates.csv")[3] == ["site-c", "c", "Clairval", "true", "creation", "no_pharmacy", "stated", "", ""]


def test_an_extension_and_a_satellite_are_told_as_such_and_verified() -> None:
    # By hand in conftest: 940,000 EUR buy both, 4 GPs for the whole west. Aubois stands near its parent.
    with Path("models/parameters/formats.yaml").open("a", encoding="utf-8") as file:
        file.write(FORMATS_OF_ACTIONS)
    found = solve("--set", "budget_eur=940000", "--set", "spacing.minutes=11")
    assert (found["objective"], found["cost_eur"], found["aid_eur"]) == (pytest.approx(2362.5), 940_000, 40_000)
    assert [row[:6] for row in rows("sites.csv")[1:]] == [
        ["site-a", "a", "Aubois", "satellite", "b", "satellite"],
        ["site-b", "b", "Bourg", "extension", "b", "extension"],
    ]
    page = (OUT / "report.html").read_text(encoding="utf-8")
    assert "satellite (of the MSP of Bourg)" in page
    assert "Four purses, never added up." in page
    assert run("verify", str(OUT)).exit_code == 0
    written = (OUT / "sites.csv").read_text(encoding="utf-8")
    for old, new, told in (
        ("satellite,b,satellite", "satellite,b,extension", "site-a opens as an extension, and no MSP stands there"),
        ("extension,b,extension", "extension,b,satellite", "site-b opens as a satellite, and no MSP stands around it"),
        ("extension,b,extension", "extension,b,small", "site-b opens as creation, it may as extension"),
        ("satellite,b,satellite", "satellite,b,small", "spacing: site-a and site-b are opened, too near"),
    ):
        (OUT / "sites.csv").write_text(written.replace(old, new), encoding="utf-8")
        seal(OUT)
        result = run("verify", str(OUT))
        assert result.exit_code == 4
        assert told in result.stderr


def test_none_left_is_refused_and_nothing_is_written() -> None:
    Path("data/toy/places.csv").write_text(PLACES.replace("1,0,local", "1,0,none"), encoding="utf-8")
    result = run("solve", "scenarios/toy.yaml", "--out", str(OUT), "--quiet")
    assert result.exit_code == 2
    assert result.stderr == (
        "error: scenario toy: candidates: the rules leave none of the 3 candidate sites (no_centre 1, no_pharmacy 1, "
        "has_msp 1); relax one (--set candidates.centre=false), force a site open, or give one a format or a cost of "
        "its own in sites.csv\n"
    )
    assert not OUT.exists()
    assert run("diagnose", "data/toy", "--out", "described").exit_code == 0, "it proposes nothing"


def test_a_plan_that_opens_an_excluded_site_is_named() -> None:
    solve()
    for name in ("sites.csv", "staff.csv"):
        path = OUT / name
        path.write_text(path.read_text(encoding="utf-8").replace("site-a", "site-c"), encoding="utf-8")
    seal(OUT)
    result = run("verify", str(OUT))
    assert result.exit_code == 4
    assert f"{OUT}: candidates: site-c is opened, which the rules exclude (no_pharmacy)" in result.stderr


def test_requests_are_held_to_no_rule() -> None:
    Path("requests.csv").write_text(REQUESTS, encoding="utf-8")
    result = run("evaluate", "scenarios/toy.yaml", "requests.csv", "--on", "2026-11-01", "--out", "asked", "--quiet")
    assert result.exit_code == 0, result.output
    with Path("asked/requests.csv").open(encoding="utf-8", newline="") as file:
        found = {row["request_id"]: row for row in csv.DictReader(file)}
    gains = {name: float(row["newly_covered_gp"]) for name, row in found.items() if "newly_covered_gp" in row}
    assert gains == {"east": 600.0, "west": 600.0}
    caveats = json.loads(Path("asked/summary.json").read_text(encoding="utf-8"))["caveats"]
    assert any(text.startswith("Requests are stated projects and held to no rule of candidates") for text in caveats)
