"""A sweep that is killed, interrupted or loses a worker: its points are kept, and it goes on to the same results."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import main
from swept import here

TABLES = ("sweep.csv", "order.csv")
pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers in /proc")


@pytest.fixture(autouse=True)
def _in_project(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msp_siting.commands.sweeping.run.open_pool", here)


def sweep(*options: str) -> Result:
    result = CliRunner().invoke(main, ["sweep", "scenarios/toy.yaml", "--lang", "en", *options])
    print(result.stderr)  # noqa: T201 - shown where a test fails
    return result


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "msp_siting", "sweep", "scenarios/toy.yaml", "--lang", "en", *options]


def _children(pid: int) -> list[int]:
    """Return the worker processes of a sweep."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            line = (process / "cmdline").read_text()
        except OSError:
            continue
        if parent == pid and "spawn_main" in line:
            found.append(int(process.name))
    return found


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait_for(what: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


MANY = ("--budgets", "0:3000000:375000", "--out", "swept", "--workers", "2")  # 9 points


def _started() -> subprocess.Popen[str]:
    """Start a sweep and return when three of its points are on disk."""
    process = subprocess.Popen(
        command(*MANY), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    _wait_for(lambda: len(list(Path("swept/points").glob("[0-9]*"))) >= 3 or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    return process


@pytest.mark.usefixtures("in_process")
@pytest.mark.slow
def test_a_sweep_that_was_killed_goes_on() -> None:
    process = _started()
    workers = _children(process.pid)
    assert len(workers) == 2
    process.kill()
    process.communicate()
    _wait_for(lambda: not any(map(_is_alive, workers)), 20)
    kept = {str(path): path.stat().st_mtime_ns for path in Path("swept/points").glob("[0-9]*/summary.json")}
    assert not Path("swept/run.json").exists()
    points = [path.name for path in Path("swept/points").glob("[0-9]*")]
    assert 3 <= len(points) < 9
    Path("swept/points/.375000.new-1").mkdir()  # as if it had been killed while it wrote one
    refused = sweep(*MANY)
    assert refused.exit_code == 2
    assert "swept: holds an unfinished sweep; go on with --resume, remove it" in refused.stderr
    other = sweep("--budgets", "0:3000000:500000", "--out", "swept", "--resume")
    assert other.exit_code == 2
    assert "swept: holds a sweep that asked something else (points); it cannot be resumed" in other.stderr
    assert sweep(*MANY, "--resume").exit_code == 0
    after = {str(path): path.stat().st_mtime_ns for path in Path("swept/points").glob("[0-9]*/summary.json")}
    assert kept.items() <= after.items()
    assert not list(Path("swept").glob("points/.*"))
    assert sweep(*MANY[:2], "--out", "undisturbed").exit_code == 0
    for name in TABLES:
        assert Path("swept", name).read_bytes() == Path("undisturbed", name).read_bytes()


@pytest.mark.usefixtures("in_process")
@pytest.mark.slow
def test_a_worker_that_is_lost_ends_the_sweep_and_keeps_its_points() -> None:
    process = _started()
    os.kill(_children(process.pid)[0], signal.SIGKILL)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 4, said
    done = len(list(Path("swept/points").glob("[0-9]*")))
    assert 3 <= done < 9
    assert said.splitlines() == [
        (
            f"error: {Path('swept').resolve()}: the workers were lost (BrokenProcessPool); {done} of 9 points are "
            "finished: go on with --resume"
        )
    ]
    assert sweep(*MANY, "--resume").exit_code == 0
    assert len(pd.read_csv("swept/sweep.csv")) == 9


def test_ctrl_c_keeps_the_points() -> None:
    process = _started()
    workers = _children(process.pid)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers get it too
    _, said = process.communicate(timeout=300)
    assert (process.returncode, said) == (130, "interrupted; finished points are kept: go on with --resume\n")
    _wait_for(lambda: not any(map(_is_alive, workers)), 20)
    assert len(list(Path("swept/points").glob("[0-9]*"))) >= 3
    assert not Path("swept/run.json").exists()
