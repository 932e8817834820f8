"""Folders and files appear whole or not at all, whatever happens to whoever writes them."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from full_disk import contents, refuse_each_step
from msp_siting.errors import OutputError
from msp_siting.files import replacing
from msp_siting.files.replacing import clear_remains, output_errors, put_folder, replace_files

TWO_RENAMES = pytest.param(True, id="two renames")
ONE_STEP = pytest.param(False, id="one step")
FULL_ONCE = pytest.param(False, id="full once")
STAYS_FULL = pytest.param(True, id="stays full")
NAMES = ("report.html", "sites.csv", "summary.json")


def fill(name: str) -> Callable[[Path], list[Path]]:
    """Return a writer of a few files that all say the same name."""

    def write(folder: Path) -> list[Path]:
        for part in NAMES:
            (folder / part).write_text(name, encoding="utf-8")
        return [folder / part for part in NAMES]

    return write


def whole(folder: Path) -> str:
    """Return what the files of a folder say, all of them."""
    (name,) = {(folder / part).read_text(encoding="utf-8") for part in NAMES}
    return name


@pytest.fixture(params=[ONE_STEP, TWO_RENAMES])
def without_exchange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param:
        monkeypatch.setattr(replacing, "_exchange", lambda *_: False)
    return bool(request.param)


@pytest.fixture(params=[pytest.param(False, id="links"), pytest.param(True, id="no links")])
def without_links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a file can have one name only, as on some file systems."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if request.param:
        monkeypatch.setattr(os, "link", refuse)
    return bool(request.param)


@pytest.mark.usefixtures("without_exchange")
def test_a_new_folder_takes_the_place_of_the_earlier_one(tmp_path: Path) -> None:
    place = tmp_path / "runs" / "x"
    for name in ("first", "second"):
        put_folder(place, fill(name))
        assert whole(place) == name
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["x"]


@pytest.mark.parametrize("stays_full", [FULL_ONCE, STAYS_FULL])
def test_whatever_a_full_disk_refuses_the_earlier_folder_is_there(
    tmp_path: Path, *, without_exchange: bool, stays_full: bool
) -> None:
    place = tmp_path / "x"
    put_folder(place, fill("first"))

    def replace() -> None:
        with output_errors(place):
            put_folder(place, fill("second"))

    def read() -> None:
        if without_exchange and stays_full and not place.exists():
            clear_remains(place)  # what the next writer does first
        assert whole(place) in {"first", "second"}

    steps, errors = refuse_each_step(tmp_path, replace, read, OutputError, stays_full=stays_full)
    # three files, and that of the lock, in which nothing is written
    assert [steps.count(step) for step in ("open", "write", "fsync", "unlink")] == [4, 3, 3, 4]
    assert (steps.count("rename"), steps.count("exchange")) == ((3, 1) if without_exchange else (1, 1))
    assert {str(error) for error in errors} == {
        f"{place}: could not be written: No space left on device; what stood there before is whole"
    }


@pytest.mark.usefixtures("without_links")
@pytest.mark.parametrize("stays_full", [FULL_ONCE, STAYS_FULL])
def test_whatever_a_full_disk_refuses_the_earlier_files_are_there(tmp_path: Path, *, stays_full: bool) -> None:
    """Two files that were there, one of them a link, and one that was not; what else is there stays."""
    folder, elsewhere = tmp_path / "x", tmp_path / "elsewhere.csv"
    folder.mkdir()
    elsewhere.write_text("elsewhere", encoding="utf-8")
    (folder / "report.html").write_text("first", encoding="utf-8")
    (folder / "sites.csv").symlink_to(elsewhere)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")

    def replace() -> None:
        with output_errors(folder):
            replace_files(folder, fill("second"))

    def read() -> None:
        assert elsewhere.read_text(encoding="utf-8") == "elsewhere"
        assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
        assert (folder / "report.html").read_text(encoding="utf-8") in {"first", "second"}

    steps, errors = refuse_each_step(tmp_path, replace, read, OutputError, stays_full=stays_full)
    assert [steps.count(step) for step in ("fsync", "replace")] == [3, 3]
    assert len(errors) > 10
    assert whole(folder) == "second"
    assert sorted(path.name for path in folder.iterdir()) == ["notes.txt", *NAMES]


def test_of_files_that_follow_one_another_an_error_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is there twice: what it says meanwhile, and what it says in the end."""
    (tmp_path / "a").write_text("before", encoding="utf-8")
    replace, said = Path.replace, []

    def spied(source: Path, target: Path) -> Path:
        if source.name == "b" and target.name == "b":
            said.append((tmp_path / "a").read_text(encoding="utf-8"))
            raise OSError(errno.EIO, "Input/output error")
        return replace(source, target)

    def write(fresh: Path) -> list[Path]:
        parts = [fresh / "meanwhile" / "a", fresh / "b", fresh / "a"]
        parts[0].parent.mkdir()
        for part, text in zip(parts, ("meanwhile", "b", "after"), strict=True):
            part.write_text(text, encoding="utf-8")
        return parts

    monkeypatch.setattr(Path, "replace", spied)
    with pytest.raises(OSError, match="Input/output error"):
        replace_files(tmp_path, write)
    assert said == ["meanwhile"]
    assert contents(tmp_path) == {"a": b"before"}
    monkeypatch.undo()
    replace_files(tmp_path, write)
    assert contents(tmp_path) == {"a": b"after", "b": b"b"}


