"""Gates of models/gates.yaml: what a funding request must fulfil, common to all funders and of each one, dated."""

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from msp_siting.errors import ScenarioError, Sentence, problem
from msp_siting.files import GATES, NotNegative, Share, Strict, Text, find_file, near_name, read_record
from msp_siting.requests.gates.figures import FACTS, FIGURES, STATED

Words = dict[str, list[str | bool]]


class OneOf(Strict):
    """Passed where one of the facts has an accepted value; a pending value is not enough yet."""

    test: Literal["one_of"]
    accepted: Words
    pending: Words = Field(default_factory=dict)

    def problems(self) -> Iterator[Sentence]:
        """Yield what names no fact or no value of one."""
        yield from _words_problems("rule.accepted", self.accepted)
        yield from _words_problems("rule.pending", self.pending)


class Stated(Strict):
    """Passed where all the values are stated, whatever they are."""

    test: Literal["stated"]
    values: list[str]

    def problems(self) -> Iterator[Sentence]:
        """Yield what names no value."""
        yield from _name_problems({"rule.values": self.values}, STATED)


class _Limit(Strict):
    value: str

    def problems(self) -> Iterator[Sentence]:
        """Yield what names no figure."""
        yield from _name_problems({"rule.value": [self.value]}, FIGURES)


class AtLeast(_Limit):
    """Passed where a figure is at least so much."""

    test: Literal["at_least"]
    least: NotNegative


class AtMost(_Limit):
    """Passed where a figure is at most so much."""

    test: Literal["at_most"]
    most: NotNegative


class _ShareLimit(Strict):
    part: str
    whole: str

    def problems(self) -> Iterator[Sentence]:
        """Yield what names no figure."""
        yield from _name_problems({"rule.part": [self.part], "rule.whole": [self.whole]}, FIGURES)


class ShareAtMost(_ShareLimit):
    """Passed where one figure is at most a share of another."""

    test: Literal["share_at_most"]
    most: Share


class ShareAtLeast(_ShareLimit):
    """Passed where one figure is at least a share of another."""

    test: Literal["share_at_least"]
    least: Share


Rule = Annotated[OneOf | Stated | AtLeast | AtMost | ShareAtMost | ShareAtLeast, Field(discriminator="test")]


class Gate(Strict):
    """One rule, in words, with its source and the days it holds on (both included; open where not given).

    ``only_where`` names facts and the values for which the rule is one at all; ``missing`` says what must be handed in.
    """

    id: str
    title: Text
    missing: Text
    rule: Rule
    only_where: Words = Field(default_factory=dict)
    source: str
    kind: Literal["published", "assumed"]
    valid_from: date | None = None
    valid_until: date | None = None
    enabled: bool = True

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [*self.rule.problems(), *_words_problems("only_where", self.only_where)]
        if self.valid_from is not None and self.valid_until is not None and self.valid_until < self.valid_from:
            before = problem(
                "{valid_until} is before valid_from ({valid_from})",
                valid_until=self.valid_until,
                valid_from=self.valid_from,
            )
            problems.append(before.at("valid_until"))
        if problems:
            raise ValueError(*problems)
        return self

    def holds_on(self, day: date) -> bool:
        """Return whether the rule is in force on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class FunderGates(Strict):
    """What a funder is called, the other names its money has in requests, and the gates of its own.

    ``failed``: its verdict where a gate fails, ``ineligible`` in the ARS's own call only.
    """

    title: Text
    also: list[str] = Field(default_factory=list)
    failed: Literal["rule_not_met", "ineligible"] = "rule_not_met"
    gates: list[Gate] = Field(default_factory=list)


class Gates(Strict):
    """All gates: those of every request, and those of each funder that money is asked for from."""

    common: list[Gate]
    funders: dict[str, FunderGates]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        ids = [gate.id for _, gate in self.owned]
        names = [name for key, funder in self.funders.items() for name in (key, *funder.also)]
        problems = [
            problem("gate {gate!r} is given twice; give each an id of its own", gate=name) for name in _repeated(ids)
        ]
        problems += [problem("{name!r} is named twice", name=name).at("funders") for name in _repeated(names)]
        if problems:
            raise ValueError(*problems)
        return self

    @property
    def owned(self) -> list[tuple[str | None, Gate]]:
        """Every gate with the funder whose it is, common ones first."""
        common: list[tuple[str | None, Gate]] = [(None, gate) for gate in self.common]
        return common + [(name, gate) for name, funder in self.funders.items() for gate in funder.gates]

    def funder_of(self, name: str) -> str | None:
        """Return the funder that a name in a request means, or None where the file knows none."""
        if name in self.funders:
            return name
        return next((key for key, funder in self.funders.items() if name in funder.also), None)


def read_gates(path: Path) -> Gates:
    """Return a file of gates.

    Raises
    ------
    ScenarioError
        With every problem of the file.
    """
    kinds: tuple[type[Strict], ...] = (Gate, FunderGates, OneOf, Stated, AtLeast, AtMost, ShareAtMost, ShareAtLeast)
    known = [name for kind in kinds for name in kind.model_fields]
    return read_record(path, Gates, ScenarioError, known)


def find_gates(beside: Path) -> Path:
    """Return the gates.yaml that holds for what lies in a folder: its project's, the current folder's or the bundled.

    Parameters
    ----------
    beside
        The folder of the scenario.
    """
    return find_file(GATES, "models", beside)


def _repeated(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _name_problems(given: dict[str, list[str]], known: Collection[str]) -> Iterator[Sentence]:
    for key, names in given.items():
        for name in names:
            if name not in known:
                unknown = problem("nothing of a request is called {name!r}", name=name)
                yield unknown.at(key) + near_name(name, known)


def _words_problems(key: str, words: Words) -> Iterator[Sentence]:
    for fact, values in words.items():
        if fact not in FACTS:
            yield problem("no such fact of a request").at(f"{key}.{fact}") + near_name(fact, FACTS)
            continue
        for value in values:
            if value not in FACTS[fact]:
                shown = ", ".join(str(word).lower() if isinstance(word, bool) else word for word in FACTS[fact])
                wrong = problem("must be one of {values}, got {value!r}", values=shown, value=value)
                yield wrong.at(f"{key}.{fact}")
