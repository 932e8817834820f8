"""Coverage against a parameter: what its points say of one another, the value of the next euro, and the knee."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from msp_siting.problem import improvement_gap, relative_gap
from msp_siting.units import EUR_PER_100K_EUR

BUDGET = "budget_eur"
LEAST_APART = 0.01  # inhabitants per 100,000 EUR: less is rounding
Interval = tuple[float, float]


@dataclass(frozen=True)
class Point:
    """One run of a sweep.

    Attributes
    ----------
    key
        Its name: the value as text.
    value
        Of the parameter.
    summary
        What its ``summary.json`` holds.
    priced
        The bound that the prices of all points give here; None where they say nothing here.
    """

    key: str
    value: float
    summary: dict[str, Any]
    priced: float | None = None

    @property
    def budget_eur(self) -> float:
        """Its budget."""
        return float(self.summary["budget_eur"])


@dataclass(frozen=True)
class Curve:
    """The points of a sweep in rising order, and what is known of them together.

    Attributes
    ----------
    parameter
        Path of what is varied.
    lead
        Profession that the curve is about.
    bounds
        The best bound known at each point, from any point.
    marginals
        What 100,000 EUR more cover (standardised inhabitants of the lead profession), from the point before (or from
        nothing) to each: between the plans found, and the interval in which it lies for the best plans. None where it
        has no value.
    knee
        Number of the point after which money surely buys less; None if there is none.
    """

    parameter: str
    lead: str
    professions: tuple[str, ...]
    points: tuple[Point, ...]
    bounds: tuple[float | None, ...]
    marginals: tuple[tuple[float, Interval] | None, ...]
    knee: int | None

    def budget_before(self, number: int) -> float:
        """Return the budget from which a point's marginal value counts."""
        return self.points[number - 1].budget_eur if number > 0 else 0.0


def draw_curve(
    parameter: str, lead: str, professions: Sequence[str], points: Sequence[Point], *, is_monotone: bool
) -> Curve:
    """Return the curve through some points.

    Parameters
    ----------
    parameter
        Path of what is varied.
    lead
        Profession that it is about.
    points
        In rising order of the parameter.
    is_monotone
        Whether every plan at a value is one at a higher value too.
    """
    bounds = _carried_bounds(points) if is_monotone else tuple(point.summary["bound"] for point in points)
    return join_points(parameter, lead, professions, points, bounds)


def join_points(
    parameter: str, lead: str, professions: Sequence[str], points: Sequence[Point], bounds: tuple[float | None, ...]
) -> Curve:
    """Return the curve through some points, as `draw_curve`, the best bound known at each given."""
    if parameter != BUDGET:
        return Curve(parameter, lead, tuple(professions), tuple(points), bounds, (None,) * len(points), None)
    marginals = tuple(_marginals(points, lead))
    return Curve(parameter, lead, tuple(professions), tuple(points), bounds, marginals, find_knee(marginals))


def sweep_table(curve: Curve) -> pd.DataFrame:
    """Return ``sweep.csv``: one row per point; what a point without a plan lacks stays empty."""
    table = pd.DataFrame([_row(curve, number) for number in range(len(curve.points))])
    counts = ["sites_opened", *(f"staff_{name}" for name in curve.professions)]
    if curve.parameter != BUDGET and all(point.value.is_integer() for point in curve.points):
        counts.append(curve.parameter)
    return table.astype(dict.fromkeys(counts, "Int64"))


def gaps(curve: Curve, number: int) -> tuple[float | None, float | None]:
    """Return gap and improvement gap of a point, to the best bound known."""
    summary, bound = curve.points[number].summary, curve.bounds[number]
    before = summary["objective_before"] if summary["improvement_gap"] is not None else None
    return relative_gap(summary["objective"], bound), improvement_gap(summary["objective"], bound, before)


