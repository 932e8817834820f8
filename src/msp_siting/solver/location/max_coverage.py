"""Most weight covered: points merged, swaps for a plan, a bound by cuts, sites fixed by it, a search of the rest.

What open sites y cover of a group of classes is at most the weight of those that y covers plus, for each other class,
its weight times the sites of y that reach it: one cut per group, tangent at any y (Benders' cut of this problem).
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from msp_siting.problem.location import Siting
from msp_siting.solver.location.classes import Classes, merge, merge_rows, reached_by
from msp_siting.solver.location.rules import Rules
from msp_siting.solver.location.searching import HALF, INFEASIBLE, Block, Ground, answer, block_of_sites, hunt, relax

DIRECT = 30_000  # pairs of a class and a site up to which the problem is handed over as it is
FIXED = 300_000  # the same, once sites are fixed
GROUPS, MOST_ROUNDS = 20, 200
INNER = 0.5  # cuts are also taken between the optimum and the middle of those before
CLOSE = 1e-7  # relatively: a cut that gains less is none


def max_coverage(ground: Ground) -> Siting:
    """Return the sites that cover most weight within number and budget."""
    rules, weights = ground.rules, ground.location.weights
    already = reached_by(ground.reach, rules.lower > 0)
    base = math.fsum(weights[already])
    classes = merge(ground.reach, ground.size[1], weights, ~already & (weights > 0))
    is_whole = bool(np.all(weights == np.rint(weights)))
    start = _swapped(ground, rules, classes)
    if classes.rows.nnz > DIRECT:
        is_open, bound = _by_cuts(ground, rules, classes, start)
    else:
        is_open, bound = _directly(ground, rules, classes, start)
    if bound == -math.inf:
        return INFEASIBLE
    return answer(ground, is_open, min(bound, float(classes.weights.sum())) + base, is_whole=is_whole)


def _worth(classes: Classes, is_open: np.ndarray) -> float:
    return float(classes.weights[np.asarray(classes.rows @ is_open.astype(float)) > 0].sum())


def _directly(
    ground: Ground, rules: Rules, classes: Classes, start: np.ndarray | None
) -> tuple[np.ndarray | None, float]:
    """Return the best sites and a bound on the weight covered, every class a column."""
    sites, size = len(rules.lower), len(classes.weights)
    block = block_of_sites(rules, np.concatenate([np.zeros(sites), -classes.weights]), size)
    reached = sp.csr_array(sp.hstack([classes.rows, -sp.eye_array(size)], format="csr"))
    block = block.with_rows(reached, np.zeros(size), np.full(size, np.inf))
    values = None
    if start is not None:
        values = np.concatenate([start, np.asarray(classes.rows @ start.astype(float)) > 0]).astype(float)
    found = hunt(ground, block, rules, start=values)
    is_open = found.open_sites(sites)
    return (start if is_open is None else is_open), -found.bound


def _swapped(ground: Ground, rules: Rules, classes: Classes) -> np.ndarray | None:
    """Return sites taken by what they add, then swapped one for one while that adds; None where none are allowed."""
    tried = [_taken(rules, classes, per_eur=False)]
    if rules.budget is not None:
        tried.append(_taken(rules, classes, per_eur=True))
    sound = [each for each in tried if rules.are_kept(each)]
    if not sound:
        return None
    is_open = max(sound, key=lambda each: _worth(classes, each))
    columns = sp.csc_array(classes.rows)
    times = np.asarray(classes.rows @ is_open.astype(float))
    best = float(classes.weights[times > 0].sum())
    while not ground.is_over:
        move, gained = None, best * CLOSE
        spent = int(rules.cents[is_open].sum())
        for site in np.flatnonzero(is_open & (rules.lower == 0)):
            without = times.copy()
            without[columns.indices[columns.indptr[site] : columns.indptr[site + 1]]] -= 1
            gains = (classes.weights * (without <= 0)) @ classes.rows
            gains[is_open | (rules.upper == 0)] = -1.0
            if rules.budget is not None:
                gains[rules.cents > rules.budget - spent + rules.cents[site]] = -1.0
            other = int(gains.argmax())
            change = float(classes.weights[without > 0].sum() + gains[other] - best)
            if gains[other] >= 0 and change > gained:
                move, gained = (site, other), change
        if move is None:
            break
        is_open[move[0]], is_open[move[1]] = False, True
        times = np.asarray(classes.rows @ is_open.astype(float))
        best = float(classes.weights[times > 0].sum())
    return is_open


def _taken(rules: Rules, classes: Classes, *, per_eur: bool) -> np.ndarray:
    """Return sites taken one by one, each by what it adds, or by that per EUR."""
    is_open = rules.lower > 0
    left = classes.weights * (np.asarray(classes.rows @ is_open.astype(float)) == 0)
    columns = sp.csc_array(classes.rows)
    while int(is_open[rules.counted].sum()) < rules.most:
        allowed = (rules.upper > 0) & ~is_open
        if rules.budget is not None:
            allowed &= rules.cents <= rules.budget - int(rules.cents[is_open].sum())
        gains = np.where(allowed, left @ classes.rows, -1.0)
        site = int((gains / np.maximum(1, rules.cents) if per_eur else gains).argmax())
        enough = int(is_open[rules.counted].sum()) >= rules.least
        if not allowed.any() or (gains[site] <= 0 and enough):
            break
        is_open[site] = True
        left[columns.indices[columns.indptr[site] : columns.indptr[site + 1]]] = 0.0
    return is_open


@dataclass(frozen=True, eq=False)
class _Cuts:
    """Groups of classes, and what a cut at some sites is."""

    classes: Classes
    groups: sp.csr_array

    @classmethod
    def of(cls, classes: Classes) -> "_Cuts":
        size = len(classes.weights)
        count = min(GROUPS, size)
        group_of = np.arange(size) * count // size
        return cls(classes, sp.csr_array((classes.weights, (group_of, np.arange(size))), shape=(count, size)))

    def at(self, values: np.ndarray) -> tuple[sp.csr_array, np.ndarray, np.ndarray]:
        """Return coefficients and constants of a cut per group, tangent at some values of the sites, and the worth."""
        met = np.asarray(self.classes.rows @ values)
        full = (met >= 1 - 1e-9).astype(float)
        constants = self.groups @ full
        coefficients = sp.csr_array(self.groups @ (sp.diags_array(1.0 - full) @ self.classes.rows))
        return coefficients, constants, constants + coefficients @ values

    def rows(self, values: np.ndarray, reached: np.ndarray) -> tuple[sp.csr_array, np.ndarray]:
        """Return the cuts at some values that what the groups are said to reach exceeds."""
        coefficients, constants, worth = self.at(values)
        broken = np.flatnonzero(reached > worth + CLOSE * np.maximum(1.0, worth))
        chosen = sp.eye_array(len(worth), format="csr")[broken]
        return sp.csr_array(sp.hstack([-coefficients[broken], chosen], format="csr")), constants[broken]


def _by_cuts(
    ground: Ground, rules: Rules, classes: Classes, start: np.ndarray | None
) -> tuple[np.ndarray | None, float]:
    """Return the best sites found and a bound: cuts until the relaxed problem has no more, then a search."""
    sites, cuts = len(rules.lower), _Cuts.of(classes)
    groups = cuts.groups.shape[0]
    total = np.asarray(cuts.groups.sum(axis=1)).ravel()
    block = block_of_sites(rules, np.concatenate([np.zeros(sites), -np.ones(groups)]), groups)
    block.upper[sites:] = total
    if start is not None:
        block = _with(block, *cuts.rows(start.astype(float), np.full(groups, np.inf)))
    bound, middle, basis, optimum = float(total.sum()), None, None, None
    for _ in range(MOST_ROUNDS):
        latest = None if ground.is_over else relax(ground, block, basis)
        if latest is None:
            break
        optimum, basis, bound = latest, latest.basis, min(bound, -latest.objective)
        ground.tell(None if start is None else -_worth(classes, start), -bound)
        values, reached = optimum.values[:sites], optimum.values[sites:]
        a, constants = cuts.rows(values, reached)
        if not len(constants):
            break
        block = _with(block, a, constants)
        middle = values if middle is None else 0.7 * middle + 0.3 * values
        block = _with(block, *cuts.rows(INNER * values + (1 - INNER) * middle, np.full(groups, np.inf)))
    if optimum is None:
        return start, bound
    best = 0.0 if start is None else _worth(classes, start)
    fixed = _fixed(rules, optimum.reduced_costs[:sites], optimum.values[:sites], bound - best)
    return _search(ground, fixed, classes, block, (start, bound))


def _with(block: Block, a: sp.csr_array, constants: np.ndarray) -> Block:
    return block.with_rows(a, np.full(len(constants), -np.inf), constants)


def _fixed(rules: Rules, reduced: np.ndarray, values: np.ndarray, gap: float) -> Rules:
    """Return the rules with sites fixed whose change would cost more than the gap."""
    margin = gap + CLOSE * max(1.0, gap)
    closed = (values < HALF) & (reduced > margin)
    opened = (values > HALF) & (reduced < -margin)
    return replace(
        rules,
        lower=np.where(opened, 1.0, rules.lower),
        upper=np.where(closed & (rules.lower == 0), 0.0, rules.upper),
    )


def _search(
    ground: Ground, rules: Rules, classes: Classes, block: Block, known: tuple[np.ndarray | None, float]
) -> tuple[np.ndarray | None, float]:
    """Return the best sites and a bound, with sites fixed: at once where little is left, else by cuts and searches."""
    start, bound = known
    is_sure = rules.lower > 0
    met = np.asarray(classes.rows @ is_sure.astype(float)) > 0
    base = float(classes.weights[met].sum())
    rows = sp.csr_array(classes.rows[~met] @ sp.diags_array(rules.upper))
    rows.eliminate_zeros()
    left = merge_rows(rows, classes.weights[~met], classes.counts[~met])
    if left.rows.nnz <= FIXED:
        is_open, more = _directly(ground, rules, left, start)
        best = -math.inf if start is None else _worth(classes, start)
        return is_open, min(bound, max(more + base, best))
    sites, cuts = len(rules.lower), _Cuts.of(classes)
    block = replace(
        block,
        lower=np.concatenate([rules.lower, block.lower[sites:]]),
        upper=np.concatenate([rules.upper, block.upper[sites:]]),
    )
    plan, worth = start, -math.inf if start is None else _worth(classes, start)
    while not ground.is_over:
        values = None
        if plan is not None:
            values = np.concatenate([plan.astype(float), cuts.at(plan.astype(float))[2]])
        found = hunt(ground, block, rules, start=values)
        bound = min(bound, max(-found.bound, worth))
        if found.values is None:
            break
        is_open = found.values[:sites] > HALF
        if _worth(classes, is_open) > worth:
            plan, worth = is_open, _worth(classes, is_open)
        a, constants = cuts.rows(is_open.astype(float), found.values[sites:])
        if not len(constants) or bound - worth <= CLOSE * max(1.0, worth):
            break
        block = _with(block, a, constants)
    return plan, bound
