"""Writes an instance as a Pyomo model; models/FORMULATION.md is its mathematical manual."""

from msp_siting.problem.formulation.model import build
from msp_siting.problem.formulation.money import budget_unit_cents, cost_unit_cents
from msp_siting.problem.formulation.names import (
    ALLOCATED,
    BUDGET,
    CAPACITY,
    OPEN,
    OPENED,
    RECRUITMENT_POOL,
    SITE_COUNT_MAX,
    SITE_COUNT_MIN,
    STAFF,
    UNCOVERED,
    UNCOVERED_IN_BAND,
)
from msp_siting.problem.formulation.totals import build_nearest_totals, build_totals

__all__ = [
    "ALLOCATED",
    "BUDGET",
    "CAPACITY",
    "OPEN",
    "OPENED",
    "RECRUITMENT_POOL",
    "SITE_COUNT_MAX",
    "SITE_COUNT_MIN",
    "STAFF",
    "UNCOVERED",
    "UNCOVERED_IN_BAND",
    "budget_unit_cents",
    "build",
    "build_nearest_totals",
    "build_totals",
    "cost_unit_cents",
]
