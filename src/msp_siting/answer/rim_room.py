"""The room that people of the rim use, which no plan may take: read off a joint "before" with nothing opened."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from msp_siting.problem import Assignment, Instance, Pairs, Plan, ProfessionTerms, build_instance
from msp_siting.scenario import Scenario
from msp_siting.solver import MANY_PAIRS, Settings, Settler, side_by_side
from msp_siting.territory import Territory

# Whose people stay uncovered, the territory's or the rim's, is the solver's choice within one step of evenness. Three
# passes of 20 steps end at steps of 0.06 % of a demand point's need (of Isère's uncovered, 0.04 % are left to choice).
EVENNESS_STEPS = 20
EVENNESS_PASSES = 3


@dataclass(frozen=True)
class Joint:
    """The territory and its rim before any decision: their common problem, and who is served where."""

    instance: Instance
    before: Assignment


def settle_with_rim(territory: Territory, scenario: Scenario, settings: Settings, *, nearby: bool = True) -> Joint:
    """Return who is served where before any decision, people of the territory and of its rim counted alike.

    Parameters
    ----------
    territory
        At the horizon; one without a rim is settled alone.
    nearby
        Whether people go to who is near (`Settler.settle`). If not, a profession with very many pairs is settled to
        the steps of one pass: whose people stay uncovered is then left to choice within 5 % of a demand point's.

    Raises
    ------
    SolverError
        If a stage does not end at its optimum.
    """
    joint = replace(_without_sites(build_instance(territory.with_rim, scenario)), evenness_steps=EVENNESS_STEPS)
    largest_first = sorted(joint.professions, key=lambda name: len(joint.professions[name].pairs.minutes), reverse=True)
    with side_by_side(settings.threads) as pool:
        # Without a plan professions do not compete; one is settled while the next is still being formulated.
        settled = {}
        for name in largest_first:
            alone = replace(joint, professions={name: joint.professions[name]})
            passes = EVENNESS_PASSES if nearby or len(alone.professions[name].pairs.minutes) <= MANY_PAIRS else 1
            settled[name] = pool.submit(Settler(alone, settings, passes).settle, Plan.empty(), nearby=nearby)
        parts = [settled[name].result()[1] for name in joint.professions]
    allocated, uncovered = (
        pd.concat([getattr(part, name) for part in parts], ignore_index=True) for name in ("allocated", "uncovered")
    )
    return Joint(joint, Assignment(allocated, uncovered))


def reserve_for_rim(instance: Instance, territory: Territory, scenario: Scenario, settings: Settings) -> Instance:
    """Return an instance in which the room that people of the rim use before any decision is kept for them.

    An instance of a territory without a rim is returned as it is.

    Raises
    ------
    SolverError
        If a stage does not end at its optimum.
    """
    if territory.rim is None:
        return instance
    return keep_room(instance, territory, settle_with_rim(territory, scenario, settings))


def keep_room(instance: Instance, territory: Territory, joint: Joint) -> Instance:
    """Return an instance in which the room that people of the rim use in a common "before" is kept for them.

    A place of the rim beyond the cut-off of all the territory's demand points is kept whole: it counts for times and
    APL only. An instance of a territory without a rim is returned as it is.
    """
    rim = territory.rim
    if rim is None:
        return instance
    around = frozenset(rim.demand["demand_id"])
    professions = {}
    for name, terms in instance.professions.items():
        served = joint.before.allocated[joint.before.allocated["profession"].eq(name)]
        used = _need_served(joint.instance.professions[name], served, around)
        professions[name] = replace(terms, reserved=_reserved(terms, used, rim.place_ids))
    return replace(instance, professions=professions)


def within_territory(territory: Territory, joint: Joint) -> Assignment:
    """Return the part of a common "before" that concerns the territory's own people."""
    own = set(territory.demand["demand_id"])
    before = joint.before
    return Assignment(
        before.allocated[before.allocated["demand_id"].isin(own)].reset_index(drop=True),
        before.uncovered[before.uncovered["demand_id"].isin(own)].reset_index(drop=True),
    )


def _without_sites(instance: Instance) -> Instance:
    """Return an instance with existing practitioners only, and the pairs that lead to them."""
    professions = {
        name: replace(terms, pairs=_leading_to(terms.pairs, terms.existing))
        for name, terms in instance.professions.items()
    }
    return replace(instance, professions=professions, sites={}, capex_eur={}, forced_sites=(), excluded_sites=())


def _leading_to(pairs: Pairs, places: Mapping[str, float]) -> Pairs:
    kept = np.array([place in places for place in pairs.place_ids], dtype=bool)
    chosen = [
        (demand_id, place)
        for demand_id, place, keep in zip(pairs.demand_ids, pairs.place_ids, kept, strict=True)
        if keep
    ]
    return Pairs(tuple(i for i, _ in chosen), tuple(place for _, place in chosen), pairs.minutes[kept])


def _need_served(terms: ProfessionTerms, served: pd.DataFrame, demand_ids: frozenset[str]) -> dict[str, float]:
    """Return the standardised inhabitants of some demand points that one profession serves, by place."""
    used: dict[str, float] = {}
    for demand_id, place, people in served[["demand_id", "place_id", "inhabitants"]].itertuples(index=False):
        if demand_id in demand_ids:
            used[place] = used.get(place, 0.0) + people * terms.need_index[demand_id]
    return used


def _reserved(terms: ProfessionTerms, used: Mapping[str, float], rim_places: frozenset[str]) -> dict[str, float]:
    """Return the room kept for the rim at each place where there is any, rounding cut off at the room there is."""
    within_cutoff = set(terms.pairs.place_ids)
    reserved = {}
    for place, posts in terms.existing.items():
        room = terms.capacity * posts
        is_far = place in rim_places and place not in within_cutoff
        reserved[place] = room if is_far else min(room, used.get(place, 0.0))
    return {place: kept for place, kept in reserved.items() if kept > 0}
