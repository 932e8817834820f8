"""What a question aims at and whose need it counts more: choices of whoever asks, no facts."""

from typing import Annotated

from pydantic import Field

from msp_siting.files import Share, Strict

NeedWeight = Annotated[float, Field(ge=0.1, le=10)]


class Targets(Strict):
    """What a plan reaches in the whole territory: the least share (0-1) of a profession's need that is served."""

    covered_share: dict[str, Share] = Field(default_factory=dict)


class Weights(Strict):
    """By what the need of some people is multiplied, at every stage and for every profession.

    Attributes
    ----------
    groups
        By group of inhabitants (``inhabitants_<group>``): of a demand point in proportion to the group's share of it.
    zones
        By kind of zone and ``zone_id``.
    zoning
        By profession and status of its zoning.
    """

    groups: dict[str, NeedWeight] = Field(default_factory=dict)
    zones: dict[str, dict[str, NeedWeight]] = Field(default_factory=dict)
    zoning: dict[str, dict[str, NeedWeight]] = Field(default_factory=dict)
