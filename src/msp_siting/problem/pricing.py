"""A bound on every plan from prices: of room, of money, of recruits. It needs no solver, and holds whatever they are.

Whoever uses room, money or recruits pays their price, and what there is of them is paid back. A plan that keeps the
rules pays no less than is paid back, so what it costs at prices, less that, is at most its objective. At prices nothing
ties one demand point or one site to another: each takes what is cheapest for itself, and the sum is the bound
(Lagrangian relaxation; its best prices are the multipliers of the linear relaxation). With the room, money and recruits
of another budget the same prices give a bound there. The rule ``spacing`` has no price: it is left out.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from msp_siting.problem.instance import FormatTerms, Instance
from msp_siting.problem.plan import Prices
from msp_siting.units import EUR_PER_MILLION_EUR


def priced_bound(instance: Instance, prices: Prices) -> float:
    """Return an objective that no plan of an instance is below; prices below 0 count as 0."""
    return priced_bounds(instance, prices, [instance.budget_eur])[0]


def priced_bounds(instance: Instance, prices: Prices, budgets_eur: Sequence[float]) -> list[float]:
    """Return for each of some budgets an objective that no plan of an instance is below there.

    What demand points and sites take at the prices is the same at every budget; what is paid back is not.
    """
    rules = instance.constraints
    budget = max(0.0, prices.budget) if "budget" in rules else 0.0
    recruit = {
        name: max(0.0, prices.recruit.get(name, 0.0)) if "recruitment_pool" in rules else 0.0
        for name in instance.professions
    }
    least, most = instance.site_count if "site_count" in rules else (0, None)
    site = max(0.0, prices.site) if most is not None else 0.0
    wanted = max(0.0, prices.site_wanted)
    room = {key: max(0.0, price) for key, price in prices.room.items()}
    served = sum(_served(instance, name, room) for name in instance.professions)
    opened = math.fsum(_opened(instance, room, budget, recruit, site - wanted))

    def paid_back(budget_eur: float) -> float:
        there = replace(instance, budget_eur=budget_eur)
        posts = sum(recruit[name] * postable(there, name) for name in instance.professions if recruit[name] > 0)
        return budget * budget_eur / EUR_PER_MILLION_EUR + site * (most or 0) - wanted * least + posts

    return [served + opened - paid_back(budget_eur) for budget_eur in budgets_eur]


def postable(instance: Instance, profession: str) -> int:
    """Return posts of a profession that no plan exceeds while pools hold: the pool, or what money can house.

    Counted format by format at its cheapest site, every other profession at its fewest, however many sites there are.
    """
    terms = instance.professions[profession]
    if "budget" not in instance.constraints:
        return terms.pool
    composed = "composition" in instance.constraints
    cheapest: dict[str, int] = {}
    for (_, kind), capex in instance.capex_cents.items():
        team = instance.formats[kind].fewest if composed else {}
        others = sum(
            instance.professions[name].installation_cents * posts for name, posts in team.items() if name != profession
        )
        cheapest[kind] = min(cheapest.get(kind, capex + others), capex + others)
    houses = [(instance.formats[kind].most[profession], cost) for kind, cost in cheapest.items()]
    housed: list[float] = [0]  # least cents of houses for so many posts
    while len(housed) <= terms.pool:
        posts = len(housed)
        cost = min((housed[max(0, posts - most)] + cost for most, cost in houses if most > 0), default=math.inf)
        if cost + posts * terms.installation_cents > instance.budget_cents:
            break
        housed.append(cost)
    return len(housed) - 1


def _served(instance: Instance, profession: str, room: dict[tuple[str, str], float]) -> float:
    """Return the least that the demand points cost: each band uncovered, or served where room is cheapest.

    Less the room there is already, at its price.
    """
    terms = instance.professions[profession]
    hosts = instance.hosts(profession)
    there = {place: terms.room(place) for place in {*terms.existing, *hosts}}
    row = {point: number for number, point in enumerate(terms.need_index)}
    cheapest = np.full(len(row), np.inf)
    for point, place in zip(terms.pairs.demand_ids, terms.pairs.place_ids, strict=True):
        if place in hosts or there.get(place, 0.0) > 0:
            number = row[point]
            cheapest[number] = min(cheapest[number], room.get((place, profession), 0.0))
    need = np.array([index * instance.inhabitants[point] for point, index in terms.need_index.items()])
    widths = np.diff([0.0, *instance.band_upper_shares])
    slopes = terms.weight * np.array(instance.band_slopes)
    cost = np.minimum(slopes, cheapest[:, np.newaxis]) @ widths
    paid_back = math.fsum(max(0.0, space) * room.get((place, profession), 0.0) for place, space in there.items())
    return float(cost @ need) - paid_back


def _opened(
    instance: Instance, room: dict[tuple[str, str], float], budget: float, recruit: dict[str, float], site: float
) -> Iterator[float]:
    """Yield the least that each candidate site costs at prices: closed, or in a format with the team that suits it."""
    rules = instance.constraints
    excluded = set(instance.excluded_sites) if "excluded_sites" in rules else set()
    forced = set(instance.forced_sites) if "forced_sites" in rules else set()
    post = {
        name: budget * terms.installation_eur / EUR_PER_MILLION_EUR + recruit[name]
        for name, terms in instance.professions.items()
    }
    for candidate, place in instance.sites.items():
        if candidate in excluded:
            continue
        gain = {
            name: post[name] - room.get((place, name), 0.0) * terms.capacity
            for name, terms in instance.professions.items()
        }
        costs = [
            site
            + budget * instance.capex_eur[candidate, kind] / EUR_PER_MILLION_EUR
            + _team(instance, terms, gain)
            - math.fsum(room.get(key, 0.0) * more for key, more in instance.moved_room(candidate, kind).items())
            for kind, terms in instance.formats.items()
            if (candidate, kind) in instance.capex_eur
        ]
        if candidate not in forced:
            costs.append(0.0)
        yield min(costs, default=0.0)


def _team(instance: Instance, terms: FormatTerms, gain: dict[str, float]) -> float:
    """Return a cost at prices that no team of a format is below (that it needs paramedicals is left out)."""
    composed = "composition" in instance.constraints
    return sum(
        price * (terms.most[name] if price < 0 else terms.fewest[name] if composed else 0)
        for name, price in gain.items()
    )
