"""What a plan spends, from two purses that are never summed: works and equipment, and aid to those who come."""

from collections.abc import Iterator

from msp_siting.errors import Sentence, problem
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.units import CENTS_PER_EUR, cents_of


def cost_eur(instance: Instance, plan: Plan) -> float:
    """Return the works and equipment of a plan's sites; aid to those who come is another purse."""
    return _cost_cents(instance, plan) / CENTS_PER_EUR


def aid_eur(instance: Instance, plan: Plan) -> float:
    """Return the aid that those get who come to a plan's posts, once."""
    return _aid_cents(instance, plan) / CENTS_PER_EUR


def _cost_cents(instance: Instance, plan: Plan) -> int:
    return sum(cents_of(instance.capex_eur[site, name]) for site, name in plan.sites.itertuples(index=False))


def _aid_cents(instance: Instance, plan: Plan) -> int:
    return int(
        sum(
            instance.professions[profession].installation_cents * recruited
            for _, profession, recruited in plan.staff.itertuples(index=False)
        )
    )


def problems_of_money(instance: Instance, plan: Plan) -> Iterator[Sentence]:
    """Yield the limits on money that a plan exceeds, to the cent."""
    cost = _cost_cents(instance, plan)
    if "budget" in instance.constraints and cost > instance.budget_cents:
        yield problem(
            "the plan costs {cost:.2f} EUR, budget_eur is {budget:.2f}",
            cost=cost / CENTS_PER_EUR,
            budget=instance.budget_eur,
        ).at("budget")
    aid, limit = _aid_cents(instance, plan), instance.aid_budget_cents
    if limit is not None and aid > limit:
        yield problem(
            "those who come get {aid:.2f} EUR of aid, aid_budget_eur is {budget:.2f}",
            aid=aid / CENTS_PER_EUR,
            budget=limit / CENTS_PER_EUR,
        ).at("aid_budget")
