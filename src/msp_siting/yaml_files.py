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

from msp_siting.errors import MspSitingError, Sentence, foreign, problem, told
from msp_siting.text_files import MOST_DIGITS, read_utf8

LARGEST_YAML_BYTES = 1_000_000  # parsing it takes ten seconds
MOST_VALUES = 100_000
TOO_MANY = problem("too many values; use fewer aliases (*)")
TOO_LONG = problem("a number has too many digits")
TOO_DEEP = problem("nested too deeply")
TEXTS_KEPT = 32  # parsing is slow, and models and catalogues are read again and again
DEEPEST_NESTING = 100

# What ruamel says of a text, with values in it.
YAML_SENTENCES = (
    "found character {character} that cannot start any token",
    "found unknown escape character {character}",
    "found undefined alias {alias}",
    "expected <block end>, but found {token}",
    "expected ',' or ']', but got {token}",
    "expected ',' or '}}', but got {token}",
)
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
    except ValueError as fault:
        raise error(told(fault).at(path)) from fault
    if not isinstance(content, dict):
        expected = problem("expected {expected}", expected=problem("keys and values"))
        raise error(got(expected, content).at(path))
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
        said = TOO_LONG if "integer string conversion" in said else said
        raise ValueError(problem("not valid YAML: {fault}", fault=said)) from fault
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
    except ValidationError as fault:
        names = [*kind.model_fields, *known]
        raise error(each.at(path) for each in schema_problems(fault, names)) from fault


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
    return problem("; did you mean {name}?", name=close[0]) if close else ""


def got(expected: Sentence, value: object) -> Sentence:
    """Return what was expected ("expected text", "must be 1"), and the value that was got."""
    return problem("{expected}, got {value}", expected=expected, value=show_value(value))


def show_value(value: object) -> str:
    """Return a value as its writer knows it from YAML, cut to fit on a line."""
    if value is None:
        return problem("nothing")
    if isinstance(value, bool):
        return str(value).lower()
    shown = value.isoformat() if isinstance(value, date) else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."  # noqa: PLR2004 - a value fits on the line


def schema_problems(
    fault: ValidationError, known: Iterable[str] = (), inside: Mapping[str, Iterable[str]] | None = None
) -> list[Sentence]:
    """Return one sentence per pydantic error: ``path: what is wrong, got X; what to do``.

    Parameters
    ----------
    fault
        What pydantic raised.
    known
        Names to offer where a key is unknown.
    inside
        Names to offer instead where it stands inside a certain key.
    """
    by_key = inside or {}
    return [
        sentence
        for detail in fault.errors()
        for sentence in _sentences(detail, list(by_key.get(str(detail["loc"][0]) if detail["loc"][1:] else "", known)))
    ]


_EXPECTED = {
    "string_type": problem("text"),
    "int_type": problem("a whole number"),
    "int_from_float": problem("a whole number"),
    "float_type": problem("a number"),
    "bool_type": problem("true or false"),
    "dict_type": problem("keys and values"),
    "list_type": problem("a list"),
    "tuple_type": problem("a list"),
    "finite_number": problem("a finite number"),
    "model_type": problem("keys and values"),
}
UNKNOWN_KEY = problem("unknown key")
MISSING = problem("missing; this key must be given")
PUT_QUOTES = problem("; put quotes around it")


def _expected(detail: ErrorDetails) -> Sentence:
    """Return what pydantic expected of a value."""
    limits = {
        key: int(limit) if isinstance(limit, float) and limit.is_integer() else limit
        for key, limit in detail.get("ctx", {}).items()
    }
    match detail["type"]:
        case "greater_than_equal":
            return problem("must be at least {least}", least=limits["ge"])
        case "greater_than":
            return problem("must be above {limit}", limit=limits["gt"])
        case "less_than_equal":
            return problem("must be at most {most}", most=limits["le"])
        case "literal_error":
            return problem("must be {expected}", expected=_alternatives(str(limits["expected"])))
        case kind if kind in _EXPECTED:
            return problem("expected {expected}", expected=_EXPECTED[kind])
    return foreign(detail["msg"])


def _alternatives(text: str) -> str:
    """Return pydantic's list of permitted values, "'a', 'b' or 'c'", as a sentence."""
    *others, last = text.replace("True", "true").replace("False", "false").rsplit(" or ", maxsplit=1)
    return problem("{some} or {other}", some=others[0], other=last) if others else last


def _sentences(detail: ErrorDetails, known: list[str]) -> Iterator[Sentence]:
    parts = [str(part) for part in detail["loc"] if not str(part).startswith("function-")]
    is_key = parts[-1:] == ["[key]"]
    place = ".".join(parts[:-1] if is_key else parts)
    for sentence in _sentences_of_value(detail, parts[-1:], known, is_key=is_key):
        if detail["type"].startswith("union_tag"):  # one key says which of several records it is
            yield sentence.at(".".join([*parts, str(detail["ctx"]["discriminator"]).strip("'")]))
        else:
            yield sentence.at(place) if place else sentence


def _sentences_of_value(detail: ErrorDetails, last: list[str], known: list[str], *, is_key: bool) -> Iterator[Sentence]:
    given, kind = detail["input"], detail["type"]
    if kind == "extra_forbidden":
        yield UNKNOWN_KEY + near_name(last[0], known)
    elif is_key:
        yield problem("unknown key; {expected}", expected=_expected(detail))
    elif kind == "union_tag_invalid":
        tags = str(detail["ctx"]["expected_tags"]).replace("'", "")
        yield problem("must be one of {values}, got {value!r}", values=tags, value=detail["ctx"]["tag"])
    elif kind in {"missing", "union_tag_not_found"}:
        yield MISSING
    elif kind == "value_error":  # our own sentences, which say what was got
        yield from _own_sentences(detail["ctx"]["error"])
    elif kind == "string_type" and isinstance(given, int | float) and not isinstance(given, bool):
        yield problem(
            "expected text, got {value}; quote it (a code without quotes loses its leading zero)", value=given
        )
    else:
        quotes = kind == "string_type" and isinstance(given, bool | date)
        yield got(_expected(detail), given) + (PUT_QUOTES if quotes else "")


def _own_sentences(error: Exception) -> Iterable[Sentence]:
    """Return what a validator raised: one sentence, or each of several (``ValueError(*problems)``)."""
    return [each for each in error.args if isinstance(each, Sentence)] or [told(error)]


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
        raise ValueError(TOO_LONG)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as fault:
            raise ValueError(problem("half of a character (a surrogate)")) from fault
    return value


def _line(fault: MarkedYAMLError) -> Sentence:
    mark = fault.problem_mark or fault.context_mark
    return problem("line {line}", line=0 if mark is None else mark.line + 1)