@pytest.mark.usefixtures("without_exchange")
@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), KeyboardInterrupt(), ZeroDivisionError()])
def test_what_fails_leaves_the_earlier_one_whole(tmp_path: Path, problem: BaseException) -> None:
    place = tmp_path / "x"
    put_folder(place, fill("first"))

    def fail(folder: Path) -> list[Path]:
        (folder / "report.html").write_text("second", encoding="utf-8")
        raise problem

    for replace in (put_folder, replace_files):
        with pytest.raises(type(problem)):
            replace(place, fail)
        assert whole(place) == "first"
        assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_what_fails_leaves_no_folder_behind(tmp_path: Path) -> None:
    for replace in (put_folder, replace_files):
        with pytest.raises(ZeroDivisionError):
            replace(tmp_path / "a" / "b" / "x", lambda _: 1 / 0)  # type: ignore[operator]
        assert list(tmp_path.iterdir()) == []


def test_what_speaks_against_it_at_last_is_heard(tmp_path: Path) -> None:
    place = tmp_path / "x"
    put_folder(place, fill("first"))
    with pytest.raises(ZeroDivisionError):
        put_folder(place, fill("second"), lambda: 1 / 0)
    assert whole(place) == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


KILLED = """
import os, signal, sys
from pathlib import Path
from msp_siting.files import replacing
folder, kind = Path(sys.argv[1]), sys.argv[2]
steps, last = 0, 0
def counted(function):
    def step(*arguments, **options):
        global steps
        steps += 1
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return step
replacing._exchange = (lambda *_: False) if kind == "two renames" else counted(replacing._exchange)
for name in ("mkdir", "rename", "replace", "write_text"):
    setattr(Path, name, counted(getattr(Path, name)))
for name in ("fsync", "link", "unlink", "rmdir"):
    setattr(os, name, counted(getattr(os, name)))
replacing.shutil.rmtree = counted(replacing.shutil.rmtree)
def write(name):
    def write_all(fresh):
        parts = [fresh / part for part in ("report.html", "sites.csv", "summary.json")]
        for part in parts:
            part.write_text(name, encoding="utf-8")
        return parts
    return write_all
replace = replacing.replace_files if kind == "files" else replacing.put_folder
for last in range(1, 40):
    place = folder / str(last) / "x"
    steps = -1000
    replacing.put_folder(place, write("first"))
    steps = 0
    child = os.fork()
    if child == 0:
        replace(place, write("second"))
        os._exit(0)
    if os.waitpid(child, 0)[1] != signal.SIGKILL:
        break
print(last)
"""


