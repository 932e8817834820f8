"""What the stages minimise, each a Pyomo objective; the solver takes them one after the other."""

import pyomo.core as pyo
from pyomo.core.expr import LinearExpression

from msp_siting.problem.apl_terms import AplGoal
from msp_siting.problem.formulation.apl import floor_of_apl
from msp_siting.problem.instance import Instance
from msp_siting.problem.ledger import aid_unit_cents, works_unit_cents


def uncovered(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Stage 1: need left uncovered, weighted over professions and bands.

    sum over (i, p, b) of weight[p] x slope[b] x need_index[i, p] x uncovered_in_band[i, p, b].
    """
    terms = instance.professions
    model.minimise_uncovered = _minimise(
        [terms[p].weight * instance.band_slopes[b] * terms[p].need_index[i] for i, p, b in model.uncovered_in_band],
        model.uncovered_in_band.values(),
    )


def lacking(model: pyo.ConcreteModel, instance: Instance, goal: AplGoal) -> None:
    """Stage 1 by the APL: need x visits that lack to its floor, by bands, or inhabitants below it."""
    model.minimise_lacking = _minimise(*floor_of_apl(model, instance, goal))


def cost(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Idle sites go: works and equipment, in what all of them are multiples of, the objective held."""
    unit = works_unit_cents(instance)
    model.minimise_cost = _minimise([capex / unit for capex in instance.capex_cents.values()], model.open.values())


def aid(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Idle posts go: aid to practitioners, in what all of it is a multiple of, the objective and the works held."""
    unit = aid_unit_cents(instance)
    coefficients = [instance.professions[p].installation_cents / unit for _, p in model.staff]
    model.minimise_aid = _minimise(coefficients, model.staff.values())


def travel_time(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Who goes where: inhabitants x minutes, every uncovered[i, p] held."""
    minutes = [m for terms in instance.professions.values() for m in terms.pairs.minutes.tolist()]
    model.minimise_travel_time = _minimise(minutes, model.allocated.values())


def _minimise(coefficients: list[float], variables: object) -> pyo.Objective:
    expression = LinearExpression(constant=0, linear_coefs=coefficients, linear_vars=list(variables))  # type: ignore[call-overload]
    return pyo.Objective(expr=expression, sense=pyo.minimize)
