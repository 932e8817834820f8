"""What the verbs hand back that rests on folders of runs: a run read back, runs compared, a sweep."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.commands.results import Result, TablesOfPlan, ToldOfPlan, housed, shown
from msp_siting.commands.several_runs import check_compared
from msp_siting.errors import DataError, ScenarioError, problem
from msp_siting.files import is_there, read_json, read_utf8, seal, write_yaml
from msp_siting.report import Swept as SweptRun
from msp_siting.report import render_comparison, write_comparison, write_sweep
from msp_siting.runs import (
    WITHOUT_PLAN,
    Comparison,
    RunFile,
    of_another_kind,
    read_kind,
    read_run_table,
    rounded,
    run_day,
    sweep_table,
    write_json,
)
from msp_siting.territory import Territory, is_of_frames

OF_A_RUN = ("scenario", "status", "objective", "bound", "gap", "sites_opened")


@dataclass(frozen=True, repr=False)
class KeptRun(ToldOfPlan, TablesOfPlan):
    """A run of ``solve`` read back from its folder: its figures and tables as its files hold them.

    Attributes
    ----------
    folder
        Where it is.
    told
        What ``summary.json`` holds.
    """

    folder: Path
    told: dict[str, Any]

    @classmethod
    def of(cls, folder: Path) -> "KeptRun":
        """Return the run of a folder.

        Raises
        ------
        ScenarioError, DataError
            If it holds no finished run, or one of another kind.
        """
        if not is_there(folder / RunFile.PROVENANCE):
            missing = problem("holds no run (no {file}); give a folder that solve wrote", file=RunFile.PROVENANCE)
            raise ScenarioError(missing.at(folder))
        kind = read_kind(folder)
        if kind != "solve":
            raise ScenarioError(of_another_kind(kind).at(folder))
        return cls(folder, read_json(folder / RunFile.SUMMARY, DataError))

    def __repr__(self) -> str:
        """Return where it is and how it ended."""
        figures = ", ".join(f"{name} {self.told.get(name)}" for name in OF_A_RUN)
        return f"Run({self.folder.as_posix()!r}: {figures})"

    def page(self) -> str:
        """Return ``report.html`` as it stands in the folder."""
        return read_utf8(self.folder / RunFile.PAGE, DataError)

    def _table(self, name: RunFile) -> pd.DataFrame:
        if self.status in WITHOUT_PLAN:
            raise self.no_plan()
        return read_run_table(self.folder / name)


@dataclass(frozen=True, repr=False)
class Compared(Result):
    """Two to ten runs side by side, the first being the reference.

    Attributes
    ----------
    comparison
        The figures.
    territory
        Of the runs; or the key of why there is no map.
    unwritten
        Labels of plans that are in no folder.
    """

    comparison: Comparison
    territory: Territory | str
    unwritten: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return what is compared, and what is said of it, on at most ten lines."""
        return shown(f"Compared {', '.join(self.comparison.labels)}", self.sentences)

    @property
    def measures(self) -> pd.DataFrame:
        """``compare.csv``: one row per (measure, profession or none, run)."""
        return self.comparison.measures.copy()

    @property
    def sites(self) -> pd.DataFrame:
        """``sites.csv`` of compare: one row per (site, run that opens it)."""
        return rounded(self.comparison.sites)

    @property
    def zones(self) -> pd.DataFrame:
        """``zones.csv`` of compare: one row per (kind of zone, zone, profession, run)."""
        return rounded(self.comparison.zones)

    def page(self) -> str:
        """Return ``report.html``."""
        day = run_day(self.provenance)
        return render_comparison(self.comparison, self.told, self.territory, day, self.language)

    def write(self, folder: Path | str) -> Path:
        """Write the folder that ``msp-siting compare --out`` writes, and return it.

        Raises
        ------
        ScenarioError
            For plans that are in no folder, which nobody could look up, and for a folder that holds something else than
            a run; nothing is written then.
        OutputError
            If it cannot be written; an earlier run is as it was.
        """
        if self.unwritten:
            nowhere = problem("is in no folder; write it, and compare the folder")
            raise ScenarioError(nowhere.at(label) for label in self.unwritten)
        check_compared([run.folder for run in self.comparison.runs], Path(folder))
        return super().write(folder)

    def fill(self, folder: Path) -> None:
        """Write the comparison into an empty folder."""
        write_comparison(folder, self.comparison, self.told, self.provenance, self.territory, self.language)


@dataclass(frozen=True, repr=False)
class Swept(Result):
    """One question answered for many values.

    Attributes
    ----------
    folder
        Where the sweep is: the folder asked for, or a temporary one that is gone when Python ends.
    run
        Its questions, curve, order and the places of its points.
    territory_sha256
        Fingerprint of the territory.
    """

    folder: Path
    run: SweptRun
    territory_sha256: str

    def __repr__(self) -> str:
        """Return what was swept, and what is said of it, on at most ten lines."""
        return shown(f"Swept {self.told['parameter']} of {self.told['scenario']}", self.sentences)

    @property
    def curve(self) -> pd.DataFrame:
        """``sweep.csv``: one row per value; what a value without a plan lacks is missing."""
        return sweep_table(self.run.curve)

    @property
    def order(self) -> pd.DataFrame | None:
        """``order.csv``: in which order to open sites; None where plans are not nested (other values than budgets)."""
        return None if self.run.order is None else self.run.order.copy()

    @property
    def points(self) -> dict[str, KeptRun]:
        """The run of each value, by the text of the value (``"2000000"``)."""
        return {key: KeptRun.of(self.run.point(key)) for key in self.run.scenarios}

    def page(self) -> str:
        """Return ``report.html``."""
        return read_utf8(self.folder / RunFile.PAGE, DataError)

    def fill(self, folder: Path) -> None:
        """Write the sweep into an empty folder: its points, each with the way from there to the territory, and it."""
        house = housed(next(iter(self.run.scenarios.values())), folder)
        for key, scenario in self.run.scenarios.items():
            point = folder / RunFile.POINTS / key
            shutil.copytree(self.run.point(key), point)
            there = replace(scenario, folder=house.folder)
            write_yaml(there.resolved(self.territory_sha256, point), point / RunFile.RESOLVED)
            seal(point)
        shutil.copyfile(self.folder / RunFile.ASKED, folder / RunFile.ASKED)
        run = replace(self.run, point=lambda key: folder / RunFile.POINTS / key)
        write_sweep(folder, run, self.told, self.provenance, self.language)
        write_json(self.provenance, folder / RunFile.PROVENANCE)


def check_sweep_place(territory: Path, folder: Path | None) -> None:
    """Refuse to sweep a territory made of data frames straight into a folder, which could not be read again later.

    Raises
    ------
    ScenarioError
        Saying what to do.
    """
    if folder is not None and is_of_frames(territory):
        later = problem("the territory is made of data frames; sweep without a folder, then write what comes out")
        raise ScenarioError(later.at(folder))
