"""Recomputes a solution from its tables, without Pyomo and without the solver."""

from collections.abc import Iterator

import pandas as pd

from msp_siting.instance import Instance
from msp_siting.pricing import priced_bound
from msp_siting.solution import Assignment, Plan, Solution

TOLERANCE_INHABITANTS = 1e-2
TOLERANCE_SHARE = 1e-6
TOLERANCE_EUR = 0.01

# Checks below say `not a <= b`, not `a > b`: no comparison with what is not a number holds, and it must not pass.


def problems_of(instance: Instance, solution: Solution) -> list[str]:
    """Return what is wrong with a solution, one sentence each; none for a sound one.

    Recomputed: sites and formats, forced and excluded sites, site count, composition, recruitment pools,
    budget, cut-off, need balance, capacity, objective, and the bound: what follows from its prices, and that it is what
    search and prices claim. That the search itself is right above what the prices prove cannot be seen from here.
    """
    if solution.plan is None or solution.assignment is None or solution.objective is None:
        return []
    plan, assignment = solution.plan, solution.assignment
    problems = [*_site_problems(instance, plan), *_staff_problems(instance, plan)]
    if problems:
        return problems
    problems = [
        *_budget_problems(instance, plan),
        *_move_problems(instance, plan),
        *_assignment_problems(instance, plan, assignment),
    ]
    recomputed = objective_of(instance, assignment.uncovered)
    if not abs(recomputed - solution.objective) <= TOLERANCE_SHARE * max(1.0, abs(recomputed)):
        problems.append(f"objective: {recomputed:.6f} recomputed, {solution.objective:.6f} stated")
    return problems or list(_bound_problems(instance, solution, solution.objective))


def _bound_problems(instance: Instance, solution: Solution, objective: float) -> Iterator[str]:
    """Yield what is wrong with the bound: above the plan, not what the certificate claims, or prices that say less."""
    bound, certificate = solution.bound, solution.certificate
    tolerance = TOLERANCE_SHARE * max(1.0, abs(objective))
    if bound is not None and not bound <= objective:
        yield f"bound: {bound:.6f} is above the objective {objective:.6f}"
        return
    if certificate is None:
        return
    searched = certificate.searched
    if searched is not None and not searched <= objective + tolerance:
        yield f"bound: the search claims that no plan is below {searched:.6f}, the objective is {objective:.6f}"
    priced = priced_bound(instance, certificate.prices)
    if not priced <= objective + tolerance:
        yield f"bound: by its prices no plan is below {priced:.6f}, the objective is {objective:.6f}"
    if not abs(priced - certificate.priced) <= tolerance:
        yield f"bound: {priced:.6f} follows from the prices, {certificate.priced:.6f} stated"
    claims = [claim for claim in (searched, certificate.priced) if claim is not None]
    claimed = min(max(claims), objective)
    if bound is None or not abs(bound - claimed) <= tolerance:
        stated = "none" if bound is None else f"{bound:.6f}"
        yield f"bound: {stated} stated, search and prices claim {claimed:.6f}"


def objective_of(instance: Instance, uncovered: pd.DataFrame) -> float:
    """Return stage 1's objective of uncovered inhabitants (``demand_id``, ``profession``, ``inhabitants``)."""
    total = 0.0
    for demand_id, profession, left in uncovered.itertuples(index=False):
        terms = instance.professions[profession]
        people = instance.inhabitants[demand_id]
        low, weighted = 0.0, 0.0
        for upper, slope in zip(instance.band_upper_shares, instance.band_slopes, strict=True):
            weighted += slope * max(0.0, min(left, upper * people) - low * people)
            low = upper
        total += terms.weight * terms.need_index[demand_id] * weighted
    return total


def cost_eur(instance: Instance, plan: Plan) -> float:
    """Return the capital cost of a plan: works and equipment of its sites, installation of its recruits."""
    works = sum(instance.capex_eur[site, name] for site, name in plan.sites.itertuples(index=False))
    posts = sum(
        instance.professions[profession].installation_eur * recruited
        for _, profession, recruited in plan.staff.itertuples(index=False)
    )
    return float(works + posts)


def _site_problems(instance: Instance, plan: Plan) -> Iterator[str]:
    opened = list(plan.sites["site_id"])
    for site, name in plan.sites.itertuples(index=False):
        if (site, name) not in instance.capex_eur:
            yield f"one_format: {site} cannot open as {name}"
    for site in sorted({site for site in opened if opened.count(site) > 1}):
        yield f"one_format: {site} is opened more than once"
    rules = instance.constraints
    if "forced_sites" in rules:
        yield from (f"forced_sites: {site} is not opened" for site in instance.forced_sites if site not in opened)
    if "excluded_sites" in rules:
        yield from (f"excluded_sites: {site} is opened" for site in instance.excluded_sites if site in opened)
    least, most = instance.site_count
    if "site_count" in rules and (len(opened) < least or (most is not None and len(opened) > most)):
        yield f"site_count: {len(opened)} sites are opened, allowed are {least} to {most}"


