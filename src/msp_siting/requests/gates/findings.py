"""What gates found of a funding request: sentences to be told, with their figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from msp_siting.files import Text
from msp_siting.language import Fact
from msp_siting.requests.gates.figures import Figure

Outcome = Literal["passed", "failed", "missing", "to_check", "noted"]
Verdict = Literal["eligible", "incomplete", "rule_not_met", "ineligible"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)  # from the best to the worst


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
    outcome
        Of a gate: passed, failed, missing; ``to_check`` and ``noted`` change no verdict.
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
    """The verdict on a request, each funder's and the worst of them, with what the gates found.

    Where a gate failed, the request is ineligible to a funder that calls it so (the ARS, of its own call), and does not
    meet a rule of any other; else it is incomplete where something is missing.

    Attributes
    ----------
    by_funder
        The verdict of each funder that money is asked for from: by the common gates and its own.
    has_doubtful_amounts
        Whether its amounts cannot be meant as they stand, so that nothing is made of them.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    by_funder: Mapping[str, Verdict] = field(default_factory=dict)
    has_doubtful_amounts: bool = False

    @property
    def to_check(self) -> tuple[Finding, ...]:
        """What has to be checked before the request is decided on, and changes no verdict."""
        return tuple(finding for finding in self.findings if finding.outcome == "to_check")


def words_of(fact: str, values: Iterable[str | bool]) -> tuple[Word, ...]:
    """Return the values of a fact as a sentence takes them."""
    return tuple(Word(fact, value) for value in sorted(values, key=str))
