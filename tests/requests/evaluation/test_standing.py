"""A project's place in the good plans, and its regret: every case worked by hand."""

import pytest

from msp_siting.problem.plan import Plan
from msp_siting.requests.evaluation.standing import regret_of, standing_of
from msp_siting.solver import Chosen

BEFORE = 1000.0  # with a best plan of 900 the gain is 100; plans up to 910 are good at a share of 0.1


def found(objective: float, bound: float | None = None) -> Chosen:
    """Return a search that ended at an objective; proven unless a bound is given."""
    return Chosen(Plan.empty(), objective, objective if bound is None else bound)


@pytest.mark.parametrize(
    ("with_it", "without_it", "place"),
    [
        (found(900), found(911), "all"),  # no plan without it is good
        (found(900), found(910), "some"),  # just good
        (found(911), found(900), "none"),
        (found(910), found(900), "some"),
        (found(900), found(900), "some"),
        (found(900), found(920, 905), "undecided"),  # without it 905 may be reached, or not
        (found(900, 850), found(920), "all"),  # the better the best with it, the less is 920 good
        (found(900, 850), found(905), "undecided"),  # if 850 is reached with it, only plans up to 865 are good
        (found(930, 905), found(900), "undecided"),
        (found(930, 912), found(900), "none"),  # with it at least 912
        (found(900, 895), found(911, 911), "all"),  # at most 910 is good whatever the best is
        (found(905), found(900, 894.0), "undecided"),  # the limit lies between 904.6 and 910
        (Chosen(None, None, None, is_infeasible=True), found(900), "impossible"),
        (Chosen(None, None, 880.0), found(900), "undecided"),  # nothing found with it in time
        (Chosen(None, None, 915.0), found(900), "none"),
        (None, found(900), "undecided"),  # not searched
    ],
)
def test_the_place_in_good_plans(with_it: Chosen | None, without_it: Chosen, place: str) -> None:
    assert standing_of(with_it, without_it, BEFORE, 0.1).place == place


@pytest.mark.parametrize(
    ("objective_with", "alternative", "low", "high"),
    [
        (900.0, found(900), 0.0, 0.0),  # nothing better
        (950.0, found(900), 0.5, 0.5),  # half of the gain of 100 is missed
        (950.0, found(910, 900), 40 / 90, 0.5),
        (900.0, found(930), 0.0, 0.0),  # the project itself is the best use known
        (900.0, found(930, 880), 0.0, 20 / 120),  # a better one is not excluded
        (1050.0, found(1000), None, None),  # it does harm, and nothing can be gained: no share
        (1000.0, found(990), 1.0, 1.0),  # it does nothing, another use does
        (900.0, Chosen(None, None, None), None, None),
    ],
)
def test_regret(objective_with: float, alternative: Chosen, low: float | None, high: float | None) -> None:
    regret = regret_of(objective_with, alternative, BEFORE)
    assert regret.low == (None if low is None else pytest.approx(low))
    assert regret.high == (None if high is None else pytest.approx(high))


def test_a_regret_is_open_where_it_may_lie_on_either_side() -> None:
    assert regret_of(900.0, found(930, 880), BEFORE).is_open(0.05)
    assert not regret_of(950.0, found(900), BEFORE).is_open(0.05)
    assert not regret_of(900.0, found(900), BEFORE).is_open(0.05)
