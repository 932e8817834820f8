import os
from pathlib import Path

import pytest

from msp_siting.errors import DataError, RoadsError
from msp_siting.files.text import check_file, is_file, is_there, lies_within, project_folder, read_bytes, read_utf8

MB = 1_000_000


def problem(path: Path, largest_bytes: int | None = None) -> str:
    with pytest.raises(DataError) as caught:
        read_bytes(path, DataError, largest_bytes)
    (text,) = caught.value.problems
    assert text.startswith(f"{path}: ")
    return text.removeprefix(f"{path}: ")


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"], ids=["LF", "CR", "CRLF"])
@pytest.mark.parametrize("before", [0, 1, 499_999, 500_000, 700_000, MB])
def test_a_line_of_a_million_bytes_is_read_and_a_longer_one_is_not(tmp_path: Path, before: int, end: bytes) -> None:
    file = tmp_path / "x.csv"
    first = b"a" * before + end
    file.write_bytes(first + b"b" * MB + end + b"c")
    assert read_bytes(file, DataError) == first + b"b" * MB + end + b"c"
    file.write_bytes(first + b"b" * (MB + MB // 2) + end + b"c")
    assert problem(file) == "line 2: longer than 1 MB; is it the right file?"


def test_a_file_within_its_size_may_be_one_line(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(b"x" * 2 * MB)
    assert read_bytes(file, DataError, 2 * MB) == b"x" * 2 * MB
    assert problem(file, MB) == "2.0 MB, expected at most 1 MB; is it the right file?"


def test_nothing_is_read_of_a_file_that_is_too_large(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    with file.open("wb") as hole:
        hole.truncate(200_000 * MB)
    assert problem(file, MB) == "200,000.0 MB, expected at most 1 MB; is it the right file?"
    assert problem(file) == "line 1: longer than 1 MB; is it the right file?"


def test_only_ordinary_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "below").symlink_to("pipe/x")
    (tmp_path / "there").write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to("there")
    nowhere = "is a link that leads to no file; restore what it leads to, or remove it"
    assert problem(tmp_path) == "is a folder, expected a file"
    assert problem(tmp_path / "pipe") == "is no ordinary file (but a pipe or a device), expected one"
    for name in ("loop", "gone", "below"):
        assert problem(tmp_path / name) == nowhere
        assert is_there(tmp_path / name)
        assert not is_file(tmp_path / name)
    for name in ("nothing", "x" * 5000, "a\0b", "there/x"):
        assert problem(tmp_path / name).startswith(("this file is missing", "cannot be read: File name too long"))
        assert not is_there(tmp_path / name)
        assert not is_file(tmp_path / name)
    assert read_bytes(tmp_path / "link", DataError) == b"x"
    with pytest.raises(RoadsError, match=r"is a folder, expected a file"):
        check_file(tmp_path, RoadsError)


def test_text_is_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes("\ufeffé\ufeff".encode())
    assert read_utf8(file, DataError) == "é\ufeff"
    file.write_bytes("abcé".encode("cp1252"))
    with pytest.raises(DataError, match=r"not UTF-8 text \(byte 3\); save the file as UTF-8"):
        read_utf8(file, DataError)


def test_a_file_s_project_is_where_its_folder_of_the_kind_stands() -> None:
    file = Path("/home/me/project/models/old/x.yaml")
    assert project_folder(file, "models") == Path("/home/me/project")
    assert project_folder(file, "data") == Path("/home/me/project/models/old")
    assert lies_within(file.parent / "../../data/x.csv", Path("/home/me/project"))
    assert not lies_within(file.parent / "../../../data/x.csv", Path("/home/me/project"))
    assert not lies_within(file.parent / "/etc/passwd", Path("/home/me/project"))
