"""Colours of maps and bars keep their order, or stay apart, in grey and for the colour-blind."""

import re
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

import msp_siting.report
from msp_siting.report.maps.legend import (
    APL_COLOURS,
    COLOURS,
    DIFFERENCE_COLOURS,
    MINUTES_COLOURS,
    POSTS_COLOURS,
    ZONING_COLOURS,
)

# How the colour-blind see linear RGB (Viénot, Brettel and Mollon 1999, in RGB as Machado 2009 has it, severity 1).
SIGHT = {
    "all": np.eye(3),
    "protan": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "deutan": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
}
SEQUENTIAL = {
    "uncovered": COLOURS[::-1],
    "apl": APL_COLOURS,
    "minutes": MINUTES_COLOURS[::-1],
    "posts": POSTS_COLOURS[::-1],
    "zoning": tuple(ZONING_COLOURS.values()),
}
STEP = 5.0  # of lightness (0 black, 100 white) from one class to the next
APART = 7.0  # of lightness between any two classes of a difference
TEMPLATES = Path(msp_siting.report.__file__).parent / "templates"


def luminance(colour: str, sight: str = "all") -> float:
    """Return the relative luminance (0-1) of a colour as somebody sees it."""
    channels = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(np.clip(SIGHT[sight] @ linear, 0, 1) @ (0.2126, 0.7152, 0.0722))


def lightness(colour: str, sight: str = "all") -> float:
    """Return the lightness of CIELAB (0-100), in which equal steps look equal in grey."""
    seen = luminance(colour, sight)
    return 116 * seen ** (1 / 3) - 16 if seen > 0.008856 else 903.3 * seen


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_lightness_is_that_of_grey() -> None:
    assert lightness("#000000") == 0
    assert lightness("#ffffff") == pytest.approx(100, abs=0.01)
    assert lightness("#777777") == pytest.approx(50, abs=0.1)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("scale", SEQUENTIAL)
def test_a_sequential_scale_is_monotone(scale: str, sight: str) -> None:
    shades = [lightness(colour, sight) for colour in SEQUENTIAL[scale]]
    assert all(lighter - darker >= STEP for darker, lighter in pairwise(shades)), shades


@pytest.mark.parametrize("sight", SIGHT)
def test_the_classes_of_a_difference_stay_apart(sight: str) -> None:
    shades = [lightness(colour, sight) for colour in DIFFERENCE_COLOURS]
    assert min(abs(one - other) for one, other in combinations(shades, 2)) >= (APART if sight == "all" else 4), shades
    middle = len(shades) // 2
    assert shades[: middle + 1] == sorted(shades[: middle + 1])  # the larger a difference, the darker, either way
    assert shades[middle:] == sorted(shades[middle:], reverse=True)


def test_bars_and_marks_stand_out() -> None:
    style = (TEMPLATES / "layout.html.j2").read_text(encoding="utf-8")
    colour = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", style))
    assert contrast(colour["shortage"], colour["distance"]) >= 3
    marks = (TEMPLATES / "map.css.j2").read_text(encoding="utf-8")
    dots = re.findall(r"\.(?:msps|pharmacies)\.dot \{ stroke: (#[0-9a-f]{3,6})", marks)
    assert len(dots) == 2
    full = [each if len(each) == 7 else "#" + "".join(2 * letter for letter in each[1:]) for each in dots]
    for mark in (*full, colour["shortage"], colour["distance"], colour["blue"]):
        assert contrast(mark, "#ffffff") >= 3  # the halo of marks, and about the page behind bars
