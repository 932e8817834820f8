"""Recomputes a solution from its tables, without Pyomo and without the solver."""

from collections.abc import Iterator

import pandas as pd

from msp_siting.errors import Sentence, problem
from msp_siting.problem.apl_terms import problems_of_zone_apl
from msp_siting.problem.decided_sites import problems_of_decided
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import TOLERANCE_SHARE, Assignment, Plan, Solution
from msp_siting.problem.pricing import priced_bound
from msp_siting.problem.spacing import problems_of_spacing
from msp_siting.problem.spending import cost_eur, problems_of_money
from msp_siting.problem.targets import problems_of_targets
from msp_siting.problem.zone_limits import problems_of_zone_limits
from msp_siting.problem.zone_rules import problems_of_zones

TOLERANCE_INHABITANTS = 1e-2

# Checks below say `not a <= b`, not `a > b`: no comparison with what is not a number holds, and it must not pass.


def problems_of_solution(instance: Instance, solution: Solution) -> list[Sentence]:
    """Return what is wrong with a solution, one sentence each; none for a sound one.

    Recomputed: sites and formats, forced, excluded and kept sites, what is asked of zones, site count, spacing,
    composition, recruitment pools and zones, both purses, cut-off, need balance, capacity, shares of need, objective,
    and the bound: what follows from its prices, and that it is what search and prices claim. That the search itself is
    right above what the prices prove cannot be seen from here.
    """
    if solution.plan is None or solution.assignment is None or solution.objective is None:
        return []
    plan, assignment = solution.plan, solution.assignment
    problems = problems_of_composition(instance, plan)
    if problems:
        return problems
    problems = [*problems_of_limits(instance, plan), *_assignment_problems(instance, plan, assignment)]
    problems += problems_of_targets(instance, assignment.uncovered)
    recomputed = objective_at(instance, plan, objective_of(instance, assignment.uncovered))
    if not abs(recomputed - solution.objective) <= TOLERANCE_SHARE * max(1.0, abs(recomputed)):
        differing = problem(
            "{recomputed:.6f} recomputed, {stated:.6f} stated", recomputed=recomputed, stated=solution.objective
        )
        problems.append(differing.at("objective"))
    return problems or [each.at("bound") for each in _bound_problems(instance, solution, solution.objective)]


def problems_of_composition(instance: Instance, plan: Plan) -> list[Sentence]:
    """Return what is wrong with sites and teams of a plan, counted in whole numbers."""
    return [*_site_problems(instance, plan), *_staff_problems(instance, plan)]


def problems_of_limits(instance: Instance, plan: Plan) -> list[Sentence]:
    """Return which limits a plan exceeds: money (to the cent), posts that move, mean APL of zones; its teams known."""
    by_zone = problems_of_zone_apl(instance.zone_apl_asked, plan)
    return [*problems_of_money(instance, plan), *_move_problems(instance, plan), *by_zone]


def problems_of_decisions(instance: Instance, plan: Plan) -> list[Sentence]:
    """Return which rules on sites and posts a plan breaks; its limits only where its sites and teams are known."""
    return problems_of_composition(instance, plan) or problems_of_limits(instance, plan)


def _bound_problems(instance: Instance, solution: Solution, objective: float) -> Iterator[Sentence]:
    """Yield what is wrong with the bound: above the plan, not what the certificate claims, or prices that say less."""
    bound, certificate = solution.bound, solution.certificate
    tolerance = TOLERANCE_SHARE * max(1.0, abs(objective))
    if bound is not None and not bound <= objective:
        yield problem("{bound:.6f} is above the objective {objective:.6f}", bound=bound, objective=objective)
        return
    if certificate is None:
        return
    searched = certificate.searched
    if searched is not None and not searched <= objective + tolerance:
        yield problem(
            "the search claims that no plan is below {bound:.6f}, the objective is {objective:.6f}",
            bound=searched,
            objective=objective,
        )
    priced = priced_bound(instance, certificate.prices)
    if not priced <= objective + tolerance:
        yield problem(
            "by its prices no plan is below {bound:.6f}, the objective is {objective:.6f}",
            bound=priced,
            objective=objective,
        )
    if not abs(priced - certificate.priced) <= tolerance:
        yield problem(
            "{bound:.6f} follows from the prices, {stated:.6f} stated", bound=priced, stated=certificate.priced
        )
    claims = [claim for claim in (searched, certificate.priced) if claim is not None]
    claimed = min(max(claims), objective)
    if bound is None or not abs(bound - claimed) <= tolerance:
        stated = problem("none") if bound is None else problem("{bound:.6f}", bound=bound)
        yield problem("{stated} stated, search and prices claim {claimed:.6f}", stated=stated, claimed=claimed)


