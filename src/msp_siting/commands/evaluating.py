"""The command evaluate: requests judged, appraised and written."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from msp_siting.answer import read_at_horizon
from msp_siting.commands.outcome import Run
from msp_siting.files import check_target, replace_folder
from msp_siting.language import Language
from msp_siting.report import evaluation_sentences, summarise_evaluation, write_evaluation
from msp_siting.requests import Order, evaluate, read_requests, read_yardstick
from msp_siting.runs import RunFile, logging_kept, measured_since, provenance_of, record_inputs
from msp_siting.scenario import Scenario
from msp_siting.solver import Progress


def evaluate_and_write(  # noqa: PLR0913, PLR0917 - scenario, requests, and how
    scenario: Scenario,
    requests: Path,
    order: Order,
    folder: Path,
    language: Language,
    report: Callable[[Progress], None],
) -> Run:
    """Judge the requests of a file and write the folder of the evaluation.

    Raises
    ------
    ScenarioError, DataError
        For wrong input or a target that is no run; nothing is written then.
    SolverError
        If the solver fails or its answer does not survive verification; nothing is written then.
    """
    begin, started = time.monotonic(), datetime.now(UTC)
    check_target(folder)
    yardstick = read_yardstick(order.beside, order.weights)
    territory = read_at_horizon(scenario)
    file = read_requests(requests, territory, scenario.model.professions)
    report(Progress("effects"))

    def searched(done: int, count: int) -> None:
        report(Progress("searches", done=done, count=count))

    with logging_kept() as log:
        evaluation = evaluate(scenario, territory, file, yardstick, order, searched)
    report(Progress("pages"))
    summary = summarise_evaluation(evaluation, language) | measured_since(begin)
    provenance = provenance_of("evaluate", started, record_inputs(scenario, territory) | {"language": language})

    def write(fresh: Path) -> None:
        write_evaluation(fresh, evaluation, summary, provenance, language)
        (fresh / RunFile.LOG).write_text(log.getvalue(), encoding="utf-8", newline="\n")

    replace_folder(folder, write)
    return Run(summary, tuple(evaluation_sentences(evaluation, summary, folder, language)), 0)
