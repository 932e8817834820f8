"""What funders' gates say of proposed places, by hand: the ARS asks for a ZIP or a ZAC, the Region for two new GPs.

Of one MSP (conftest's table) Clairval leaves 3,517.5 by bands and Aubois 3,547.5. Clairval lies outside the zoning.
"""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import main

TOY = Path(__file__).parents[1] / "toy"
GATE = """      - id: {id}
        title: {{fr: "{id} : fr", en: "{id}"}}
        missing: {{fr: "pièce", en: "a paper"}}
        rule: {rule}
        source: "its rules"
        kind: published
"""
ZONE = GATE.format(id="zone", rule="{test: one_of, accepted: {zoning_status: [ZIP, ZAC], qpv: [true]}}")
TEAM = GATE.format(id="team", rule="{test: at_least, value: gp_team, least: 2}")
PAPER = GATE.format(id="paper", rule="{test: at_least, value: gp_new_committed, least: 1}")
CAP = GATE.format(id="cap", rule="{test: at_most, value: requested_eur, most: 1}")
GATES = f"""common: []
funders:
  ars:
    title: {{fr: "ARS", en: "ARS"}}
    failed: ineligible
    gates:
{ZONE}  region:
    title: {{fr: "Région", en: "Region"}}
    gates:
{TEAM}{PAPER}{CAP}"""
OUT = Path("runs/toy")
WITHOUT_BOURG = ("--set", "sites.exclude=[site-b]")  # it ties with Aubois


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(TOY, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    Path("models/gates.yaml").write_text(GATES, encoding="utf-8")
    zoned()


def zoned(until: str = "", *, is_with_qpv: bool = True) -> None:
    """Write a zoning (Aubois ZIP, the others none), valid until a day, and a list of QPV with one at Bourg."""
    table = Path("data/toy/demand.csv")
    lines = [",".join(line.split(",")[:6]) for line in table.read_text(encoding="utf-8").splitlines()]
    zones, qpv = ["gp_zoning_id", "ZIP", "none", "none", ""], ["qpv_id", "", "Q1", "", ""]
    columns = [zones, qpv] if is_with_qpv else [zones]
    rows = [",".join([line, *cells]) + "\n" for line, *cells in zip(lines, *columns, strict=True)]
    table.write_text("".join(rows), encoding="utf-8")
    known = "qpv,Q1,Centre,,,\n" if is_with_qpv else ""
    Path("data/toy/zones.csv").write_text(
        "kind,zone_id,name,status,status_date,valid_until\nepci,west,Ouest,,,\nepci,east,Est,,,\n"
        f"{known}gp_zoning,ZIP,ZIP,ZIP,2025-06,{until}\ngp_zoning,none,Hors zonage,none,2025-06,{until}\n",
        encoding="utf-8",
    )


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--lang", "en"])


def solve(*options: str) -> dict[str, Any]:
    result = run("solve", "scenarios/toy.yaml", "--out", str(OUT), "--quiet", *WITHOUT_BOURG, *options)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads((OUT / "summary.json").read_text(encoding="utf-8"))
    return found


def rows(name: str) -> list[list[str]]:
    with (OUT / name).open(encoding="utf-8", newline="") as file:
        return [*csv.reader(file)][1:]


def test_no_place_is_proposed_that_fails_a_gate_and_what_it_costs_is_told() -> None:
    found = solve()
    assert found["objective"] == pytest.approx(3547.5)
    assert [row[0] for row in rows("sites.csv")] == ["site-a"]
    # Bourg has a QPV, and the site may lie in it or not: no failure.
    assert rows("candidates.csv") == [
        ["site-a", "a", "Aubois", "true", "creation", "", "", "", ""],
        ["site-b", "b", "Bourg", "true", "creation", "", "", "", ""],
        ["site-c", "c", "Clairval", "false", "", "fails_gate", "", "", ""],
    ]
    assert found["bound_without_candidate_rules"] <= 3517.5 + 1e-6, "the best plan of all, at Clairval"
    assert any("a funder's rule not met 1" in caveat for caveat in found["caveats"])
    assert rows("gates.csv") == [
        ["site-a", "a", "Aubois", "ars", "zone", "zone", "met", "", "zone: met (ZIP)."],
        ["site-a", "a", "Aubois", "region", "team", "team", "met", "", "team: met (2, minimum 2)."],
        # Posts to fill are no commitments.
        ["site-a", "a", "Aubois", "region", "paper", "paper", "to_check", "", "paper: to be checked (a paper)."],
        ["site-a", "a", "Aubois", "region", "cap", "cap", "to_check", "", "cap: to be checked (a paper)."],
    ]
    page = (OUT / "report.html").read_text(encoding="utf-8")
    assert "Rules of funders, by proposed site" in page
    assert "To be checked everywhere, for want of data or of a file: paper; cap." in page
    assert page.count("<td>a funder&#39;s rule not met</td>") == 1
    assert run("verify", str(OUT)).exit_code == 0
    assert "2 of 3 candidate sites may open" in run("check", "scenarios/toy.yaml").stdout
    again = run("solve", str(OUT / "scenario.resolved.yaml"), "--out", "runs/again", "--quiet")
    assert again.exit_code == 0
    resolved = Path("runs/again/scenario.resolved.yaml").read_text(encoding="utf-8")
    assert "fails_gates:\n  - site-c\n" in resolved


def test_the_switch_lets_it_open_and_it_is_marked() -> None:
    found = solve("--set", "candidates.gates=false")
    assert found["objective"] == pytest.approx(3517.5)
    assert [row[0] for row in rows("sites.csv")] == ["site-c"]
    assert [(row[4], row[6]) for row in rows("gates.csv")] == [
        *(("zone", "not_met"), ("team", "met")),
        *(("paper", "to_check"), ("cap", "to_check")),
    ]
    assert "zone: not met (unzoned, priority urban district (QPV): no)." in rows("gates.csv")[0]
    assert ">rule not met<" in (OUT / "report.html").read_text(encoding="utf-8")
    assert found["bound_without_candidate_rules"] is None


def test_a_forced_site_opens_and_is_marked() -> None:
    solve("--set", "sites.force_open=[site-c]")
    assert [row[0] for row in rows("sites.csv")] == ["site-c"]
    assert [row[6] for row in rows("gates.csv")] == ["not_met", "met", "to_check", "to_check"]
    assert rows("candidates.csv")[2] == [
        *("site-c", "c", "Clairval", "true", "creation", "fails_gate", "forced"),
        *("", ""),
    ]


@pytest.mark.parametrize("is_replaced", [True, False], ids=["a zoning out of validity", "no list of QPV"])
def test_what_the_data_do_not_tell_is_no_failure(*, is_replaced: bool) -> None:
    zoned("2025-12-31" if is_replaced else "", is_with_qpv=is_replaced)
    assert solve()["objective"] == pytest.approx(3517.5)
    assert [row[0] for row in rows("sites.csv")] == ["site-c"]
    (zone, *_) = rows("gates.csv")
    assert zone[6] == "to_check"
    loaded = "unzoned, zoning of June 2025, replaced (valid until 2025-12-31)" if is_replaced else ""
    said = f"; loaded: {loaded}, which decides nothing" if loaded else ""
    assert zone[7:] == [loaded, f"zone: to be checked (a paper){said}."]
    page = (OUT / "report.html").read_text(encoding="utf-8")
    assert (f"<td>to be checked: {loaded}</td>" in page) == is_replaced


def test_a_sweep_proposes_none_either() -> None:
    result = run(
        "sweep", "scenarios/toy.yaml", "--budgets", "1000000", "--out", "swept", "--workers", "1", *WITHOUT_BOURG
    )
    assert result.exit_code == 0, result.output
    with Path("swept/points/1000000/sites.csv").open(encoding="utf-8", newline="") as file:
        assert [row["site_id"] for row in csv.DictReader(file)] == ["site-a"]
