"""A bound on every plan from prices: of room, money and recruits. It needs no solver, and holds whatever they are.

Whoever uses room, money or recruits pays their price, and what there is of them is paid back. A plan that keeps the
rules pays no less than is paid back, so what it costs at prices, less that, is at most its objective. At prices nothing
ties one demand point or one site to another: each takes what is cheapest for itself, and the sum is the bound
(Lagrangian relaxation; its best prices are the multipliers of the linear relaxation). With the room, money and recruits
of another budget the same prices give a bound there. The rules on sites and
money of zones, kept sites and formats have no price: they are left out.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from msp_siting.problem.apl_pricing import WorthOfPosts, visits_at_prices, zones_at_prices
from msp_siting.problem.instance import Instance
from msp_siting.problem.ledger import aid_unit_cents, works_unit_cents
from msp_siting.problem.plan import Prices
from msp_siting.problem.spacing_pricing import spacing_at_prices
from msp_siting.problem.terms import FormatTerms
from msp_siting.units import CENTS_PER_MILLION_EUR, EUR_PER_MILLION_EUR


def priced_bound(instance: Instance, prices: Prices) -> float:
    """Return an objective that no plan of an instance is below; prices below 0 count as 0."""
    return priced_bounds(instance, prices, [instance.budget_eur])[0]


def priced_bounds(instance: Instance, prices: Prices, budgets_eur: Sequence[float]) -> list[float]:
    """Return for each of some budgets an objective that no plan of an instance is below there.

    What demand points and sites take at the prices is the same at every budget; what is paid back is not.
    """
    rules = instance.constraints
    budget = max(0.0, prices.budget) if "budget" in rules else 0.0
    aid_cents = instance.aid_budget_cents
    works, grants = works_unit_cents(instance), aid_unit_cents(instance)
    aid = 0.0 if aid_cents is None else max(0.0, prices.aid_budget)
    recruit = {
        name: max(0.0, prices.recruit.get(name, 0.0)) if "recruitment_pool" in rules else 0.0
        for name in instance.professions
    }
    least, most = instance.site_count if "site_count" in rules else (0, None)
    site = max(0.0, prices.site) if most is not None else 0.0
    wanted = max(0.0, prices.site_wanted)
    room = {key: max(0.0, price) for key, price in prices.room.items()}
    spacing, apart = spacing_at_prices(instance, prices)
    target, left = _target_prices(instance, prices)
    served = sum(_served(instance, name, room, target.get(name, {})) for name in instance.professions)
    worth = None
    if instance.goal is not None:
        lacking, worth = visits_at_prices(instance, instance.goal, prices.visits)
        served += lacking
    works_price = budget + (EUR_PER_MILLION_EUR if instance.measure == "cost" else 0.0)
    posts = _post_prices(instance, aid, recruit)
    if worth is not None:
        posts[worth.profession] += worth.lost
    asked = instance.zone_apl_asked
    by_zone, zone_worth, lost = zones_at_prices(asked, prices.zone_apl)
    if asked is not None:
        posts[asked.profession] += lost
    opened = math.fsum(_opened(instance, _AtSites(room, works_price, posts, site - wanted, spacing, worth, zone_worth)))

    def paid_back(budget_eur: float) -> float:
        there = replace(instance, budget_eur=budget_eur)
        posts = sum(recruit[name] * postable(there, name) for name in instance.professions if recruit[name] > 0)
        money = budget * _spendable(there.budget_cents, works) + aid * _spendable(aid_cents or 0, grants)
        return money / CENTS_PER_MILLION_EUR + site * (most or 0) - wanted * least + posts + left + apart

    return [served + opened + by_zone - paid_back(budget_eur) for budget_eur in budgets_eur]


def _spendable(limit: int, unit: int) -> int:
    """Return what of a limit can be spent, in cents, where every cost is a multiple of a unit."""
    return limit // unit * unit


def postable(instance: Instance, profession: str) -> int:
    """Return posts of a profession that no plan exceeds while pools hold: the pool, or what either purse can pay.

    Counted format by format at its cheapest site, every other profession at its fewest, however many sites there are.
    """
    terms, composed = instance.professions[profession], "composition" in instance.constraints
    most = {kind: instance.formats[kind].most[profession] for _, kind in instance.capex_eur}
    posts = terms.pool
    if "budget" in instance.constraints:
        works: dict[str, int] = {}
        for (_, kind), capex in instance.capex_cents.items():
            works[kind] = min(works.get(kind, capex), capex)
        posts = _housed([(most[kind], cost) for kind, cost in works.items()], 0, instance.budget_cents, posts)
    if instance.aid_budget_cents is not None:
        others = {
            kind: sum(
                instance.professions[name].installation_cents * fewest
                for name, fewest in (instance.formats[kind].fewest if composed else {}).items()
                if name != profession
            )
            for kind in most
        }
        houses = [(most[kind], cost) for kind, cost in others.items()]
        posts = _housed(houses, terms.installation_cents, instance.aid_budget_cents, posts)
    return posts


def _housed(houses: list[tuple[int, int]], each: int, limit: int, most: int) -> int:
    """Return for how many posts, at most so many, houses can be paid within a limit, and so much for each post.

    Parameters
    ----------
    houses
        For how many posts one of a kind is, and what it costs.
    """
    least: list[float] = [0]  # cost of houses for so many posts
    while len(least) <= most:
        posts = len(least)
        cost = min((least[max(0, posts - room)] + cost for room, cost in houses if room > 0), default=math.inf)
        if cost + posts * each > limit:
            break
        least.append(cost)
    return len(least) - 1


def _target_prices(instance: Instance, prices: Prices) -> tuple[dict[str, dict[str, float]], float]:
    """Return the price of need left uncovered by profession and demand point, and what is paid back for what may be.

    In all, and in each zone, where a share is to be served.
    """
    at: dict[str, dict[str, float]] = {}
    back = 0.0
    limits = [
        (prices.target.get(name, 0.0), name, list(instance.professions[name].need_index), most)
        for name, most in instance.limits_uncovered.items()
    ]
    limits += [
        (prices.zone_target.get((*zone.key, name), 0.0), name, list(zone.points), most)
        for zone, name, most in instance.limits_uncovered_by_zone
    ]
    for price, name, points, most in limits:
        if price > 0:
            back += price * most
            own = at.setdefault(name, {})
            own.update((point, own.get(point, 0.0) + price) for point in points)
    return at, back


def _served(instance: Instance, profession: str, room: dict[tuple[str, str], float], target: dict[str, float]) -> float:
    """Return the least that the demand points cost: each band uncovered, or served where room is cheapest.

    Less the room there is already, at its price. ``target`` is the price of need left uncovered where a share is asked.
    """
    terms = instance.professions[profession]
    hosts = instance.hosts(profession)
    there = {place: terms.room(place) for place in {*terms.existing, *hosts}}
    row = {point: number for number, point in enumerate(terms.need_index)}
    price = {place: room.get((place, profession), 0.0) for place in there if place in hosts or there[place] > 0}
    cheapest = np.full(len(row), np.inf)
    prices = np.fromiter((price.get(place, np.inf) for place in terms.pairs.place_ids), float)
    np.minimum.at(cheapest, np.fromiter(map(row.__getitem__, terms.pairs.demand_ids), int), prices)
    need = np.array([index * instance.inhabitants[point] for point, index in terms.need_index.items()])
    widths = np.diff([0.0, *instance.band_upper_shares])
    objective = terms.weight if instance.measure == "uncovered" else 0.0
    left = np.array([target.get(point, 0.0) for point in terms.need_index])
    slopes = objective * np.array(instance.band_slopes) + left[:, np.newaxis]
    cost = np.minimum(slopes, cheapest[:, np.newaxis]) @ widths
    paid_back = math.fsum(max(0.0, space) * room.get((place, profession), 0.0) for place, space in there.items())
    return float(cost @ need) - paid_back


def _post_prices(instance: Instance, aid: float, recruit: dict[str, float]) -> dict[str, float]:
    """Return what a post costs at prices, by profession: its aid, and its recruit."""
    return {
        name: aid * terms.installation_eur / EUR_PER_MILLION_EUR + recruit[name]
        for name, terms in instance.professions.items()
    }


@dataclass(frozen=True)
class _AtSites:
    """The prices that a site pays and is paid: of room, works, posts by profession, a site, spacing, visits, means."""

    room: Mapping[tuple[str, str], float]
    works: float
    post: Mapping[str, float]
    site: float
    spacing: Mapping[tuple[str, str], float]
    worth: WorthOfPosts | None
    zone_worth: Mapping[tuple[str, str], float]


def _opened(instance: Instance, prices: _AtSites) -> Iterator[float]:
    """Yield the least that each candidate site costs at prices: closed, or in a format with the team that suits it."""
    room = prices.room
    rules = instance.constraints
    excluded = set(instance.excluded_sites) if "excluded_sites" in rules else set()
    forced = set(instance.forced_sites) if "forced_sites" in rules else set()
    lost = {  # with each recruit, of the room that ordinary installations would have brought
        name: math.fsum(room.get((place, name), 0.0) * less for place, less in terms.drawn_room.items())
        for name, terms in instance.professions.items()
    }
    for candidate, place in instance.sites.items():
        if candidate in excluded:
            continue
        gain = {
            name: prices.post[name]
            - prices.zone_worth.get((candidate, name), 0.0)
            + lost[name]
            - room.get((place, name), 0.0) * terms.capacity
            for name, terms in instance.professions.items()
        }
        costs = [
            prices.site
            + prices.spacing.get((candidate, kind), 0.0)
            + prices.works * instance.capex_eur[candidate, kind] / EUR_PER_MILLION_EUR
            + _team(instance, terms, gain, prices.worth, candidate)
            - math.fsum(room.get(key, 0.0) * more for key, more in instance.moved_room(candidate, kind).items())
            for kind, terms in instance.formats.items()
            if (candidate, kind) in instance.capex_eur
        ]
        if candidate not in forced:
            costs.append(0.0)
        yield min(costs, default=0.0)


def _team(
    instance: Instance, terms: FormatTerms, gain: dict[str, float], worth: WorthOfPosts | None, site: str
) -> float:
    """Return a cost at prices that no team of a format is below (that it needs paramedicals is left out)."""
    composed = "composition" in instance.constraints

    def least(name: str, price: float) -> float:
        fewest, most = terms.fewest[name] if composed else 0, terms.most[name]
        if worth is not None and name == worth.profession:
            return worth.least_cost(site, price, fewest, most)
        return price * (most if price < 0 else fewest)

    return sum(least(name, price) for name, price in gain.items())
