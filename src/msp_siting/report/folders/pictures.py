"""Writes ``map.png`` into the folder of each kind of run, with its title, notes, labels, sources and day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.answer import Answer, Coverage, has_modelled_times
from msp_siting.report.chart import Texts
from msp_siting.report.maps import Choropleth, mapped_runs
from msp_siting.report.maps.pictures import (
    Ground,
    alternatives_picture,
    comparison_picture,
    evaluation_picture,
    plan_picture,
    sweep_picture,
)
from msp_siting.report.pages.data_sources import labels_of
from msp_siting.report.sheets.facts import day_words
from msp_siting.report.titles import question_title
from msp_siting.report.wording import Wording
from msp_siting.requests import Evaluation
from msp_siting.runs import BUDGET, Comparison, Curve, Examined, RunFile, read_runs
from msp_siting.territory import Territory
from msp_siting.units import EUR_PER_MILLION_EUR

TABLES = frozenset({"demand", "supply", "travel_times", "boundaries"})  # what maps of a plan rest on


@dataclass(frozen=True)
class About:
    """The territory of the point of a sweep that is drawn, and what the sweep is called."""

    territory: Territory
    title: str


@dataclass(frozen=True)
class Sheet:
    """Where a picture is written, and what every picture of a run says.

    Attributes
    ----------
    provenance
        The content of ``run.json``, for the day of the run.
    """

    folder: Path
    provenance: Mapping[str, Any]
    wording: Wording

    def write(
        self, territory: Territory, title: str, notes: Sequence[str], draw: Callable[[Ground], Choropleth]
    ) -> None:
        """Write a picture of a territory."""
        from msp_siting.report.maps.png import write_png  # noqa: PLC0415 - every command would wait for matplotlib

        ground, say = Ground.of(territory, self.wording), self.wording.say
        files = [entry for entry in territory.manifest.files if entry.path.partition(".")[0] in TABLES]
        sources = " · ".join(dict.fromkeys(entry.source for entry in files))
        said = [
            *notes,
            *([say("modelled_figures")] if has_modelled_times(territory) else []),
            *([say("page_cells_note")] if ground.shapes["is_cell"].any() else []),
            *labels_of(files, self.wording),
            say("page_sources_line", sources=sources or self.wording.unknown),
            say(
                "picture_note_freedom",
                day=day_words(datetime.fromisoformat(self.provenance["started"]).date(), self.wording),
            ),
        ]
        write_png(draw(ground), self.folder / RunFile.MAP, title, said, self.wording)


def write_plan_picture(sheet: Sheet, answer: Answer, coverage: Coverage) -> None:
    """Write what a plan changes."""
    note = "picture_note_apl_change" if answer.aims_at_apl else "picture_note_difference"
    sheet.write(
        answer.territory,
        question_title(answer.scenario, sheet.wording),
        [sheet.wording.say(note)],
        lambda ground: plan_picture(ground, answer, coverage),
    )


def write_comparison_picture(sheet: Sheet, comparison: Comparison, territory: Territory) -> None:
    """Write how the last run differs from the reference; nothing where none has the reference's profession."""
    positions, say = mapped_runs(comparison), sheet.wording.say
    if positions:
        title = sheet.wording.of(territory.manifest.title)
        sheet.write(
            territory,
            say("comparison_title", count=len(comparison.runs), territory=title),
            [say("picture_note_difference")],
            lambda ground: comparison_picture(ground, comparison, positions[-1]),
        )


def write_evaluation_picture(sheet: Sheet, evaluation: Evaluation) -> None:
    """Write where need is, and the requests by verdict."""
    say = sheet.wording.say
    sheet.write(
        evaluation.territory,
        say("evaluation_title", envelope=sheet.wording.eur(evaluation.envelope_eur)),
        [say("picture_note_requests"), say("picture_note_share")],
        lambda ground: evaluation_picture(ground, evaluation),
    )


def write_alternatives_picture(sheet: Sheet, examined: Examined) -> None:
    """Write which sites of a plan all good plans open."""
    say = sheet.wording.say
    sheet.write(
        examined.territory,
        say("picture_title_alternatives", run=examined.chosen.label),
        [say("alternatives_caveat_good")],
        lambda ground: alternatives_picture(ground, examined),
    )


def write_sweep_picture(sheet: Sheet, curve: Curve, order: pd.DataFrame | None, point: Path, about: About) -> None:
    """Write where need is before any plan, and each site with the budget from which it opens; else those of a point.

    Parameters
    ----------
    point
        The folder of a point with a plan.
    """
    wording, run = sheet.wording, read_runs([point])[0]
    points = run.points[run.points["profession"].eq(curve.lead)].rename(columns={"uncovered_before": "uncovered"})
    if order is None:
        sites = run.sites[["site_id"]].assign(number=range(1, len(run.sites) + 1))
        value = wording.eur(run.summary.budget_eur) if curve.parameter == BUDGET else f"{curve.parameter} {point.name}"
        note, sign = wording.say("picture_note_point", value=value), wording.say("map_sign_site")
    else:
        opened = order[order["action"].eq("open")].drop_duplicates("site_id")
        sites = opened[["site_id"]].assign(
            number=list(map(Texts(wording, EUR_PER_MILLION_EUR).of, opened["budget_eur"]))
        )
        note, sign = wording.say("picture_note_order"), wording.say("picture_sign_ordered")
    profession = wording.of(run.model.professions[curve.lead].title)
    legend = wording.say("picture_need", profession=profession)
    sheet.write(
        about.territory,
        about.title,
        [note, wording.say("picture_note_share")],
        lambda ground: sweep_picture(ground, points, sites, legend, sign),
    )
