"""Draws the maps of a plan, a diagnosis, a comparison or requests, and layers for a GIS."""

from msp_siting.report.maps.choropleth import Choropleth, map_frame, outlined_kind
from msp_siting.report.maps.comparison import comparison_explorer, mapped_runs
from msp_siting.report.maps.explorer import Explorer, Spot, still, with_layer
from msp_siting.report.maps.explorer_drawing import draw_explorer, draw_layer
from msp_siting.report.maps.layers import write_layers
from msp_siting.report.maps.plan import plan_explorer
from msp_siting.report.maps.shapes import Shapes, demand_shapes
from msp_siting.report.maps.territory import diagnosis_explorer, sites_explorer

__all__ = [
    "Choropleth",
    "Explorer",
    "Shapes",
    "Spot",
    "comparison_explorer",
    "demand_shapes",
    "diagnosis_explorer",
    "draw_explorer",
    "draw_layer",
    "map_frame",
    "mapped_runs",
    "outlined_kind",
    "plan_explorer",
    "sites_explorer",
    "still",
    "with_layer",
    "write_layers",
]
