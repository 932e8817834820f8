"""The command report: the pages of a finished run written again, in either language, its figures as they were."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from msp_siting.commands.outcome import Run
from msp_siting.commands.reporting.earlier import Earlier, read_earlier
from msp_siting.commands.reporting.several import rewrite_alternatives, rewrite_comparison
from msp_siting.commands.reporting.single import (
    rewrite_diagnosis,
    rewrite_evaluation,
    rewrite_plan,
    rewrite_siting,
    rewrite_sweep,
)
from msp_siting.errors import ScenarioError, problem
from msp_siting.files import read_json, real_path, replace_folder
from msp_siting.language import Language, say
from msp_siting.report import find_browser, print_page
from msp_siting.runs import Kind, RunFile
from msp_siting.solver import Progress

Rewrite = Callable[[Earlier, Path, Language, Path | None], None]
REWRITES: Mapping[Kind, Rewrite] = {
    "solve": rewrite_plan,
    "siting": rewrite_siting,
    "sweep": rewrite_sweep,
    "diagnose": rewrite_diagnosis,
    "evaluate": rewrite_evaluation,
    "compare": rewrite_comparison,
    "alternatives": rewrite_alternatives,
}


@dataclass(frozen=True)
class ReportOrder:
    """How a finished run is to be written again.

    Attributes
    ----------
    language
        Of what is written; None: that of the run.
    territory
        Where the territory is now, if not where the run says.
    csv
        ``excel-fr``: its tables for French spreadsheets too; None: as the run has them.
    as_pdf
        Whether the page is printed too.
    """

    language: Language | None = None
    territory: Path | None = None
    csv: Literal["excel-fr"] | None = None
    as_pdf: bool = False


def report_and_write(folder: Path, order: ReportOrder, told: Language, report: Callable[[Progress], None]) -> Run:
    """Write again what people read of a finished run, from its files and its territory; the rest stays byte for byte.

    Parameters
    ----------
    told
        The language of what is said at the terminal.

    Raises
    ------
    ScenarioError, DataError
        If the folder holds no finished run, its files are not as they were written or do not agree with one another,
        or nothing prints; the folder is as it was.
    OutputError
        If the folder cannot be written; it is as it was.
    """
    earlier = read_earlier(folder)
    _check_nobody_stands_in(folder)
    if earlier.kind == "siting" and order.csv is not None:
        raise ScenarioError(problem("a siting model has no tables for spreadsheets").at("--csv"))
    browser = find_browser() if order.as_pdf else None
    language = order.language or earlier.language
    if order.csv is not None:
        earlier = replace(earlier, provenance={**earlier.provenance, "csv": order.csv})
    report(Progress("reading"))

    def write(fresh: Path) -> None:
        REWRITES[earlier.kind](earlier, fresh, language, order.territory)
        earlier.keep_figures(fresh)
        report(Progress("pages"))
        if browser is not None:
            print_page(browser, fresh / RunFile.PAGE, fresh / RunFile.PDF)

    replace_folder(folder, write)
    summary = read_json(folder / RunFile.SUMMARY, ScenarioError)
    sentences = [say(f"report_line_{language}", told, folder=folder)]
    if order.as_pdf:
        sentences.append(say("report_line_pdf", told, file=folder / RunFile.PDF))
    return Run(summary, tuple(sentences), 0)


def _check_nobody_stands_in(folder: Path) -> None:
    """Refuse a folder in which somebody stands, who would stand in none afterwards."""
    if real_path(Path()).is_relative_to(real_path(folder)):
        raise ScenarioError(problem("is the current folder, or one above it; go to another").at(folder))
