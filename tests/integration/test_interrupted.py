"""Ctrl-C, a request to end, a hang-up: before the search a command ends at once and says that nothing is written."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

REQUESTS = """request_id;place_id;action;gp_present;gp_new_committed;nurses;capex_ht_eur;requested_eur_region
east;Clairval;creation;0;2;1;900000;300000
"""
BEFORE = "interrupted before the search began; nothing was written\n"
COMMANDS = {  # what is run, and where it stands still
    "solve": (["solve", "scenarios/toy.yaml"], "commands.solving.read_at_horizon"),
    "diagnose": (["diagnose", "data/toy"], "commands.diagnosing.read_at_horizon"),
    "evaluate": (["evaluate", "scenarios/toy.yaml", "requests.csv"], "commands.evaluating.read_at_horizon"),
    "sweep": (["sweep", "scenarios/toy.yaml", "--budgets", "1,2"], "commands.sweeping.question.read_territory"),
    "reduce": (["solve", "scenarios/toy.yaml"], "solver.stages.prepare"),
}
# Stands still in a function, then goes on as always.
STILL = """
import importlib, signal, sys, time
module, _, name = sys.argv.pop(1).rpartition(".")
module = importlib.import_module(f"msp_siting.{module}")
seconds, function = float(sys.argv.pop(1)), getattr(module, name)
def still(*arguments, **options):
    print("here", flush=True)
    time.sleep(seconds)
    return function(*arguments, **options)
setattr(module, name, still)
from msp_siting.cli import main
main()
"""
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@pytest.fixture
def start(toy_project: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Start a command of the toy project, and return when it stands still."""
    (toy_project / "requests.csv").write_text(REQUESTS, encoding="utf-8")

    def start_one(
        name: str, seconds: float, language: str = "en", ignored: int | None = None
    ) -> "subprocess.Popen[str]":
        arguments, place = COMMANDS[name]
        process = subprocess.Popen(
            [sys.executable, "-c", STILL, place, str(seconds), *arguments, "--lang", language],
            cwd=toy_project,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            preexec_fn=None if ignored is None else lambda: signal.signal(ignored, signal.SIG_IGN),  # noqa: PLW1509
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        return process

    return start_one


@pytest.mark.parametrize(
    ("name", "request_to_end"),
    [*((name, signal.SIGINT) for name in COMMANDS), *(("solve", request) for request in SIGNALS[1:])],
)
def test_before_the_search_it_ends_at_once_and_says_so(
    toy_project: Path, start: Callable[..., "subprocess.Popen[str]"], name: str, request_to_end: signal.Signals
) -> None:
    process = start(name, 600)
    process.send_signal(request_to_end)
    assert process.communicate(timeout=60) == ("", BEFORE)
    assert process.returncode == 130
    assert not (toy_project / "runs").exists()


def test_it_says_so_in_french(start: Callable[..., "subprocess.Popen[str]"]) -> None:
    process = start("solve", 600, "fr")
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60) == ("", "interrompu avant le début de la recherche ; rien n'a été écrit\n")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no hang-up")
def test_a_hang_up_that_is_to_be_ignored_is(start: Callable[..., "subprocess.Popen[str]"]) -> None:
    """As nohup starts a command whose terminal will be closed."""
    process = start("solve", 2, ignored=signal.SIGHUP)
    process.send_signal(signal.SIGHUP)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert out.endswith("Written to runs/toy\n")


def test_while_the_commands_are_still_being_loaded_it_is_heard_too(toy_project: Path) -> None:
    slow = "import sys, time; sys.argv[0] = 'msp-siting'; import msp_siting.__main__ as it; "
    late = "import builtins; load = builtins.__import__\n"
    late += "def wait(name, *rest):\n    if name == 'msp_siting.cli': print('here', flush=True); time.sleep(1)\n"
    late += "    return load(name, *rest)\nbuiltins.__import__ = wait\nit.main()\n"
    process = subprocess.Popen(
        [sys.executable, "-c", slow + "\n" + late, "solve", "scenarios/toy.yaml", "--lang", "en"],
        cwd=toy_project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, BEFORE)


def test_a_terminal_that_hangs_up_during_the_search_leaves_the_best_plan_so_far(toy_project: Path) -> None:
    """On Isère: the terminal is gone while its live line is written."""
    pty = pytest.importorskip("pty", reason="this system has no terminals of its own making", exc_type=ImportError)
    options = ["--set", "solve.relative_gap=0", "--set", "solve.improvement_gap=0", "--threads", "1"]
    command = [sys.executable, "-m", "msp_siting", "solve", "isere-5m", "--out", "runs/isere", "--lang", "en", *options]
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(toy_project)
        os.execv(sys.executable, command)  # noqa: S606
    shown = b""
    while b"incumbent" not in shown:
        shown += os.read(terminal, 1000)
    os.close(terminal)
    end = time.monotonic() + 240
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
    summary = (toy_project / "runs" / "isere" / "summary.json").read_text(encoding="utf-8")
    assert '"status": "feasible"' in summary
