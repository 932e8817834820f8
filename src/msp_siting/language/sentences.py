"""French and English catalogues: every sentence a user reads in a report or as a result."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal

from msp_siting.files import parse_yaml

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Return the sentences of one language, by key."""
    text = files("msp_siting.language").joinpath("catalogues", f"{language}.yaml").read_text(encoding="utf-8")
    content: dict[str, str] = parse_yaml(text)
    return content


def say(key: str, language: Language, **values: object) -> str:
    """Return one sentence in one language with its values put in; an unknown key is an error."""
    return catalogue(language)[key].format(**values)


@dataclass(frozen=True)
class Repair:
    """What a reader mended in a file: a sentence of the catalogue and its values."""

    key: str
    values: dict[str, object] = field(default_factory=dict)


def whole(number: float, language: Language) -> str:
    """Return a number without decimals, its thousands apart as the language does (1 284 948 or 1,284,948)."""
    return _localised(f"{number:z,.0f}", language)


def decimal(number: float, language: Language, digits: int = 1) -> str:
    """Return a number with a fixed count of decimals in the language's notation."""
    return _localised(f"{number:z,.{digits}f}", language)


def percent(share: float, language: Language, digits: int = 1) -> str:
    """Return a share (0-1) as a percentage in the language's notation."""
    sign = "\u202f%" if language == "fr" else "%"
    return decimal(100 * share, language, digits) + sign


def _localised(text: str, language: Language) -> str:
    if language == "en":
        return text
    return text.replace(",", "\u202f").replace(".", ",")
