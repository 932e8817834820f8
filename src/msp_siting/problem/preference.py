"""What plans that are as good are chosen by: access to GPs as the APL measures it, then their hosts.

Both are linear in posts, and neither depends on who is served where.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from msp_siting.errors import Sentence, problem
from msp_siting.problem.choice import ChoiceReport
from msp_siting.problem.plan import TOLERANCE_SHARE, Plan


@dataclass(frozen=True)
class Preference:
    """The terms of the choice.

    Attributes
    ----------
    profession
        That of the APL.
    gain_share, apl_share
        Of the best gain, and of what the first step saves, the shares that may be given up.
    site_ids
        Columns of ``visits``.
    need
        Standardised inhabitants of the demand points below the floor that posts can change, one each.
    gaps
        Visits a year and standardised inhabitant that each lacks with nothing opened; below 0 where it has more than
        the floor, and recruits who take ordinary installations away could bring it below.
    visits
        What one post at a site adds for each, one row per demand point (CSR).
    drops
        What each recruit takes away from each, as ordinary installations end.
    elsewhere
        Shortfall of the demand points that no post changes, in visits a year.
    scores
        Points of the host, by ``site_id``.
    """

    profession: str
    gain_share: float
    apl_share: float
    site_ids: tuple[str, ...]
    need: np.ndarray
    gaps: np.ndarray
    visits: sp.csr_array
    drops: np.ndarray
    elsewhere: float
    scores: Mapping[str, float]

    def lacks(self, posts: np.ndarray, recruited: float) -> np.ndarray:
        """Return the visits that each lacks to the floor with posts by site, and so many recruits in all."""
        lacks: np.ndarray = np.maximum(0.0, self.gaps - self.visits @ posts + self.drops * recruited)
        return lacks

    def with_recruits(self, most: float) -> "Preference":
        """Return the terms for plans of at most so many recruits: without the demand points that none brings below."""
        is_short = self.gaps + self.drops * most > 0
        return replace(
            self,
            need=self.need[is_short],
            gaps=self.gaps[is_short],
            visits=sp.csr_array(self.visits[is_short]),
            drops=self.drops[is_short],
        )

    def shortfall(self, plan: Plan) -> float:
        """Return the visits a year that lack to the floor everywhere, under a plan."""
        posts = self._posts(plan)
        at = np.array([posts.get(site, 0.0) for site in self.site_ids])
        return self.elsewhere + float(self.need @ self.lacks(at, at.sum()))

    @property
    def shortfall_of_nothing(self) -> float:
        """Visits a year that lack with nothing opened."""
        return self.elsewhere + float(self.need @ np.maximum(0.0, self.gaps))

    def objective_allowed(self, best: float, before: float) -> float:
        """Return up to which objective a plan is as good as the best one; ``before`` is that of opening nothing."""
        return best + self.gain_share * max(0.0, before - best)

    def shortfall_allowed(self, least: float) -> float:
        """Return up to which shortfall a plan may have better hosts than the one with the least."""
        return least + self.apl_share * max(0.0, self.shortfall_of_nothing - least)

    def score(self, plan: Plan) -> float:
        """Return the points of the hosts, each as often as it has new posts of the profession."""
        return sum(count * self.scores[site] for site, count in self._posts(plan).items())

    def _posts(self, plan: Plan) -> dict[str, float]:
        own = plan.staff[plan.staff["profession"].eq(self.profession)]
        return dict(zip(own["site_id"], own["recruited"].astype(float), strict=True))


def problems_of_choice(
    report: ChoiceReport, preference: Preference, plan: Plan, objective: float, before: float
) -> Iterator[Sentence]:
    """Yield where a plan is not what the choice says of it.

    Parameters
    ----------
    report
        What is said.
    objective
        Of the plan.
    before
        Of opening nothing.
    """
    found, score = preference.shortfall(plan), preference.score(plan)
    allowed = preference.objective_allowed(report.objective_best, before)
    spared = preference.shortfall_allowed(report.shortfall.found)
    at_most = (
        ("objective", objective, report.objective_most),
        ("objective_most", report.objective_most, allowed),
        ("shortfall", found, spared),
        ("shortfall", report.shortfall.bound, report.shortfall.found),
        ("shortfall", report.shortfall.found, report.shortfall.at_first),
        ("score", report.score.found, score),
        ("score", report.score.found, report.score.bound),
    )
    for name, value, most in at_most:
        if not value <= most + TOLERANCE_SHARE * max(1.0, abs(most)):
            over = problem("{value} is more than {most}, which it may not be above", value=value, most=most)
            yield over.at(name).at("choice")
