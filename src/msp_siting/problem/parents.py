"""The MSP that a structure would belong to: at its own place, or the nearest one around."""

from collections.abc import Iterable

from msp_siting.scenario import HostScenario
from msp_siting.territory import Territory

Parents = dict[str, tuple[str, float]]  # by place: a place with an MSP, and the minutes to it


def find_parents(territory: Territory, scenario: HostScenario, places: Iterable[str]) -> Parents:
    """Return the MSP that a structure at each of some places would belong to, as far as there is one.

    Where one stands it is that one. Elsewhere it is the nearest, by the lesser of the two ways, of equally near ones
    the first by id; at most as far away as any satellite of the model may be. Without satellites there is none.
    """
    there, asked = territory.existing_msps, set(places)
    hosts = set() if there is None else {str(place) for place in there.index}
    own: Parents = {place: (place, 0.0) for place in asked & hosts}
    limits = [kind.parent_minutes.value for kind in scenario.model.formats.values() if kind.parent_minutes is not None]
    without = asked - hosts
    if not limits or not hosts or not without:
        return own
    times = territory.travel_times
    times = times[times["minutes"].le(max(limits))]
    nearest: dict[str, tuple[float, str]] = {}
    for here, there_to in (("demand_id", "place_id"), ("place_id", "demand_id")):
        rows = times[times[here].isin(without) & times[there_to].isin(hosts)]
        for place, host, minutes in rows[[here, there_to, "minutes"]].itertuples(index=False, name=None):
            nearest[place] = min(nearest.get(place, (minutes, host)), (minutes, host))
    return own | {place: (host, minutes) for place, (minutes, host) in nearest.items()}
