"""How one of the plans that are as good was chosen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChoiceStep:
    """One step of the choice: its figure at the plan it began with, the best one found, and a bound on any."""

    at_first: float
    found: float
    bound: float


@dataclass(frozen=True)
class ChoiceReport:
    """How one of the plans that are as good was chosen.

    Attributes
    ----------
    objective_best
        Of the best plan found.
    objective_most
        Up to which objective a plan counts as good.
    shortfall
        Visits a year that lack to the floor of the APL; the less the better.
    score
        Points of the hosts, one by one new post of the profession; the more the better.
    """

    objective_best: float
    objective_most: float
    shortfall: ChoiceStep
    score: ChoiceStep

    def gain_given_up_share(self, objective: float, before: float) -> float:
        """Return the share of the best plan's gain that a plan gives up; 0 for one that is as good or better."""
        gain = before - self.objective_best
        return max(0.0, objective - self.objective_best) / gain if gain > 0 else 0.0

    def apl_given_up_share(self, shortfall: float, of_nothing: float) -> float:
        """Return the share of what the least shortfall saves that a plan with some shortfall gives up.

        ``of_nothing`` is the shortfall with nothing opened.
        """
        gain = of_nothing - self.shortfall.found
        return max(0.0, shortfall - self.shortfall.found) / gain if gain > 0 else 0.0
