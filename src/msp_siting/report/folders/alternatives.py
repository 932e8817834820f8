"""The folder of good plans beside those of some runs: summary, tables, map, workbook, page and provenance."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msp_siting import runs
from msp_siting.language import Language
from msp_siting.report.folders.pictures import Sheet, write_alternatives_picture
from msp_siting.report.pages.alternatives import render_alternatives
from msp_siting.report.wording import Wording
from msp_siting.report.workbooks.writing import About, write_tables
from msp_siting.runs import Examined, RunFile, files_beside, run_day


def write_alternatives(
    folder: Path,
    examined: Sequence[Examined],
    summary: Mapping[str, Any],
    provenance: Mapping[str, Any],
    language: Language = "fr",
) -> None:
    """Write every file of alternatives into an empty folder (docs/files.md, "Alternatives").

    The picture is that of the first run.
    """
    wording = Wording(language)
    runs.write_alternatives(folder, examined, summary, provenance)
    write_alternatives_picture(Sheet(folder, provenance, wording), examined[0])
    about = About(language, [each.found.scenario.model for each in examined], examined[0].territory)
    question = wording.say("book_question_alternatives", runs=", ".join(each.chosen.label for each in examined))
    write_tables(folder, "alternatives", about, about.cover(question, provenance), provenance)
    beside = files_beside(folder, "alternatives")
    page = render_alternatives(examined, summary, run_day(provenance), language, beside)
    (folder / RunFile.PAGE).write_text(page, encoding="utf-8", newline="\n")
