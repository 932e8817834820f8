"""Models without professions (p-median, max-coverage ...): what is sought, which rules hold, and their parameters."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, ValidationError, model_validator

from msp_siting.errors import ScenarioError, Sentence, problem
from msp_siting.files import MISSING, NotNegative, Parameter, Share, Strict, Text, find_file, schema_problems
from msp_siting.scenario.changes import after
from msp_siting.scenario.formats import Format
from msp_siting.scenario.hosts import CandidateRules
from msp_siting.scenario.model_file import read_model

SitingMeasure = Literal[
    "max-coverage",
    "set-cover",
    "backup-coverage",
    "p-median",
    "k-nearest-p-median",
    "p-center",
    "p-dispersion",
    "capacitated-p-median",
    "fixed-charge",
    "cost-to-target",
]
MEASURES: tuple[SitingMeasure, ...] = get_args(SitingMeasure)
OPENS_P = frozenset({"p-median", "k-nearest-p-median", "p-center", "p-dispersion", "capacitated-p-median"})
COVERS = frozenset({"max-coverage", "set-cover", "backup-coverage", "cost-to-target"})
COUNTS_MONEY = frozenset({"fixed-charge", "cost-to-target"})  # in the objective
# The parameters that a model has, by what it seeks; those that it must give stand first, the others may be left out.
_SUPPLY, _PLACES, _LONGEST = "existing_supply_covers", "every_place_may_host", "cutoff_minutes"
PARAMETERS: Mapping[SitingMeasure, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "max-coverage": ((_LONGEST,), (_SUPPLY, _PLACES)),
    "set-cover": ((_LONGEST,), (_SUPPLY, _PLACES)),
    "backup-coverage": ((_LONGEST, "backup_of"), (_SUPPLY, _PLACES)),
    "p-median": ((), (_LONGEST, _SUPPLY, _PLACES)),
    "k-nearest-p-median": (("nearest",), (_LONGEST, _SUPPLY, _PLACES)),
    "p-center": ((), (_SUPPLY, _PLACES)),
    "p-dispersion": ((), (_PLACES,)),
    "capacitated-p-median": (("single_source",), (_LONGEST,)),
    "fixed-charge": (("single_source", "travel_cost_eur_per_inhabitant_minute"), (_LONGEST,)),
    "cost-to-target": ((_LONGEST, "covered_share"), (_SUPPLY, _PLACES)),
}
SITING_PARAMETERS = tuple(dict.fromkeys(name for must, may in PARAMETERS.values() for name in (*must, *may)))


class SitingObjective(Strict):
    """The named model: what is sought."""

    measure: SitingMeasure


class SitingConstraints(Strict):
    """A switch per rule; the rule of that name is in FORMULATION.md."""

    site_count: bool
    budget: bool
    forced_sites: bool
    excluded_sites: bool
    existing_sites: bool


class SitingAssumptions(Strict):
    """One model without professions; a parameter is there where what is sought has it (`PARAMETERS`)."""

    name: str
    title: Text
    coverage: Literal["reached", "none"]
    objective: SitingObjective
    constraints: SitingConstraints
    cutoff_minutes: Parameter[NotNegative | None] | None = None
    nearest: Parameter[Annotated[int, Field(ge=1, le=1000)]] | None = None
    backup_of: Parameter[Literal["points", "inhabitants"]] | None = None
    covered_share: Parameter[Share] | None = None
    single_source: Parameter[bool] | None = None
    travel_cost_eur_per_inhabitant_minute: Parameter[NotNegative] | None = None
    existing_supply_covers: Parameter[str | None] | None = None
    every_place_may_host: Parameter[bool] | None = None
    formats: dict[str, Format] = Field(default_factory=dict)

    @property
    def candidates(self) -> CandidateRules | None:
        """None: the rules of candidates are those of models with professions."""
        return None

    @property
    def counts_money(self) -> bool:
        """Whether money is in what is sought."""
        return self.objective.measure in COUNTS_MONEY

    @model_validator(mode="after")
    def _of_its_measure(self) -> Self:
        measure = self.objective.measure
        must, may = PARAMETERS[measure]
        problems = [MISSING.at(name) for name in must if getattr(self, name) is None]
        problems += [
            problem("{measure} has no such parameter; take it out", measure=measure).at(name)
            for name in SITING_PARAMETERS
            if name not in {*must, *may} and getattr(self, name) is not None
        ]
        covers = "reached" if measure in COVERS else "none"
        if self.coverage != covers:
            problems.append(
                problem(
                    "must be {expected} with {measure}, got {value}",
                    expected=covers,
                    measure=measure,
                    value=self.coverage,
                ).at("coverage")
            )
        if self.cutoff_minutes is not None and self.cutoff_minutes.value is None and _LONGEST in must:
            problems.append(problem("{measure} needs a number", measure=measure).at(_LONGEST))
        if measure in OPENS_P and not self.constraints.site_count:
            problems.append(problem("{measure} needs it", measure=measure).at("constraints.site_count"))
        if measure == "p-dispersion" and self.constraints.budget:
            problems.append(problem("p-dispersion counts no money; set it to false").at("constraints.budget"))
        if problems:
            raise ValueError(*problems)
        return self


def parse_siting_model(content: Mapping[str, Any], place: str) -> SitingAssumptions:
    """Return a checked model without professions; ``place`` is what each path is written after in messages.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    try:
        return SitingAssumptions.model_validate(content)
    except ValidationError as fault:
        kinds: tuple[type[Strict], ...] = (SitingAssumptions, SitingConstraints, Format, Parameter)
        known = [name for kind in kinds for name in kind.model_fields]
        raise ScenarioError(after(place, each) for each in schema_problems(fault, known)) from fault


def is_siting_model(content: object) -> bool:
    """Return whether a model as it is written seeks what a model without professions does."""
    if not isinstance(content, Mapping):
        return False
    objective = content.get("objective")
    seeks = isinstance(objective, Mapping) and objective.get("measure") in MEASURES
    return seeks or ("professions" not in content and content.get("coverage") in {"reached", "none"})


def names_siting_model(model: object, beside: Path) -> bool:
    """Return whether what a scenario has as its model is one without professions; one that cannot be read is none.

    Parameters
    ----------
    beside
        Folder of the scenario's file.
    """
    if not isinstance(model, str):
        return is_siting_model(model)
    try:
        return is_siting_model(read_model(find_file(model, "models", beside)))
    except ScenarioError:
        return False


def refuse_siting_model(model: object, file: Path) -> None:
    """Refuse a model without professions where practitioners are asked about.

    Raises
    ------
    ScenarioError
        That says which commands know such a model.
    """
    if names_siting_model(model, file.parent):
        raise ScenarioError(without_professions().at("model").at(file))


def refuse_options(given: Mapping[str, object]) -> None:
    """Refuse options that a model without professions does not have, as far as they are given.

    Raises
    ------
    ScenarioError
        With each of them.
    """
    problems = [
        problem("a siting model, without professions, does not have this option").at(name)
        for name, value in given.items()
        if value is not None
    ]
    if problems:
        raise ScenarioError(problems)


def without_professions() -> Sentence:
    """Return why a command does not take a model without professions."""
    return problem(
        "a siting model without professions, which solve, check, verify and report know; this command needs a model "
        "with professions, such as allocation"
    )
