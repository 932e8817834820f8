"""The order in which a network is opened: for every budget a plan that contains the one for less money.

Two ways are tried; each suits the end it begins at. Backwards from the plan for the most money, each plan is the best,
for its budget, of the sites and posts of the next. Forwards from the plan for the least money, the sites open stay and
others of the plans found are added; then, backwards again, each takes those of the posts of the next that suit it.
"""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from msp_siting import solver
from msp_siting.problem import FormatTerms, Instance, Plan, aid_eur, cost_eur, limits_among, near_among
from msp_siting.solver import Settings

Direction = Literal["backwards", "forwards"]


@dataclass(frozen=True)
class Stage:
    """One step of the roll-out: a plan that contains that of the step before, and its objective."""

    budget_eur: float
    plan: Plan
    cost_eur: float
    objective: float


def nest_plans(  # noqa: PLR0913, PLR0917 - the plans and what is known of them
    direction: Direction,
    instance: Instance,
    plans: Mapping[float, Plan],
    objectives: Mapping[float, float],
    before: float,
    settings: Settings,
) -> list[Stage]:
    """Return one stage per budget, in rising order.

    Parameters
    ----------
    direction
        ``backwards`` from the plan for the most money, or ``forwards`` from that for the least.
    plans, objectives
        The plan found for each budget, and its objective.
    before
        Objective of opening nothing.
    """
    budgets = sorted(plans)
    least, most = budgets[0], budgets[-1]
    last = Stage(most, plans[most], cost_eur(instance, plans[most]), objectives[most])
    allowed: dict[float, Plan] = {}
    if direction == "forwards":
        sites = {site for plan in plans.values() for site in plan.sites["site_id"]}
        forwards = [Stage(least, plans[least], cost_eur(instance, plans[least]), objectives[least])]
        for budget_eur in budgets[1:]:
            forwards.append(_beyond(_with_sites(instance, sites), forwards[-1], budget_eur, before, settings))
        last, allowed = forwards[-1], {stage.budget_eur: stage.plan for stage in forwards}
    stages = [last]
    for budget_eur in reversed(budgets[:-1]):
        stages.append(_within(instance, stages[-1], allowed.get(budget_eur), budget_eur, before, settings))
    return stages[::-1]


def _within(  # noqa: PLR0913, PLR0917 - the stage beside it and what it may take
    instance: Instance, later: Stage, allowed: Plan | None, budget_eur: float, before: float, settings: Settings
) -> Stage:
    """Return the best plan for a budget among the sites and posts of a later stage, of some sites only where given."""
    if later.cost_eur <= budget_eur and allowed is None:
        return replace(later, budget_eur=budget_eur)
    formats, capex = _as_planned(instance, later.plan, lambda terms, posts: replace(terms, most=posts))
    sites = set(later.plan.sites["site_id"]) & set((later.plan if allowed is None else allowed).sites["site_id"])
    part = replace(
        _with_sites(instance, sites), formats={site: formats[site] for site in sorted(sites)}, budget_eur=budget_eur
    )
    part = replace(part, capex_eur={key: cost for key, cost in capex.items() if key[0] in sites})
    found = solver.choose(part, settings, before) if sites else None
    if found is None or found.plan is None or found.objective is None:
        return Stage(budget_eur, Plan.empty(), 0.0, before)
    return _stage(instance, later, budget_eur, found.plan, found.objective)


def _beyond(instance: Instance, earlier: Stage, budget_eur: float, before: float, settings: Settings) -> Stage:
    """Return the best plan for a budget that keeps the sites of an earlier stage, whatever their posts."""
    formats, capex = _as_planned(instance, earlier.plan, lambda terms, _: terms)
    kept = sorted(earlier.plan.sites["site_id"])
    others = {key: cost for key, cost in instance.capex_eur.items() if key[0] not in kept}
    whole = replace(
        instance,
        formats=instance.formats | formats,
        capex_eur=others | capex,
        budget_eur=budget_eur,
        forced_sites=tuple(kept),
        constraints=instance.constraints | {"forced_sites"},
    )
    found = solver.choose(whole, settings, before)
    if found.plan is None or found.objective is None:
        return replace(earlier, budget_eur=budget_eur)
    return _stage(instance, earlier, budget_eur, found.plan, found.objective)


