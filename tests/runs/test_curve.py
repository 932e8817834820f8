"""What points of a sweep say of one another, worked by hand."""

import math

import pytest

from msp_siting.runs.curve import Curve, Interval, Point, draw_curve, find_knee, gaps, sweep_table

MILLION = 1_000_000.0


def point(budget_meur: float, objective: float | None, bound: float | None, **more: object) -> Point:
    """Return a point of a sweep of which only some figures matter; ``need`` is left uncovered, within ``interval``."""
    need, interval = more.get("need"), more.get("interval")
    summary = {
        "budget_eur": budget_meur * MILLION,
        "objective": objective,
        "bound": bound,
        "improvement_gap": None if objective is None else 0.0,
        "objective_before": 1000.0,
        "cost_eur": None if objective is None else budget_meur * MILLION,
        "sites_opened": None if objective is None else 1,
        "staff": None if objective is None else {"gp": 2},
        "status": "infeasible" if objective is None else "optimal",
        "aid_eur": None,
        "aci_eur_per_year": None,
        "uncovered_after": None if objective is None else {"gp": 1.0},
        "shortage_after": None,
        "uncovered_need_before": None if objective is None else {"gp": 1000.0},
        "uncovered_need_after": None if need is None else {"gp": need},
        "uncovered_need_range_after": None if interval is None else {"gp": interval},
        "inhabitants_below_apl_floor_after": None,
        "beyond_20_minutes_after": None,
    }
    return Point(f"{budget_meur:g}", budget_meur * MILLION, summary, more.get("priced"))  # type: ignore[arg-type]


def curve(*points: Point, parameter: str = "budget_eur", is_monotone: bool = True) -> Curve:
    return draw_curve(parameter, "gp", ["gp"], points, is_monotone=is_monotone)


def around(*middles: float) -> list[tuple[float, Interval]]:
    return [(middle, (middle - 2, middle + 2)) for middle in middles]


def test_a_bound_for_more_money_holds_for_less() -> None:
    drawn = curve(point(1, 100, 90), point(2, 80, 50), point(3, 60, 55))
    assert drawn.bounds == (90, 55, 55)


def test_prices_bound_a_point_and_all_before_it() -> None:
    assert curve(point(1, 100, 60), point(2, 80, 50, priced=70.0), point(3, 60, 55)).bounds == (70, 70, 55)


def test_no_bound_is_above_a_plan_for_the_money_or_less() -> None:
    # 60.0000001 is 60 but for rounding: the plan of the first point is one at the second too.
    assert curve(point(1, 60, 60), point(2, 60.0000001, 60.0000001)).bounds == (60, 60)
    assert curve(point(1, 100, 60), point(2, 80, 50, priced=80.0001)).bounds == (80.0001, 80)


def test_nothing_is_carried_where_more_is_not_better() -> None:
    points = point(1, 100, 20), point(2, 80, 50)
    assert curve(*points, is_monotone=False).bounds == (20, 50)


def test_gaps_are_to_the_best_bound_known() -> None:
    drawn = curve(point(1, 100, 60), point(2, 95, 90))
    assert gaps(drawn, 0) == (pytest.approx(0.1), pytest.approx(10 / 910))


def test_what_the_next_100_000_eur_cover() -> None:
    # From 1,000 to 700 for 1 M EUR: 30 per 100,000 EUR, between (1,000 - 720) / 10 and (1,000 - 690) / 10. Then 100 for
    # 2 M EUR: 5, between (690 - 630) / 20 and (720 - 580) / 20.
    first = point(1, 100, 90, need=700.0, interval=(690.0, 720.0))
    second = point(3, 80, 70, need=600.0, interval=(580.0, 630.0))
    drawn = curve(first, second)
    assert drawn.marginals == ((30, (28, 31)), (5, (3, 7)))
    assert drawn.knee == 0
    assert [drawn.budget_before(number) for number in (0, 1)] == [0, MILLION]


def test_the_plan_found_lies_within_its_interval_whatever_rounding_does() -> None:
    drawn = curve(point(1, 100, 90, need=700.0, interval=(700.001, 699.999)))
    assert drawn.marginals == ((30, (30, 30)),)
    value, (low, high) = drawn.marginals[0] or (0, (0, 0))
    assert low <= value <= high


def test_no_money_has_no_marginal_value_and_does_not_hide_the_knee() -> None:
    needs = [1000.0, 700.0, 690.0]
    drawn = curve(*(point(n, 100, 90, need=need, interval=(need, need)) for n, need in enumerate(needs)))
    assert drawn.marginals == (None, (30, (30, 30)), (1, (1, 1)))
    assert drawn.knee == 1


def test_a_point_without_a_plan_leaves_the_steps_beside_it_without_a_value() -> None:
    plans = [point(n, 100, 90, need=need, interval=(need, need)) for n, need in ((1, 700.0), (3, 600.0))]
    drawn = curve(plans[0], point(2, None, None), plans[1], is_monotone=False)
    assert drawn.marginals == ((30, (30, 30)), None, None)
    assert drawn.knee is None


def test_only_money_has_a_marginal_value() -> None:
    points = [point(n, 100, 90, need=700.0, interval=(690.0, 720.0)) for n in (1, 2)]
    drawn = curve(*points, parameter="recruitable.gp")
    assert (drawn.marginals, drawn.knee) == ((None, None), None)


def test_the_knee_is_where_better_and_worse_steps_are_farthest_apart() -> None:
    # Lower ends before, upper ends after: 28 - 27 = 1, 23 - 12 = 11, 8 - 11 < 0.
    assert find_knee(around(30, 25, 10, 9)) == 1
    assert find_knee(around(30, 29, 28)) is None
    assert find_knee(around(10, 30, 30)) is None


def test_a_knee_that_an_interval_hides_is_none() -> None:
    assert find_knee([(30, (28, 32)), (10, (8, 27.98))]) == 0
    assert find_knee([(30, (28, 32)), (10, (8, 28))]) is None
    assert find_knee([(30, (28, 32)), (10, (8, 27.995))]) is None  # less apart than rounding


@pytest.mark.parametrize("marginals", [[], [None], [None, None], around(30), [None, *around(30)]])
def test_one_step_has_no_knee(marginals: list[tuple[float, Interval] | None]) -> None:
    assert find_knee(marginals) is None


def test_counts_stay_whole_beside_a_point_without_a_plan() -> None:
    table = sweep_table(curve(point(1, None, None), point(2, 80, 70), is_monotone=False))
    lines = table[["budget_eur", "sites_opened", "staff_gp", "status"]].to_csv(index=False).splitlines()
    assert lines[1:] == ["1000000.0,,,infeasible", "2000000.0,1,2,optimal"]
    assert math.isnan(table["marginal_inhabitants_per_100k_eur"][0])


def test_another_parameter_has_a_column_of_its_own() -> None:
    points = [Point("10", 10.0, point(1, 100, 90).summary), Point("20", 20.0, point(1, 80, 70).summary)]
    lines = sweep_table(curve(*points, parameter="recruitable.gp")).to_csv(index=False).splitlines()
    assert [line.split(",")[:3] for line in lines] == [
        ["recruitable.gp", "budget_eur", "objective"],
        ["10", "1000000.0", "100"],
        ["20", "1000000.0", "80"],
    ]
