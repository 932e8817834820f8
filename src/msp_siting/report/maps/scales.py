"""Classes of the figures that maps colour: which class a value is in, its colour and its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from msp_siting.report.maps.legend import (
    CLASS_UPPER_SHARES,
    COLOURS,
    DIFFERENCE_SHARES,
    NOBODY_COLOUR,
    ROUNDING_SHARE,
    STEPS_FROM_FLOOR,
    apl_classes,
    difference_classes,
    uncovered_classes,
)
from msp_siting.report.wording import Wording

UPPER_MINUTES = (5.0, 10.0, 15.0, 20.0, 30.0)


@dataclass(frozen=True)
class Scale:
    """Classes of a figure.

    Attributes
    ----------
    edges
        Between one class and the next, rising; a value at an edge is above it.
    classes
        Colour and text of every class.
    unknown
        What a value is called that is not known.
    """

    edges: tuple[float, ...]
    classes: tuple[tuple[str, str], ...]
    unknown: str

    @property
    def entries(self) -> list[tuple[str, str]]:
        """Colour and text of every class, that of unknown values the last."""
        return [*self.classes, (NOBODY_COLOUR, self.unknown)]

    def colours(self, values: Sequence[float] | pd.Series) -> list[str]:
        """Return the colour of every value."""
        known = np.asarray(values, dtype=float)
        numbers = np.where(np.isnan(known), len(self.classes), np.searchsorted(self.edges, known, side="right"))
        return [self.entries[number][0] for number in numbers]


def uncovered_scale(wording: Wording) -> Scale:
    """Return the classes of an uncovered share (0-1); an upper limit belongs to its class."""
    edges = tuple(limit + ROUNDING_SHARE for limit in CLASS_UPPER_SHARES[:-1])
    return Scale(edges, tuple(uncovered_classes(wording)), wording.say("map_difference_nobody"))


def difference_scale(wording: Wording) -> Scale:
    """Return the classes of a difference in uncovered share (-1 to 1), told in points; fewer is blue."""
    limits = [limit + ROUNDING_SHARE for limit in DIFFERENCE_SHARES]
    edges = (*(-limit for limit in reversed(limits)), *limits)
    classes = difference_classes(wording, with_nobody=False)
    return Scale(edges, tuple(classes), wording.say("map_difference_nobody"))


def apl_scale(wording: Wording, floor: float) -> Scale:
    """Return the classes of an APL (visits a year) around its floor; a lower limit belongs to its class."""
    edges = tuple(floor + step for step in STEPS_FROM_FLOOR)
    return Scale(edges, tuple(apl_classes(wording, floor, with_unknown=False)), wording.say("map_apl_unknown"))


def minutes_scale(wording: Wording) -> Scale:
    """Return the classes of minutes to the nearest; an upper limit belongs to its class."""
    said = [wording.whole(limit) for limit in UPPER_MINUTES]
    texts = [
        wording.say("map_class_first", upper=said[0]),
        *(wording.say("map_class_between", lower=lower, upper=upper) for lower, upper in pairwise(said)),
        wording.say("map_class_last", lower=said[-1]),
    ]
    edges = tuple(limit + ROUNDING_SHARE for limit in UPPER_MINUTES)
    return Scale(edges, tuple(zip(COLOURS, texts, strict=True)), wording.say("map_apl_unknown"))
