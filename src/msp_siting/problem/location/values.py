"""A siting problem without professions, and an answer to it."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from msp_siting.scenario import SitingMeasure

Measure = SitingMeasure
Status = Literal["optimal", "feasible", "infeasible", "no_plan"]


@dataclass(frozen=True, eq=False)
class Reach:
    """The pairs of a point and a site that there are, row by row; a pair that is absent cannot be.

    Attributes
    ----------
    first
        Where the pairs of each point begin, and the number of all (``n + 1`` whole numbers).
    sites
        Index of the site, by pair; within a point by minutes, then by index.
    minutes
        Minutes (or any distance, 0 or more), by pair.
    """

    first: np.ndarray
    sites: np.ndarray
    minutes: np.ndarray


@dataclass(frozen=True, eq=False)
class LocationProblem:
    """Points, sites and limits of one siting problem; arrays have one entry per point (n) or per site (m).

    Attributes
    ----------
    demand_ids, site_ids
        Names (n and m texts).
    weights
        What each point weighs: inhabitants (n, 0 or more).
    reach
        The pairs of a point and a site.
    between
        The pairs of two sites, the lesser of both directions where they differ (`p-dispersion` only).
    fixed_eur
        What opening a site costs (m, EUR, whole cents).
    capacity
        Weight that an open site can serve (m; infinite where nothing limits it).
    existing
        Sites that are open, cost nothing and do not count (m).
    forced, excluded
        Sites that must open, and that must not (m).
    site_count
        Least and most sites to open; no most: None.
    budget_eur
        Money for opening sites; None: no limit.
    """

    demand_ids: np.ndarray
    site_ids: np.ndarray
    weights: np.ndarray
    reach: Reach
    fixed_eur: np.ndarray
    capacity: np.ndarray
    existing: np.ndarray
    forced: np.ndarray
    excluded: np.ndarray
    site_count: tuple[int, int | None] = (0, None)
    budget_eur: float | None = None
    between: Reach | None = None


@dataclass(frozen=True)
class LocationModel:
    """What is sought.

    Attributes
    ----------
    measure
        The named model.
    cutoff_minutes
        How far a site covers (its end included), or the longest time of an assignment; None: no limit.
    nearest
        Sites that each point is assigned to (`k-nearest-p-median`), or that must cover it for a backup.
    single_source
        Whether each point is served by one site only (`capacitated-p-median`, `fixed-charge`).
    travel_cost_eur
        EUR per inhabitant and minute (`fixed-charge`).
    covered_share
        Share of the weight to reach (`cost-to-target`; 1: every point, also those that weigh nothing).
    backup_of
        Whether those covered twice are counted by point or by what they weigh (`backup-coverage`).
    """

    measure: Measure
    cutoff_minutes: float | None = None
    nearest: int = 1
    single_source: bool = False
    travel_cost_eur: float = 1.0
    covered_share: float = 1.0
    backup_of: Literal["points", "inhabitants"] = "inhabitants"


@dataclass(frozen=True, eq=False)
class Siting:
    """An answer: the sites to open, who goes where, and how good it is.

    Attributes
    ----------
    status
        ``optimal``: proven within what was asked; ``feasible``: a plan that is not; ``infeasible``: there is none;
        ``no_plan``: none was found in time.
    objective, bound
        Of the named model, in its unit (FORMULATION.md); the bound from below where it is minimised, from above where
        it is maximised. None without a plan, or without a bound.
    opened
        Indices of the sites opened, rising; without those that exist.
    points, sites, shares
        Who goes where: index of the point, index of the site, share of the point's weight.
    first_stage
        Of `backup-coverage`: the least number of sites that covers every point.
    unreachable
        Indices of points that no allowed site reaches (where all must be).
    least_sites
        Where too few sites are allowed to reach everybody: the least that would, if known.
    """

    status: Status
    objective: float | None = None
    bound: float | None = None
    opened: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    points: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    sites: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    shares: np.ndarray = field(default_factory=lambda: np.empty(0))
    first_stage: int | None = None
    unreachable: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    least_sites: int | None = None
