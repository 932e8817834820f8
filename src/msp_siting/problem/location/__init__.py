"""Siting problems without professions: points that weigh something, sites, and what lies between."""

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
    "MAXIMISED",
    "LocationModel",
    "LocationProblem",
    "Measure",
    "Reach",
    "Siting",
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
