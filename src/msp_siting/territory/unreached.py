"""Demand points that no travel time leads away from: nobody there can be served, which no total shows."""

from collections.abc import Iterator

import pandas as pd

from msp_siting.language import Fact
from msp_siting.territory.territory import Territory

MOST_NAMES = 20


def unreached_caveats(territory: Territory) -> Iterator[Fact]:
    """Yield which demand points have no travel time to any place, of the rim neither, and how many live there."""
    demand = territory.demand
    without = demand[~demand["demand_id"].isin(territory.times_from_home["demand_id"].unique())]
    if len(without):
        people = float(without["inhabitants"].sum())
        yield Fact(
            "caveat_unreached",
            {
                "points": len(without),
                "all": len(demand),
                "inhabitants": people,
                "names": names_of(without.rename(columns={"demand_id": "point_id"})),
            },
        )


def names_of(points: pd.DataFrame) -> list[str | Fact]:
    """Return the first points by name and id (``point_id``, ``name``), then how many more there are."""
    first = points.head(MOST_NAMES)
    names: list[str | Fact] = [
        f"{name} ({point_id})" if name else point_id
        for point_id, name in zip(first["point_id"], first["name"], strict=True)
    ]
    if len(points) > MOST_NAMES:
        names.append(Fact("names_more", {"count": len(points) - MOST_NAMES}))
    return names
