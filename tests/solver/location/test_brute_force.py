"""Small problems with all that may be said of sites, each against every set of sites that is allowed."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import scipy.optimize

from msp_siting.problem.location import (
    MAXIMISED,
    LocationModel,
    LocationProblem,
    matrix_of,
    problems_of_siting,
    reach_of_matrix,
)
from msp_siting.solver import Settings
from msp_siting.solver.location import site

POINTS, SITES, DRAWS = 7, 6, 25
MODELS = (
    LocationModel("max-coverage", 6),
    LocationModel("set-cover", 8),
    LocationModel("backup-coverage", 8),
    LocationModel("backup-coverage", 9, backup_of="points", nearest=3),
    LocationModel("p-median"),
    LocationModel("p-median", 9),
    LocationModel("k-nearest-p-median", nearest=2),
    LocationModel("p-center"),
    LocationModel("p-dispersion"),
    LocationModel("capacitated-p-median"),
    LocationModel("capacitated-p-median", single_source=True),
    LocationModel("fixed-charge", travel_cost_eur=0.5),
    LocationModel("fixed-charge", single_source=True),
    LocationModel("cost-to-target", 7, covered_share=0.7),
    LocationModel("cost-to-target", 8),
)


def drawn(seed: int) -> LocationProblem:
    """Return a small problem: some pairs absent, some weights 0, some sites forced, excluded or there already."""
    draw = np.random.default_rng(seed)
    minutes = draw.integers(0, 12, (POINTS, SITES)).astype(float)
    minutes[draw.random((POINTS, SITES)) < 0.1] = np.nan
    between = draw.integers(1, 9, (SITES, SITES)).astype(float)
    marks = draw.random((3, SITES)) < 0.15
    least = int(draw.integers(0, 3))
    return LocationProblem(
        demand_ids=np.array([f"d{i}" for i in range(POINTS)], object),
        site_ids=np.array([f"s{j}" for j in range(SITES)], object),
        weights=draw.integers(0, 6, POINTS).astype(float),
        reach=reach_of_matrix(minutes),
        fixed_eur=draw.integers(1, 30, SITES) / 4,
        capacity=np.where(draw.random(SITES) < 0.2, np.inf, draw.integers(3, 15, SITES).astype(float)),
        existing=marks[0],
        forced=marks[1] & ~marks[2],
        excluded=marks[2],
        site_count=(least, least + int(draw.integers(0, 3))),
        budget_eur=float(draw.integers(8, 30)) if draw.random() < 0.5 else None,
        between=reach_of_matrix(np.minimum(between, between.T)),
    )


def allowed(problem: LocationProblem, *, is_priced: bool = True) -> Iterator[np.ndarray]:
    """Yield every set of open sites that keeps what is said of the sites alone."""
    least, most = problem.site_count
    for marks in itertools.product((False, True), repeat=SITES):
        new = np.array(marks)
        is_open = new | problem.existing
        if (new & (problem.existing | problem.excluded)).any() or (problem.forced & ~is_open).any():
            continue
        spent = problem.fixed_eur[new].sum()
        within = problem.budget_eur is None or not is_priced or spent <= problem.budget_eur + 1e-9
        if least <= new.sum() <= (SITES if most is None else most) and within:
            yield is_open


def served(problem: LocationProblem, model: LocationModel, minutes: np.ndarray, is_open: np.ndarray) -> float:
    """Return the least weight x minutes within capacity, or infinity."""
    sites = np.flatnonzero(is_open)
    if not len(sites):
        return math.inf
    is_there = np.isfinite(minutes[:, sites])
    cost = problem.weights[:, None] * np.where(is_there, minutes[:, sites], 0.0)
    if model.single_source:
        best = math.inf
        choices = [np.flatnonzero(np.isfinite(row)).tolist() for row in minutes[:, sites]]
        for choice in itertools.product(*choices):
            load = np.bincount(choice, problem.weights, minlength=len(sites))
            if (load <= problem.capacity[sites]).all():
                best = min(best, cost[np.arange(POINTS), choice].sum())
        return best
    equal = np.kron(np.eye(POINTS), np.ones(len(sites)))
    load = np.kron(problem.weights, np.eye(len(sites)))
    found = scipy.optimize.linprog(
        cost.ravel(),
        A_ub=load,
        b_ub=np.minimum(problem.capacity[sites], 1e6),
        A_eq=equal,
        b_eq=np.ones(POINTS),
        bounds=[(0, 1 if each else 0) for each in is_there.ravel()],
    )
    return found.fun if found.status == 0 else math.inf


def worth(problem: LocationProblem, model: LocationModel, is_open: np.ndarray) -> float | None:
    """Return what a set of open sites is worth under a model, by its definition; None where it is no plan."""
    minutes = matrix_of(problem.reach, SITES)
    if model.cutoff_minutes is not None:
        minutes = np.where(minutes <= model.cutoff_minutes, minutes, np.inf)
    new, weights = is_open & ~problem.existing, problem.weights
    often = np.isfinite(minutes[:, is_open]).sum(axis=1)
    ranked = np.sort(np.where(is_open, minutes, np.inf), axis=1)
    value: float | None = None
    match model.measure:
        case "max-coverage":
            value = weights[often > 0].sum()
        case "set-cover":
            value = float(new.sum()) if (often > 0).all() else None
        case "backup-coverage":
            twice = often >= max(2, model.nearest)
            value = float(twice.sum() if model.backup_of == "points" else weights[twice].sum())
            value = value if (often > 0).all() else None
        case "p-median" | "k-nearest-p-median":
            if (often >= model.nearest).all():
                value = float((weights * ranked[:, : model.nearest].mean(axis=1)).sum())
        case "p-center":
            value = float(ranked[:, 0].max()) if (often > 0).all() else None
        case "p-dispersion":
            apart = matrix_of(problem.between, SITES) if problem.between else np.full((SITES, SITES), np.inf)
            pairs = [(i, j) for i, j in itertools.combinations(np.flatnonzero(is_open), 2) if new[i] or new[j]]
            value = min((apart[pair] for pair in pairs), default=math.inf)
        case "cost-to-target":
            is_met = weights[often > 0].sum() >= model.covered_share * weights.sum() - 1e-9
            is_met &= model.covered_share < 1 or bool((often > 0).all())
            value = float(problem.fixed_eur[new].sum()) if is_met else None
        case _:
            ways = served(problem, model, minutes, is_open)
            priced = problem.fixed_eur[new].sum() + ways * model.travel_cost_eur
            value = priced if model.measure == "fixed-charge" else ways
            value = value if math.isfinite(value) else None
    return value


def best_of(problem: LocationProblem, model: LocationModel) -> float | None:
    """Return the best worth of all sets of sites; None where there is no plan."""
    sets = list(allowed(problem, is_priced=model.measure != "p-dispersion"))
    if model.measure == "backup-coverage":
        covers = [each for each in sets if worth(problem, model, each) is not None]
        least = min(((each & ~problem.existing).sum() for each in covers), default=0)
        sets = [each for each in covers if (each & ~problem.existing).sum() == least]
    values = [each for each in (worth(problem, model, one) for one in sets) if each is not None]
    if not values:
        return None
    return max(values) if model.measure in MAXIMISED else min(values)


@pytest.mark.parametrize("model", MODELS, ids=lambda each: f"{each.measure}-{each.cutoff_minutes}-{each.single_source}")
def test_it_is_the_best_of_all_sets_of_sites(model: LocationModel, exact: Settings) -> None:
    plans = 0
    for seed in range(DRAWS):
        problem = drawn(seed)
        if model.single_source:
            minutes = np.where(np.arange(SITES) < 3, matrix_of(problem.reach, SITES), np.nan)  # few ways to go
            problem = replace(problem, reach=reach_of_matrix(minutes))
        expected, found = best_of(problem, model), site(problem, model, exact)
        assert problems_of_siting(problem, model, found) == [], seed
        if expected is None:
            assert (seed, found.status) == (seed, "infeasible")
        else:
            plans += 1
            assert (seed, found.status) == (seed, "optimal")
            assert found.objective == pytest.approx(expected, rel=1e-9), seed
            assert found.bound == pytest.approx(expected, rel=1e-6), seed
    assert plans >= 5
