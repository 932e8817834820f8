"""The files of a run."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from msp_siting.answer import Answer, Coverage
from msp_siting.files import write_yaml
from msp_siting.language import Language
from msp_siting.report.documents.note import write_note
from msp_siting.report.folders.pictures import Sheet, write_plan_picture
from msp_siting.report.maps import write_layers
from msp_siting.report.marks import gate_table
from msp_siting.report.pages.run import render_page
from msp_siting.report.titles import question_title
from msp_siting.report.wording import Wording
from msp_siting.report.workbooks.writing import About, write_tables
from msp_siting.requests import read_gates
from msp_siting.runs import (
    RunFile,
    candidate_table,
    files_beside,
    near_host_table,
    price_table,
    site_table,
    staff_table,
    write_csv,
    write_json,
)


def write_run(  # noqa: PLR0913, PLR0917 - what a run consists of
    folder: Path,
    answer: Answer,
    summary: Mapping[str, Any],
    provenance: Mapping[str, Any],
    language: Language,
    home: Path | None = None,
) -> None:
    """Write every file of a run into a folder (docs/files.md, "A run of solve"); without one, only what explains.

    Parameters
    ----------
    folder
        It holds no more than what the run was judged by (``gates.resolved.yaml``, with a plan) and its log.
    summary
        The content of ``summary.json``.
    provenance
        The content of ``run.json``.
    home
        Where the folder of a sweep's point is to stand, for paths that lead from it; by default where it is. A point
        gets no picture, no workbook and no note: the sweep has its own.
    """
    write_json(summary, folder / RunFile.SUMMARY)
    write_json(provenance, folder / RunFile.PROVENANCE)
    resolved = answer.scenario.resolved(answer.territory.sha256, home or folder)
    write_yaml(resolved, folder / RunFile.RESOLVED)
    write_csv(candidate_table(answer), folder / RunFile.CANDIDATES)
    if answer.coverage is not None:
        wording = Wording(language)
        _write_plan(folder, answer, answer.coverage, summary, wording)
        if home is None:
            write_plan_picture(Sheet(folder, provenance, wording), answer, answer.coverage)
            about = About(language, [answer.scenario.model], answer.territory, read_gates(folder / RunFile.RULES))
            cover = about.cover(question_title(answer.scenario, wording), provenance)
            write_tables(folder, "solve", about, cover, provenance)
            write_note(folder, answer, summary, cover, wording)
    # the last, since it leads to the others
    page = render_page(answer, summary, language, files_beside(folder, "solve"))
    (folder / RunFile.PAGE).write_text(page, encoding="utf-8", newline="\n")


def _write_plan(folder: Path, answer: Answer, coverage: Coverage, summary: Mapping[str, Any], wording: Wording) -> None:
    """Write what only a plan has."""
    write_csv(price_table(answer), folder / RunFile.PRICES)
    write_csv(site_table(answer), folder / RunFile.SITES)
    write_csv(near_host_table(answer), folder / RunFile.HOSTS)
    write_csv(gate_table(summary), folder / RunFile.GATES)
    write_csv(staff_table(answer), folder / RunFile.STAFF)
    write_csv(coverage.allocation, folder / RunFile.ALLOCATION)
    write_csv(coverage.points, folder / RunFile.COVERAGE)
    write_csv(coverage.zones, folder / RunFile.ZONES)
    write_csv(coverage.blocks, folder / RunFile.BLOCKS)
    write_csv(answer.groups, folder / RunFile.GROUPS)
    write_layers(answer, folder, date.fromisoformat(summary["gates_on"]), wording)
