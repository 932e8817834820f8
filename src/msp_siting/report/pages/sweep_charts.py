"""The charts of a sweep: inhabitants without a place by profession, the weighted need, what the next euro buys."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from msp_siting.report.chart import Chart, Mark, Texts, draw_chart
from msp_siting.report.wording import Wording
from msp_siting.runs import BUDGET, Curve
from msp_siting.units import EUR_PER_MILLION_EUR


def people_chart(curve: Curve, summary: Mapping[str, Any], name: str, title: str, wording: Wording) -> Markup:
    """Return the inhabitants that each plan leaves without a place in one profession; empty where no plan is known."""
    marks = [
        Mark(
            point.value,
            row[f"uncovered_{name}"],
            row[f"uncovered_{name}"],
            row[f"uncovered_{name}"],
            wording.say(
                "sweep_people_mark",
                value=value_text(curve, point.value, wording),
                uncovered=wording.whole(row[f"uncovered_{name}"]),
            ),
        )
        for point, row in zip(curve.points, summary["points"], strict=True)
        if row[f"uncovered_{name}"] is not None
    ]
    if not marks:
        return Markup()
    label, up = wording.say("sweep_people_label", profession=title), wording.say("sweep_people_y", profession=title)
    chart = Chart(label, _x_title(curve, wording), up, marks, _knee_line(curve, wording), line=True)
    return draw_chart(chart, _x_texts(curve, wording), Texts(wording))


def _knee_line(curve: Curve, wording: Wording) -> tuple[float, str] | None:
    return None if curve.knee is None else (curve.points[curve.knee].value, wording.say("sweep_knee"))


def weighted_chart(curve: Curve, summary: Mapping[str, Any], wording: Wording) -> Markup:
    """Return the weighted need of all professions that each plan leaves uncovered, with a band down to the best."""
    marks = [
        Mark(
            point.value,
            row["objective"],
            row["objective"] if row["bound"] is None else row["bound"],
            row["objective"],
            wording.say(
                "sweep_mark",
                value=value_text(curve, point.value, wording),
                uncovered=wording.whole(row[f"uncovered_{curve.lead}"]),
                objective=wording.whole(row["objective"]),
                bound=wording.whole(row["bound"]),
            ),
        )
        for point, row in zip(curve.points, summary["points"], strict=True)
        if row["objective"] is not None
    ]
    if not marks:
        return Markup()
    chart = Chart(
        wording.say("sweep_curve_label"),
        _x_title(curve, wording),
        wording.say("sweep_curve_y"),
        marks,
        _knee_line(curve, wording),
        line=True,
    )
    return draw_chart(chart, _x_texts(curve, wording), Texts(wording))


def marginal_chart(curve: Curve, profession: str, wording: Wording) -> Markup:
    """Return what 100,000 EUR more cover at each step, with its interval."""
    marks = [
        Mark(
            point.value,
            marginal[0],
            *marginal[1],
            wording.say(
                "sweep_marginal_mark",
                earlier=value_text(curve, curve.budget_before(number), wording),
                value=value_text(curve, point.value, wording),
                low=wording.whole(marginal[1][0]),
                high=wording.whole(marginal[1][1]),
            ),
        )
        for number, (point, marginal) in enumerate(zip(curve.points, curve.marginals, strict=True))
        if marginal is not None
    ]
    if not marks:
        return Markup()
    chart = Chart(
        wording.say("sweep_marginal_label", profession=profession),
        _x_title(curve, wording),
        wording.say("sweep_marginal_y", profession=profession),
        marks,
    )
    return draw_chart(chart, _x_texts(curve, wording), Texts(wording))


def _x_title(curve: Curve, wording: Wording) -> str:
    return wording.say("sweep_budget_x") if curve.parameter == BUDGET else curve.parameter


def _x_texts(curve: Curve, wording: Wording) -> Texts:
    return Texts(wording, EUR_PER_MILLION_EUR if curve.parameter == BUDGET else 1.0)


def value_text(curve: Curve, value: float, wording: Wording) -> str:
    """Return a value of what is varied as it is written."""
    return wording.eur(value) if curve.parameter == BUDGET else Texts(wording).of(value)
