"""The folder of compared runs: summary, tables, page and provenance."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msp_siting.comparison import Comparison
from msp_siting.messages import Language
from msp_siting.report.comparison_page import render_comparison
from msp_siting.report.run_folder import write_csv, write_json
from msp_siting.territory import Territory
from msp_siting.whole_folders import MARKER


def write_comparison(  # noqa: PLR0913, PLR0917 - what a page and a folder need to know
    folder: Path,
    comparison: Comparison,
    summary: Mapping[str, Any],
    provenance: Mapping[str, Any],
    territory: Territory | str,
    language: Language,
) -> None:
    """Write every file of a comparison into an empty folder.

    ``compare.csv`` is written to the last digit, so that its values read back as the runs' own; ``sites.csv`` and
    ``zones.csv`` are in long form (`Comparison`).
    """
    write_json(summary, folder / "summary.json")
    write_json(provenance, folder / MARKER)
    comparison.measures.to_csv(folder / "compare.csv", index=False)
    write_csv(comparison.sites, folder / "sites.csv")
    write_csv(comparison.zones, folder / "zones.csv")
    page = render_comparison(comparison, summary, territory, language)
    (folder / "report.html").write_text(page, encoding="utf-8")
