"""The page of a sweep: the curve with its band, what the next euro buys, the table, the order of opening."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from msp_siting.language import Language
from msp_siting.report.chart import Chart, Mark, Texts, draw_chart
from msp_siting.report.page_table import Link, PageTable
from msp_siting.report.pages.tables import assumptions_page_table
from msp_siting.report.rendering import render
from msp_siting.report.titles import question_title
from msp_siting.report.wording import Wording, at_most
from msp_siting.runs import BUDGET, Curve, RunFile
from msp_siting.scenario import Scenario
from msp_siting.units import EUR_PER_MILLION_EUR


def render_sweep(
    scenario: Scenario,
    curve: Curve,
    order: pd.DataFrame | None,
    summary: Mapping[str, Any],
    language: Language,
) -> str:
    """Return the page of a sweep.

    Parameters
    ----------
    scenario
        Of the lowest value; the points' own pages have the rest.
    order
        ``order.csv``, if plans were nested.
    summary
        The content of ``summary.json``.
    """
    wording = Wording(language)
    model = scenario.model
    profession = wording.of(model.professions[curve.lead].title)
    return render(
        "sweep.html.j2",
        language=language,
        say=wording.say,
        labels=[],
        question=sweep_question(scenario, curve, wording),
        context=_context(scenario, curve, wording),
        parameter=curve.parameter,
        varies_budget=curve.parameter == BUDGET,
        profession=profession,
        proof=_proof(curve, summary, wording),
        curve=_curve_chart(curve, summary, wording),
        marginal=_marginal_chart(curve, profession, wording),
        knee=_knee(curve, wording),
        points=_points_table(curve, summary, profession, wording),
        order=None if order is None else _order_table(scenario, order, wording),
        caveats=[wording.typeset(text) for text in summary["caveats"]],
        assumptions=assumptions_page_table(model, wording),
    )


def _context(scenario: Scenario, curve: Curve, wording: Wording) -> str:
    """Return the scenario's question, which asks at one value, and what is varied."""
    first, last = (_value(curve, curve.points[end].value, wording) for end in (0, -1))
    key = "sweep_context_budget" if curve.parameter == BUDGET else "sweep_context"
    question = sweep_question(scenario, curve, wording)
    return wording.say(key, question=question, parameter=curve.parameter, first=first, last=last)


def sweep_question(scenario: Scenario, curve: Curve, wording: Wording) -> str:
    """Return the question in words, from the first to the last value where it speaks of what is varied."""
    lead = scenario.model.apl.profession
    placeholders = {BUDGET: "budget", "horizon_year": "horizon_year", f"professions.{lead}.cutoff_minutes": "cutoff"}
    name = placeholders.get(curve.parameter)
    until = {} if name is None else {name: curve.points[-1].value}
    return question_title(scenario, wording, until)


def _proof(curve: Curve, summary: Mapping[str, Any], wording: Wording) -> str:
    rows = summary["points"]
    worst = [
        max((row[name] for row in rows if row[name] is not None), default=None) for name in ("gap", "improvement_gap")
    ]
    proven = sum(row["status"] == "optimal" for row in rows)
    shown = ["-" if gap is None else at_most(gap, wording) for gap in worst]
    return wording.say("sweep_proof", proven=proven, points=len(curve.points), gap=shown[0], improvement=shown[1])


