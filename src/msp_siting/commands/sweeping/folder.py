"""The folder of a sweep: what was asked, the points finished so far, and at the end the results."""

import json
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
    check_name,
    check_own,
    check_target,
    clear_remains,
    is_file,
    is_there,
    move_folder,
    output_errors,
    read_json,
    real_path,
    replace_files,
    replace_folder,
    sha256_by_name,
)
from msp_siting.problem import Status
from msp_siting.runs import FILES_OF, RunFile, Written, WrittenFact, read_written, write_json

MOST_NAMES = 5
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
    aid_eur: float | None
    aci_eur_per_year: float | None
    sites_opened: int | None
    staff: dict[str, int] | None
    uncovered_after: ByProfession
    uncovered_after_drawn: ByProfession = None
    uncovered_after_additional: ByProfession = None
    uncovered_need_before: ByProfession
    uncovered_need_after: ByProfession
    uncovered_need_range_after: dict[str, Annotated[list[float], Field(min_length=2, max_length=2)]] | None
    shortage_after: ByProfession
    inhabitants_below_apl_floor_after: float | None
    beyond_20_minutes_after: float | None
    input_sha256: str
    caveats: list[str]
    caveat_facts: list[WrittenFact] | None = None


@dataclass(frozen=True)
class Place:
    """Where a sweep stands at the end, and where it is written until then.

    The two differ only where an earlier finished run is to be replaced: that stays whole until then.
    """

    folder: Path
    work: Path

    def point(self, key: str) -> Path:
        """Return the folder of a point."""
        return self.work / RunFile.POINTS / key

    def home(self, key: str) -> Path:
        """Return where a point's folder is to stand at the end."""
        return self.folder / RunFile.POINTS / key

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
        path = self.point(key) / RunFile.SUMMARY
        return read_written(path, PointSummary).model_dump(exclude_unset=True)

    def keep(self, key: str, files: PointFiles, fingerprint: str) -> None:
        """Put a finished point on disk, whole.

        Raises
        ------
        SolverError
            If it answers another question (its worker has other files of the territory), if another version of this
            package answered it, or if it has files that no run has: what a worker sends back is written nowhere else.
        """
        strange = sorted(set(files) - set(FILES_OF["solve"]))
        if strange:
            names = ", ".join(map(repr, strange[:MOST_NAMES]))
            sent = problem("point {point}: its worker sent {names}, which no run has", point=key, names=names)
            raise SolverError(sent.at(self.work))
        summary = json.loads(files[RunFile.SUMMARY])
        theirs = summary.get("versions", {}).get("msp-siting", __version__)
        if theirs != __version__:
            other = problem(
                "point {point} was solved by version {version} of this package, expected {expected}; install the same "
                "version for every worker",
                point=key,
                version=theirs,
                expected=__version__,
            )
            raise SolverError(other.at(self.work))
        if summary["input_sha256"] != fingerprint:
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
        """Write the results, the marker of a finished run last, and put the whole in its place.

        Raises
        ------
        OutputError
            If they cannot be written; the points and an earlier finished run are as they were.
        ScenarioError
            If somebody has put a file into that run meanwhile.
        """

        def write_results(fresh: Path) -> list[Path]:
            write(fresh)
            results, marker = sorted(fresh.iterdir()), fresh / RUN_MARKER
            sealed = sha256_by_name(self.work) | sha256_by_name(fresh)
            write_json({**provenance, SEAL: dict(sorted(sealed.items()))}, marker)
            return [*results, marker]

        with output_errors(self.folder):
            replace_files(self.work, write_results)
            if self.work != self.folder:
                check_own(self.folder)
                move_folder(self.work, self.folder)


def open_place(folder: Path, question: SweepQuestion, *, resume: bool) -> Place:
    """Return where a sweep is written, its question noted there.

    Raises
    ------
    ScenarioError
        If the folder holds something else, an unfinished sweep that is not to be resumed, or one of another question.
    """
    check_name(folder)
    folder = real_path(folder)
    asked = _asked(question)
    beside = folder.with_name(f"{folder.name}.unfinished")
    if is_file(folder / RUN_MARKER) or (is_there(beside) and not is_there(folder)):
        same = resume and not is_there(beside) and _read(folder / RunFile.ASKED) == asked
        work = folder if same else beside
    else:
        work = folder
    if is_there(folder) and work != folder:
        check_target(folder)  # which is replaced in the end
    there = _read(work / RunFile.ASKED)
    if there is None:
        check_target(work)
        if work.is_dir() and any(work.iterdir()):  # a finished run of another kind beside
            raise ScenarioError(problem("is in the way; move it, or give another folder with --out").at(work))

        def note(fresh: Path) -> None:
            write_json(asked, fresh / RunFile.ASKED)

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
    for key in question.keys:
        clear_remains(work / RunFile.POINTS / key)
    return Place(folder, work)


def _asked(question: SweepQuestion) -> dict[str, Any]:
    return {
        "scenario": question.name,
        "parameter": question.parameter,
        "points": dict(question.fingerprints),
        "version": __version__,
    }


def _read(path: Path) -> dict[str, Any] | None:
    return read_json(path, ScenarioError) if is_there(path) else None
