"""The page of a diagnosis: one file that opens offline, in French or English; and its map."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msp_siting.answer import Diagnosis, has_modelled_times, shortage_and_distance
from msp_siting.files import fold
from msp_siting.language import Language
from msp_siting.report.maps import Choropleth, Shapes, diagnosis_explorer, draw_explorer, still
from msp_siting.report.page_table import Link, PageTable
from msp_siting.report.pages import diagnosis_tables
from msp_siting.report.pages.blocks import block_page_table
from msp_siting.report.pages.closing import closing_page_tables, closing_sentences
from msp_siting.report.pages.data_sources import data_labels, file_page_table, modelled_note
from msp_siting.report.pages.fragility import fragility_page_table
from msp_siting.report.pages.headline import Bar, Card, uncovered_bar
from msp_siting.report.pages.tables import assumptions_page_table, visits_note, with_change
from msp_siting.report.pages.trend import trend_page_table
from msp_siting.report.rendering import render
from msp_siting.report.sheets.zone_figures import zone_rows
from msp_siting.report.sheets.zone_sheet import zone_addresses
from msp_siting.report.wording import Wording, lead_profession, profession_title


def render_diagnosis(
    diagnosis: Diagnosis, summary: Mapping[str, Any], shapes: Shapes, day: date, language: Language
) -> str:
    """Return the page of a diagnosis.

    Parameters
    ----------
    diagnosis
        The figures.
    summary
        The content of ``summary.json``; its caveats are in the language of the page.
    shapes
        `demand_shapes` of the territory.
    day
        Of the run.
    language
        Of every sentence and number; texts of data and models are as their files hold them.
    """
    wording = Wording(language)
    profession = profession_title(diagnosis, lead_profession(diagnosis), wording)
    return render(
        "diagnosis.html.j2",
        language=language,
        say=wording.say,
        day=wording.day(day),
        title=page_title(diagnosis, wording),
        context=_context(diagnosis, wording),
        profession=profession,
        cards=_cards(diagnosis, summary, wording),
        bars=_bars(diagnosis, summary, wording),
        trend=trend_page_table(diagnosis, summary, wording),
        loaded=diagnosis_tables.loaded_page_table(diagnosis, summary, wording),
        caveats=[wording.typeset(text) for text in summary["caveats"]],
        map=draw_explorer(diagnosis_explorer(diagnosis, shapes, wording), wording),
        modelled_times=has_modelled_times(diagnosis.territory),
        modelled_note=modelled_note(diagnosis, wording),
        is_cells=bool(shapes["is_cell"].any()),
        labels=data_labels(diagnosis, wording),
        floor=wording.apl_floor(summary["apl_floor_visits_per_year"]),
        groups=diagnosis_tables.groups_page_table(diagnosis, summary, wording),
        departures=diagnosis_tables.departures_page_tables(diagnosis, wording),
        departures_sentence=diagnosis_tables.departures_sentence(diagnosis, summary, wording),
        gps_since_2021=_gps_since_2021(summary, wording),
        order=wording.say(diagnosis_tables.apl_key(diagnosis, diagnosis_tables.order_of(diagnosis))),
        zoning_note=diagnosis_tables.zoning_note(diagnosis, wording),
        zones=diagnosis_tables.zone_page_tables(diagnosis, wording),
        sheets=_sheets(diagnosis, summary, wording),
        blocks=block_page_table(diagnosis, diagnosis.blocks, diagnosis.points, wording),
        fragility=fragility_page_table(diagnosis, wording),
        closing=list(closing_sentences(diagnosis, summary, wording)),
        closing_tables=closing_page_tables(diagnosis, wording),
        professions=diagnosis_tables.professions_page_table(diagnosis, wording),
        apl=diagnosis_tables.apl_page_table(summary, wording),
        visits_note=visits_note(diagnosis, wording),
        files=file_page_table(diagnosis, wording),
        asked=diagnosis_tables.asked_page_table(diagnosis, summary, wording),
        assumptions=assumptions_page_table(diagnosis.scenario.model, wording),
    )


def _sheets(diagnosis: Diagnosis, summary: Mapping[str, Any], wording: Wording) -> PageTable | None:
    """Return the zones that have a sheet, by name, each leading to it; None without."""
    kind = summary.get("sheets_kind")
    if not kind:
        return None
    addresses, rows = zone_addresses(diagnosis, kind), zone_rows(diagnosis, kind)
    named = sorted(addresses, key=lambda zone_id: (fold(str(rows[zone_id]["name"])), zone_id))
    cells: list[list[str | Link]] = [
        [Link(str(rows[zone_id]["name"]), addresses[zone_id]), wording.whole(rows[zone_id]["inhabitants"])]
        for zone_id in named
    ]
    title = wording.kind_title(kind)
    return PageTable([title, wording.say("page_inhabitants")], cells, title=title)


def _of_times(diagnosis: Diagnosis, key: str) -> str:
    """Return the sentence for a figure that rests on travel times: it is called modelled where they are."""
    return f"{key}_modelled" if has_modelled_times(diagnosis.territory) else key


def page_title(diagnosis: Diagnosis, wording: Wording) -> str:
    """Return what the page and the map are called."""
    return wording.say("diagnosis_title", territory=wording.of(diagnosis.territory.manifest.title))


def diagnosis_map(diagnosis: Diagnosis, shapes: Shapes, wording: Wording) -> Choropleth:
    """Return the picture of the map's first layer: the official APL, or the computed one where none is official."""
    return still(diagnosis_explorer(diagnosis, shapes, wording))


