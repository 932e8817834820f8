"""The APL in the model: what demand points or zones lack to the floor, and the mean that is asked of zones."""

from collections.abc import Iterator

import numpy as np
import pyomo.core as pyo

from msp_siting.problem.apl_terms import AplGoal, AplTerms
from msp_siting.problem.formulation.expressions import weighted
from msp_siting.problem.instance import Instance
from msp_siting.problem.names import Column, Row


def zone_apl(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Bring the mean APL of a zone to what is asked.

    For every zone: sum over j of visits x staff - drops x recruited >= least - mean with nothing opened.
    """
    asked = instance.zone_apl
    if asked is None:
        return
    row = {key: number for number, key in enumerate(asked.keys)}

    def rule(m: pyo.ConcreteModel, kind: str, zone: str) -> object:
        return weighted(_helped(m, instance, asked, row[kind, zone])) >= float(asked.gaps[row[kind, zone]])

    model.zone_apl = pyo.Constraint(list(asked.keys), rule=rule)


def floor_of_apl(model: pyo.ConcreteModel, instance: Instance, goal: AplGoal) -> tuple[list[float], list[pyo.Var]]:
    """Add what each unit (demand point or zone) lacks to the floor; return the costs of that, and its variables.

    For every unit: sum over b of lacking + sum over j of visits x staff - drops x recruited >= gap; where inhabitants
    are counted, most x below in place of lacking, most being what the unit can lack.
    """
    most = goal.most_lacks(instance.most_recruited(goal.profession))
    widths = goal.widths(most)
    units, bands = list(goal.unit_ids), range(widths.shape[1])
    row = {unit: number for number, unit in enumerate(units)}
    if goal.is_count:
        model.add_component(Column.BELOW.value, pyo.Var(units, domain=pyo.Binary))
        variables, costs = [model.below[unit] for unit in units], goal.inhabitants
        own = {unit: [(float(most[row[unit]]), model.below[unit])] for unit in units}
    else:
        lacking = pyo.Var(
            [(unit, band) for unit in units for band in bands],
            bounds=lambda _, unit, band: (0, float(widths[row[unit], band])),
        )
        model.add_component(Column.LACKING.value, lacking)
        variables, costs = [lacking[unit, band] for unit in units for band in bands], np.ravel(goal.costs(most))
        own = {unit: [(1.0, lacking[unit, band]) for band in bands] for unit in units}
    model.add_component(
        Row.APL_FLOOR.value,
        pyo.Constraint(
            units,
            rule=lambda m, unit: (
                weighted([*own[unit], *_helped(m, instance, goal, row[unit])]) >= float(goal.gaps[row[unit]])
            ),
        ),
    )
    return costs.tolist(), variables


def _helped(
    model: pyo.ConcreteModel, instance: Instance, terms: AplTerms, number: int
) -> Iterator[tuple[float, pyo.Var]]:
    """Yield what posts at candidate sites add to a unit's APL, and what recruits take away."""
    start, end = terms.visits.indptr[number : number + 2]
    for more, site in zip(terms.visits.data[start:end], terms.visits.indices[start:end], strict=True):
        if terms.site_ids[site] in instance.sites:
            yield float(more), model.staff[terms.site_ids[site], terms.profession]
    if terms.drops[number] > 0:
        yield -float(terms.drops[number]), model.recruited[terms.profession]
