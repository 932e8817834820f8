"""What stands on the sheet of a zone: its situation in words, its professions, its communes."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from msp_siting.answer import (
    APL_TODAY,
    GROUP_PREFIX,
    OFFICIAL_FTE,
    TODAY,
    Diagnosis,
    below_column,
    has_existing_structures,
    has_modelled_times,
)
from msp_siting.language import tell
from msp_siting.report.page_table import PageTable
from msp_siting.report.sheets.facts import Facts, said, short
from msp_siting.report.sheets.zone_figures import ZoneFigures
from msp_siting.report.wording import Wording, lead_profession, profession_title

MOST_COMMUNES = 20  # that fit the page; the others are summed
LONGEST_COMMUNE = 34
AGED = f"{GROUP_PREFIX}75_plus"


def situation(diagnosis: Diagnosis, summary: Mapping[str, Any], zone: ZoneFigures, wording: Wording) -> Facts:
    """Return what the zone is: people, zoning, official APL, MSPs, who is far, who finds no room, who leaves."""
    lead = lead_profession(diagnosis)
    row = zone.professions[lead]
    people = float(row["inhabitants"])
    facts = [
        ("zone_sheet_people", _people(row, zone, wording)),
        ("sheet_zoning", _zoning(diagnosis, zone, wording)),
        ("sheet_official_apl", _apl(diagnosis, row, wording)),
        ("zone_sheet_below", _below(row, people, wording)),
        (
            "zone_sheet_msps",
            wording.whole(row["existing_structures"])
            if has_existing_structures(diagnosis.territory)
            else wording.say("diagnosis_structures_not_loaded"),
        ),
        ("zone_sheet_far", _share(row["beyond_20_minutes"], people, wording)),
        ("zone_sheet_uncovered", _uncovered(diagnosis, summary, row, people, wording)),
    ]
    if pd.notna(row["departing_fte"]):
        leaving = wording.say(
            "zone_sheet_leaving",
            leaving=wording.decimal(row["departing_fte"]),
            present=wording.decimal(row["practitioners"]),
            share=wording.percent(row["departing_share"], 0),
        )
        facts.append(("diagnosis_departures_row", leaving))
    return said(facts, wording)


def professions_table(diagnosis: Diagnosis, zone: ZoneFigures, wording: Wording) -> PageTable:
    """Return posts of every profession here and for 10,000 inhabitants, beside the whole territory's."""
    rows = []
    has_official = any(pd.notna(row[OFFICIAL_FTE]) for row in zone.professions.values())
    for name, row in zone.professions.items():
        whole = diagnosis.whole(name)
        per_10000 = "practitioners_per_10000_inhabitants"
        rows.append(
            [
                profession_title(diagnosis, name, wording),
                wording.decimal(row["practitioners"]),
                *(wording.decimal(figures[per_10000]) for figures in (row, whole)),
                *([wording.decimal(figures[OFFICIAL_FTE]) for figures in (row, whole)] if has_official else []),
                wording.decimal(row["nearest_minutes"]),
                wording.whole(row["uncovered"]),
            ]
        )
    keys = (
        *("page_profession", "zone_sheet_posts", "zone_sheet_per_10000", "zone_sheet_per_10000_whole"),
        *(("zone_sheet_fte", "zone_sheet_fte_whole") if has_official else ()),
        *("zone_sheet_minutes", "zone_sheet_without_room"),
    )
    return PageTable([*map(wording.say, keys)], rows)


