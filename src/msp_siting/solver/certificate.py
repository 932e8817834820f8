"""The prices behind a linear relaxation: its multipliers, by the names of what they price."""

from collections.abc import Mapping

from msp_siting.problem import (
    NO_PRICES,
    Certificate,
    Instance,
    Prices,
    Row,
    aid_budget_unit_cents,
    budget_unit_cents,
    priced_bound,
)
from msp_siting.solver.engine import Outcome
from msp_siting.solver.matrix import ADDED
from msp_siting.solver.projection import Projection
from msp_siting.units import CENTS_PER_MILLION_EUR

Joined = Mapping[str, Mapping[str, str]]


def certify(
    instance: Instance, problem: Projection, relaxed: Outcome, joined: Joined, searched: float | None
) -> Certificate:
    """Return why no plan of an instance is below the bound; with no prices where the relaxation was not solved.

    Parameters
    ----------
    joined
        The places that stand for others in the problem (`reduction.Reduced`): they share their price.
    searched
        The bound that the search claims.
    """
    prices = NO_PRICES
    if relaxed.optimum is not None:
        prices = _prices(problem, relaxed.optimum.multipliers.tolist(), joined)
    return Certificate(searched, priced_bound(instance, prices), prices)


def _prices(problem: Projection, multipliers: list[float], joined: Joined) -> Prices:
    room: dict[tuple[str, str], float] = {}
    recruit: dict[str, float] = {}
    target: dict[tuple[str, ...], float] = {}
    single: dict[str, float] = dict.fromkeys((Row.BUDGET, Row.AID_BUDGET, Row.SITE_COUNT_MAX, Row.SITE_COUNT_MIN), 0.0)
    cuts = iter(problem.cuts)
    for (name, index), multiplier in zip(problem.matrix.row_names, multipliers, strict=False):
        if (name, index) == ADDED:
            cut = next(cuts)
            for place, price in cut.prices.items():
                key = place, cut.light.name
                room[key] = room.get(key, 0.0) - multiplier * price
        elif name == Row.RECRUITMENT_POOL:
            recruit[str(index[0])] = -multiplier
        elif name in {Row.COVERAGE_TARGET, Row.ZONE_COVERAGE}:
            target[tuple(map(str, index))] = max(0.0, -multiplier)
        elif name in single:
            single[name] = -multiplier
        elif name == Row.CAPACITY:
            room[str(index[0]), str(index[1])] = -multiplier
    for profession, places in joined.items():
        for place, other in places.items():
            room[place, profession] = room.get((other, profession), 0.0)
    return Prices(
        room={key: price for key, price in room.items() if price > 0},
        budget=max(0.0, single[Row.BUDGET]) * CENTS_PER_MILLION_EUR / budget_unit_cents(problem.instance),
        aid_budget=max(0.0, single[Row.AID_BUDGET]) * CENTS_PER_MILLION_EUR / aid_budget_unit_cents(problem.instance),
        recruit={name: max(0.0, price) for name, price in recruit.items()},
        site=max(0.0, single[Row.SITE_COUNT_MAX]),
        site_wanted=max(0.0, -single[Row.SITE_COUNT_MIN]),
        target={name: price for (*zone, name), price in target.items() if not zone},
        zone_target={(zone[0], zone[1], name): price for (*zone, name), price in target.items() if zone},
    )
