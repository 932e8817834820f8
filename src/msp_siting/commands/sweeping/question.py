"""What a sweep asks: one scenario, one parameter by path, its values, and a scenario per value."""

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, DecimalException
from pathlib import Path
from typing import Any

from msp_siting.answer import check_problems
from msp_siting.errors import MspSitingError, ScenarioError, Sentence, problem
from msp_siting.requests import failing_gates, minding
from msp_siting.runs import BUDGET
from msp_siting.scenario import Scenario, change_scenario
from msp_siting.territory import counted_until, read_territory, with_events

MOST_POINTS = 1000
MOST_DIGITS = 20  # before or after the decimal point
# More of these allows every plan that less of them allows, and changes nothing else.
MONOTONE = (BUDGET, "aid_budget_eur", "recruitable.*", "site_count.max")


@dataclass(frozen=True)
class SweepQuestion:
    """One scenario per value, in rising order.

    Attributes
    ----------
    parameter
        Path of what is varied.
    scenarios
        By the text of the value, which names the point's folder.
    fingerprints
        ``input_sha256`` of each point.
    territory_sha256
        Of the territory that the points share.
    """

    name: str
    parameter: str
    values: tuple[float, ...]
    scenarios: Mapping[str, Scenario]
    fingerprints: Mapping[str, str]
    territory_sha256: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The points' names, in rising order of the value."""
        return tuple(self.scenarios)

    @property
    def first(self) -> Scenario:
        """The scenario of the lowest value."""
        return next(iter(self.scenarios.values()))

    @property
    def last(self) -> Scenario:
        """The scenario of the highest value."""
        return self.scenarios[self.keys[-1]]

    @property
    def is_monotone(self) -> bool:
        """Whether plans and bounds may be carried from point to point.

        With minima or exact numbers of sites, forced ones, or something asked of zones or shares of need, they are not.
        """
        first = self.first
        declared = any(fnmatch.fnmatchcase(self.parameter, path) for path in MONOTONE)
        return declared and not first.question.asks_for_something and first.model.objective.measure != "cost"


def ask(scenario: Path | str | Scenario, parameter: str, values: str, overrides: Mapping[str, Any]) -> SweepQuestion:
    """Return the question of a sweep, every point's scenario read and checked against the territory.

    Parameters
    ----------
    parameter
        Path of a value of the scenario or its model, such as ``budget_eur``.
    values
        ``FROM:TO:STEP`` (both ends included) or values with commas between them.
    overrides
        Other values by path, as for `change_scenario`.

    Raises
    ------
    ScenarioError, DataError
        With every problem.
    """
    numbers: list[Decimal] = []
    scenarios: dict[str, Scenario] = {}
    problems: list[Sentence] = []
    try:
        numbers = parse_values(values)
    except ScenarioError as error:
        problems += error.problems
    if parameter in overrides:
        varied = problem("is what the sweep varies; take one of the two out")
        problems.append(varied.at(f"--set {parameter}"))
    tried: list[Decimal | None] = [*numbers] or [None]  # what else is wrong is said too
    for number in tried:
        changed = overrides if number is None else {**overrides, parameter: _as_yaml(number)}
        try:
            resolved = change_scenario(scenario, changed)
        except MspSitingError as error:
            problems += error.problems
        else:
            scenarios["" if number is None else value_text(number)] = resolved
    if problems:
        raise ScenarioError(dict.fromkeys(problems))
    first = next(iter(scenarios.values()))
    territory, today = read_territory(first.folder), datetime.now().astimezone().date()
    until = counted_until(first.question.asked_on, first.question.horizon_year)
    # No number of a scenario or model decides over it.
    failing = failing_gates(first, with_events(territory, until), today)
    scenarios = {key: minding(each, failing) for key, each in scenarios.items()}
    territory_sha256 = check_problems(list(scenarios.values()), territory)
    fingerprints = {key: each.sha256(territory_sha256) for key, each in scenarios.items()}
    return SweepQuestion(first.name, parameter, tuple(map(float, numbers)), scenarios, fingerprints, territory_sha256)


def parse_values(text: str) -> list[Decimal]:
    """Return the values of ``FROM:TO:STEP`` or of a list with commas, rising; exact, so that 0.1 steps do not drift."""
    parts = text.split(":")
    wrong = ScenarioError(
        problem(
            "expected FROM:TO:STEP with FROM at most TO and STEP above 0, or different numbers with commas between "
            "them (2000000:40000000:2000000)"
        ).at(repr(text))
    )
    try:
        numbers = [Decimal(part.strip().replace("_", "")) for part in (parts if len(parts) > 1 else text.split(","))]
    except DecimalException as fault:
        raise wrong from fault
    if not all(number.is_finite() and abs(number.adjusted()) < MOST_DIGITS for number in numbers):
        raise wrong
    if len(parts) == 1:
        if len(set(numbers)) < len(numbers):
            raise wrong
        return sorted(numbers)
    if len(parts) != 3 or numbers[2] <= 0 or numbers[0] > numbers[1]:  # noqa: PLR2004 - from, to, step
        raise wrong
    first, last, step = numbers
    try:
        count = int((last - first) // step) + 1
    except DecimalException as fault:
        raise wrong from fault
    if count > MOST_POINTS:
        many = problem("{count} points; at most {most} are swept at once", count=count, most=MOST_POINTS)
        raise ScenarioError(many.at(repr(text)))
    return [first + number * step for number in range(count)]


def value_text(number: Decimal) -> str:
    """Return a value as text that names a folder: 2000000, 0.5."""
    return f"{number.normalize():f}"


def _as_yaml(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
