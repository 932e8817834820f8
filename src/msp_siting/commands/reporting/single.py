"""Runs of one territory written again: a plan, the points of a sweep, a diagnosis, an evaluation."""

import os
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from msp_siting.answer import Answer, read_at_horizon, summarise_diagnosis
from msp_siting.commands.diagnosing import DiagnosisOrder, diagnosis_of
from msp_siting.commands.reporting.earlier import Earlier, read_point
from msp_siting.commands.sweeping import caveats_of_sweep
from msp_siting.commands.sweeping.folder import Place
from msp_siting.errors import DataError, problem
from msp_siting.files import is_file, read_json, seal
from msp_siting.language import Language
from msp_siting.report import (
    Swept,
    gate_marks,
    summarise_evaluation,
    tell_caveats,
    write_diagnosis,
    write_evaluation,
    write_run,
    write_siting,
    write_sweep,
)
from msp_siting.requests import evaluate_again, read_evaluation, read_gates
from msp_siting.runs import (
    Curve,
    Point,
    RunFile,
    check_territory,
    join_points,
    read_question,
    read_sheet_csv,
    read_written_cells,
    recompute_siting,
    verify_folder,
    write_json,
)
from msp_siting.scenario import Assumptions
from msp_siting.solver import Progress

WORDS_OF_ORDER = ("site_id", "place_id", "name", "format", "action")
TOLD_OF_REQUESTS = ("reasons", "to_check", "read_as")  # what requests.csv says in words


def rewrite_plan(earlier: Earlier, fresh: Path, language: Language, territory: Path | None) -> None:
    """Write a run of solve again, which is verified first."""

    def keep(_: Path, answer: Answer) -> None:
        _write_plan(earlier, answer, fresh, language)

    _verified(earlier, territory, keep)


def rewrite_siting(earlier: Earlier, fresh: Path, language: Language, territory: Path | None) -> None:
    """Write a run of a model without professions again, which is verified first."""
    verified, found = recompute_siting(earlier.folder, territory)
    if verified.problems or found is None:
        raise DataError(verified.problems)
    earlier.keep_records(fresh)
    write_siting(fresh, found, earlier.told(language), earlier.inputs(language), language)


def rewrite_sweep(earlier: Earlier, fresh: Path, language: Language, territory: Path | None) -> None:
    """Write a sweep again, and every point of it, which are verified first."""
    place = Place(earlier.folder, fresh)

    def keep(point: Path, answer: Answer) -> None:
        folder = place.point(point.name)
        folder.mkdir(parents=True)
        of_point = read_point(point)
        _write_plan(of_point, answer, folder, language, of_point.folder)
        of_point.keep_figures(folder)
        seal(folder)

    _verified(earlier, territory, keep)
    asked = read_json(earlier.folder / RunFile.ASKED, DataError)
    scenarios = {key: read_question(earlier.folder / RunFile.POINTS / key, territory) for key in asked["points"]}
    curve = _curve_of(earlier, next(iter(scenarios.values())).model, asked, place)
    sentences, _ = caveats_of_sweep(curve, language)
    path = earlier.folder / RunFile.ORDER
    order = read_sheet_csv(path, WORDS_OF_ORDER) if is_file(path) else None
    swept, summary = Swept(scenarios, curve, order, place.point), {**earlier.summary, "caveats": sentences}
    write_sweep(fresh, swept, summary, earlier.inputs(language), language)
    write_json(earlier.inputs(language), fresh / RunFile.PROVENANCE)


def rewrite_diagnosis(earlier: Earlier, fresh: Path, language: Language, territory: Path | None) -> None:
    """Write a diagnosis again, which is made again first."""
    scenario = read_question(earlier.folder, territory)
    check_territory(scenario)
    said, without = earlier.summary, earlier.provenance["without"]
    order = DiagnosisOrder(date.fromisoformat(said["zoning_on"]), without, said["sheets_kind"])
    found = diagnosis_of(scenario, _told_to_nobody, order)
    earlier.check_summary(tell_caveats(summarise_diagnosis(found) | {"sheets_kind": order.sheets}, earlier.language))
    write_diagnosis(fresh, found, earlier.told(language), earlier.inputs(language), language)


def rewrite_evaluation(earlier: Earlier, fresh: Path, language: Language, territory: Path | None) -> None:
    """Write an evaluation again: effects and verdicts are reckoned again, what was searched is as it was."""
    scenario = read_question(earlier.folder, territory)
    check_territory(scenario)
    kept, gates = read_evaluation(earlier.folder / RunFile.EVALUATED), read_gates(earlier.folder / RunFile.RULES)
    found = evaluate_again(scenario, read_at_horizon(scenario), kept, gates, os.cpu_count() or 1)
    own, told = (summarise_evaluation(found, each) for each in (earlier.language, language))
    earlier.check_summary(own)
    pairs = zip(earlier.summary["requests"], told["requests"], strict=True)
    rows = [row | {name: said[name] for name in TOLD_OF_REQUESTS} for row, said in pairs]
    summary = earlier.told(language) | {"requests": rows}
    write_evaluation(fresh, found, summary, earlier.inputs(language), language)
    path = earlier.folder / RunFile.REQUESTS
    cells, fresh_cells = read_written_cells(path), read_written_cells(fresh / RunFile.REQUESTS)
    words = fresh_cells[[*TOLD_OF_REQUESTS]]
    cells.assign(**words).to_csv(fresh / RunFile.REQUESTS, index=False, lineterminator="\n")


def _told_to_nobody(_: Progress) -> None:
    """Take no note: where a rewriting stands is told by its own stages."""


def _verified(earlier: Earlier, territory: Path | None, keep: Callable[[Path, Answer], None]) -> None:
    """Verify a folder, handing on every answer in it; refuse one in which anything differs."""
    found = verify_folder(earlier.folder, territory, keep)
    if found.problems:
        raise DataError(found.problems)


def _curve_of(earlier: Earlier, model: Assumptions, asked: Mapping[str, Any], place: Place) -> Curve:
    """Return the curve of a sweep through its points, with the bounds that were known of them together."""
    points = [Point(key, float(key), place.summary(key)) for key in asked["points"]]
    bounds = tuple(row["bound"] for row in earlier.summary["points"])
    return join_points(asked["parameter"], model.apl.profession, list(model.professions), points, bounds)


def _write_plan(earlier: Earlier, answer: Answer, fresh: Path, language: Language, home: Path | None = None) -> None:
    """Write the folder of a plan that is verified; its gates are told again by the rules that it was held against."""
    summary = earlier.told(language)
    if answer.coverage is not None:
        gates, on = read_gates(earlier.folder / RunFile.RULES), date.fromisoformat(earlier.summary["gates_on"])
        if gate_marks(answer, gates, on, earlier.language) != earlier.summary["gates"]:
            other = problem("is not what {file} says of these sites", file=RunFile.RULES)
            raise DataError(other.at("gates").at(earlier.folder / RunFile.SUMMARY))
        summary["gates"] = gate_marks(answer, gates, on, language)
    earlier.keep_records(fresh)
    write_run(fresh, answer, summary, earlier.inputs(language), language, home)
