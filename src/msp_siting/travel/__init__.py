"""Travel times from roads, a matrix, a server or distance."""

from msp_siting.travel.cache import default_folder
from msp_siting.travel.distance import Surrogate, read_surrogate, surrogate_times
from msp_siting.travel.making import Source, find_speeds, kind_of, make_times, name_of_source, read_points
from msp_siting.travel.matrices import read_matrix
from msp_siting.travel.points import Points
from msp_siting.travel.search import Routed, Search

__all__ = [
    "Points",
    "Routed",
    "Search",
    "Source",
    "Surrogate",
    "default_folder",
    "find_speeds",
    "kind_of",
    "make_times",
    "name_of_source",
    "read_matrix",
    "read_points",
    "read_surrogate",
    "surrogate_times",
]
