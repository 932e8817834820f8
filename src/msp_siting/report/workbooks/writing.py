"""What of a run's folder is for spreadsheets: its workbook and, where asked for, its tables as French CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from msp_siting.language import Language
from msp_siting.report.wording import Wording
from msp_siting.report.workbooks.french_tables import write_french_tables
from msp_siting.report.workbooks.lexicon import Lexicon, lexicon_of
from msp_siting.report.workbooks.run_book import Cover, day_of, write_run_book
from msp_siting.requests import Gates
from msp_siting.runs import EXCEL_FR, Kind, RunFile
from msp_siting.scenario import Assumptions
from msp_siting.territory import ManifestFile, Territory


@dataclass(frozen=True)
class About:
    """What a run is about, as far as its tables have to be told of it.

    Attributes
    ----------
    territory
        None where it cannot be read any more.
    language
        Of its files.
    gates
        Those that judged, where any did.
    shares
        Those that words of its tables tell (0-1), by what the words call them.
    """

    language: Language
    models: Sequence[Assumptions]
    territory: Territory | None
    gates: Gates | None = None
    shares: Mapping[str, float] = field(default_factory=dict)

    def lexicon(self, language: Language | None = None) -> Lexicon:
        """Return what words of its tables mean in a language, by default its own."""
        found = lexicon_of(language or self.language, self.models, self.territory, self.gates)
        return replace(found, shares=self.shares)

    def cover(self, question: str, provenance: Mapping[str, Any]) -> Cover:
        """Return what notes say of a run, whose ``run.json`` tells of a territory that cannot be read any more."""
        day, known = day_of(provenance), self.territory
        if known is None:
            record = provenance["territory"]
            return Cover(question, record["name"], day, [ManifestFile(**entry) for entry in record["files"]])
        return Cover(question, Wording(self.language).of(known.manifest.title), day, known.manifest.files)


def write_tables(folder: Path, kind: Kind, about: About, cover: Cover, provenance: Mapping[str, Any]) -> None:
    """Write ``plan.xlsx``, and ``excel/`` where ``run.json`` says that it was asked for, from a folder's own files.

    A run of ``solve`` without a plan gets neither.
    """
    if kind == "solve" and not (folder / RunFile.SITES).is_file():
        return
    write_run_book(folder, kind, cover, about.lexicon())
    if provenance.get("csv") == EXCEL_FR:
        write_french_tables(folder, kind, about.lexicon("fr"))