def _with_sites(instance: Instance, sites: AbstractSet[str]) -> Instance:
    """Return the problem with some of its candidate sites only."""
    return replace(
        instance,
        sites={site: place for site, place in instance.sites.items() if site in sites},
        capex_eur={key: cost for key, cost in instance.capex_eur.items() if key[0] in sites},
        excluded_sites=(),
        near_sites=near_among(instance.near_sites, sites),
        near_parents=tuple(pair for pair in instance.near_parents if sites >= set(pair)),
        openings_by_commune=limits_among(instance.openings_by_commune, sites),
    )


def _as_planned(
    instance: Instance, plan: Plan, limited: Callable[[FormatTerms, dict[str, int]], FormatTerms]
) -> tuple[dict[str, FormatTerms], dict[tuple[str, str], float]]:
    """Return a format of its own for each site of a plan, limited by its posts there, and what it costs."""
    posts = dict(_teams(plan))
    formats, capex = {}, {}
    for site, kind in plan.sites.itertuples(index=False, name=None):
        team = {name: posts[site].get(name, 0) for name in instance.professions}
        formats[site] = limited(instance.formats[kind], team)
        capex[site, site] = instance.capex_eur[site, kind]
    return formats, capex


def _stage(instance: Instance, near: Stage, budget_eur: float, plan: Plan, objective: float) -> Stage:
    """Return a stage whose sites have the model's formats again; those of the stage beside it keep theirs."""
    formats = near.plan.formats
    kinds = [formats.get(site, kind) for site, kind in plan.sites.itertuples(index=False, name=None)]
    plan = replace(plan, sites=plan.sites.assign(format=kinds))
    return Stage(budget_eur, plan, cost_eur(instance, plan), objective)


def order_table(
    stages: list[Stage],
    instance: Instance,
    sites: pd.DataFrame,
    unnested: Mapping[float, tuple[float, float]],
    before: float,
) -> pd.DataFrame:
    """Return ``order.csv``: one row per site that opens or grows at a budget; one without a site where none does.

    Columns: ``step``, ``budget_eur``, ``site_id``, ``place_id``, ``name``, ``format``, ``action`` (``open``,
    ``extend``), ``staff_<profession>`` (posts from then on), ``cost_eur`` and ``aid_eur`` (of the whole plan so far),
    ``objective`` (of the nested plan), ``nesting_cost_share_low`` and ``nesting_cost_share_high``: what of the
    achievable gain the nested plan misses for being nested, against the plan found for that budget and against its
    bound.

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
            "aid_eur": aid_eur(instance, stage.plan),
            "objective": stage.objective,
            "nesting_cost_share_low": low,
            "nesting_cost_share_high": high,
        }
        formats = stage.plan.formats
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
        *("cost_eur", "aid_eur", "objective", "nesting_cost_share_low", "nesting_cost_share_high"),
    ]
    return pd.DataFrame(rows, columns=columns)


def nesting_cost(stage: Stage, objective: float, bound: float, before: float) -> tuple[float | None, float | None]:
    """Return the share of the achievable gain missed for being nested: at least, and at most; None without a gain."""
    gain = before - bound
    if gain <= 0:
        return None, None
    return max(0.0, stage.objective - objective) / gain, max(0.0, stage.objective - bound) / gain


def mean_nesting_cost(order: pd.DataFrame) -> float:
    """Return the mean over the budgets of the most that nesting costs there."""
    shares = order.drop_duplicates("step")["nesting_cost_share_high"]
    return float(shares.mean()) if shares.notna().any() else 0.0


def _teams(plan: Plan) -> Iterator[tuple[str, dict[str, int]]]:
    for site in plan.sites["site_id"]:
        staff = plan.staff[plan.staff["site_id"].eq(site)]
        yield site, dict(zip(staff["profession"], staff["recruited"].astype(int), strict=True))
