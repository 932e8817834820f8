"""Makes travel times from roads, a matrix, a server or distance."""

from msp_siting.travel.distance import Surrogate, read_surrogate, surrogate_times
from msp_siting.travel.matrices import read_matrix
from msp_siting.travel.matrix_cells import MatrixForm
from msp_siting.travel.options import SourceOptions, read_points, source_of
from msp_siting.travel.points import Points, points_of_frame
from msp_siting.travel.search import Routed, Search
from msp_siting.travel.sources import Source

__all__ = [
    "MatrixForm",
    "Points",
    "Routed",
    "Search",
    "Source",
    "SourceOptions",
    "Surrogate",
    "points_of_frame",
    "read_matrix",
    "read_points",
    "read_surrogate",
    "source_of",
    "surrogate_times",
]
