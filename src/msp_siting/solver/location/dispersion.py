"""Sites as far from one another as can be: stable sets among those that are nearer, by bisection."""

import math
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from msp_siting.problem.location import Siting, matrix_of
from msp_siting.solver.location.rules import Rules
from msp_siting.solver.location.searching import INFEASIBLE, Found, Ground, answer, block_of_sites, hunt

NOBODY = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


def dispersion(ground: Ground) -> Siting:
    """Return the sites whose least time to another is greatest, existing ones among the others.

    As many open as must, for one more never helps. A pair of sites that is absent is farther than any that is there.
    """
    location, sites = ground.location, ground.size[1]
    count = max(ground.rules.least, int(ground.rules.lower[ground.rules.counted].sum()))
    rules = replace(ground.rules, least=count, most=count, budget=None)
    if not rules.can_be_kept or count > ground.rules.most:
        return INFEASIBLE
    apart = np.full((sites, sites), np.inf) if location.between is None else matrix_of(location.between, sites)
    apart = np.minimum(apart, apart.T)
    np.fill_diagonal(apart, np.inf)
    exists = ~rules.counted
    apart[np.ix_(exists, exists)] = np.inf  # those are where they are
    values = np.unique(apart[np.isfinite(apart)])
    best = _greedy(rules, apart)
    values = np.append(values, np.inf)
    low = int(np.searchsorted(values, _least(apart, best)))
    high = undecided = len(values) - 1
    while low < undecided and not ground.is_over:
        middle = (low + undecided + 1) // 2
        found = _stable(ground, rules, apart < values[middle], count)
        is_open = found.open_sites(sites)
        if is_open is not None and rules.are_kept(is_open):
            best = is_open
            low = max(middle, int(np.searchsorted(values, _least(apart, best))))
        elif found.bound > -count + 1e-6:
            high = undecided = middle - 1
        else:
            undecided = middle - 1
        ground.tell(-float(values[low]), -float(values[high]))
    return answer(ground, best, float(values[high]), goes=NOBODY)


def _least(apart: np.ndarray, is_open: np.ndarray) -> float:
    return float(apart[np.ix_(is_open, is_open)].min(initial=math.inf))


def _greedy(rules: Rules, apart: np.ndarray) -> np.ndarray:
    """Return sites taken one by one, each as far as can be from those taken before."""
    is_open = rules.lower > 0
    while int(is_open[rules.counted].sum()) < rules.most:
        usable = np.flatnonzero((rules.upper > 0) & ~is_open)
        far = apart[np.ix_(usable, is_open)].min(axis=1, initial=math.inf)
        if not is_open.any():
            far = np.where(np.isfinite(apart[usable]), apart[usable], 0.0).max(axis=1, initial=0.0)
        is_open[usable[far.argmax()]] = True
    return is_open


def _stable(ground: Ground, rules: Rules, conflict: np.ndarray, count: int) -> Found:
    """Return as many sites as are asked for of which no two conflict, or a bound that says that there are not."""
    free = replace(rules, least=0)
    cliques = _cliques(conflict & (rules.upper > 0) & (rules.upper > 0)[:, None])
    block = block_of_sites(free, -rules.counted.astype(float))
    block = block.with_rows(cliques, np.full(cliques.shape[0], -np.inf), np.ones(cliques.shape[0]))
    return hunt(ground, block, free, decides=-float(count))


def _cliques(conflict: np.ndarray) -> sp.csr_array:
    """Return sets of sites that all conflict, so that each pair which does is in one (rows of 1)."""
    left = conflict.copy()
    rows: list[np.ndarray] = []
    for site in range(len(left)):
        while left[site].any():
            members = [site, int(left[site].argmax())]
            shared = conflict[members[0]] & conflict[members[1]]
            while shared.any():
                # first those whose pairs stand in no row yet
                other = int((shared * (1 + left[members].sum(axis=0))).argmax())
                members.append(other)
                shared &= conflict[other]
            left[np.ix_(members, members)] = False
            rows.append(np.array(members))
    first = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    indices = np.concatenate(rows) if rows else np.empty(0, np.int64)
    return sp.csr_array((np.ones(len(indices)), indices, first), shape=(len(rows), len(conflict)))
