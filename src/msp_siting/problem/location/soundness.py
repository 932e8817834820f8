"""Recomputes an answer to a siting problem from its sites and who goes where, without the solver."""

import math
from collections.abc import Iterator

import numpy as np

from msp_siting.errors import Sentence, problem
from msp_siting.problem.location.pairs import narrowed, points_of
from msp_siting.problem.location.values import LocationModel, LocationProblem, Reach, Siting
from msp_siting.problem.plan import TOLERANCE_SHARE
from msp_siting.units import CENTS_PER_EUR, cents_of, cents_within

COVERS = ("max-coverage", "set-cover", "backup-coverage", "cost-to-target")
LIMITS_CAPACITY = ("capacitated-p-median", "fixed-charge")
MAXIMISED = ("max-coverage", "backup-coverage", "p-dispersion")
LOST = 1e-6  # of a capacity, a share or a sum: the solver's own tolerance


def objective_of_siting(location: LocationProblem, model: LocationModel, siting: Siting) -> float:
    """Return the objective of a siting, from its sites and who goes where, sums exact to the last bit.

    Units: what the points weigh (`max-coverage`), sites (`set-cover`), points or what they weigh (`backup-coverage`),
    weight x minutes (medians; of k nearest sites their mean), minutes (`p-center`, `p-dispersion`, infinite where no
    two sites have a pair), EUR (`fixed-charge`, `cost-to-target`).
    """
    if model.measure in {"max-coverage", "backup-coverage"}:
        often = covering_sites(location, model, siting) >= times_to_cover(model)
        counted = model.measure == "backup-coverage" and model.backup_of == "points"
        return float(often.sum()) if counted else math.fsum(location.weights[often])
    if model.measure == "set-cover":
        return float(len(siting.opened))
    if model.measure == "p-dispersion":
        return _nearest_of_two(location, siting)
    return _cost_of(location, model, siting)


def _cost_of(location: LocationProblem, model: LocationModel, siting: Siting) -> float:
    """Return what is spent, on sites or ways: EUR, weight x minutes, or the longest minutes."""
    money = math.fsum(location.fixed_eur[siting.opened])
    if model.measure == "cost-to-target":
        return money
    minutes = _minutes_of(location.reach, siting)
    if model.measure == "p-center":
        return float(minutes.max(initial=0.0))
    travel = location.weights[siting.points] * siting.shares * minutes
    if model.measure == "fixed-charge":
        return math.fsum([money, *(travel * model.travel_cost_eur)])
    return math.fsum(travel)


def problems_of_siting(location: LocationProblem, model: LocationModel, siting: Siting) -> list[Sentence]:
    """Return what is wrong with a siting, one sentence each; none for a sound one, or where there is no plan.

    Recomputed: sites forced, excluded and that exist, count, budget, who is covered or served and by what, the longest
    time, capacity, the objective, and on which side of it the bound is. That the bound holds cannot be seen from here.
    """
    if siting.objective is None:
        return []
    problems = [*_problems_of_indices(location, siting)]
    if problems:
        return problems
    problems = [*_problems_of_sites(location, siting), *_problems_of_pairs(location, model, siting)]
    if not problems and model.measure in COVERS:
        problems = [*_problems_of_cover(location, model, siting)]
    elif not problems and model.measure != "p-dispersion":
        problems = [*_problems_of_shares(location, model, siting)]
    return problems or [*_problems_of_figures(location, model, siting)]


def times_to_cover(model: LocationModel) -> int:
    """Return by how many sites a point must be covered to count."""
    return max(2, model.nearest) if model.measure == "backup-coverage" else 1


def covering_sites(location: LocationProblem, model: LocationModel, siting: Siting) -> np.ndarray:
    """Return how many open sites cover each point (n)."""
    near = narrowed(location.reach, model.cutoff_minutes, _is_open(location, siting))
    return np.diff(near.first)


def least_covered(location: LocationProblem, model: LocationModel) -> float:
    """Return what the covered points must weigh (`cost-to-target`), what rounding loses left out."""
    total = math.fsum(location.weights)
    return model.covered_share * total - TOLERANCE_SHARE * max(1.0, total) * 1e-3


