"""The prices behind a linear relaxation: its multipliers, by the names of what they price."""

from collections import defaultdict
from collections.abc import Mapping

from msp_siting.problem import (
    NO_PRICES,
    SPACING_ROWS,
    Certificate,
    Instance,
    Prices,
    Row,
    aid_budget_unit_cents,
    budget_unit_cents,
    priced_bound,
)
from msp_siting.solver.apl_projection import HELP
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
    of_rule: dict[str, dict[tuple[str | int, ...], float]] = defaultdict(dict)
    visits: dict[str, float] = defaultdict(float)
    cuts = iter(problem.cuts)
    for (name, index), multiplier in zip(problem.matrix.row_names, multipliers, strict=False):
        if (name, index) == ADDED:
            cut = next(cuts)
            for place, price in cut.prices.items():
                key = place, cut.light.name
                room[key] = room.get(key, 0.0) - multiplier * price
        elif name in {Row.APL_FLOOR, HELP[0]}:
            visits[str(index[0])] += multiplier
        elif name == Row.CAPACITY:
            room[str(index[0]), str(index[1])] = -multiplier
        else:
            of_rule[name][index] = -multiplier
    for profession, places in joined.items():
        for place, other in places.items():
            room[place, profession] = room.get((other, profession), 0.0)

    def single(row: Row) -> float:
        return of_rule[row].get((), 0.0)

    return Prices(
        room={key: price for key, price in room.items() if price > 0},
        budget=max(0.0, single(Row.BUDGET)) * CENTS_PER_MILLION_EUR / budget_unit_cents(problem.instance),
        aid_budget=max(0.0, single(Row.AID_BUDGET)) * CENTS_PER_MILLION_EUR / aid_budget_unit_cents(problem.instance),
        recruit={str(name): max(0.0, price) for (name,), price in of_rule[Row.RECRUITMENT_POOL].items()},
        site=max(0.0, single(Row.SITE_COUNT_MAX)),
        site_wanted=max(0.0, -single(Row.SITE_COUNT_MIN)),
        target={str(name): max(0.0, price) for (name,), price in of_rule[Row.COVERAGE_TARGET].items()},
        zone_target={
            (str(kind), str(zone), str(name)): max(0.0, price)
            for (kind, zone, name), price in of_rule[Row.ZONE_COVERAGE].items()
        },
        zone_apl={(str(kind), str(zone)): -price for (kind, zone), price in of_rule[Row.ZONE_APL].items() if price < 0},
        visits={unit: price for unit, price in visits.items() if price > 0},
        spacing={
            (row.value, int(number)): price
            for row in SPACING_ROWS
            for (number,), price in of_rule[row].items()
            if price > 0
        },
    )
