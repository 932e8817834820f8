from collections.abc import Callable

import pyomo.environ as pyo

from msp_siting.problem.formulation import build, build_totals, names
from msp_siting.problem.instance import Instance


def test_the_names_that_are_asked_for_are_those_of_the_model(toy_instance: Callable[..., Instance]) -> None:
    instance = toy_instance(site_count={"min": 1, "max": 2})
    columns = set(build(instance, "settling").component_map(pyo.Var))
    rows = set(build(instance, "siting").component_map(pyo.Constraint))
    assert columns == {"open", "staff", "allocated", "uncovered", "uncovered_in_band"}
    assert rows >= {"capacity", "budget", "recruitment_pool", "site_count_min", "site_count_max"}
    totals = set(build_totals(instance).component_map(pyo.Var))
    asked_for = {value for key, value in vars(names).items() if key.isupper()}
    assert asked_for <= columns | rows | totals
    assert len(asked_for) == 11


def test_a_name_is_its_own_in_words() -> None:
    assert all(value == key.lower() for key, value in vars(names).items() if key.isupper())
