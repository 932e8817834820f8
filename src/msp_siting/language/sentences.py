"""French and English catalogues: every sentence a user reads in a report or as a result."""

import locale
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from numbers import Real
from pathlib import PurePath
from typing import Literal

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")


def default_language() -> Language:
    """Return French where the system is French, else English."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "fr" if (name or locale.getlocale()[0] or "").lower().startswith("fr") else "en"


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Return the sentences of one language, by key."""
    text = files("msp_siting.language").joinpath("catalogues", f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def say(key: str, language: Language, **values: object) -> str:
    """Return one sentence in one language with its values put in; an unknown key is an error.

    Where the catalogue says how a number is written (``{points:,.0f}``, ``{share:.0%}``), it is put in as a number;
    where it has two words (``{posts:departure|departures}``), the one that follows the number, rounded to whole.
    """
    return catalogue(language)[key].format(**{name: _put_in(value, language) for name, value in values.items()})


def _put_in(value: object, language: Language) -> object:
    """Return what stands for a value in a sentence: a path has forward slashes on every system."""
    if isinstance(value, PurePath):
        return value.as_posix()
    return _Number(value, language) if isinstance(value, Real) else value


@dataclass(frozen=True)
class _Number:
    """A number that is written as a language does wherever a sentence says how."""

    number: Real
    language: Language

    def __format__(self, specification: str) -> str:
        one, is_choice, several = specification.partition("|")
        if is_choice:
            return one if self._is_singular else several
        text = format(self.number, specification)
        return _localised(text, self.language) if specification else text

    @property
    def _is_singular(self) -> bool:
        """Whether a noun is singular behind it: 1 in English, also 0 in French."""
        count = abs(round(float(self.number)))
        return count == 1 or (count == 0 and self.language == "fr")


def whole(number: float, language: Language) -> str:
    """Return a number without decimals, its thousands apart as the language does (1 284 948 or 1,284,948)."""
    return _localised(f"{number:z,.0f}", language)


def decimal(number: float, language: Language, digits: int = 1) -> str:
    """Return a number with a fixed count of decimals in the language's notation."""
    return _localised(f"{number:z,.{digits}f}", language)


def percent(share: float, language: Language, digits: int = 1) -> str:
    """Return a share (0-1) as a percentage in the language's notation."""
    return _localised(f"{share:z,.{digits}%}", language)


def _localised(text: str, language: Language) -> str:
    if language == "en":
        return text
    return text.replace(",", "\u202f").replace(".", ",").replace("%", "\u202f%")
