"""The shortest longest time: set covers over the distinct times as they were read, by bisection."""

import math

import numpy as np

from msp_siting.problem.location import Siting, matrix_of
from msp_siting.solver.location.covering import cover
from msp_siting.solver.location.searching import INFEASIBLE, Ground, answer


def center(ground: Ground) -> Siting:
    """Return the sites whose longest time to the nearest is least; a cover left undecided leaves an interval."""
    rules = ground.rules
    values = np.unique(ground.reach.minutes)
    first = cover(ground, rules, rules.counted.astype(float), decides=float(rules.most))
    best = first.open_sites(ground.size[1])
    if best is None:
        return INFEASIBLE if first.is_done else answer(ground, None, math.inf)
    minutes = matrix_of(ground.reach, ground.size[1])
    low = int(np.searchsorted(values, minutes.min(axis=1).max(initial=values[0])))
    for tried in _spread(ground, minutes):
        if _radius(minutes, tried) < _radius(minutes, best):
            best = tried
    high = int(np.searchsorted(values, _radius(minutes, best)))
    undecided = high  # from here up a cover was not decided
    while low < undecided and not ground.is_over:
        middle = (low + undecided) // 2
        found = cover(
            ground, rules, rules.counted.astype(float), reach=ground.within(values[middle]), decides=float(rules.most)
        )
        is_open = found.open_sites(ground.size[1])
        if is_open is not None and rules.are_kept(is_open):
            best = is_open
            high = undecided = min(undecided, int(np.searchsorted(values, _radius(minutes, best))))
        elif found.bound > rules.most + 1e-6:
            low = middle + 1
        else:
            undecided = middle
        ground.tell(float(values[high]), float(values[low]))
    return answer(ground, best, float(values[low]))


def _radius(minutes: np.ndarray, is_open: np.ndarray) -> float:
    return float(minutes[:, is_open].min(axis=1).max())


def _spread(ground: Ground, minutes: np.ndarray) -> list[np.ndarray]:
    """Return sites taken one by one: the nearest to the point that is farthest from those taken before."""
    rules = ground.rules
    is_open = rules.lower > 0
    usable = np.flatnonzero((rules.upper > 0) & ~is_open)
    nearest = minutes[:, is_open].min(axis=1, initial=np.inf)
    while int(is_open[rules.counted].sum()) < rules.most and len(usable):
        farthest = int(nearest.argmax())
        site = int(usable[minutes[farthest, usable].argmin()])
        if is_open[site]:
            break
        is_open[site] = True
        nearest = np.minimum(nearest, minutes[:, site])
    return [is_open] if rules.are_kept(is_open) else []
