"""Contents of models/: what is minimised, which rules hold, and every parameter with unit, source and kind."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    ValidationError,
    model_validator,
)

from msp_siting.errors import ScenarioError, problem
from msp_siting.files import (
    MISSING,
    Count,
    NotNegative,
    Parameter,
    Positive,
    Share,
    Strict,
    Text,
    near_name,
    schema_problems,
)
from msp_siting.scenario.changes import after, refuse_retired
from msp_siting.scenario.choosing import Choice
from msp_siting.scenario.flows import Flows, NationalBalance
from msp_siting.scenario.formats import Format
from msp_siting.scenario.hosts import CandidateRules
from msp_siting.scenario.money import Money
from msp_siting.scenario.recruitment import Recruitment
from msp_siting.scenario.spacing import Spacing

SMALLEST_WEIGHT = 1e-4


def _not_vanishing(weight: float) -> float:
    if 0 < weight < SMALLEST_WEIGHT:
        wrong = problem(
            "must be 0 or at least {least:g} (less is lost in the solver's rounding), got {value:g}",
            least=SMALLEST_WEIGHT,
            value=weight,
        )
        raise ValueError(wrong)
    return weight


Weight = Annotated[NotNegative, AfterValidator(_not_vanishing)]


class Profession(Strict):
    """What one post of a profession can do, how far people travel to it, and how much it counts."""

    title: Text
    paramedical: Parameter[bool]
    capacity_inhabitants_per_post: Parameter[Positive]
    cutoff_minutes: Parameter[Positive]
    weight: Parameter[Weight]
    installation_eur: Parameter[Money]


class Bands(Strict):
    """Convex bands of the share of a demand point's need left uncovered; each costs more than the last."""

    upper_shares: Parameter[list[Share]]
    slopes: Parameter[list[Positive]]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        shares, slopes = self.upper_shares.value, self.slopes.value
        if len(shares) != len(slopes):
            unequal = problem(
                "upper_shares and slopes must be equally many, got {shares} and {slopes}",
                shares=len(shares),
                slopes=len(slopes),
            )
            raise ValueError(unequal)
        if not shares or shares[-1] != 1 or shares[0] == 0 or sorted(set(shares)) != shares:
            raise ValueError(problem("upper_shares must rise strictly from above 0 to 1, got {shares}", shares=shares))
        if sorted(set(slopes)) != slopes:
            raise ValueError(problem("slopes must rise strictly, got {slopes}", slopes=slopes))
        return self


class Need(Strict):
    """How need grows, and how what is left uncovered is weighed."""

    bands: Bands
    population_growth_share_per_year: Parameter[Annotated[float, Field(ge=-0.1, le=0.1)]]

    @model_validator(mode="before")
    @classmethod
    def _without_steps(cls, content: object) -> object:
        """Refuse the step of earlier versions in words."""
        return refuse_retired(content, "need.")


class Decay(Strict):
    """One interval of travel time and the share of a GP's supply that counts there."""

    below_minutes: Positive
    weight: Share


class Apl(Strict):
    """Parameters of the accessibilité potentielle localisée to GPs."""

    profession: str
    decay: Parameter[list[Decay]]
    last_minutes: Parameter[Positive]
    visits_per_gp_per_year: Parameter[Positive]
    calibrate_to_official_mean: Parameter[bool]
    floor_visits_per_year: Parameter[NotNegative]
    seasonal_flag_visits_per_year: Parameter[Positive]
    seasonal_flag_inhabitants_most: Parameter[Count]

    @model_validator(mode="after")
    def _falling(self) -> Self:
        ends = [step.below_minutes for step in self.decay.value]
        weights = [step.weight for step in self.decay.value]
        if not ends or sorted(set(ends)) != ends or sorted(weights, reverse=True) != weights:
            unsorted = problem(
                "decay must have below_minutes that rise and weights that fall, got {ends} and {weights}",
                ends=ends,
                weights=weights,
            )
            raise ValueError(unsorted)
        if ends[-1] != self.last_minutes.value:
            unequal = problem(
                "decay ends at {ends} minutes, but last_minutes is {last}; make them equal",
                ends=ends[-1],
                last=self.last_minutes.value,
            )
            raise ValueError(unequal)
        return self


