"""Which sites may open together: forced, excluded and existing ones, their number and the money."""

import math
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from msp_siting.problem.location import LocationProblem
from msp_siting.units import cents_of, cents_within


@dataclass(frozen=True, eq=False)
class Rules:
    """What holds of the sites alone.

    Attributes
    ----------
    lower, upper
        1 where a site is open for certain (forced, existing), 0 where it cannot be (m).
    counted
        Sites that count and cost: those that do not exist (m).
    least, most
        How many of them open.
    cents
        What each costs, in whole cents; 0 where it exists (m).
    budget
        Cents to spend; None: no limit.
    """

    lower: np.ndarray
    upper: np.ndarray
    counted: np.ndarray
    least: int
    most: int
    cents: np.ndarray
    budget: int | None

    def are_kept(self, is_open: np.ndarray) -> bool:
        """Return whether open sites (m, bool) keep all of it, to the cent."""
        count = int(is_open[self.counted].sum())
        within = self.budget is None or int(self.cents[is_open].sum()) <= self.budget
        inside = bool(np.all(is_open >= (self.lower > 0)) and np.all(is_open <= (self.upper > 0)))
        return inside and self.least <= count <= self.most and within

    def rows(self) -> tuple[sp.csr_array, np.ndarray, np.ndarray]:
        """Return the limits of number and money as rows over the sites, money in its greatest common unit."""
        rows, lower, upper = [self.counted.astype(float)], [float(self.least)], [float(self.most)]
        if self.budget is not None:
            unit = math.gcd(*self.cents.tolist()) or 1
            rows.append(self.cents / unit)
            lower.append(-np.inf)
            upper.append(float(self.budget // unit))
        return sp.csr_array(np.array(rows)), np.array(lower), np.array(upper)

    @property
    def can_be_kept(self) -> bool:
        """Whether the sites that must open, and the cheapest others that the least number asks for, are allowed."""
        if np.any(self.lower > self.upper):
            return False
        must = (self.lower > 0) & self.counted
        free = np.sort(self.cents[(self.upper > 0) & ~must & self.counted])
        more = max(0, self.least - int(must.sum()))
        if int(must.sum()) > self.most or more > len(free) or self.least > self.most:
            return False
        return self.budget is None or int(self.cents[must].sum() + free[:more].sum()) <= self.budget


def rules_of(location: LocationProblem) -> Rules:
    """Return what holds of the sites of a problem; one that exists is open whatever is said of it."""
    exists = np.asarray(location.existing, bool)
    least, most = location.site_count
    candidates = int((~exists).sum())
    cents = [0 if there else cents_of(cost) for there, cost in zip(exists, location.fixed_eur.tolist(), strict=True)]
    return Rules(
        lower=(exists | location.forced).astype(float),
        upper=(exists | ~np.asarray(location.excluded, bool)).astype(float),
        counted=~exists,
        least=least,
        most=candidates if most is None else min(most, candidates),
        cents=np.array(cents, np.int64),
        budget=None if location.budget_eur is None else cents_within(location.budget_eur),
    )
