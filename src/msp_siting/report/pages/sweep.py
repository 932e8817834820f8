"""The page of a sweep: the curve with its band, what the next euro buys, the table, the order of opening."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
from markupsafe import Markup

from msp_siting.language import Language
from msp_siting.report.page_table import Link, PageTable
from msp_siting.report.pages.site_maps import Asked, sweep_map
from msp_siting.report.pages.sweep_charts import marginal_chart, people_chart, value_text, weighted_chart
from msp_siting.report.pages.tables import assumptions_page_table
from msp_siting.report.rendering import render
from msp_siting.report.titles import question_title
from msp_siting.report.wording import Wording, at_most, sentence, with_epci
from msp_siting.runs import BUDGET, Curve, RunFile
from msp_siting.scenario import Assumptions, Scenario

LEAST_CHANGE = 0.5  # inhabitants


def render_sweep(  # noqa: PLR0913, PLR0917 - what a page needs to know
    asked: Asked,
    curve: Curve,
    order: pd.DataFrame | None,
    summary: Mapping[str, Any],
    day: date,
    language: Language,
) -> str:
    """Return the page of a sweep.

    Parameters
    ----------
    asked
        At the lowest value; the points' own pages have the rest.
    order
        ``order.csv``, if plans were nested.
    summary
        The content of ``summary.json``.
    day
        Of the sweep.
    """
    wording = Wording(language)
    scenario, model = asked.scenario, asked.scenario.model
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
        day=wording.day(day),
        run_on=sentence(wording.say("page_run_on", day=wording.day(day))),
        chosen=curve.knee or 0,
        people=_people_charts(model, curve, summary, wording),
        curve=weighted_chart(curve, summary, wording),
        marginal=marginal_chart(curve, profession, wording),
        knee=_knee(curve, wording),
        limits=limit_sentences(scenario, curve, summary, wording),
        points=_points_table(curve, summary, profession, wording),
        order=None if order is None else _order_table(asked, order, wording),
        map=None if order is None else _map(asked, curve, order, wording),
        caveats=[wording.typeset(text) for text in summary["caveats"]],
        assumptions=assumptions_page_table(model, wording),
    )


def _map(asked: Asked, curve: Curve, order: pd.DataFrame, wording: Wording) -> Markup | None:
    judged = next((point.summary["gates_on"] for point in curve.points if point.summary.get("gates_on")), None)
    if judged is None or not order["site_id"].ne("").any():
        return None
    return sweep_map(asked, order, date.fromisoformat(judged), wording)


def _context(scenario: Scenario, curve: Curve, wording: Wording) -> str:
    """Return the scenario's question, which asks at one value, and what is varied."""
    first, last = (value_text(curve, curve.points[end].value, wording) for end in (0, -1))
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


def _knee(curve: Curve, wording: Wording) -> str:
    if sum(marginal is not None for marginal in curve.marginals) <= 1:
        return ""
    if curve.knee is None:
        return wording.say("sweep_line_no_knee")
    return wording.say("sweep_line_knee", budget=wording.whole(curve.points[curve.knee].budget_eur))


def limit_sentences(scenario: Scenario, curve: Curve, summary: Mapping[str, Any], wording: Wording) -> Iterator[str]:
    """Yield what stands in the way at each budget: money, posts, or neither of them; nothing where another is varied.

    Money is used up where less is left than the cheapest format costs, posts where all that
    one may hope to fill are.
    """
    rows = [row for row in summary["points"] if row["objective"] is not None]
    if curve.parameter != BUDGET or not rows:
        return
    cheapest = min(terms.capex_eur.value for terms in scenario.model.formats.values())
    posts = scenario.recruitable[curve.lead]
    title = wording.of(scenario.model.professions[curve.lead].title)
    spent = [row["budget_eur"] for row in rows if row["budget_eur"] - row["cost_eur"] < cheapest]
    filled = [row["budget_eur"] for row in rows if posts and row[f"staff_{curve.lead}"] >= posts]
    if spent:
        yield wording.say("sweep_limit_money", budgets=_several(spent, wording), cheapest=wording.eur(cheapest))
    if filled:
        yield wording.say("sweep_limit_posts", budgets=_several(filled, wording), profession=title, posts=posts)
    knee = None if curve.knee is None else summary["points"][curve.knee][f"uncovered_{curve.lead}"]
    left = rows[-1][f"uncovered_{curve.lead}"]
    if knee is not None and abs(knee - left) < LEAST_CHANGE:
        yield wording.say("sweep_limit_reach", people=wording.whole(left), profession=title)


