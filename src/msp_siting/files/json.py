"""Strict reading of JSON: keys given once, finite numbers, text that can be written again."""

import json
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from msp_siting.errors import MspSitingError, Sentence, foreign, problem, told
from msp_siting.files.text import MOST_DIGITS, TOO_MANY_DIGITS, read_utf8

LARGEST_JSON_BYTES = 20_000_000


def read_json(path: Path, error: type[MspSitingError]) -> dict[str, Any]:
    """Return the keys and values a JSON file holds.

    Parameters
    ----------
    error
        The class of error to raise, chosen by whoever knows what the file is for.
    """
    text = read_utf8(path, error, LARGEST_JSON_BYTES)
    try:
        content = json.loads(
            text, parse_constant=_refuse, parse_float=_finite, parse_int=_whole, object_pairs_hook=_keys_once
        )
        if "\\ud" in text.lower():  # half a character, that no file could hold
            json.dumps(content, ensure_ascii=False).encode()
    except (RecursionError, ValueError) as fault:
        raise error(problem("not valid JSON: {problem}", problem=_why(fault)).at(path)) from fault
    if not isinstance(content, dict):
        raise error(problem("expected {expected}", expected=problem("keys and values")).at(path))
    return content


def _why(fault: RecursionError | ValueError) -> Sentence:
    if isinstance(fault, RecursionError):
        return problem("nested too deeply")
    if isinstance(fault, UnicodeEncodeError):
        return problem("half of a character")
    if isinstance(fault, json.JSONDecodeError):
        return problem(
            "{fault}: line {line} column {column} (char {character})",
            fault=foreign(fault.msg),
            line=fault.lineno,
            column=fault.colno,
            character=fault.pos,
        )
    return told(fault)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(problem("{constant} is no number", constant=constant))


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(problem("{number} is too large a number", number=text))
    return number


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(TOO_MANY_DIGITS)
    return int(text)


def _keys_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(problem('key "{key}" is given twice', key=twice))
    return content
