"""Ways of showing the layers of ``plan.gpkg``: one template per layer, the colours and classes of the page's maps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import geopandas as gpd
from markupsafe import Markup

from msp_siting.answer import Answer
from msp_siting.report.maps.columns import Columns
from msp_siting.report.maps.legend import NOBODY_COLOUR
from msp_siting.report.maps.scales import Scale, apl_scale, difference_scale, minutes_scale, uncovered_scale
from msp_siting.report.rendering import draw
from msp_siting.report.wording import Wording, lead_profession, profession_title

DOCTYPE = '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">'
FAR = 1e6  # beyond every value
NEAR = 1e-9  # QGIS takes a value at an edge for the class below it
Layers = Mapping[str, gpd.GeoDataFrame]


@dataclass(frozen=True)
class Class:
    """Values of a column from ``lower`` to ``upper``, shown in one colour."""

    lower: float
    upper: float
    colour: str
    text: str


@dataclass(frozen=True)
class View:
    """One way of showing a layer.

    Attributes
    ----------
    style
        What QGIS keeps of a layer's style, as it stands in a project.
    is_default
        Whether the layer is shown so where it is opened alone.
    is_on
        Whether a project shows it at first.
    group
        The part of a project that it stands in: ``plan``, ``access`` or ``today``.
    """

    layer: str
    title: str
    style: Markup
    geometry: str
    group: str
    is_default: bool = True
    is_on: bool = False

    @property
    def qml(self) -> str:
        """The style as a file of its own."""
        return f'{DOCTYPE}\n<qgis version="3.22.0">\n{self.style}</qgis>\n'


def views_of(answer: Answer, layers: Layers, columns: Columns) -> list[View]:
    """Return the ways of showing each layer, in the order of a legend: what lies above comes first."""
    return list(_Views(answer, layers, columns).all())


@dataclass(frozen=True)
class _Views:
    answer: Answer
    layers: Layers
    columns: Columns

    @property
    def wording(self) -> Wording:
        return self.columns.wording

    @property
    def lead(self) -> str:
        return lead_profession(self.answer)

    @property
    def profession(self) -> str:
        return profession_title(self.answer, self.lead, self.wording)

    def all(self) -> Iterator[View]:
        say = self.wording.say
        classes = classes_of(uncovered_scale(self.wording))
        titles = {"profession": self.profession}
        yield self._view("sites", "plan", say("layer_sites"), is_on=True, staff=_column(f"staff_{self.lead}"))
        yield self._view("candidates", "plan", say("layer_candidates"))
        if "allocation" in self.layers:
            yield self._view("allocation", "plan", say("layer_allocation"), lead=self.lead)
        yield self._view(
            "supply",
            "today",
            say("layer_supply"),
            practitioners=_column(f"practitioners_{self.lead}"),
            profession=self.profession,
            structures=[name for name in ("msps", "pharmacies") if name in self.layers["supply"].columns],
        )
        for position, kind in enumerate(kind for kind in self.answer.territory.zone_kinds if kind in self.layers):
            yield self._view(kind, "today", self.wording.kind_title(kind), is_on=position == 0, template="zones")
        for key, column, own in self._measures(classes):
            title = say(f"layer_{key}", **titles)
            is_first = key == "difference"
            yield self._view("demand", "access", title, is_on=is_first, is_default=is_first, column=column, classes=own)
        if "blocks" in self.layers:
            title = say("layer_blocks", **titles)
            yield self._view("blocks", "access", title, lead=_text(self.lead), classes=classes)
        yield self._view(
            "demand", "access", say("layer_demand"), is_on=True, is_default=self.answer.coverage is None, classes=[]
        )

    def _measures(self, classes: list[Class]) -> Iterator[tuple[str, str, list[Class]]]:
        """Yield what demand points can be coloured by, as far as it is known: a word, an expression, its classes."""
        floor = self.answer.scenario.model.apl.floor_visits_per_year.value
        measures = {
            "difference": (f"uncovered_share_difference_{self.lead}", classes_of(difference_scale(self.wording))),
            "before": (f"uncovered_share_before_{self.lead}", classes),
            "after": (f"uncovered_share_after_{self.lead}", classes),
            "apl": ("apl_official", classes_of(apl_scale(self.wording, floor))),
            "minutes": (f"nearest_minutes_before_{self.lead}", classes_of(minutes_scale(self.wording))),
        }
        for key, (column, own) in measures.items():
            if column in self.layers["demand"].columns:
                yield key, _column(column), own

    def _view(  # noqa: PLR0913 - what a view is
        self,
        layer: str,
        group: str,
        title: str,
        *,
        is_default: bool = True,
        is_on: bool = False,
        template: str = "",
        **values: Any,  # noqa: ANN401 - what a template takes
    ) -> View:
        frame = self.layers[layer]
        geometry = _geometry(frame, layer)
        titles = self.columns.titles(frame.columns)
        style = draw(
            f"{template or layer}.qml.j2",
            say=self.wording.say,
            geometry=geometry,
            fields=titles,
            words=self.columns.words(layer),
            preview="name" if "name" in titles else next(iter(titles)),
            nobody=NOBODY_COLOUR,
            **values,
        )
        return View(layer, title, style, geometry, group, is_default, is_on)


def classes_of(scale: Scale) -> list[Class]:
    """Return the classes of a scale as QGIS takes them: a value at an edge is in the class above."""
    limits = pairwise([-FAR, *(edge - NEAR for edge in scale.edges), FAR])
    return [Class(*both, colour, text) for both, (colour, text) in zip(limits, scale.classes, strict=True)]


def _geometry(frame: gpd.GeoDataFrame, layer: str) -> str:
    """Return what QGIS calls the shapes of a layer: ``Point``, ``Line`` or ``Polygon``."""
    kinds = " ".join(frame.geom_type.dropna().unique()) or ("Line" if layer == "allocation" else "Point")
    return next(kind for kind in ("Polygon", "Line", "Point") if kind in kinds)


def _column(name: str) -> str:
    """Return a column as an expression of QGIS names it."""
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    """Return a text as an expression of QGIS writes it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
