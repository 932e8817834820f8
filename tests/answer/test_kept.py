"""What people of the rim use is found once, kept by what it follows from, and found again where it is damaged."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from msp_siting.answer import kept, read_problem
from msp_siting.answer.kept import keep, key_of, read_kept
from msp_siting.answer.pipeline import read_at_horizon
from msp_siting.scenario.scenario import Scenario, read_scenario
from msp_siting.solver import Settings
from msp_siting.solver.settler import Settler

USED = {"gp": {"b": 120.0, "f": 60.0}, "nurse": {}, "midwife": {}}  # tests/conftest.py


@pytest.fixture
def scenario(rim_folder: Path) -> Callable[..., Scenario]:
    """The question of the toy territory with its rim, some values changed."""
    return lambda **changes: read_scenario(rim_folder.parents[1] / "scenarios" / "toy.yaml", changes)


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is listed here each time it is found who goes where."""
    asked: list[str] = []
    serve = Settler.serve

    def counted(self: Settler, *args: object, **options: object) -> object:
        asked.append("serve")
        return serve(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Settler, "serve", counted)
    return asked


def reserved(scenario: Scenario, settings: Settings) -> dict[str, dict[str, float]]:
    _, instance = read_problem(scenario, settings)
    return {name: terms.reserved for name, terms in instance.professions.items()}


def test_a_second_question_does_not_ask_again(
    scenario: Callable[..., Scenario], exact: Settings, tmp_path: Path, times: list[str]
) -> None:
    keeping = replace(exact, kept=tmp_path / "cache")
    first = reserved(scenario(), keeping)
    assert first["gp"] == pytest.approx({"b": 120.0, "f": 60.0})
    assert reserved(scenario(budget_eur=5_000_000), keeping) == first
    assert len(times) == 1
    assert reserved(scenario(), exact) == first
    assert len(times) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"horizon_year": 2030},
        {"professions.gp.cutoff_minutes": 15},
        {"professions.gp.capacity_inhabitants_per_post": 200},
    ],
)
def test_what_decides_over_it_is_asked_again(
    changes: dict[str, object], scenario: Callable[..., Scenario], exact: Settings, tmp_path: Path, times: list[str]
) -> None:
    keeping = replace(exact, kept=tmp_path / "cache")
    reserved(scenario(), keeping)
    changed = reserved(scenario(**changes), keeping)
    assert len(times) == 2
    assert changed == reserved(scenario(**changes), exact)


def test_other_files_are_another_territory(
    scenario: Callable[..., Scenario], rim_folder: Path, exact: Settings, tmp_path: Path
) -> None:
    keeping = replace(exact, kept=tmp_path / "cache")
    reserved(scenario(), keeping)
    supply = rim_folder / "rim_supply.csv"
    supply.write_text(supply.read_text(encoding="utf-8").replace("f,gp,2", "f,gp,1"), encoding="utf-8")
    assert reserved(scenario(), keeping) == reserved(scenario(), exact)
    assert len(list((tmp_path / "cache").iterdir())) == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("120.0", "12.0"),
        lambda text: json.dumps(json.loads(text) | {"key": "another"}),
        lambda _: "[]",
        lambda _: "",
    ],
)
def test_what_is_not_what_was_kept_is_found_again(
    damage: Callable[[str], str], scenario: Callable[..., Scenario], exact: Settings, tmp_path: Path, times: list[str]
) -> None:
    keeping = replace(exact, kept=tmp_path / "cache")
    keep(tmp_path / "cache", key_of(read_at_horizon(scenario()), scenario()), USED)
    (file,) = (tmp_path / "cache").iterdir()
    assert reserved(scenario(), keeping)["gp"] == {"b": 120.0, "f": 60.0}
    assert times == []
    text = file.read_text(encoding="utf-8")
    assert damage(text) != text
    file.write_text(damage(text), encoding="utf-8")
    assert reserved(scenario(), keeping)["gp"] == pytest.approx({"b": 120.0, "f": 60.0})
    assert times == ["serve"]
    assert reserved(scenario(), keeping)["gp"] == pytest.approx({"b": 120.0, "f": 60.0})  # and kept again
    assert times == ["serve"]


def test_numbers_that_are_none_are_not_believed(tmp_path: Path) -> None:
    for wrong in ({"gp": {"b": -1.0}}, {"gp": {"b": "1"}}, {"gp": [1.0]}, {"gp": {"b": float("nan")}}):
        keep(tmp_path, "key", wrong)  # type: ignore[arg-type]
        assert read_kept(tmp_path, "key") is None


def test_a_folder_that_cannot_be_written_changes_nothing(
    scenario: Callable[..., Scenario], exact: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    in_the_way = replace(exact, kept=tmp_path / "file" / "cache")
    assert reserved(scenario(), in_the_way)["gp"] == pytest.approx({"b": 120.0, "f": 60.0})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept, "replace_files", full)
    assert reserved(scenario(), replace(exact, kept=tmp_path / "cache"))["gp"] == pytest.approx({"b": 120.0, "f": 60.0})