def communes_table(diagnosis: Diagnosis, zone: ZoneFigures, wording: Wording) -> PageTable:
    """Return the communes with most inhabitants, the others summed, and the zone; ranked by nothing else."""
    names = list(diagnosis.scenario.model.professions)
    has_aged, with_minutes = AGED in zone.points.columns, not has_modelled_times(diagnosis.territory)
    points = zone.points.sort_values(["inhabitants", "demand_id"], ascending=[False, True])
    fits = len(points) <= MOST_COMMUNES
    shown, others = (points, points.iloc[:0]) if fits else (points[: MOST_COMMUNES - 1], points[MOST_COMMUNES - 1 :])

    def counts(people: float, aged: float | None, posts: list[float]) -> list[str]:
        return [
            wording.whole(people),
            *([wording.whole(aged)] if has_aged else []),
            *(wording.decimal(count) for count in posts),
        ]

    def sums(rows: pd.DataFrame) -> list[str]:
        aged = float(rows[AGED].sum()) if has_aged else None
        posts = [float(rows[f"practitioners_{name}"].sum()) for name in names]
        return counts(float(rows["inhabitants"].sum()), aged, posts)

    cells = []
    for row in shown.to_dict("records"):
        posts = [row[f"practitioners_{name}"] for name in names]
        cells.append(
            [
                short(str(row["name"]), LONGEST_COMMUNE),
                *counts(row["inhabitants"], row.get(AGED), posts),
                *(wording.decimal(row[name]) for name in ("apl_official", "apl_under_65_official")),
                *([wording.decimal(row["nearest_minutes"])] if with_minutes else []),
            ]
        )
    blank = [""] * (3 if with_minutes else 2)
    if not others.empty:
        cells.append([wording.say("zone_sheet_others", count=len(others)), *sums(others), *blank])
    head = [
        wording.say(
            "zone_sheet_point" if diagnosis.territory.is_of_squares else "zone_sheet_commune", count=len(points)
        ),
        wording.say("page_inhabitants"),
        *([wording.say("zone_sheet_aged")] if has_aged else []),
        *(profession_title(diagnosis, name, wording) for name in names),
        *(wording.say(key) for key in ("zone_sheet_apl_all", "zone_sheet_apl_under_65")),
        *([wording.say("zone_sheet_minutes_here")] if with_minutes else []),
    ]
    return PageTable(head, cells)


def _people(row: Mapping[str, Any], zone: ZoneFigures, wording: Wording) -> str:
    aged = row.get(AGED)
    known = aged is not None and pd.notna(aged)
    key = "zone_sheet_people_aged" if known else "zone_sheet_people_of"
    return wording.say(
        key,
        inhabitants=row["inhabitants"],
        points=len(zone.points),
        aged=wording.whole(aged if known else None),
        share=wording.percent(aged / row["inhabitants"] if known else None, 1),
    )


def _zoning(diagnosis: Diagnosis, zone: ZoneFigures, wording: Wording) -> str:
    if not zone.zoning:
        return wording.say("diagnosis_zoning_not_loaded")
    parts = [
        wording.say(
            "zone_sheet_status", status=wording.say(f"zone_status_{each.status}"), people=wording.whole(inhabitants)
        )
        for each, inhabitants in zone.zoning
    ]
    first = zone.zoning[0][0]
    origin = tell(first.origin(diagnosis.on), wording.language)
    key = "zone_sheet_zoning" if first.holds_on(diagnosis.on) else "zone_sheet_zoning_to_check"
    return wording.say(key, statuses=", ".join(parts), origin=origin)


def _apl(diagnosis: Diagnosis, row: Mapping[str, Any], wording: Wording) -> str:
    if pd.isna(row["apl_official"]) and pd.isna(row["apl_under_65_official"]):
        return wording.say("sheet_apl_not_loaded")
    floor = wording.apl_floor(diagnosis.scenario.model.apl.floor_visits_per_year.value)
    text = wording.say(
        "zone_sheet_apl",
        everyone=wording.decimal(row["apl_official"], 2),
        under_65=wording.decimal(row["apl_under_65_official"], 2),
        floor=floor,
    )
    if APL_TODAY not in row:
        return text
    change = wording.signed(row["apl"] - row[APL_TODAY], 2)
    year = str(diagnosis.scenario.question.horizon_year)
    return f"{text} {wording.say('zone_sheet_apl_change', year=year, change=change)}"


def _below(row: Mapping[str, Any], people: float, wording: Wording) -> str:
    texts = {name: _share(row[below_column(f"{name}_official")], people, wording) for name in ("apl", "apl_under_65")}
    return wording.say("zone_sheet_below_both", everyone=texts["apl"], under_65=texts["apl_under_65"])


def _uncovered(
    diagnosis: Diagnosis, summary: Mapping[str, Any], row: Mapping[str, Any], people: float, wording: Wording
) -> str:
    lead = lead_profession(diagnosis)
    whole = {name: wording.whole(summary[name][lead]) for name in ("uncovered", "shortage", "distance")}
    split = wording.say("zone_sheet_split", **whole)
    own = _share(row["uncovered"], people, wording)
    if TODAY not in row:
        return wording.say("sheet_separator").join([own, split])
    year = str(diagnosis.scenario.question.horizon_year)
    both = wording.say("zone_sheet_uncovered_both", today=_share(row[TODAY], people, wording), year=year, then=own)
    return wording.say("sheet_separator").join([both, split])


def _share(part: Any, people: float, wording: Wording) -> str:  # noqa: ANN401 - a cell
    if pd.isna(part):
        return wording.unknown
    return wording.say("diagnosis_count", people=wording.whole(part), share=wording.percent(part / people))
