"""What models/ asks of the place of a candidate site."""

from collections.abc import Mapping
from typing import Protocol

from pydantic import Field

from msp_siting.files import Parameter, Strict
from msp_siting.scenario.formats import Format
from msp_siting.scenario.question import Question


def _of_all() -> Parameter[bool]:
    return Parameter[bool](value=True, unit="yes/no", source="left out: asked of all", kind="assumed")


class CandidateRules(Strict):
    """A switch for each thing asked; what is not known of a place excludes nobody there.

    ``asked_of_satellites`` says whether ``centre`` and ``pharmacy`` are asked of the place of a satellite too.
    """

    centre: Parameter[bool]
    pharmacy: Parameter[bool]
    no_msp: Parameter[bool]
    gates: Parameter[bool]
    asked_of_satellites: Parameter[bool] = Field(default_factory=_of_all)


class HostModel(Protocol):
    """What a model says of structures and of the places that may host them, with professions or without."""

    @property
    def formats(self) -> Mapping[str, Format]:
        """Structures that may open."""

    @property
    def candidates(self) -> CandidateRules | None:
        """What is asked of a place; None: nothing."""


class HostScenario(Protocol):
    """A scenario as far as candidate sites go."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def question(self) -> Question:
        """Its keys."""

    @property
    def model(self) -> HostModel:
        """Its model."""
