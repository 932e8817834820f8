"""Decisions of the model, by the names they have in FORMULATION.md."""

import pyomo.core as pyo

from msp_siting.problem.instance import Instance
from msp_siting.problem.names import Column


def add_variables(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Add open, staff, recruited, allocated, uncovered and uncovered_in_band to a model.

    ``open[j, k]`` is binary, ``staff[j, p]`` counts posts, the others count inhabitants.
    """
    professions = instance.professions
    most = {
        (site, p): max((instance.formats[k].most[p] for k in instance.formats_at(site)), default=0)
        for site in instance.sites
        for p in professions
    }
    model.add_component(Column.OPEN.value, pyo.Var(list(instance.capex_eur), domain=pyo.Binary))
    posts = pyo.Var(list(most), domain=pyo.NonNegativeIntegers, bounds=lambda _, j, p: (0, most[j, p]))
    model.add_component(Column.STAFF.value, posts)
    drawn = [p for p, terms in professions.items() if terms.is_drawn]
    recruited = pyo.Var(drawn, bounds=lambda _, p: (0, professions[p].most_drawing))
    model.add_component(Column.RECRUITED.value, recruited)
    pairs = [
        (i, place, p)
        for p, terms in professions.items()
        for i, place in zip(terms.pairs.demand_ids, terms.pairs.place_ids, strict=True)
    ]
    model.add_component(Column.ALLOCATED.value, pyo.Var(pairs, domain=pyo.NonNegativeReals))
    points = [(i, p) for p, terms in professions.items() for i in terms.need_index]
    model.add_component(Column.UNCOVERED.value, pyo.Var(points, bounds=lambda _, i, _p: (0, instance.inhabitants[i])))
    shares = (0.0, *instance.band_upper_shares)
    in_band = pyo.Var(
        [(i, p, b) for i, p in points for b in range(len(instance.band_slopes))],
        bounds=lambda _, i, _p, b: (0, (shares[b + 1] - shares[b]) * instance.inhabitants[i]),
    )
    model.add_component(Column.UNCOVERED_IN_BAND.value, in_band)
