"""The page of alternatives, beside the tables that `runs` writes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msp_siting.language import Language
from msp_siting.report.pages.alternatives import render_alternatives
from msp_siting.runs import Examined, RunFile, files_beside, run_day


def write_alternatives_page(
    folder: Path,
    examined: Sequence[Examined],
    summary: Mapping[str, Any],
    provenance: Mapping[str, Any],
    language: Language,
) -> None:
    """Write the page into the folder that has the tables already (docs/files.md, "Alternatives")."""
    beside = files_beside(folder, "alternatives")
    page = render_alternatives(examined, summary, run_day(provenance), language, beside)
    (folder / RunFile.PAGE).write_text(page, encoding="utf-8", newline="\n")
