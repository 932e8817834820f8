"""Classes and legend of the map of uncovered inhabitants."""

from dataclasses import dataclass
from itertools import pairwise

from msp_siting.report.map_canvas import MARGIN, WIDTH
from msp_siting.report.wording import Wording

# Fixed, so that the maps of two plans compare; an upper limit belongs to its class. Light to dark, colour-blind safe.
CLASS_UPPER_SHARES = (0.05, 0.10, 0.15, 0.20, 0.40, 1.0)
COLOURS = ("#fff7dd", "#fee391", "#fec44f", "#f88d2b", "#cf5210", "#7f2704")
NOBODY_COLOUR = "#e4e4e4"
ROUNDING_SHARE = 1e-6  # a share this close above a limit is at the limit
COLUMNS, ROW_HEIGHT = 3, 200


@dataclass(frozen=True)
class Key:
    """One entry of the legend: a colour or the name of a sign, its text, and where it stands."""

    swatch: str
    text: str
    x: int
    y: int


def colour(share: float) -> str:
    """Return the colour of an uncovered share (0-1); NaN, where nobody lives, has one of its own."""
    if share != share:  # noqa: PLR0124 - NaN
        return NOBODY_COLOUR
    limits = zip(CLASS_UPPER_SHARES, COLOURS, strict=True)
    return next(shade for upper, shade in limits if share <= upper + ROUNDING_SHARE)


def legend(wording: Wording, top: int, signs: dict[str, str]) -> list[Key]:
    """Return the entries of the legend in rows: the classes with their limits, then the signs.

    Parameters
    ----------
    top
        Where the first row stands on the drawing.
    signs
        Texts by name of sign: ``border``, ``zone``, ``site``.
    """
    entries = [*zip(COLOURS, _class_texts(wording), strict=True), *signs.items()]
    step = (WIDTH - 2 * MARGIN) // COLUMNS
    return [
        Key(swatch, text, MARGIN + number % COLUMNS * step, top + number // COLUMNS * ROW_HEIGHT)
        for number, (swatch, text) in enumerate(entries)
    ]


def _class_texts(wording: Wording) -> list[str]:
    first, *_, last, _ = limits = [wording.percent(share, 0) for share in CLASS_UPPER_SHARES]
    between = [wording.say("map_class_between", lower=lower, upper=upper) for lower, upper in pairwise(limits[:-1])]
    return [
        wording.say("map_class_first", upper=first),
        *between,
        wording.say("map_class_last", lower=last),
    ]
