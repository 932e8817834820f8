"""The folder of compared runs: summary, tables, page and provenance."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from msp_siting.language import Language
from msp_siting.report.folders.pictures import Sheet, write_comparison_picture
from msp_siting.report.pages.comparison import render_comparison
from msp_siting.report.wording import Wording
from msp_siting.report.workbooks.writing import About, write_tables
from msp_siting.runs import Comparison, RunFile, rounded, run_day, write_json, write_sheet_csv
from msp_siting.territory import Territory


def write_comparison(  # noqa: PLR0913, PLR0917 - what a page and a folder need to know
    folder: Path,
    comparison: Comparison,
    summary: Mapping[str, Any],
    provenance: Mapping[str, Any],
    territory: Territory | str,
    language: Language,
) -> None:
    """Write every file of a comparison into an empty folder (docs/files.md, "A comparison").

    ``compare.csv`` is written to the last digit, so that its values read back as the runs' own; ``sites.csv`` and
    ``zones.csv`` are in long form (`Comparison`).
    """
    write_json(summary, folder / RunFile.SUMMARY)
    write_json(provenance, folder / RunFile.PROVENANCE)
    write_sheet_csv(comparison.measures, folder / RunFile.MEASURES)
    write_sheet_csv(rounded(comparison.sites), folder / RunFile.SITES)
    write_sheet_csv(rounded(comparison.zones), folder / RunFile.ZONES)
    page = render_comparison(comparison, summary, territory, run_day(provenance), language)
    (folder / RunFile.PAGE).write_text(page, encoding="utf-8", newline="\n")
    if isinstance(territory, Territory):
        write_comparison_picture(Sheet(folder, provenance, Wording(language)), comparison, territory)
    known = None if isinstance(territory, str) else territory
    about = About(language, [run.model for run in comparison.runs], known)
    cover = about.cover("", provenance)
    title = Wording(language).say("comparison_title", count=len(comparison.runs), territory=cover.territory)
    write_tables(folder, "compare", about, replace(cover, question=title), provenance)
