"""Why no plan exists: which rules, left out one at a time, would allow one."""

import threading
import time
from dataclasses import replace

from msp_siting.errors import InfeasibleError
from msp_siting.problem import Conflict, Instance, cost_unit_cents
from msp_siting.solver.control import Control
from msp_siting.solver.decisions import decide
from msp_siting.solver.highs import search_mip
from msp_siting.units import CENTS_PER_EUR

PLAN_RULES = (
    *("budget", "recruitment_pool", "recruitment_by_zone", "site_count", "spacing", "forced_sites", "excluded_sites"),
    "composition",
)
LIMIT_S = 20.0


def explain(instance: Instance) -> tuple[Conflict, ...]:
    """Return the rules that stand in the way, and what the cheapest plan would cost without each.

    Demand is left out: only sites, staff and money decide whether a plan exists at all.
    """
    small = instance.without_need_of(instance.professions)
    found = []
    for name in PLAN_RULES:
        if name not in instance.constraints:
            continue
        cheapest = _cheapest(replace(small, constraints=small.constraints - {name}))
        if cheapest is not None:
            found.append(Conflict(name, cheapest))
    return tuple(found) or (Conflict(None),)


def _cheapest(instance: Instance) -> float | None:
    """Return the capital cost in EUR of the cheapest plan, or None where there is none."""
    try:
        matrix = decide(instance)
    except InfeasibleError:
        return None
    control = Control(time.monotonic() + LIMIT_S, 1, 0, threading.Event())
    outcome = search_mip(matrix, matrix.costs[1], control)
    if outcome.objective is None:
        return None
    return round(outcome.objective) * cost_unit_cents(instance) / CENTS_PER_EUR
