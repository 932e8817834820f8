"""The instance as a Pyomo model; models/FORMULATION.md is its mathematical manual."""

from msp_siting.formulation.build import build
from msp_siting.formulation.totals import build_nearest_totals, build_totals

__all__ = ["build", "build_nearest_totals", "build_totals"]
