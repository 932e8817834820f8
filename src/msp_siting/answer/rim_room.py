"""The room that people of the rim use, which no plan may take: read off a joint "before" with nothing opened."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from msp_siting.problem import Instance, Plan, ProfessionTerms, build_instance
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
    settler = Settler(build_instance(territory.with_rim, scenario), settings)
    shares = settler.share_out(Plan.empty())
    services = settler.serve(shares, nearby=nearby)
    around = frozenset(rim.demand["demand_id"])
    professions = {}
    for name, terms in instance.professions.items():
        used = _used(shares[name].network, services[name], around)
        professions[name] = replace(terms, reserved=_reserved(terms, used, rim.place_ids))
    return replace(instance, professions=professions)


def _used(network: Network, service: Service, demand_ids: frozenset[str]) -> Mapping[str, float]:
    """Return the standardised inhabitants of some demand points that one profession serves, by place."""
    is_of_them = np.array([point in demand_ids for point in network.point_ids], bool)[service.points]
    places, amounts = service.places[is_of_them], service.amounts[is_of_them]
    used = np.bincount(places, amounts, minlength=len(network.place_ids))
    return dict(zip(network.place_ids, used.tolist(), strict=True))


def _reserved(terms: ProfessionTerms, used: Mapping[str, float], rim_places: frozenset[str]) -> dict[str, float]:
    """Return the room kept for the rim at each place where there is any, rounding cut off at the room there is."""
    within_cutoff = set(terms.pairs.place_ids)
    reserved = {}
    for place, posts in terms.existing.items():
        room = terms.capacity * posts
        is_far = place in rim_places and place not in within_cutoff
        reserved[place] = room if is_far else min(room, used.get(place, 0.0))
    return {place: kept for place, kept in reserved.items() if kept > 0}
