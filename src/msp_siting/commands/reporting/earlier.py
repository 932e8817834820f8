"""A finished run whose pages are to be written again: what it says of itself, and which of its files stay."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msp_siting.errors import DataError, ScenarioError, Sentence, problem
from msp_siting.files import SEAL, broken_seals, is_file, read_json, real_path
from msp_siting.language import LANGUAGES, Fact, Language, tell
from msp_siting.runs import (
    Kind,
    RunFile,
    compare_files,
    compare_summary,
    read_kind,
    read_provenance,
    read_seal,
)

FIGURES = (".csv", ".yaml", ".json", ".log")  # how names of files end that are not for people, or their own work
IN_WORDS = (RunFile.SUMMARY, RunFile.GATES, RunFile.REQUESTS)  # but for these, which say something in the language
MEASURED = ("total_s", "peak_memory_mb", "versions")  # at the time, on that machine


@dataclass(frozen=True)
class Earlier:
    """A finished run.

    Attributes
    ----------
    sealed
        The sha256 of its files but ``run.json``, by their paths.
    summary, provenance
        What ``summary.json`` and ``run.json`` hold.
    language
        Of its pages.
    """

    folder: Path
    kind: Kind
    sealed: Mapping[str, str]
    summary: Mapping[str, Any]
    provenance: Mapping[str, Any]
    language: Language

    def inputs(self, language: Language) -> dict[str, Any]:
        """Return what ``run.json`` holds of pages in a language, but for the fingerprints of the files."""
        return {key: value for key, value in self.provenance.items() if key != SEAL} | {"language": language}

    def told(self, language: Language) -> dict[str, Any]:
        """Return the summary with its caveats told in a language, its keys in their order."""
        return {**self.summary, "caveats": [tell(Fact(**fact), language) for fact in self.summary["caveat_facts"]]}

    def check_summary(self, recomputed: Mapping[str, Any], leave_out: tuple[str, ...] = ()) -> None:
        """Refuse a summary whose figures are not those recomputed.

        Raises
        ------
        DataError
            With every key that differs.
        """
        own = {key: value for key, value in self.summary.items() if key in recomputed or key not in MEASURED}
        path = self.folder / RunFile.SUMMARY
        problems = compare_summary(path, own, recomputed, [*MEASURED, "caveats", *leave_out])
        if problems:
            raise DataError(problems)

    def keep_records(self, fresh: Path) -> None:
        """Put what a page leads to, and its writer does not write, into a new folder before it."""
        for name in (RunFile.LOG, RunFile.RULES):
            if name in self.sealed:
                shutil.copyfile(self.folder / name, fresh / name)

    def keep_figures(self, fresh: Path) -> None:
        """Put the files that are not for people into a new folder, byte for byte; first compared with those there.

        Raises
        ------
        DataError
            Naming what differs from what was reckoned again.
        """
        kept = [name for name in self.sealed if "/" not in name and name.endswith(FIGURES) and name not in IN_WORDS]
        tables = [name for name in kept if name.endswith(".csv") and (fresh / name).is_file()]
        problems: list[Sentence] = [each for name in tables for each in compare_files(self.folder / name, fresh / name)]
        if problems:
            raise DataError(problems)
        for name in [*kept, *(name for name in self.sealed if name.startswith(f"{RunFile.TERRITORY}/"))]:
            (fresh / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(self.folder / name, fresh / name)


def read_earlier(folder: Path) -> Earlier:
    """Return the run of a folder, if its files are as they were written.

    Raises
    ------
    ScenarioError
        If it holds no finished run, or is a point of a sweep.
    DataError
        With every file that is not as it was written, or cannot be read.
    """
    sealed = read_seal(folder)
    if sealed is None:
        unsealed = problem("was written without fingerprints, by an earlier version; run its command again")
        raise ScenarioError(unsealed.at(folder))
    broken = list(broken_seals(folder, sealed))
    if broken:
        raise DataError(broken)
    place = real_path(folder)
    sweep = place.parent.parent
    if place.parent.name == RunFile.POINTS and is_file(sweep / RunFile.ASKED):
        raise ScenarioError(problem("is a point of a sweep; give the sweep's folder, {sweep}", sweep=sweep).at(folder))
    return read_point(folder)


def read_point(folder: Path) -> Earlier:
    """Return the run of a folder, or of a point of a sweep, whose files are known to be as they were written."""
    kind, provenance = read_kind(folder), read_provenance(folder)
    language, summary = provenance.get("language"), read_json(folder / RunFile.SUMMARY, DataError)
    if language not in LANGUAGES or "caveat_facts" not in summary:
        earlier = problem(
            "an earlier version wrote it, which did not keep all that its pages say; run its command again"
        )
        raise ScenarioError(earlier.at(folder))
    return Earlier(folder, kind, read_seal(folder) or {}, summary, provenance, language)
