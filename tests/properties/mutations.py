"""Mutations of valid files: of their bytes, lines and words, and of the cells, keys and parts that they hold."""

import base64
import csv
import io
import json
import re
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import strategies as st
from ruamel.yaml import YAML

NASTY_WORDS = (
    *(
        "",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "-1",
        "0",
        "1e400",
        "1e-400",
        "-0.0",
        "1,5",
        "1.234",
        "1 000",
        "0x10",
        "1_0",
        "٣",
    ),
    *(
        "💥",
        "\x00",
        "\x1b",
        "\x85",
        "\u2028",
        "\ufeff",
        "\u200b",
        "é",
        "\\ud800",
        "\\",
        "x" * 5000,
        "9" * 320,
        "9" * 5000,
    ),
    *(
        "*a",
        "&a",
        "!!x",
        "!!python/name:os.system",
        "<<",
        "{",
        "}",
        "[[",
        "]]",
        '"',
        '""',
        "'",
        "\n",
        "\r",
        "\r\n",
        "\t",
    ),
    *(";", ",", ":", ": ", "- ", "# ", "%", "true", "null", "~", "2030-01-01", "2030-13-45", "../../etc/passwd", "/"),
    *("<!DOCTYPE x>", "&lt;", "<", "</osm>", "]]>", "99999999999999999999", "-99999999999999999999", "1e308"),
)
NASTY_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 0.5, 1e308, -1e308, 10**30, 10**320, "", "x", "nan", "💥", "x" * 5000, "\ud800"),
    *(
        [],
        {},
        [None],
        [[]],
        {"": None},
        {"value": 1},
        ["a", "a"],
        [1, "a"],
        {"fr": "a", "en": "b"},
        "../..",
        "\0",
        "01004",
    ),
)
WORD = re.compile(rb"[A-Za-z0-9_.+-]+|\"[^\"\n]*\"")
MOST_SHOWN = 5_000  # bytes

Mutation = Callable[[st.DrawFn, bytes], bytes]


def _at(draw: st.DrawFn, content: bytes) -> int:
    return draw(st.integers(0, max(0, len(content) - 1)))


def flip(draw: st.DrawFn, content: bytes) -> bytes:
    """Change one bit or one byte."""
    if not content:
        return content
    at = _at(draw, content)
    changed = content[at] ^ (1 << draw(st.integers(0, 7))) if draw(st.booleans()) else draw(st.integers(0, 255))
    return content[:at] + bytes([changed]) + content[at + 1 :]


def insert(draw: st.DrawFn, content: bytes) -> bytes:
    at = _at(draw, content)
    return content[:at] + draw(st.binary(min_size=1, max_size=8)) + content[at:]


def delete(draw: st.DrawFn, content: bytes) -> bytes:
    at = _at(draw, content)
    return content[:at] + content[at + draw(st.integers(1, 64)) :]


def duplicate(draw: st.DrawFn, content: bytes) -> bytes:
    at = _at(draw, content)
    end = at + draw(st.integers(1, 256))
    return content[:end] + content[at:end] + content[end:]


def truncate(draw: st.DrawFn, content: bytes) -> bytes:
    return content[: _at(draw, content)]


def change_line(draw: st.DrawFn, content: bytes) -> bytes:
    """Swap two lines, or leave one out, or write one twice."""
    lines = content.split(b"\n")
    one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    how = draw(st.sampled_from(("swap", "leave out", "twice")))
    if how == "swap":
        lines[one], lines[other] = lines[other], lines[one]
    elif how == "leave out":
        del lines[one]
    else:
        lines.insert(other, lines[one])
    return b"\n".join(lines)


def change_word(draw: st.DrawFn, content: bytes) -> bytes:
    """Put something nasty, or another word of the file, in the place of a word."""
    words = list(WORD.finditer(content))
    if not words:
        return content
    word = draw(st.sampled_from(words))
    other = draw(st.sampled_from(words))[0]
    new = other if draw(st.booleans()) else draw(st.sampled_from(NASTY_WORDS)).encode("utf-8", "surrogatepass")
    return content[: word.start()] + new + content[word.end() :]


