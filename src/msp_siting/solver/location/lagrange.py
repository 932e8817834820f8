"""A bound on medians by Lagrangian relaxation: what each point would pay for being served, and the sites that it makes.

With prices a point pays for each site it needs, a site is worth its cost less what points pay above the way to it; the
cheapest sites within number and money bound every plan from below, and suggest plans, which swaps make better.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from msp_siting.solver.location.rules import Rules
from msp_siting.solver.location.searching import Ground
from msp_siting.solver.location.swaps import Terms, improved, value
from msp_siting.units import CENTS_PER_EUR

ROUNDS, PATIENCE, SHRINK, SWAPS_EVERY = 600, 15, 0.6, 20
LOST, LEAST_STEP = 1e-9, 1e-4


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The best bound found and what it was with: the worth of each site (m), and the best plan (m, bool; its cost)."""

    bound: float
    worth: np.ndarray
    is_open: np.ndarray
    objective: float


def chosen(rules: Rules, worth: np.ndarray) -> np.ndarray:
    """Return the cheapest sites within number, money aside: those that must, and others worth less than 0."""
    is_open = rules.lower > 0
    free = np.flatnonzero((rules.upper > 0) & ~is_open)
    must = int(is_open[rules.counted].sum())
    order = free[np.argsort(worth[free], kind="stable")]
    count = min(rules.most - must, max(rules.least - must, int((worth[order] < 0).sum())))
    is_open[order[:count]] = True
    return is_open


def relaxed(ground: Ground, terms: Terms, start: np.ndarray, step: float) -> Relaxed:
    """Return a bound on the cost of sites and ways, and the best plan met on the way to it.

    Parameters
    ----------
    start
        Sites to begin with, that keep the rules and reach everybody (m, bool).
    step
        By how much two plans differ at least; 0: by anything.
    """
    rules, cost = terms.rules, terms.cost
    money = rules.cents / CENTS_PER_EUR
    budget = math.inf if rules.budget is None else rules.budget / CENTS_PER_EUR
    prices = np.partition(cost, min(2, cost.shape[1] - 1), axis=1)[:, min(2, cost.shape[1] - 1)].copy()
    prices = np.minimum(prices, np.partition(cost[:, start], terms.nearest - 1, axis=1)[:, terms.nearest - 1] * 2 + 1)
    rate = 0.0
    best_prices, best_rate, best, best_worth = prices, rate, -math.inf, np.zeros(cost.shape[1])
    is_best, objective = improved(ground, terms, start)
    theta, since = 1.5, 0
    for round_ in range(ROUNDS):
        saved = cost - prices[:, None]
        paid = np.minimum(0.0, saved).sum(axis=0)
        worth = terms.opening + paid + (rate * money if rate else 0.0)
        is_open = chosen(rules, worth)
        bound = terms.nearest * prices.sum() + worth[is_open].sum() - (rate * budget if rate else 0.0)
        if bound > best + LOST * abs(best) or best == -math.inf:
            best, best_prices, best_rate, best_worth, since = bound, prices, rate, worth, 0
        else:
            since += 1
            if since >= PATIENCE:
                theta, since, prices, rate = theta * SHRINK, 0, best_prices.copy(), best_rate
                continue
        if rules.are_kept(is_open):
            tried = is_open
            if round_ % SWAPS_EVERY == 0:
                tried, reached = improved(ground, terms, is_open)
            else:
                reached = value(terms, is_open)
            if reached < objective:
                is_best, objective = tried, reached
        ground.tell(objective, best)
        slope = terms.nearest - (saved[:, is_open] < 0).sum(axis=1)
        over = 0.0 if rules.budget is None else float(money[is_open].sum() - budget) / max(1.0, money.max(initial=1.0))
        norm = float((slope.astype(float) ** 2).sum() + over**2)
        near = objective - best <= max(step * (1 - 1e-6), LOST * abs(objective))
        asked = ground.settings.relative_gap > 0 and ground.settings.are_met(objective, best, None)
        if norm == 0 or near or asked or theta < LEAST_STEP or ground.is_over:
            break
        length = theta * max(objective * 1.001 - bound, LOST) / norm
        prices = prices + length * slope
        rate = max(0.0, rate + length * over / max(1.0, money.max(initial=1.0)))
    return Relaxed(best, best_worth, is_best, objective)


def narrowed_by(rules: Rules, found: Relaxed, step: float) -> Rules:
    """Return the rules with sites fixed that every better plan has, or has not."""
    least = found.objective - step + LOST * max(1.0, abs(found.objective)) * (1 if step else -1)
    is_open = chosen(rules, found.worth)
    free = (rules.lower == 0) & (rules.upper > 0) & rules.counted
    count = int(is_open[rules.counted].sum())
    inside, outside = is_open & free, ~is_open & free
    dearest = found.worth[inside].max(initial=-math.inf)
    cheapest = found.worth[outside].min(initial=math.inf)
    # One more opens instead of the dearest where no more may; one that closes makes room for the cheapest.
    entering = found.worth if count < rules.most else found.worth - dearest
    leaving = -found.worth + (cheapest if count <= rules.least else min(cheapest, 0.0))
    closed = outside & (found.bound + entering > least)
    opened = inside & (found.bound + leaving > least)
    return replace(rules, lower=np.where(opened, 1.0, rules.lower), upper=np.where(closed, 0.0, rules.upper))
