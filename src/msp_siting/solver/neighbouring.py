"""Good plans found from others swap by swap, without a search: what a search begins with."""

import itertools
import math
import time
from collections.abc import Sequence

from msp_siting.solver.control import Control
from msp_siting.solver.reckoning import GoodPlan, Reckoner
from msp_siting.solver.swaps import swaps_in_order

MOST_BASES = 2  # plans from which swaps begin
MOST_SWAPS = 12  # plans one swap away that are reckoned, the least shortfall first
MOST_STEPS = 40  # the same, for one step away from other plans


def shared_with(plan: GoodPlan, others: Sequence[GoodPlan]) -> int:
    """Return the most sites that a plan shares with one of some others."""
    return max((len(plan.site_ids & each.site_ids) for each in others), default=0)


def plans_without(reckoner: Reckoner, found: Sequence[GoodPlan], site_id: str, control: Control) -> list[GoodPlan]:
    """Return plans within the objective that leave a site closed: those known, and some one swap away from others."""
    plans = [plan for plan in found if site_id not in plan.site_ids]
    bases = sorted((plan for plan in found if site_id in plan.site_ids), key=lambda plan: plan.shortfall)
    for base in bases[:MOST_BASES]:
        swaps = swaps_in_order(reckoner.instance, reckoner.preference, base.plan, [site_id])
        least = min((plan.shortfall for plan in plans), default=math.inf)
        for shortfall, swap in itertools.islice(swaps, MOST_SWAPS):
            if shortfall >= least or _is_over(control):
                break
            reckoned = reckoner.within_objective(swap)
            if reckoned is not None:
                plans.append(reckoned)
                break
    return plans


def plans_unlike(
    reckoner: Reckoner, found: Sequence[GoodPlan], plans: Sequence[GoodPlan], control: Control
) -> list[GoodPlan]:
    """Return good plans that share ever fewer sites with each of some plans, from those known swap by swap."""
    barred = frozenset(site for plan in plans for site in plan.site_ids)
    likest = sorted(found, key=lambda plan: (shared_with(plan, plans), plan.shortfall))
    fresh: list[GoodPlan] = []
    for base in (*likest[:MOST_BASES], min(found, key=lambda plan: plan.shortfall)):
        current: GoodPlan | None = base
        while current is not None and not _is_over(control):
            current = _step_away(reckoner, current, plans, barred, control)
            fresh += [] if current is None else [current]
    return fresh


def _step_away(
    reckoner: Reckoner, plan: GoodPlan, plans: Sequence[GoodPlan], barred: frozenset[str], control: Control
) -> GoodPlan | None:
    """Return a good plan one swap away from another: a site of earlier plans swapped for one of none."""
    most = shared_with(plan, plans)
    common = [each.site_ids & plan.site_ids for each in plans]
    shared = {site for sites in common if len(sites) == most for site in sites}
    swaps = swaps_in_order(reckoner.instance, reckoner.preference, plan.plan, shared, barred)
    for shortfall, swap in itertools.islice(swaps, MOST_STEPS):
        if shortfall > reckoner.limits.shortfall or _is_over(control):
            break
        reckoned = reckoner.within_objective(swap)
        if reckoned is not None and reckoner.is_good(reckoned):
            return reckoned
    return None


def _is_over(control: Control) -> bool:
    return control.interrupted.is_set() or time.monotonic() >= control.deadline
