"""Folders appear whole or not at all, whatever happens to whoever writes them."""

import errno
import fcntl
import json
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from msp_siting.errors import OutputError, ScenarioError
from msp_siting.files import folders as whole_folders
from msp_siting.files.folders import RUN_MARKER, SEAL, broken_seals, check_target, replace_folder

TWO_RENAMES = pytest.param(True, id="two renames")
ONE_STEP = pytest.param(False, id="one step")


def fill(name: str) -> object:
    """Return a writer of a small run whose files all say the same name."""

    def write(folder: Path) -> None:
        (folder / RUN_MARKER).write_text("{}", encoding="utf-8")
        for part in ("sites.csv", "summary.json"):
            (folder / part).write_text(name, encoding="utf-8")

    return write


def seals(folder: Path) -> list[str]:
    return list(broken_seals(folder, json.loads((folder / RUN_MARKER).read_text(encoding="utf-8"))[SEAL]))


def whole(folder: Path) -> str:
    """Return which run a folder holds, all of it."""
    assert seals(folder) == []
    (name,) = {(folder / part).read_text(encoding="utf-8") for part in ("sites.csv", "summary.json")}
    return name


@pytest.fixture(params=[ONE_STEP, TWO_RENAMES])
def without_exchange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param:
        monkeypatch.setattr(whole_folders, "_exchange", lambda *_: False)
    return bool(request.param)


@pytest.mark.usefixtures("without_exchange")
def test_a_new_folder_takes_the_place_of_the_earlier_one(tmp_path: Path) -> None:
    place = tmp_path / "runs" / "x"
    for name in ("first", "second"):
        replace_folder(place, fill(name))
        assert whole(place) == name
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["x"]


@pytest.mark.usefixtures("without_exchange")
@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), KeyboardInterrupt(), ZeroDivisionError()])
def test_what_fails_leaves_the_earlier_one_whole(tmp_path: Path, problem: BaseException) -> None:
    place = tmp_path / "x"
    replace_folder(place, fill("first"))

    def fail(folder: Path) -> None:
        (folder / RUN_MARKER).write_text("{}", encoding="utf-8")
        raise problem

    with pytest.raises((OutputError, type(problem))) as caught:
        replace_folder(place, fail)
    assert whole(place) == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    if isinstance(problem, OSError):
        assert str(caught.value) == (
            f"{place}: could not be written: No space left on device; what stood there before is whole"
        )