def _several(budgets: Sequence[float], wording: Wording) -> str:
    return ", ".join(wording.eur(budget) for budget in budgets)


def _people_charts(
    model: Assumptions, curve: Curve, summary: Mapping[str, Any], wording: Wording
) -> list[tuple[str, Markup]]:
    """Return the chart of each profession whose uncovered inhabitants change, the curve's own first."""
    charts = []
    for name in sorted(model.professions, key=lambda each: each != curve.lead):
        found = [row[f"uncovered_{name}"] for row in summary["points"] if row[f"uncovered_{name}"] is not None]
        if found and (name == curve.lead or max(found) - min(found) >= LEAST_CHANGE):
            title = wording.of(model.professions[name].title)
            charts.append((sentence(title), people_chart(curve, summary, name, title, wording)))
    return charts


def _points_table(curve: Curve, summary: Mapping[str, Any], profession: str, wording: Wording) -> PageTable:
    rows: list[list[str | Link]] = []
    for point, row in zip(curve.points, summary["points"], strict=True):
        uncovered, shortage = row[f"uncovered_{curve.lead}"], row[f"shortage_{curve.lead}"]
        distance = None if uncovered is None or shortage is None else uncovered - shortage
        marginal = [row[f"marginal_inhabitants_{end}per_100k_eur"] for end in ("", "low_", "high_")]
        folder = f"{RunFile.POINTS}/{point.key}/{RunFile.PAGE}"
        rows.append(
            [
                Link(value_text(curve, point.value, wording), folder),
                wording.eur(row["cost_eur"]),
                wording.eur(row["aid_eur"]),
                wording.whole(row["sites_opened"]),
                wording.whole(row[f"staff_{curve.lead}"]),
                *(wording.whole(number) for number in (uncovered, shortage, distance)),
                wording.whole(row["inhabitants_below_apl_floor_after"]),
                wording.say("page_unknown_value")
                if None in marginal
                else wording.say("sweep_around", **_around(marginal, wording)),
                *("-" if row[name] is None else at_most(row[name], wording) for name in ("gap", "improvement_gap")),
            ]
        )
    keys = (
        *("sweep_cost", "page_aid", "page_card_sites"),
        *("page_uncovered", "page_shortage", "page_distance", "sweep_below_floor", "sweep_marginal"),
        *("sweep_gap", "sweep_improvement_gap"),
    )
    titles = [sentence(wording.say(key)) for key in keys]
    titles.insert(3, wording.say("page_posts_of", profession=profession))
    value = wording.say("page_budget") if curve.parameter == BUDGET else curve.parameter  # in EUR, not in millions
    return PageTable([value, *titles], rows)


def _around(numbers: Sequence[float], wording: Wording) -> dict[str, str]:
    return dict(zip(("value", "low", "high"), map(wording.whole, numbers), strict=True))


def _between(low: float | None, high: float | None, wording: Wording) -> str:
    """Return an interval of shares; a dash where it is not known."""
    if low is None or high is None or math.isnan(high):
        return wording.unknown
    return wording.say("sweep_between", low=wording.percent(low), high=wording.percent(high))


def _order_table(asked: Asked, order: pd.DataFrame, wording: Wording) -> PageTable:
    model = asked.scenario.model
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
                _between(row["nesting_cost_share_low"], row["nesting_cost_share_high"], wording),
            ]
        )
    posts = [wording.say("page_posts_of", profession=wording.of(kind.title)) for kind in model.professions.values()]
    head = [wording.say(key) for key in ("page_budget", "page_action", "page_site", "page_format")]
    table = PageTable(
        [*head, *posts, wording.say("sweep_cost_so_far"), wording.say("sweep_nesting_cost")], rows, word_columns=4
    )
    places = asked.territory.sites.set_index("site_id")["place_id"]
    return with_epci(table, order["site_id"].map(places).fillna(""), asked.territory, wording, at=3)
