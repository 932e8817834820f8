"""French of the units and sources that models and territories state in English.

``catalogues/sources.fr.toml`` maps each English text, its values in braces, to its French. A text that is not there
as a whole is looked up piece by piece, a piece being what a semicolon ends; what is not there stays as it is.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from msp_siting.language.problems import THOUSANDS
from msp_siting.language.sentences import Language

VALUE = re.compile(r"\{(\w+)\}")


def tell_source(text: str, language: Language) -> str:
    """Return a unit, a source, a licence or a vintage in a language, as far as the catalogue knows it."""
    if language != "fr":
        return text
    whole = _in_french(text)
    return " ; ".join(_in_french(piece) or piece for piece in text.split("; ")) if whole is None else whole


def _in_french(text: str) -> str | None:
    """Return a text's French, its values in French too; None where the catalogue lacks it."""
    if text in source_catalogue():
        return source_catalogue()[text]
    for pattern, french in _patterns():
        found = pattern.fullmatch(text)
        if found:
            return french.format(**{name: _value(value) for name, value in found.groupdict().items()})
    return None


def _value(text: str) -> str:
    """Return a value that is put in: a number as French writes it, or a source again."""
    if re.fullmatch(r"[\d,]+(\.\d+)?", text):
        return text.replace(",", THOUSANDS).replace(".", ",")
    return tell_source(text, "fr")


@cache
def source_catalogue() -> Mapping[str, str]:
    """Return the French of every text."""
    text = files("msp_siting.language").joinpath("catalogues", "sources.fr.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _patterns() -> Sequence[tuple[re.Pattern[str], str]]:
    return [
        (re.compile(VALUE.sub(r"(?P<\1>.+)", re.escape(key).replace(r"\{", "{").replace(r"\}", "}"))), french)
        for key, french in source_catalogue().items()
        if VALUE.search(key)
    ]
