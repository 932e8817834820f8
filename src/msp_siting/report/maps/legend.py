"""Classes and legends of the maps: uncovered inhabitants of a plan, APL of a diagnosis, plans compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from msp_siting.report.maps.canvas import MARGIN, WIDTH
from msp_siting.report.wording import MINUS, Wording

# Fixed, so that the maps of two plans compare; an upper limit belongs to its class. Light to dark, colour-blind safe.
CLASS_UPPER_SHARES = (0.05, 0.10, 0.15, 0.20, 0.40, 1.0)
COLOURS = ("#fff7dd", "#fee391", "#fec44f", "#f88d2b", "#cf5210", "#7f2704")
NOBODY_COLOUR = "#e4e4e4"
ROUNDING_SHARE = 1e-6  # a share this close above a limit is at the limit
COLUMNS, ROW_HEIGHT = 3, 200
# Steps from the APL floor; a lower limit belongs to its class, as "below the floor" leaves the floor out. Orange to
# blue, which the colour-blind tell apart.
STEPS_FROM_FLOOR = (-1.0, 0.0, 1.0, 2.0)
APL_COLOURS = ("#b35806", "#f1a340", "#f7f7f7", "#a6bddb", "#4575b4")
# Of the difference between two plans, either way; a limit belongs to the class nearer to no difference.
DIFFERENCE_SHARES = (0.005, 0.02, 0.05)
DIFFERENCE_COLOURS = ("#2c5fa8", "#6f9fd0", "#c3d7ec", "#f7f7f7", "#fddfb5", "#f1a340", "#b35806")


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


def apl_colour(apl: float, floor: float) -> str:
    """Return the colour of an APL (visits a year); NaN, where it is not known, has one of its own."""
    if apl != apl:  # noqa: PLR0124 - NaN
        return NOBODY_COLOUR
    return APL_COLOURS[sum(apl >= limit for limit in _limits(floor))]


def apl_classes(wording: Wording, floor: float, *, with_unknown: bool) -> list[tuple[str, str]]:
    """Return colour and text of every class of APL."""
    limits = [wording.decimal(limit) for limit in _limits(floor)]
    texts = [
        wording.say("map_apl_first", upper=limits[0]),
        *(wording.say("map_class_between", lower=lower, upper=upper) for lower, upper in pairwise(limits)),
        wording.say("map_apl_last", lower=limits[-1]),
    ]
    known = list(zip(APL_COLOURS, texts, strict=True))
    return [*known, (NOBODY_COLOUR, wording.say("map_apl_unknown"))] if with_unknown else known


def difference_colour(share: float) -> str:
    """Return the colour of a difference in uncovered share (-1 to 1): blue for fewer, orange for more."""
    if share != share:  # noqa: PLR0124 - NaN
        return NOBODY_COLOUR
    steps = sum(abs(share) > limit + ROUNDING_SHARE for limit in DIFFERENCE_SHARES)
    return DIFFERENCE_COLOURS[len(DIFFERENCE_SHARES) + (steps if share > 0 else -steps)]


def difference_classes(wording: Wording, *, with_nobody: bool) -> list[tuple[str, str]]:
    """Return colour and text of every class of a difference in uncovered share, in points."""
    steps = [wording.decimal(100 * share, 1).removesuffix(".0").removesuffix(",0") for share in DIFFERENCE_SHARES]
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
    known = list(zip(DIFFERENCE_COLOURS, texts, strict=True))
    return [*known, (NOBODY_COLOUR, wording.say("map_difference_nobody"))] if with_nobody else known


def uncovered_classes(wording: Wording) -> list[tuple[str, str]]:
    """Return colour and text of every class of the share uncovered."""
    return list(zip(COLOURS, _class_texts(wording), strict=True))


def legend_keys(entries: Sequence[tuple[str, str]], top: int) -> list[Key]:
    """Return the entries of a legend in rows.

    Parameters
    ----------
    entries
        A colour, or the name of a sign (``border``, ``zone``, ``site``, ``added``, ``dropped``), with its text.
    top
        Where the first row stands on the drawing.
    """
    step = (WIDTH - 2 * MARGIN) // COLUMNS
    return [
        Key(swatch, text, MARGIN + number % COLUMNS * step, top + number // COLUMNS * ROW_HEIGHT)
        for number, (swatch, text) in enumerate(entries)
    ]


def _limits(floor: float) -> list[float]:
    return [floor + step for step in STEPS_FROM_FLOOR]


def _class_texts(wording: Wording) -> list[str]:
    first, *_, last, _ = limits = [wording.percent(share, 0) for share in CLASS_UPPER_SHARES]
    between = [wording.say("map_class_between", lower=lower, upper=upper) for lower, upper in pairwise(limits[:-1])]
    return [
        wording.say("map_class_first", upper=first),
        *between,
        wording.say("map_class_last", lower=last),
    ]