def objective_at(instance: Instance, plan: Plan, uncovered: float) -> float:
    """Return stage 1's objective of a plan; ``uncovered`` is what it is where uncovered need is minimised."""
    if instance.measure == "cost":
        return cost_eur(instance, plan)
    return uncovered if instance.goal is None else instance.goal.objective(plan)


def objective_of(instance: Instance, uncovered: pd.DataFrame) -> float:
    """Return the objective of uncovered inhabitants (``demand_id``, ``profession``, ``inhabitants``)."""
    need = need_by_band(instance, uncovered)
    return sum(slope * inside for slope, inside in zip(instance.band_slopes, need, strict=True))


def need_by_band(instance: Instance, uncovered: pd.DataFrame) -> list[float]:
    """Return the weighted need of uncovered inhabitants (columns as `objective_of`) that lies in each band."""
    totals = [0.0] * len(instance.band_upper_shares)
    for demand_id, profession, left in uncovered.itertuples(index=False):
        terms, people, low = instance.professions[profession], instance.inhabitants[demand_id], 0.0
        for band, upper in enumerate(instance.band_upper_shares):
            inside = max(0.0, min(left, upper * people) - low * people)
            totals[band] += terms.weight * terms.need_index[demand_id] * inside
            low = upper
    return totals


def _site_problems(instance: Instance, plan: Plan) -> Iterator[Sentence]:
    opened = list(plan.sites["site_id"])
    for site, name in plan.sites.itertuples(index=False):
        if (site, name) not in instance.capex_eur:
            yield problem("{site} cannot open as {format}", site=site, format=name).at("one_format")
    for site in sorted({site for site in opened if opened.count(site) > 1}):
        yield problem("{site} is opened more than once", site=site).at("one_format")
    yield from problems_of_decided(instance, plan)
    yield from problems_of_zones(instance, plan)
    least, most = instance.site_count
    if "site_count" in instance.constraints and (len(opened) < least or (most is not None and len(opened) > most)):
        yield problem(
            "{count} sites are opened, allowed are {least} to {most}",
            count=len(opened),
            least=least,
            most=problem("None") if most is None else most,
        ).at("site_count")
    yield from problems_of_spacing(instance, plan)


def _staff_problems(instance: Instance, plan: Plan) -> Iterator[Sentence]:
    formats, staff = plan.formats, plan.posts
    if len(staff) != len(plan.staff):
        yield problem("a site has two rows for one profession").at("staff")
    for (site, profession), posts in staff.items():
        if site not in formats or profession not in instance.professions:
            yield problem(
                "{posts:g} {profession} at {site}, which is not opened for it",
                posts=posts,
                profession=profession,
                site=site,
            ).at("staff")
        elif posts != int(posts) or posts < 0:
            yield problem(
                "{posts:g} {profession} at {site} is not a whole number of posts",
                posts=posts,
                profession=profession,
                site=site,
            ).at("staff")
    for site, name in formats.items():
        if name not in instance.formats:
            continue  # told among the problems of sites
        team = {profession: staff.get((site, profession), 0) for profession in instance.professions}
        yield from _team_problems(instance, site, name, team)
    if "recruitment_pool" in instance.constraints:
        for profession, terms in instance.professions.items():
            recruited = sum(posts for (_, p), posts in staff.items() if p == profession)
            if recruited > terms.pool:
                yield problem(
                    "{recruited:g} {profession} are recruited, {pool} can be",
                    recruited=recruited,
                    profession=profession,
                    pool=terms.pool,
                ).at("recruitment_pool")
    yield from problems_of_zone_limits(instance, plan)


def _team_problems(instance: Instance, site: str, name: str, team: dict[str, int]) -> Iterator[Sentence]:
    terms, composed = instance.formats[name], "composition" in instance.constraints
    for profession, posts in team.items():
        fewest = terms.fewest[profession] if composed else 0
        if not fewest <= posts <= terms.most[profession]:
            yield problem(
                "{site} has {posts:g} {profession}, format {format} takes {allowed}",
                site=site,
                posts=posts,
                profession=profession,
                format=name,
                allowed=problem("{fewest} to {most}", fewest=fewest, most=terms.most[profession]),
            ).at("composition")
    paramedicals = sum(posts for p, posts in team.items() if instance.professions[p].paramedical)
    if composed and paramedicals < terms.paramedical_fewest:
        yield problem(
            "{site} has {posts:g} paramedicals, {fewest} are needed",
            site=site,
            posts=paramedicals,
            fewest=terms.paramedical_fewest,
        ).at("composition")


