"""A solve that is killed, asked to end, or has no room on its disk: the earlier run stays whole."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.runs.verification import verify_folder

TOY = Path(__file__).parents[1] / "toy"
COMMAND = [sys.executable, "-m", "msp_siting", "solve", "scenarios/toy.yaml", "--lang", "en"]
KILLS = 20


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy project with a run."""
    folder = tmp_path_factory.mktemp("killed") / "project"
    shutil.copytree(TOY, folder)
    solve(folder).communicate()
    assert verify_folder(folder / "runs" / "toy").problems == ()
    return folder


def solve(project: Path, *options: str, limit: Callable[[], None] | None = None) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*COMMAND, *options],
        cwd=project,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=limit,  # noqa: PLW1509 - there is one thread here
    )


@pytest.mark.slow
def test_killed_at_any_moment_the_earlier_run_verifies(project: Path) -> None:
    """At twenty moments: spread over the whole solve, and one in three while its folder is written."""
    begin = time.monotonic()
    solve(project).communicate()
    seconds, moments = time.monotonic() - begin, random.Random(11)  # noqa: S311 - a test's choice
    killed = 0
    runs = project / "runs"
    for number in range(KILLS):
        process = solve(project)
        if number % 3 == 0:
            while process.poll() is None and not list(runs.glob(".toy.new-*")):
                time.sleep(0.001)
            time.sleep(moments.random() * 0.05 * seconds)
        else:
            time.sleep(moments.random() * seconds)
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        assert verify_folder(runs / "toy").problems == ()
        assert [path.name for path in runs.iterdir() if not path.name.startswith(".")] == ["toy"]
    assert killed > KILLS / 2
    solve(project).communicate()
    assert [path.name for path in runs.iterdir()] == ["toy"]


def test_asked_to_end_it_leaves_nothing_half_done(project: Path) -> None:
    before = sorted(path.name for path in (project / "runs").iterdir())
    process = solve(project)
    time.sleep(1)
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode in {130, -signal.SIGTERM}  # the latter while Python was still starting
    assert "Traceback" not in said
    assert sorted(path.name for path in (project / "runs").iterdir()) == before
    assert verify_folder(project / "runs" / "toy").problems == ()


@pytest.mark.parametrize("largest", [300, 3_000, 30_000, None])
def test_where_files_can_grow_no_more_the_earlier_run_stays(project: Path, largest: int | None) -> None:
    """No file may be larger than so many bytes: what a full disk does, at another file each time.

    At last the largest, the map layers, lacks its last page.
    """
    resource = pytest.importorskip("resource", reason="this system limits no files")
    out = project / "runs" / "toy"
    largest = largest or (out / "plan.gpkg").stat().st_size - 4_096
    before = json.loads((out / "run.json").read_text(encoding="utf-8"))["files"]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    process = solve(project, limit=limit)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 4, said
    assert said.startswith("error: runs/toy: could not be written: ")
    assert said.endswith("; what stood there before is whole\n")
    assert len(said.splitlines()) == 1
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["files"] == before
    assert [path.name for path in out.parent.iterdir()] == ["toy"]
    assert verify_folder(out).problems == ()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_what_cannot_be_said_is_one_error(project: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        process = subprocess.run(
            [*COMMAND, "--out", "runs/full"], cwd=project, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (process.returncode, process.stderr) == (
        4,
        "error: standard output: could not be written: No space left on device\n",
    )
    assert verify_folder(project / "runs" / "full").problems == ()
    shutil.rmtree(project / "runs" / "full")


@pytest.mark.skipif(getattr(os, "getuid", int)() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_may_not_be_written_is_refused_before_the_search(project: Path) -> None:
    closed = project / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    process = solve(project, "--out", "closed/run")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said == ("error: closed/run: cannot be written: Permission denied; give another with --out\n")


def test_two_solves_at_once_leave_one_whole_run(project: Path) -> None:
    processes = [solve(project, "--set", f"budget_eur={budget}") for budget in (1_000_000, 2_000_000)]
    for process in processes:
        process.communicate(timeout=120)
    assert [process.returncode for process in processes] == [0, 0]
    found = verify_folder(project / "runs" / "toy")
    assert found.problems == ()
    assert found.bound in {3517.5, 1777.5}
    assert [path.name for path in (project / "runs").iterdir()] == ["toy"]
