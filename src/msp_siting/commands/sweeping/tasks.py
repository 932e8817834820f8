"""What workers do: one point, the bounds from prices, the roll-out. What points share is made once per process."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from msp_siting.answer import Direction, Problem, nest_plans, order_table, prepare_problem, settings_of
from msp_siting.commands.solving import solve_question
from msp_siting.commands.sweeping.folder import PointFiles
from msp_siting.errors import OutputError, foreign, problem, told
from msp_siting.files import user_cache
from msp_siting.language import Language
from msp_siting.problem import Plan, Prices, priced_bounds
from msp_siting.scenario import Scenario
from msp_siting.solver import Settings

_lock = threading.RLock()  # a Dask worker may run several tasks in one process, and logs and problems are the process's
_kept: list[Problem] = []


@dataclass(frozen=True)
class PointTask:
    """One point to solve.

    Attributes
    ----------
    home
        Where its folder is to stand.
    start
        A plan to begin with.
    bound
        An objective that no plan is below.
    """

    scenario: Scenario
    territory_sha256: str
    home: Path
    language: Language
    start: Plan | None
    bound: float | None


@dataclass(frozen=True)
class RollOutTask:
    """Plans to nest: by budget the plan, its objective and the bound there."""

    direction: Direction
    scenario: Scenario
    territory_sha256: str
    plans: Mapping[float, Plan]
    unnested: Mapping[float, tuple[float, float]]


def solve_point(task: PointTask) -> PointFiles:
    """Return the files of a point's run folder."""
    settings = _settings(task.scenario)
    with _lock, TemporaryDirectory() as temporary:
        prepared = _problem(task.scenario, task.territory_sha256, settings)
        solved = solve_question(
            task.scenario, settings, task.language, plan=task.start, problem=prepared, bound=task.bound
        )
        folder = Path(temporary)
        try:
            solved.fill(folder, task.home)
            return {path.name: path.read_bytes() for path in folder.iterdir()}
        except OSError as fault:
            reason = foreign(fault.strerror) if fault.strerror else told(fault)
            raise OutputError(problem("could not be written: {reason}", reason=reason).at(folder)) from fault


def price_budgets(
    scenario: Scenario, territory_sha256: str, prices: list[Prices], budgets_eur: list[float]
) -> list[float]:
    """Return for each budget the best bound that follows from any of some prices."""
    with _lock:
        instance = _problem(scenario, territory_sha256, _settings(scenario)).instance.asked(scenario)
        return [max(bounds) for bounds in zip(*(priced_bounds(instance, p, budgets_eur) for p in prices), strict=True)]


def roll_out(task: RollOutTask) -> pd.DataFrame:
    """Return ``order.csv`` (`rollout.order_table`)."""
    settings = _settings(task.scenario)
    with _lock:
        prepared = _problem(task.scenario, task.territory_sha256, settings)
        instance, before = prepared.instance.asked(task.scenario), prepared.objective_before
        objectives = {budget: objective for budget, (objective, _) in task.unnested.items()}
        stages = nest_plans(task.direction, instance, task.plans, objectives, before, settings)
        return order_table(stages, instance, prepared.territory.sites, task.unnested, before)


def _settings(scenario: Scenario) -> Settings:
    """Return how a point is searched: in one thread, so that its plan does not depend on who else is at work."""
    asked = settings_of(scenario.question.solve)
    return replace(asked, threads=1, ranges_of=(scenario.model.apl.profession,), kept=user_cache())


def _problem(scenario: Scenario, territory_sha256: str, settings: Settings) -> Problem:
    """Return what is kept of an earlier task where it is of the same question and of the very same territory."""
    is_same = _kept and _kept[0].territory.sha256 == territory_sha256 and _kept[0].answers(scenario)
    if not is_same:
        _kept[:] = [prepare_problem(scenario, settings)]
    return _kept[0]
