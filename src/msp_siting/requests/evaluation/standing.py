"""Where a project stands among all plans for the scenario's money, and what else its own money and staff could do."""

from dataclasses import dataclass
from typing import Literal

from msp_siting.solver import Chosen

Place = Literal["all", "some", "none", "undecided", "impossible"]


@dataclass(frozen=True)
class Standing:
    """A project's place in the good plans of a scenario.

    Attributes
    ----------
    place
        In ``all`` of them, in ``some``, in ``none``; ``undecided`` where the bounds leave it open, ``impossible`` where
        no plan with it keeps the rules.
    with_it, without_it
        The best plan with the project open, and without it; None where it was not searched.
    """

    place: Place
    with_it: Chosen | None
    without_it: Chosen


@dataclass(frozen=True)
class Regret:
    """What is missed by the project instead of the best use of the same money and staff.

    Attributes
    ----------
    alternative
        The best plan found for them.
    low, high
        At least and at most, as a share (0-1) of the gain of the best use; None where there is no gain to be had.
    """

    alternative: Chosen
    low: float | None
    high: float | None

    def is_open(self, limit: float) -> bool:
        """Return whether it may lie on either side of a limit."""
        return self.low is not None and self.high is not None and self.low <= limit < self.high


def standing_of(with_it: Chosen | None, without_it: Chosen, before: float, good_plan_share: float) -> Standing:
    """Return a project's place in the plans that miss at most a share of the gain.

    A plan is good if its objective is at most that of the best plan + share x (before - that). The best lies between
    bound and plan, of those with the project and without alike.

    Parameters
    ----------
    with_it
        The best plan with the project forced in; None where it was not searched.
    without_it
        The best plan with the project left out.
    before
        Objective of opening nothing.
    """
    if with_it is not None and with_it.is_infeasible:
        return Standing("impossible", with_it, without_it)
    if with_it is None or with_it.bound is None or without_it.bound is None:
        return Standing("undecided", with_it, without_it)
    best_at_most = min(
        (found.objective for found in (with_it, without_it) if found.objective is not None), default=before
    )
    best_at_least = min(with_it.bound, without_it.bound)

    def limit(best: float) -> float:
        return best + good_plan_share * max(0.0, before - best)

    def is_surely_good(found: Chosen) -> bool:
        return found.objective is not None and found.objective <= limit(best_at_least)

    def is_surely_not(found: Chosen) -> bool:
        return found.bound is not None and found.bound > limit(best_at_most)

    if is_surely_not(without_it):
        place: Place = "all"
    elif is_surely_not(with_it):
        place = "none"
    elif is_surely_good(with_it) and is_surely_good(without_it):
        place = "some"
    else:
        place = "undecided"
    return Standing(place, with_it, without_it)


def regret_of(objective_with: float, alternative: Chosen, before: float) -> Regret:
    """Return the regret of a project against the best use of its money and staff, the project itself among the uses.

    Parameters
    ----------
    objective_with
        Of the territory with the project.
    before
        Of the territory without.
    """
    if alternative.objective is None or alternative.bound is None:
        return Regret(alternative, None, None)
    found, bound = (min(value, objective_with, before) for value in (alternative.objective, alternative.bound))

    def share(best: float) -> float | None:
        return (objective_with - best) / (before - best) if best < before else None

    low, high = share(found), share(bound)
    return Regret(alternative, 0.0 if low is None and high is not None else low, high)
