"""The files of a run of a model without professions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msp_siting.answer import SitingAnswer
from msp_siting.files import write_yaml
from msp_siting.language import Language
from msp_siting.report.folders.pictures import Sheet
from msp_siting.report.maps.siting import siting_picture, write_siting_layers
from msp_siting.report.pages.siting import render_siting_page
from msp_siting.report.titles import siting_title
from msp_siting.report.wording import Wording
from msp_siting.runs import RunFile, files_beside, run_day, siting_table, write_csv, write_json


def write_siting(
    folder: Path,
    found: SitingAnswer,
    summary: Mapping[str, Any],
    provenance: Mapping[str, Any],
    language: Language,
) -> None:
    """Write every file of a run into a folder that holds its log (docs/files.md, "A run of a siting model").

    Parameters
    ----------
    summary
        The content of ``summary.json``.
    provenance
        The content of ``run.json``.
    """
    write_json(summary, folder / RunFile.SUMMARY)
    write_json(provenance, folder / RunFile.PROVENANCE)
    write_yaml(found.scenario.resolved(found.territory.sha256, folder), folder / RunFile.RESOLVED)
    if found.has_plan:
        wording = Wording(language)
        write_csv(siting_table(found), folder / RunFile.SITES)
        write_csv(found.allocation, folder / RunFile.ALLOCATION)
        write_csv(found.points, folder / RunFile.COVERAGE)
        write_csv(found.zones, folder / RunFile.ZONES)
        write_siting_layers(found, folder)
        title = siting_title(found.scenario, wording)
        Sheet(folder, provenance, wording).write(found.territory, title, (), lambda _: siting_picture(found, wording))
    # the last, since it leads to the others
    page = render_siting_page(found, summary, run_day(provenance), language, files_beside(folder, "siting"))
    (folder / RunFile.PAGE).write_text(page, encoding="utf-8", newline="\n")
