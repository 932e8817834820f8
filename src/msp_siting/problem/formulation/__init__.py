"""Writes an instance as a Pyomo model; models/FORMULATION.md is its mathematical manual."""

from msp_siting.problem.formulation.model import build
from msp_siting.problem.formulation.writing import FILE_KINDS, write_model

__all__ = ["FILE_KINDS", "build", "write_model"]