def killed_at_each_step(folder: Path, kind: str) -> list[Path]:
    """Return one place per step at which its writer was killed, and at last one where it was not."""
    done = subprocess.run([sys.executable, "-c", KILLED, folder, kind], check=True, capture_output=True, text=True)
    assert 10 < int(done.stdout) < 39
    return [folder / str(last) / "x" for last in range(1, int(done.stdout) + 1)]


@pytest.mark.parametrize("split", [ONE_STEP, TWO_RENAMES])
def test_killed_at_every_step_one_whole_folder_is_there(tmp_path: Path, *, split: bool) -> None:
    """With two renames there is a moment between them without a folder; the next writer puts the earlier one back."""
    seen = set()
    for place in killed_at_each_step(tmp_path, "two renames" if split else "one step"):
        if split and not place.exists():
            clear_remains(place)  # what the next writer does first
            seen.add("put back")
        seen.add(whole(place))
        put_folder(place, fill("third"))
        assert whole(place) == "third"
        assert [path.name for path in place.parent.iterdir()] == ["x"]
    assert seen == {"first", "second"} | ({"put back"} if split else set())


def test_killed_at_every_step_each_file_is_whole_and_the_first_come_first(tmp_path: Path) -> None:
    seen = set()
    for place in killed_at_each_step(tmp_path, "files"):
        seen.add(tuple((place / name).read_text(encoding="utf-8") for name in NAMES))
        replace_files(place, fill("third"))
        assert whole(place) == "third"
        assert sorted(path.name for path in place.iterdir()) == sorted(NAMES)
    assert seen == {tuple(["second"] * count + ["first"] * (3 - count)) for count in range(4)}


@pytest.mark.usefixtures("without_exchange")
def test_two_writers_end_as_if_one_had_come_after_the_other(tmp_path: Path) -> None:
    place = tmp_path / "x"
    both_write, names = threading.Barrier(2), ["one", "other"]

    def write_when_both_do(name: str) -> None:
        def write(folder: Path) -> None:
            fill(name)(folder)
            both_write.wait(timeout=30)

        put_folder(place, write)

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
    fcntl = pytest.importorskip("fcntl", reason="this system has other locks")

    def refuse(_handle: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")  # as NFS does where its server keeps none

    (tmp_path / ".x.new-0123456789ab").mkdir()
    monkeypatch.setattr(fcntl, "flock", refuse)
    put_folder(tmp_path / "x", fill("first"))
    assert whole(tmp_path / "x") == "first"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".x.new-0123456789ab", "x"]


def test_what_another_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "x"

    def write(folder: Path) -> list[Path]:
        put_folder(tmp_path / "x", fill("quick"))
        replace_files(tmp_path / "x", fill("quick"))
        assert folder.is_dir()
        return fill("slow")(folder)

    put_folder(place, write)
    assert whole(place) == "slow"


@pytest.mark.skipif(sys.platform != "linux", reason="folders change places in one step on Linux only")
def test_folders_change_places_in_one_step_here(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    if not replacing._exchange(tmp_path / "a", tmp_path / "b"):  # noqa: SLF001 - what the system can do
        pytest.skip("this file system cannot exchange two folders")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_a_folder_takes_the_place_of_its_namesake_and_comes_back_where_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(fresh: Path, content: str) -> list[Path]:
        (fresh / "excel").mkdir()
        (fresh / "excel" / "sites.csv").write_text(content, encoding="utf-8")
        (fresh / "run.json").write_text(content, encoding="utf-8")
        return [fresh / "excel", fresh / "run.json"]

    target = tmp_path / "run"
    target.mkdir()
    for content in ("first", "second"):
        replace_files(target, lambda fresh, content=content: write(fresh, content))
        assert (target / "excel" / "sites.csv").read_text(encoding="utf-8") == content
    move = Path.replace

    def full(path: Path, place: Path) -> Path:
        if path.name == "run.json":
            raise OSError(errno.ENOSPC, "No space left on device")
        return move(path, place)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        replace_files(target, lambda fresh: write(fresh, "third"))
    assert (target / "excel" / "sites.csv").read_text(encoding="utf-8") == "second"
    assert sorted(path.name for path in target.iterdir()) == ["excel", "run.json"]
