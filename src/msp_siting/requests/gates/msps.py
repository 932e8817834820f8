"""What a project is, and creations asked for where an MSP stands already or near one: to be checked, no verdict."""

from collections.abc import Collection, Iterable

import pandas as pd

from msp_siting.answer import has_modelled_times
from msp_siting.language import Fact
from msp_siting.requests.gates.findings import Finding
from msp_siting.requests.request import FundingRequest
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory

MSP_STANDS = "gate_msp_stands"
NEAR_MINUTES = 10.0  # where the model has no rule of its own (`spacing`)
MOST_NAMED = 3


def action_of(request: FundingRequest, territory: Territory) -> str:
    """Return what a project is: as stated, else what it does.

    An extension where a structure is there already, a regrouping where GPs move or are there and none is new, a
    creation else.
    """
    if request.action is not None:
        return request.action
    existing = territory.existing_msps
    if request.finess_id or (existing is not None and request.place_id in existing.index):
        return "extension"
    has_new = any(request.new_posts.values())
    regroups = bool(request.gp_joining_from) or bool(request.gp_present)
    return "regrouping" if regroups and not has_new else "creation"


def msp_findings(
    requests: Iterable[FundingRequest], scenario: Scenario, territory: Territory
) -> dict[str, tuple[Finding, ...]]:
    """Return by ``request_id`` what is to be checked of a creation in a commune with an MSP, else of one near an MSP.

    Near is below ``spacing.minutes`` of the model, the lesser of both directions; exactly so many are far enough. Urban
    centres are not exempt: nothing is forbidden here.
    """
    existing, rule = territory.existing_msps, scenario.model.spacing
    if existing is None:
        return {}
    near_minutes = NEAR_MINUTES if rule is None else float(rule.minutes.value)
    creations = [request for request in requests if action_of(request, territory) == "creation"]
    near = _near(territory, {request.place_id for request in creations}, existing.index, near_minutes)
    key = "msp_near_estimated" if has_modelled_times(territory) else "msp_near"
    found: dict[str, Fact] = {}
    for request in creations:
        place_id = request.place_id
        if place_id in existing.index:
            found[request.request_id] = Fact("msp_in_commune", _there(territory, place_id, int(existing[place_id])))
        elif place_id in near.index:
            rows = near.loc[[place_id]].sort_values("minutes").head(MOST_NAMED)
            places = [
                Fact("msp_at", {"place": _name(territory, host), "minutes": minutes})
                for host, minutes in rows[["host", "minutes"]].itertuples(index=False)
            ]
            found[request.request_id] = Fact(key, {"limit": near_minutes, "places": places})
    return {name: (Finding(None, None, "to_check", MSP_STANDS, {"where": where}),) for name, where in found.items()}


def _near(territory: Territory, asked: set[str], hosts: Collection[str], near_minutes: float) -> pd.DataFrame:
    """Return the hosts of MSPs near some places: ``host`` and ``minutes``, the index is the place."""
    times = territory.travel_times
    times = times[times["minutes"].lt(near_minutes)]
    there, back = ("demand_id", "place_id", "minutes"), ("place_id", "demand_id", "minutes")
    pairs = pd.concat(times[[*way]].set_axis(["place", "host", "minutes"], axis="columns") for way in (there, back))
    pairs = pairs[pairs["place"].isin(asked) & pairs["host"].isin(hosts)]
    return pairs.groupby(["place", "host"], as_index=False)["minutes"].min().set_index("place")


def _there(territory: Territory, place_id: str, count: int) -> dict[str, object]:
    """Return what a commune is called and which MSPs stand there: their names, else how many."""
    sites = territory.sites
    names = list(sites.loc[sites["status"].eq("existing") & sites["place_id"].eq(place_id), "name"])
    return {"place": _name(territory, place_id), "msps": names or Fact("msp_count", {"count": count})}


def _name(territory: Territory, place_id: str) -> str:
    return str(territory.place_points["name"].get(place_id, "")) or place_id