def _is_open(location: LocationProblem, siting: Siting) -> np.ndarray:
    is_open = np.array(location.existing, bool)
    is_open[siting.opened] = True
    return is_open


def _minutes_of(reach: Reach, siting: Siting) -> np.ndarray:
    """Return the minutes of each row of who goes where; not a number where there is no such pair."""
    count = int(max(reach.sites.max(initial=0), siting.sites.max(initial=0))) + 1
    used = np.zeros(count, bool)
    used[siting.sites] = True
    near = narrowed(reach, None, used)
    keys = points_of(near) * count + near.sites
    order = np.argsort(keys, kind="stable")
    wanted = siting.points * count + siting.sites
    at = np.minimum(np.searchsorted(keys[order], wanted), max(0, len(keys) - 1))
    if not len(keys):
        return np.full(len(wanted), np.nan)
    return np.where(keys[order][at] == wanted, near.minutes[order][at], np.nan)


def _nearest_of_two(location: LocationProblem, siting: Siting) -> float:
    """Return the least minutes from a site opened to another that is open; infinite where there is no pair."""
    between = location.between
    if between is None:
        return math.inf
    is_open, is_new = _is_open(location, siting), np.zeros(len(location.site_ids), bool)
    is_new[siting.opened] = True
    origins, others = points_of(between), between.sites
    met = is_open[origins] & is_open[others] & (is_new[origins] | is_new[others]) & (origins != others)
    return float(between.minutes[met].min(initial=math.inf))


def _problems_of_indices(location: LocationProblem, siting: Siting) -> Iterator[Sentence]:
    points, sites = len(location.demand_ids), len(location.site_ids)
    for indices, most in ((siting.opened, sites), (siting.sites, sites), (siting.points, points)):
        if len(indices) and not (indices.min() >= 0 and indices.max() < most):
            yield problem("a point or site is named that the problem does not have")
            return
    if len(np.unique(siting.opened)) < len(siting.opened):
        yield problem("a site is opened twice")
    if not len(siting.points) == len(siting.sites) == len(siting.shares):
        yield problem("points, sites and shares of who goes where differ in number")
    if len(np.unique(siting.points * sites + siting.sites)) < len(siting.points):
        yield problem("a pair of a point and a site stands twice")


def _problems_of_sites(location: LocationProblem, siting: Siting) -> Iterator[Sentence]:
    is_new = np.zeros(len(location.site_ids), bool)
    is_new[siting.opened] = True
    for site in np.flatnonzero(is_new & location.existing):
        yield problem("{site} is there already and is opened", site=location.site_ids[site])
    for site in np.flatnonzero(is_new & location.excluded & ~location.existing):
        yield problem("{site} is excluded and is opened", site=location.site_ids[site])
    for site in np.flatnonzero(location.forced & ~is_new & ~location.existing):
        yield problem("{site} must open and does not", site=location.site_ids[site])
    least, most = location.site_count
    if len(siting.opened) < least:
        yield problem("{count} sites open, at least {least} must", count=len(siting.opened), least=least)
    if most is not None and len(siting.opened) > most:
        yield problem("{count} sites open, at most {most} may", count=len(siting.opened), most=most)
    if location.budget_eur is not None:
        spent = sum(cents_of(cost) for cost in location.fixed_eur[siting.opened].tolist())
        if not spent <= cents_within(location.budget_eur):
            yield problem(
                "the sites cost {cost} EUR, the budget is {budget} EUR",
                cost=spent / CENTS_PER_EUR,
                budget=location.budget_eur,
            )


