"""Folders of runs verified from their files: their seals, each run reckoned again, a sweep's curve by its points."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from msp_siting.answer import Answer
from msp_siting.errors import DataError, ScenarioError, Sentence, problem
from msp_siting.files import SEAL, broken_seals, is_file, read_json
from msp_siting.runs.files import RunFile
from msp_siting.runs.kinds import read_kind
from msp_siting.runs.recomputation import recompute_runs
from msp_siting.runs.siting import recompute_siting
from msp_siting.runs.verified import Verified
from msp_siting.runs.writing import read_written_cells
from msp_siting.runs.written_cells import is_same_cell

OF_POINTS = (
    *("budget_eur", "objective", "cost_eur", "aid_eur", "aci_eur_per_year", "sites_opened", "status"),
    *("inhabitants_below_apl_floor_after", "beyond_20_minutes_after"),
)
BY_PROFESSION = {  # columns, and keys
    "uncovered": "uncovered_after",
    "staff": "staff",
    "shortage": "shortage_after",
    "uncovered_drawn": "uncovered_after_drawn",
    "uncovered_additional": "uncovered_after_additional",
}


Keep = Callable[[Path, Answer], None]


def verify_folder(folder: Path, territory: Path | None = None, keep: Keep | None = None) -> Verified:
    """Return what differs between a folder's files and what follows from its question, territory and decisions.

    A run of ``solve`` is reckoned again whole, but for `NOT_RECOMPUTED`; so is every point of a sweep. Of other kinds
    it is only seen whether their files are as they were written.

    Parameters
    ----------
    territory
        Where the territory is now, if not where the run says.
    keep
        Called with the folder of each run in which nothing differs, and its answer as reckoned again.

    Raises
    ------
    ScenarioError, DataError
        If the folder holds no run, if a file cannot be read, or if the territory is gone or has changed.
    SolverError
        If who is served before any decision cannot be solved again.
    """
    sealed = read_seal(folder)
    kind, broken = read_kind(folder), () if sealed is None else tuple(broken_seals(folder, sealed))
    if kind == "solve":
        found, answer = next(recompute_runs([folder], territory))
        if keep is not None and answer is not None and not found.problems:
            keep(folder, answer)
    elif kind == "sweep":
        found = _verify_sweep(folder, territory, keep)
    elif kind == "siting":
        found, _ = recompute_siting(folder, territory)
    else:
        found = Verified(folder)
    return replace(found, problems=(*broken, *found.problems), is_sealed=sealed is not None)


def read_seal(folder: Path) -> dict[str, str] | None:
    """Return the sha256 of every other file of a run when it was written, by its path there; None where it has no seal.

    Raises
    ------
    ScenarioError
        If the folder holds no finished run.
    """
    if is_file(folder):
        raise ScenarioError(problem("is a file; give the folder of a run").at(folder))
    if not is_file(folder / RunFile.PROVENANCE):
        unfinished = problem("holds no finished run (no {file}); give the folder of a run", file=RunFile.PROVENANCE)
        raise ScenarioError(unfinished.at(folder))
    sealed = read_json(folder / RunFile.PROVENANCE, DataError).get(SEAL)
    return sealed if isinstance(sealed, dict) else None


def _verify_sweep(folder: Path, territory: Path | None, keep: Keep | None) -> Verified:
    """Verify every point, and that each row of the curve has the figures of its own."""
    path, asked = folder / RunFile.CURVE, read_json(folder / RunFile.ASKED, DataError)
    curve = read_written_cells(path)
    parameter, fingerprints = asked.get("parameter"), asked.get("points")
    if not isinstance(parameter, str) or not isinstance(fingerprints, dict):
        raise DataError(problem("does not say what was swept").at(folder / RunFile.ASKED))
    missing = [name for name in (parameter, *OF_POINTS) if name not in curve.columns]
    if missing:
        raise DataError(problem("column {name} is missing", name=name).at(path) for name in missing)
    problems: list[Sentence] = []
    figures = 0
    if len(fingerprints) != len(curve):
        lengths = {"rows": len(curve), "points": len(fingerprints)}
        problems.append(problem("has {rows} rows, but there are {points} points", **lengths).at(path))
    rows = list(zip(fingerprints, curve.to_dict("records"), strict=False))
    points = {key: folder / RunFile.POINTS / key for key, _ in rows}
    there = [point for point in points.values() if is_file(point / RunFile.PROVENANCE)]
    recomputed = recompute_runs(there, territory)
    for row, (key, cells) in enumerate(rows, start=2):
        point = points[key]
        if point not in there:
            problems.append(problem("this point of the sweep is missing").at(point))
            continue
        (found, answer), summary = next(recomputed), read_json(point / RunFile.SUMMARY, DataError)
        if summary.get("input_sha256") != fingerprints[key]:
            problems.append(
                problem("answers another question than {asked} says", asked=folder / RunFile.ASKED).at(point)
            )
        expected = {parameter: key, **_figures_of(summary, cells)}
        problems += found.problems
        if keep is not None and answer is not None and not found.problems:
            keep(point, answer)
        problems += [
            problem(
                "row {row}: {name}: the point has {value!r}, {written!r} written",
                row=row,
                name=name,
                value=value,
                written=cells[name],
            ).at(path)
            for name, value in expected.items()
            if not is_same_cell(cells[name], value)
        ]
        figures += found.figures + len(expected)
    return Verified(folder, figures, tuple(problems), points=len(fingerprints))


def _figures_of(summary: Mapping[str, Any], columns: Collection[str]) -> dict[str, str]:
    """Return what the curve has of a point's summary, by its columns there."""
    values = {name: summary.get(name) for name in OF_POINTS}
    for column, key in BY_PROFESSION.items():
        by_profession = summary.get(key) or {}
        values |= {f"{column}_{name}": value for name, value in by_profession.items() if f"{column}_{name}" in columns}
    return {name: _cell_of(value) for name, value in values.items()}


def _cell_of(value: object) -> str:
    return "" if value is None else str(value)