def _move_problems(instance: Instance, plan: Plan) -> Iterator[Sentence]:
    for name, terms in instance.professions.items():
        recruited = plan.recruits(name)
        if not recruited <= terms.most_drawing + TOLERANCE_SHARE:
            yield problem(
                "{recruited:g} {profession} are recruited, with {most:g} ordinary installations end",
                recruited=recruited,
                profession=name,
                most=terms.most_drawing,
            ).at("capacity")
    opened = set(plan.sites.itertuples(index=False, name=None))
    for (place, name), leaving in instance.leaving_posts().items():
        posts = sum(count for key, count in leaving.items() if key in opened)
        there = instance.posts_that_may_leave(place, name)
        if not posts <= there + TOLERANCE_SHARE:
            yield problem(
                "{posts:g} {profession} leave {place}, which has {there:g}",
                posts=posts,
                profession=name,
                place=place,
                there=there,
            ).at("capacity")


def _assignment_problems(instance: Instance, plan: Plan, assignment: Assignment) -> Iterator[Sentence]:
    reachable = {
        profession: set(zip(terms.pairs.demand_ids, terms.pairs.place_ids, strict=True))
        for profession, terms in instance.professions.items()
    }
    used: dict[tuple[str, str], float] = {}
    served: dict[tuple[str, str], float] = {}
    for demand_id, place_id, profession, people in assignment.allocated.itertuples(index=False):
        if (demand_id, place_id) not in reachable.get(profession, set()):
            yield problem(
                "{profession} at {place} is beyond the cut-off of {demand}",
                profession=profession,
                place=place_id,
                demand=demand_id,
            ).at("cutoff")
            continue
        if not people >= 0:
            yield problem(
                "{people} inhabitants of {demand} are served at {place}",
                people=people,
                demand=demand_id,
                place=place_id,
            ).at("need_balance")
        need = people * instance.professions[profession].need_index[demand_id]
        used[place_id, profession] = used.get((place_id, profession), 0.0) + need
        served[demand_id, profession] = served.get((demand_id, profession), 0.0) + people
    yield from _balance_problems(instance, assignment, served)
    room = room_by_place(instance, plan)
    for (place_id, profession), need in used.items():
        limit = room.get((place_id, profession))
        if limit is None:
            yield problem("nobody of profession {profession} is at {place}", profession=profession, place=place_id).at(
                "capacity"
            )
        elif not need <= limit + TOLERANCE_INHABITANTS:
            yield problem(
                "{profession} at {place} serve a need of {need:.3f}, room for {limit:.3f}",
                profession=profession,
                place=place_id,
                need=need,
                limit=limit,
            ).at("capacity")


def _balance_problems(
    instance: Instance, assignment: Assignment, served: dict[tuple[str, str], float]
) -> Iterator[Sentence]:
    uncovered = {(i, p): people for i, p, people in assignment.uncovered.itertuples(index=False)}
    for profession in instance.professions:
        for demand_id, people in instance.inhabitants.items():
            left = uncovered.get((demand_id, profession))
            if left is None or not left >= 0:
                yield problem(
                    "uncovered of {demand}, {profession} is {people}",
                    demand=demand_id,
                    profession=profession,
                    people=left,
                ).at("need_balance")
                continue
            accounted = served.get((demand_id, profession), 0.0) + left
            if not abs(accounted - people) <= TOLERANCE_INHABITANTS:
                yield problem(
                    "{accounted:.3f} of {people:.3f} inhabitants of {demand}, {profession}",
                    accounted=accounted,
                    people=people,
                    demand=demand_id,
                    profession=profession,
                ).at("need_balance")


def room_by_place(instance: Instance, plan: Plan) -> dict[tuple[str, str], float]:
    """Return the standardised inhabitants that existing, new and moved posts can serve, by (``place_id``, profession).

    What is kept for people of the rim is not in it, nor what ordinary installations would have brought that new posts
    take the place of.
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
    for name, terms in instance.professions.items():
        if terms.is_drawn:
            recruited = plan.recruits(name)
            for place, less in terms.drawn_room.items():
                room[place, name] -= less * recruited
    return room
