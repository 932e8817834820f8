"""What plans that are as good are chosen by: access to GPs as the APL measures it, then their hosts.

Both are linear in posts, and neither depends on who is served where.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from msp_siting.errors import Sentence, problem
from msp_siting.problem.apl_terms import AplTerms
from msp_siting.problem.choice import ChoiceReport
from msp_siting.problem.plan import TOLERANCE_SHARE, Plan


@dataclass(frozen=True)
class Preference(AplTerms):
    """The terms of the choice: of the demand points below the floor that posts can change, and of hosts.

    Attributes
    ----------
    gain_share, apl_share
        Of the best gain, and of what the first step saves, the shares that may be given up.
    elsewhere
        Shortfall of the demand points that no post changes, in visits a year.
    scores
        Points of the host, by ``site_id``.
    """

    gain_share: float
    apl_share: float
    elsewhere: float
    scores: Mapping[str, float]

    def with_recruits(self, most: float) -> "Preference":
        """Return the terms for plans of at most so many recruits: without the demand points that none brings below."""
        is_short = self.most_lacks(most) > 0
        return replace(
            self,
            need=self.need[is_short],
            gaps=self.gaps[is_short],
            visits=sp.csr_array(self.visits[is_short]),
            drops=self.drops[is_short],
        )

    def shortfall(self, plan: Plan) -> float:
        """Return the visits a year that lack to the floor everywhere, under a plan."""
        return self.elsewhere + float(self.need @ self.lacks_of(plan))

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
        return sum(count * self.scores[site] for site, count in self.posts_of(plan).items())


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
