"""The instance as a Pyomo model; models/FORMULATION.md is its mathematical manual."""

from msp_siting.problem.formulation.model import build
from msp_siting.problem.formulation.totals import build_nearest_totals, build_totals

__all__ = ["build", "build_nearest_totals", "build_totals"]
