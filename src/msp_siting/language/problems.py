"""Problems in French: the template that a sentence keeps is looked up, and its values are put into the French one.

``catalogues/problems.fr.toml`` maps each English template, its values in braces, to its French. A template that is not
there as a whole is looked up piece by piece, a piece being what a colon ends ("row {row}: {name} is empty"). Values
stay as they are in English, but for sentences, which are put into French, and for

- ``{name:count}``: the commas between its thousands become spaces;
- ``{name:number}``: so do they, and its decimal point becomes a comma.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter

from msp_siting.errors import Sentence, writable
from msp_siting.language.sentences import Language

THOUSANDS = "\N{NARROW NO-BREAK SPACE}"
SPECIFICATION = re.compile(r"(?<!\{)(\{\w+(?:!r)?):[^{}]*\}")


def translate(problem: str, language: Language) -> str:
    """Return a problem in a language; what the catalogue lacks stays in English."""
    if language == "en" or not isinstance(problem, Sentence):
        return str(problem)
    return writable(_in_french(problem))


def key_of(template: str) -> str:
    """Return a template as it stands in the catalogue: without what says how its numbers are written."""
    return SPECIFICATION.sub(r"\1}", template)


def french_of(template: str) -> str | None:
    """Return the French of a template, found as a whole or piece by piece; None where a piece with words is missing."""
    whole = catalogue().get(template)
    if whole is not None:
        return whole
    pieces = template.split(": ")
    found = [catalogue().get(piece, None if has_words(piece) else piece) for piece in pieces]
    return None if None in found else " : ".join(filter(None, found))


def has_words(template: str) -> bool:
    """Return whether a template has a word outside its values, which would have to be put into French."""
    return any(re.search(r"[^\W\d]{2}", literal) for literal, *_ in Formatter().parse(template))


@cache
def catalogue() -> Mapping[str, str]:
    """Return the French of every template."""
    text = files("msp_siting.language").joinpath("catalogues", "problems.fr.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _in_french(sentence: Sentence) -> str:
    template = french_of(key_of(sentence.template))
    if template is None:
        return str(sentence)
    written = {name: (spec, conversion) for _, name, spec, conversion in Formatter().parse(sentence.template) if name}
    parts = []
    for literal, name, form, _ in Formatter().parse(template):
        parts.append(literal)
        if name is not None:
            parts.append(_value_in_french(sentence.values[name], written[name], form or ""))
    return "".join(parts)


def _value_in_french(value: object, written: tuple[str | None, str | None], form: str) -> str:
    spec, conversion = written
    if isinstance(value, Sentence) and conversion is None:
        return _in_french(value)
    text = repr(value) if conversion == "r" else format(value, spec or "")
    if form in {"count", "number"}:
        text = text.replace(",", THOUSANDS)
    return text.replace(".", ",") if form == "number" else text
