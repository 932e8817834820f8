"""Strict reading of YAML: text stays text, duplicate keys are errors; and plain writing."""

import itertools
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from msp_siting.errors import MspSitingError, Sentence, foreign, problem, told
from msp_siting.files.hints import PUT_QUOTES, got, show_value
from msp_siting.files.text import MOST_DIGITS, TOO_MANY_DIGITS, read_utf8

LARGEST_YAML_BYTES = 1_000_000  # parsing it takes ten seconds
MOST_VALUES = 100_000
DEEPEST_NESTING = 100
TEXTS_KEPT = 32  # parsing is slow, and models are read again and again
TOO_MANY = problem("too many values; use fewer aliases (*)")
TOO_DEEP = problem("nested too deeply")
# What ruamel says of a text, with values in it.
YAML_SENTENCES = (
    "found character {character} that cannot start any token",
    "found unknown escape character {character}",
    "found undefined alias {alias}",
    "expected <block end>, but found {token}",
    "expected ',' or ']', but got {token}",
    "expected ',' or '}}', but got {token}",
)


def read_yaml(path: Path, error: type[MspSitingError], content: bytes | None = None) -> dict[str, Any]:
    """Return the keys and values a YAML 1.2 file holds.

    Parameters
    ----------
    path
        The file.
    error
        The class of error to raise, chosen by whoever knows what the file is for.
    content
        The file's bytes, where they are read already.
    """
    text = read_utf8(path, error, LARGEST_YAML_BYTES, content)
    try:
        found = parse_yaml(text)
    except ValueError as fault:
        raise error(told(fault).at(path)) from fault
    if not isinstance(found, dict):
        expected = problem("expected {expected}", expected=problem("keys and values"))
        raise error(got(expected, found).at(path))
    return found


def parse_yaml(text: str) -> Any:  # noqa: ANN401 - whatever the text holds
    """Return what a YAML 1.2 text holds; keys are text and none is given twice.

    Raises
    ------
    ValueError
        With one sentence, its line where it is known.
    """
    if _deepest_brackets(text) > DEEPEST_NESTING:  # which the parser would take seconds to find
        raise ValueError(TOO_DEEP)
    try:
        content = _load(text)
    except DuplicateKeyError as fault:
        key = str(fault.problem).removeprefix("found duplicate key ").split(" with value", maxsplit=1)[0]
        twice = problem("key {key} is given twice; keep one", key=key)
        raise ValueError(twice.at(_line(fault))) from fault
    except MarkedYAMLError as fault:
        said = foreign(str(fault.problem), *YAML_SENTENCES)
        raise ValueError(problem("not valid YAML: {fault}", fault=said).at(_line(fault))) from fault
    except RecursionError as fault:
        raise ValueError(TOO_DEEP) from fault
    except (YAMLError, ValueError, LookupError) as fault:  # a wrong !!tag raises the last two
        said = told(fault) if isinstance(fault, ValueError) else foreign(str(fault).splitlines()[0])
        said = TOO_MANY_DIGITS if "integer string conversion" in said else said
        raise ValueError(problem("not valid YAML: {fault}", fault=said)) from fault
    return _own_copy(content, 0, itertools.count())


def write_yaml(content: Mapping[str, Any], path: Path) -> None:
    """Write a mapping as YAML, keys in their order, codes quoted where YAML would read a number."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 110
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        yaml.dump(dict(content), file)


def _deepest_brackets(text: str) -> int:
    """Return how deep brackets are nested in a text, be they in quotation marks or not."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


class _Constructor(SafeConstructor):
    """Makes values of what is parsed; merge keys (<<) that multiply what they merge are refused."""

    merged = 0

    def flatten_mapping(self, node: Any) -> Any:  # noqa: ANN401 - ruamel's
        """Put the pairs that a merge key means in its place."""
        pairs = super().flatten_mapping(node)
        self.merged += len(node.value)
        if self.merged > MOST_VALUES:
            raise ValueError(TOO_MANY)
        return pairs


@lru_cache(maxsize=TEXTS_KEPT)
def _load(text: str) -> Any:  # noqa: ANN401 - whatever the text holds; whoever takes it copies it
    yaml = YAML(typ="safe", pure=True)  # refuses duplicate keys
    yaml.Constructor = _Constructor
    return yaml.load(text)


def _own_copy(value: Any, depth: int, count: Iterator[int]) -> Any:  # noqa: ANN401 - raw YAML
    """Return a value in which nothing is shared, so that a change of one place changes no other.

    Keys that are not text are refused, as are aliases that multiply values or hold themselves.
    """
    if depth > DEEPEST_NESTING:
        raise ValueError(problem("{fault}; does an alias (*) hold itself?", fault=TOO_DEEP))
    if next(count) > MOST_VALUES:
        raise ValueError(TOO_MANY)
    if isinstance(value, list):
        return [_own_copy(inner, depth + 1, count) for inner in value]
    if not isinstance(value, dict):
        return _writable(value)
    for key in value:
        if not isinstance(key, str):
            raise ValueError(problem("key {key} must be text", key=show_value(key)) + PUT_QUOTES)  # noqa: TRY004
    return {_writable(key): _own_copy(inner, depth + 1, count) for key, inner in value.items()}


def _writable(value: Any) -> Any:  # noqa: ANN401 - raw YAML
    """Return a value that a file can hold again: no number of thousands of digits, no half of a character."""
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        raise ValueError(TOO_MANY_DIGITS)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as fault:
            raise ValueError(problem("half of a character (a surrogate)")) from fault
    return value


def _line(fault: MarkedYAMLError) -> Sentence:
    mark = fault.problem_mark or fault.context_mark
    return problem("line {line}", line=0 if mark is None else mark.line + 1)
