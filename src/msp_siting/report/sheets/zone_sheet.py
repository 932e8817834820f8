"""Sheets of a diagnosis: one A4 page per zone of a kind (EPCI, TVS, CPTS, canton ...), before any decision."""

from collections.abc import Iterator, Mapping
from typing import Any

from msp_siting.answer import DEPARTURE_KINDS, Diagnosis
from msp_siting.files import sheet_names
from msp_siting.language import Language
from msp_siting.report.maps.locator import Ground, Mark, draw_locator, ground_of
from msp_siting.report.rendering import render
from msp_siting.report.sheets.facts import LONGEST_SOURCES, RESTS_ON, short
from msp_siting.report.sheets.zone_figures import ZoneFigures, figures_of_zones, zone_rows
from msp_siting.report.sheets.zone_tables import communes_table, professions_table, situation
from msp_siting.report.wording import Wording, lead_profession, profession_title
from msp_siting.runs import RunFile

LARGEST_NAMED = 2  # communes of a zone that its map names


def render_zone_sheets(
    diagnosis: Diagnosis, summary: Mapping[str, Any], kind: str, language: Language
) -> Iterator[tuple[str, str]]:
    """Yield path and page of every zone of a kind in which somebody lives.

    Parameters
    ----------
    summary
        The content of ``summary.json``, for the figures of the whole territory.
    """
    ground, addresses = ground_of(diagnosis.territory, kind), zone_addresses(diagnosis, kind)
    for zone in figures_of_zones(diagnosis, kind):
        yield addresses[zone.zone_id], render_zone_sheet(diagnosis, summary, zone, ground, language)


def zone_addresses(diagnosis: Diagnosis, kind: str) -> dict[str, str]:
    """Return the path of the sheet of every zone of a kind in which somebody lives, by ``zone_id``."""
    zone_ids = list(zone_rows(diagnosis, kind))
    names = sheet_names(zone_ids, nameless="zone")
    return {zone_id: f"{RunFile.SHEETS}/{name}.html" for zone_id, name in zip(zone_ids, names, strict=True)}


def render_zone_sheet(
    diagnosis: Diagnosis, summary: Mapping[str, Any], zone: ZoneFigures, ground: Ground, language: Language
) -> str:
    """Return the page of one zone.

    Parameters
    ----------
    ground
        `ground_of` the territory and the kind of the zone.
    """
    wording = Wording(language)
    year, is_published = diagnosis.scenario.question.horizon_year, zone.kind in DEPARTURE_KINDS
    profession = profession_title(diagnosis, lead_profession(diagnosis), wording)
    drawing, keys = _map(diagnosis, zone, ground, wording)
    return render(
        "zone_sheet.html.j2",
        language=language,
        say=wording.say,
        kind=wording.kind_title(zone.kind),
        title=short(zone.name),
        zone_id=zone.zone_id,
        territory=wording.of(diagnosis.territory.manifest.title),
        context=wording.say("zone_sheet_today" if year is None else "zone_sheet_horizon", year=str(year)),
        map=drawing,
        map_keys=keys,
        profession=profession,
        situation=situation(diagnosis, summary, zone, wording),
        professions=professions_table(diagnosis, zone, wording),
        communes=communes_table(diagnosis, zone, wording),
        notes=[wording.say(key, year=str(year)) for key in _notes(zone, has_horizon=year is not None)],
        departures="" if is_published else wording.say("zone_sheet_departures_kept"),
        sources=_sources(diagnosis, wording),
    )


def _map(diagnosis: Diagnosis, zone: ZoneFigures, ground: Ground, wording: Wording) -> tuple[Any, Any]:
    existing = diagnosis.territory.existing_msps
    largest = zone.points.nlargest(LARGEST_NAMED, "inhabitants")
    named = dict(zip(largest["demand_id"], largest["name"], strict=True))
    hosts = [] if existing is None else [str(place) for place in existing.index]
    marks = [Mark(place, "msp", str(named.pop(place, ""))) for place in hosts]
    marks += [Mark(str(place), "town", str(name)) for place, name in named.items()]
    keys = [("zone", wording.say("zone_sheet_key", kind=wording.kind_title(zone.kind)))]
    keys += [] if existing is None else [("msp", wording.say("locator_msp"))]
    return draw_locator(ground, marks, wording.say("locator_label", place=zone.name), zone.zone_id), keys


def _notes(zone: ZoneFigures, *, has_horizon: bool) -> Iterator[str]:
    yield "zone_sheet_note_apl"
    if has_horizon:
        yield "zone_sheet_note_horizon"
    yield "zone_sheet_note_uncovered"
    yield "zone_sheet_note_posts"
    if zone.points["border"].eq(True).any():  # noqa: FBT003 - a value of the column
        yield "zone_sheet_note_border"


def _sources(diagnosis: Diagnosis, wording: Wording) -> str:
    files = [entry for entry in diagnosis.territory.manifest.files if entry.path.partition(".")[0] in RESTS_ON]
    texts = dict.fromkeys(wording.of(entry.label) if entry.label else entry.source for entry in files)
    said = wording.say("sheet_separator").join(text.rstrip(".") for text in texts)
    return short(said, LONGEST_SOURCES) or wording.say("sheet_not_stated")