def _problems_of_pairs(location: LocationProblem, model: LocationModel, siting: Siting) -> Iterator[Sentence]:
    is_open, minutes = _is_open(location, siting), _minutes_of(location.reach, siting)
    longest = math.inf if model.cutoff_minutes is None else model.cutoff_minutes
    for row in np.flatnonzero(~is_open[siting.sites] | ~(minutes <= longest) | ~(siting.shares > 0)):
        point, site = location.demand_ids[siting.points[row]], location.site_ids[siting.sites[row]]
        if not is_open[siting.sites[row]]:
            yield problem("{point} goes to {site}, which is closed", point=point, site=site)
        elif math.isnan(minutes[row]):
            yield problem("{point} cannot go to {site}: there is no such pair", point=point, site=site)
        elif not minutes[row] <= longest:
            yield problem("{point} goes to {site}, which is too far", point=point, site=site)
        else:
            yield problem("{point} goes to {site} with a share of 0 or less", point=point, site=site)


def _problems_of_cover(location: LocationProblem, model: LocationModel, siting: Siting) -> Iterator[Sentence]:
    is_covered = covering_sites(location, model, siting) > 0
    rows = np.bincount(siting.points, minlength=len(is_covered))
    if not (np.array_equal(rows, is_covered.astype(int)) and (siting.shares == 1.0).all()):
        yield problem("those who go to a site, once and wholly, are not those who are covered")
    if model.measure in {"set-cover", "backup-coverage"} or (
        model.measure == "cost-to-target" and model.covered_share >= 1
    ):
        for point in np.flatnonzero(~is_covered):
            yield problem("{point} is not covered", point=location.demand_ids[point])
    elif model.measure == "cost-to-target":
        covered, least = math.fsum(location.weights[is_covered]), least_covered(location, model)
        if not covered >= least:
            yield problem("{covered} are covered, at least {least} must be", covered=covered, least=least)
    if model.measure == "backup-coverage" and siting.first_stage not in {None, len(siting.opened)}:
        yield problem(
            "{count} sites open, the least that cover everybody are {least}",
            count=len(siting.opened),
            least=siting.first_stage,
        )


def _problems_of_shares(location: LocationProblem, model: LocationModel, siting: Siting) -> Iterator[Sentence]:
    served = np.bincount(siting.points, siting.shares, minlength=len(location.demand_ids))
    rows = np.bincount(siting.points, minlength=len(location.demand_ids))
    for point in np.flatnonzero(~(np.abs(served - 1.0) <= LOST)):
        yield problem("shares of {point} do not sum to 1", point=location.demand_ids[point])
    nearest = model.nearest if model.measure == "k-nearest-p-median" else 1
    is_whole = model.measure in {"p-median", "k-nearest-p-median", "p-center"} or model.single_source
    if is_whole:
        for point in np.flatnonzero(rows != nearest):
            yield problem("{point} goes to {count} sites", point=location.demand_ids[point], count=int(rows[point]))
        if not (np.abs(siting.shares - 1.0 / nearest) <= LOST).all():
            yield problem("shares of the sites of a point differ")
    if model.measure in LIMITS_CAPACITY:
        load = np.bincount(
            siting.sites, location.weights[siting.points] * siting.shares, minlength=len(location.site_ids)
        )
        over = ~(load <= location.capacity + LOST * np.maximum(1.0, np.where(load > 0, load, 0.0)))
        for site in np.flatnonzero(over):
            yield problem(
                "{site} serves {load}, it holds {capacity}",
                site=location.site_ids[site],
                load=float(load[site]),
                capacity=float(location.capacity[site]),
            )


def _problems_of_figures(location: LocationProblem, model: LocationModel, siting: Siting) -> Iterator[Sentence]:
    recomputed, stated = objective_of_siting(location, model, siting), siting.objective
    if stated is None:
        return
    within = TOLERANCE_SHARE * max(1.0, abs(recomputed)) if math.isfinite(recomputed) else 0.0
    if not (recomputed == stated or abs(recomputed - stated) <= within):
        differing = problem("{recomputed:.6f} recomputed, {stated:.6f} stated", recomputed=recomputed, stated=stated)
        yield differing.at("objective")
    elif siting.bound is not None:
        side = 1.0 if model.measure in MAXIMISED else -1.0
        if not side * siting.bound >= side * stated - within:
            yield problem("no bound of a plan worth {objective}: {bound}", objective=stated, bound=siting.bound).at(
                "bound"
            )
