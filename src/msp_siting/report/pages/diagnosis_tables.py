"""Tables of a diagnosis's page: what is loaded, groups, departures, zones, professions, what was asked."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from msp_siting.answer import (
    DEPARTURE_KINDS,
    OFFICIAL_FTE,
    PER_INHABITANTS,
    Diagnosis,
    below_column,
    has_modelled_times,
    invalid_zonings,
    zoning_kind,
)
from msp_siting.language import tell
from msp_siting.report.page_table import PageTable
from msp_siting.report.pages.tables import order_zones, with_change
from msp_siting.report.wording import Wording, lead_profession, profession_title, zone_names
from msp_siting.territory import ZoneStatus, zone_statuses

# By which a zone counts as worse off: the first that is known. The zoning uses the APL of GPs under 65.
ORDERS = ("apl_under_65_official", "apl_official", "apl")
APL_NAMES = ("apl_official", "apl_under_65_official", "apl")


def loaded_page_table(diagnosis: Diagnosis, summary: Mapping[str, Any], wording: Wording) -> PageTable:
    """Return what is known besides people, practitioners and times, and what is not loaded."""
    rows = {
        "diagnosis_zoning": _zoning_text(diagnosis, summary, wording),
        "diagnosis_structures": wording.say("diagnosis_structures_not_loaded")
        if summary["existing_structures"] is None
        else wording.whole(summary["existing_structures"]),
        "diagnosis_departures_row": _departures_text(diagnosis, summary, wording),
        "diagnosis_border": _flag_text(summary, "border", wording),
        "diagnosis_seasonal": _flag_text(summary, "seasonal", wording),
    }
    head = [wording.say("page_measure"), wording.say("page_value")]
    return PageTable(head, [(wording.say(key), text) for key, text in rows.items()], word_columns=2)


def groups_page_table(diagnosis: Diagnosis, summary: Mapping[str, Any], wording: Wording) -> PageTable | None:
    """Return how many of each group there are and how many lack care; None where no group is loaded."""
    if not diagnosis.groups:
        return None
    columns = (
        *("inhabitants", "known_of_inhabitants", "below_apl_floor_official", "below_apl_floor_under_65_official"),
        *("below_apl_floor", "beyond_20_minutes", "uncovered"),
    )
    rows = [
        [wording.group_title(group), *(wording.whole(summary["groups"][group][name]) for name in columns)]
        for group in diagnosis.groups
    ]
    keys = ("diagnosis_group", *(f"diagnosis_group_{name}" for name in columns))
    return PageTable([*map(wording.say, keys)], rows)


def departures_sentence(diagnosis: Diagnosis, summary: Mapping[str, Any], wording: Wording) -> str:
    """Return how many practitioners are expected to leave, by profession."""
    if summary["departing_fte"] is None:
        return wording.say("diagnosis_departures_not_loaded")
    parts = [
        wording.say(
            "diagnosis_departures_of",
            profession=profession_title(diagnosis, name, wording),
            leaving=wording.decimal(leaving),
            present=wording.decimal(summary["practitioners"][name]),
            share=wording.percent(_departing_share(summary, name)),
        )
        for name, leaving in summary["departing_fte"].items()
        if leaving is not None
    ]
    return wording.say("diagnosis_departures_all", parts=", ".join(parts))


def departures_page_tables(diagnosis: Diagnosis, wording: Wording) -> list[PageTable]:
    """Return one table per kind of zone that is large enough: GPs who leave, the largest share first."""
    if "retiring_share" not in diagnosis.territory.supply.columns:
        return []
    keys = ("page_inhabitants", "diagnosis_posts", "diagnosis_leaving", "diagnosis_leaving_share", "diagnosis_staying")
    tables = []
    for kind in diagnosis.territory.zone_kinds:
        if kind not in DEPARTURE_KINDS:
            continue
        rows = _of_kind(diagnosis, kind)
        rows = rows[rows["practitioners"] > 0]
        staying = PER_INHABITANTS * (rows["practitioners"] - rows["departing_fte"]) / rows["inhabitants"]
        ordered = order_zones(rows.assign(staying=staying), kind, "departing_share", ascending=False)
        names = zone_names(diagnosis, kind)
        cells = [
            [
                names.get(row["zone_id"], row["zone_id"]),
                wording.whole(row["inhabitants"]),
                *(wording.decimal(row[name]) for name in ("practitioners", "departing_fte")),
                wording.percent(row["departing_share"]),
                wording.decimal(row["staying"]),
            ]
            for row in ordered.to_dict("records")
        ]
        title = wording.kind_title(kind)
        tables.append(PageTable([title, *map(wording.say, keys)], cells, title=title))
    return tables


def zone_page_tables(diagnosis: Diagnosis, wording: Wording) -> list[PageTable]:
    """Return one table per kind of zone, the worst off first."""
    return [_zone_page_table(diagnosis, kind, wording) for kind in diagnosis.territory.zone_kinds]


def order_of(diagnosis: Diagnosis) -> str:
    """Return the column by which zones are ordered: the first APL that is known."""
    return next((name for name in ORDERS if diagnosis.zones[name].notna().any()), "apl")


def apl_key(diagnosis: Diagnosis, name: str) -> str:
    """Return the sentence that an APL is called by: a computed one on estimated times is modelled."""
    modelled = name == "apl" and has_modelled_times(diagnosis.territory)
    return "diagnosis_apl_modelled" if modelled else f"diagnosis_{name}"


def zoning_note(diagnosis: Diagnosis, wording: Wording) -> str:
    """Return where the zoning of GPs comes from, and which of it is not valid; nothing without zoning."""
    kind = zoning_kind(diagnosis)
    if kind is None:
        return ""
    rows = diagnosis.zones[diagnosis.zones["kind"].eq(kind) & diagnosis.zones["status"].fillna("").ne("")]
    dated = zip(rows["status_source"], rows["status_date"], strict=True)
    sources = sorted({" ".join(filter(None, (wording.source(source), day))) for source, day in dated})
    note = wording.say("diagnosis_zoning_note", kind=wording.kind_title(kind), source=", ".join(filter(None, sources)))
    return wording.say("sheet_separator").join([note, *_to_check(diagnosis, wording)])


def professions_page_table(diagnosis: Diagnosis, wording: Wording) -> PageTable:
    """Return practitioners of every profession, how many leave, who is uncovered and why, and how far care is."""
    rows = []
    has_official = bool(diagnosis.zones[OFFICIAL_FTE].notna().any())
    for name in diagnosis.scenario.model.professions:
        figures = diagnosis.whole(name)
        rows.append(
            [
                profession_title(diagnosis, name, wording),
                wording.decimal(figures["practitioners"]),
                wording.decimal(figures["practitioners_per_10000_inhabitants"]),
                *([wording.decimal(figures[OFFICIAL_FTE])] if has_official else []),
                wording.decimal(figures["departing_fte"]),
                *(wording.whole(figures[column]) for column in ("uncovered", "shortage", "distance")),
                wording.whole(figures["beyond_20_minutes"]),
                wording.decimal(figures["nearest_minutes"]),
            ]
        )
    keys = (
        *("page_profession", "diagnosis_fte", "diagnosis_per_10000"),
        *(["diagnosis_apl_official_fte"] if has_official else []),
        "diagnosis_leaving",
        *("page_uncovered", "page_shortage", "page_distance", "diagnosis_far", "diagnosis_minutes"),
    )
    return PageTable([*map(wording.say, keys)], rows)


def apl_page_table(summary: Mapping[str, Any], wording: Wording) -> PageTable:
    """Return the official APL of today and ours as a change beside it: means and inhabitants below the floor."""
    means = {
        "apl_official": "apl_mean_official",
        "apl_under_65_official": "apl_mean_under_65_official",
        "apl": "apl_mean",
    }
    official = summary["apl_mean_official"]
    values = {name: wording.decimal(summary[mean], 2) for name, mean in means.items()}
    values["apl"] = with_change(summary["apl_mean"], official, "page_beside_official", wording)
    rows = [
        [
            wording.say(f"diagnosis_{name}"),
            values[name],
            wording.whole(summary[below_column(name)]),
            wording.percent(_share(summary[below_column(name)], summary["inhabitants"])),
        ]
        for name in APL_NAMES
    ]
    rows += [
        [wording.say("page_apl_correlation"), wording.decimal(summary["apl_correlation_with_official"], 2), "", ""],
        [wording.say("page_visits"), wording.whole(summary["visits_per_gp_per_year"]), "", ""],
    ]
    floor = wording.apl_floor(summary["apl_floor_visits_per_year"])
    head = [
        wording.say("page_measure"),
        wording.say("page_value"),
        wording.say("page_below_floor", floor=floor),
        wording.say("diagnosis_share_of_inhabitants"),
    ]
    return PageTable(head, rows)


def asked_page_table(diagnosis: Diagnosis, summary: Mapping[str, Any], wording: Wording) -> PageTable:
    """Return the model, the horizon, the changes and the fingerprints of the diagnosis."""
    scenario = diagnosis.scenario
    rows = {
        "diagnosis_model": f"{wording.of(scenario.model.title)} ({scenario.model.name})",
        "page_horizon": str(scenario.question.horizon_year or wording.say("page_none")),
        "page_changes": "; ".join(scenario.changes) or wording.say("page_none"),
        "page_versions": ", ".join(f"{name} {number}" for name, number in summary["versions"].items()),
        "page_input_sha256": summary["input_sha256"],
    }
    head = [wording.say("page_measure"), wording.say("page_value")]
    return PageTable(head, [(wording.say(key), value) for key, value in rows.items()], word_columns=2)


def _zone_page_table(diagnosis: Diagnosis, kind: str, wording: Wording) -> PageTable:
    rows = _of_kind(diagnosis, kind)
    rows = rows[rows["inhabitants"] > 0]
    ordered = order_zones(rows, kind, order_of(diagnosis), ascending=True).to_dict("records")
    names = zone_names(diagnosis, kind)
    title = wording.kind_title(kind)
    statuses = {each.zone_id: each for each in zone_statuses(diagnosis.territory) if each.kind == kind}
    has_status = bool(statuses)
    has_structures = rows["existing_structures"].notna().any()
    cells = [
        [
            names.get(row["zone_id"], row["zone_id"]),
            *([_status_text(statuses.get(row["zone_id"]), diagnosis.on, wording)] if has_status else []),
            wording.whole(row["inhabitants"]),
            wording.decimal(row["practitioners"]),
            wording.decimal(row["practitioners_per_10000_inhabitants"]),
            *(wording.decimal(row[name], 2) for name in APL_NAMES),
            *(wording.whole(row[below_column(name)]) for name in APL_NAMES[:2]),
            wording.whole(row["beyond_20_minutes"]),
            wording.percent(row["uncovered"] / row["inhabitants"]),
            *([wording.whole(row["existing_structures"])] if has_structures else []),
        ]
        for row in ordered
    ]
    keys = [
        *(["diagnosis_zoning_status"] if has_status else []),
        *("page_inhabitants", "diagnosis_posts", "diagnosis_per_10000"),
        *(apl_key(diagnosis, name) for name in APL_NAMES),
        *(f"diagnosis_below_{name}" for name in APL_NAMES[:2]),
        *("diagnosis_far", "diagnosis_uncovered_share"),
        *(["diagnosis_structures"] if has_structures else []),
    ]
    head = [title, *map(wording.say, keys)]
    return PageTable(head, cells, word_columns=2 if has_status else 1, title=title)


def _of_kind(diagnosis: Diagnosis, kind: str) -> pd.DataFrame:
    """Return a kind's zones for the profession of the APL."""
    return diagnosis.zones[
        diagnosis.zones["kind"].eq(kind) & diagnosis.zones["profession"].eq(lead_profession(diagnosis))
    ]


