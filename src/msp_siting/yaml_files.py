"""Strict reading of YAML: text stays text, duplicate keys are errors; and plain writing."""

import difflib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from msp_siting.errors import MspSitingError
from msp_siting.text_files import MOST_DIGITS, read_utf8

LARGEST_YAML_BYTES = 1_000_000  # parsing it takes ten seconds
MOST_VALUES = 100_000
TOO_MANY = "too many values; use fewer aliases (*)"
TOO_LONG = "a number has too many digits"
TOO_DEEP = "nested too deeply"
TEXTS_KEPT = 32  # parsing is slow, and models and catalogues are read again and again
DEEPEST_NESTING = 100

Record = TypeVar("Record", bound=BaseModel)


def read_yaml(path: Path, error: type[MspSitingError]) -> dict[str, Any]:
    """Return the keys and values a YAML 1.2 file holds.

    Parameters
    ----------
    path
        The file.
    error
        The class of error to raise, chosen by whoever knows what the file is for.
    """
    text = read_utf8(path, error, LARGEST_YAML_BYTES)
    try:
        content = parse_yaml(text)
    except ValueError as problem:
        raise error(f"{path}: {problem}") from problem
    if not isinstance(content, dict):
        raise error(f"{path}: expected keys and values, got {show_value(content)}")
    return content


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
    except DuplicateKeyError as problem:
        key = str(problem.problem).removeprefix("found duplicate key ").split(" with value", maxsplit=1)[0]
        message = f"line {_line(problem)}: key {key} is given twice; keep one"
        raise ValueError(message) from problem
    except MarkedYAMLError as problem:
        message = f"line {_line(problem)}: not valid YAML: {problem.problem}"
        raise ValueError(message) from problem
    except RecursionError as problem:
        raise ValueError(TOO_DEEP) from problem
    except (YAMLError, ValueError, LookupError) as problem:  # a wrong !!tag raises the last two
        said = str(problem).splitlines()[0]
        message = f"not valid YAML: {TOO_LONG if 'integer string conversion' in said else said}"
        raise ValueError(message) from problem
    return _own_copy(content, 0, itertools.count())


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


def read_record(path: Path, kind: type[Record], error: type[MspSitingError], known: Iterable[str] = ()) -> Record:
    """Return a YAML file as a checked record.

    Parameters
    ----------
    kind
        The pydantic class.
    known
        Names to offer where a key is unknown, besides the record's own.

    Raises
    ------
    error
        With every problem of the file.
    """
    try:
        return kind.model_validate(read_yaml(path, error))
    except ValidationError as problem:
        names = [*kind.model_fields, *known]
        raise error(f"{path}: {text}" for text in schema_problems(problem, names)) from problem


def write_yaml(content: Mapping[str, Any], path: Path) -> None:
    """Write a mapping as YAML, keys in their order, codes quoted where YAML would read a number."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 110
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(dict(content), file)


def near_name(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean X?" for the known name closest to a wrong one, or an empty text."""
    others = sorted({*known} - {name})
    wanted = name.strip().lower()
    by_lower = {other.lower(): other for other in reversed(others)}
    close = [by_lower[match] for match in difflib.get_close_matches(wanted, by_lower, n=1)]
    close = close or [other for other in others if len(wanted) > 2 and wanted in other]  # noqa: PLR2004 - "gp" is in "gpu"
    return f"; did you mean {close[0]}?" if close else ""


