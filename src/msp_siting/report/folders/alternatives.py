"""What of the folder of alternatives is for people."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msp_siting.language import Language
from msp_siting.report.wording import Wording
from msp_siting.report.workbooks.writing import About, write_tables
from msp_siting.runs import Examined


def write_alternatives_tables(
    folder: Path, examined: Sequence[Examined], provenance: Mapping[str, Any], language: Language
) -> None:
    """Write the workbook of alternatives beside their tables (docs/files.md, "Alternatives")."""
    about = About(language, [each.found.scenario.model for each in examined], examined[0].territory)
    runs = ", ".join(each.chosen.label for each in examined)
    question = Wording(language).say("book_question_alternatives", runs=runs)
    write_tables(folder, "alternatives", about, about.cover(question, provenance), provenance)
