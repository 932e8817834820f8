"""Rules on what a scenario asks of single zones, of an earlier plan and of the share of need that is served."""

import pyomo.core as pyo

from msp_siting.problem.formulation.expressions import weighted
from msp_siting.problem.formulation.money import add_limits
from msp_siting.problem.instance import Instance
from msp_siting.problem.names import ZONE, Row


def kept_sites(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Keep an earlier plan: its sites open again in their formats, with at least their posts.

    For every kept (j, k): open = 1; for its p: staff >= posts.
    """
    model.kept_sites = pyo.Constraint(
        [site for site, _ in instance.kept],
        rule=lambda m, j: weighted((1.0, m.open[key]) for key in instance.kept if key[0] == j) == 1,
    )
    posts = {(site, p): least for (site, _), team in instance.kept.items() for p, least in team.items() if least > 0}
    model.kept_sites_posts = pyo.Constraint(
        list(posts), rule=lambda m, j, p: weighted([(1.0, m.staff[j, p])]) >= posts[j, p]
    )


def zone_sites(model: pyo.ConcreteModel, instance: Instance) -> None:
    """As many sites of a zone open as is asked: min <= sum over its j and their k of open <= max."""
    opened = {
        zone.key: [model.open[site, kind] for site in zone.sites for kind in instance.formats_at(site)]
        for zone in instance.zones
    }
    fewest = {zone.key: zone.opened[0] for zone in instance.zones if zone.opened[0] > 0}
    most = {zone.key: zone.opened[1] for zone in instance.zones if zone.opened[1] is not None and opened[zone.key]}
    minimum = pyo.Constraint(
        list(fewest), rule=lambda _, *key: weighted((1.0, each) for each in opened[key]) >= fewest[key]
    )
    maximum = pyo.Constraint(
        list(most), rule=lambda _, *key: weighted((1.0, each) for each in opened[key]) <= most[key]
    )
    model.add_component(Row.ZONE_SITES_MIN.value, minimum)
    model.add_component(Row.ZONE_SITES_MAX.value, maximum)


def zone_budget(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Works and equipment in a zone cost what is asked, to the cent: min <= sum over its j of capex x open <= max."""
    limits: dict[tuple[str, ...], tuple[list[tuple[int, pyo.Var]], int]] = {}
    for zone in instance.zones:
        spent = [(instance.capex_cents[j, k], model.open[j, k]) for j in zone.sites for k in instance.formats_at(j)]
        least, most = zone.spent_cents
        if least > 0:
            limits[*zone.key, "min"] = spent, least
        if most is not None and spent:
            limits[*zone.key, "max"] = spent, most
    add_limits(model, ZONE, limits)


def coverage_target(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Serve the share of a profession's need that is asked.

    For every p with a target: sum over i of need_index x uncovered <= (1 - share) x need.
    """
    limits = {p: most for p, most in instance.limits_uncovered.items() if instance.professions[p].need_index}
    model.coverage_target = pyo.Constraint(
        list(limits),
        rule=lambda m, p: (
            weighted((index, m.uncovered[i, p]) for i, index in instance.professions[p].need_index.items()) <= limits[p]
        ),
    )


def zone_coverage(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Serve the share of a zone's need that is asked.

    For every (zone, p) with a target: sum over i of the zone of need_index x uncovered <= (1 - share) x its need.
    """
    limits = {(*zone.key, p): (zone.points, most) for zone, p, most in instance.limits_uncovered_by_zone}

    def rule(m: pyo.ConcreteModel, kind: str, zone: str, p: str) -> object:
        (points, most), index = limits[kind, zone, p], instance.professions[p].need_index
        return weighted((index[i], m.uncovered[i, p]) for i in points if i in index) <= most

    model.zone_coverage = pyo.Constraint(list(limits), rule=rule)
