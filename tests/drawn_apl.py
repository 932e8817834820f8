"""Random problems whose first stage is a measure of the APL, and that measure summed up by hand."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from msp_siting.problem.apl_terms import AplGoal, ZoneApl
from msp_siting.problem.instance import Instance

FLOOR = 2.5
BANDS = (0.1, 0.4, 1.0), (1.0, 1.5, 2.5)
KINDS = ("shortfall", "bands", "count")


def with_apl(instance: Instance, seed: int, kind: str, *, drops: bool = False) -> Instance:
    """Return a problem with a measure of its demand points' APL, in hundredths of visits: some meet the floor."""
    random = np.random.default_rng(seed + 9000)
    points, sites = list(instance.inhabitants), list(instance.sites)
    visits = random.uniform(0, 1.5, (len(points), len(sites))).round(2) * (
        random.random((len(points), len(sites))) < 0.6
    )
    people = np.array(list(instance.inhabitants.values()))
    lost = random.uniform(0, 0.05, len(points)).round(3) if drops else np.zeros(len(points))
    gaps = random.uniform(-0.3 if drops else 0.1, FLOOR, len(points)).round(2)
    gaps = np.minimum(gaps, FLOOR - 0.1)  # what a recruit takes away is there
    shares, slopes = BANDS if kind == "bands" else ((1.0,), (1.0,))
    goal = AplGoal(
        profession="gp",
        site_ids=tuple(sites),
        need=people * random.choice([0.8, 1.0, 1.25], len(points)),
        gaps=gaps,
        visits=sp.csr_array(visits),
        drops=lost,
        measure="apl_inhabitants_below_floor" if kind == "count" else "apl_shortfall",
        level="commune",
        gps="all",
        unit_ids=tuple(points),
        inhabitants=people,
        floor=FLOOR,
        band_upper_shares=shares,
        band_slopes=slopes,
    )
    return replace(instance, goal=goal, measure=goal.measure, band_upper_shares=(1.0,), band_slopes=(1.0,))


def with_zone_apl(instance: Instance, seed: int, ask: float) -> Instance:
    """Return a problem in which the mean APL of two groups of demand points is to rise by so much, weighed alike."""
    random = np.random.default_rng(seed + 9500)
    sites = list(instance.sites)
    visits = random.uniform(0.1, 1.5, (2, len(sites))).round(2)
    asked = ZoneApl(
        profession="gp",
        site_ids=tuple(sites),
        need=np.ones(2),
        gaps=np.array([ask, ask / 2]),
        visits=sp.csr_array(visits),
        drops=np.zeros(2),
        keys=(("epci", "west"), ("epci", "east")),
        least=np.full(2, FLOOR),
    )
    return replace(instance, zone_apl=asked, constraints=instance.constraints | {"zone_apl"})


def measured(instance: Instance, posts: Mapping[tuple[str, str], float]) -> float:
    """Return the measure of the APL with some posts, demand point by demand point."""
    goal = instance.goal
    assert goal is not None
    visits, total = goal.visits.toarray(), 0.0
    recruits = sum(count for (_, name), count in posts.items() if name == "gp")
    for row in range(len(goal.unit_ids)):
        helped = sum(visits[row, column] * posts.get((site, "gp"), 0) for column, site in enumerate(goal.site_ids))
        lack = goal.gaps[row] - helped + goal.drops[row] * recruits
        if goal.measure == "apl_inhabitants_below_floor":
            total += goal.inhabitants[row] if lack > 1e-9 else 0.0
            continue
        low = 0.0
        for share, slope in zip(goal.band_upper_shares, goal.band_slopes, strict=True):
            high = share * FLOOR
            total += goal.need[row] * slope * max(0.0, min(lack, high) - low)
            low = high
    return total
