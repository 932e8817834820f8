"""Least ways without capacity: medians, those of several nearest sites, and sites that cost (`fixed-charge`).

Relaxation and swaps first; sites that every better plan has, or has not, are fixed; what is left is searched, each
point paying for every step from one distinct distance to the next that no open site is within (Elloumi's formulation).
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from msp_siting.problem.location import Siting, matrix_of
from msp_siting.solver.location.covering import cover
from msp_siting.solver.location.lagrange import narrowed_by, relaxed
from msp_siting.solver.location.searching import INFEASIBLE, Block, Ground, answer, block_of_sites, hunt, nearest_of
from msp_siting.solver.location.swaps import Terms, value
from msp_siting.units import CENTS_PER_EUR


def median(ground: Ground) -> Siting:
    """Return the sites with the least ways to the nearest (or the mean of several), and opening costs if any."""
    model, location = ground.model, ground.location
    nearest = model.nearest if model.measure == "k-nearest-p-median" else 1
    is_priced = model.measure == "fixed-charge"
    unit = model.travel_cost_eur if is_priced else 1.0 / nearest
    minutes = matrix_of(ground.reach, ground.size[1])
    with np.errstate(invalid="ignore"):
        ways = np.where(np.isfinite(minutes), minutes * (location.weights * unit)[:, None], np.inf)
    opening = ground.rules.cents / CENTS_PER_EUR if is_priced else np.zeros(ground.size[1])
    is_there = np.isfinite(ways)
    beyond = 1.0 + float(opening.sum()) + nearest * float(np.where(is_there, ways, 0.0).max(axis=1, initial=0.0).sum())
    terms = Terms(ground.rules, np.where(is_there, ways, beyond), opening, nearest)
    # Ways of whole numbers differ by 1 at least.
    step = float(
        nearest == 1 and bool(np.all(terms.cost == np.rint(terms.cost)) and np.all(opening == np.rint(opening)))
    )
    start = _start(ground, terms, is_there)
    if isinstance(start, Siting):
        return start
    found = relaxed(ground, terms, start, step)
    best, bound = found.is_open, found.bound
    if found.objective - bound > max(step * (1 - 1e-6), 1e-9 * abs(found.objective)) and not ground.is_over:
        rules = narrowed_by(ground.rules, found, step)
        better, more = _searched(ground, replace(terms, rules=rules), is_there, best)
        bound = max(bound, min(more, found.objective))
        if value(terms, better) < found.objective:
            best = better
    goes = nearest_of(ground.reach, best, nearest)
    return answer(ground, best, min(bound, value(terms, best)), goes=goes, is_whole=bool(step))


def _start(ground: Ground, terms: Terms, is_there: np.ndarray) -> np.ndarray | Siting:
    """Return sites that keep the rules and reach everybody, or why there are none."""
    rules = ground.rules
    is_open = rules.lower > 0
    if is_there[:, rules.upper > 0].all() and rules.budget is None:
        usable = np.flatnonzero((rules.upper > 0) & ~is_open)
        # More open never costs where opening costs nothing.
        count = rules.most if not terms.opening.any() else max(rules.least, min(rules.most, terms.nearest))
        more = max(count - int(is_open[rules.counted].sum()), 0)
        sums = terms.cost[:, usable].sum(axis=0)
        is_open[usable[np.argsort(sums, kind="stable")[:more]]] = True
        return is_open if int(is_open.sum()) >= terms.nearest else INFEASIBLE
    found = cover(ground, rules, rules.cents / CENTS_PER_EUR + rules.counted, often=terms.nearest)
    chosen = found.open_sites(len(rules.lower))
    if chosen is not None:
        return chosen
    return INFEASIBLE if found.is_done else answer(ground, None, -math.inf)


def _searched(ground: Ground, terms: Terms, is_there: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the best sites of a search and its bound, sites fixed as the terms' rules say."""
    block, constant, levels = _steps(terms, is_there)
    values = np.concatenate([start.astype(float), levels(start)])
    found = hunt(ground, block, terms.rules, start=values if terms.rules.are_kept(start) else None, offset=constant)
    is_open = found.open_sites(len(start))
    return (start if is_open is None else is_open), found.bound + constant


def _steps(terms: Terms, is_there: np.ndarray) -> tuple[Block, float, Callable[[np.ndarray], np.ndarray]]:
    """Return the problem by steps of distance, its constant, and a function from open sites to the steps they pay."""
    rules, nearest = terms.rules, terms.nearest
    usable = np.flatnonzero(rules.upper > 0)
    cost = np.where(is_there, terms.cost, np.inf)[:, usable]
    order = np.argsort(cost, axis=1, kind="stable")
    ranked = np.take_along_axis(cost, order, axis=1)
    count = np.isfinite(ranked).sum(axis=1)
    size, width = ranked.shape
    column = np.arange(width)
    is_first = np.concatenate([np.ones((size, 1), bool), ranked[:, 1:] > ranked[:, :-1]], axis=1)
    is_first &= column[None, :] < count[:, None]
    level = np.cumsum(is_first, axis=1) - 1  # of each pair, within its point
    there = column[None, :] < count[:, None]
    levels_of = is_first.sum(axis=1)
    first_row = np.concatenate([[0], np.cumsum(levels_of)])
    pair_points, pair_ranks = np.nonzero(there)
    rows = first_row[pair_points] + level[pair_points, pair_ranks]
    sites = usable[order[pair_points, pair_ranks]]
    row_points = np.repeat(np.arange(size), levels_of)
    starts = ranked[is_first]
    is_last = np.zeros(first_row[-1], bool)
    is_last[first_row[1:] - 1] = True
    step_of = np.cumsum(~is_last) - 1  # column of the step after a level, none after the last
    rise = np.append(starts[1:], 0.0) - starts
    steps = int((~is_last).sum())
    m = len(rules.lower)
    begins = np.zeros(first_row[-1], bool)
    begins[first_row[:-1]] = True
    own, before = np.flatnonzero(~is_last), np.flatnonzero(~begins)
    a = sp.csr_array(
        (
            np.concatenate([np.ones(len(rows)), np.ones(len(own)), -np.ones(len(before))]),
            (
                np.concatenate([rows, own, before]),
                np.concatenate([sites, m + step_of[own], m + step_of[before - 1]]),
            ),
        ),
        shape=(first_row[-1], m + steps),
    )
    block = block_of_sites(rules, np.concatenate([terms.opening, rise[own]]), steps)
    block.upper[m:] = nearest
    block = block.with_rows(a, np.where(begins, float(nearest), 0.0), np.full(first_row[-1], np.inf))
    constant = nearest * float(starts[begins].sum())

    def paid(is_open: np.ndarray) -> np.ndarray:
        met = np.bincount(rows, is_open[sites].astype(float), minlength=first_row[-1])
        total = np.cumsum(met)
        within = total - (total - met)[first_row[:-1]][row_points]
        return np.asarray(np.maximum(0.0, nearest - within)[own])

    return block, constant, paid
