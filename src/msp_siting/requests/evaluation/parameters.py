"""By what requests are measured: cases and criteria of models/appraisal.yaml, gates, and the user's weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from msp_siting.errors import ScenarioError, problem
from msp_siting.files import (
    APPRAISAL,
    NotNegative,
    Parameter,
    Share,
    Strict,
    Text,
    find_file,
    near_name,
    read_record,
)
from msp_siting.requests.gates.amounts import AmountLimits
from msp_siting.requests.gates.rules import Gates, find_gates, read_gates

CaseName = Literal["low", "central", "high"]
CASES: tuple[CaseName, ...] = ("low", "central", "high")
CENTRAL: CaseName = "central"
CriterionName = Literal["need", "team", "access", "coherence", "cost"]
CRITERIA: tuple[CriterionName, ...] = ("need", "team", "access", "coherence", "cost")


class Case(Strict):
    """What comes of the posts of a request, and whether those who leave it are replaced."""

    title: Text
    posts_filled_share: Parameter[Share]
    leaving_replaced: Parameter[bool]


class Criterion(Strict):
    """Something a commission may weigh, with a weight that is used only when asked for."""

    title: Text
    proposed_weight: Parameter[NotNegative]


class Cases(Strict):
    """The three cases."""

    low: Case
    central: Case
    high: Case

    def of(self, name: CaseName) -> Case:
        """Return a case by its name."""
        case: Case = getattr(self, name)
        return case


class Criteria(Strict):
    """The five criteria."""

    need: Criterion
    team: Criterion
    access: Criterion
    coherence: Criterion
    cost: Criterion

    def of(self, name: CriterionName) -> Criterion:
        """Return a criterion by its name."""
        criterion: Criterion = getattr(self, name)
        return criterion


class ListSizes(Strict):
    """How many patients a GP may take, as papers reckon with: a short list, the mean one, a long one."""

    short: Parameter[NotNegative]
    mean: Parameter[NotNegative]
    long: Parameter[NotNegative]

    @property
    def by_name(self) -> dict[str, float]:
        """Patients per GP, from few to many."""
        return {"short": self.short.value, "mean": self.mean.value, "long": self.long.value}


class AppraisalParameters(Strict):
    """Contents of models/appraisal.yaml."""

    cases: Cases
    good_plan_share: Parameter[Share]
    investment_smallest_eur: Parameter[NotNegative]
    investment_largest_eur: Parameter[NotNegative]
    requested_smallest_eur: Parameter[NotNegative]
    patients_per_gp: ListSizes
    criteria: Criteria

    @property
    def amount_limits(self) -> AmountLimits:
        """The limits of amounts that a project can mean."""
        return AmountLimits(
            self.investment_smallest_eur.value, self.investment_largest_eur.value, self.requested_smallest_eur.value
        )


@dataclass(frozen=True)
class Yardstick:
    """By what requests are measured.

    Attributes
    ----------
    gates
        The rules that judge them.
    weights
        By criterion; empty unless the user gave some.
    """

    gates: Gates
    parameters: AppraisalParameters
    weights: Mapping[CriterionName, float]


def read_yardstick(beside: Path, weights: str | None) -> Yardstick:
    """Return by what requests are measured under a scenario that lies in a folder ``beside``.

    Parameters
    ----------
    weights
        As `parse_weights` takes them.

    Raises
    ------
    ScenarioError
        With every problem of one of the files, or of the weights.
    """
    parameters, gates = read_appraisal(beside), read_gates(find_gates(beside))
    return Yardstick(gates, parameters, parse_weights(weights, parameters.criteria))


def read_appraisal(beside: Path) -> AppraisalParameters:
    """Return the parameters of the project folder that holds a scenario, else the bundled ones.

    Raises
    ------
    ScenarioError
        With every problem of the file.
    """
    return read_parameters(find_file(APPRAISAL, "models", beside))


def read_parameters(path: Path) -> AppraisalParameters:
    """Return the parameters of a file.

    Raises
    ------
    ScenarioError
        With every problem of the file.
    """
    kinds: tuple[type[Strict], ...] = (Cases, Case, ListSizes, Criteria, Criterion, Parameter)
    known = [name for kind in kinds for name in kind.model_fields]
    return read_record(path, AppraisalParameters, ScenarioError, known)


def parse_weights(text: str | None, criteria: Criteria) -> dict[CriterionName, float]:
    """Return the weight of each criterion: none without a text, the proposed ones for ``proposed``.

    Parameters
    ----------
    text
        ``need=30,team=25``; criteria left out weigh nothing.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    if text is None:
        return {}
    if text == "proposed":
        return {name: criteria.of(name).proposed_weight.value for name in CRITERIA}
    weights: dict[CriterionName, float] = {}
    problems = []
    for pair in text.split(","):
        place = f"--weights {pair}"
        name, _, value = (part.strip() for part in pair.partition("="))
        known = next((criterion for criterion in CRITERIA if criterion == name), None)
        if known is None:
            unknown = problem(
                "no such criterion{advice} ({criteria})", advice=near_name(name, CRITERIA), criteria=", ".join(CRITERIA)
            )
            problems.append(unknown.at(place))
        elif known in weights:
            problems.append(problem("given twice; keep one").at(place))
        else:
            try:
                weights[known] = float(value)
            except ValueError:
                problems.append(problem("expected NAME=NUMBER").at(place))
                continue
            if not 0 <= weights[known] < float("inf"):
                problems.append(problem("expected a number of at least 0").at(place))
    if not problems and sum(weights.values()) == 0:
        problems.append(problem("all are 0; give one at least").at(f"--weights {text}"))
    if problems:
        raise ScenarioError(problems)
    return weights