def test_what_fails_leaves_no_folder_behind(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        replace_folder(tmp_path / "a" / "b" / "x", lambda _: 1 / 0)
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from msp_siting.files import folders as whole_folders
place, last, split = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "True"
steps = 0
def counted(function):
    def step(*arguments, **options):
        global steps
        steps += 1
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return step
if split:
    whole_folders._exchange = lambda *_: False
else:
    whole_folders._exchange = counted(whole_folders._exchange)
Path.mkdir, Path.rename = counted(Path.mkdir), counted(Path.rename)
Path.write_text, whole_folders.os.fsync = counted(Path.write_text), counted(os.fsync)
whole_folders.shutil.rmtree = counted(whole_folders.shutil.rmtree)
os.unlink, os.rmdir = counted(os.unlink), counted(os.rmdir)
def write(folder):
    for name, text in {"run.json": "{}", "sites.csv": "second", "summary.json": "second"}.items():
        (folder / name).write_text(text, encoding="utf-8")
whole_folders.replace_folder(place, write)
"""


@pytest.mark.usefixtures("without_exchange")
def test_what_somebody_put_into_the_earlier_one_meanwhile_is_kept(tmp_path: Path) -> None:
    place = tmp_path / "x"
    replace_folder(place, fill("first"))

    def write(folder: Path) -> None:
        fill("second")(folder)  # type: ignore[operator]
        (place / "notes.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(ScenarioError, match=r"holds notes\.txt, which the run there did not write; move it, or"):
        replace_folder(place, write)
    assert (place / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("split", [ONE_STEP, TWO_RENAMES])
def test_killed_at_every_step_one_whole_folder_is_there(tmp_path: Path, *, split: bool) -> None:
    """With two renames there is a moment between them without a folder; the next writer puts the earlier one back."""
    seen = set()
    for last in range(1, 40):
        place = tmp_path / str(last) / "x"
        replace_folder(place, fill("first"))
        process = subprocess.run([sys.executable, "-c", KILLED, place, str(last), str(split)], check=False)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        if split and not place.exists():
            whole_folders._clear_remains(place)  # noqa: SLF001 - what the next writer does first
            seen.add("put back")
        seen.add(whole(place))
        replace_folder(place, fill("third"))
        assert whole(place) == "third"
        assert [path.name for path in place.parent.iterdir()] == ["x"]
    assert last > 10
    assert seen == {"first", "second"} | ({"put back"} if split else set())


@pytest.mark.usefixtures("without_exchange")
def test_two_writers_end_as_if_one_had_come_after_the_other(tmp_path: Path) -> None:
    place = tmp_path / "x"
    both_write, names = threading.Barrier(2), ["one", "other"]

    def write_when_both_do(name: str) -> None:
        def write(folder: Path) -> None:
            fill(name)(folder)  # type: ignore[operator]
            both_write.wait(timeout=30)

        replace_folder(place, write)

    for _ in range(10):
        writers = [threading.Thread(target=write_when_both_do, args=(name,)) for name in names]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert whole(place) in names
        assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_file_system_without_locks_takes_a_folder_and_keeps_what_may_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: int, _operation: int) -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")  # as NFS does for a folder

    (tmp_path / ".x.new-0123456789ab").mkdir()
    monkeypatch.setattr(fcntl, "flock", refuse)
    replace_folder(tmp_path / "x", fill("first"))
    assert whole(tmp_path / "x") == "first"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".x.new-0123456789ab", "x"]


def test_what_another_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "x"

    def write(folder: Path) -> None:
        replace_folder(place, fill("quick"))
        assert folder.is_dir()
        fill("slow")(folder)  # type: ignore[operator]

    replace_folder(place, write)
    assert whole(place) == "slow"


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda place: place.write_text(""), "is a file; give another folder with --out"),
        (
            lambda place: place.symlink_to(place),
            "is neither a folder nor free; give another with --out",
        ),
        (
            lambda place: (place.mkdir(), (place / "notes.txt").write_text("")),
            "holds something else than an earlier run; give another folder with --out",
        ),
        (
            lambda place: (replace_folder(place, fill("first")), (place / "notes.txt").write_text("")),
            "holds notes.txt, which the run there did not write; move it, or give another folder with --out",
        ),
    ],
)
def test_what_is_no_earlier_run_is_not_replaced(tmp_path: Path, make: object, expected: str) -> None:
    place = tmp_path / "x"
    make(place)  # type: ignore[operator]
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(ScenarioError) as caught:
        check_target(place)
    assert caught.value.problems == (f"{place}: {expected}",)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_what_opening_a_layer_leaves_is_no_obstacle(tmp_path: Path) -> None:
    place = tmp_path / "x"
    replace_folder(place, fill("first"))
    (place / "plan.gpkg-wal").touch()
    (place / ".~lock.sites.csv#").touch()
    check_target(place)


def test_a_name_that_no_folder_can_have_is_refused_at_once(tmp_path: Path) -> None:
    place = tmp_path / "a" / ("x" * 250)  # free itself, but not with what is written beside it
    with pytest.raises(ScenarioError) as caught:
        check_target(place)
    assert caught.value.problems == (f"{place}: cannot be written: File name too long; give another with --out",)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["/proc/msp/x", "/sys/x"])
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder here that nobody may write to")
def test_a_place_that_takes_no_folder_is_refused_at_once(place: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        check_target(Path(place))
    assert re.fullmatch(
        rf"{place}: cannot be written: (No such file or directory|Operation not permitted|Permission denied); "
        "give another with --out",
        *caught.value.problems,
    )


def test_a_mounted_file_system_is_refused() -> None:
    with pytest.raises(ScenarioError, match="is where a file system is mounted; give a folder in it with --out"):
        check_target(Path("/"))


def test_seals_tell_what_is_gone_changed_or_added(tmp_path: Path) -> None:
    place = tmp_path / "x"
    replace_folder(place, fill("first"))
    (place / "sites.csv").unlink()
    (place / "summary.json").write_text("First", encoding="utf-8")
    (place / "more.csv").touch()
    assert seals(place) == [
        f"{place / 'sites.csv'}: this file of the run is missing",
        f"{place / 'summary.json'}: is not as it was written (its sha256 differs from the one in run.json)",
        f"{place / 'more.csv'}: the run did not write this file",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="folders change places in one step on Linux only")
def test_folders_change_places_in_one_step_here(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    if not whole_folders._exchange(tmp_path / "a", tmp_path / "b"):  # noqa: SLF001 - what the system can do
        pytest.skip("this file system cannot exchange two folders")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]
