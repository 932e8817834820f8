"""The folder of compared runs: summary, tables, page and provenance."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msp_siting.files import RUN_MARKER
from msp_siting.language import Language
from msp_siting.report.pages.comparison import render_comparison
from msp_siting.runs import Comparison, write_csv, write_json
from msp_siting.territory import Territory


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
    write_json(provenance, folder / RUN_MARKER)
    comparison.measures.to_csv(folder / "compare.csv", index=False)
    write_csv(comparison.sites, folder / "sites.csv")
    write_csv(comparison.zones, folder / "zones.csv")
    page = render_comparison(comparison, summary, territory, language)
    (folder / "report.html").write_text(page, encoding="utf-8")
