"""What every command does at the terminal: results, errors, exit codes, interruption, progress."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.live import Live

from msp_siting.errors import MspSitingError

if TYPE_CHECKING:
    from msp_siting.runs import Run
    from msp_siting.solver import Progress

INTERRUPTED = 130
REFRESH_S = 0.25


class Failure(click.ClickException):
    """One of our errors, shown as click shows its own, with our exit code."""

    def __init__(self, error: MspSitingError) -> None:
        super().__init__("\n".join(error.problems))
        self.exit_code = error.exit_code  # type: ignore[misc]

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - click's signature
        """Print every problem on a line of its own."""
        for problem in self.message.splitlines():
            click.echo(f"error: {problem}", file=file, err=file is None)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn our errors into click's; the only place where this happens."""
    try:
        yield
    except MspSitingError as error:
        raise Failure(error) from error
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.stdout.flush()
        os._exit(INTERRUPTED)  # HiGHS's own threads may still run, and would bring an ordinary exit down


def tell(run: "Run", *, as_json: bool) -> None:
    """Print what a run has to say on stdout."""
    click.echo(json.dumps(run.summary, indent=2, ensure_ascii=False) if as_json else "\n".join(run.sentences))


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Let the first Ctrl-C ask for the best plan so far, and a second one stop at once."""
    interrupted = threading.Event()

    def on_interrupt(_signal: int, _frame: object) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    earlier = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, earlier)


@contextmanager
def show_progress(*, quiet: bool) -> Iterator[Callable[["Progress"], None]]:
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
                live.update(_progress_line(progress), refresh=True)

        yield show


@contextmanager
def show_counts(text: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show how much is done of how much, where stderr is a terminal; ``text`` names ``{done}`` and ``{all}``."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _done, _all: None
        return
    with console.status("preparing") as status:
        yield lambda done, all_of_them: status.update(text.format(done=f"{done:,}", all=f"{all_of_them:,}"))


def _progress_line(progress: "Progress") -> str:
    from msp_siting.runs import gap_of

    def shown(value: float | None) -> str:
        return "-" if value is None else f"{value:,.0f}"

    gap = gap_of(progress)
    return (
        f"{progress.stage}  {progress.seconds:5.0f} s  incumbent {shown(progress.incumbent)}  "
        f"bound {shown(progress.bound)}  gap {'-' if gap is None else f'{gap:.2%}'}"
    )
