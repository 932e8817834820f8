"""What the verbs hand back that is no plan: a territory diagnosed, and requests evaluated."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from msp_siting.answer import Diagnosis
from msp_siting.commands.results import Mapped, Result, housed
from msp_siting.report import (
    Wording,
    render_diagnosis,
    render_evaluation,
    write_diagnosis,
    write_evaluation,
)
from msp_siting.report.maps import Explorer, demand_shapes, diagnosis_explorer
from msp_siting.requests import Evaluation, effects_table, losses_table, portfolio_table
from msp_siting.runs import RunFile, rounded, run_day


@dataclass(frozen=True, repr=False)
class Diagnosed(Mapped):
    """A territory before any decision."""

    diagnosis: Diagnosis

    @property
    def coverage(self) -> pd.DataFrame:
        """``coverage.csv`` of diagnose: one row per (demand point, profession)."""
        return rounded(self.diagnosis.points)

    @property
    def zones(self) -> pd.DataFrame:
        """``zones.csv`` of diagnose: one row per (kind of zone, zone, profession)."""
        return rounded(self.diagnosis.zones)

    @property
    def blocks(self) -> pd.DataFrame:
        """``blocks.csv`` of diagnose: one row per block of demand points that share practitioners."""
        return rounded(self.diagnosis.blocks)

    @property
    def fragility(self) -> pd.DataFrame:
        """``fragility.csv``: whom the departure of practitioners would leave without a place."""
        return rounded(self.diagnosis.fragility)

    def page(self) -> str:
        """Return ``report.html``."""
        shapes = demand_shapes(self.diagnosis.territory)
        return render_diagnosis(self.diagnosis, self.told, shapes, run_day(self.provenance), self.language)

    def _explorer(self, wording: Wording) -> Explorer:
        return diagnosis_explorer(self.diagnosis, demand_shapes(self.diagnosis.territory), wording)

    def fill(self, folder: Path) -> None:
        """Write the diagnosis into an empty folder."""
        found = replace(self.diagnosis, scenario=housed(self.diagnosis.scenario, folder))
        write_diagnosis(folder, found, self.told, self.provenance, self.language)


@dataclass(frozen=True, repr=False)
class Evaluated(Result):
    """Funding requests judged by what they change.

    Attributes
    ----------
    log
        What ``run.log`` holds.
    """

    evaluation: Evaluation
    log: str

    @property
    def requests(self) -> pd.DataFrame:
        """``requests.csv``: one row per request, with its verdict, effects and ranks."""
        return pd.DataFrame(self.told["requests"])

    @property
    def portfolio(self) -> pd.DataFrame:
        """``portfolio.csv``: one row per request that no rule stops, and whether the envelope goes to it."""
        return portfolio_table(self.evaluation)

    @property
    def effects(self) -> pd.DataFrame:
        """``effects.csv``: one row per (request, zone or group), with it and without."""
        return effects_table(self.evaluation)

    @property
    def losses(self) -> pd.DataFrame:
        """``losses.csv``: which demand points lose by a request."""
        return losses_table(self.evaluation)

    def page(self) -> str:
        """Return ``report.html``."""
        return render_evaluation(self.evaluation, self.told, run_day(self.provenance), self.language)

    def fill(self, folder: Path) -> None:
        """Write the evaluation into an empty folder."""
        judged = replace(self.evaluation, scenario=housed(self.evaluation.scenario, folder))
        write_evaluation(folder, judged, self.told, self.provenance, self.language)
        (folder / RunFile.LOG).write_text(self.log, encoding="utf-8", newline="\n")
