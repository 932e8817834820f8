"""A territory as a question takes it: events counted, people and practitioners at the horizon, the rim there or not."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import MANIFEST
from msp_siting.problem.trend import trend_of
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory, counted_until, unknown_professions, with_events


def territory_at_horizon(territory: Territory, scenario: Scenario) -> Territory:
    """Return the territory that a scenario is about, from which everything else is read.

    Supply and MSPs are those that the events until the day of the question leave, or until the end of the horizon. With
    a horizon there is a trend, where one is known (`trend_of`), and the territory of the day of the question is kept.

    Inhabitants, of groups too and of the rim alike, are those of their file's vintage x (1 + growth a year) ^
    (horizon - vintage). Without a horizon or without growth they stay. The rim goes where the scenario ignores it.

    Raises
    ------
    DataError
        Where there is growth and the manifest does not say of which year the inhabitants are, or where an event is of
        a profession that the model does not have.
    """
    if not scenario.question.rim:
        territory = replace(territory, rim=None)
    question = scenario.question
    problems = list(unknown_professions(territory, scenario.model.professions))
    if problems:
        raise DataError(problems)
    today = with_events(territory, counted_until(question.asked_on, None))
    if question.horizon_year is None:
        return today
    expected = with_events(territory, counted_until(question.asked_on, question.horizon_year))
    growth = scenario.model.need.population_growth_share_per_year.value
    grown = expected if growth == 0 else _with_growth(expected, growth, question.horizon_year)
    return with_trend(replace(grown, as_counted=today), scenario)


def with_trend(territory: Territory, scenario: Scenario) -> Territory:
    """Return a territory at the horizon with what is expected of its practitioners by their supply."""
    counted = territory.as_counted
    if counted is None:
        return territory
    people = replace(territory, demand=counted.demand, rim=counted.rim)  # of the years of their files
    return replace(territory, trend=trend_of(people, scenario))


def _with_growth(territory: Territory, growth: float, horizon_year: int) -> Territory:
    stems = ["demand"] if territory.rim is None else ["demand", "rim_demand"]
    files = [territory.path_of(stem).name for stem in stems]
    problems = [each for file in files for each in _vintage_problems(territory, file)]
    if problems:
        raise DataError(problems)
    factors = [(1 + growth) ** (horizon_year - int(_vintage(territory, file))) for file in files]
    rim = territory.rim
    if rim is not None:
        rim = replace(rim, demand=_grown(rim.demand, factors[1]))
    return replace(territory, demand=_grown(territory.demand, factors[0]), rim=rim)


def _grown(demand: pd.DataFrame, factor: float) -> pd.DataFrame:
    """Return demand points with their inhabitants, and those of each group, multiplied."""
    counts = [name for name in demand.columns if name == "inhabitants" or name.startswith("inhabitants_")]
    return demand.assign(**{name: demand[name] * factor for name in counts})


def _vintage(territory: Territory, file: str) -> str:
    """Return the vintage of a file's inhabitants; empty where the manifest does not describe the file."""
    entry = next((entry for entry in territory.manifest.files if entry.path == file), None)
    if entry is None:
        return ""
    column = entry.columns.get("inhabitants")
    return entry.vintage if column is None else column.vintage


def _vintage_problems(territory: Territory, file: str) -> Iterator[Sentence]:
    vintage = _vintage(territory, file)
    if not re.fullmatch(r"(19|20)\d\d", vintage):
        no_year = problem("vintage {vintage!r} is no year", vintage=vintage)
        wrong = problem(
            "{found}, so its inhabitants cannot grow to the horizon; give the year they were counted, or set "
            "need.population_growth_share_per_year to 0",
            found=no_year if vintage else problem("the file is not described"),
        )
        yield wrong.at(file).at("files").at(territory.folder / MANIFEST)
