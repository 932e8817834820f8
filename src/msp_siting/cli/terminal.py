"""What every command does at the terminal: results, errors, exit codes, interruption."""

import atexit
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from msp_siting.cli.options import asked_language
from msp_siting.errors import MspSitingError, OutputError, ScenarioError, foreign, problem
from msp_siting.language import Language, say, translate

if TYPE_CHECKING:
    from msp_siting.commands import Run

INTERRUPTED = 130
ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # what asks a process to end, where a system has it


class Failure(click.ClickException):
    """One of our errors, shown as click shows its own, in a language, with our exit code."""

    def __init__(self, error: MspSitingError, language: Language) -> None:
        super().__init__("\n".join(translate(each, language) for each in error.problems))
        self.exit_code = error.exit_code  # type: ignore[misc]
        self.lead = translate(problem("error: "), language)

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - click's signature
        """Print every problem on a line of its own."""
        with suppress(OSError):  # the terminal may be gone
            for line in self.message.splitlines():
                click.echo(f"{self.lead}{line}", file=file, err=file is None)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C with what can be said of it: the key of a sentence."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


@contextmanager
def translated_errors(language: Language) -> Iterator[None]:
    """Turn our errors into click's, told in a language; the only place where this happens.

    A request to end, and a terminal that hangs up, count as Ctrl-C.
    """

    def on_request_to_end(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # Windows's cp1252 has no narrow space, as French numbers have
            stream.reconfigure(errors="backslashreplace")
    try:
        with on_signals(on_request_to_end):
            _check_current_folder()
            yield
    except MspSitingError as error:
        raise Failure(error, language) from error
    except KeyboardInterrupt as request:
        end_at_once(language, request.key if isinstance(request, Interrupted) else "told_interrupted")


def end_at_once(language: Language | None = None, key: str = "told_interrupted_before") -> NoReturn:
    """Say what can be said of an interruption, and end."""
    with suppress(OSError):  # the terminal may be gone
        click.echo(say(key, language or asked_language(sys.argv)), err=True)
        sys.stdout.flush()
    atexit._run_exitfuncs()  # noqa: SLF001 - what worker processes shared is given back
    os._exit(INTERRUPTED)  # HiGHS's own threads may still run, and would bring an ordinary exit down


@contextmanager
def on_signals(handler: Callable[[int, object], None]) -> Iterator[None]:
    """Let a handler hear whatever asks this process to end on this system.

    A hang-up that whoever started it wants ignored (nohup) stays ignored.
    """
    there = [getattr(signal, name) for name in ENDING if hasattr(signal, name)]
    heard = [which for which in there if which == signal.SIGINT or signal.getsignal(which) != signal.SIG_IGN]
    earlier = {which: signal.signal(which, handler) for which in heard}
    try:
        yield
    finally:
        for which, before in earlier.items():
            signal.signal(which, before)


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
        # Python writes there what is left
        sys.stdout = open(os.devnull, "w", encoding="utf-8", newline="\n")  # noqa: PTH123, SIM115
        reason = foreign(str(fault.strerror))
        error = OutputError(problem("standard output: could not be written: {reason}", reason=reason))
        raise Failure(error, click.get_current_context().find_root().obj) from fault
