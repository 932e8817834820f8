"""The folder of good plans beside those of some runs: summary, tables, map and provenance."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msp_siting import runs
from msp_siting.language import Language
from msp_siting.report.folders.pictures import Sheet, write_alternatives_picture
from msp_siting.report.wording import Wording
from msp_siting.runs import Examined


def write_alternatives(
    folder: Path,
    examined: Sequence[Examined],
    summary: Mapping[str, Any],
    provenance: Mapping[str, Any],
    language: Language = "fr",
) -> None:
    """Write every file of alternatives into an empty folder (docs/files.md, "Alternatives").

    The map is that of the first run.
    """
    runs.write_alternatives(folder, examined, summary, provenance)
    write_alternatives_picture(Sheet(folder, provenance, Wording(language)), examined[0])
