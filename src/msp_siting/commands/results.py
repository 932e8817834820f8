"""What the verbs hand back to Python: values that know their tables, their page and how they are written.

Tables are data frames with the columns and the rounded numbers of the files of their names (docs/files.md), new ones
each time. Pages are HTML that opens offline. All is in the language of the system, as at the command line.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.answer import Answer, Coverage
from msp_siting.commands.outcome import Output, Run
from msp_siting.errors import InfeasibleError, problem
from msp_siting.files import check_target, replace_folder, write_yaml
from msp_siting.language import Language, say
from msp_siting.report import (
    Wording,
    draw_map,
    explorer_of,
    map_layers,
    render_excerpt,
    render_page,
    write_run,
)
from msp_siting.report.maps import Explorer
from msp_siting.requests import Gates
from msp_siting.runs import RunFile, near_host_table, price_table, rounded, site_table, staff_table
from msp_siting.scenario import Scenario
from msp_siting.solver import Progress
from msp_siting.territory import is_of_frames

MOST_LINES = 9  # below the first, when a result is shown
LONGEST_LINE = 160


class Told:
    """What ``summary.json`` says."""

    told: dict[str, Any]

    @property
    def summary(self) -> dict[str, Any]:
        """What ``summary.json`` holds (docs/files.md)."""
        return json.loads(json.dumps(self.told))  # type: ignore[no-any-return]


class ToldOfPlan(Told):
    """What ``summary.json`` says of a plan."""

    @property
    def status(self) -> str:
        """``optimal`` (proven within the gaps asked), ``feasible``, ``infeasible`` or ``no_plan``."""
        return str(self.told["status"])

    @property
    def objective(self) -> float | None:
        """The plan's objective, in the units of the model's; None without a plan."""
        return self.told["objective"]  # type: ignore[no-any-return]

    @property
    def bound(self) -> float | None:
        """An objective that no plan is better than; None where none is known."""
        return self.told["bound"]  # type: ignore[no-any-return]

    @property
    def gap(self) -> float | None:
        """|objective - bound| / |objective| (0-1)."""
        return self.told["gap"]  # type: ignore[no-any-return]

    @property
    def improvement_gap(self) -> float | None:
        """Share (0-1) of the achievable gain that might still be missed."""
        return self.told["improvement_gap"]  # type: ignore[no-any-return]

    @property
    def uncovered(self) -> dict[str, float] | None:
        """Inhabitants without a place under the plan, by profession; None without a plan."""
        return deepcopy(self.told.get("uncovered_after"))

    def no_plan(self) -> InfeasibleError:
        """Return what is raised where there is no plan, hence no table of it."""
        none = problem("there is no plan (status {status}); .page() says why", status=self.status)
        return InfeasibleError(none.at(problem("scenario {name}", name=self.told["scenario"])))


class TablesOfPlan:
    """The tables of a plan, by the names of their files; InfeasibleError without a plan."""

    def _table(self, name: RunFile) -> pd.DataFrame:
        raise NotImplementedError

    @property
    def sites(self) -> pd.DataFrame:
        """``sites.csv``: one row per proposed site. InfeasibleError without a plan, as for all tables."""
        return self._table(RunFile.SITES)

    @property
    def staff(self) -> pd.DataFrame:
        """``staff.csv``: one row per (site, profession with posts)."""
        return self._table(RunFile.STAFF)

    @property
    def allocation(self) -> pd.DataFrame:
        """``allocation.csv``: one row per (demand point, place, site or none, profession), in inhabitants."""
        return self._table(RunFile.ALLOCATION)

    @property
    def coverage(self) -> pd.DataFrame:
        """``coverage.csv``: one row per (demand point, profession)."""
        return self._table(RunFile.COVERAGE)

    @property
    def zones(self) -> pd.DataFrame:
        """``zones.csv``: one row per (kind of zone, zone, profession)."""
        return self._table(RunFile.ZONES)

    @property
    def blocks(self) -> pd.DataFrame:
        """``blocks.csv``: one row per block of demand points that share practitioners."""
        return self._table(RunFile.BLOCKS)

    @property
    def hosts(self) -> pd.DataFrame:
        """``hosts.csv``: one row per (opened site, near site where its team might work instead)."""
        return self._table(RunFile.HOSTS)

    @property
    def prices(self) -> pd.DataFrame:
        """``prices.csv``: what one more of each scarce thing is worth at most, in objective units."""
        return self._table(RunFile.PRICES)


@dataclass(frozen=True, repr=False)
class Result(Told):
    """What every result has.

    Attributes
    ----------
    told
        What ``summary.json`` holds.
    provenance
        What ``run.json`` holds but for the fingerprints of the files.
    sentences
        What the command line says of it.
    language
        Of pages and sentences.
    """

    told: dict[str, Any]
    provenance: dict[str, Any]
    sentences: tuple[str, ...]
    language: Language

    def __repr__(self) -> str:
        """Return what it is, and what is said of it, on at most ten lines."""
        asked = [str(self.told[key]) for key in ("scenario", "territory") if key in self.told]
        return shown(f"{type(self).__name__} {' on '.join(asked)}", self.sentences)

    def fill(self, folder: Path) -> None:
        """Write what there is into an empty folder."""
        raise NotImplementedError

    def write(self, folder: Path | str) -> Path:
        """Write the folder that the command of this name writes with ``--out``, and return it.

        A territory made of data frames is written into it too, as ``territory/``, so that the run can be verified,
        reported and compared wherever it goes.

        Raises
        ------
        ScenarioError
            For a folder that holds something else than a run; nothing is written then.
        OutputError
            If it cannot be written; an earlier run is as it was.
        """
        check_target(Path(folder))
        replace_folder(Path(folder), self.fill)
        return Path(folder)


class Mapped(Result):
    """A result with a map of layers."""

    def _explorer(self, wording: Wording) -> Explorer:
        raise NotImplementedError

    @property
    def layers(self) -> dict[str, str]:
        """What each layer of the map is called, by the name that `map` takes."""
        return map_layers(self._explorer(Wording(self.language)))

    def map(self, layer: str | None = None) -> str:
        """Return one layer of the map as SVG that stands by itself, by default the one that the page shows first.

        Raises
        ------
        ScenarioError
            For a layer that the map does not have (`layers`).
        """
        wording = Wording(self.language)
        return draw_map(self._explorer(wording), layer, wording)


@dataclass(frozen=True, repr=False)
class Solved(Mapped, ToldOfPlan, TablesOfPlan):
    """A plan, who is served, and how good it is; or why there is none.

    Attributes
    ----------
    answer
        The run's values.
    gates
        The rules that the proposed sites were held against.
    log
        What ``run.log`` holds.
    """

    answer: Answer
    gates: Gates
    log: str

    def _repr_html_(self) -> str:
        """Return the question, the answer in sentences, the map and the sites, as a notebook shows them."""
        return render_excerpt(self.answer, self.told, self.language)

    def page(self) -> str:
        """Return ``report.html``, without links to files beside it; without a plan, the page that explains."""
        return render_page(self.answer, self.told, self.language)

    def fill(self, folder: Path, home: Path | None = None) -> None:
        """Write the run into an empty folder; ``home`` is where a point of a sweep is to stand."""
        if self.answer.coverage is not None:
            write_yaml(self.gates.model_dump(), folder / RunFile.RULES)
        (folder / RunFile.LOG).write_text(self.log, encoding="utf-8", newline="\n")
        answer = self.answer
        if home is None:
            answer = replace(answer, scenario=housed(answer.scenario, folder))
        write_run(folder, answer, self.told, self.provenance, self.language, home)

    def _explorer(self, wording: Wording) -> Explorer:
        return explorer_of(self.answer, self._covered(), self.told, wording)

    def _table(self, name: RunFile) -> pd.DataFrame:
        coverage = self._covered()
        made: dict[RunFile, Callable[[], pd.DataFrame]] = {
            RunFile.SITES: lambda: site_table(self.answer),
            RunFile.STAFF: lambda: staff_table(self.answer),
            RunFile.ALLOCATION: lambda: coverage.allocation,
            RunFile.COVERAGE: lambda: coverage.points,
            RunFile.ZONES: lambda: coverage.zones,
            RunFile.BLOCKS: lambda: coverage.blocks,
            RunFile.HOSTS: lambda: near_host_table(self.answer),
            RunFile.PRICES: lambda: price_table(self.answer),
        }
        return rounded(made[name]())

    def _covered(self) -> Coverage:
        """Return who is served; without a plan there is nobody, and no table."""
        if self.answer.coverage is None:
            raise self.no_plan()
        return self.answer.coverage


def write_result(result: Result, output: Output, report: Callable[[Progress], None], exit_code: int = 0) -> Run:
    """Write what a command has found where it was asked for, and return what there is to say.

    Raises
    ------
    ScenarioError
        For a target that is no run: somebody may have put something there meanwhile.
    OutputError
        If it cannot be written; an earlier run is as it was.
    """
    report(Progress("pages"))
    replace(result, provenance=result.provenance | output.record()).write(output.folder)
    written = say("line_written", output.language, folder=output.folder)
    return Run(result.told, (*result.sentences, written), exit_code)


def housed(scenario: Scenario, run: Path) -> Scenario:
    """Return a scenario whose territory stands in the folder of its run, where it was made of data frames."""
    if not is_of_frames(scenario.folder):
        return scenario
    house = run / RunFile.TERRITORY
    shutil.copytree(scenario.folder, house)
    return replace(scenario, folder=house)


def shown(first: str, sentences: Sequence[str]) -> str:
    """Return a first line and sentences below it, as many and as long as a screen takes."""
    lines = [line for text in sentences for line in text.splitlines()]
    kept = [line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 3]}..." for line in lines[:MOST_LINES]]
    return "\n".join([first, *(f"  {line}" for line in kept)])