class Objective(Strict):
    """What is minimised, and whether by bands; ``level`` and ``gps`` belong to measures of the APL.

    ``level`` is ``commune`` or a kind of zone, whose mean counts; left out: communes, and all GPs.
    """

    measure: Literal["uncovered", "cost", "apl_shortfall", "apl_inhabitants_below_floor"]
    bands: bool
    level: Parameter[str] | None = None
    gps: Parameter[Literal["all", "under_65"]] | None = None

    @property
    def is_of_apl(self) -> bool:
        """Whether it is a measure of the APL."""
        return self.measure.startswith("apl_")

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if not self.is_of_apl and (self.level is not None or self.gps is not None):
            raise ValueError(
                problem("level and gps belong to measures of the APL, got {measure}", measure=self.measure)
            )
        if self.measure == "apl_inhabitants_below_floor" and self.bands:
            raise ValueError(
                problem("inhabitants below the floor are counted, not weighed by bands; set bands to false")
            )
        return self


class Constraints(Strict):
    """A switch per rule; the rule of that name is in FORMULATION.md and in the code."""

    need_balance: Literal[True]
    capacity: Literal[True]
    composition: bool
    one_format: Literal[True]
    budget: bool
    aid_budget: bool = True  # without a limit in the scenario it asks nothing
    recruitment_pool: bool
    recruitment_by_zone: bool = False  # a model of before it asks for nothing
    site_count: bool
    spacing: bool = False  # the same
    forced_sites: bool
    excluded_sites: bool
    kept_sites: bool = True  # these six ask nothing of a scenario without their keys
    zone_sites: bool = True
    zone_budget: bool = True
    coverage_target: bool = True
    zone_coverage: bool = True
    zone_apl: bool = True


class Assumptions(Strict):
    """One model: measure of coverage, objective, rules and parameters."""

    name: str
    title: Text
    coverage: Literal["allocated", "apl"]
    objective: Objective
    constraints: Constraints
    professions: dict[str, Profession]
    formats: dict[str, Format]
    need: Need
    apl: Apl
    candidates: CandidateRules | None = None
    spacing: Spacing | None = None
    recruitment: Recruitment | None = None
    choice: Choice | None = None
    flows: Flows | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = []
        for key, records in (("professions", self.professions), ("formats", self.formats)):
            if not records:
                problems.append(problem("at least one is needed").at(key))
        for name, kind in self.formats.items():
            fewest, most = kind.staff_fewest.value, kind.staff_most.value
            for key, staff in (("staff_fewest", fewest), ("staff_most", most)):
                unknown = sorted(set(staff) - set(self.professions))
                problems += [
                    (problem("no such profession") + near_name(profession, self.professions)).at(
                        f"formats.{name}.{key}.{profession}"
                    )
                    for profession in unknown
                ]
                missing = sorted(set(self.professions) - set(staff))
                problems += [problem("missing").at(f"formats.{name}.{key}.{profession}") for profession in missing]
            problems += [
                problem(
                    "staff_fewest.{profession} is {least}, above staff_most ({most})",
                    profession=profession,
                    least=least,
                    most=most[profession],
                ).at(f"formats.{name}")
                for profession, least in fewest.items()
                if least > most.get(profession, least)
            ]
        if self.objective.is_of_apl != (self.coverage == "apl"):
            apart = problem(
                "coverage is apl with a measure of the APL, else allocated; got {coverage} with {measure}",
                coverage=self.coverage,
                measure=self.objective.measure,
            )
            problems.append(apart.at("coverage"))
        if self.constraints.spacing and self.spacing is None:
            problems.append(MISSING.at("spacing"))
        if self.constraints.recruitment_by_zone and self.recruitment is None:
            problems.append(MISSING.at("recruitment"))
        if self.apl.profession not in self.professions:
            absent = problem("no such profession {profession!r}", profession=self.apl.profession)
            problems.append((absent + near_name(self.apl.profession, self.professions)).at("apl.profession"))
        if problems:
            raise ValueError(*problems)
        return self


def parse_model(content: Mapping[str, Any], place: str) -> Assumptions:
    """Return a checked model.

    Parameters
    ----------
    content
        A model as read.
    place
        What each path is written after in messages, such as ``problem("{file}: ", file=path)``.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    try:
        return Assumptions.model_validate(content)
    except ValidationError as fault:
        kinds = (Assumptions, Profession, Format, CandidateRules, Flows, NationalBalance, Parameter)
        known = [name for kind in kinds for name in kind.model_fields]
        raise ScenarioError(after(place, each) for each in schema_problems(fault, known)) from fault
