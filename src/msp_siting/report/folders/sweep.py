"""The files of a sweep beside its points: summary, curve, order of opening, map, page and workbook."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.answer import read_at_horizon
from msp_siting.language import Language
from msp_siting.report.folders import pictures
from msp_siting.report.pages.site_maps import Asked
from msp_siting.report.pages.sweep import render_sweep, sweep_question
from msp_siting.report.wording import Wording
from msp_siting.report.workbooks.run_book import Cover, day_of
from msp_siting.report.workbooks.writing import About, write_tables
from msp_siting.runs import Curve, RunFile, run_day, sweep_table, write_json, write_sheet_csv
from msp_siting.scenario import Scenario
from msp_siting.territory import read_territory


@dataclass(frozen=True)
class Swept:
    """A finished sweep.

    Attributes
    ----------
    scenarios
        The question of each point, by its key; the lowest value first.
    order
        ``order.csv``, if plans were nested.
    point
        Leads to the folder of a point.
    """

    scenarios: Mapping[str, Scenario]
    curve: Curve
    order: pd.DataFrame | None
    point: Callable[[str], Path]


def write_sweep(
    folder: Path, swept: Swept, summary: Mapping[str, Any], provenance: Mapping[str, Any], language: Language
) -> None:
    """Write what a sweep has beside its points and its record (docs/files.md, "A sweep").

    The map has the ground of the last point with a plan where plans are nested, else of the knee, or of the last
    with a plan; without any there is none.
    """
    curve, order = swept.curve, swept.order
    write_json(summary, folder / RunFile.SUMMARY)
    # every digit, so that it is what the points say
    sweep_table(curve).to_csv(folder / RunFile.CURVE, index=False, lineterminator="\n")
    if order is not None:
        write_sheet_csv(order, folder / RunFile.ORDER)
    first = next(iter(swept.scenarios.values()))
    territory = read_territory(first.folder)
    page = render_sweep(Asked(first, territory), curve, order, summary, run_day(provenance), language)
    (folder / RunFile.PAGE).write_text(page, encoding="utf-8", newline="\n")
    shown = _shown(curve) if order is None else _last(curve)
    wording = Wording(language)
    question = sweep_question(first, curve, wording)
    if shown is not None:
        about = pictures.About(read_at_horizon(swept.scenarios[shown]), question)
        sheet = pictures.Sheet(folder, provenance, wording)
        pictures.write_sweep_picture(sheet, curve, order, swept.point(shown), about)
    manifest = territory.manifest
    cover = Cover(question, wording.of(manifest.title), day_of(provenance), manifest.files)
    write_tables(folder, "sweep", About(language, [first.model], None), cover, provenance)


def _shown(curve: Curve) -> str | None:
    """Return the key of the knee; without one, of the last point with a plan."""
    return _last(curve) if curve.knee is None else curve.points[curve.knee].key


def _last(curve: Curve) -> str | None:
    return next((point.key for point in reversed(curve.points) if point.summary["objective"] is not None), None)
