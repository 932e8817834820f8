"""The APL as a function of posts: linear, since what the people around a place share does not depend on them.

APL_i = that with nothing opened + sum over sites of what a post adds x posts - what a recruit takes away x recruits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy.sparse as sp

from msp_siting.errors import Sentence, problem
from msp_siting.problem.plan import Plan

AplMeasure = Literal["apl_shortfall", "apl_inhabitants_below_floor"]
COMMUNE = "commune"  # the level of demand points
ROUNDING_VISITS = 1e-9  # what sums of floating-point numbers leave: who lacks no more is not below the floor
TOLERANCE_VISITS = 1e-5  # what a solver's rounding may leave of a mean that is asked for


@dataclass(frozen=True)
class AplTerms:
    """What demand points or zones lack to a level of the APL, and what posts add to it.

    Attributes
    ----------
    profession
        That of the APL.
    site_ids
        Columns of ``visits``.
    need
        Standardised inhabitants, one each.
    gaps
        Visits a year and standardised inhabitant that each lacks with nothing opened; below 0 where it has more than
        the level, and recruits who take ordinary installations away could bring it below.
    visits
        What one post at a site adds for each, one row per demand point or zone (CSR).
    drops
        What each recruit takes away from each, as ordinary installations end.
    """

    profession: str
    site_ids: tuple[str, ...]
    need: np.ndarray
    gaps: np.ndarray
    visits: sp.csr_array
    drops: np.ndarray

    def lacks(self, posts: np.ndarray, recruited: float) -> np.ndarray:
        """Return the visits that each lacks with posts by site, and so many recruits in all."""
        lacks: np.ndarray = np.maximum(0.0, self.gaps - self.visits @ posts + self.drops * recruited)
        return lacks

    def lacks_of(self, plan: Plan) -> np.ndarray:
        """Return the visits that each lacks under a plan."""
        posts = self.posts_of(plan)
        at = np.array([posts.get(site, 0.0) for site in self.site_ids])
        return self.lacks(at, at.sum())

    def most_lacks(self, recruits: float) -> np.ndarray:
        """Return the most visits that each can lack, with at most so many recruits."""
        most: np.ndarray = np.maximum(0.0, self.gaps + self.drops * (recruits if self.drops.any() else 0.0))
        return most

    def posts_of(self, plan: Plan) -> dict[str, float]:
        """Return the new posts of the profession, by ``site_id``."""
        own = plan.staff[plan.staff["profession"].eq(self.profession)]
        return dict(zip(own["site_id"], own["recruited"].astype(float), strict=True))


@dataclass(frozen=True)
class AplGoal(AplTerms):
    """What the first stage minimises where it is a measure of the APL: visits that lack to the floor, or inhabitants.

    Attributes
    ----------
    measure
        ``apl_shortfall``: visits that lack x standardised inhabitants; ``apl_inhabitants_below_floor``: inhabitants of
        those who lack any.
    unit_ids
        The demand points, or the zones where the mean of a zone counts; ``level`` is ``commune`` or their kind.
    gps
        ``all``, or ``under_65``: those whose visits count.
    inhabitants
        Of each.
    floor
        Visits a year and standardised inhabitant.
    band_upper_shares, band_slopes
        Convex bands of the share of the floor that lacks; one band of slope 1 without.
    """

    measure: AplMeasure
    level: str
    gps: str
    unit_ids: tuple[str, ...]
    inhabitants: np.ndarray
    floor: float
    band_upper_shares: tuple[float, ...] = (1.0,)
    band_slopes: tuple[float, ...] = (1.0,)

    @property
    def is_count(self) -> bool:
        """Whether inhabitants are counted."""
        return self.measure == "apl_inhabitants_below_floor"

    @property
    def is_plain_shortfall(self) -> bool:
        """Whether it is what a choice among good plans goes by: visits that demand points lack, of all GPs, alike."""
        return not self.is_count and self.level == COMMUNE and self.gps == "all" and len(self.band_slopes) == 1

    def costs(self, most: np.ndarray) -> np.ndarray:
        """Return what a visit that lacks costs, one row per unit and one column per band.

        Parameters
        ----------
        most
            The most visits that each can lack: an inhabitant below the floor costs at least as much as if it rose with
            the visits that lack.
        """
        if self.is_count:
            counted: np.ndarray = (self.inhabitants / np.maximum(most, ROUNDING_VISITS))[:, np.newaxis]
            return counted
        return np.outer(self.need, self.band_slopes)

    def widths(self, most: np.ndarray) -> np.ndarray:
        """Return the visits that lie in each band, one row per unit."""
        if self.is_count:
            return most[:, np.newaxis]
        return np.outer(np.ones(len(self.need)), self.floor * np.diff([0.0, *self.band_upper_shares]))

    def in_bands(self, lacks: np.ndarray) -> np.ndarray:
        """Return the visits that lack by band, one row per unit: the cheapest band fills first."""
        ends = self.floor * np.array([0.0, *self.band_upper_shares])
        ends[-1] = np.inf  # rounding fits in
        inside: np.ndarray = np.clip(lacks[:, np.newaxis] - ends[:-1], 0.0, np.diff(ends))
        return inside

    def is_below(self, lacks: np.ndarray) -> np.ndarray:
        """Return which units lie below the floor."""
        below: np.ndarray = lacks > ROUNDING_VISITS
        return below

    def objective_of_lacks(self, lacks: np.ndarray) -> float:
        """Return the measure where each unit lacks some visits."""
        if self.is_count:
            return float(self.inhabitants @ self.is_below(lacks))
        return float(self.need @ (self.in_bands(lacks) @ np.array(self.band_slopes)))

    def objective(self, plan: Plan) -> float:
        """Return the measure under a plan."""
        return self.objective_of_lacks(self.lacks_of(plan))


@dataclass(frozen=True)
class ZoneApl(AplTerms):
    """The mean APL that is asked of zones (``least``), to which ``gaps`` are; ``keys`` have kind and id of each."""

    keys: tuple[tuple[str, str], ...]
    least: np.ndarray


def problems_of_zone_apl(asked: ZoneApl | None, plan: Plan) -> Iterator[Sentence]:
    """Yield the zones whose mean APL is below what is asked of them."""
    if asked is None:
        return
    for (kind, zone), lack, least in zip(asked.keys, asked.lacks_of(plan), asked.least, strict=True):
        if not lack <= TOLERANCE_VISITS:
            yield problem(
                "{kind} {zone} has a mean APL of {found:.5f}, at least {least:.5f} is asked",
                kind=kind,
                zone=zone,
                found=least - lack,
                least=least,
            ).at("zone_apl")
