"""The calls, and how each is answered."""

import math
from dataclasses import dataclass
from typing import TypedDict, Unpack

import numpy as np
import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.locate.frames import Minutes, ids_of, marks_of, numbers_of, reach_of
from msp_siting.problem import relative_gap
from msp_siting.problem.location import (
    LocationModel,
    LocationProblem,
    Reach,
    Siting,
    matrix_of,
    points_of,
    reach_of_matrix,
)
from msp_siting.solver import Settings
from msp_siting.solver.location import site

MARKS = ("existing", "forced", "excluded")
MOST_SHOWN = 8  # sites in a repr


class Search(TypedDict, total=False):
    """How a search goes: seconds (60), the relative gap that counts as proven (0), threads (1), seed (1)."""

    time_limit_s: float
    relative_gap: float
    threads: int
    seed: int


@dataclass(frozen=True, eq=False, repr=False)
class Located:
    """What a call returns.

    Attributes
    ----------
    status
        ``optimal``: proven; ``feasible``: a plan, not proven; ``infeasible``: there is none; ``no_plan``: none in time.
    objective, bound, gap
        In the model's unit; the gap is relative to the objective. None where there is none.
    sites
        ``site_id`` of the sites to open, in the order of the table.
    assignment
        Who goes where: one row per (demand_id, site_id), with ``share`` (0-1) and ``minutes``.
    unreachable
        ``demand_id`` of points that no allowed site reaches.
    least_sites
        Where too few sites may open to reach everybody: how many it takes, if known.
    """

    measure: str
    status: str
    objective: float | None
    bound: float | None
    gap: float | None
    sites: list[str]
    assignment: pd.DataFrame
    unreachable: list[str]
    least_sites: int | None

    def __repr__(self) -> str:
        """Return a few lines: the model, how good the answer is, the first sites."""
        more = "" if len(self.sites) <= MOST_SHOWN else f" and {len(self.sites) - MOST_SHOWN} more"
        lines = [
            f"{self.measure}: {self.status}",
            f"objective {self.objective}, bound {self.bound}, gap {self.gap}",
            f"{len(self.sites)} sites to open: {', '.join(self.sites[:MOST_SHOWN])}{more}",
        ]
        if self.unreachable:
            lines.append(f"{len(self.unreachable)} points that no allowed site reaches")
        if self.least_sites is not None:
            lines.append(f"it takes {self.least_sites} sites to reach everybody")
        return "\n".join(lines)


def max_coverage(  # noqa: PLR0913 - one per question that a planner asks
    points: pd.DataFrame,
    sites: pd.DataFrame,
    minutes: Minutes = None,
    *,
    radius: float,
    p: int | None = None,
    budget_eur: float | None = None,
    **search: Unpack[Search],
) -> Located:
    """Return at most p sites, within a budget, that cover most inhabitants within a radius, its end included."""
    return _answered(points, sites, minutes, _Asked(LocationModel("max-coverage", radius), (0, p), budget_eur), search)


def set_cover(
    demand: pd.DataFrame, sites: pd.DataFrame, minutes: Minutes = None, *, radius: float, **search: Unpack[Search]
) -> Located:
    """Return the fewest sites that cover every point within a radius, its end included."""
    return _answered(demand, sites, minutes, _Asked(LocationModel("set-cover", radius)), search)


def backup_coverage(
    demand: pd.DataFrame,
    sites: pd.DataFrame,
    minutes: Minutes = None,
    *,
    radius: float,
    of: str = "inhabitants",
    **search: Unpack[Search],
) -> Located:
    """Return, of the fewest sites that cover every point, those that cover most twice; ``of`` them or of ``points``."""
    if of not in {"inhabitants", "points"}:
        raise DataError(problem("of: {got!r} is neither inhabitants nor points", got=of))
    model = LocationModel("backup-coverage", radius, backup_of="points" if of == "points" else "inhabitants")
    return _answered(demand, sites, minutes, _Asked(model), search)


def p_median(
    demand: pd.DataFrame,
    sites: pd.DataFrame,
    minutes: Minutes = None,
    *,
    p: int,
    longest: float | None = None,
    **search: Unpack[Search],
) -> Located:
    """Return p sites with the least inhabitants x minutes to the nearest, nobody farther than ``longest``."""
    return _answered(demand, sites, minutes, _Asked(LocationModel("p-median", longest), (p, p)), search)


def k_nearest_p_median(
    demand: pd.DataFrame, sites: pd.DataFrame, minutes: Minutes = None, *, p: int, k: int, **search: Unpack[Search]
) -> Located:
    """Return p sites with the least inhabitants x mean minutes to their k nearest; at k = 1 the p-median."""
    model = LocationModel("k-nearest-p-median", nearest=k)
    return _answered(demand, sites, minutes, _Asked(model, (p, p)), search)


def p_center(
    demand: pd.DataFrame, sites: pd.DataFrame, minutes: Minutes = None, *, p: int, **search: Unpack[Search]
) -> Located:
    """Return p sites whose longest minutes to the nearest, over all points, are least."""
    return _answered(demand, sites, minutes, _Asked(LocationModel("p-center"), (p, p)), search)


def p_dispersion(
    sites: pd.DataFrame, minutes: np.ndarray | None = None, *, p: int, **search: Unpack[Search]
) -> Located:
    """Return p sites whose least minutes from one to another are greatest: of a matrix, or of straight lines."""
    nobody = pd.DataFrame({"demand_id": pd.Series(dtype=object), "inhabitants": pd.Series(dtype=float)})
    return _answered(nobody, sites, minutes, _Asked(LocationModel("p-dispersion"), (p, p)), search)


