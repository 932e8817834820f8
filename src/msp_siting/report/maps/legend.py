"""Classes and legends of the maps: uncovered inhabitants of a plan, APL of a diagnosis, plans compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from msp_siting.report.maps.canvas import MARGIN, WIDTH

# Fixed, so that the maps of two plans compare; an upper limit belongs to its class. Colours of a scale keep their order
# in grey and for the colour-blind; those of a difference stay apart there (tests/report/test_colours.py).
CLASS_UPPER_SHARES = (0.01, 0.02, 0.05, 0.10, 0.20, 1.0)
COLOURS = ("#fff7dd", "#fee391", "#fec44f", "#f88d2b", "#cf5210", "#7f2704")
NOBODY_COLOUR = "#e4e4e4"  # on pages dots on white, which no class is
COLUMNS, ROW_HEIGHT = 3, 200
# Steps from the APL floor; a lower limit belongs to its class, as "below the floor" leaves the floor out. The less, the
# darker; below the floor brown, from there on blue.
STEPS_FROM_FLOOR = (-1.0, 0.0, 1.0, 2.0)
APL_COLOURS = ("#7f2704", "#d9651b", "#a3bfdd", "#d0e0f0", "#f7fafd")
# Of the difference between two plans, either way; a limit belongs to the class nearer to no difference.
DIFFERENCE_SHARES = (0.005, 0.02, 0.05)
DIFFERENCE_COLOURS = ("#0f3f7d", "#4682c2", "#adc9e8", "#f7f7f7", "#fbddb4", "#e89540", "#9c4508")
APL_CHANGES = (0.05, 0.2, 0.5)  # visits a year; more of them is blue
UPPER_MINUTES = (5.0, 10.0, 15.0, 20.0, 30.0)
MINUTES_COLOURS = ("#f7f4fb", "#dadaeb", "#bcbddc", "#9e9ac8", "#756bb1", "#4a1486")
UPPER_POSTS = (0.0, 1.0, 3.0, 10.0, 30.0)
POSTS_COLOURS = ("#f4faf3", "#d5edcf", "#a6d8a0", "#66b968", "#2b8a43", "#00441b")
REACH_COLOURS = ("#e3ecf5", "#4682c2", "#7f2704")  # within reach already, with the plan only, not even then
ZONING_COLOURS = {"ZIP": "#5e1460", "ZAC": "#b0509f", "ZAR": "#e0a6d4", "none": "#f7f0f6"}


@dataclass(frozen=True)
class Key:
    """One entry of the legend: a colour or the name of a sign, its text, and where it stands."""

    swatch: str
    text: str
    x: int
    y: int


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
