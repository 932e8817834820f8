"""Answers siting problems without professions: ``site(problem, model, settings) -> Siting``, a proof with it."""

from msp_siting.solver.location.siting import site

__all__ = ["site"]
