"""The workbook of a territory's communes (``communes.xlsx``): one row per demand point, what is known of it."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.answer import Diagnosis
from msp_siting.language import tell
from msp_siting.report.wording import lead_profession, zone_names
from msp_siting.report.workbooks.book import Book, Cell, Column, Note, Sheet, write_book
from msp_siting.report.workbooks.lexicon import Lexicon
from msp_siting.report.workbooks.run_book import Cover, general_notes
from msp_siting.report.workbooks.tables import number_format
from msp_siting.runs import RunFile, rounded
from msp_siting.territory import ZoneStatus, zone_of_place, zone_statuses

Columns = Iterator[tuple[Column, list[Cell]]]
STRUCTURES = ("pharmacies", "msps", "health_centres")
ZONING = "_zoning"  # how kinds end that are classes of zones, and no zones with a name
FLAGS = ("border", "seasonal")


def write_communes_book(
    folder: Path, diagnosis: Diagnosis, summary: Mapping[str, Any], cover: Cover, lexicon: Lexicon
) -> None:
    """Write ``communes.xlsx``; its figures are those of ``coverage.csv`` and of the territory's tables."""
    wording = lexicon.wording
    columns = [*_places(diagnosis, lexicon), *_zones(diagnosis, lexicon), *_figures(diagnosis, lexicon)]
    rows = list(zip(*(cells for _, cells in columns), strict=True))
    note = wording.say("communes_note", day=told_day(diagnosis, lexicon))
    sheet = Sheet(wording.say("table_diagnose_coverage"), note, [column for column, _ in columns], rows, 2)
    title = wording.say("book_title_communes")
    notes = [*_notes(diagnosis, cover, lexicon), *general_notes(cover, summary["caveats"], lexicon)]
    write_book(Book(title, notes, [sheet], diagnosis.on), folder / RunFile.COMMUNES, wording)


def told_day(diagnosis: Diagnosis, lexicon: Lexicon) -> str:
    """Return the day whose zoning counts, as the language writes it."""
    return diagnosis.on.strftime("%d/%m/%Y") if lexicon.wording.language == "fr" else diagnosis.on.isoformat()


def _notes(diagnosis: Diagnosis, cover: Cover, lexicon: Lexicon) -> Iterator[Note]:
    wording, year = lexicon.wording, diagnosis.scenario.question.horizon_year
    yield wording.say("book_territory"), cover.territory
    yield wording.say("communes_day"), diagnosis.on
    supply = "communes_supply_today" if year is None else "communes_supply_horizon"
    yield wording.say("book_counts"), wording.say(supply, year=str(year))
    for kind in diagnosis.territory.zone_kinds:
        zoned = [each.origin(diagnosis.on) for each in zone_statuses(diagnosis.territory) if each.kind == kind]
        for origin in dict.fromkeys(wording.typeset(tell(fact, wording.language)) for fact in zoned):
            yield "", wording.say("page_pair", name=wording.kind_title(kind), value=origin)
    yield "", wording.say("communes_zonings")
    yield "", wording.say("communes_no_verdict")
    yield "", wording.say("book_codes")


def _places(diagnosis: Diagnosis, lexicon: Lexicon) -> Columns:
    demand, heading = diagnosis.territory.demand, lexicon.heading
    yield Column(lexicon.wording.say("communes_code")), demand["demand_id"].tolist()
    yield Column(heading("name")), demand["name"].tolist()
    yield Column(heading("inhabitants"), "#,##0"), [float(number) for number in demand["inhabitants"]]


def _zones(diagnosis: Diagnosis, lexicon: Lexicon) -> Columns:
    """Yield name and code of the zone of each kind; of a zoning its word, its days, and who says so."""
    territory, wording = diagnosis.territory, lexicon.wording
    statuses = {(each.kind, each.zone_id): each for each in zone_statuses(territory)}
    zoned = {kind for kind, _ in statuses}
    for kind in territory.zone_kinds:
        zone_of = zone_of_place(territory, kind)
        ids = [zone_of.get(place) for place in territory.demand["demand_id"]]
        title = wording.kind_title(kind)
        if not kind.endswith(ZONING):
            names = zone_names(diagnosis, kind)
            yield Column(title), [None if zone is None else names.get(zone, zone) for zone in ids]
            yield Column(wording.say("communes_zone_code", kind=title)), list(ids)
        if kind in zoned:
            heading = title if kind.endswith(ZONING) else wording.say("communes_zoning", kind=title)
            yield from _zoning(heading, [statuses.get((kind, zone or "")) for zone in ids], diagnosis, lexicon)


