"""Strict, frozen records, parameters with unit and source, and what is wrong with a file that should hold one."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails

from msp_siting.errors import MspSitingError, Sentence, foreign, listed, problem, told
from msp_siting.files.hints import PUT_QUOTES, got, near_name
from msp_siting.files.yaml import read_yaml
from msp_siting.units import unit_problem

LARGEST = 1_000_000_000_000  # no amount, distance or weight of this field is larger; solvers fail on such
LARGEST_COUNT = 1_000_000_000
UNKNOWN_KEY = problem("unknown key")
MISSING = problem("missing; this key must be given")
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

T = TypeVar("T")
Record = TypeVar("Record", bound=BaseModel)


def _in_both_languages(text: dict[Literal["fr", "en"], str]) -> dict[Literal["fr", "en"], str]:
    missing = [language for language in ("fr", "en") if language not in text]
    if missing:
        both = listed(missing, "{some} and {other}")
        raise ValueError(problem("{missing} missing; give the text in fr and in en", missing=both))
    return text


Text = Annotated[dict[Literal["fr", "en"], str], AfterValidator(_in_both_languages)]
Share = Annotated[float, Field(ge=0, le=1)]
NotNegative = Annotated[float, Field(ge=0, le=LARGEST)]
Positive = Annotated[float, Field(gt=0, le=LARGEST)]
Count = Annotated[int, Field(ge=0, le=LARGEST_COUNT)]


class Strict(BaseModel):
    """A frozen record that forbids unknown keys, wrong types, NaN and infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _unit_of_its_name(cls, given: object, info: ValidationInfo) -> object:
        """Refuse a parameter in another unit than its name says: nothing is converted."""
        wrong = unit_problem(info.field_name or "", given.unit) if isinstance(given, Parameter) else None
        if wrong:
            raise ValueError(wrong)
        return given


class Parameter(Strict, Generic[T]):
    """A value with its unit, its source and how it is known.

    ``origin`` says "from model" or "changed OLD -> NEW" once a scenario has been resolved.
    """

    value: T
    unit: str
    source: str
    kind: Literal["measured", "published", "derived", "assumed"]
    origin: str = "from model"


def read_record(
    path: Path,
    kind: type[Record],
    error: type[MspSitingError],
    known: Iterable[str] = (),
    content: bytes | None = None,
) -> Record:
    """Return a YAML file as a checked record.

    Parameters
    ----------
    kind
        The pydantic class.
    known
        Names to offer where a key is unknown, besides the record's own.
    content
        The file's bytes, where they are read already.

    Raises
    ------
    error
        With every problem of the file.
    """
    try:
        return kind.model_validate(read_yaml(path, error, content))
    except ValidationError as fault:
        names = [*kind.model_fields, *known]
        raise error(each.at(path) for each in schema_problems(fault, names)) from fault


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


def _own_sentences(error: Exception) -> Iterable[Sentence]:
    """Return what a validator raised: one sentence, or each of several (``ValueError(*problems)``)."""
    return [each for each in error.args if isinstance(each, Sentence)] or [told(error)]
