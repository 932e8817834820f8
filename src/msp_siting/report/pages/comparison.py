"""The page of compared runs: one file that opens offline, in French or English."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msp_siting.language import Language
from msp_siting.report.maps import comparison_explorer, demand_shapes, draw_explorer, mapped_runs
from msp_siting.report.pages.comparison_tables import (
    figures_page_table,
    professions_page_table,
    runs_page_table,
    site_page_tables,
    technical_page_table,
    zone_page_tables,
)
from msp_siting.report.pages.data_sources import labels_of, page_table_of
from msp_siting.report.pages.headline import Bar, uncovered_bar
from msp_siting.report.rendering import render
from msp_siting.report.titles import lead_title, run_titles
from msp_siting.report.wording import Wording
from msp_siting.runs import Comparison, differing_questions, outcomes, site_changes, zone_kinds
from msp_siting.territory import Territory

SAME_BEFORE_INHABITANTS = 0.5
MOST_LOSERS_NAMED = 5


def render_comparison(
    comparison: Comparison, summary: Mapping[str, Any], territory: Territory | str, day: date, language: Language
) -> str:
    """Return the page of a comparison.

    Parameters
    ----------
    summary
        The content of ``summary.json``; its caveats are in the language of the page, or in that of their run.
    territory
        The territory of the runs, for maps; or the key of the sentence that says why there is none.
    day
        Of the comparison.
    """
    wording = Wording(language)
    titles = run_titles(comparison, wording)
    files = comparison.reference.provenance.territory.files
    place = comparison.reference.summary.territory
    if isinstance(territory, Territory):
        place = wording.of(territory.manifest.title)
    values: dict[str, Any] = {
        "language": language,
        "say": wording.say,
        "day": wording.day(day),
        "title": wording.say("comparison_title", count=len(titles), territory=place),
        "context": _context(comparison, titles, wording),
        "profession": lead_title(comparison, wording),
        "differ": _differ(comparison, wording),
        "runs": runs_page_table(comparison, wording),
        "bars": _bars(comparison, titles, wording),
        "figures": figures_page_table(comparison, wording),
        "professions": professions_page_table(comparison, wording),
        "sites_against": _sites_against(comparison, titles, wording),
        "sites": site_page_tables(comparison, territory if isinstance(territory, Territory) else None, wording),
        "zone_sentences": _zone_sentences(comparison, titles, wording),
        "zones": zone_page_tables(comparison, wording),
        "labels": labels_of(files, wording),
        "files": page_table_of(files, wording),
        "technical": technical_page_table(comparison, wording),
        "caveats": [wording.typeset(text) for text in summary["caveats"]],
    }
    return render("comparison.html.j2", **values, **_maps(comparison, titles, territory, wording))


def _maps(comparison: Comparison, titles: list[str], territory: Territory | str, wording: Wording) -> dict[str, Any]:
    if isinstance(territory, str):
        return {"maps": [], "no_map": wording.say(territory), "is_cells": False}
    shapes = demand_shapes(territory)
    caption = wording.say("comparison_map_of", reference=titles[0])
    drawn = (
        [(caption, draw_explorer(comparison_explorer(comparison, territory, shapes, wording), wording))]
        if mapped_runs(comparison)
        else []
    )
    return {"maps": drawn, "no_map": "", "is_cells": bool(shapes["is_cell"].any())}


def _context(comparison: Comparison, titles: list[str], wording: Wording) -> str:
    scenarios = ", ".join(dict.fromkeys(run.summary.scenario for run in comparison.runs))
    said = wording.say("comparison_scenarios", names=scenarios)
    return f"{wording.say('comparison_reference', reference=titles[0])} · {said}"


def _differ(comparison: Comparison, wording: Wording) -> str:
    found = [wording.say(f"comparison_differs_{name}") for name in differing_questions(comparison)]
    return wording.say("comparison_differ", what=", ".join(found)) if found else wording.say("comparison_differ_not")


def _bars(comparison: Comparison, titles: list[str], wording: Wording) -> list[Bar]:
    """Return the uncovered of the lead profession: before, where that is the same in all runs, and after each plan."""
    lead = comparison.lead
    summaries = [run.summary for run in comparison.runs if lead in run.summary.uncovered_after]
    names = [title for title, run in zip(titles, comparison.runs, strict=True) if run.summary in summaries]
    first = summaries[0]
    is_same_before = all(
        abs(other.uncovered_before[lead] - first.uncovered_before[lead]) < SAME_BEFORE_INHABITANTS
        for other in summaries
    )
    moments = [(wording.say("comparison_before_all"), first.uncovered_before[lead], first.shortage_before[lead])]
    moments = moments if is_same_before else []
    moments += [
        (name, found.uncovered_after[lead], found.shortage_after[lead])
        for name, found in zip(names, summaries, strict=True)
    ]
    longest = max(1.0, *(total for _, total, _ in moments))
    return [uncovered_bar(name, total, shortage, longest, wording) for name, total, shortage in moments]


def _sites_against(comparison: Comparison, titles: list[str], wording: Wording) -> list[str]:
    return [
        wording.say(
            "comparison_sites_against",
            run=titles[position],
            **{change: wording.whole(len(sites)) for change, sites in site_changes(comparison, position).items()},
        )
        for position in comparison.others
    ]


def _zone_sentences(comparison: Comparison, titles: list[str], wording: Wording) -> list[str]:
    """Return how many zones of the first kind lose and win with every run, and the names of those that lose most."""
    kind = next(iter(zone_kinds(comparison)), None)
    if kind is None:
        return []
    sentences = []
    for position in comparison.others:
        count = {name: wording.whole(number) for name, number in outcomes(comparison, position, kind).items()}
        said = wording.say("comparison_zones_count", kind=wording.kind_title(kind), run=titles[position], **count)
        losers = _losers(comparison, position, kind, wording)
        sentences.append(f"{said} {wording.say('comparison_losers', zones=losers)}" if losers else said)
    return sentences


def _losers(comparison: Comparison, position: int, kind: str, wording: Wording) -> str:
    rows = comparison.zones
    rows = rows[rows["kind"].eq(kind) & rows["profession"].eq(comparison.lead) & rows["outcome"].eq("loser")]
    rows = rows[rows["run"].eq(comparison.labels[position])].nlargest(MOST_LOSERS_NAMED, "difference_inhabitants")
    return ", ".join(
        wording.say("comparison_loser", zone=name, difference=wording.signed(difference))
        for name, difference in rows[["name", "difference_inhabitants"]].itertuples(index=False)
    )
