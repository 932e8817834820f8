"""The order in which a network is opened: for every budget a plan that contains the one for less money.

From the plan for the most money backwards: each plan is the best, for its budget, of the sites and posts of the next.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from msp_siting.instance import FormatTerms, Instance
from msp_siting.solution import Plan
from msp_siting.solver import Settings, choose
from msp_siting.verify import cost_eur


@dataclass(frozen=True)
class Stage:
    """One step of the roll-out: a plan that contains that of the step before, and its objective (None unknown)."""

    budget_eur: float
    plan: Plan
    cost_eur: float
    objective: float | None


def nest_plans(
    instance: Instance,
    plans: Mapping[float, Plan],
    objectives: Mapping[float, float],
    before: float,
    settings: Settings,
) -> list[Stage]:
    """Return one stage per budget, in rising order.

    Parameters
    ----------
    plans, objectives
        The plan found for each budget, and its objective.
    before
        Objective of opening nothing.
    """
    budgets = sorted(plans)
    last = budgets[-1]
    stages = [Stage(last, plans[last], cost_eur(instance, plans[last]), objectives[last])]
    for budget_eur in reversed(budgets[:-1]):
        stages.append(_within(instance, stages[-1], budget_eur, before, settings))
    return stages[::-1]


def _within(instance: Instance, later: Stage, budget_eur: float, before: float, settings: Settings) -> Stage:
    """Return the best plan for a budget among the sites and posts of a later stage."""
    if later.cost_eur <= budget_eur:
        return replace(later, budget_eur=budget_eur)
    part = replace(_part(instance, later.plan), budget_eur=budget_eur)
    found = choose(part, settings, before)
    if found is None:
        return Stage(budget_eur, Plan.empty(), 0.0, None)
    plan, objective = found
    formats = dict(later.plan.sites.itertuples(index=False, name=None))
    plan = replace(plan, sites=plan.sites.assign(format=plan.sites["site_id"].map(formats)))
    return Stage(budget_eur, plan, cost_eur(instance, plan), objective)


def _part(instance: Instance, plan: Plan) -> Instance:
    """Return the problem with a plan's sites only, each in its format with at most its posts."""
    formats, capex = {}, {}
    for site, kind in plan.sites.itertuples(index=False, name=None):
        staff = plan.staff[plan.staff["site_id"].eq(site)]
        posts = dict(zip(staff["profession"], staff["recruited"].astype(int), strict=True))
        most = {name: posts.get(name, 0) for name in instance.professions}
        terms: FormatTerms = instance.formats[kind]
        formats[site] = replace(terms, most=most)
        capex[site, site] = instance.capex_eur[site, kind]
    return replace(
        instance,
        sites={site: instance.sites[site] for site in plan.sites["site_id"]},
        formats=formats,
        capex_eur=capex,
        forced_sites=(),
        excluded_sites=(),
    )


def order_table(
    stages: list[Stage],
    instance: Instance,
    sites: pd.DataFrame,
    unnested: Mapping[float, tuple[float, float]],
    before: float,
) -> pd.DataFrame:
    """Return ``order.csv``: one row per site that opens or grows at a budget; one without a site where none does.

    Columns: ``step``, ``budget_eur``, ``site_id``, ``place_id``, ``name``, ``format``, ``action`` (``open``,
    ``extend``), ``staff_<profession>`` (posts from then on), ``cost_eur`` (of the whole plan so far), ``objective``
    (of the nested plan), ``nesting_cost_share_low`` and ``nesting_cost_share_high``: what of the achievable gain the
    nested plan misses for being nested, against the plan found for that budget and against its bound.

    Parameters
    ----------
    sites
        The territory's ``sites``.
    unnested
        Objective and bound of the best plan for each budget.
    before
        Objective of opening nothing.
    """
    professions = list(instance.professions)
    known = sites.set_index("site_id")
    rows: list[dict[str, object]] = []
    posts: dict[str, dict[str, int]] = {}
    for number, stage in enumerate(stages, start=1):
        low, high = nesting_cost(stage, *unnested[stage.budget_eur], before)
        after = dict(_teams(stage.plan))
        shared = {
            "step": number,
            "budget_eur": stage.budget_eur,
            "cost_eur": stage.cost_eur,
            "objective": stage.objective,
            "nesting_cost_share_low": low,
            "nesting_cost_share_high": high,
        }
        formats = dict(stage.plan.sites.itertuples(index=False, name=None))
        changed = [site for site in formats if after.get(site) != posts.get(site)]
        for site in changed:
            action = "extend" if site in posts else "open"
            team = {f"staff_{name}": after[site].get(name, 0) for name in professions}
            place = {"place_id": known.loc[site, "place_id"], "name": known.loc[site, "name"]}
            rows.append({**shared, "site_id": site, **place, "format": formats[site], "action": action, **team})
        if not changed:
            nothing = dict.fromkeys(("site_id", "place_id", "name", "format", "action"), "")
            rows.append({**shared, **nothing, **dict.fromkeys((f"staff_{name}" for name in professions), 0)})
        posts = after
    columns = [
        *("step", "budget_eur", "site_id", "place_id", "name", "format", "action"),
        *(f"staff_{name}" for name in professions),
        *("cost_eur", "objective", "nesting_cost_share_low", "nesting_cost_share_high"),
    ]
    return pd.DataFrame(rows, columns=columns)


def nesting_cost(stage: Stage, objective: float, bound: float, before: float) -> tuple[float | None, float | None]:
    """Return the share of the achievable gain missed for being nested: at least, and at most; None without a gain."""
    gain = before - bound
    if stage.objective is None or gain <= 0:
        return None, None
    return max(0.0, stage.objective - objective) / gain, max(0.0, stage.objective - bound) / gain


def _teams(plan: Plan) -> Iterator[tuple[str, dict[str, int]]]:
    for site in plan.sites["site_id"]:
        staff = plan.staff[plan.staff["site_id"].eq(site)]
        yield site, dict(zip(staff["profession"], staff["recruited"].astype(int), strict=True))
