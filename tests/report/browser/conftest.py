"""Pages as Chromium shows them: small real runs, written once for all who test, and a browser without network."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner
from filelock import FileLock
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

from documented_runs import RUNS as TOY_RUNS
from documented_runs import project, run
from msp_siting.cli import main

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDTHS = {"wide": 1280, "phone": 390}
REQUESTS = Path(__file__).parents[2] / "requests" / "evaluation" / "isere-12.csv"
# Any plan will do: what is looked at is how it is shown.
QUICK = ("--gap", "0.5", "--time-limit", "20", "--threads", "1")
# The figures of a plan's page are read in English, all else in French.
RUNS = {
    "plan": ("solve", "isere-20m-2030", *QUICK, "--lang", "fr"),
    "plan-en": ("solve", "isere-20m-2030", *QUICK, "--set", "budget_eur=5000000", "--lang", "en"),
    "compare": ("compare", "plan", "plan-en", "--lang", "fr"),
    "diagnose": ("diagnose", "isere", "--horizon", "2030", "--on", "2026-11-25", "--lang", "fr"),
    "evaluate": (
        *("evaluate", "isere-20m", str(REQUESTS), "--searches", "0", "--workers", "1"),
        *("--on", "2026-11-25", "--lang", "fr"),
    ),
}
TOY = ("no plan", "sweep", "vary", "alternatives")


@dataclass
class Seen:
    """What a page asked of the network, and what it complained of."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


Show = Callable[..., tuple[Page, Seen]]


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder with runs of every kind: Isère's by their names in `RUNS`, the toy's in ``toy/``."""
    here = tmp_path_factory.getbasetemp()
    folder = (here if worker_id == "master" else here.parent) / "shown"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            made = folder.with_name("shown.new")
            shutil.rmtree(made, ignore_errors=True)
            _write_runs(made)
            made.rename(folder)
    return folder


def _write_runs(folder: Path) -> None:
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, command in RUNS.items():
            result = CliRunner().invoke(main, [*command, "--out", name])
            assert result.exit_code == 0, (name, result.output)
    with project(folder / "toy"):
        for name in ("solve", *TOY):
            run(*TOY_RUNS[name], "--out", name)


@pytest.fixture(scope="module")  # another module has a browser of its own
def browser(runs: Path) -> Iterator[Browser]:  # noqa: ARG001 - made before: runs have workers of their own
    """Debian's Chromium, driven by Playwright."""
    if CHROMIUM is None:
        pytest.skip("chromium is not on PATH")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def show(browser: Browser) -> Iterator[Show]:
    """Return what opens a page from its file at a width, with the network blocked, and notes what it asks and says."""
    contexts = []

    def open_page(file: Path, width: int = WIDTHS["wide"], *, with_axe: bool = False) -> tuple[Page, Seen]:
        # axe is a script, which no page of ours allows
        context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=with_axe)
        contexts.append(context)
        seen = Seen()

        def pass_files_only(route: Route, request: Request) -> None:
            if request.url.startswith("file:"):
                route.continue_()
            else:
                route.abort()

        context.route("**/*", pass_files_only)
        page = context.new_page()
        page.on("request", lambda request: seen.requests.append(request.url))
        page.on("console", lambda said: seen.complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda fault: seen.complaints.append(str(fault)))
        page.goto(file.resolve().as_uri())
        return page, seen

    yield open_page
    for context in contexts:
        context.close()
