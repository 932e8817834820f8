"""Siting problems without professions: points that weigh something, sites, and what lies between."""

from msp_siting.problem.location.building import HOLDS_SO_MANY, LocationCase, build_location
from msp_siting.problem.location.pairs import matrix_of, narrowed, points_of, reach_of_matrix, reach_of_pairs
from msp_siting.problem.location.soundness import (
    MAXIMISED,
    least_covered,
    objective_of_siting,
    problems_of_siting,
    times_to_cover,
)
from msp_siting.problem.location.values import LocationModel, LocationProblem, Measure, Reach, Siting

__all__ = [
    "HOLDS_SO_MANY",
    "MAXIMISED",
    "LocationCase",
    "LocationModel",
    "LocationProblem",
    "Measure",
    "Reach",
    "Siting",
    "build_location",
    "least_covered",
    "matrix_of",
    "narrowed",
    "objective_of_siting",
    "points_of",
    "problems_of_siting",
    "reach_of_matrix",
    "reach_of_pairs",
    "times_to_cover",
]
