"""Every page, opened from its file: it asks for nothing, complains of nothing, and can be read by everybody."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = pytest.mark.slow  # real runs of every kind are made first

WIDTHS = (1280, 390)
SEVERE = ("serious", "critical")
Show = Callable[..., tuple[Page, Any]]
ISERE = ("plan", "plan-en", "compare", "diagnose", "evaluate")
PAGES = (
    *(f"{name}/report.html" for name in ISERE),
    *(
        "evaluate/sheets/beaurepaire.html",
        "evaluate/sheets/beaurepaire-porteur.html",
        "evaluate/sheets/en/beaurepaire.html",
    ),
    *(f"toy/{name}/report.html" for name in ("no plan", "sweep", "vary", "alternatives")),
)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_it_asks_for_nothing_and_complains_of_nothing(runs: Path, show: Show, name: str, width: int) -> None:
    page, seen = show(runs / name, width)
    assert seen.requests == [(runs / name).resolve().as_uri()]
    assert seen.complaints == []
    assert page.locator("html.scripted").count() == 1 or "/sheets/" in name  # its script runs; a sheet has none


@pytest.mark.parametrize("name", PAGES)
def test_it_does_not_reach_beyond_a_phone(runs: Path, show: Show, name: str) -> None:
    page, _ = show(runs / name, 390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", PAGES)
def test_its_language_and_the_order_of_its_headings(runs: Path, show: Show, name: str) -> None:
    page, _ = show(runs / name)
    english = name.startswith(("plan-en", "toy", "evaluate/sheets/en"))
    assert page.get_attribute("html", "lang") == ("en" if english else "fr")
    levels = [int(tag[1]) for tag in page.evaluate(TAGS_OF_HEADINGS)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


TAGS_OF_HEADINGS = "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(each => each.tagName)"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(runs: Path, show: Show, name: str, width: int) -> None:
    page, _ = show(runs / name, width, with_axe=True)
    for folded in page.locator("details").all():  # what is folded away is read too
        folded.evaluate("each => { each.open = true }")
    found = Axe().run(page).response["violations"]
    severe = [
        (each["id"], each["impact"], len(each["nodes"]), each["nodes"][0]["html"][:200], each["nodes"][0]["any"][:1])
        for each in found
        if each["impact"] in SEVERE
    ]
    assert severe == []


def test_pages_are_of_every_kind(runs: Path) -> None:
    kinds = {re.search(r'"kind": "(\w+)"', (runs / name).parent.joinpath("run.json").read_text()) for name in PAGES[:5]}
    assert {found[1] for found in kinds if found} == {"solve", "compare", "diagnose", "evaluate"}
