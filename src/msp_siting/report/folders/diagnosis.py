"""The folder of a diagnosis: summary, tables, map, page and provenance."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msp_siting.answer import Diagnosis
from msp_siting.files import write_yaml
from msp_siting.language import Language
from msp_siting.report.maps import demand_shapes
from msp_siting.report.pages.data_sources import data_labels, source_line
from msp_siting.report.pages.diagnosis import diagnosis_map, map_column, page_title, render_diagnosis
from msp_siting.report.sheets.zone_sheet import render_zone_sheets
from msp_siting.report.wording import Wording
from msp_siting.report.workbooks.communes import write_communes_book
from msp_siting.report.workbooks.writing import About, write_tables
from msp_siting.runs import RunFile, run_day, write_csv, write_json


def write_diagnosis(
    folder: Path,
    diagnosis: Diagnosis,
    summary: Mapping[str, Any],
    provenance: Mapping[str, Any],
    language: Language,
) -> None:
    """Write every file of a diagnosis into an empty folder (docs/files.md, "A diagnosis")."""
    from msp_siting.report.maps.png import write_png  # noqa: PLC0415 - every command would wait for matplotlib

    wording = Wording(language)
    shapes = demand_shapes(diagnosis.territory)
    write_json(summary, folder / RunFile.SUMMARY)
    write_json(provenance, folder / RunFile.PROVENANCE)
    resolved = diagnosis.scenario.resolved(diagnosis.territory.sha256, folder)
    write_yaml(resolved, folder / RunFile.RESOLVED)
    words = {True: "true", False: "false"}  # as flags are written in the tables of a territory
    flags = {name: diagnosis.points[name].map(words) for name in ("border", "seasonal")}
    write_csv(diagnosis.points.assign(**flags), folder / RunFile.COVERAGE)
    write_csv(diagnosis.zones, folder / RunFile.ZONES)
    write_csv(diagnosis.blocks, folder / RunFile.BLOCKS)
    write_csv(diagnosis.fragility, folder / RunFile.FRAGILITY)
    if diagnosis.closed is not None:
        write_csv(diagnosis.closed.points, folder / RunFile.CLOSING)
        write_csv(diagnosis.closed.places, folder / RunFile.CLOSING_PLACES)
    shown = map_column(diagnosis)
    rests_on = (
        ("demand", "boundaries") if shown == "apl_official" else ("demand", "supply", "travel_times", "boundaries")
    )
    notes = [
        wording.say("map_limits_note"),
        *([wording.say("page_cells_note")] if shapes["is_cell"].any() else []),
        *data_labels(diagnosis, wording, rests_on),
        source_line(diagnosis, wording, rests_on),
    ]
    title = page_title(diagnosis, wording)
    write_png(diagnosis_map(diagnosis, shapes, wording), folder / RunFile.MAP, title, notes, wording)
    page = render_diagnosis(diagnosis, summary, shapes, run_day(provenance), language)
    (folder / RunFile.PAGE).write_text(page, encoding="utf-8", newline="\n")
    about = About(language, [diagnosis.scenario.model], diagnosis.territory)
    cover = about.cover(title, provenance)
    write_tables(folder, "diagnose", about, cover, provenance)
    write_communes_book(folder, diagnosis, summary, cover, about.lexicon())
    if summary.get("sheets_kind"):
        (folder / RunFile.SHEETS).mkdir()
        for path, sheet in render_zone_sheets(diagnosis, summary, summary["sheets_kind"], language):
            (folder / path).write_text(sheet, encoding="utf-8", newline="\n")
