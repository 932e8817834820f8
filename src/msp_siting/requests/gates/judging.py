"""Judges funding requests by the gates, for each funder, with a finding and its figures per rule."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from msp_siting.language import Fact
from msp_siting.requests.gates.figures import FACTS, Figure, column_of, figure_of, stated_value
from msp_siting.requests.gates.findings import (
    VERDICTS,
    Finding,
    GateReport,
    Outcome,
    Value,
    Verdict,
    Word,
    words_of,
)
from msp_siting.requests.gates.places import LoadedZoning, LocalFacts
from msp_siting.requests.gates.rules import (
    AtLeast,
    AtMost,
    Gate,
    Gates,
    OneOf,
    ShareAtLeast,
    ShareAtMost,
    Stated,
    Words,
)
from msp_siting.requests.request import ROUNDING_EUR, FundingRequest

TOLERANCE = 1e-9  # of a share, for the rounding of sums
SHARE_DIGITS = 1
NEAR_LIMIT_DIGITS = 4  # so that 80.0001 % does not read as the 80.0 % it exceeds
LOOKS_EQUAL = 0.001
ZONINGS_DIFFER = frozenset({"gate_zoning_differs", "gate_zoning_differs_invalid"})


def judge(request: FundingRequest, gates: Gates, facts: LocalFacts, on: date) -> GateReport:
    """Return the verdict on a request and what every gate found.

    Parameters
    ----------
    gates
        The rules; those switched off are left out, those not in force that day are left out and noted.
    facts
        What the territory's data say.
    on
        The day whose rules hold.
    """
    findings: list[Finding] = []
    for gate in gates.common:
        findings += _Hearing(request, facts, gate, None, ()).findings(on)
    for funder, names in _funders(request, gates).items():
        known = gates.funders.get(funder)
        enabled = [gate for gate in known.gates if gate.enabled] if known else []
        for gate in enabled:
            findings += _Hearing(request, facts, gate, funder, names).findings(on)
        if known is None:
            findings.append(Finding(None, funder, "noted", "gate_funder_unknown", {"funder": funder}))
        elif not enabled:
            findings.append(Finding(None, funder, "noted", "gate_funder_without_gates", {"funder": known.title}))
    findings += _notes(request, facts)
    by_funder = {funder: _verdict(findings, funder, gates) for funder in _funders(request, gates)}
    verdict = max(by_funder.values() or [_verdict(findings, None, gates)], key=VERDICTS.index)
    return GateReport(verdict, tuple(findings), by_funder)


def findings_of(request: FundingRequest, gates: Gates, facts: LocalFacts, on: date) -> Iterator[Finding]:
    """Yield what the gates of all funders say of a request, whomever it asks for money."""
    for funder, gate in gates.owned:
        yield from _Hearing(request, facts, gate, funder, ()).findings(on)


def _verdict(findings: Iterable[Finding], funder: str | None, gates: Gates) -> Verdict:
    """Return the verdict of a funder, or of the common gates alone where none is asked."""
    outcomes = {finding.outcome for finding in findings if finding.funder in {None, funder}}
    if "failed" in outcomes:
        known = gates.funders.get(funder or "")
        return "rule_not_met" if known is None else known.failed
    return "incomplete" if "missing" in outcomes else "eligible"


def _funders(request: FundingRequest, gates: Gates) -> dict[str, tuple[str, ...]]:
    """Return the funders that money is asked for from, each with the names it has in the request."""
    asked: dict[str, tuple[str, ...]] = {}
    for name, amount in request.requested_eur.items():
        if amount > 0:
            funder = gates.funder_of(name) or name
            asked[funder] = (*asked.get(funder, ()), name)
    return asked


def _notes(request: FundingRequest, facts: LocalFacts) -> Iterator[Finding]:
    yield from _unbalanced(request)
    stated, loaded = request.zoning_status, facts.loaded_zoning_of(request)
    if stated is None or loaded is None:
        return
    if stated != loaded.status:
        key = "gate_zoning_differs" if loaded.invalid is None else "gate_zoning_differs_invalid"
        yield Finding(None, None, "to_check", key, _both_zonings(stated, loaded))
    elif loaded.invalid is not None:
        values: dict[str, Value] = {"stated": Fact(f"request_word_{stated}"), "zoning": loaded.invalid}
        yield Finding(None, None, "noted", "gate_note_zoning_invalid", values)


def _both_zonings(stated: str, loaded: LoadedZoning) -> dict[str, Value]:
    """Return what a request says of its zoning and what the file does, with whose it is."""
    return {
        "stated": Fact(f"request_word_{stated}"),
        "loaded": Fact(f"request_word_{loaded.status}"),
        "origin": loaded.origin,
    }


def _unbalanced(request: FundingRequest) -> Iterator[Finding]:
    """Yield a note where the amounts stated do not make up the investment."""
    investment, funds = (figure_of(name, request, ()) for name in ("investment_eur", "public_and_owner_eur"))
    if investment.amount is None or funds.amount is None or investment.missing or funds.missing:
        return
    gap = investment.amount - funds.amount
    if abs(gap) > ROUNDING_EUR:
        key = "gate_note_financing_gap" if gap > 0 else "gate_note_financing_surplus"
        values: dict[str, Value] = {"gap": Figure("eur", abs(gap)), "funds": funds, "investment": investment}
        yield Finding(None, None, "noted", key, values)


@dataclass(frozen=True)
class _Hearing:
    """One request before one gate."""

    request: FundingRequest
    facts: LocalFacts
    gate: Gate
    funder: str | None
    names: tuple[str, ...]

    def findings(self, on: date) -> Iterator[Finding]:
        gate = self.gate
        if not gate.enabled:
            return
        if not gate.holds_on(on):
            dates: dict[str, Value] = {"on": on}
            yield self._found("noted", "gate_not_in_force", dates)
            return
        applies = self._matches(gate.only_where)
        if applies is None:
            columns = [column for column in gate.only_where if not self._known(column)]
            yield self._found("missing", "gate_missing", {"columns": _columns(columns)})
        elif applies:
            yield self._judged()
        else:
            yield self._found("noted", "gate_not_applicable", {"value": self._said(gate.only_where)})

    def _judged(self) -> Finding:
        match self.gate.rule:
            case OneOf() as rule:
                return self._one_of(rule)
            case Stated() as rule:
                return self._stated(rule)
            case AtLeast() as rule:
                return self._limit(rule.value, rule.least, "at_least")
            case AtMost() as rule:
                return self._limit(rule.value, rule.most, "at_most")
            case ShareAtMost() as rule:
                return self._share(rule.part, rule.whole, rule.most, "at_most")
            case ShareAtLeast() as rule:
                return self._share(rule.part, rule.whole, rule.least, "at_least")

    def _known(self, fact: str) -> frozenset[str | bool]:
        """Return the values that a fact may have: none where it is not known, two where request and data differ."""
        stated = getattr(self.request, fact)
        loaded: str | bool | None = None
        if fact == "zoning_status":
            loaded = self.facts.zoning_of(self.request)
        elif fact == "qpv":
            loaded = self.facts.qpv_of(self.request)
        return frozenset(value for value in (stated, loaded) if value is not None)

    def _matches(self, words: Words) -> bool | None:
        """Return whether all facts have one of the given values, or None where that is not known."""
        answers = [self._is_among(fact, values) for fact, values in words.items()]
        return False if False in answers else None if None in answers else True

    def _is_among(self, fact: str, values: list[str | bool]) -> bool | None:
        among = {value in values for value in self._known(fact)}
        return among.pop() if len(among) == 1 else None

    def _one_of(self, rule: OneOf) -> Finding:
        answers = {fact: self._is_among(fact, values) for fact, values in rule.accepted.items()}
        for fact, answer in answers.items():
            if answer:
                return self._found("passed", "gate_passed", {"value": self._said([fact])})
        for fact, values in rule.pending.items():
            if self._is_among(fact, values):
                return self._found("missing", "gate_pending", {"value": self._said([fact])})
        unknown = [fact for fact, answer in answers.items() if answer is None]
        if not unknown:
            return self._found("failed", "gate_failed", {"value": self._said(rule.accepted)})
        if "zoning_status" in unknown:
            return self._zoning_unknown({"columns": _columns(unknown)})
        return self._found("missing", "gate_missing", {"columns": _columns(unknown)})

    def _zoning_unknown(self, columns: Mapping[str, Value]) -> Finding:
        """Return why the zoning decides nothing: request and file differ, it is out of validity or not there."""
        stated, loaded = self.request.zoning_status, self.facts.loaded_zoning_of(self.request)
        if stated is not None and loaded is not None:
            return self._found("missing", "gate_zoning_contradicted", _both_zonings(stated, loaded))
        if loaded is not None and loaded.invalid is not None:
            return self._found("missing", "gate_zoning_invalid", {"zoning": loaded.invalid, **columns})
        key = "gate_zoning_unknown" if self.facts.has_zoning else "gate_zoning_not_loaded"
        return self._found("missing", key, columns)

    def _stated(self, rule: Stated) -> Finding:
        values = {name: self._stated_value(name) for name in rule.values}
        known = [value for value in values.values() if value is not None]
        if len(known) < len(values):
            unknown = [name for name, value in values.items() if value is None]
            return self._found("missing", "gate_missing", {"columns": _columns(unknown)})
        if len(known) > 1:
            return self._found("passed", "gate_all_stated", {})
        return self._found("passed", "gate_passed", {"value": known[0]})

    def _stated_value(self, name: str) -> Value | None:
        if name in FACTS:
            return self._said([name]) or None
        return stated_value(name, self.request, self.names)

    def _limit(self, name: str, limit: float, side: Literal["at_least", "at_most"]) -> Finding:
        """Judge a figure of which what is not stated can only make more."""
        figure = figure_of(name, self.request, self.names)
        values: dict[str, Value] = {"value": figure, "limit": Figure(figure.unit, limit)}
        if figure.amount is None:
            return self._found("missing", "gate_missing", {"columns": _columns(figure.missing)})
        reached = figure.amount >= limit if side == "at_least" else figure.amount > limit
        if not reached and figure.missing:
            return self._found("missing", f"gate_{side}_missing", values | {"columns": _columns(figure.missing)})
        passed = reached == (side == "at_least")
        return self._found("passed" if passed else "failed", f"gate_{side}_{'passed' if passed else 'failed'}", values)

    def _share(self, part_name: str, whole_name: str, limit: float, side: Literal["at_least", "at_most"]) -> Finding:
        """Judge a share whose part and whole can only be more than stated."""
        part = figure_of(part_name, self.request, self.names)
        base = figure_of(whole_name, self.request, self.names)
        lacking = _columns(dict.fromkeys((*part.missing, *base.missing)))
        if part.amount is None or not base.amount:
            lacking = lacking or _columns([whole_name])
            return self._found("missing", "gate_missing", {"columns": lacking})
        share = part.amount / base.amount
        digits = SHARE_DIGITS if abs(share - limit) > LOOKS_EQUAL or share == limit else NEAR_LIMIT_DIGITS
        values: dict[str, Value] = {
            "part": part,
            "whole": base,
            "share": Figure("share", share, digits=digits),
            "limit": Figure("share", limit, digits=digits),
        }
        high = share > limit + TOLERANCE if side == "at_most" else share >= limit - TOLERANCE
        # More of the whole would lower the share, more of the part would lift it.
        uncertain = base.missing if high else part.missing
        if uncertain:
            return self._found("missing", f"gate_share_{side}_missing", values | {"columns": _columns(uncertain)})
        passed = high == (side == "at_least")
        key = f"gate_share_{side}_{'passed' if passed else 'failed'}"
        return self._found("passed" if passed else "failed", key, values)

    def _said(self, facts: Iterable[str]) -> tuple[Word, ...]:
        return tuple(word for fact in facts for word in words_of(fact, self._known(fact)))

    def _found(self, outcome: Outcome, key: str, values: Mapping[str, Value]) -> Finding:
        texts: dict[str, Value] = {"title": self.gate.title, "missing": self.gate.missing}
        return Finding(self.gate.id, self.funder, outcome, key, texts | dict(values))


def _columns(names: Iterable[str]) -> str:
    return ", ".join(map(column_of, names))
