"""Gates told of a place before anybody asks for money: which candidates fail one, and which a plan's sites meet."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from msp_siting.answer import Answer
from msp_siting.requests.gates.findings import Finding
from msp_siting.requests.gates.judging import findings_of
from msp_siting.requests.gates.places import local_facts
from msp_siting.requests.gates.rules import AtLeast, AtMost, Gate, Gates, Stated, find_gates, read_gates
from msp_siting.requests.request import FundingRequest
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory

OUTCOMES = {"passed": "met", "failed": "not_met", "missing": "to_check"}
Mark = tuple[str, Finding]  # a site's id, and what one gate says of it


def with_gates(scenario: Scenario, territory: Territory, on: date) -> Scenario:
    """Return a scenario that knows which candidate sites fail a gate, whatever their team and money.

    What the data cannot tell of a place is to be checked, and no failure. Nothing is looked up where the model's rules
    of candidates do not ask for it.

    Raises
    ------
    ScenarioError
        With every problem of ``gates.yaml``.
    """
    return minding(scenario, failing_gates(scenario, territory, on))


def failing_gates(scenario: Scenario, territory: Territory, on: date) -> list[str]:
    """Return the candidate sites that fail a gate, for `with_gates`; the same whatever money and recruits there are."""
    rules = scenario.model.candidates
    failing: list[str] = []
    if rules is not None and rules.gates.value:
        gates, facts = gates_of(scenario), local_facts(territory, on)
        for site_id, request in _bare_requests(territory):
            if any(finding.outcome == "failed" for finding in findings_of(request, gates, facts, on)):
                failing.append(site_id)
    return failing


def minding(scenario: Scenario, failing: list[str]) -> Scenario:
    """Return a scenario that knows which candidate sites fail a gate."""
    question = scenario.question
    sites = question.sites.model_copy(update={"fails_gates": failing})
    return replace(scenario, question=question.model_copy(update={"sites": sites}))


def gates_of(scenario: Scenario) -> Gates:
    """Return the gates that hold for a scenario: its project's, the current folder's or the bundled ones.

    Raises
    ------
    ScenarioError
        With every problem of the file.
    """
    return read_gates(find_gates(scenario.beside))


def marks_of(answer: Answer, gates: Gates, on: date) -> list[Mark]:
    """Return what each gate says of each proposed site, with the format and the posts of the plan, taken to be filled.

    Gates that hold no more, not yet or not there are left out. Of what has to be stated or committed in writing a plan
    tells nothing.
    """
    facts = local_facts(answer.territory, on)
    requests = dict(_bare_requests(answer.territory))
    in_writing = {gate.id for _, gate in gates.owned if isinstance(gate.rule, Stated) or _is_of_commitments(gate)}
    marks: list[Mark] = []
    for site_id, format_name in answer.plan.sites.itertuples(index=False):
        staff = answer.plan.staff[answer.plan.staff["site_id"].eq(site_id)]
        posts = {str(name): int(n) for name, n in zip(staff["profession"], staff["recruited"], strict=True)}
        capex = answer.instance.capex_eur[site_id, format_name]
        bare = requests[site_id]
        action = answer.instance.formats[format_name].action
        bare = bare if action == "creation" else replace(bare, action=action)
        filled = replace(bare, new_posts=posts, capex_ht_eur=capex)
        both = (findings_of(request, gates, facts, on) for request in (bare, filled))
        found = [first if first.gate_id in in_writing else second for first, second in zip(*both, strict=True)]
        marks += [(site_id, each) for each in found if each.outcome in OUTCOMES]
    return marks


def mark_record(answer: Answer, mark: Mark) -> dict[str, Any]:
    """Return what of a row of ``gates.csv`` is not in words."""
    site_id, finding = mark
    site = answer.territory.sites.set_index("site_id").loc[site_id]
    return {
        "site_id": site_id,
        "place_id": str(site["place_id"]),
        "name": str(site["name"]),
        "funder": finding.funder or "",
        "gate_id": finding.gate_id,
        "outcome": OUTCOMES[finding.outcome],
    }


def _is_of_commitments(gate: Gate) -> bool:
    return isinstance(gate.rule, AtLeast | AtMost) and gate.rule.value == "gp_new_committed"


def _bare_requests(territory: Territory) -> Iterator[tuple[str, FundingRequest]]:
    """Yield each candidate site with a request that states its place and what opening it is, and nothing else."""
    sites, existing = territory.sites, territory.existing_msps
    there = set() if existing is None else set(existing.index)
    candidates = sites.loc[sites["status"].eq("candidate"), ["site_id", "place_id"]]
    for site_id, place_id in candidates.itertuples(index=False):
        bare = FundingRequest(row=0, request_id=site_id, place_id=place_id, action="creation")
        yield site_id, replace(bare, action="extension") if place_id in there else bare
