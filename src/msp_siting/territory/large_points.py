"""Demand points that hold a large town whole: how far its people are from care is not known within it."""

from collections.abc import Iterator

from msp_siting.language import Fact
from msp_siting.territory.territory import Territory
from msp_siting.territory.unreached import names_of

MOST_INHABITANTS = 50_000  # that one point may hold without a word


def large_point_caveats(territory: Territory) -> Iterator[Fact]:
    """Yield which demand points of the territory or its rim have more inhabitants than one point tells of."""
    demand = territory.with_rim.demand
    large = demand[demand["inhabitants"] > MOST_INHABITANTS].sort_values("inhabitants", ascending=False)
    if len(large):
        names = names_of(large.rename(columns={"demand_id": "point_id"}))
        yield Fact("caveat_large_points", {"most": MOST_INHABITANTS, "names": names})
