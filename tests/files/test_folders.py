"""What of a run's folder may be replaced, and how it knows its own files."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.errors import OutputError, ScenarioError
from msp_siting.files.folders import RUN_MARKER, SEAL, broken_seals, check_target, replace_folder


def fill(name: str) -> Callable[[Path], None]:
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


def test_a_run_is_sealed_and_replaced(tmp_path: Path) -> None:
    for name in ("first", "second"):
        replace_folder(tmp_path / "x", fill(name))
        assert whole(tmp_path / "x") == name
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_run_that_cannot_be_written_is_an_error_of_the_users(tmp_path: Path) -> None:
    place = tmp_path / "x"
    replace_folder(place, fill("first"))

    def fail(folder: Path) -> None:
        fill("second")(folder)
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError) as caught:
        replace_folder(place, fail)
    assert caught.value.problems == (
        f"{place}: could not be written: No space left on device; what stood there before is whole",
    )
    assert whole(place) == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_what_somebody_put_into_the_earlier_one_meanwhile_is_kept(tmp_path: Path) -> None:
    place = tmp_path / "x"
    replace_folder(place, fill("first"))

    def write(folder: Path) -> None:
        fill("second")(folder)
        (place / "notes.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(ScenarioError, match=r"holds notes\.txt, which the run there did not write; move it, or"):
        replace_folder(place, write)
    assert (place / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


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


@pytest.mark.parametrize("name", ["a\nb", "a\tb", "a\rb", "a\x1b[1mb", "a\u2028b", "a\x85b"])
def test_a_name_with_a_control_character_is_refused(tmp_path: Path, name: str) -> None:
    for place in (tmp_path / name, tmp_path / name / "x"):
        with pytest.raises(ScenarioError) as caught:
            check_target(place)
        said = "the name holds a line break or another control character; give another"
        assert caught.value.problems == (f"{str(place)!r}: {said}",)
    check_target(tmp_path / "à b, c'é")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("inside", [".", "points"])
def test_a_folder_from_which_nothing_can_be_taken_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    place = tmp_path / "x"
    replace_folder(place, fill("first"))
    (place / "points").mkdir()
    closed = place / inside

    def access(path: Path, _mode: int) -> bool:  # the administrator, as whom tests may run, may do anything
        return Path(path) != closed

    check_target(place)
    monkeypatch.setattr(os, "access", access)
    with pytest.raises(ScenarioError) as caught:
        check_target(place)
    assert caught.value.problems == (f"{closed}: cannot be replaced: Permission denied; give another with --out",)
    assert whole(place) == "first"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no such folders")
def test_a_folder_that_is_its_owners_alone_to_rename_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in /tmp: anybody may write there, and only the owner renames what is there."""
    place = tmp_path / "x"
    replace_folder(place, fill("first"))
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    check_target(place)
    tmp_path.chmod(0o1777)
    with pytest.raises(ScenarioError, match="cannot be replaced: Permission denied"):
        check_target(place)
    check_target(tmp_path / "free")
    monkeypatch.setattr(os, "geteuid", lambda: place.stat().st_uid)
    check_target(place)


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
