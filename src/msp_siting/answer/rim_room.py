"""The room that people of the rim use, which no plan may take: read off a joint "before" with nothing opened."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from msp_siting.answer.kept import Used, keep, key_of, read_kept
from msp_siting.problem import Instance, Plan, ProfessionTerms, build_instance, need_weights
from msp_siting.problem.sharing import Network, Service
from msp_siting.scenario import Scenario
from msp_siting.solver import Settings, Settler
from msp_siting.territory import Territory


def reserve_for_rim(
    instance: Instance, territory: Territory, scenario: Scenario, settings: Settings, *, nearby: bool = True
) -> Instance:
    """Return an instance in which the room that people of the rim use before any decision is kept for them.

    Before any decision, people of the territory and of its rim are counted alike. A place of the rim beyond the cut-off
    of all the territory's demand points is kept whole: it counts for times and APL only. An instance of a territory
    without a rim is returned as it is.

    Parameters
    ----------
    territory
        At the horizon.
    nearby
        Whether people go to who is near (`Settler.settle`). The territory's uncovered are the same without.

    Raises
    ------
    SolverError
        If it cannot be solved who goes where.
    """
    rim = territory.rim
    if rim is None:
        return instance
    used = _looked_up(territory, scenario, settings) if nearby else _found(territory, scenario, settings, nearby=False)
    professions = {
        name: replace(terms, reserved=_reserved(terms, used[name], rim.place_ids))
        for name, terms in instance.professions.items()
    }
    return replace(instance, professions=professions)


def _looked_up(territory: Territory, scenario: Scenario, settings: Settings) -> Used:
    """Return what people of the rim use, kept from an earlier question where it is."""
    if settings.kept is None:
        return _found(territory, scenario, settings, nearby=True)
    key = key_of(territory, scenario)
    used = read_kept(settings.kept, key)
    if used is None:
        used = _found(territory, scenario, settings, nearby=True)
        keep(settings.kept, key, used)
    return used


def _found(territory: Territory, scenario: Scenario, settings: Settings, *, nearby: bool) -> Used:
    """Return the standardised inhabitants of the rim that each place serves before any decision."""
    weights = need_weights(territory, scenario)
    joint = build_instance(territory.with_rim, scenario.without_aims()).weighted(weights)
    settler = Settler(joint, settings)
    shares = settler.share_out(Plan.empty())
    services = settler.serve(shares, nearby=nearby)
    around = frozenset(territory.rim.demand["demand_id"]) if territory.rim is not None else frozenset()
    return {name: _used(found.network, services[name], around) for name, found in shares.items()}


def _used(network: Network, service: Service, demand_ids: frozenset[str]) -> dict[str, float]:
    """Return the standardised inhabitants of some demand points that one profession serves, by place."""
    is_of_them = np.array([point in demand_ids for point in network.point_ids], bool)[service.points]
    places, amounts = service.places[is_of_them], service.amounts[is_of_them]
    used = np.bincount(places, amounts, minlength=len(network.place_ids)).astype(float)
    return {place: amount for place, amount in zip(network.place_ids, used.tolist(), strict=True) if amount > 0}


def _reserved(terms: ProfessionTerms, used: Mapping[str, float], rim_places: frozenset[str]) -> dict[str, float]:
    """Return the room kept for the rim at each place where there is any, rounding cut off at the room there is."""
    within_cutoff = set(terms.pairs.place_ids)
    reserved = {}
    for place, posts in terms.existing.items():
        room = terms.capacity * posts
        is_far = place in rim_places and place not in within_cutoff
        reserved[place] = room if is_far else min(room, used.get(place, 0.0))
    return {place: kept for place, kept in reserved.items() if kept > 0}
