"""Strict reading of JSON: keys given once, finite numbers, text that can be written again."""

import json
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from msp_siting.errors import MspSitingError
from msp_siting.text_files import MOST_DIGITS, read_utf8

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
    except RecursionError as problem:
        raise error(f"{path}: not valid JSON: nested too deeply") from problem
    except UnicodeEncodeError as problem:
        raise error(f"{path}: not valid JSON: half of a character") from problem
    except ValueError as problem:  # JSONDecodeError is of its kind
        raise error(f"{path}: not valid JSON: {problem}") from problem
    if not isinstance(content, dict):
        raise error(f"{path}: expected keys and values")
    return content


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text} is too large a number")
    return number


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError("a number has too many digits")
    return int(text)


def _keys_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'key "{twice}" is given twice')
    return content
