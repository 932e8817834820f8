"""What the rules of candidates and of zones cost at most: a bound on every plan that kept none of them."""

from dataclasses import replace

from msp_siting.answer.apl_posts import with_apl_terms
from msp_siting.answer.value import Answer
from msp_siting.problem import build_instance
from msp_siting.scenario import Scenario
from msp_siting.solver import Settings, relaxed_bound


def bound_without_rules(answer: Answer, settings: Settings) -> float | None:
    """Return an objective that no plan would be below, were all sites and recruits allowed; None where they are.

    It takes one linear relaxation (a second for Isère), and no search: what is between it and the plan's objective is
    what the rules and the gaps of the search cost together at most. None also without a plan, or if it was interrupted.
    """
    found = answer.solution.objective
    if found is None or settings.interrupted.is_set():
        return None
    limits = answer.instance.zone_limits
    is_limited = bool(limits.one_for_one or limits.composition_only)
    if not is_limited and answer.review.excluded.empty:
        return None
    relaxed = _relaxed(answer.scenario)
    wide = with_apl_terms(answer.territory, relaxed, build_instance(answer.territory, relaxed))
    reserved = {name: terms.reserved for name, terms in answer.instance.professions.items()}
    professions = {name: replace(terms, reserved=reserved[name]) for name, terms in wide.professions.items()}
    bound = relaxed_bound(replace(wide, professions=professions), settings)
    return None if bound is None else min(bound, found)


def _relaxed(scenario: Scenario) -> Scenario:
    constraints = scenario.model.constraints.model_copy(update={"recruitment_by_zone": False})
    return replace(scenario, model=scenario.model.model_copy(update={"candidates": None, "constraints": constraints}))
