"""Why no plan exists: which rules, left out one at a time, would allow one."""

import threading
import time
from dataclasses import replace

from msp_siting.errors import InfeasibleError
from msp_siting.problem import Conflict, Instance, aid_unit_cents, works_unit_cents
from msp_siting.solver.control import Control
from msp_siting.solver.decisions import AID_COST, COST, decide
from msp_siting.solver.highs import search_mip
from msp_siting.units import CENTS_PER_EUR

PLAN_RULES = (
    *("budget", "aid_budget", "recruitment_pool", "recruitment_by_zone", "site_count", "spacing"),
    *("forced_sites", "excluded_sites", "composition"),
)
LIMIT_S = 20.0


def explain(instance: Instance) -> tuple[Conflict, ...]:
    """Return the rules that stand in the way, and what the cheapest plan would cost without each (aid: aid alone).

    Demand is left out: only sites, staff and money decide whether a plan exists at all.
    """
    small = instance.without_need_of(instance.professions)
    found = []
    for name in PLAN_RULES:
        if name not in instance.constraints:
            continue
        cheapest = _cheapest(replace(small, constraints=small.constraints - {name}), of_aid=name == "aid_budget")
        if cheapest is not None:
            found.append(Conflict(name, cheapest))
    return tuple(found) or (Conflict(None),)


def _cheapest(instance: Instance, *, of_aid: bool) -> float | None:
    """Return what the cheapest plan costs in EUR, or the least aid of a plan; None where there is none."""
    try:
        matrix = decide(instance)
    except InfeasibleError:
        return None
    control = Control(time.monotonic() + LIMIT_S, 1, 0, threading.Event())
    outcome = search_mip(matrix, matrix.costs[AID_COST if of_aid else COST], control)
    if outcome.objective is None:
        return None
    unit = aid_unit_cents(instance) if of_aid else works_unit_cents(instance)
    return round(outcome.objective) * unit / CENTS_PER_EUR
