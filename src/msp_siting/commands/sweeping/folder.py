"""The folder of a sweep: what was asked, the points finished so far, and at the end the results."""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from msp_siting import __version__
from msp_siting.commands.sweeping.question import SweepQuestion
from msp_siting.errors import DataError, OutputError, ScenarioError, SolverError, problem
from msp_siting.files import (
    RUN_MARKER,
    SEAL,
    check_own,
    check_target,
    is_file,
    is_there,
    put_in_place,
    read_json,
    real_path,
    replace_folder,
    sha256_by_name,
)
from msp_siting.problem import Status
from msp_siting.runs import Written, read_written, write_json

ASKED = "sweep.json"
PointFiles = Mapping[str, bytes]  # by name, what a point's folder holds
ByProfession = dict[str, float] | None


class PointSummary(Written):
    """What a sweep needs of the ``summary.json`` of a point; None where one has no value."""

    model_config = ConfigDict(extra="allow")

    status: Status
    objective_before: float | None
    objective: float | None
    bound: float | None
    gap: float | None
    improvement_gap: float | None
    budget_eur: float
    cost_eur: float | None
    running_eur_per_year: float | None
    sites_opened: int | None
    staff: dict[str, int] | None
    uncovered_after: ByProfession
    uncovered_need_before: ByProfession
    uncovered_need_after: ByProfession
    uncovered_need_range_after: dict[str, Annotated[list[float], Field(min_length=2, max_length=2)]] | None
    shortage_after: ByProfession
    inhabitants_below_apl_floor_after: float | None
    beyond_20_minutes_after: float | None
    input_sha256: str
    caveats: list[str]


@dataclass(frozen=True)
class Place:
    """Where a sweep stands at the end, and where it is written until then.

    The two differ only where an earlier finished run is to be replaced: that stays whole until then.
    """

    folder: Path
    work: Path

    def point(self, key: str) -> Path:
        """Return the folder of a point."""
        return self.work / "points" / key

    def home(self, key: str) -> Path:
        """Return where a point's folder is to stand at the end."""
        return self.folder / "points" / key

    def holds(self, key: str, fingerprint: str) -> bool:
        """Return whether a point is finished."""
        try:
            return bool(self.summary(key)["input_sha256"] == fingerprint)
        except DataError:  # it is not there, or damaged: it is solved again
            return False

    def summary(self, key: str) -> dict[str, Any]:
        """Return the ``summary.json`` of a point.

        Raises
        ------
        DataError
            With every problem of the file.
        """
        path = self.point(key) / "summary.json"
        return read_written(path, PointSummary).model_dump()

    def keep(self, key: str, files: PointFiles, fingerprint: str) -> None:
        """Put a finished point on disk, whole.

        Raises
        ------
        SolverError
            If it answers another question: its worker has other files of the territory, or another package.
        """
        if json.loads(files["summary.json"])["input_sha256"] != fingerprint:
            other = problem(
                "point {point} was solved with other inputs than those here; every worker needs the same territory "
                "files and the same version of the package",
                point=key,
            )
            raise SolverError(other.at(self.work))

        def write(fresh: Path) -> None:
            for name, content in files.items():
                (fresh / name).write_bytes(content)

        replace_folder(self.point(key), write)

    def finish(self, write: Callable[[Path], None], provenance: Mapping[str, Any]) -> None:
        """Write the results, the marker of a finished run last, and put the whole in its place."""
        fresh = self.work / f".results-{os.getpid()}"
        fresh.mkdir()
        write(fresh)
        for path in fresh.iterdir():
            path.replace(self.work / path.name)
        fresh.rmdir()
        sealed = {**provenance, SEAL: sha256_by_name(self.work)}
        write_json(sealed, self.work / f".{RUN_MARKER}")
        (self.work / f".{RUN_MARKER}").replace(self.work / RUN_MARKER)
        if self.work != self.folder:
            check_own(self.folder)
            put_in_place(self.work, self.folder)
            shutil.rmtree(self.work, ignore_errors=True)


def open_place(folder: Path, question: SweepQuestion, *, resume: bool) -> Place:
    """Return where a sweep is written, its question noted there.

    Raises
    ------
    ScenarioError
        If the folder holds something else, an unfinished sweep that is not to be resumed, or one of another question.
    """
    folder = real_path(folder)
    asked = _asked(question)
    beside = folder.with_name(f"{folder.name}.unfinished")
    if is_file(folder / RUN_MARKER) or (is_there(beside) and not is_there(folder)):
        same = resume and not is_there(beside) and _read(folder / ASKED) == asked
        work = folder if same else beside
    else:
        work = folder
    there = _read(work / ASKED)
    if there is None:
        check_target(work)
        if work.is_dir() and any(work.iterdir()):  # a finished run of another kind beside
            raise ScenarioError(problem("is in the way; move it, or give another folder with --out").at(work))

        def note(fresh: Path) -> None:
            write_json(asked, fresh / ASKED)

        try:
            replace_folder(work, note)
        except OutputError as fault:
            raise ScenarioError(
                problem("{problem}; give another folder with --out", problem=each) for each in fault.problems
            ) from fault
    elif not resume:
        raise ScenarioError(
            problem("holds an unfinished sweep; go on with --resume, remove it, or give another folder with --out").at(
                work
            )
        )
    elif there != asked:
        changed = ", ".join(sorted(key for key in asked if there.get(key) != asked[key]))
        other = problem(
            "holds a sweep that asked something else ({changed}); it cannot be resumed with this question",
            changed=changed,
        )
        raise ScenarioError(other.at(work))
    _tidy(work)
    return Place(folder, work)


def _tidy(work: Path) -> None:
    """Take away what a killed sweep left: a point that was being written; one that was being replaced comes back."""
    for rest in (work / "points").glob(".*"):
        earlier = rest.with_name(rest.name[1:].partition(".old-")[0])
        if ".old-" in rest.name and not earlier.exists():
            rest.rename(earlier)
        else:
            shutil.rmtree(rest)
    for rest in work.glob(".results-*"):
        shutil.rmtree(rest)


def _asked(question: SweepQuestion) -> dict[str, Any]:
    return {
        "scenario": question.name,
        "parameter": question.parameter,
        "points": dict(question.fingerprints),
        "version": __version__,
    }


def _read(path: Path) -> dict[str, Any] | None:
    return read_json(path, ScenarioError) if is_there(path) else None