def capacitated_p_median(
    demand: pd.DataFrame,
    sites: pd.DataFrame,
    minutes: Minutes = None,
    *,
    p: int,
    single_source: bool = True,
    **search: Unpack[Search],
) -> Located:
    """Return p sites with the least inhabitants x minutes, none serving more than its ``capacity_inhabitants``."""
    model = LocationModel("capacitated-p-median", single_source=single_source)
    return _answered(demand, sites, minutes, _Asked(model, (p, p)), search)


def fixed_charge(
    demand: pd.DataFrame,
    sites: pd.DataFrame,
    minutes: Minutes = None,
    *,
    travel_cost_eur: float,
    single_source: bool = False,
    **search: Unpack[Search],
) -> Located:
    """Return the sites with the least EUR of opening and of ways, at EUR per inhabitant and minute."""
    model = LocationModel("fixed-charge", single_source=single_source, travel_cost_eur=travel_cost_eur)
    return _answered(demand, sites, minutes, _Asked(model), search)


def cost_to_target(
    demand: pd.DataFrame,
    sites: pd.DataFrame,
    minutes: Minutes = None,
    *,
    radius: float,
    covered_share: float = 1.0,
    **search: Unpack[Search],
) -> Located:
    """Return the cheapest sites that cover a share (0-1) of inhabitants within a radius; at 1 every point."""
    model = LocationModel("cost-to-target", radius, covered_share=covered_share)
    return _answered(demand, sites, minutes, _Asked(model), search)


@dataclass(frozen=True)
class _Asked:
    """A model with the number of sites and the money."""

    model: LocationModel
    count: tuple[int, int | None] = (0, None)
    budget_eur: float | None = None


def _answered(demand: pd.DataFrame, sites: pd.DataFrame, minutes: Minutes, asked: _Asked, search: Search) -> Located:
    """Return the answer to a call; every problem of what was given in one error."""
    problems: list[Sentence] = [*_problems_of_numbers(asked)]
    is_dispersion = asked.model.measure == "p-dispersion"
    demand_ids = ids_of(demand, "demand", "demand_id", problems)
    site_ids = ids_of(sites, "sites", "site_id", problems)
    weights = numbers_of(demand, "demand", "inhabitants", None, problems)
    is_priced = asked.model.measure in {"fixed-charge", "cost-to-target"} or asked.budget_eur is not None
    fixed = numbers_of(sites, "sites", "capex_eur", None if is_priced else 0.0, problems)
    capacity = numbers_of(sites, "sites", "capacity_inhabitants", math.inf, problems)
    if "capacity_inhabitants" not in sites and asked.model.measure == "capacitated-p-median":
        problems.append(problem("no column {name}", name="capacity_inhabitants").at("sites"))
    marks = {name: marks_of(sites, name, problems) for name in MARKS}
    origins = sites if is_dispersion else demand
    reach = None if problems else reach_of(origins, sites, minutes, problems)
    if problems or reach is None:
        raise DataError(problems)
    between = None
    if is_dispersion:
        apart = matrix_of(reach, len(site_ids))
        between = reach_of_matrix(np.minimum(apart, apart.T))
        reach = Reach(np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0))
    located = LocationProblem(
        demand_ids=demand_ids,
        site_ids=site_ids,
        weights=weights,
        reach=reach,
        fixed_eur=fixed,
        capacity=capacity,
        site_count=asked.count,
        budget_eur=asked.budget_eur,
        between=between,
        **marks,
    )
    settings = Settings(
        time_limit_s=search.get("time_limit_s", 60.0),
        relative_gap=search.get("relative_gap", 0.0),
        improvement_gap=0.0,
        threads=search.get("threads", 1),
        seed=search.get("seed", 1),
    )
    return _located(located, asked.model, site(located, asked.model, settings))


def _located(location: LocationProblem, model: LocationModel, found: Siting) -> Located:
    """Return an answer under the names of the tables."""
    keys = points_of(location.reach) * len(location.site_ids) + location.reach.sites
    order = np.argsort(keys, kind="stable")
    wanted = found.points * len(location.site_ids) + found.sites
    at = order[np.searchsorted(keys[order], wanted)]
    assignment = pd.DataFrame(
        {
            "demand_id": location.demand_ids[found.points],
            "site_id": location.site_ids[found.sites],
            "share": found.shares,
            "minutes": location.reach.minutes[at],
        }
    )
    return Located(
        measure=model.measure,
        status=found.status,
        objective=found.objective,
        bound=found.bound,
        gap=relative_gap(found.objective, found.bound),
        sites=[str(each) for each in location.site_ids[found.opened]],
        assignment=assignment,
        unreachable=[str(each) for each in location.demand_ids[found.unreachable]],
        least_sites=found.least_sites,
    )


def _problems_of_numbers(asked: _Asked) -> list[Sentence]:
    """Return what is wrong with the numbers of a call, each under its name there."""
    model, most = asked.model, asked.count[1]
    is_radius = model.measure != "p-median"
    least_p = 2 if model.measure == "p-dispersion" else 0
    known = {
        "radius" if is_radius else "longest": (model.cutoff_minutes, 0.0, math.inf),
        "p": (most, least_p, math.inf),
        "k": (model.nearest, 1, math.inf),
        "budget_eur": (asked.budget_eur, 0.0, math.inf),
        "travel_cost_eur": (model.travel_cost_eur, 0.0, math.inf),
        "covered_share": (model.covered_share, 0.0, 1.0),
    }
    return [
        problem("{got} is not a number from {least} to {most}", got=value, least=low, most=high).at(name)
        for name, (value, low, high) in known.items()
        if value is not None and not (math.isfinite(value) and low <= value <= high)
    ]