def _zoning(title: str, found: list[ZoneStatus | None], diagnosis: Diagnosis, lexicon: Lexicon) -> Columns:
    wording, on = lexicon.wording, diagnosis.on
    day = "dd/mm/yyyy" if wording.language == "fr" else "yyyy-mm-dd"

    def cells(tell_one: Any) -> list[Cell]:  # noqa: ANN401 - a function of a status
        return [None if each is None else tell_one(each) for each in found]

    yield Column(title), cells(lambda each: wording.say(f"zone_status_{each.status}"))
    yield (
        Column(wording.say("communes_zoning_holds", kind=title, day=told_day(diagnosis, lexicon))),
        cells(lambda each: wording.say(_validity(each, on))),
    )
    for name in ("valid_from", "valid_until"):
        if any(each is not None and getattr(each, name) for each in found):
            heading = wording.say("page_pair", name=title, value=lexicon.heading(name).lower())
            yield Column(heading, day), cells(lambda each, name=name: getattr(each, name))


def _validity(zone: ZoneStatus, on: date) -> str:
    """Return the key of whether a zoning holds on a day; of one without days that is not stated."""
    if zone.valid_from is None and zone.valid_until is None:
        return "sheet_not_stated"
    return "request_word_true" if zone.holds_on(on) else "communes_to_check"


def _figures(diagnosis: Diagnosis, lexicon: Lexicon) -> Columns:
    wording, lead = lexicon.wording, lead_profession(diagnosis)
    points, ids = rounded(diagnosis.points), diagnosis.territory.demand["demand_id"]
    by_profession = {name: rows.set_index("demand_id") for name, rows in points.groupby("profession", sort=False)}
    of_lead = by_profession[lead]

    def known(table: pd.DataFrame, column: str) -> list[Cell]:
        return [None if pd.isna(cell) else cell for cell in table[column].reindex(ids).tolist()]

    for column in ("apl_official", "apl_under_65_official"):
        if column in of_lead.columns:
            yield Column(lexicon.heading(column), number_format(column)), known(of_lead, column)
    fte = "apl_official_fte_per_100000"
    for name, table in by_profession.items():
        if fte in table.columns and table[fte].notna().any():
            heading = wording.say("page_pair", name=lexicon.word("profession", str(name)), value=lexicon.heading(fte))
            yield Column(heading, number_format(fte)), known(table, fte)
    for name, table in by_profession.items():
        heading = wording.say("communes_practitioners", profession=lexicon.word("profession", str(name)))
        yield Column(heading, number_format("practitioners")), known(table, "practitioners")
    yield from _structures(diagnosis, lexicon)
    heading = wording.say("communes_minutes", profession=lexicon.word("profession", lead))
    yield Column(heading, number_format("minutes")), known(of_lead, "nearest_minutes")
    for group in diagnosis.groups:
        column = f"inhabitants_{group}"
        yield Column(lexicon.heading(column), "#,##0"), known(of_lead, column)
    for flag in FLAGS:
        words = {True: wording.say("request_word_true"), False: wording.say("request_word_false")}
        yield Column(lexicon.heading(flag)), [words.get(cell) for cell in of_lead[flag].reindex(ids).tolist()]


def _structures(diagnosis: Diagnosis, lexicon: Lexicon) -> Columns:
    """Yield how many structures stand in each commune, as far as the territory's places say."""
    territory, ids = diagnosis.territory, diagnosis.territory.demand["demand_id"]
    places = territory.places.drop_duplicates("place_id").set_index("place_id")
    for name in STRUCTURES:
        if name in places.columns:
            counts: list[Cell] = [None if pd.isna(cell) else int(cell) for cell in places[name].reindex(ids).tolist()]
            yield Column(lexicon.wording.say(f"communes_{name}"), "#,##0"), counts
