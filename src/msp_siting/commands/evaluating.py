"""The command evaluate: requests judged, appraised and written."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from msp_siting.answer import read_at_horizon
from msp_siting.commands.outcome import Output, Run
from msp_siting.commands.results import write_result
from msp_siting.commands.results_without_plan import Evaluated
from msp_siting.errors import ScenarioError, problem
from msp_siting.files import check_target
from msp_siting.language import Language
from msp_siting.report import evaluation_sentences, summarise_evaluation
from msp_siting.requests import Order, evaluate, read_requests, read_yardstick
from msp_siting.runs import logging_kept, measured_since, provenance_of, record_inputs
from msp_siting.scenario import Scenario
from msp_siting.solver import Progress
from msp_siting.units import is_whole_cents


def evaluate_and_write(
    scenario: Scenario,
    requests: Path,
    order: Order,
    output: Output,
    report: Callable[[Progress], None],
) -> Run:
    """Judge the requests of a file and write the folder of the evaluation.

    Raises
    ------
    ScenarioError, DataError
        For wrong input, a question that aims at cost or shares of need, or a target that is no run; nothing is written
        then.
    SolverError
        If the solver fails or its answer does not survive verification; nothing is written then.
    """
    check_target(output.folder)
    return write_result(evaluate_question(scenario, requests, order, output.language, report), output, report)


def check_envelope(envelope_eur: float | None) -> None:
    """Refuse what is no amount of money.

    Raises
    ------
    ScenarioError
        For less than 0, no end, or parts of cents.
    """
    if envelope_eur is not None and not 0 <= envelope_eur < float("inf"):
        raise ScenarioError(problem("expected an amount of at least 0 EUR").at(f"--envelope {envelope_eur:g}"))
    if envelope_eur is not None and not is_whole_cents(envelope_eur):
        parts = problem("must be in whole cents, got {value}", value=repr(envelope_eur))
        raise ScenarioError(parts.at("--envelope"))


def evaluate_question(
    scenario: Scenario,
    requests: Path | pd.DataFrame,
    order: Order,
    language: Language,
    report: Callable[[Progress], None],
) -> Evaluated:
    """Judge the requests of a file, or of a data frame with its columns, and say so."""
    begin, started = time.monotonic(), datetime.now(UTC)
    _check_aims(scenario)
    yardstick = read_yardstick(order.beside, order.weights)
    territory = read_at_horizon(scenario)
    file = read_requests(requests, territory, scenario.model.professions)
    report(Progress("effects"))

    def searched(done: int, count: int) -> None:
        report(Progress("searches", done=done, count=count))

    with logging_kept() as log:
        evaluation = evaluate(scenario, territory, file, yardstick, order, searched)
    summary = summarise_evaluation(evaluation, language) | measured_since(begin)
    inputs = record_inputs(scenario, territory) | {"csv": None, "language": language}
    provenance = provenance_of("evaluate", started, inputs)
    sentences = tuple(evaluation_sentences(evaluation, summary, language))
    return Evaluated(summary, provenance, sentences, language, evaluation=evaluation, log=log.getvalue())


def _check_aims(scenario: Scenario) -> None:
    """Refuse a question whose plans are not told apart by whom they leave uncovered alone."""
    question = scenario.question
    by_zone = any(rule.covered_share for rules in question.zones.values() for rule in rules.values())
    wrong = []
    if scenario.model.objective.measure == "cost":
        least = problem("requests are compared by whom they leave uncovered, and this model seeks the least cost")
        wrong.append(least.at("objective.measure"))
    if scenario.model.objective.is_of_apl:
        other = problem(
            "requests are compared by whom they leave uncovered, and this model minimises a measure of the APL"
        )
        wrong.append(other.at("objective.measure"))
    if question.asks_for_apl:
        means = problem("requests are compared without mean APL of zones to be reached; take it out")
        wrong.append(means.at("zones"))
    if question.targets.covered_share or by_zone:
        shares = problem("requests are compared without shares of need to be met; take them out")
        wrong.append(shares.at("targets" if question.targets.covered_share else "zones"))
    if wrong:
        raise ScenarioError(each.at(problem("scenario {name}", name=scenario.name)) for each in wrong)
