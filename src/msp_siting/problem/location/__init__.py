"""Siting problems without professions: points that weigh something, sites, and what lies between."""

from msp_siting.problem.location.values import LocationModel, LocationProblem, Measure, Reach, Siting

__all__ = ["LocationModel", "LocationProblem", "Measure", "Reach", "Siting"]
