"""What commands over several runs share: their folders held against one another, and what is recorded of them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msp_siting.errors import ScenarioError, Sentence, problem
from msp_siting.files import real_path
from msp_siting.runs import FEWEST_RUNS, MOST_RUNS, EarlierRun


def check_folders(
    folders: Sequence[Path], out: Path | None, command: str, fewest: int, would_replace: Callable[[Path], Sentence]
) -> None:
    """Refuse too few or too many folders of runs, one given twice, and a target that would replace one.

    Parameters
    ----------
    out
        Where something is to be written; None where nothing is yet.
    would_replace
        What is said of a target that would replace a folder or lie inside it.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    if not fewest <= len(folders) <= MOST_RUNS:
        count = problem(
            "give {fewest} to {most} folders of runs, got {count}", fewest=fewest, most=MOST_RUNS, count=len(folders)
        )
        raise ScenarioError(count.at(command))
    problems = []
    places, target = [real_path(folder) for folder in folders], None if out is None else real_path(out)
    for number, (folder, place) in enumerate(zip(folders, places, strict=True)):
        if place in places[:number]:
            problems.append(problem("is given twice; keep one").at(folder))
        if target is not None and (target == place or target in place.parents or place in target.parents):
            problems.append(would_replace(folder).at(out))
    if problems:
        raise ScenarioError(problems)


def check_compared(folders: Sequence[Path], out: Path | None) -> None:
    """Refuse folders that cannot be compared as they are given (`check_folders`)."""
    check_folders(
        folders,
        out,
        "compare",
        FEWEST_RUNS,
        lambda folder: problem(
            "would replace or lie inside {folder}, which is compared; give another with --out", folder=folder
        ),
    )


def record_runs(labels: Sequence[str], runs: Sequence[EarlierRun]) -> dict[str, Any]:
    """Return what ``run.json`` holds of the runs that were read, and of the first one's territory."""
    return {
        "runs": [
            {
                "run": label,
                "folder": run.folder.as_posix(),
                "input_sha256": run.summary.input_sha256,
                "territory_sha256": run.provenance.territory.sha256,
                "finished": run.provenance.finished,
            }
            for label, run in zip(labels, runs, strict=True)
        ],
        "territory": runs[0].provenance.territory.model_dump(),
    }