def map_column(diagnosis: Diagnosis) -> str:
    """Return which APL the map shows: the official one where any is known."""
    return "apl_official" if diagnosis.points["apl_official"].notna().any() else "apl"


def _context(diagnosis: Diagnosis, wording: Wording) -> str:
    year = diagnosis.scenario.question.horizon_year
    if year is None:
        return wording.say("diagnosis_context_today")
    balanced = diagnosis.territory.trend is not None
    return wording.say("diagnosis_context_balance" if balanced else "diagnosis_context_horizon", year=year)


def _gps_since_2021(summary: Mapping[str, Any], wording: Wording) -> str:
    """Return how many communes lost their last GP since 2021; empty where that is not known."""
    found = summary["gps_since_2021"]
    if found is None:
        return ""
    return wording.say(
        "diagnosis_gps_since_2021",
        lost=wording.whole(found["places_that_lost_their_last"]),
        people=wording.whole(found["inhabitants_there"]),
        gained=wording.whole(found["places_that_gained_a_first"]),
    )


def _cards(diagnosis: Diagnosis, summary: Mapping[str, Any], wording: Wording) -> list[Card]:
    lead = lead_profession(diagnosis)
    profession = profession_title(diagnosis, lead, wording)
    people = summary["inhabitants"]
    floor = wording.apl_floor(summary["apl_floor_visits_per_year"])

    def count(number: float | None) -> str:
        share = None if number is None else number / people
        return wording.say("diagnosis_count", people=wording.whole(number), share=wording.percent(share))

    below = "inhabitants_below_apl_floor"
    has_official = summary["apl_mean_official"] is not None
    computed_key = _of_times(diagnosis, "diagnosis_card_computed")
    mean = with_change(summary["apl_mean"], summary["apl_mean_official"], "page_beside_official", wording)
    computed = wording.say(computed_key, value=mean)
    under_65 = wording.say("diagnosis_card_under_65", value=wording.decimal(summary["apl_mean_under_65_official"], 2))
    computed_below = wording.say(computed_key, value=count(summary[below]))
    under_65_below = wording.say("diagnosis_card_under_65", value=count(summary[f"{below}_under_65_official"]))
    return [
        Card(
            wording.whole(people),
            wording.say("diagnosis_card_people"),
            (wording.say("diagnosis_card_points", points=wording.whole(len(diagnosis.territory.demand))),),
        ),
        Card(
            wording.decimal(summary["practitioners"][lead]),
            wording.say("diagnosis_card_posts", profession=profession),
            (
                wording.say(
                    "diagnosis_card_per_10000",
                    value=wording.decimal(summary["practitioners_per_10000_inhabitants"][lead]),
                ),
            ),
        ),
        Card(
            wording.decimal(summary["apl_mean_official" if has_official else "apl_mean"], 2),
            wording.say("diagnosis_card_apl" if has_official else _of_times(diagnosis, "diagnosis_card_apl_computed")),
            (under_65, computed) if has_official else (),
        ),
        Card(
            wording.whole(summary[f"{below}_official" if has_official else below]),
            wording.say("diagnosis_card_below" if has_official else "diagnosis_card_below_computed", floor=floor),
            (
                wording.percent(summary[f"{below}_official" if has_official else below] / people),
                *((under_65_below, computed_below) if has_official else ()),
            ),
        ),
        Card(
            wording.whole(summary["beyond_20_minutes"]),
            wording.say("diagnosis_card_far", profession=profession),
            (wording.percent(summary["beyond_20_minutes"] / people, 2),),
        ),
    ]


def _bars(diagnosis: Diagnosis, summary: Mapping[str, Any], wording: Wording) -> list[Bar]:
    """Return uncovered inhabitants of the lead profession; with a horizon today's, then those of its year."""
    lead = lead_profession(diagnosis)
    total, shortage = summary["uncovered"][lead], summary["shortage"][lead]
    share = wording.say("diagnosis_of_inhabitants", share=wording.percent(total / summary["inhabitants"]))
    if diagnosis.today is None:
        return [uncovered_bar(share, total, shortage, max(total, 1.0), wording)]
    split = shortage_and_distance(diagnosis.today.instance, diagnosis.points, lead, None, "today")
    longest = max(total, split["uncovered"], 1.0)
    year = diagnosis.scenario.question.horizon_year
    return [
        uncovered_bar(wording.say("page_today_at_horizon"), split["uncovered"], split["shortage"], longest, wording),
        uncovered_bar(wording.say("page_before_at_horizon", year=year), total, shortage, longest, wording),
    ]
