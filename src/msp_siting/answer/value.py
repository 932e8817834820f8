"""One answer: the plan, who is served, and what it is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from msp_siting.answer.coverage import Coverage
from msp_siting.answer.ends import End
from msp_siting.answer.near_hosts import name_near_hosts
from msp_siting.answer.people import tabulate_groups
from msp_siting.answer.today import Today
from msp_siting.problem import (
    Assignment,
    CandidateReview,
    Instance,
    Plan,
    Solution,
    improvement_gap,
    relative_gap,
    review_candidates,
)
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory


@dataclass(frozen=True)
class Answer:
    """A run's values from the question to the coverage.

    Attributes
    ----------
    before
        Who is served where with the supply of the horizon and nothing opened.
    objective_before
        Its objective; also reckoned where opening nothing is no plan.
    coverage
        None where no plan was found.
    today
        The territory in the years of its files, where the question has a horizon.
    ends
        The plan at both ends of its gain, where ordinary installations are known (`ends_of`).
    partly_filled
        The plan with some of its posts empty, where the model says how many are filled.
    """

    scenario: Scenario
    territory: Territory
    instance: Instance
    before: Assignment
    objective_before: float
    solution: Solution
    coverage: Coverage | None
    today: Today | None = None
    ends: Mapping[str, End] | None = None
    partly_filled: End | None = None

    @property
    def plan(self) -> Plan:
        """The plan found, or the empty one."""
        return self.solution.plan or Plan.empty()

    @cached_property
    def review(self) -> CandidateReview:
        """What the rules of candidates say of every candidate site of the territory."""
        return review_candidates(self.territory, self.scenario)

    @cached_property
    def near_hosts(self) -> pd.DataFrame:
        """Where the teams of the plan might work instead (`near_hosts.name_near_hosts`)."""
        return name_near_hosts(self.territory, self.instance, self.plan, self.solution.choice)

    @property
    def moments(self) -> tuple[str, ...]:
        """The moments that figures are told of: today too where the question has a horizon."""
        return ("before", "after") if self.today is None else ("today", "before", "after")

    @cached_property
    def groups(self) -> pd.DataFrame:
        """What the plan means to groups of inhabitants (`people.tabulate_groups`); without a plan no row."""
        return tabulate_groups(self.territory, self.coverage, self.moments)

    @property
    def aims_at_apl(self) -> bool:
        """Whether the APL is what the plan is about: minimised, or asked of zones at the least cost."""
        asked = self.instance.measure == "cost" and self.scenario.question.asks_for_apl
        return self.instance.goal is not None or asked

    @property
    def gap(self) -> float | None:
        """|objective - bound| / |objective|."""
        return relative_gap(self.solution.objective, self.solution.bound)

    @property
    def improvement_gap(self) -> float | None:
        """Share of the achievable gain that might still be missed; None where the least cost is sought."""
        if self.instance.measure == "cost":
            return None
        before = self.objective_before if self.instance.opening_nothing_is_a_plan else None
        return improvement_gap(self.solution.objective, self.solution.bound, before)
