"""Classes of the figures that maps colour: which class a value is in, its colour and its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from msp_siting.report.maps.legend import (
    APL_CHANGES,
    APL_COLOURS,
    CLASS_UPPER_SHARES,
    COLOURS,
    DIFFERENCE_COLOURS,
    DIFFERENCE_SHARES,
    MINUTES_COLOURS,
    NOBODY_COLOUR,
    POSTS_COLOURS,
    STEPS_FROM_FLOOR,
    UPPER_MINUTES,
    UPPER_POSTS,
)
from msp_siting.report.wording import MINUS, Wording

ROUNDING = 1e-6  # a value this close above an upper limit is at the limit


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

    def numbers(self, values: Sequence[float] | pd.Series) -> np.ndarray:
        """Return the number of every value's class, from 0; unknown values have the number after the last."""
        known = np.asarray(values, dtype=float)
        return np.where(np.isnan(known), len(self.classes), np.searchsorted(self.edges, known, side="right"))

    def colours(self, values: Sequence[float] | pd.Series) -> list[str]:
        """Return the colour of every value."""
        return [self.entries[number][0] for number in self.numbers(values)]


def uncovered_scale(wording: Wording) -> Scale:
    """Return the classes of an uncovered share (0-1); an upper limit belongs to its class."""
    limits = CLASS_UPPER_SHARES[:-1]
    texts = _upper_texts([wording.percent(share, 0) for share in limits], wording)
    return _of_upper_limits(limits, COLOURS, texts, wording.say("map_difference_nobody"))


def minutes_scale(wording: Wording) -> Scale:
    """Return the classes of minutes to the nearest; unknown where no time is known."""
    texts = _upper_texts([wording.whole(limit) for limit in UPPER_MINUTES], wording)
    return _of_upper_limits(UPPER_MINUTES, MINUTES_COLOURS, texts, wording.say("map_minutes_unknown"))


def posts_scale(wording: Wording) -> Scale:
    """Return the classes of practitioners in a commune (FTE); the first is none at all."""
    texts = _upper_texts([wording.whole(limit) for limit in UPPER_POSTS], wording)
    texts = [wording.say("map_posts_none"), *texts[1:]]
    return _of_upper_limits(UPPER_POSTS, POSTS_COLOURS, texts, wording.say("map_apl_unknown"))


def apl_scale(wording: Wording, floor: float) -> Scale:
    """Return the classes of an APL (visits a year) around its floor; a lower limit belongs to its class."""
    edges = tuple(floor + step for step in STEPS_FROM_FLOOR)
    limits = [wording.decimal(edge) for edge in edges]
    texts = [
        wording.say("map_apl_first", upper=limits[0]),
        *_between(limits, wording),
        wording.say("map_apl_last", lower=limits[-1]),
    ]
    return Scale(edges, tuple(zip(APL_COLOURS, texts, strict=True)), wording.say("map_apl_unknown"))


def difference_scale(wording: Wording) -> Scale:
    """Return the classes of a difference in uncovered share (-1 to 1), told in points; fewer is blue."""
    steps = [wording.decimal(100 * share, 1).removesuffix(".0").removesuffix(",0") for share in DIFFERENCE_SHARES]
    return _of_steps(DIFFERENCE_SHARES, DIFFERENCE_COLOURS, steps, wording.say("map_difference_nobody"), wording)


def apl_change_scale(wording: Wording) -> Scale:
    """Return the classes of a change in APL (visits a year); more is blue."""
    steps = [wording.decimal(step, 2) for step in APL_CHANGES]
    return _of_steps(APL_CHANGES, DIFFERENCE_COLOURS[::-1], steps, wording.say("map_apl_unknown"), wording)


def _of_upper_limits(limits: Sequence[float], colours: Sequence[str], texts: Sequence[str], unknown: str) -> Scale:
    return Scale(tuple(limit + ROUNDING for limit in limits), tuple(zip(colours, texts, strict=True)), unknown)


def _of_steps(
    limits: Sequence[float], colours: Sequence[str], steps: Sequence[str], unknown: str, wording: Wording
) -> Scale:
    """Return the classes of a difference either way; a limit belongs to the class nearer to none."""
    texts = [
        wording.say("map_difference_most", sign=MINUS, limit=steps[-1]),
        *(
            wording.say("map_difference_between", sign=MINUS, low=lower, high=upper)
            for lower, upper in reversed([*pairwise(steps)])
        ),
        wording.say("map_difference_none", limit=steps[0]),
        *(wording.say("map_difference_between", sign="+", low=lower, high=upper) for lower, upper in pairwise(steps)),
        wording.say("map_difference_most", sign="+", limit=steps[-1]),
    ]
    edges = (*(-limit - ROUNDING for limit in reversed(limits)), *(limit + ROUNDING for limit in limits))
    return Scale(edges, tuple(zip(colours, texts, strict=True)), unknown)


def _upper_texts(limits: Sequence[str], wording: Wording) -> list[str]:
    first, last = limits[0], limits[-1]
    return [
        wording.say("map_class_first", upper=first),
        *_between(limits, wording),
        wording.say("map_class_last", lower=last),
    ]


def _between(limits: Sequence[str], wording: Wording) -> list[str]:
    return [wording.say("map_class_between", lower=lower, upper=upper) for lower, upper in pairwise(limits)]
