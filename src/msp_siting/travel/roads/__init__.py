"""Builds road graphs with declared speeds; nothing else reads OpenStreetMap."""

from msp_siting.travel.roads.graph import RoadGraph, build_graph
from msp_siting.travel.roads.networks import networks_of
from msp_siting.travel.roads.osm_files import OSM_ENDINGS, read_osm_file
from msp_siting.travel.roads.osmnx_fetching import read_place, read_polygon
from msp_siting.travel.roads.osmnx_graphs import read_graphml
from msp_siting.travel.roads.snapping import Snapped, snap
from msp_siting.travel.roads.speeds import Speeds, read_speeds
from msp_siting.travel.roads.times import ROUNDING_MINUTES, Report, many_to_many, silent
from msp_siting.travel.roads.ways import Ways, unit_vectors

__all__ = [
    "OSM_ENDINGS",
    "ROUNDING_MINUTES",
    "Report",
    "RoadGraph",
    "Snapped",
    "Speeds",
    "Ways",
    "build_graph",
    "many_to_many",
    "networks_of",
    "read_graphml",
    "read_osm_file",
    "read_place",
    "read_polygon",
    "read_speeds",
    "silent",
    "snap",
    "unit_vectors",
]
