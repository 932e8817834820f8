"""The least objective of small problems in exact numbers: every plan is looked at, and nothing is rounded.

Under a plan professions do not compete, and what a profession serves is a flow from demand points to rooms. The need
that can be served in the steepest bands together is a largest flow, whichever of them is filled (the vectors served
form a polymatroid), so serving the steepest band first is best: the objective is a sum over bands of largest flows.
"""

import itertools
from collections import deque
from collections.abc import Iterator, Mapping
from fractions import Fraction

from drawn import near_pairs
from msp_siting.problem.instance import Instance
from msp_siting.problem.terms import ProfessionTerms

Node = tuple[str, str]  # a demand point or a place: what it is, and its id
Posts = Mapping[tuple[str, str], int]  # by (site, profession)


def least(instance: Instance) -> Fraction | None:
    """Return the least objective of all plans that keep the rules, None without any."""
    totals: dict[str, dict[tuple[int, ...], Fraction]] = {name: {} for name in instance.professions}
    best: Fraction | None = None
    for posts in plans(instance):
        value = Fraction(0)
        for name, known in totals.items():
            at = tuple(posts.get((site, name), 0) for site in instance.sites)
            if at not in known:
                known[at] = _of_profession(instance, name, posts)
            value += known[at]
        best = value if best is None else min(best, value)
    return best


def objective(instance: Instance, posts: Posts) -> Fraction:
    """Return the objective of some posts."""
    return sum((_of_profession(instance, name, posts) for name in instance.professions), Fraction(0))


def plans(instance: Instance) -> Iterator[dict[tuple[str, str], int]]:
    """Yield the posts of every plan that keeps the rules on formats, teams, pools, number of sites and money."""
    names = list(instance.professions)
    closed = {site: [] if site in instance.forced_sites else [None] for site in instance.sites}
    choices = [[*closed[site], *_teams(instance, site, names)] for site in instance.sites]
    fewest, most = instance.site_count
    near = near_pairs(instance)
    for chosen in itertools.product(*choices):
        opened = [team for team in chosen if team is not None]
        if len(opened) < fewest or (most is not None and len(opened) > most):
            continue
        at = {site for site, team in zip(instance.sites, chosen, strict=True) if team is not None}
        if any(at.issuperset(pair) for pair in near):
            continue
        posts = {
            (site, name): count
            for site, team in zip(instance.sites, chosen, strict=True)
            if team is not None
            for name, count in zip(names, team[1], strict=True)
        }
        total = {name: sum(count for (_, other), count in posts.items() if other == name) for name in names}
        if any(total[name] > instance.professions[name].pool for name in names):
            continue
        cents = sum(team[0] for team in opened)
        if cents <= instance.budget_cents:
            yield posts


def _teams(instance: Instance, site: str, names: list[str]) -> list[tuple[int, tuple[int, ...]]]:
    found = []
    for kind in instance.formats_at(site):
        terms = instance.formats[kind]
        for team in itertools.product(*(range(terms.fewest[name], terms.most[name] + 1) for name in names)):
            paramedicals = sum(n for name, n in zip(names, team, strict=True) if instance.professions[name].paramedical)
            if paramedicals >= terms.paramedical_fewest:
                found.append((instance.capex_cents[site, kind], team))
    return found


def _of_profession(instance: Instance, name: str, posts: Posts) -> Fraction:
    terms = instance.professions[name]
    room = {place: Fraction(terms.capacity) * Fraction(fte) for place, fte in terms.existing.items()}
    for place, kept in terms.reserved.items():
        room[place] = room.get(place, Fraction(0)) - Fraction(kept)
    for (site, other), count in posts.items():
        if other == name:
            place = instance.sites[site]
            room[place] = room.get(place, Fraction(0)) + Fraction(terms.capacity) * count
    need = {i: Fraction(index) * Fraction(instance.inhabitants[i]) for i, index in terms.need_index.items()}
    shares = [Fraction(0), *map(Fraction, instance.band_upper_shares)]
    total, above, served_above = Fraction(0), Fraction(0), Fraction(0)
    for band in reversed(range(len(instance.band_slopes))):
        width = shares[band + 1] - shares[band]
        above += width
        served = _largest_flow({i: above * each for i, each in need.items()}, room, terms)
        left = width * sum(need.values(), Fraction(0)) - (served - served_above)
        total += Fraction(terms.weight) * Fraction(instance.band_slopes[band]) * left
        served_above = served
    return total


def _largest_flow(need: Mapping[str, Fraction], room: Mapping[str, Fraction], terms: ProfessionTerms) -> Fraction:
    """Return the need that can be served, by shortest paths to what is left (Edmonds and Karp)."""
    reach: dict[str, list[str]] = {point: [] for point in need}
    for point, place in zip(terms.pairs.demand_ids, terms.pairs.place_ids, strict=True):
        if room.get(place, 0) > 0:
            reach[point].append(place)
    left, spare = dict(need), {place: max(each, Fraction(0)) for place, each in room.items()}
    flow: dict[tuple[str, str], Fraction] = {}
    total = Fraction(0)
    while path := _path(reach, left, spare, flow):
        steps = list(itertools.pairwise(path))
        back = [(after, name) for (kind, name), (_, after) in steps if kind == "place"]
        amount = min([left[path[0][1]], spare[path[-1][1]], *(flow[key] for key in back)])
        left[path[0][1]] -= amount
        spare[path[-1][1]] -= amount
        for (kind, name), (_, after) in steps:
            key, sign = ((name, after), 1) if kind == "point" else ((after, name), -1)
            flow[key] = flow.get(key, Fraction(0)) + sign * amount
        total += amount
    return total


def _path(
    reach: Mapping[str, list[str]],
    left: Mapping[str, Fraction],
    spare: Mapping[str, Fraction],
    flow: Mapping[tuple[str, str], Fraction],
) -> list[Node]:
    """Return a shortest way from a point with need left to a place with room to spare; empty without any."""
    came: dict[Node, Node | None] = {("point", point): None for point in left if left[point] > 0}
    queue = deque(came)
    while queue:
        kind, name = at = queue.popleft()
        if kind == "place" and spare[name] > 0:
            path = [at]
            while (before := came[path[-1]]) is not None:
                path.append(before)
            return path[::-1]
        nexts: list[Node] = [("place", place) for place in reach[name]] if kind == "point" else []
        if kind == "place":
            nexts = [("point", point) for (point, place), carried in flow.items() if place == name and carried > 0]
        for step in nexts:
            if step not in came:
                came[step] = at
                queue.append(step)
    return []
