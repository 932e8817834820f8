"""The rules on an applicant's sheet: which are met, which are not, and what would turn each."""

from collections.abc import Iterator
from dataclasses import replace

from msp_siting.report.findings import tell_finding
from msp_siting.report.page_table import PageTable
from msp_siting.report.sheets.facts import funder_title, short
from msp_siting.report.wording import Wording
from msp_siting.requests import MSP_STANDS, OF_OTHERS, Appraisal, Evaluation, Figure, Finding, Gate, Word

ORDER = ("failed", "missing", "passed")  # in which an applicant reads
LONGEST = 230  # characters of what is said of a rule
MOST_RULES = 11  # of which those that are met give way to the others
MOST_NOTES = 4
ELSEWHERE = OF_OTHERS | {MSP_STANDS, "gate_not_in_force", "gate_not_applicable"}  # not to be told, or told elsewhere


def rules_table(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> PageTable:
    """Return every rule that holds: title, whether it is met, what is stated and what would turn it; not met first."""
    rows: list[list[str]] = []
    for outcome in ORDER:
        found = [each for each in appraisal.gates.findings if each.outcome == outcome and each.key not in ELSEWHERE]
        shown = found[: max(0, MOST_RULES - len(rows))] if outcome == "passed" else found
        rows += [_row(evaluation, each, wording) for each in shown]
        if len(found) > len(shown):
            more = wording.say("sheet_others", count=len(found) - len(shown))
            rows.append([more, wording.say(f"applicant_rule_{outcome}"), ""])
    keys = ("applicant_rule", "applicant_state", "applicant_stated")
    return PageTable([*map(wording.say, keys)], rows, word_columns=3)


def notes(appraisal: Appraisal, wording: Wording) -> list[str]:
    """Return what is to be checked or noted besides, without what names other requests."""
    found = [
        each
        for outcome in ("to_check", "noted")
        for each in appraisal.gates.findings
        if each.outcome == outcome and each.key not in ELSEWHERE
    ]
    return [wording.typeset(tell_finding(each, wording.language)) for each in found[:MOST_NOTES]]


def _row(evaluation: Evaluation, finding: Finding, wording: Wording) -> list[str]:
    title = finding.values.get("title", finding.values.get("what"))
    name = wording.of(title) if isinstance(title, dict) else ""
    own = replace(finding, key=f"applicant_{finding.key.removeprefix('gate_')}")
    said = [tell_finding(own, wording.language), *_turns(evaluation, finding, wording)]
    state = wording.say(f"applicant_rule_{finding.outcome}")
    return [name, state, short(wording.typeset(" ".join(said)), LONGEST)]


def _turns(evaluation: Evaluation, finding: Finding, wording: Wording) -> Iterator[str]:
    """Yield what would make a rule met that is not."""
    if finding.outcome != "failed":
        return
    values = finding.values
    limit, whole, part = (values.get(name) for name in ("limit", "whole", "part"))
    if isinstance(limit, Figure) and isinstance(whole, Figure) and isinstance(part, Figure):
        amount = replace(part, amount=(limit.amount or 0.0) * (whole.amount or 0.0), missing=())
        key = f"applicant_turn_{'most' if '_at_most_' in finding.key else 'least'}_of_whole"
        yield tell_finding(Finding(None, None, "noted", key, {"amount": amount}), wording.language)
    elif isinstance(limit, Figure):
        key = f"applicant_turn_{'most' if '_at_most_' in finding.key else 'least'}"
        yield tell_finding(Finding(None, None, "noted", key, {"limit": limit}), wording.language)
    elif (gate := _gate_of(evaluation, finding)) is not None and gate.rule.test == "one_of":
        words = tuple(Word(fact, value) for fact, accepted in gate.rule.accepted.items() for value in accepted)
        yield tell_finding(Finding(None, None, "noted", "applicant_turn_one_of", {"values": words}), wording.language)
        if "zoning_status" in gate.rule.accepted:
            yield wording.say("applicant_turn_zoning")


def _gate_of(evaluation: Evaluation, finding: Finding) -> Gate | None:
    gates = evaluation.gates
    own = gates.common if finding.funder is None else gates.funders[finding.funder].gates
    return next((gate for gate in own if gate.id == finding.gate_id), None)


def funders_asked(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> list[tuple[str, str]]:
    """Return the funders asked for money besides the ARS: their ids in the gates, or ``other``, and their titles."""
    asked: dict[str, str] = {}
    for name, amount in appraisal.request.requested_eur.items():
        funder = evaluation.gates.funder_of(name)
        if amount > 0 and funder != "ars":
            title = funder_title(evaluation.gates, funder or name, wording)
            asked[title] = funder if funder in {"state", "region", "department"} else "other"
    return [(kind, title) for title, kind in asked.items()]