def _staff_problems(instance: Instance, plan: Plan) -> Iterator[str]:
    formats = dict(plan.sites.itertuples(index=False, name=None))
    staff = {(site, profession): posts for site, profession, posts in plan.staff.itertuples(index=False)}
    if len(staff) != len(plan.staff):
        yield "staff: a site has two rows for one profession"
    for (site, profession), posts in staff.items():
        if site not in formats or profession not in instance.professions:
            yield f"staff: {posts:g} {profession} at {site}, which is not opened for it"
        elif posts != int(posts) or posts < 0:
            yield f"staff: {posts:g} {profession} at {site} is not a whole number of posts"
    for site, name in formats.items():
        if name not in instance.formats:
            continue  # told among the problems of sites
        team = {profession: staff.get((site, profession), 0) for profession in instance.professions}
        yield from _team_problems(instance, site, name, team)
    if "recruitment_pool" in instance.constraints:
        for profession, terms in instance.professions.items():
            recruited = sum(posts for (_, p), posts in staff.items() if p == profession)
            if recruited > terms.pool:
                yield f"recruitment_pool: {recruited:g} {profession} are recruited, {terms.pool} can be"


def _team_problems(instance: Instance, site: str, name: str, team: dict[str, int]) -> Iterator[str]:
    terms, composed = instance.formats[name], "composition" in instance.constraints
    for profession, posts in team.items():
        fewest = terms.fewest[profession] if composed else 0
        if not fewest <= posts <= terms.most[profession]:
            allowed = f"{fewest} to {terms.most[profession]}"
            yield f"composition: {site} has {posts:g} {profession}, format {name} takes {allowed}"
    paramedicals = sum(posts for p, posts in team.items() if instance.professions[p].paramedical)
    if composed and paramedicals < terms.paramedical_fewest:
        yield f"composition: {site} has {paramedicals:g} paramedicals, {terms.paramedical_fewest} are needed"


def _move_problems(instance: Instance, plan: Plan) -> Iterator[str]:
    opened = set(plan.sites.itertuples(index=False, name=None))
    for (place, name), leaving in instance.leaving_posts().items():
        posts = sum(count for key, count in leaving.items() if key in opened)
        there = instance.professions[name].existing.get(place, 0.0)
        if not posts <= there + TOLERANCE_SHARE:
            yield f"capacity: {posts:g} {name} leave {place}, which has {there:g}"


def _budget_problems(instance: Instance, plan: Plan) -> Iterator[str]:
    cost = cost_eur(instance, plan)
    if "budget" in instance.constraints and cost > instance.budget_eur + TOLERANCE_EUR:
        yield f"budget: the plan costs {cost:.2f} EUR, budget_eur is {instance.budget_eur:.2f}"


def _assignment_problems(instance: Instance, plan: Plan, assignment: Assignment) -> Iterator[str]:
    reachable = {
        profession: set(zip(terms.pairs.demand_ids, terms.pairs.place_ids, strict=True))
        for profession, terms in instance.professions.items()
    }
    used: dict[tuple[str, str], float] = {}
    served: dict[tuple[str, str], float] = {}
    for demand_id, place_id, profession, people in assignment.allocated.itertuples(index=False):
        if (demand_id, place_id) not in reachable.get(profession, set()):
            yield f"cutoff: {profession} at {place_id} is beyond the cut-off of {demand_id}"
            continue
        if not people >= 0:
            yield f"need_balance: {people} inhabitants of {demand_id} are served at {place_id}"
        need = people * instance.professions[profession].need_index[demand_id]
        used[place_id, profession] = used.get((place_id, profession), 0.0) + need
        served[demand_id, profession] = served.get((demand_id, profession), 0.0) + people
    yield from _balance_problems(instance, assignment, served)
    room = room_by_place(instance, plan)
    for (place_id, profession), need in used.items():
        limit = room.get((place_id, profession))
        if limit is None:
            yield f"capacity: nobody of profession {profession} is at {place_id}"
        elif not need <= limit + TOLERANCE_INHABITANTS:
            yield f"capacity: {profession} at {place_id} serve a need of {need:.3f}, room for {limit:.3f}"


def _balance_problems(
    instance: Instance, assignment: Assignment, served: dict[tuple[str, str], float]
) -> Iterator[str]:
    uncovered = {(i, p): people for i, p, people in assignment.uncovered.itertuples(index=False)}
    for profession in instance.professions:
        for demand_id, people in instance.inhabitants.items():
            left = uncovered.get((demand_id, profession))
            if left is None or not left >= 0:
                yield f"need_balance: uncovered of {demand_id}, {profession} is {left}"
                continue
            accounted = served.get((demand_id, profession), 0.0) + left
            if not abs(accounted - people) <= TOLERANCE_INHABITANTS:
                yield f"need_balance: {accounted:.3f} of {people:.3f} inhabitants of {demand_id}, {profession}"


def room_by_place(instance: Instance, plan: Plan) -> dict[tuple[str, str], float]:
    """Return the standardised inhabitants that existing, new and moved posts can serve, by (``place_id``, profession).

    What is kept for people of the rim is not in it.
    """
    room = {
        (place, name): terms.capacity * posts - terms.reserved.get(place, 0.0)
        for name, terms in instance.professions.items()
        for place, posts in terms.existing.items()
    }
    for site, profession, posts in plan.staff.itertuples(index=False):
        key = (instance.sites[site], profession)
        room[key] = room.get(key, 0.0) + instance.professions[profession].capacity * posts
    for opened in plan.sites.itertuples(index=False, name=None):
        for key, more in instance.moved_room(*opened).items():
            room[key] = room.get(key, 0.0) + more
    return room
