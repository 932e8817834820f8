"""A plan's page on paper, as ``report --pdf`` prints it."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from msp_siting.report.printing import find_browser, print_page

pytestmark = pytest.mark.slow  # real runs of every kind are made first

PDFTOTEXT = shutil.which("pdftotext")
MOST_PAGES = 8
HEADINGS = "[...document.querySelectorAll('h1, h2')].filter(each => each.offsetParent).map(each => each.textContent)"


@pytest.fixture(scope="module")
def printed(runs: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The text of every page of Isère's plan."""
    if PDFTOTEXT is None:
        pytest.skip("pdftotext is not on PATH")
    file = tmp_path_factory.mktemp("paper") / "report.pdf"
    print_page(find_browser(), runs / "plan" / "report.html", file)
    text = subprocess.run([PDFTOTEXT, "-layout", file, "-"], capture_output=True, check=True).stdout
    return text.decode().split("\f")[:-1]


def test_it_has_every_section(runs: Path, printed: list[str], show: Callable[..., tuple[Page, Any]]) -> None:
    page, _ = show(runs / "plan" / "report.html")
    page.emulate_media(media="print")
    text = re.sub(r"\s+", "", "".join(printed))
    headings = page.evaluate(HEADINGS)
    assert len(headings) > 5
    assert [each for each in headings if re.sub(r"\s+", "", each) not in text] == []


def test_it_is_short(printed: list[str]) -> None:
    assert len(printed) <= MOST_PAGES


def test_its_pages_are_numbered(printed: list[str]) -> None:
    for number, text in enumerate(printed, start=1):
        assert re.search(rf"\b{number}\s*/\s*{len(printed)}\b", text), number
