"""The validated tables of one territory, and its rim."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from msp_siting.files import is_there
from msp_siting.territory.manifest import Manifest


@dataclass(frozen=True)
class Rim:
    """Demand and supply outside the territory but near it: served, and not counted.

    Attributes
    ----------
    demand, supply
        As the territory's own.
    travel_times
        Reachable pairs of which at least one end is in the rim.
    """

    demand: pd.DataFrame
    supply: pd.DataFrame
    travel_times: pd.DataFrame

    @property
    def place_ids(self) -> frozenset[str]:
        """The places of the rim: its demand points, and those where its supply is."""
        return frozenset(self.demand["demand_id"]) | frozenset(self.supply["place_id"])


@dataclass(frozen=True)
class Territory:
    """The validated tables of one territory.

    Attributes
    ----------
    demand, supply, sites, travel_times, places, zones
        One row per key of DESIGN's tables (``places`` and ``zones`` may have none).
    sha256
        Fingerprint of all the files read.
    rim
        What lies around the territory, where that is known.
    """

    folder: Path
    manifest: Manifest
    demand: pd.DataFrame
    supply: pd.DataFrame
    sites: pd.DataFrame
    travel_times: pd.DataFrame
    places: pd.DataFrame
    zones: pd.DataFrame
    sha256: str
    rim: Rim | None = None

    @property
    def boundaries(self) -> Path | None:
        """The file of polygons, or None."""
        path = self.folder / "boundaries.gpkg"
        return path if is_there(path) else None

    @property
    def zone_kinds(self) -> tuple[str, ...]:
        """Kinds of zone that demand points belong to (``epci``, ``living_area`` ...)."""
        return tuple(
            name.removesuffix("_id") for name in self.demand.columns if name.endswith("_id") and name != "demand_id"
        )


def place_points(territory: Territory) -> pd.DataFrame:
    """Return ``name``, ``lon`` and ``lat`` of every place, one row per ``place_id`` (the index)."""
    columns = ["place_id", "name", "lon", "lat"]
    demand = territory.demand.rename(columns={"demand_id": "place_id"})
    known = [territory.places[columns], demand[columns], territory.sites[columns]]
    if territory.rim is not None:
        known.append(territory.rim.demand.rename(columns={"demand_id": "place_id"})[columns])
    points = pd.concat(known)
    return points.drop_duplicates("place_id").set_index("place_id")
