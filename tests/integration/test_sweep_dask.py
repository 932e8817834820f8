"""A sweep on a Dask cluster that is there already: the same results, also when a worker is lost on the way."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from msp_siting.cli import main
from swept import here

BUDGETS = ("--budgets", "0:3000000:500000")


def _wait_for(what: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers of this machine, in a folder of their own: its address, and the workers."""
    home = tmp_path / "cluster"
    home.mkdir()
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> subprocess.Popen[bytes]:
        with (home / f"{len(started)}.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "dask", *words], cwd=home, stderr=log)
        started.append(process)
        return process

    file = home / "scheduler.json"
    start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file), "--no-dashboard")
    _wait_for(lambda: file.is_file() and file.read_text().strip().endswith("}"))
    address = json.loads(file.read_text())["address"]
    limits = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--memory-limit", "0", "--local-directory", str(home))
    workers = [start("worker", address, "--host", "127.0.0.1", *limits) for _ in range(2)]
    try:
        _wait_for(lambda: all("Registered to" in (home / f"{number}.log").read_text() for number in (1, 2)))
        yield address, workers
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def sweep(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "msp_siting", "sweep", "scenarios/toy.yaml", "--lang", "en", *BUDGETS, *options]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_finds_the_same(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], toy_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, workers = cluster
    options = [*BUDGETS, "--scheduler", address, "--out", "cluster"]
    command = [sys.executable, "-m", "msp_siting", "sweep", "scenarios/toy.yaml", "--lang", "en", *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=toy_project, stdout=pipe, stderr=pipe, text=True) as process:
        points = toy_project / "cluster" / "points"
        try:
            _wait_for(lambda: len(list(points.glob("[0-9]*"))) >= 2 or process.poll() is not None)
            assert process.poll() is None, process.communicate()
            workers[0].kill()
            said, errors = process.communicate(timeout=300)
        finally:
            process.kill()
    assert process.returncode == 0, errors
    assert said.splitlines()[0].startswith("7 points, 7 proven")
    assert (workers[0].poll(), workers[1].poll()) == (-9, None)
    monkeypatch.setattr("msp_siting.commands.sweeping.run.open_pool", here)
    monkeypatch.chdir(toy_project)
    alone = CliRunner().invoke(main, ["sweep", "scenarios/toy.yaml", *BUDGETS, "--out", "here"])
    assert alone.exit_code == 0, alone.output
    for name in ("sweep.csv", "order.csv"):
        assert (toy_project / "cluster" / name).read_bytes() == (toy_project / "here" / name).read_bytes()


@pytest.mark.slow
def test_a_scheduler_without_workers_is_refused(tmp_path: Path, toy_project: Path) -> None:
    file = tmp_path / "scheduler.json"
    words = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file), "--no-dashboard")
    process = subprocess.Popen([sys.executable, "-m", "dask", *words], cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        _wait_for(lambda: file.is_file() and file.read_text().strip().endswith("}"))
        address = json.loads(file.read_text())["address"]
        refused = sweep(toy_project, "--scheduler", address, "--out", "cluster")
    finally:
        process.kill()
        process.wait()
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1] == f"error: --scheduler {address}: has no worker; start some first"
    assert not (toy_project / "cluster").exists()
