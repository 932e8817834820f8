"""Validation of scenarios, models and territory folders before anything is solved."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msp_siting.answer import (
    ONE_BAND_WARNING_SHARE,
    band_shares,
    before_any_decision,
    candidate_caveats,
    read_for_siting,
)
from msp_siting.commands.outcome import TerminalWording
from msp_siting.errors import DataError, ScenarioError, Sentence, problem
from msp_siting.files import RUN_MARKER, find_file, is_file, is_folder, read_yaml
from msp_siting.language import Language, percent, say, tell, whole
from msp_siting.problem import check_candidates_left
from msp_siting.problem.location import build_location
from msp_siting.report import question_title, siting_title
from msp_siting.requests import read_gates, read_parameters, with_gates
from msp_siting.scenario import (
    SitingScenario,
    is_siting_model,
    parse_model,
    parse_siting_model,
    read_any_scenario,
    read_model,
)
from msp_siting.solver import Settings
from msp_siting.territory import (
    event_caveats,
    island_caveats,
    large_point_caveats,
    read_territory,
    unreached_caveats,
    with_events,
)


def check(paths: Sequence[str], overrides: Mapping[str, Any], language: Language) -> list[str]:
    """Return one sentence per sound input (and warnings about it).

    Raises
    ------
    ScenarioError
        With every problem of every input.
    """
    sentences: list[str] = []
    problems: list[Sentence] = []
    for path in paths:
        try:
            sentences += _check_one(path, overrides, language)
        except (ScenarioError, DataError) as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return sentences


def _check_one(path: str, overrides: Mapping[str, Any], language: Language) -> Iterator[str]:
    if is_file(Path(path) / RUN_MARKER):
        raise ScenarioError(problem("is a run, not an input; recompute it with msp-siting verify").at(path))
    if is_folder(Path(path)):
        _refuse_overrides(path, overrides)
        territory = with_events(read_territory(Path(path)), datetime.now().astimezone().date())
        yield say(
            "check_territory",
            language,
            path=path,
            points=whole(len(territory.demand), language),
            inhabitants=whole(float(territory.demand["inhabitants"].sum()), language),
            sites=whole(len(territory.sites), language),
        )
        yield from (tell(repair, language) for repair in territory.repairs)
        facts = (
            *(*event_caveats(territory, {}), *island_caveats(territory), *unreached_caveats(territory)),
            *large_point_caveats(territory),
        )
        yield from (tell(fact, language) for fact in facts)
        return
    file = find_file(path, "scenarios", Path())
    content = read_yaml(file, ScenarioError)
    if "territory" not in content and {"coverage", "objective", "based_on", "professions"} & set(content):
        _refuse_overrides(path, overrides)
        whole_model = read_model(file)
        parse = parse_siting_model if is_siting_model(whole_model) else parse_model
        model = parse(whole_model, problem("{file}: ", file=file))
        yield say("check_model", language, path=path, title=model.title[language])
        return
    if {"common", "funders"} & set(content):
        _refuse_overrides(path, overrides)
        gates = read_gates(file)
        count = len(gates.common) + sum(len(funder.gates) for funder in gates.funders.values())
        yield say("check_gates", language, path=path, gates=count, funders=len(gates.funders))
        return
    if {"cases", "criteria"} & set(content):
        _refuse_overrides(path, overrides)
        parameters = read_parameters(file)
        share = percent(parameters.good_plan_share.value, language)
        yield say("check_appraisal", language, path=path, share=share)
        return
    if not {"question", "territory", "budget_eur"} & set(content):
        neither = problem("neither a scenario nor a model; parameter files are checked with their model")
        raise ScenarioError(neither.at(path))
    yield from _check_scenario(path, overrides, language)


def _refuse_overrides(path: str, overrides: Mapping[str, Any]) -> None:
    if overrides:
        refused = problem("changes a scenario, and {path} is none", path=path)
        raise ScenarioError(refused.at(f"--set {next(iter(overrides))}"))


def _check_siting(path: str, scenario: SitingScenario, language: Language) -> Iterator[str]:
    """Yield what a question without professions asks of how many sites; its problem is built, and not solved."""
    case = build_location(read_for_siting(scenario), scenario)
    values = {
        "candidates": int((~case.location.existing).sum()),
        "existing": int(case.location.existing.sum()),
        "points": len(case.location.weights),
    }
    question = siting_title(scenario, TerminalWording(language))
    yield say("siting_check_scenario", language, path=path, question=question, **values)
    for change in scenario.changes:
        yield say("check_change", language, change=change)
    yield from (tell(repair, language) for repair in case.territory.repairs)


def _check_scenario(path: str, overrides: Mapping[str, Any], language: Language) -> Iterator[str]:
    scenario = read_any_scenario(path, overrides)
    if isinstance(scenario, SitingScenario):
        yield from _check_siting(path, scenario, language)
        return
    settings = Settings(time_limit_s=1, relative_gap=0, improvement_gap=0, threads=1, seed=1)
    territory, instance, before = before_any_decision(scenario, settings, nearby=False)
    review = check_candidates_left(territory, with_gates(scenario, territory, datetime.now().astimezone().date()))
    yield say("check_scenario", language, path=path, question=question_title(scenario, TerminalWording(language)))
    for change in scenario.changes:
        yield say("check_change", language, change=change)
    yield say("check_candidates", language, left=review.left, all=len(review.sites))
    titles = {name: kind.title for name, kind in scenario.model.professions.items()}
    facts = (
        *event_caveats(territory, titles),
        *(*territory.repairs, *island_caveats(territory), *unreached_caveats(territory)),
        *(*large_point_caveats(territory), *candidate_caveats(review)),
    )
    yield from (tell(fact, language) for fact in facts)
    shares = band_shares(instance, before.uncovered)
    if len(shares) > 1 and shares.max() > ONE_BAND_WARNING_SHARE:
        yield say("caveat_one_band", language, share=float(shares.max()))
