"""How many inhabitants a GP's list must hold so that as many people find no room as have no registered GP.

    msp-siting territory build --france --sources SOURCES --out france
    python benchmarks/calibration.py france [--without-room 0.11]

A largest flow from the people of metropolitan France (standardised inhabitants) to the ordinary GPs within the model's
cut-off says how many find no room, at best, for a list of a given length; the length is found by halving. That people
without room in the model and people over 17 without a registered GP (CNAM, 2021: 11 %) are the same share is an
assumption (`models/parameters/professions.yaml` says so). For the other professions it prints the mean of France.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import maximum_flow

from msp_siting.territory import Territory, read_territory

CUTOFF_MINUTES = 20.0  # models/parameters/professions.yaml
WITHOUT_ROOM = 0.11
SHORTEST, LONGEST = 800.0, 3000.0
CLOSE_ENOUGH = 1.0  # inhabitants of a list


@dataclass(frozen=True)
class Market:
    """People and posts, and who reaches whom."""

    need: np.ndarray
    posts: np.ndarray
    points: np.ndarray
    places: np.ndarray

    def without_room(self, people_per_post: float) -> float:
        """Return the share of need that finds no room, at best."""
        demand, places = len(self.need), len(self.posts)
        source, sink = demand + places, demand + places + 1
        given, taken = np.rint(self.need).astype(np.int32), np.rint(self.posts * people_per_post).astype(np.int32)
        tail = np.concatenate([np.full(demand, source), self.points, demand + np.arange(places)])
        head = np.concatenate([np.arange(demand), demand + self.places, np.full(places, sink)])
        most = np.concatenate([given, given[self.points], taken]).astype(np.int32)
        graph = sp.csr_matrix((most, (tail, head)), shape=(sink + 1, sink + 1))
        return 1 - maximum_flow(graph, source, sink).flow_value / int(given.sum())


def market(territory: Territory, profession: str) -> Market:
    """Return the people of a territory and the posts of a profession within the cut-off."""
    demand = territory.demand
    need = demand["inhabitants"].to_numpy() * demand["need_index_gp"].to_numpy()
    supply = territory.supply[territory.supply["profession"].eq(profession)].groupby("place_id")["practitioners"].sum()
    times = territory.times_from_home
    times = times[times["minutes"].le(CUTOFF_MINUTES) & times["place_id"].isin(supply.index)]
    point_of = {point: number for number, point in enumerate(demand["demand_id"])}
    place_of = {place: number for number, place in enumerate(supply.index)}
    return Market(
        need,
        supply.to_numpy(),
        times["demand_id"].map(point_of).to_numpy(np.int64),
        times["place_id"].map(place_of).to_numpy(np.int64),
    )


def length_of_list(people: Market, without_room: float) -> float:
    """Return the length of a list at which a share of need finds no room."""
    short, long = SHORTEST, LONGEST
    while long - short > CLOSE_ENOUGH:
        middle = (short + long) / 2
        share = people.without_room(middle)
        print(f"{middle:,.0f} standardised inhabitants per GP: {share:.2%} find no room", flush=True)
        short, long = (middle, long) if share > without_room else (short, middle)
    return long


def main() -> None:
    """Print lengths of lists."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("territory", type=Path)
    parser.add_argument("--without-room", type=float, default=WITHOUT_ROOM)
    options = parser.parse_args()
    territory = read_territory(options.territory)
    inhabitants = float(territory.demand["inhabitants"].sum())
    print(territory.supply.groupby("profession")["practitioners"].sum().to_string())
    for profession, practitioners in territory.supply.groupby("profession")["practitioners"].sum().items():
        print(f"{profession}: {inhabitants / practitioners:,.0f} inhabitants per post in metropolitan France")
    found = length_of_list(market(territory, "gp"), options.without_room)
    print(f"gp: {found:,.0f} standardised inhabitants per post leave {options.without_room:.0%} without room")


if __name__ == "__main__":
    main()
