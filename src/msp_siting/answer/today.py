"""The first of three columns where a question has a horizon: supply and people in the years of their files."""

from dataclasses import dataclass, replace

import pandas as pd

from msp_siting.answer.coverage import at_moment
from msp_siting.answer.rim_room import reserve_for_rim
from msp_siting.problem import Instance, Plan, build_instance
from msp_siting.scenario import Scenario
from msp_siting.solver import Settings, Settler
from msp_siting.territory import Territory


@dataclass(frozen=True)
class Today:
    """A territory today, measured as it is at the horizon: the same list, cut-off, rim and ages.

    Attributes
    ----------
    instance
        Its numbers, nothing of the trend in them.
    points
        One row per (demand point, profession), as `at_moment` has them.
    """

    instance: Instance
    points: pd.DataFrame


def state_today(territory: Territory, scenario: Scenario, settings: Settings) -> Today | None:
    """Return the territory in the years of its files; None where a question has no horizon.

    Parameters
    ----------
    territory
        At the horizon.
    """
    counted = territory.as_counted
    if counted is None:
        return None
    asked = replace(scenario, question=scenario.question.model_copy(update={"horizon_year": None}))
    instance = reserve_for_rim(build_instance(counted, asked), counted, asked, settings, nearby=False)
    _, uncovered = Settler(instance, settings).spread(Plan.empty())
    return Today(instance, at_moment(counted, instance, scenario.model.apl, uncovered, Plan.empty()))


def columns_of_today(today: Today | None) -> pd.DataFrame | None:
    """Return the columns of today that stand beside those at the horizon; None without a horizon."""
    if today is None:
        return None
    names = {name: f"{name}_today" for name in ("uncovered", "nearest_minutes", "apl")}
    return today.points.rename(columns=names)
