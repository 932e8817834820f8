"""What gates found of a funding request, said in French or English with its figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from msp_siting.files import Text
from msp_siting.language import Language, decimal, percent, say, whole
from msp_siting.requests.gates.figures import Figure

Outcome = Literal["passed", "failed", "missing", "noted"]
Verdict = Literal["eligible", "incomplete", "ineligible"]


@dataclass(frozen=True)
class Word:
    """A value of a fact, said in the language of the sentence."""

    fact: str
    value: str | bool


Value = Figure | Text | str | date | tuple[Word, ...]


@dataclass(frozen=True)
class Finding:
    """What one gate says of a request, or what is worth a note.

    Attributes
    ----------
    gate_id, funder
        The gate, and the funder whose gate it is (None: common to all); a note may belong to none.
    key, values
        A sentence of the catalogue of messages and what is put into it.
    """

    gate_id: str | None
    funder: str | None
    outcome: Outcome
    key: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        """Return what was found as a sentence with its figures."""
        return say(self.key, language, **{name: _shown(value, language) for name, value in self.values.items()})


@dataclass(frozen=True)
class GateReport:
    """The verdict on a request: ineligible where a gate failed, else incomplete where something is missing."""

    verdict: Verdict
    findings: tuple[Finding, ...]

    def verdict_word(self, language: Language) -> str:
        """Return the verdict as an officer says it (recevable, incomplet, irrecevable)."""
        return say(f"gate_verdict_{self.verdict}", language)


def words_of(fact: str, values: Iterable[str | bool]) -> tuple[Word, ...]:
    """Return the values of a fact as a sentence takes them."""
    return tuple(Word(fact, value) for value in sorted(values, key=str))


def _shown(value: Value, language: Language) -> str:
    """Return a value as a sentence shows it."""
    match value:
        case Figure():
            return _figure(value, language)
        case tuple():
            return ", ".join(_word(word, language) for word in value)
        case date():
            return value.strftime("%d/%m/%Y") if language == "fr" else value.isoformat()
        case str():
            return value
        case _:
            return value[language]


def _word(word: Word, language: Language) -> str:
    if isinstance(word.value, bool):
        answer = say("request_word_true" if word.value else "request_word_false", language)
        return say("request_flag", language, fact=say(f"request_fact_{word.fact}", language), answer=answer)
    return say(f"request_word_{word.value}", language)


def _figure(figure: Figure, language: Language) -> str:
    amount = figure.amount
    if amount is None:
        return say("page_unknown_value", language)
    if figure.unit == "share":
        return percent(amount, language, figure.digits)
    text = whole(amount, language) if float(amount).is_integer() else decimal(amount, language, 2)
    return say(f"gate_unit_{figure.unit}", language, amount=text)
