"""What a page leads to and loads, and how Chromium prints it."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--no-pdf-header-footer"),
    *("--enable-logging=stderr", "--v=0"),
)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on PATH")


class Addresses(HTMLParser):
    """Gathers the addresses that a page leads to, and those that it loads; its ids too."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name == "href" and value:
                (self.links if tag == "a" else self.loaded).append(value)
            elif name == "src" and value:
                self.loaded.append(value)


def printed(page: str, folder: Path) -> tuple[list[int | bool], list[str]]:
    """Return how many pages Chromium prints and whether all are A4, and what its console said."""
    file, target = folder / "page.html", folder / "page.pdf"
    file.write_text(page, encoding="utf-8")
    profile = folder / "profile"
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", f"--print-to-pdf={target}", file.as_uri()]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    content = target.read_bytes()
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", content)
    is_a4 = all(abs(float(width) - 595) < 2 and abs(float(height) - 842) < 2 for width, height in boxes)
    count = len(re.findall(rb"/Type\s*/Page\b(?!s)", content))
    target.unlink()
    return [count, is_a4 and bool(boxes)], [line for line in ended.stderr.splitlines() if "CONSOLE" in line]
