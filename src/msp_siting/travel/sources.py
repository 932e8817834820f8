"""Where travel times come from: one type per source, each with its times, and what a manifest says of it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import ClassVar, Literal

import pandas as pd

from msp_siting.files import Mended, is_file
from msp_siting.language import Fact
from msp_siting.territory import MAINLAND, island_of
from msp_siting.travel.cache import cached, fingerprint
from msp_siting.travel.distance import Surrogate, in_massif, surrogate_times
from msp_siting.travel.matrices import read_matrix
from msp_siting.travel.matrix_cells import MatrixForm
from msp_siting.travel.points import Points
from msp_siting.travel.roads import Speeds, Ways, read_graphml, read_osm_file, read_place, read_polygon
from msp_siting.travel.search import Routed, Search, route
from msp_siting.travel.servers import server_times

ODBL, NOT_STATED = "ODbL 1.0", "not stated"


class Source(ABC):
    """Where travel times come from.

    Attributes
    ----------
    kind
        How such times are known: routed on a network, or modelled from distance.
    licence
        Of the times, unless their owner says otherwise.
    """

    kind: ClassVar[Literal["derived", "modelled"]] = "derived"
    licence: ClassVar[str] = NOT_STATED

    @property
    @abstractmethod
    def name(self) -> str:
        """What the source is called in the record of the times."""

    @property
    def description(self) -> str:
        """What a manifest says of the source, unless its owner says otherwise."""
        return self.name

    @property
    def quality(self) -> Mapping[str, Fact]:
        """What a manifest says of how good modelled times are: a ``label`` and their ``accuracy``."""
        return {}

    @abstractmethod
    def times(self, points: Points, search: Search) -> Routed:
        """Return the times between some points; of the search, what such a source has a use for.

        Raises
        ------
        RoadsError
            Where the source cannot be used, or does not fit the points.
        """


@dataclass(frozen=True)
class Matrix(Source):
    """A ready matrix."""

    path: Path
    form: MatrixForm

    @property
    def name(self) -> str:
        """``matrix`` and the name of its file."""
        return f"matrix {self.path.name}"

    def times(self, points: Points, search: Search) -> Routed:
        """Return the times of the matrix (`Source.times`)."""
        cutoff = search.cutoff_minutes
        mended: list[Mended] = []
        table = read_matrix(self.path, self.form, points, cutoff, mended)
        record = {"source": self.name, "cutoff_minutes": cutoff, "pairs": len(table)}
        return Routed(table, record | ({"repairs": [asdict(each) for each in mended]} if mended else {}))


@dataclass(frozen=True)
class Server(Source):
    """A routing server: its kind (OSRM, Valhalla or ORS), its address, and its key if it takes one."""

    service: str
    url: str
    api_key: str | None = None

    @property
    def name(self) -> str:
        """``osrm server``, by its kind."""
        return f"{self.service} server"

    def times(self, points: Points, search: Search) -> Routed:
        """Return the times that the server has (`Source.times`)."""
        cutoff = search.cutoff_minutes
        table = server_times(self.service, self.url, points.demand, points.places, cutoff, self.api_key)
        return Routed(table, {"source": self.name, "cutoff_minutes": cutoff, "pairs": len(table)})


@dataclass(frozen=True)
class Distance(Source):
    """Crow-fly distance, from which times are estimated."""

    parameters: Surrogate
    kind = "modelled"

    @property
    def name(self) -> str:
        """``surrogate``, as the command calls it."""
        return "surrogate"

    @property
    def description(self) -> str:
        """What a manifest says of the times."""
        return "estimated from crow-fly distance"

    @property
    def quality(self) -> Mapping[str, Fact]:
        """What a manifest says of how good the times are."""
        return {"label": self.parameters.label("label_estimated_times"), "accuracy": self.parameters.accuracy()}

    def times(self, points: Points, search: Search) -> Routed:
        """Return the times estimated (`Source.times`)."""
        cutoff = search.cutoff_minutes
        table = surrogate_times(points.demand, points.places, self.parameters, cutoff)
        both = pd.concat([points.demand, points.places]).drop_duplicates("point_id")
        record = {
            "source": self.name,
            "parameters": self.parameters.model_dump(),
            "pairs": len(table),
            "points_in_massif": int(in_massif(both).sum()),
            "islands": sorted(set(island_of(both)) - {MAINLAND}),
        }
        return Routed(table, record | {"cutoff_minutes": cutoff})


@dataclass(frozen=True)
class Roads(Source):
    """Roads of OpenStreetMap, driven at declared speeds."""

    speeds: Speeds
    licence = ODBL

    @cached_property
    def ways(self) -> Ways:
        """The roads, read once: an extract may have the points too."""
        return self.read()

    @abstractmethod
    def read(self) -> Ways:
        """Return the roads."""

    @property
    def description(self) -> str:
        """What a manifest says of the times."""
        return f"(c) OpenStreetMap contributors, {self.name}, routed with declared speeds ({self.speeds.name})"

    def times(self, points: Points, search: Search) -> Routed:
        """Return the times found by a search of the roads (`Source.times`)."""
        routed = route(self.ways, points, self.speeds, search)
        return Routed(routed.table, {"source": self.name} | routed.record)


@dataclass(frozen=True)
class RoadsFile(Roads):
    """Roads of a file, whose times are kept."""

    path: Path

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name

    def times(self, points: Points, search: Search) -> Routed:
        """Return the times kept from an earlier search, else those of a new one (`Source.times`)."""
        make = partial(super().times, points, search)
        if search.kept is None or not is_file(self.path):
            return make()
        reference = None if search.reference is None else search.reference.to_csv(lineterminator="\n")
        key = fingerprint(self.path, points, self.speeds, search.cutoff_minutes, search.leave_out, reference)
        return cached(search.kept, key, make)


@dataclass(frozen=True)
class Extract(RoadsFile):
    """An extract of OpenStreetMap (.osm.pbf, .osm)."""

    def read(self) -> Ways:
        """Return its roads, and its places."""
        return read_osm_file(self.path, self.speeds)


@dataclass(frozen=True)
class SavedGraph(RoadsFile):
    """A graph that osmnx saved (.graphml)."""

    def read(self) -> Ways:
        """Return its roads."""
        return read_graphml(self.path, self.speeds)


@dataclass(frozen=True)
class Place(Roads):
    """The roads of a place, fetched by its name through osmnx."""

    place: str

    @property
    def name(self) -> str:
        """The name of the place."""
        return self.place

    def read(self) -> Ways:
        """Return its roads."""
        return read_place(self.place, self.speeds)


@dataclass(frozen=True)
class Polygon(Roads):
    """The roads inside a GeoJSON polygon, fetched through osmnx."""

    path: Path

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name

    def read(self) -> Ways:
        """Return its roads."""
        return read_polygon(self.path, self.speeds)
