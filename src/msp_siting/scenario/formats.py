"""Structures that a model may open: what opening one is, what it costs, where it may stand, and its team."""

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from msp_siting.errors import problem
from msp_siting.files import MISSING, Count, NotNegative, Parameter, Strict, Text
from msp_siting.scenario.changes import refuse_retired
from msp_siting.scenario.money import Money

Action = Literal["creation", "extension", "satellite"]
ACTIONS: tuple[Action, ...] = get_args(Action)


def _a_creation() -> Parameter[Action]:
    return Parameter[Action](value="creation", unit="what opening it is", source="left out: a creation", kind="assumed")


class Format(Strict):
    """A structure that can be opened: its cost, its host commune and its team (posts by profession, in heads).

    Attributes
    ----------
    action
        A creation; an extension of an MSP, where one stands; or a satellite of one nearby, where none stands.
    aci_eur_per_year
        What health insurance pays its team: revenue of those who work there, no cost of the house.
    host_inhabitants_most
        Of its host commune; None: as many as may be.
    parent_minutes
        Of a satellite: how far the MSP may be that it belongs to.
    """

    title: Text
    action: Parameter[Action] = Field(default_factory=_a_creation)
    capex_eur: Parameter[Money]
    aci_eur_per_year: Parameter[NotNegative]
    host_inhabitants_fewest: Parameter[Count]
    host_inhabitants_most: Parameter[Count] | None = None
    parent_minutes: Parameter[NotNegative] | None = None
    staff_fewest: Parameter[dict[str, Count]]
    staff_most: Parameter[dict[str, Count]]
    paramedical_fewest: Parameter[Count]

    def may_stand_among(self, inhabitants: float) -> bool:
        """Return whether a host commune of so many inhabitants (NaN: not known) is neither too small nor too large."""
        most = self.host_inhabitants_most
        too_large = most is not None and inhabitants > most.value
        return not (inhabitants < self.host_inhabitants_fewest.value or too_large)

    @model_validator(mode="before")
    @classmethod
    def _of_today(cls, content: object) -> object:
        """Refuse keys of earlier versions in words."""
        return refuse_retired(content, "formats.*.")

    @model_validator(mode="after")
    def _has_a_parent(self) -> Self:
        fewest, most = self.host_inhabitants_fewest.value, self.host_inhabitants_most
        if most is not None and most.value < fewest:
            wrong = problem("{most} is below host_inhabitants_fewest ({fewest})", most=most.value, fewest=fewest)
            raise ValueError(wrong.at("host_inhabitants_most"))
        is_satellite = self.action.value == "satellite"
        if is_satellite and self.parent_minutes is None:
            raise ValueError(MISSING.at("parent_minutes"))
        if self.parent_minutes is not None and not is_satellite:
            wrong = problem("only a satellite has a parent; this is {action}", action=f"action: {self.action.value}")
            raise ValueError(wrong.at("parent_minutes"))
        return self