def recode(draw: st.DrawFn, content: bytes) -> bytes:
    """Write text in another encoding."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    encoding = draw(st.sampled_from(("utf-16", "utf-16-le", "cp1252", "utf-8-sig", "utf-32", "utf-7")))
    return text.encode(encoding, "replace")


BYTES: tuple[Mutation, ...] = (flip, insert, delete, duplicate, truncate)
TEXT: tuple[Mutation, ...] = (*BYTES, change_line, change_word, change_word, change_word, recode)


def change_cells(draw: st.DrawFn, content: bytes) -> bytes:
    """Change a CSV: swap, leave out or repeat columns, with or without their names, or change a cell or a row."""
    try:
        text = content.decode("utf-8-sig")
        separator = max(",;\t", key=text.split("\n", 1)[0].count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except (UnicodeDecodeError, csv.Error):
        return content
    if len(rows) < 2 or not rows[0]:
        return content
    change = draw(st.sampled_from((_change_columns, _change_columns, _change_row, _change_row, lambda *_: None)))
    change(draw, rows)
    out = io.StringIO()
    csv.writer(out, delimiter=draw(st.sampled_from((separator, separator, *",;\t"))), lineterminator="\n").writerows(
        rows
    )
    return out.getvalue().encode("utf-8", "surrogatepass")


def _change_columns(draw: st.DrawFn, rows: list[list[str]]) -> None:
    one, other = (draw(st.integers(0, len(rows[0]) - 1)) for _ in range(2))
    how = draw(st.sampled_from(("swap", "leave out", "twice", "fill")))
    word = draw(st.sampled_from(NASTY_WORDS))
    for cells in rows[draw(st.integers(0, 1)) :]:  # with the names of columns, or without
        if max(one, other) >= len(cells):
            continue
        if how == "swap":
            cells[one], cells[other] = cells[other], cells[one]
        elif how == "leave out":
            del cells[one]
        elif how == "twice":
            cells.insert(other, cells[one])
        else:
            cells[one] = word


def _change_row(draw: st.DrawFn, rows: list[list[str]]) -> None:
    cells = draw(st.sampled_from(rows))
    how = draw(st.sampled_from(("cell", "cell", "short", "long")))
    if how == "cell" and cells:
        cells[draw(st.integers(0, len(cells) - 1))] = draw(st.sampled_from(NASTY_WORDS))
    elif how == "short":
        del cells[-1:]
    else:
        cells.append("x")


def _change_value(draw: st.DrawFn, content: Any) -> Any:  # noqa: ANN401 - whatever a file holds
    """Change something at some depth: leave it out, give it another value, repeat it, or take that of another key."""
    node, parent, step = content, None, None
    while isinstance(node, dict | list) and node and (parent is None or draw(st.integers(0, 3))):
        parent = node
        step = draw(st.sampled_from(list(node) if isinstance(node, dict) else range(len(node))))
        node = node[step]
    if parent is None or step is None:
        return draw(st.sampled_from(NASTY_VALUES))
    how = draw(st.sampled_from(("leave out", "value", "value", "number", "other", "rename", "wrap")))
    if how == "leave out":
        del parent[step]
    elif how == "value":
        parent[step] = draw(st.sampled_from(NASTY_VALUES))
    elif how == "number":
        parent[step] = draw(st.one_of(st.integers(-(10**12), 10**12), st.floats()))
    elif how == "other":
        parent[step] = draw(st.sampled_from(list(parent.values()) if isinstance(parent, dict) else parent))
    elif how == "rename" and isinstance(parent, dict):
        parent[draw(st.sampled_from(("x", "", "value", "💥")))] = parent.pop(step)
    else:
        parent[step] = [node]
    return content


def change_json(draw: st.DrawFn, content: bytes) -> bytes:
    """Change a key or a value of JSON."""
    try:
        changed = _change_value(draw, json.loads(content))
    except ValueError:
        return content
    return json.dumps(changed).encode()


def change_yaml(draw: st.DrawFn, content: bytes) -> bytes:
    """Change a key or a value of YAML; written as JSON where YAML cannot."""
    try:
        changed = _change_value(draw, YAML(typ="safe", pure=True).load(content.decode()))
        return json.dumps(changed, default=str).encode()
    except Exception:  # noqa: BLE001 - it was changed before, and is YAML no more, or none that JSON can say
        return content


def change_part(*mutations: Mutation) -> Mutation:
    """Return a mutation of one of the files in a zip, packed again so that its sum is right."""

    def mutate(draw: st.DrawFn, content: bytes) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as whole:
                parts = {name: whole.read(name) for name in whole.namelist()}
        except Exception:  # noqa: BLE001 - it was changed before, and is a zip no more
            return content
        name = draw(st.sampled_from(sorted(parts)))
        if draw(st.integers(0, 9)) == 0:
            del parts[name]
        else:
            parts[name] = draw(st.sampled_from(mutations))(draw, parts[name])
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as whole:
            for part, inside in parts.items():
                whole.writestr(part, inside)
        return packed.getvalue()

    return mutate


def change_sheet_cell(draw: st.DrawFn, content: bytes) -> bytes:
    """Move or retype a cell of a worksheet's XML, far away perhaps."""
    cells = list(re.finditer(rb'<c r="[A-Z]+[0-9]+"(?: t="[a-z]+")?', content))
    if not cells:
        return content
    cell = draw(st.sampled_from(cells))
    place = draw(st.sampled_from((b"A1", b"XFD1048576", b"ZZZZ1", b"A0", b"A99999999", b"", b"B3")))
    kind = draw(st.sampled_from((b"", b' t="s"', b' t="n"', b' t="d"', b' t="b"', b' t="e"', b' t="inlineStr"')))
    return content[: cell.start()] + b'<c r="' + place + b'"' + kind + content[cell.end() :]


