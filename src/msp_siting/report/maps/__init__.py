"""Draws the maps of a plan, a diagnosis or a comparison, and layers for a GIS."""

from msp_siting.report.maps.choropleth import Choropleth, draw_svg, map_frame, outlined_kind
from msp_siting.report.maps.comparison import draw_comparison_map, mapped_runs
from msp_siting.report.maps.layers import write_layers
from msp_siting.report.maps.legend import apl_classes, apl_colour
from msp_siting.report.maps.plan import draw_map
from msp_siting.report.maps.shapes import Shapes, demand_shapes

__all__ = [
    "Choropleth",
    "Shapes",
    "apl_classes",
    "apl_colour",
    "demand_shapes",
    "draw_comparison_map",
    "draw_map",
    "draw_svg",
    "map_frame",
    "mapped_runs",
    "outlined_kind",
    "write_layers",
]
