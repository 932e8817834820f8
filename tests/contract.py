"""docs/files.md parsed back: its sections and tables, and what the names in them stand for."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from msp_siting.files.records import Parameter, Strict

DOCUMENT = Path(__file__).parents[1] / "docs" / "files.md"
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PLACEHOLDER = re.compile(r"<[^>]+>")
Row = Mapping[str, str]


@cache
def sections() -> dict[str, str]:
    """Return the text below each heading, up to the next one."""
    _, *parts = HEADING.split(DOCUMENT.read_text(encoding="utf-8"))
    headings, texts = parts[::2], parts[1::2]
    assert len(set(headings)) == len(headings)
    return dict(zip(headings, texts, strict=True))


def rows(heading: str, first: str) -> list[Row]:
    """Return the rows of the tables below a heading whose first column is called so, cells by the tables' header."""
    found: list[Row] = []
    for table in re.findall(r"(?:^\|.*\n)+", sections()[heading], re.MULTILINE):
        header, rule, *lines = (_cells(line) for line in table.splitlines())
        assert {cell.strip("-") for cell in rule} == {""}
        found += (dict(zip(header, cells, strict=True)) for cells in lines if header[0] == first)
    assert found, heading
    return found


def documented(heading: str, first: str) -> dict[str, Row]:
    """Return those rows by each name that their first cell has between backticks; no name is there twice."""
    pairs = [(name, row) for row in rows(heading, first) for name in re.findall(r"`([^`]+)`", row[first])]
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), heading
    return dict(pairs)


def expanded(names: Sequence[str], words: Mapping[str, Sequence[str]]) -> list[str]:
    """Return names with the words that their placeholders stand for."""
    found = []
    for name in names:
        inside = PLACEHOLDER.findall(name)
        for chosen in itertools.product(*(words[each.strip("<>")] for each in inside)):
            text = name
            for each, word in zip(inside, chosen, strict=True):
                text = text.replace(each, word)
            found.append(text)
    return found


def nameless(name: str) -> str:
    """Return a name with empty placeholders."""
    return PLACEHOLDER.sub("<>", name)


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def json_paths(value: object, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield the path to every value of a JSON text, and whether something may stand there that is not now."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from json_paths(inner, (*above, key))
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for each in value:
            yield from json_paths(each, (*above[:-1], f"{above[-1]}[]"))
    else:
        yield above, value is None or value in ({}, [])


def covers(name: str, path: tuple[str, ...], *, is_open: bool) -> bool:
    """Return whether a documented name is that of a path; a last placeholder stands for all that follows."""
    steps = name.split(".")
    if is_open and len(path) < len(steps):
        steps = [*steps[: len(path) - 1], steps[len(path) - 1].removesuffix("[]")]
    if PLACEHOLDER.fullmatch(steps[-1]) and len(path) > len(steps):
        path = path[: len(steps)]
    return len(steps) == len(path) and all(
        PLACEHOLDER.fullmatch(step) or step == key for step, key in zip(steps, path, strict=True)
    )


def record_keys(kind: type[Strict], above: str = "", seen: frozenset[type] = frozenset()) -> dict[str, FieldInfo]:
    """Return the keys of a record and of the records in it, by their path; a list of those seen before is one key."""
    found: dict[str, FieldInfo] = {}
    for name, field in kind.model_fields.items():
        parts, ending = _records_in(field.annotation)
        if not parts or (ending == "[]" and seen & set(parts)):
            found.setdefault(f"{above}{name}", field)
            continue
        seen |= set(parts)
        for part in parts:
            found = record_keys(part, f"{above}{name}{ending}.", seen) | found
    return found


def _records_in(annotation: Any) -> tuple[list[type[Strict]], str]:  # noqa: ANN401 - whatever annotates a field
    """Return the records that a type holds, and how a path leads to them: at once, into a list, or by a name."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        return ([], "") if issubclass(annotation, Parameter) else ([annotation], "")
    if origin is Annotated:
        return _records_in(arguments[0])
    if origin in {Union, UnionType}:
        inside = [found for found in map(_records_in, arguments) if found[0]]
        return [part for parts, _ in inside for part in parts], inside[0][1] if len(inside) == 1 else ""
    if origin is list:
        return _records_in(arguments[0])[0], "[]"
    if origin is dict:
        parts, inner = _records_in(arguments[1])
        return parts, f".<>{inner}"
    return [], ""
