"""What gates found of a funding request: sentences to be told, with their figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from msp_siting.files import Text
from msp_siting.language import Fact
from msp_siting.requests.gates.figures import Figure

Outcome = Literal["passed", "failed", "missing", "noted"]
Verdict = Literal["eligible", "incomplete", "ineligible"]


@dataclass(frozen=True)
class Word:
    """A value of a fact, said in the language of the sentence."""

    fact: str
    value: str | bool


Value = Figure | Text | Fact | str | date | tuple[Word, ...]


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


@dataclass(frozen=True)
class GateReport:
    """The verdict on a request: ineligible where a gate failed, else incomplete where something is missing.

    ``has_doubtful_amounts``: whether its amounts cannot be meant as they stand, so that nothing is made of them.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    has_doubtful_amounts: bool = False


def words_of(fact: str, values: Iterable[str | bool]) -> tuple[Word, ...]:
    """Return the values of a fact as a sentence takes them."""
    return tuple(Word(fact, value) for value in sorted(values, key=str))
