"""What of the folder of a sweep is for people, but for its page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msp_siting.language import Language
from msp_siting.report.pages.sweep import sweep_question
from msp_siting.report.wording import Wording
from msp_siting.report.workbooks.run_book import Cover, day_of
from msp_siting.report.workbooks.writing import About, write_tables
from msp_siting.runs import Curve
from msp_siting.scenario import Scenario
from msp_siting.territory import read_manifest


def write_sweep_tables(
    folder: Path, scenario: Scenario, curve: Curve, provenance: Mapping[str, Any], language: Language
) -> None:
    """Write the workbook of a sweep beside its tables (docs/files.md, "A sweep").

    Parameters
    ----------
    scenario
        Of the lowest value.
    """
    wording, manifest = Wording(language), read_manifest(scenario.folder)
    about = About(language, [scenario.model], None)
    question = sweep_question(scenario, curve, wording)
    cover = Cover(question, wording.of(manifest.title), day_of(provenance), manifest.files)
    write_tables(folder, "sweep", about, cover, provenance)
