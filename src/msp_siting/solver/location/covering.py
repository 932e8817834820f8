"""Everybody covered by the fewest sites, or twice by those, or a share of all for the least money."""

import math
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from msp_siting.problem.location import Reach, Siting, least_covered, times_to_cover
from msp_siting.solver.location.classes import merge, reached_by
from msp_siting.solver.location.rules import Rules
from msp_siting.solver.location.searching import INFEASIBLE, Found, Ground, answer, block_of_sites, hunt
from msp_siting.units import CENTS_PER_EUR

TWICE = 2  # with every point covered, the rest follows from whole sites


def cover(  # noqa: PLR0913 - the optional arguments each change the cover
    ground: Ground,
    rules: Rules,
    cost: np.ndarray,
    *,
    reach: Reach | None = None,
    often: int = 1,
    decides: float | None = None,
) -> Found:
    """Return the cheapest open sites that reach every point so often.

    Parameters
    ----------
    cost
        Of each site (m).
    reach
        Pairs that count; None: those of the ground.
    decides
        Whether there is a cover of at most this cost is all that is asked.
    """
    pairs = ground.reach if reach is None else reach
    sites = len(rules.lower)
    if np.any(np.diff(pairs.first) < often):
        return Found(None, math.inf, is_done=True)
    left = ~reached_by(pairs, rules.lower > 0, often)
    classes = merge(pairs, sites, ground.location.weights, left)
    block = block_of_sites(rules, cost)
    least = np.full(classes.rows.shape[0], float(often))
    block = block.with_rows(classes.rows, least, np.full(len(least), np.inf))
    return hunt(ground, block, rules, decides=decides)


def set_cover(ground: Ground) -> Siting:
    """Return the fewest sites that reach every point."""
    found = cover(ground, ground.rules, ground.rules.counted.astype(float))
    if math.isinf(found.bound) and found.bound > 0:
        return INFEASIBLE
    return answer(ground, found.open_sites(ground.size[1]), found.bound, is_whole=True)


def backup(ground: Ground) -> Siting:
    """Return, of the fewest sites that reach every point, those that reach most of them twice (or more often)."""
    first = cover(ground, ground.rules, ground.rules.counted.astype(float))
    if math.isinf(first.bound) and first.bound > 0:
        return INFEASIBLE
    chosen = first.open_sites(ground.size[1])
    if chosen is None or not first.is_done:
        return answer(ground, chosen, math.inf)
    count = int(chosen[ground.rules.counted].sum())
    often, model, sites = times_to_cover(ground.model), ground.model, ground.size[1]
    classes = merge(ground.reach, sites, ground.location.weights)
    worth = classes.counts if model.backup_of == "points" else classes.weights
    rules = _with_count(ground.rules, count)
    size = len(worth)
    block = block_of_sites(rules, np.concatenate([np.zeros(sites), -worth]), size)
    # Covered once by all means, so what lacks to be covered so often is at most one less.
    both = sp.csr_array(sp.hstack([classes.rows, sp.diags_array(np.full(size, 1.0 - often))], format="csr"))
    block = block.with_rows(both, np.ones(size), np.full(size, np.inf))
    block.integer[sites:] = often > TWICE
    met = np.asarray(classes.rows @ chosen.astype(float)) >= often
    found = hunt(ground, block, rules, start=np.concatenate([chosen, met]).astype(float))
    is_open = found.open_sites(sites)
    bound = min(-found.bound, float(worth.sum()))
    is_whole = bool(np.all(worth == np.rint(worth)))
    return answer(ground, chosen if is_open is None else is_open, bound, is_whole=is_whole, first_stage=count)


def _with_count(rules: Rules, count: int) -> Rules:
    return replace(rules, least=count, most=count)


def cost_to_target(ground: Ground) -> Siting:
    """Return the sites that reach the share asked for, for the least money."""
    rules, sites = ground.rules, ground.size[1]
    cents = rules.cents / CENTS_PER_EUR
    if ground.model.covered_share >= 1:
        found = cover(ground, rules, cents)
    else:
        already = reached_by(ground.reach, rules.lower > 0)
        weights = ground.location.weights
        lacking = least_covered(ground.location, ground.model) - math.fsum(weights[already])
        classes = merge(ground.reach, sites, weights, ~already & (weights > 0))
        size = len(classes.weights)
        block = block_of_sites(rules, np.concatenate([cents, np.zeros(size)]), size)
        reached = sp.csr_array(sp.hstack([classes.rows, -sp.eye_array(size)], format="csr"))
        block = block.with_rows(reached, np.zeros(size), np.full(size, np.inf))
        # In units of the largest class, so that the solver's tolerance is a millionth of one.
        unit = max(1.0, float(classes.weights.max(initial=1.0)))
        share = sp.csr_array(np.concatenate([np.zeros(sites), classes.weights / unit]).reshape(1, -1))
        block = block.with_rows(share, np.array([lacking / unit]), np.array([np.inf]))
        found = hunt(ground, block, rules)
    if math.isinf(found.bound) and found.bound > 0:
        return INFEASIBLE
    bound = max(found.bound, float(cents[rules.lower > 0].sum()))
    return answer(ground, found.open_sites(sites), bound)
