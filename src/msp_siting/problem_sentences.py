"""Problems in French: an English sentence is taken apart by the templates of a catalogue, its values put into theirs.

Sentences stand in English where they are raised. ``catalogues/problems.fr.yaml`` maps each, with its values in braces,
to its French. An entry that ends with a colon is a place ("row {row}:"), one that begins with a semicolon is advice
that may follow any sentence ("; did you mean {name}?"); the others are sentences, or parts of such.

In the English, ``{name!r}`` fits only what is quoted. In the French, a value stays as it is, but for

- ``{name:words}``: put into French where it is itself an entry, or a list of such;
- ``{name:list}``: the same, only where it is a list;
- ``{name:phrase}``: must be an entry where it has words, or else the whole does not fit;
- ``{name:count}``: the commas between its thousands become spaces;
- ``{name:number}``: so do they, and its decimal point becomes a comma.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from string import Formatter

from msp_siting.messages import Language
from msp_siting.yaml_files import parse_yaml

QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
VALUE = r"\S(?:.*?[^\s:])??"  # neither blank at its ends, nor a place with its colon
JOINS = {", ": ", ", " or ": " ou ", " and ": " et ", " + ": " + "}
SEPARATOR = re.compile(f"({'|'.join(map(re.escape, JOINS))})")
WORD = re.compile(r"[^\W\d]{2}")
THOUSANDS = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Fit:
    """A text in French.

    Attributes
    ----------
    letters
        How many letters the templates had in common with the text: the more, the better they fit.
    templates
        The English templates used, whole.
    values
        What was left as it is.
    """

    french: str
    letters: int = 0
    templates: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[int, int]:
        """The higher, the better it fits."""
        return self.letters, -len(self.templates)


@dataclass(frozen=True)
class Template:
    """An entry of the catalogue."""

    english: str
    french: str

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """The texts between the values."""
        return tuple(literal for literal, *_ in Formatter().parse(self.english) if literal)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a text of this template looks like."""
        parts = []
        for literal, name, _, conversion in Formatter().parse(self.english):
            parts.append(re.escape(literal))
            if name is not None:
                parts.append(f"(?P<{name}>{QUOTED if conversion == 'r' else VALUE})")
        return re.compile("".join(parts), re.DOTALL)

    def fit(self, text: str) -> Fit | None:
        """Return the French of a text, or None where the template does not fit the whole of it."""
        found = self.pattern.fullmatch(text)
        return None if found is None else self.filled(found.groupdict())

    def may_fit(self, text: str) -> bool:
        """Return whether the template may fit a part of a text, which is told faster."""
        return all(literal in text for literal in self.literals)

    def filled(self, values: Mapping[str, str]) -> Fit | None:
        """Return the French with its values, or None where one that must be a phrase of the catalogue is none."""
        parts: list[Fit | None] = [Fit("", sum(map(len, self.literals)), (self.english,))]
        for literal, name, form, _ in Formatter().parse(self.french):
            parts.append(Fit(literal))
            if name is not None:
                parts.append(_shown(values[name], form or ""))
        return None if None in parts else _joined(filter(None, parts))


@dataclass(frozen=True)
class Catalogue:
    """All entries: sentences, places with their colons, and advice, the longest first."""

    sentences: tuple[Template, ...]
    places: tuple[Template, ...]
    advice: tuple[Template, ...]


def translate(problem: str, language: Language) -> str:
    """Return a problem in a language; one that no template fits stays in English."""
    fit = best_fit(problem) if language == "fr" else None
    return problem if fit is None else fit.french


def best_fit(text: str) -> Fit | None:
    """Return the French of a whole text, or None; the best has the most letters, then the fewest templates."""
    return max(fits(text), key=lambda fit: fit.rank, default=None)


def fits(text: str) -> Iterator[Fit]:
    """Yield every way in which a text can be put into French; of equal ones, that with more places comes first."""
    entries = catalogue()
    text, hint = _without_advice(text, entries.advice)
    sentences = [template for template in entries.sentences if template.may_fit(text)]
    pieces = text.split(": ")
    for start in reversed(range(len(pieces))):
        core = ": ".join(pieces[start:])
        for template in sentences:
            fit = template.fit(core)
            if fit is not None:
                yield _joined([*(_place(piece, entries.places) for piece in pieces[:start]), fit, hint])


@cache
def catalogue() -> Catalogue:
    """Return the French catalogue of problems."""
    text = files("msp_siting").joinpath("catalogues", "problems.fr.yaml").read_text(encoding="utf-8")
    entries = [Template(english, french) for english, french in parse_yaml(text).items()]
    places = [each for each in entries if each.english.endswith(":")]
    advice = sorted((each for each in entries if each.english.startswith(";")), key=lambda each: -len(each.english))
    return Catalogue(
        sentences=tuple(each for each in entries if each not in places and each not in advice),
        places=tuple(places),
        advice=tuple(advice),
    )


def _without_advice(text: str, advice: Iterable[Template]) -> tuple[str, Fit]:
    """Return a text without the advice in it, which may stand before its end, and that advice in French."""
    for template in advice:
        found = re.search(f"{template.pattern.pattern}(?=$|; | \\()", text, re.DOTALL)
        if found:
            return text[: found.start()] + text[found.end() :], template.filled(found.groupdict()) or Fit("")
    return text, Fit("")


def _place(piece: str, places: Iterable[Template]) -> Fit:
    """Return what stands before a sentence: "row 3" has its French, the names of files and keys stay."""
    fit = next(filter(None, (place.fit(f"{piece}:") for place in places)), Fit(f"{piece} :"))
    return _joined([fit, Fit(" ")])


def _shown(value: str, form: str) -> Fit | None:
    if form in {"count", "number"}:
        apart = value.replace(",", THOUSANDS)
        return Fit(apart.replace(".", ",") if form == "number" else apart, values=(value,))
    if form == "phrase" and WORD.search(value):
        return best_fit(value)
    if form == "words" or (form == "list" and SEPARATOR.search(value)):
        return _words(value)
    return Fit(value, values=(value,))


def _words(value: str) -> Fit:
    """Return a value that is a phrase, or a list of phrases, each perhaps counted; any other stays as it is."""
    whole = best_fit(value)
    if whole is not None:
        return whole
    parts = SEPARATOR.split(value)
    if len(parts) > 1:
        return _joined(Fit(JOINS[part]) if place % 2 else _words(part) for place, part in enumerate(parts))
    counted = re.fullmatch(r"(\d+ )(.+)", value)
    return _joined([Fit(counted[1]), _words(counted[2])]) if counted else Fit(value, values=(value,))


def _joined(some: Iterable[Fit]) -> Fit:
    parts = list(some)
    return Fit(
        "".join(part.french for part in parts),
        sum(part.letters for part in parts),
        tuple(template for part in parts for template in part.templates),
        tuple(value for part in parts for value in part.values),
    )