def show_value(value: object) -> str:
    """Return a value as its writer knows it from YAML, cut to fit on a line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    shown = value.isoformat() if isinstance(value, date) else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."  # noqa: PLR2004 - a value fits on the line


def schema_problems(
    problem: ValidationError, known: Iterable[str] = (), inside: Mapping[str, Iterable[str]] | None = None
) -> list[str]:
    """Return one sentence per pydantic error: ``path: what is wrong, got X; what to do``.

    Parameters
    ----------
    problem
        What pydantic raised.
    known
        Names to offer where a key is unknown.
    inside
        Names to offer instead where it stands inside a certain key.
    """
    by_key = inside or {}
    return [
        sentence
        for detail in problem.errors()
        for sentence in _sentences(detail, list(by_key.get(str(detail["loc"][0]) if detail["loc"][1:] else "", known)))
    ]


_EXPECTED = {
    "string_type": "expected text",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "bool_type": "expected true or false",
    "dict_type": "expected keys and values",
    "list_type": "expected a list",
    "tuple_type": "expected a list",
    "finite_number": "expected a finite number",
    "model_type": "expected keys and values",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be above {gt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
}


def _sentences(detail: ErrorDetails, known: list[str]) -> Iterator[str]:
    parts = [str(part) for part in detail["loc"] if not str(part).startswith("function-")]
    is_key = parts[-1:] == ["[key]"]
    place = f"{'.'.join(parts[:-1] if is_key else parts)}: " if parts else ""
    got, kind = detail["input"], detail["type"]
    context = {
        key: int(limit) if isinstance(limit, float) and limit.is_integer() else limit
        for key, limit in detail.get("ctx", {}).items()
    }
    if kind == "extra_forbidden":
        yield f"{place}unknown key{near_name(parts[-1], known)}"
    elif is_key:
        yield f"{place}unknown key; {_EXPECTED.get(kind, detail['msg']).format(**context)}"
    elif kind in {"union_tag_invalid", "union_tag_not_found"}:  # one key says which of several records it is
        key = ".".join([*parts, str(context["discriminator"]).strip("'")])
        tags = str(context.get("expected_tags", "")).replace("'", "")
        yield (
            f"{key}: must be one of {tags}, got {context['tag']!r}"
            if tags
            else f"{key}: missing; this key must be given"
        )
    elif kind == "missing":
        yield f"{place}missing; this key must be given"
    elif kind == "value_error":  # our own sentences, which say what was got
        yield from (f"{place}{line}" for line in str(context["error"]).splitlines())
    elif kind == "string_type" and isinstance(got, int | float) and not isinstance(got, bool):
        yield f"{place}expected text, got {got}; quote it (a code without quotes loses its leading zero)"
    else:
        wrong = _EXPECTED.get(kind, detail["msg"]).format(**context).replace("True", "true")
        advice = "; put quotes around it" if kind == "string_type" and isinstance(got, bool | date) else ""
        yield f"{place}{wrong}, got {show_value(got)}{advice}"


def _own_copy(value: Any, depth: int, count: Iterator[int]) -> Any:  # noqa: ANN401 - raw YAML
    """Return a value in which nothing is shared, so that a change of one place changes no other.

    Keys that are not text are refused, as are aliases that multiply values or hold themselves.
    """
    if depth > DEEPEST_NESTING:
        raise ValueError(f"{TOO_DEEP}; does an alias (*) hold itself?")
    if next(count) > MOST_VALUES:
        raise ValueError(TOO_MANY)
    if isinstance(value, list):
        return [_own_copy(inner, depth + 1, count) for inner in value]
    if not isinstance(value, dict):
        return _writable(value)
    for key in value:
        if not isinstance(key, str):
            message = f"key {show_value(key)} must be text; put quotes around it"
            raise ValueError(message)  # noqa: TRY004 - a fault of the file, as the others
    return {_writable(key): _own_copy(inner, depth + 1, count) for key, inner in value.items()}


def _writable(value: Any) -> Any:  # noqa: ANN401 - raw YAML
    """Return a value that a file can hold again: no number of thousands of digits, no half of a character."""
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        raise ValueError(TOO_LONG)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as problem:
            raise ValueError("half of a character (a surrogate)") from problem
    return value


def _line(problem: MarkedYAMLError) -> int:
    mark = problem.problem_mark or problem.context_mark
    return 0 if mark is None else mark.line + 1
