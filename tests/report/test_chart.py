"""Charts as SVG: where marks stand, what is written, nothing unescaped."""

import re
from xml.etree import ElementTree as ET

import pytest

from msp_siting.report.chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Chart, Mark, Texts, draw_chart
from msp_siting.report.wording import Wording

EN, FR = Texts(Wording("en")), Texts(Wording("fr"))
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*marks: Mark, line: bool = False, highlighted: tuple[float, str] | None = None, x: Texts = EN) -> str:
    return draw_chart(Chart("label", "x", "y", marks, highlighted, line), x, EN)


def circles(svg: str) -> list[tuple[float, float]]:
    return [(float(c.get("cx", "")), float(c.get("cy", ""))) for c in ET.fromstring(svg).iter(f"{SVG}circle")]  # noqa: S314


def written(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314


def test_marks_stand_where_the_axes_say() -> None:
    # A line's axes begin at its own values: 0 to 10 across the width, 0 to 100 up the height.
    svg = drawn(Mark(0, 0, 0, 0, "a"), Mark(5, 50, 50, 50, "b"), Mark(10, 100, 100, 100, "c"), line=True)
    left, right, floor = LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM
    assert circles(svg) == [(left, floor), ((left + right) / 2, (TOP + floor) / 2), (right, TOP)]


def test_steps_and_their_intervals_begin_at_nothing() -> None:
    svg = drawn(Mark(2, 30, 20, 40, "a"), Mark(4, 10, 0, 20, "b"))
    assert {"0", "2", "4", "40"} <= set(written(svg))
    assert circles(svg)[0][0] == LEFT + (WIDTH - RIGHT - LEFT) / 2
    assert len(re.findall(r"h12M", svg)) == 2


def test_intervals_below_nothing_are_drawn() -> None:
    svg = drawn(Mark(1, 0, -30, 30, "a"))
    assert {"-20", "0", "20"} <= set(written(svg))


def test_a_band_lies_between_the_plans_and_their_bounds() -> None:
    svg = drawn(Mark(0, 100, 50, 100, "a"), Mark(10, 50, 0, 50, "b"), line=True)
    floor, right, middle = HEIGHT - BOTTOM, WIDTH - RIGHT, (TOP + HEIGHT - BOTTOM) / 2
    assert f"M{LEFT} {TOP}L{right} {middle:g}L{right} {floor}L{LEFT} {middle:g}Z" in svg


def test_every_text_is_escaped() -> None:
    svg = drawn(Mark(1, 1, 1, 1, "<b>&"), highlighted=(1, "<i>"))
    assert "<b>" not in svg
    assert "<i>" not in svg
    assert "<b>&" in {title.text for title in ET.fromstring(svg).iter(f"{SVG}title")}  # noqa: S314


@pytest.mark.parametrize("x", [0.0, 1.0, 2_000_000.0, 0.001])
@pytest.mark.parametrize("line", [False, True])
def test_one_mark_has_ticks_that_differ(x: float, line: bool) -> None:  # noqa: FBT001
    svg = drawn(Mark(x, 200.0, 200.0, 200.0, "a"), line=line, x=Texts(Wording("en"), 1e6 if x > 1e5 else 1.0))
    ((at, _),) = circles(svg)
    assert LEFT <= at <= WIDTH - RIGHT
    ticks = re.findall(r'text x="[\d.]+" y="298">([^<]+)<', svg)
    assert len(ticks) >= 3
    assert len(ticks) == len(set(ticks)), ticks


def test_ticks_are_written_in_the_language_with_the_decimals_they_need() -> None:
    million = Texts(Wording("fr"), 1e6)
    assert [million.of(value) for value in (2e6, 2.5e6, 2.25e6)] == ["2", "2,5", "2,25"]
    assert EN.of(20_000) == "20,000"
    assert EN.of(-0.5) == "-0.5"
    assert FR.of(0.1 + 0.2) == "0,3"
