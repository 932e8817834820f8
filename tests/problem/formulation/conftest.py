"""A plan of the toy territory put into the Pyomo model, and the rules it breaks."""

from collections.abc import Callable

import pyomo.core as pyo
import pytest

from msp_siting.problem.formulation import build
from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]
TOLERANCE = 1e-9


@pytest.fixture
def breaks() -> Breaks:
    """Return a function that says which rules a point breaks.

    The point opens Clairval as a small MSP with 2 GPs and 1 nurse who serve 600 and 651 of its inhabitants, leaves
    everyone else uncovered, and is then changed: ``{("staff", ("site-c", "gp")): 3}``.
    """

    def broken(instance: Instance, changes: dict[tuple[str, tuple[object, ...]], float]) -> set[str]:
        model = build(instance, "siting")
        for variable in model.component_data_objects(pyo.Var):
            variable.set_value(0, skip_validation=True)
        model.open["site-c", "small"].set_value(1)
        model.staff["site-c", "gp"].set_value(2)
        model.staff["site-c", "nurse"].set_value(1)
        model.allocated["c", "c", "gp"].set_value(600)
        model.allocated["c", "c", "nurse"].set_value(651)
        for (component, index), value in changes.items():
            model.find_component(component)[index].set_value(value, skip_validation=True)
        if not any(component == "uncovered" for component, _ in changes):
            _leave_the_rest_uncovered(model, instance)
        return {
            constraint.parent_component().local_name
            for constraint in model.component_data_objects(pyo.Constraint, active=True)
            if _is_broken(constraint)
        }

    return broken


def _leave_the_rest_uncovered(model: pyo.ConcreteModel, instance: Instance) -> None:
    for (i, p), variable in model.uncovered.items():
        served = sum(v.value for (point, _, q), v in model.allocated.items() if (point, q) == (i, p))
        left = instance.inhabitants[i] - served
        variable.set_value(left, skip_validation=True)
        for band in range(len(instance.band_slopes)):
            cell = model.uncovered_in_band[i, p, band]
            inside = min(left, cell.ub)
            cell.set_value(inside)
            left -= inside


def _is_broken(constraint: pyo.Constraint) -> bool:
    body = pyo.value(constraint.body)
    lower, upper = constraint.lower, constraint.upper
    return (lower is not None and body < pyo.value(lower) - TOLERANCE) or (
        upper is not None and body > pyo.value(upper) + TOLERANCE
    )
