"""Plans for medians made better by one site more, one less, one for another (Teitz and Bart; Whitaker's reckoning)."""

import math
from dataclasses import dataclass

import numpy as np

from msp_siting.solver.location.rules import Rules
from msp_siting.solver.location.searching import Ground

SAME = 1e-9  # relatively


@dataclass(frozen=True, eq=False)
class Terms:
    """What ways and sites cost.

    Attributes
    ----------
    cost
        Of serving a point wholly from one of its sites, by point and site (n x m); where there is no pair, more than
        any plan costs.
    opening
        Of each site, in the same unit (m).
    nearest
        Sites that each point goes to, each of which adds its cost.
    """

    rules: Rules
    cost: np.ndarray
    opening: np.ndarray
    nearest: int


def value(terms: Terms, is_open: np.ndarray) -> float:
    """Return what some open sites (m, bool) cost, with the ways to the nearest."""
    among = terms.cost[:, is_open]
    if among.shape[1] < terms.nearest:
        return math.inf
    ways = among.min(axis=1) if terms.nearest == 1 else np.partition(among, terms.nearest - 1)[:, : terms.nearest]
    return float(ways.sum() + terms.opening[is_open].sum())


def improved(ground: Ground, terms: Terms, start: np.ndarray) -> tuple[np.ndarray, float]:
    """Return sites that no allowed single change makes better, and what they cost (several nearest: as they are)."""
    is_open, rules = start.copy(), terms.rules
    best = value(terms, is_open)
    while terms.nearest == 1 and not ground.is_over:
        sites = np.flatnonzero(is_open)
        change = _changes(terms, sites)
        count, spent = int(is_open[rules.counted].sum()), int(rules.cents[is_open].sum())
        change[:, is_open | (rules.upper == 0)] = np.inf
        leaves = np.append(rules.lower[sites] == 0, True)
        change[~leaves] = np.inf
        if count >= rules.most:
            change[-1] = np.inf
        if rules.budget is not None:
            freed = np.append(rules.cents[sites], 0)
            change[rules.cents[None, :] > rules.budget - spent + freed[:, None]] = np.inf
        row, column = np.unravel_index(change.argmin(), change.shape)
        if not change[row, column] < -SAME * max(1.0, abs(best)):
            dropped = _dropped(terms, sites)
            if count <= rules.least or not dropped.min(initial=np.inf) < -SAME * max(1.0, abs(best)):
                break
            is_open[sites[dropped.argmin()]] = False
        else:
            is_open[column] = True
            if row < len(sites):
                is_open[sites[row]] = False
        best = value(terms, is_open)
    return is_open, best


def _two_nearest(terms: Terms, sites: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the place in ``sites`` of each point's nearest, its cost and that of the second."""
    among = terms.cost[:, sites]
    points = np.arange(len(among))
    first = among.argmin(axis=1)
    least = among[points, first]
    if len(sites) == 1:
        return first, least, np.full(len(among), float(np.abs(terms.cost).max()) * 2 + 1)
    among[points, first] = np.inf
    return first, least, among.min(axis=1)


def _dropped(terms: Terms, sites: np.ndarray) -> np.ndarray:
    """Return what closing each open site changes; infinite where it must stay."""
    first, least, second = _two_nearest(terms, sites)
    change = np.bincount(first, second - least, minlength=len(sites)) - terms.opening[sites]
    if len(sites) == 1:
        change[:] = np.inf
    return np.where(terms.rules.lower[sites] > 0, np.inf, change)


def _changes(terms: Terms, sites: np.ndarray) -> np.ndarray:
    """Return what opening each site instead of each open one changes; in the last row: instead of none."""
    if not len(sites):
        return np.asarray((terms.cost.sum(axis=0) + terms.opening)[None, :])
    first, least, second = _two_nearest(terms, sites)
    gain = np.minimum(0.0, terms.cost - least[:, None]).sum(axis=0) + terms.opening
    loss = np.bincount(first, second - least, minlength=len(sites)) - terms.opening[sites]
    # Whoever loses the nearest takes the new one where that is nearer than the second.
    order = np.argsort(first, kind="stable")
    kept = np.minimum(0.0, np.maximum(terms.cost, least[:, None]) - second[:, None])[order]
    at = np.searchsorted(first[order], np.arange(len(sites)))
    padded = np.concatenate([kept, np.zeros((1, kept.shape[1]))])
    spared = np.add.reduceat(padded, at, axis=0)
    spared[np.bincount(first, minlength=len(sites)) == 0] = 0.0
    return np.concatenate([gain[None, :] + loss[:, None] + spared, gain[None, :]])
