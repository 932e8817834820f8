"""The files of a run."""

import json
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.answer import Answer
from msp_siting.messages import Language
from msp_siting.report import layers, tables
from msp_siting.report.page import render_page
from msp_siting.units import BYTES_PER_MEGABYTE
from msp_siting.whole_folders import MARKER
from msp_siting.yaml_files import write_yaml

DIGITS = {
    "inhabitants": 6,
    "minutes": 4,
    "need": 6,
    "uncovered": 6,
    "apl": 6,
    "nearest": 4,
    "served": 6,
    "share": 4,
    "price": 9,
    "_fte": 4,
}


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
    rounded(frame).to_csv(path, index=False)


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its numbers as they are written."""
    return frame.round({name: digits_of(name) for name in frame.select_dtypes("float").columns})


def digits_of(name: str) -> int:
    """Return how many decimals the numbers of a column are written with."""
    if name in {"lon", "lat"}:
        return 6
    return next((digits for key, digits in DIGITS.items() if key in name), 2)


def peak_memory_mb() -> float:
    """Return the largest resident memory of this process so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    in_bytes = peak if sys.platform == "darwin" else peak * 1024
    return in_bytes / BYTES_PER_MEGABYTE
