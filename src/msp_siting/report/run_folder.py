"""The folder of a run: written beside its place and moved there whole."""

import json
import os
import resource
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.answer import Answer
from msp_siting.errors import ScenarioError, SolverError
from msp_siting.messages import Language
from msp_siting.report import layers, tables
from msp_siting.report.page import render_page
from msp_siting.text_files import is_file, is_folder, is_there, real_path
from msp_siting.units import BYTES_PER_MEGABYTE
from msp_siting.yaml_files import write_yaml

MARKER = "run.json"
DIGITS = {
    "inhabitants": 4,
    "minutes": 4,
    "need": 4,
    "uncovered": 4,
    "apl": 6,
    "nearest": 4,
    "served": 4,
    "share": 4,
    "price": 9,
    "_fte": 4,
}


def check_target(folder: Path, marker: str = MARKER, what: str = "an earlier run") -> None:
    """Refuse a target that holds something else than what it would replace.

    Raises
    ------
    ScenarioError
        If the folder is a file, cannot be written, or is not empty and holds no file called ``marker``.
    """
    place = real_path(folder)
    if is_there(place) and not (is_folder(place) or is_file(place)):
        raise ScenarioError(f"{folder}: is neither a folder nor free; give another with --out")
    ancestor = next(parent for parent in place.parents if is_there(parent))
    if not (ancestor.is_dir() and os.access(ancestor, os.W_OK)):
        raise ScenarioError(f"{folder}: cannot be written ({ancestor} takes no new folder); give another with --out")
    if folder.exists() and not folder.is_dir():
        raise ScenarioError(f"{folder}: is a file; give another folder with --out")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / marker).is_file():
        raise ScenarioError(f"{folder}: holds something else than {what}; give another folder with --out")


def replace_folder(folder: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` fill a new folder, then put it in the place of an earlier run.

    Until everything is written the earlier run stays as it is.
    """
    folder = real_path(folder)
    fresh = folder.with_name(f".{folder.name}.new-{os.getpid()}")
    old = folder.with_name(f".{folder.name}.old-{os.getpid()}")
    try:
        fresh.mkdir(parents=True)
        write(fresh)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    except OSError as problem:
        _put_back(old, folder)
        raise SolverError(f"{folder}: the run could not be written: {problem}") from problem
    except BaseException:
        _put_back(old, folder)
        raise
    finally:
        for rest in (fresh, old):
            with suppress(FileNotFoundError):
                shutil.rmtree(rest)


def _put_back(old: Path, folder: Path) -> None:
    """Restore the earlier run where the new one did not take its place."""
    if old.exists() and not folder.exists():
        old.rename(folder)


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
    write_json(provenance, folder / MARKER)
    resolved = answer.scenario.resolved(answer.territory.sha256, home or folder)
    write_yaml(resolved, folder / "scenario.resolved.yaml")
    (folder / "report.html").write_text(render_page(answer, summary, language), encoding="utf-8")
    if answer.coverage is None:
        return
    coverage = answer.coverage
    write_csv(tables.price_table(answer), folder / "prices.csv")
    write_csv(tables.site_table(answer), folder / "sites.csv")
    write_csv(tables.staff_table(answer), folder / "staff.csv")
    write_csv(coverage.allocation, folder / "allocation.csv")
    write_csv(coverage.points, folder / "coverage.csv")
    write_csv(coverage.zones, folder / "zones.csv")
    layers.write_layers(answer, folder)


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Write keys and values as JSON; NaN is refused."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, numbers rounded far below what they mean."""
    digits = {
        name: next((places for key, places in DIGITS.items() if key in name), 2)
        for name in frame.select_dtypes("float").columns
    }
    digits |= dict.fromkeys(("lon", "lat"), 6)
    frame.round({name: places for name, places in digits.items() if name in frame.columns}).to_csv(path, index=False)


def peak_memory_mb() -> float:
    """Return the largest resident memory of this process so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    in_bytes = peak if sys.platform == "darwin" else peak * 1024
    return in_bytes / BYTES_PER_MEGABYTE
