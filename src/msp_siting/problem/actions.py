"""As what a candidate site may open: a creation, an extension of the MSP there, or a satellite of one around."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from msp_siting.scenario import Action

OF_PLACES = frozenset({"centre", "pharmacy"})


@dataclass(frozen=True)
class Surroundings:
    """What matters at the place of one candidate site.

    Attributes
    ----------
    broken
        Rules of candidates that the site breaks, asked or not; ``no_msp`` where an MSP stands.
    known
        What formats of the model are.
    asked
        Switches of the rules of candidates that are on.
    has_parent
        Whether an MSP stands there, or near enough for a satellite.
    """

    broken: frozenset[str]
    known: AbstractSet[Action]
    asked: frozenset[str]
    has_parent: bool

    @property
    def possible(self) -> set[Action]:
        """What it may be whatever the rules ask."""
        beside: Action = "extension" if "no_msp" in self.broken else "satellite"
        return {"creation", *((beside,) if self.has_parent else ())} & self.known

    @property
    def allowed(self) -> set[Action]:
        """What the rules leave of it: where an MSP stands no creation, where a gate fails nothing."""
        broken = self.broken & self.asked
        if "gates" in broken:
            return set()
        fits: dict[Action, bool] = {
            "creation": not broken,
            "extension": not broken & OF_PLACES,
            "satellite": not broken & OF_PLACES or "asked_of_satellites" not in self.asked,
        }
        return {action for action in self.possible if fits[action]}

    @property
    def forced(self) -> set[Action]:
        """What it may be where it must open: where an MSP stands its extension, if the model has one."""
        extends = "no_msp" in self.broken & self.asked and "extension" in self.possible
        return {"extension"} if extends else self.possible
