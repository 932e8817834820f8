"""The map of a page: layers to choose from, places that can be looked up, sites with their catchment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from msp_siting.report.maps.choropleth import Choropleth
from msp_siting.report.maps.legend import NOBODY_COLOUR
from msp_siting.report.maps.shapes import WGS_84
from msp_siting.territory import Territory

Pairs = Sequence[tuple[str, str]]  # what a figure is called, and the figure


@dataclass(frozen=True)
class Layer:
    """One way of colouring a map.

    Attributes
    ----------
    title, legend
        What it is called where it is chosen, and above its classes.
    entries
        Colour and text of every class.
    numbers
        The class of every demand point.
    note
        Said below its classes.
    signs
        Sign and text of every site in this layer (an empty sign: not shown), where sites differ from layer to layer.
    """

    name: str
    title: str
    legend: str
    entries: Pairs
    numbers: np.ndarray
    note: str = ""
    signs: Pairs | None = None


@dataclass(frozen=True)
class Spot:
    """A site on the map: where it is (WGS 84), how many posts size it, what its panel says and whom it serves."""

    name: str
    place_id: str
    lon: float
    lat: float
    posts: float
    facts: Pairs
    sign: str = "site"
    text: str = ""  # in its circle; empty: its posts
    note: str = ""
    catchment: Sequence[str] = ()  # ids of demand points


@dataclass(frozen=True)
class Marks:
    """Small marks of one kind: what they are, and where (``lon``, ``lat``)."""

    name: str
    text: str
    points: pd.DataFrame
    is_shown: bool = False


@dataclass(frozen=True)
class Explorer:
    """What the map of a page shows.

    Attributes
    ----------
    name
        Tells the maps of one page apart.
    label
        What it is, for those who do not see it.
    frame
        `map_frame` of the territory, with whatever layers and figures are made of.
    layers
        The first is drawn where no script runs; all have the rows of ``frame``.
    figures
        What is said of a demand point: what each figure is called and one text per row of ``frame``.
    zone_kind
        The kind of zone that is outlined, if any.
    zone_figures
        What is said of each zone of the kind that is told of (`told_kind`), by ``zone_id``.
    titles
        One per row of ``frame``, shown at the pointer.
    site_signs
        What each sign of sites means.
    note
        Said below the figures of a demand point.
    """

    name: str
    label: str
    territory: Territory
    frame: gpd.GeoDataFrame
    layers: Sequence[Layer]
    figures: Sequence[tuple[str, Sequence[str]]]
    titles: Sequence[str]
    zone_kind: str | None = None
    zone_figures: Mapping[str, Pairs] = field(default_factory=dict)
    sites: Sequence[Spot] = ()
    site_signs: Mapping[str, str] = field(default_factory=dict)
    marks: Sequence[Marks] = ()
    note: str = ""

    def zone_names(self, kind: str | None) -> dict[str, str]:
        """Return the names of a kind's zones, by ``zone_id``."""
        rows = self.territory.zones
        rows = rows[rows["kind"].eq(kind)]
        return dict(zip(rows["zone_id"], rows["name"], strict=True))


def still(explorer: Explorer) -> Choropleth:
    """Return a picture of the first layer, for what cannot be explored."""
    first = explorer.layers[0]
    return Choropleth(
        name=explorer.name,
        label=explorer.label,
        legend_title=first.legend,
        frame=explorer.frame,
        colours=[first.entries[number][0] for number in first.numbers],
        titles=explorer.titles,
        classes=[entry for number, entry in enumerate(first.entries) if is_told(first, number)],
        zone_kind=explorer.zone_kind,
        zone_names=explorer.zone_names(explorer.zone_kind),
        sites=_site_points(explorer) if explorer.sites else None,
        site_signs=explorer.site_signs,
    )


def with_layer(explorer: Explorer, name: str) -> Explorer:
    """Return a map whose first layer is the one of a name."""
    return replace(explorer, layers=sorted(explorer.layers, key=lambda layer: layer.name != name))


def is_told(layer: Layer, number: int) -> bool:
    """Return whether a class stands in the legend: all but that of unknown values, where there are none."""
    return layer.entries[number][0] != NOBODY_COLOUR or bool((layer.numbers == number).any())


def _site_points(explorer: Explorer) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy([s.lon for s in explorer.sites], [s.lat for s in explorer.sites], crs=WGS_84)
    signs = [sign for sign, _ in explorer.layers[0].signs or [(spot.sign, "") for spot in explorer.sites]]
    frame = gpd.GeoDataFrame({"name": [s.name for s in explorer.sites], "sign": signs}, geometry=points)
    return frame[frame["sign"].ne("")].to_crs(explorer.frame.crs)
