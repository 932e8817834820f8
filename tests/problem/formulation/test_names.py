"""The names of columns and rows are those of the formulation."""

from collections.abc import Callable
from dataclasses import replace

import pyomo.core as pyo

from drawn_apl import KINDS, with_apl, with_zone_apl
from msp_siting.problem import Column, Row
from msp_siting.problem.formulation import build
from msp_siting.problem.instance import Instance
from msp_siting.problem.terms import ZoneLimits


def test_the_names_are_those_of_the_model(toy_instance: Callable[..., Instance]) -> None:
    instance = toy_instance(site_count={"min": 1, "max": 2}, budget_eur=2_000_000.01, aid_budget_eur=30_000.01)
    key = next(iter(instance.capex_eur))
    gp = replace(instance.professions["gp"], installation_eur=10_000.01)
    in_cents = replace(
        instance,
        capex_eur=instance.capex_eur | {key: 900_000.01},
        professions=instance.professions | {"gp": gp},
        near_parents=(("site-a", "site-b"),),
        constraints=instance.constraints | {"recruitment_by_zone"},
        zone_limits=ZoneLimits({("a", "nurse"): 1}, frozenset({("b", "nurse")})),
    )
    asked = [with_zone_apl(in_cents, 1, 0.8), *(with_apl(in_cents, 1, kind) for kind in KINDS)]
    models = [build(each, "siting") for each in asked]
    assert set().union(*(model.component_map(pyo.Var) for model in models)) == set(Column)
    assert set().union(*(model.component_map(pyo.Constraint) for model in models)) == set(Row)
