"""A folder of data/: who lives where, who practises where, which places, which times, and the rim."""

from msp_siting.territory.coordinates import EARTH_RADIUS_KM, crow_fly_km
from msp_siting.territory.manifest import ColumnSource, Manifest, ManifestFile, read_manifest
from msp_siting.territory.places import Found, PlaceNames, UnknownPlaceError, own_places, places_with_rim, zone_of_place
from msp_siting.territory.reading import read_territory
from msp_siting.territory.rim import join_rim, nearest_minutes, times_from_home, within_cutoff
from msp_siting.territory.supply import supply_at_horizon
from msp_siting.territory.tables import (
    DEMAND,
    LAT,
    LON,
    PLACES,
    SITES,
    SMALLEST_NEED_INDEX,
    SUPPLY,
    TRAVEL_TIMES,
    ZONES,
)
from msp_siting.territory.territory import Territory, place_points

__all__ = [
    "DEMAND",
    "EARTH_RADIUS_KM",
    "LAT",
    "LON",
    "PLACES",
    "SITES",
    "SMALLEST_NEED_INDEX",
    "SUPPLY",
    "TRAVEL_TIMES",
    "ZONES",
    "ColumnSource",
    "Found",
    "Manifest",
    "ManifestFile",
    "PlaceNames",
    "Territory",
    "UnknownPlaceError",
    "crow_fly_km",
    "join_rim",
    "nearest_minutes",
    "own_places",
    "place_points",
    "places_with_rim",
    "read_manifest",
    "read_territory",
    "supply_at_horizon",
    "times_from_home",
    "within_cutoff",
    "zone_of_place",
]
