"""What only searches say of good plans beside those of some runs: ``alternatives.json``, written and read back."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from msp_siting.answer import (
    Alternatives,
    Label,
    Problem,
    SiteAlternatives,
    ZonePosts,
    host_table,
    limits_of,
    zones_of_sites,
)
from msp_siting.errors import DataError, problem
from msp_siting.files import read_utf8, schema_problems
from msp_siting.problem import ChoiceReport, Plan
from msp_siting.runs.alternatives import Examined
from msp_siting.scenario import Scenario
from msp_siting.solver import GoodPlan


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class _KeptPlan(_Kept):
    sites: list[tuple[str, str]]
    staff: list[tuple[str, str, int]]
    objective: float
    shortfall: float

    def plan(self) -> GoodPlan:
        sites = pd.DataFrame(self.sites, columns=["site_id", "format"]).astype("str")
        staff = pd.DataFrame(self.staff, columns=["site_id", "profession", "recruited"])
        staff = staff.astype({"site_id": "str", "profession": "str", "recruited": int})
        return GoodPlan(Plan(sites, staff), self.objective, self.shortfall)


class _KeptSite(_Kept):
    site_id: str
    label: Label
    bound: float | None  # None: no such plan
    least: int | None
    instead: int | None


class KeptAlternatives(_Kept):
    """What was found beside the plan of one run.

    Attributes
    ----------
    plans
        Plans, the first of which are those unlike one another; others are meant by their number here, from 0.
    unlike
        How many these are.
    """

    run: str
    plans: list[_KeptPlan]
    unlike: int
    shared_bounds: list[int]
    sites: list[_KeptSite]
    hosts: list[dict[str, str | float | bool]]
    zones: list[ZonePosts] | None
    ended_by: Literal["exhausted", "time_limit", "interrupt"]

    def found(self, known: Problem, scenario: Scenario, choice: ChoiceReport) -> Alternatives:
        """Return it as the searches did, on the problem that they searched."""
        instance = known.instance.asked(scenario)
        if instance.preference is None:
            raise DataError(problem("the model asks for no choice"))
        plans = [each.plan() for each in self.plans]

        def of(number: int | None) -> GoodPlan | None:
            return None if number is None else plans[number]

        return Alternatives(
            scenario=scenario,
            instance=instance,
            choice=choice,
            limits=limits_of(choice, instance.preference, known.objective_before),
            least_shortfall=choice.shortfall.found,
            plans=tuple(plans[: self.unlike]),
            shared_bounds=tuple(self.shared_bounds),
            sites=tuple(
                SiteAlternatives(
                    site.site_id,
                    site.label,
                    math.inf if site.bound is None else site.bound,
                    of(site.least),
                    of(site.instead),
                )
                for site in self.sites
            ),
            hosts=host_table(self.hosts),
            zones=None if self.zones is None else tuple(self.zones),
            zone_of_site=zones_of_sites(known.territory, instance),
            ended_by=self.ended_by,
        )


class _Runs(_Kept):
    runs: list[KeptAlternatives]


def keep_alternatives(examined: Sequence[Examined]) -> str:
    """Return the text of ``alternatives.json``."""
    return _Runs(runs=[_kept(each) for each in examined]).model_dump_json(indent=2) + "\n"


def read_alternatives(path: Path) -> dict[str, KeptAlternatives]:
    """Return what was found beside each run, by what it is called.

    Raises
    ------
    DataError
        With every problem of the file.
    """
    try:
        found = _Runs.model_validate_json(read_utf8(path, DataError))
    except ValidationError as fault:
        raise DataError(each.at(path) for each in schema_problems(fault, _Runs.model_fields)) from fault
    return {each.run: each for each in found.runs}


def _kept(examined: Examined) -> KeptAlternatives:
    found = examined.found
    every: dict[tuple[tuple[object, ...], ...], GoodPlan] = {plan.decisions: plan for plan in found.plans}
    for site in found.sites:
        for plan in (site.instead, site.least):
            if plan is not None:
                every.setdefault(plan.decisions, plan)
    number = {decisions: position for position, decisions in enumerate(every)}

    def numbered(plan: GoodPlan | None) -> int | None:
        return None if plan is None else number[plan.decisions]

    return KeptAlternatives(
        run=examined.chosen.label,
        plans=[_kept_plan(plan) for plan in every.values()],
        unlike=len(found.plans),
        shared_bounds=list(found.shared_bounds),
        sites=[
            _KeptSite(
                site_id=site.site_id,
                label=site.label,
                bound=None if math.isinf(site.bound) else float(site.bound),
                least=numbered(site.least),
                instead=numbered(site.instead),
            )
            for site in found.sites
        ],
        hosts=_records(found.hosts),
        zones=None if found.zones is None else list(found.zones),
        ended_by=found.ended_by,
    )


def _kept_plan(good: GoodPlan) -> _KeptPlan:
    return _KeptPlan(
        sites=[(str(site), str(kind)) for site, kind in good.plan.sites.itertuples(index=False, name=None)],
        staff=[(str(s), str(p), int(n)) for s, p, n in good.plan.staff.itertuples(index=False, name=None)],
        objective=float(good.objective),
        shortfall=float(good.shortfall),
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]
