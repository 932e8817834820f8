"""CSV as text: encodings, separators, quotation marks, rows by their numbers."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from msp_siting.errors import DataError
from msp_siting.files.cells import read_cells, read_header
from msp_siting.files.csv import find_separator, parse_regular, read_csv_text
from msp_siting.files.text import read_text_file

NAMES = frozenset({"id", "name", "code"})


def known(headings: Sequence[str]) -> int:
    return sum(heading in NAMES for heading in headings)


def cells_of(path: Path, content: bytes) -> tuple[tuple[str, ...], dict[int, list[str]]]:
    """Return the headings of a file, and its cells by row."""
    path.write_bytes(content)
    read = read_cells(path, known)
    return read.headings, {row: list(cells) for row, *cells in read.frame.itertuples(name=None)}


def refused(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_cells(path, known)
    return [problem.removeprefix(f"{path}: ") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("id;name\n1;é œ €\n".encode(), "utf-8"),
        ("\ufeffid;name\r\n1;é œ €\r\n".encode(), "utf-8"),
        ("id;name\n1;é œ €\n".encode("cp1252"), "cp1252"),
        ("\ufeffid;name\n1;é œ €\n".encode("utf-16-le"), "utf-16"),
        ("\ufeffid;name\n1;é œ €\n".encode("utf-16-be"), "utf-16"),
        ("id;name\r1;é œ €\r".encode(), "utf-8"),
        ('"id";"name"\n"1";"é œ €"\n'.encode(), "utf-8"),
        ("sep=;\nid;name\n1;é œ €\n".encode(), "utf-8"),
        ('"SEP=;"\r\nid;name\r\n1;é œ €\r\n'.encode("cp1252"), "cp1252"),
        ("\ufeffsep=;\nid;name\n1;é œ €\n".encode("utf-16-le"), "utf-16"),
        (" id ;name;;\n1\u00a0; é œ €;;\n;;\n\n".encode(), "utf-8"),
        ("id;name\n1;é œ €;;\n".encode(), "utf-8"),
    ],
)
def test_texts_of_spreadsheets(tmp_path: Path, content: bytes, encoding: str) -> None:
    row = 3 if b"ep" in content.lower().replace(b"\0", b"") else 2
    assert cells_of(tmp_path / "x.csv", content) == (("id", "name"), {row: ["1", "é œ €"]})
    assert read_text_file(tmp_path / "x.csv").encoding == encoding
    assert read_header(tmp_path / "x.csv")[:2] == ["id", "name"]


@pytest.mark.parametrize(
    ("header", "separator"),
    [
        ("id,name", ","),
        ("id;name", ";"),
        ("id\tname", "\t"),
        ("id;name, or so", ";"),
        ("id;a,b,c,d;name", ";"),
        ('"id","a;b;c;d"', ","),
        ("id", ","),
        ("unknown;other,more;still", ";"),
        ("sep=,\nid;a,name", ","),
    ],
)
def test_the_separator_is_the_one_by_which_most_headings_are_known(tmp_path: Path, header: str, separator: str) -> None:
    (tmp_path / "x.csv").write_text(f"{header}\n", encoding="utf-8")
    assert find_separator(read_csv_text(tmp_path / "x.csv"), known) == separator


def test_rows_keep_their_numbers(tmp_path: Path) -> None:
    assert cells_of(tmp_path / "x.csv", b"sep=,\nid,name\n\n1,a\n , \n2,b\n,\n") == (
        ("id", "name"),
        {4: ["1", "a"], 6: ["2", "b"]},
    )


def test_short_rows_are_noted_and_long_ones_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,name,code\n1\n2,b\n3,c,d\n", encoding="utf-8")
    read = read_cells(path, known)
    assert read.short == {2: 1, 3: 2}
    assert read.frame.loc[2].tolist() == ["1", "", ""]
    assert refused(path, b"id,name\n1,a,b\n") == [
        "row 2: expected 2 cells, got 3; quote text and numbers that hold the separator (first surplus: 'b')"
    ]
    found = refused(path, b"id,name\n" + b"1,a,b\n" * 30)
    assert len(found) == 21
    assert found[-1] == "10 more problems"


def test_line_breaks_in_cells(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    assert cells_of(path, b'id,"na\nme"\n1,"a\nb"\n2,c\n') == (("id", "na me"), {2: ["1", "a\nb"], 3: ["2", "c"]})
    for end in (b"\n", b"\r", b"\r\n"):  # the mark before b takes the next row into its cell
        assert refused(path, end.join([b"id,name", b'1,"a', b'2,b"', b"3,c", b""])) == [
            (
                f"row 2: a cell ({f'a{end.decode()}2,b'!r}) holds a line break and cells behind it; "
                "is a quotation mark amiss?"
            )
        ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'id,name\n1,a\n2,"b\n3,c\n', "line 3: unexpected end of data"),
        (b'id,name\n1,"a"b\n', "line 2: ',' expected after '\"'"),
        (b'sep=,\nid,name\n1,"a"b\n', "line 3: ',' expected after '\"'"),
        (b"id,name\n1," + b"a" * 131_073 + b"\n", "line 2: a cell is too long"),
    ],
)
def test_quotation_marks_amiss(tmp_path: Path, content: bytes, expected: str) -> None:
    assert refused(tmp_path / "x.csv", content) == [
        f"cannot be read as CSV: {expected}; is a quotation mark left open?"
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfe", "the file is empty"),
        (b"\xff\xfe\0\0i\0\0\0", "is not text (it holds zero bytes); save it as CSV UTF-8"),
        (b"\xff\xfei", "not UTF-16 text, as it says; save it as CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is a spreadsheet or an archive, expected CSV text; save it as CSV UTF-8"),
        ("é\n".encode() + b"\xe9", "line 2: a letter is not UTF-8, and others are; save the file as CSV UTF-8"),
        (b"\xef\xbb\xbfid\n\xe9", "line 2: a letter is not UTF-8, and others are; save the file as CSV UTF-8"),
        (b"id,name,\n1,a,note\n", "row 2: cell 3 ('note') is under no column name"),
    ],
)
def test_what_is_no_such_text(tmp_path: Path, content: bytes, expected: str) -> None:
    assert refused(tmp_path / "x.csv", content) == [expected]


def test_large_cells_do_not_make_long_lines_slow_or_wrong(tmp_path: Path) -> None:
    row = ",".join(["1234567"] * 20_000)  # a line longer than a cell may be, of short cells
    (tmp_path / "x.csv").write_text(f"{row}\n{row}\n", encoding="utf-8")
    regular = parse_regular(read_csv_text(tmp_path / "x.csv"), ",")
    assert regular is not None
    assert regular.shape == (2, 20_000)
