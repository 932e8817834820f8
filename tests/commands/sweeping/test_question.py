"""Values of a sweep as texts, exact, and what a sweep may ask."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from msp_siting.answer import pipeline
from msp_siting.commands.sweeping import ask
from msp_siting.commands.sweeping import question as asking
from msp_siting.commands.sweeping.question import SweepQuestion, parse_values, value_text
from msp_siting.errors import MspSitingError, ScenarioError

Ask = Callable[..., SweepQuestion]
EXPECTED = "expected FROM:TO:STEP with FROM at most TO and STEP above 0, or different numbers with commas"


@pytest.fixture
def asked(toy_project: Path) -> Ask:
    """Ask a sweep of the toy scenario: parameter, values, overrides."""

    def call(parameter: str, values: str, **overrides: object) -> SweepQuestion:
        paths = {name.replace("__", "."): value for name, value in overrides.items()}
        return ask(toy_project / "scenarios" / "toy.yaml", parameter, values, paths)

    return call


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2000000:6000000:2000000", "2000000 4000000 6000000"),
        ("0:1:0.1", "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1"),
        ("0:10:4", "0 4 8"),
        ("5:5:1", "5"),
        ("30, 10,20", "10 20 30"),
        ("1e6,2_000_000", "1000000 2000000"),
        ("-1:1:1", "-1 0 1"),
        ("0.5", "0.5"),
    ],
)
def test_values_are_exact(text: str, values: str) -> None:
    assert " ".join(map(value_text, parse_values(text))) == values


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "1,,2", "1,1", "1,1.0", "1:2", "1:2:3:4", "2:1:1", "1:2:0", "1:2:-1", "1:b:1", "nan", "1,inf"),
        *("1:2:1e-999999999", "1e400", "0:1:"),
    ],
)
def test_what_is_no_range_or_list_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_values(text)
    assert str(caught.value).startswith(f"{text!r}: {EXPECTED}")


def test_a_thousand_points_are_the_most() -> None:
    assert parse_values("1:1000:1")[-1] == Decimal(1000)
    with pytest.raises(ScenarioError, match=r"'0:1000:1': 1001 points; at most 1000 are swept at once"):
        parse_values("0:1000:1")


def test_one_scenario_per_value(asked: Ask) -> None:
    question = asked("budget_eur", "2000000,1000000", recruitable__gp=3)
    assert (question.keys, question.values) == (("1000000", "2000000"), (1e6, 2e6))
    assert [each.question.budget_eur for each in question.scenarios.values()] == [1e6, 2e6]
    assert [each.recruitable["gp"] for each in question.scenarios.values()] == [3, 3]
    assert len(set(question.fingerprints.values())) == 2


@pytest.mark.parametrize(
    ("parameter", "overrides", "is_monotone"),
    [
        ("budget_eur", {}, True),
        ("recruitable.gp", {}, True),
        ("site_count.max", {}, True),
        ("site_count", {}, False),
        ("professions.gp.cutoff_minutes", {}, False),
        ("solve.seed", {}, False),
        ("budget_eur", {"sites.force_open": ["site-b"]}, False),
        ("budget_eur", {"site_count": 1}, False),
        ("budget_eur", {"site_count.min": 1}, False),
        ("budget_eur", {"site_count.max": 1}, True),
    ],
)
def test_plans_are_carried_only_where_more_is_never_worse(
    toy_project: Path,
    parameter: str,
    overrides: dict[str, object],
    is_monotone: bool,  # noqa: FBT001
) -> None:
    question = ask(toy_project / "scenarios" / "toy.yaml", parameter, "1,2", overrides)
    assert question.is_monotone is is_monotone


@pytest.mark.parametrize(
    ("parameter", "values", "overrides", "problems"),
    [
        ("budget_eur", "2:1:1", {"budget_eur": 5}, [EXPECTED, "--set budget_eur: is what the sweep varies"]),
        ("budget_eur", "2:1:1", {"foo": 5}, [EXPECTED, "--set foo: no such parameter"]),
        ("budget_eur", "-1,1", {}, ["--set budget_eur: must be at least 0, got -1"]),
        ("professions.gp.cutof_minutes", "1,2", {}, ["no such parameter; did you mean cutoff_minutes?"]),
        ("model", "1,2", {}, ["name of a model, got 1", "name of a model, got 2"]),
        ("recruitable.gp", "0.5,1", {}, ["recruitable.gp: expected a whole number"]),
        ("rim", "0,1", {}, ["--set rim: expected true or false, got 0", "--set rim: expected true or false, got 1"]),
        ("professions.gp.cutoff_minutes", "0,10", {}, ["must be above 0, got 0"]),
        ("recruitable.gp", "1,2", {"recruitable": {"gp": 4}}, ["lies inside recruitable, which is set too"]),
        ("budget_eur", "1,2", {"sites.exclude": ["site-z"]}, ["site-z"]),
    ],
)
def test_every_problem_of_a_question_is_said(
    toy_project: Path, parameter: str, values: str, overrides: dict[str, object], problems: list[str]
) -> None:
    with pytest.raises(MspSitingError) as caught:
        ask(toy_project / "scenarios" / "toy.yaml", parameter, values, overrides)
    assert caught.value.exit_code == 2
    assert len(caught.value.problems) == len(problems)
    for said, expected in zip(caught.value.problems, problems, strict=True):
        assert expected in said


def test_the_territory_is_read_once(asked: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    own = pipeline.read_territory
    for room in (pipeline, asking):
        monkeypatch.setattr(room, "read_territory", lambda folder: read.append(folder) or own(folder))
    asked("professions.gp.cutoff_minutes", "10,15,20")
    assert len(read) == 1


def test_scenarios_travel_with_their_folder_in_full(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pickle  # noqa: PLC0415

    monkeypatch.chdir(toy_project)
    scenario = ask("scenarios/toy.yaml", "budget_eur", "1", {}).first
    assert not scenario.folder.is_absolute()
    monkeypatch.chdir("/")
    monkeypatch.chdir(toy_project)
    sent = pickle.dumps(scenario)
    monkeypatch.chdir("/")
    arrived = pickle.loads(sent)  # noqa: S301
    assert arrived.folder == (toy_project / "data" / "toy").resolve()
    assert arrived.model == scenario.model
