"""What every command does at the terminal: results, errors, exit codes, interruption, progress."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.live import Live

from msp_siting.errors import MspSitingError, OutputError, ScenarioError, foreign, problem
from msp_siting.language import Language, percent, say, translate, whole

if TYPE_CHECKING:
    from msp_siting.commands import Run
    from msp_siting.solver import Progress

INTERRUPTED = 130
REFRESH_S = 0.25


class Failure(click.ClickException):
    """One of our errors, shown as click shows its own, in a language, with our exit code."""

    def __init__(self, error: MspSitingError, language: Language) -> None:
        super().__init__("\n".join(translate(each, language) for each in error.problems))
        self.exit_code = error.exit_code  # type: ignore[misc]
        self.lead = translate(problem("error: "), language)

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - click's signature
        """Print every problem on a line of its own."""
        for line in self.message.splitlines():
            click.echo(f"{self.lead}{line}", file=file, err=file is None)


@contextmanager
def translated_errors(language: Language) -> Iterator[None]:
    """Turn our errors into click's, told in a language; the only place where this happens.

    A request to end counts as Ctrl-C.
    """

    def on_request_to_end(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    earlier = signal.signal(signal.SIGTERM, on_request_to_end)
    try:
        _check_current_folder()
        yield
    except MspSitingError as error:
        raise Failure(error, language) from error
    except KeyboardInterrupt:
        click.echo(say("told_interrupted", language), err=True)
        sys.stdout.flush()
        os._exit(INTERRUPTED)  # HiGHS's own threads may still run, and would bring an ordinary exit down
    finally:
        signal.signal(signal.SIGTERM, earlier)


def _check_current_folder() -> None:
    try:
        Path.cwd()
    except FileNotFoundError as fault:
        gone = problem("current folder: is gone, or a new run stands in its place; enter it again with cd")
        raise ScenarioError(gone) from fault


def tell(run: "Run", *, as_json: bool) -> None:
    """Print what a run has to say on stdout."""
    print_text(json.dumps(run.summary, indent=2, ensure_ascii=False) if as_json else "\n".join(run.sentences))


def print_text(text: str) -> None:
    """Print a text on stdout; one that is full or gone is an error as any other."""
    try:
        click.echo(text)
    except BrokenPipeError:
        raise  # whoever reads has seen enough; click ends quietly
    except OSError as fault:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - Python writes what is left there
        reason = foreign(str(fault.strerror))
        error = OutputError(problem("standard output: could not be written: {reason}", reason=reason))
        raise Failure(error, click.get_current_context().find_root().obj) from fault


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Let the first Ctrl-C, or request to end, ask for the best plan so far, and a second one stop at once."""
    interrupted = threading.Event()

    def on_interrupt(_signal: int, _frame: object) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    earlier = {which: signal.signal(which, on_interrupt) for which in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interrupted
    finally:
        for which, handler in earlier.items():
            signal.signal(which, handler)


@contextmanager
def show_progress(language: Language, *, quiet: bool) -> Iterator[Callable[["Progress"], None]]:
    """Show stage, time, incumbent, bound and gap on a live line of stderr, where it is a terminal."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    last = 0.0
    with Live(console=console, transient=True, auto_refresh=False) as live:

        def show(progress: "Progress") -> None:
            nonlocal last
            if time.monotonic() - last > REFRESH_S:
                last = time.monotonic()
                live.update(_progress_line(progress, language), refresh=True)

        yield show


@contextmanager
def show_counts(key: str, language: Language, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show how much is done of how much, where stderr is a terminal, in the sentence of a key."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _done, _all: None
        return
    with console.status(say("told_preparing", language)) as status:
        yield lambda done, count: status.update(
            say(key, language, done=whole(done, language), count=whole(count, language))
        )


def _progress_line(progress: "Progress", language: Language) -> str:
    from msp_siting.commands import gap_of

    def shown(value: float | None) -> str:
        return "-" if value is None else whole(value, language)

    gap = gap_of(progress)
    return say(
        "told_progress",
        language,
        stage=say(f"told_stage_{progress.stage}", language),
        seconds=f"{progress.seconds:5.0f}",
        incumbent=shown(progress.incumbent),
        bound=shown(progress.bound),
        gap="-" if gap is None else percent(gap, language, 2),
    )