def _zoning_text(diagnosis: Diagnosis, summary: Mapping[str, Any], wording: Wording) -> str:
    """Return inhabitants by status where it is valid (ZAR only where there is any), and zonings that are not."""
    figures = summary["inhabitants_by_zoning_status"] or {}
    shown = [
        wording.say("page_pair", name=wording.say(f"zone_status_{status}"), value=wording.whole(people))
        for status, people in figures.items()
        if people or status != "ZAR"
    ]
    parts = [*([", ".join(shown)] if shown else []), *_to_check(diagnosis, wording)]
    return wording.say("sheet_separator").join(parts) or wording.say("diagnosis_zoning_not_loaded")


def _to_check(diagnosis: Diagnosis, wording: Wording) -> list[str]:
    told = [tell(fact, wording.language) for fact in invalid_zonings(diagnosis)]
    return [wording.say("diagnosis_zoning_to_check", zoning=text) for text in told]


def _status_text(zone: ZoneStatus | None, on: date, wording: Wording) -> str:
    if zone is None:
        return wording.say("page_unknown_value")
    if zone.holds_on(on):
        return wording.say(f"zone_status_{zone.status}")
    return wording.say("diagnosis_zoning_to_check", zoning=tell(zone.word_told(on), wording.language))


def _departures_text(diagnosis: Diagnosis, summary: Mapping[str, Any], wording: Wording) -> str:
    if summary["departing_fte"] is None:
        return wording.say("diagnosis_departures_row_not_loaded")
    lead = lead_profession(diagnosis)
    return wording.say(
        "diagnosis_departures_of",
        profession=profession_title(diagnosis, lead, wording),
        leaving=wording.decimal(summary["departing_fte"][lead]),
        present=wording.decimal(summary["practitioners"][lead]),
        share=wording.percent(_departing_share(summary, lead)),
    )


def _departing_share(summary: Mapping[str, Any], profession: str) -> float | None:
    """Return the share of a profession that leaves; None where nobody practises."""
    shares = summary["departing_share"]
    return None if shares is None else shares[profession]


def _flag_text(summary: Mapping[str, Any], flag: str, wording: Wording) -> str:
    if summary[f"{flag}_points"] is None:
        return wording.say("diagnosis_flag_not_known")
    return wording.say(
        "diagnosis_flag",
        points=wording.whole(summary[f"{flag}_points"]),
        share=wording.percent(_share(summary[f"{flag}_inhabitants"], summary["inhabitants"])),
    )


def _share(part: float | None, people: float) -> float | None:
    return None if part is None or not people else part / people