def _row(curve: Curve, number: int) -> dict[str, Any]:
    summary = curve.points[number].summary
    gap, improvement = gaps(curve, number)
    marginal = curve.marginals[number]
    value, (low, high) = marginal if marginal is not None else (math.nan, (math.nan, math.nan))
    need, ranges = summary["uncovered_need_after"], summary["uncovered_need_range_after"]
    least, most = (ranges or {}).get(curve.lead) or (math.nan, math.nan)
    professions = curve.professions
    return {
        **({} if curve.parameter == BUDGET else {curve.parameter: curve.points[number].value}),
        "budget_eur": summary["budget_eur"],
        "objective": summary["objective"],
        "bound": curve.bounds[number],
        "gap": gap,
        "improvement_gap": improvement,
        "cost_eur": summary["cost_eur"],
        "sites_opened": summary["sites_opened"],
        **{f"uncovered_{name}": (summary["uncovered_after"] or {}).get(name) for name in professions},
        "marginal_inhabitants_per_100k_eur": value,
        "marginal_inhabitants_low_per_100k_eur": low,
        "marginal_inhabitants_high_per_100k_eur": high,
        "status": summary["status"],
        "aid_eur": summary["aid_eur"],
        "aci_eur_per_year": summary["aci_eur_per_year"],
        **{f"staff_{name}": (summary["staff"] or {}).get(name) for name in professions},
        f"shortage_{curve.lead}": (summary["shortage_after"] or {}).get(curve.lead),
        f"uncovered_need_{curve.lead}": (need or {}).get(curve.lead),
        f"uncovered_need_low_{curve.lead}": least,
        f"uncovered_need_high_{curve.lead}": most,
        "inhabitants_below_apl_floor_after": summary["inhabitants_below_apl_floor_after"],
        "beyond_20_minutes_after": summary["beyond_20_minutes_after"],
        **{
            f"uncovered_{end}_{name}": (summary.get(f"uncovered_after_{end}") or {}).get(name)
            for end in ("drawn", "additional")
            for name in professions
        },
    }


def _carried_bounds(points: Sequence[Point]) -> tuple[float | None, ...]:
    """Return at each point the best bound: its own, that of its prices, or that of a point with more."""
    best: float | None = None
    carried = []
    for point in reversed(points):
        known = [bound for bound in (best, point.summary["bound"], point.priced) if bound is not None]
        best = max(known, default=None)
        carried.append(best)
    least = math.inf  # of the plans so far, which are plans here too: rounding apart no bound is above them
    bounds = []
    for point, bound in zip(points, reversed(carried), strict=True):
        objective = point.summary["objective"]
        least = least if objective is None else min(least, objective)
        bounds.append(None if bound is None else min(bound, least))
    return tuple(bounds)


def _marginals(points: Sequence[Point], lead: str) -> Iterator[tuple[float, Interval] | None]:
    """Yield for each point what 100,000 EUR more than at the point before cover, and the interval."""
    before = points[0].summary["uncovered_need_before"]
    earlier_eur, earlier = 0.0, None if before is None else (before[lead], (before[lead], before[lead]))
    for point in points:
        here = _uncovered_need(point, lead)
        steps = (point.budget_eur - earlier_eur) / EUR_PER_100K_EUR
        if here is None or earlier is None or steps <= 0:
            yield None
        else:
            (value, (low, high)), (value_before, (low_before, high_before)) = here, earlier
            yield (value_before - value) / steps, ((low_before - high) / steps, (high_before - low) / steps)
        earlier_eur, earlier = point.budget_eur, here


def _uncovered_need(point: Point, lead: str) -> tuple[float, Interval] | None:
    """Return the need that a point's plan leaves uncovered, and the interval of all plans as good."""
    need = point.summary["uncovered_need_after"]
    interval = (point.summary["uncovered_need_range_after"] or {}).get(lead)
    if need is None or interval is None:
        return None
    return need[lead], (min(interval[0], need[lead]), max(interval[1], need[lead]))


def find_knee(marginals: Sequence[tuple[float, Interval] | None]) -> int | None:
    """Return the number of the point before which every step surely buys more than every step after it.

    Surely: the lower end of each interval before it lies above the upper end of each after it. Of several such points
    it is the one where the two are farthest apart; None where there is none. A first point to which no step leads
    (nothing to spend) does not count; another step without a value leaves the knee unknown.
    """
    first = 1 if marginals and marginals[0] is None else 0
    intervals = [marginal[1] for marginal in marginals[first:] if marginal is not None]
    if len(intervals) < len(marginals) - first:
        return None
    apart = {
        number: min(low for low, _ in intervals[: number + 1]) - max(high for _, high in intervals[number + 1 :])
        for number in range(len(intervals) - 1)
    }
    best = max(apart, key=lambda number: apart[number], default=None)
    return first + best if best is not None and apart[best] > LEAST_APART else None
