"""A page as PDF, printed by a browser that is installed: none comes with this package."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from msp_siting.errors import ScenarioError, Sentence, foreign, problem

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")  # as they are called on PATH
OPTIONS = (
    *("--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-extensions", "--disable-quic"),
    *("--no-pdf-header-footer",),
)
LIMIT_S = 300.0
BEGINS = b"%PDF-"


def find_browser() -> str:
    """Return the path of a browser that prints.

    Raises
    ------
    ScenarioError
        If none is on PATH.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        absent = problem(
            "--pdf needs Chromium or Chrome on PATH ({names}), and none is; install one, or print report.html from "
            "your own browser",
            names=", ".join(BROWSERS),
        )
        raise ScenarioError(absent)
    return found


def print_page(browser: str, page: Path, pdf: Path) -> None:
    """Print a page into a file, as its style sheet lays it out on paper.

    Raises
    ------
    ScenarioError
        If the browser does not print it.
    """
    root = getattr(os, "geteuid", lambda: 1)() == 0  # whom Chromium refuses its sandbox
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [browser, *OPTIONS, *(["--no-sandbox"] if root else []), f"--user-data-dir={profile}"]
        try:
            ended = subprocess.run(  # noqa: S603 - our own options and files
                [*command, f"--print-to-pdf={pdf.resolve()}", page.resolve().as_uri()],
                capture_output=True,
                timeout=LIMIT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as fault:
            raise ScenarioError(_failed(browser, str(fault))) from fault
    if ended.returncode != 0 or not pdf.is_file() or not pdf.read_bytes().startswith(BEGINS):
        last = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ScenarioError(_failed(browser, *last))


def _failed(browser: str, *reason: str) -> Sentence:
    said = foreign(*reason) if reason else problem("it says nothing")
    return problem("could not print the page: {reason}; nothing was written", reason=said).at(browser)
