"""The files of a run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msp_siting.answer import Answer
from msp_siting.files import RUN_MARKER, write_yaml
from msp_siting.language import Language
from msp_siting.report.maps import write_layers
from msp_siting.report.pages.run import render_page
from msp_siting.runs import price_table, site_table, staff_table, write_csv, write_json


def write_run(  # noqa: PLR0913, PLR0917 - what a run consists of
    folder: Path,
    answer: Answer,
    summary: Mapping[str, Any],
    provenance: Mapping[str, Any],
    language: Language,
    home: Path | None = None,
) -> None:
    """Write every file of a run into a folder (DESIGN section 7); without a plan, only those that explain.

    Parameters
    ----------
    folder
        An empty folder.
    summary
        The content of ``summary.json``.
    provenance
        The content of ``run.json``.
    home
        Where the folder is to stand, for paths that lead from it; by default where it is.
    """
    write_json(summary, folder / "summary.json")
    write_json(provenance, folder / RUN_MARKER)
    resolved = answer.scenario.resolved(answer.territory.sha256, home or folder)
    write_yaml(resolved, folder / "scenario.resolved.yaml")
    (folder / "report.html").write_text(render_page(answer, summary, language), encoding="utf-8")
    if answer.coverage is None:
        return
    coverage = answer.coverage
    write_csv(price_table(answer), folder / "prices.csv")
    write_csv(site_table(answer), folder / "sites.csv")
    write_csv(staff_table(answer), folder / "staff.csv")
    write_csv(coverage.allocation, folder / "allocation.csv")
    write_csv(coverage.points, folder / "coverage.csv")
    write_csv(coverage.zones, folder / "zones.csv")
    write_layers(answer, folder)