def _curve_chart(curve: Curve, summary: Mapping[str, Any], wording: Wording) -> Markup:
    marks = [
        Mark(
            point.value,
            row["objective"],
            row["objective"] if row["bound"] is None else row["bound"],
            row["objective"],
            wording.say(
                "sweep_mark",
                value=_value(curve, point.value, wording),
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
    knee = None if curve.knee is None else (curve.points[curve.knee].value, wording.say("sweep_knee"))
    chart = Chart(
        wording.say("sweep_curve_label"), _x_title(curve, wording), wording.say("sweep_curve_y"), marks, knee, line=True
    )
    return draw_chart(chart, _x_texts(curve, wording), Texts(wording))


def _marginal_chart(curve: Curve, profession: str, wording: Wording) -> Markup:
    marks = [
        Mark(
            point.value,
            marginal[0],
            *marginal[1],
            wording.say(
                "sweep_marginal_mark",
                earlier=_value(curve, curve.budget_before(number), wording),
                value=_value(curve, point.value, wording),
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


def _knee(curve: Curve, wording: Wording) -> str:
    if sum(marginal is not None for marginal in curve.marginals) <= 1:
        return ""
    if curve.knee is None:
        return wording.say("sweep_line_no_knee")
    return wording.say("sweep_line_knee", budget=wording.whole(curve.points[curve.knee].budget_eur))


def _points_table(curve: Curve, summary: Mapping[str, Any], profession: str, wording: Wording) -> PageTable:
    rows: list[list[str | Link]] = []
    for point, row in zip(curve.points, summary["points"], strict=True):
        uncovered, shortage = row[f"uncovered_{curve.lead}"], row[f"shortage_{curve.lead}"]
        distance = None if uncovered is None or shortage is None else uncovered - shortage
        low, high = row["marginal_inhabitants_low_per_100k_eur"], row["marginal_inhabitants_high_per_100k_eur"]
        folder = f"{RunFile.POINTS}/{point.key}/{RunFile.PAGE}"
        rows.append(
            [
                Link(_value(curve, point.value, wording), folder),
                wording.eur(row["cost_eur"]),
                wording.eur(row["aid_eur"]),
                wording.whole(row["sites_opened"]),
                wording.whole(row[f"staff_{curve.lead}"]),
                *(wording.whole(number) for number in (uncovered, shortage, distance)),
                wording.whole(row["inhabitants_below_apl_floor_after"]),
                wording.say("page_unknown_value")
                if low is None or high is None
                else wording.say("sweep_interval", low=wording.whole(low), high=wording.whole(high)),
                *("-" if row[name] is None else at_most(row[name], wording) for name in ("gap", "improvement_gap")),
            ]
        )
    keys = (
        *("sweep_cost", "page_aid", "page_card_sites"),
        *("page_uncovered", "page_shortage", "page_distance", "sweep_below_floor", "sweep_marginal"),
        *("sweep_gap", "sweep_improvement_gap"),
    )
    titles = [wording.say(key) for key in keys]
    titles.insert(3, wording.say("page_posts_of", profession=profession))
    value = wording.say("page_budget") if curve.parameter == BUDGET else curve.parameter  # in EUR, not in millions
    return PageTable([value, *titles], rows)


def _order_table(scenario: Scenario, order: pd.DataFrame, wording: Wording) -> PageTable:
    model = scenario.model
    rows = []
    for row in order.to_dict("records"):
        action = wording.say(f"sweep_action_{row['action']}") if row["action"] else wording.say("sweep_action_none")
        rows.append(
            [
                wording.eur(row["budget_eur"]),
                action,
                str(row["name"]),
                wording.of(model.formats[row["format"]].title) if row["format"] else "",
                *(wording.whole(row[f"staff_{name}"]) if row["site_id"] else "" for name in model.professions),
                wording.eur(row["cost_eur"]),
                wording.say(
                    "sweep_between",
                    low=wording.percent(row["nesting_cost_share_low"]),
                    high=wording.percent(row["nesting_cost_share_high"]),
                ),
            ]
        )
    posts = [wording.say("page_posts_of", profession=wording.of(kind.title)) for kind in model.professions.values()]
    head = [wording.say(key) for key in ("page_budget", "page_action", "page_site", "page_format")]
    return PageTable(
        [*head, *posts, wording.say("sweep_cost_so_far"), wording.say("sweep_nesting_cost")], rows, word_columns=4
    )


def _x_title(curve: Curve, wording: Wording) -> str:
    return wording.say("sweep_budget_x") if curve.parameter == BUDGET else curve.parameter


def _x_texts(curve: Curve, wording: Wording) -> Texts:
    return Texts(wording, EUR_PER_MILLION_EUR if curve.parameter == BUDGET else 1.0)


def _value(curve: Curve, value: float, wording: Wording) -> str:
    return wording.eur(value) if curve.parameter == BUDGET else Texts(wording).of(value)