def change_parquet(draw: st.DrawFn, content: bytes) -> bytes:
    """Change a column of a Parquet file: its type, its name, its values; or its rows."""
    try:
        frame = pd.read_parquet(io.BytesIO(content))
    except Exception:  # noqa: BLE001 - it was changed before, and is Parquet no more
        return content
    name = draw(st.sampled_from(list(frame.columns)))
    how = draw(st.sampled_from(("value", "cell", "leave out", "rename", "rows", "index", "category", "twice")))
    if how == "value":
        value = draw(
            st.sampled_from([*(v for v in NASTY_VALUES if not isinstance(v, list | dict) and v != "\ud800"), b"x", 1.5])
        )
        frame[name] = [value] * len(frame)
    elif how == "cell":
        cells = frame[name].astype(object).tolist()
        cells[draw(st.integers(0, len(cells) - 1))] = draw(st.sampled_from((None, float("nan"), "x", -1.0, 1e308)))
        frame[name] = cells
    elif how == "leave out":
        frame = frame.drop(columns=name)
    elif how == "rename":
        frame = frame.rename(columns={name: draw(st.sampled_from(("x", "", "minutes", "geometry")))})
    elif how == "rows":
        frame = pd.concat([frame, frame.head(draw(st.integers(0, 3)))]).iloc[draw(st.integers(0, 3)) :]
    elif how == "index":
        frame = frame.set_index(name)
    elif how == "category":
        frame[name] = frame[name].astype("category")
    else:
        frame["minutes " if name == "minutes" else "x"] = frame[name]
    out = io.BytesIO()
    try:
        frame.to_parquet(out)
    except Exception:  # noqa: BLE001 - pandas cannot write such a one
        return content
    return out.getvalue()


def change_layer(draw: st.DrawFn, content: bytes) -> bytes:
    """Change the tables of a GeoPackage, which is an SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.gpkg"
        path.write_bytes(content)
        try:
            base = sqlite3.connect(path)
            for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                base.execute(f'DROP TRIGGER "{trigger}"')  # they call functions that are not here
            names = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            table = draw(st.sampled_from(sorted(names)))
            columns = [row[1] for row in base.execute(f'PRAGMA table_info("{table}")')]
            column = draw(st.sampled_from(sorted(columns)))
            value = draw(st.sampled_from((None, "", "x", 0, -1, 2**62, 1.5, b"", b"GP\0\1", b"\xff" * 40, "💥")))
            how = draw(st.sampled_from(("set", "set one", "delete", "drop", "rename")))
            where = "" if how == "set" else " WHERE rowid = 1"
            if how in {"set", "set one"}:
                base.execute(f'UPDATE "{table}" SET "{column}" = ?{where}', (value,))  # noqa: S608 - a file of ours
            elif how == "delete":
                base.execute(f'DELETE FROM "{table}"{where}')  # noqa: S608 - a file of ours
            elif how == "drop":
                base.execute(f'DROP TABLE "{table}"')
            else:
                base.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{column}" TO "x"')
            base.commit()
            base.close()
        except sqlite3.Error:
            return content
        return path.read_bytes()


class Damaged(bytes):
    """What a damaged file holds; shown as it is where it is small, and else packed."""

    def __repr__(self) -> str:
        """Return an expression that gives the bytes again."""
        if len(self) <= MOST_SHOWN:
            return super().__repr__()
        return f"zlib.decompress(base64.b85decode({base64.b85encode(zlib.compress(self, 9))!r}))"


@st.composite
def mutated(draw: st.DrawFn, content: bytes, mutations: tuple[Mutation, ...]) -> Damaged:
    """Draw a file with a mutation or a few: many are refused for the first, and the others are not met."""
    for _ in range(draw(st.sampled_from((1, 1, 1, 2, 3)))):
        content = draw(st.sampled_from(mutations))(draw, content)
    return Damaged(content)
