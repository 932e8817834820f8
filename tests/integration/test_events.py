"""Events of a territory in its commands: the same as a supply edited by hand, and the same on any later day."""

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from ruamel.yaml import YAML

from msp_siting.cli import main

EVENTS = (
    "date,place_id,profession,posts,kind,source\n2026-05-01,b,gp,-1,departure,CPTS\n2099-01-01,c,gp,1,arrival,CPTS\n"
)
TOLD = "Events counted until 2026-06-01: 2026-05-01 Bourg (b), GP -1 (departure; CPTS)."
AHEAD = "Events still ahead of 2026-06-01, not counted: 2099-01-01 Clairval (c), GP +1 (arrival; CPTS)."
RUN = Path("runs/toy")


@pytest.fixture(autouse=True)
def _in_project(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)
    Path("data/toy/events.csv").write_text(EVENTS, encoding="utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--lang", "en"])


def test_a_diagnosis_is_that_of_a_supply_edited_by_hand() -> None:
    assert run("diagnose", "toy", "--on", "2026-06-01", "--out", "with").exit_code == 0
    Path("data/toy/events.csv").unlink()
    Path("data/toy/supply.csv").write_text("place_id,profession,practitioners\nb,gp,1\n", encoding="utf-8")
    assert run("diagnose", "toy", "--on", "2026-06-01", "--out", "by-hand").exit_code == 0
    for name in ("coverage.csv", "zones.csv", "blocks.csv"):
        assert Path("with", name).read_bytes() == Path("by-hand", name).read_bytes()
    said = json.loads(Path("with/summary.json").read_text(encoding="utf-8"))
    assert said["caveats"][3:5] == [TOLD, AHEAD]
    assert [fact["key"] for fact in said["caveat_facts"][3:5]] == ["caveat_events", "caveat_events_ahead"]
    page = Path("with/report.html").read_text(encoding="utf-8")
    assert TOLD in page
    assert AHEAD in page


def test_a_plan_keeps_the_day_on_which_it_was_asked() -> None:
    result = run("solve", "scenarios/toy.yaml", "--set", "asked_on=2026-06-01")
    assert result.exit_code == 0, result.output
    resolved = YAML(typ="safe").load(RUN / "scenario.resolved.yaml")
    assert str(resolved["asked_on"]) == "2026-06-01"
    summary = json.loads((RUN / "summary.json").read_text(encoding="utf-8"))
    assert {TOLD, AHEAD} <= set(summary["caveats"])
    points = pd.read_csv(RUN / "coverage.csv")
    gp = points[points["profession"].eq("gp")]
    assert gp["uncovered_before"].sum() == pytest.approx(2400)  # room for 300 of 2,700 is left
    assert run("verify", str(RUN)).exit_code == 0
    again = run("solve", str(RUN / "scenario.resolved.yaml"), "--out", "again")
    assert again.exit_code == 0, again.output
    assert Path("again/staff.csv").read_bytes() == (RUN / "staff.csv").read_bytes()
    found = json.loads(Path("again/summary.json").read_text(encoding="utf-8"))
    assert found["input_sha256"] == summary["input_sha256"]
    assert run("compare", str(RUN), "again", "--out", "both").exit_code == 0
    assert json.loads(Path("both/summary.json").read_text(encoding="utf-8"))["questions_differ_in"] == []


def test_another_day_written_into_a_run_is_found() -> None:
    run("solve", "scenarios/toy.yaml", "--set", "asked_on=2026-06-01")
    file = RUN / "scenario.resolved.yaml"
    text = file.read_text(encoding="utf-8")
    assert "2026-06-01" in text
    file.write_text(text.replace("2026-06-01", "2026-04-01"), encoding="utf-8")
    result = run("verify", str(RUN))
    assert result.exit_code != 0
    assert "uncovered_before" in result.stderr


def test_a_sweep_and_an_evaluation_count_them() -> None:
    assert run("sweep", "scenarios/toy.yaml", "--budgets", "0", "--out", "sweep", "--workers", "1").exit_code == 0
    point = json.loads(Path("sweep/points/0/summary.json").read_text(encoding="utf-8"))
    assert point["uncovered_before"]["gp"] == pytest.approx(2400)
    Path("requests.csv").write_text("request_id,place_id,action,capex_ht_eur\nr,c,creation,900000\n", encoding="utf-8")
    order = ("evaluate", "scenarios/toy.yaml", "requests.csv", "--searches", "0", "--workers", "1", "--out", "judged")
    assert run(*order, "--on", "2026-06-01").exit_code == 0
    judged = json.loads(Path("judged/summary.json").read_text(encoding="utf-8"))
    assert {TOLD, AHEAD} <= set(judged["caveats"])


def test_checks_say_what_counts_today_and_what_is_wrong() -> None:
    assert "Events counted until" in run("check", "data/toy").stdout
    assert "Events counted until" in run("check", "scenarios/toy.yaml").stdout
    Path("data/toy/events.csv").write_text(EVENTS.replace("b,gp,-1", "b,gp,-3"), encoding="utf-8")
    for command in (("check", "data/toy"), ("diagnose", "toy"), ("solve", "scenarios/toy.yaml")):
        result = run(*command)
        assert result.exit_code == 2
        assert "events.csv: row 2: posts: takes 3 posts of gp at b, where 2 are left by then" in result.stderr
    assert not Path("runs").exists()


def test_what_the_rim_uses_is_kept_by_the_supply_that_events_leave(rim_folder: Path) -> None:
    found = []
    for day in ("2026-04-30", "2026-05-01"):
        capacity = ("--set", "professions.gp.capacity_inhabitants_per_post=300")
        assert run("diagnose", str(rim_folder), "--on", day, "--out", day, *capacity).exit_code == 0
        found.append(json.loads(Path(day, "summary.json").read_text(encoding="utf-8"))["uncovered"]["gp"])
    # Bourg serves 1,200 of 2,000, then 900: of the territory's 1,800 there 720 and 990 are left, and 360 at Clairval.
    assert found == [pytest.approx(1080), pytest.approx(1350)]
