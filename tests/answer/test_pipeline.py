from collections.abc import Callable

import pytest

from msp_siting import solver
from msp_siting.answer.pipeline import answer, prepare_problem, settings_of
from msp_siting.scenario.question import SolveSettings
from msp_siting.scenario.scenario import Scenario
from msp_siting.solver.settings import Settings


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """Return a list that grows by the settings of every search."""
    seen: list[Settings] = []
    search = solver.solve

    def note(instance, settings, *others):  # noqa: ANN001, ANN002, ANN202 - as `solve`
        seen.append(settings)
        return search(instance, settings, *others)

    monkeypatch.setattr(solver, "solve", note)
    return seen


def test_settings_are_what_is_asked() -> None:
    asked = SolveSettings(time_limit_s=7, relative_gap=0.3, improvement_gap=0.4, threads=5, seed=9)
    found = settings_of(asked)
    assert (found.time_limit_s, found.relative_gap, found.improvement_gap) == (7, 0.3, 0.4)
    assert (found.threads, found.seed, found.interrupted.is_set()) == (5, 9, False)


def test_an_answer_makes_its_own_settings(toy_scenario: Callable[..., Scenario], used: list[Settings]) -> None:
    scenario = toy_scenario(solve__time_limit_s=30, solve__relative_gap=0, solve__improvement_gap=0, solve__threads=1)
    found = answer(scenario)
    assert found.solution.status == "optimal"
    assert [(each.time_limit_s, each.relative_gap, each.threads) for each in used] == [(30, 0, 1)]


def test_an_answer_takes_other_settings(
    toy_scenario: Callable[..., Scenario], used: list[Settings], exact: Settings
) -> None:
    scenario = toy_scenario(solve__time_limit_s=30)
    problem = prepare_problem(scenario)
    assert answer(scenario, exact, problem=problem).objective_before == problem.objective_before
    assert used == [exact]
