"""A sweep's folder whose files were damaged: its question is refused in words, a point is solved again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from msp_siting.commands.sweeping.folder import Place, open_place
from msp_siting.commands.sweeping.question import SweepQuestion, ask
from msp_siting.errors import ScenarioError, SolverError

SUMMARY: dict[str, Any] = {
    "status": "optimal",
    "objective_before": 5287.5,
    "objective": 3517.5,
    "bound": 3517.5,
    "gap": 0.0,
    "improvement_gap": 0.0,
    "budget_eur": 1_000_000.0,
    "cost_eur": 900_000.0,
    "aid_eur": 25_000.0,
    "aci_eur_per_year": 40_020.0,
    "sites_opened": 1,
    "staff": {"gp": 2},
    "uncovered_after": {"gp": 1500.0},
    "uncovered_need_before": {"gp": 2100.0},
    "uncovered_need_after": {"gp": 1500.0},
    "uncovered_need_range_after": {"gp": [1500.0, 1500.0]},
    "shortage_after": {"gp": 1500.0},
    "inhabitants_below_apl_floor_after": 0.0,
    "beyond_20_minutes_after": 0.0,
    "caveats": [],
    "seed": 1,
}
KEY = "1000000"


@pytest.fixture
def question(toy_project: Path) -> SweepQuestion:
    return ask(toy_project / "scenarios" / "toy.yaml", "budget_eur", "1000000,2000000", {})


@pytest.fixture
def place(tmp_path: Path, question: SweepQuestion) -> Place:
    """An unfinished sweep with one point."""
    opened = open_place(tmp_path / "sweep", question, resume=False)
    written = SUMMARY | {"input_sha256": question.fingerprints[KEY]}
    opened.keep(KEY, {"summary.json": json.dumps(written).encode()}, question.fingerprints[KEY])
    return opened


def test_a_finished_point_is_held(place: Place, question: SweepQuestion) -> None:
    assert place.holds(KEY, question.fingerprints[KEY])
    assert not place.holds(KEY, "other")
    assert not place.holds("2000000", question.fingerprints["2000000"])
    assert place.summary(KEY) == SUMMARY | {"input_sha256": question.fingerprints[KEY]}


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-1],
        lambda text: text.replace('"objective": 3517.5', '"objective": "3517.5"'),
        lambda text: text.replace('"bound": 3517.5, ', ""),
        lambda text: text.replace('"gp": [1500.0, 1500.0]', '"gp": [1500.0]'),
        lambda text: text.replace("3517.5", "1e400"),
        lambda _: "[]",
        lambda _: "",
    ],
    ids=["cut", "text", "key missing", "half a range", "infinite", "a list", "empty"],
)
def test_a_damaged_point_is_not_held(place: Place, question: SweepQuestion, damage: Callable[[str], str]) -> None:
    file = place.point(KEY) / "summary.json"
    file.write_text(damage(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert not place.holds(KEY, question.fingerprints[KEY])


def test_a_damaged_question_is_told(place: Place, question: SweepQuestion) -> None:
    asked = place.work / "sweep.json"
    asked.write_text(asked.read_text(encoding="utf-8")[:-3], encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        open_place(place.folder, question, resume=True)
    assert str(caught.value).startswith(f"{asked}: not valid JSON: ")


@pytest.mark.parametrize("name", ["../stolen.txt", "/stolen.txt", "..", "points/x", "other.txt", "summary.json/x"])
def test_a_file_that_no_run_has_is_written_nowhere(place: Place, question: SweepQuestion, name: str) -> None:
    fingerprint = question.fingerprints["2000000"]
    files = {"summary.json": json.dumps(SUMMARY | {"input_sha256": fingerprint}).encode(), name: b"x"}
    before = sorted(path for path in place.work.parent.rglob("*"))
    with pytest.raises(SolverError, match=f"point 2000000: its worker sent '{name}', which no run has"):
        place.keep("2000000", files, fingerprint)
    assert sorted(path for path in place.work.parent.rglob("*")) == before


def test_a_point_of_another_version_is_refused(place: Place, question: SweepQuestion) -> None:
    fingerprint = question.fingerprints["2000000"]
    theirs = SUMMARY | {"input_sha256": fingerprint, "versions": {"msp-siting": "0.0.1"}}
    with pytest.raises(SolverError, match=r"point 2000000 was solved by version 0\.0\.1 of this package, expected "):
        place.keep("2000000", {"summary.json": json.dumps(theirs).encode()}, fingerprint)
    assert not place.holds("2000000", fingerprint)
