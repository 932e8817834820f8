"""Reads a folder of data/: who lives where, who practises where, which places, which times, and the rim."""

from msp_siting.territory.checks import table_path
from msp_siting.territory.codes import (
    FRENCH_CODE,
    OVERSEAS_NAMES,
    EarlierCommune,
    codes_end_in_0,
    earlier_communes,
    is_overseas,
    written_code,
    written_department,
)
from msp_siting.territory.coordinates import EARTH_RADIUS_KM, crow_fly_km
from msp_siting.territory.events import counted_until, event_caveats, unknown_professions, with_events
from msp_siting.territory.islands import MAINLAND, island_caveats, island_of
from msp_siting.territory.large_points import large_point_caveats
from msp_siting.territory.manifest import ColumnSource, Manifest, ManifestFile, read_manifest
from msp_siting.territory.places import Found, PlaceNames, UnknownPlaceError, own_places, places_with_rim
from msp_siting.territory.reading import read_territory
from msp_siting.territory.spelling import AUTHORITY, holds, spelled_out, written_place
from msp_siting.territory.tables import (
    CODE_DIGITS,
    CODE_HEADINGS,
    DEMAND,
    GP_STATUSES,
    LAT,
    LON,
    MASSIF,
    MINUTES_DIGITS,
    NAME_HEADINGS,
    NURSE_LEVELS,
    PLACES,
    SITES,
    SMALLEST_NEED_INDEX,
    SUPPLY,
    TRAVEL_TIMES,
    ZONES,
)
from msp_siting.territory.territory import BOUNDARIES, Territory, nearest_minutes, supply_at_horizon, within_cutoff
from msp_siting.territory.unreached import names_of, unreached_caveats
from msp_siting.territory.zonings import (
    ZoneStatus,
    ends_before,
    gp_statuses,
    status_of_places,
    zone_of_place,
    zone_statuses,
)

__all__ = [
    "AUTHORITY",
    "BOUNDARIES",
    "CODE_DIGITS",
    "CODE_HEADINGS",
    "DEMAND",
    "EARTH_RADIUS_KM",
    "FRENCH_CODE",
    "GP_STATUSES",
    "LAT",
    "LON",
    "MAINLAND",
    "MASSIF",
    "MINUTES_DIGITS",
    "NAME_HEADINGS",
    "NURSE_LEVELS",
    "OVERSEAS_NAMES",
    "PLACES",
    "SITES",
    "SMALLEST_NEED_INDEX",
    "SUPPLY",
    "TRAVEL_TIMES",
    "ZONES",
    "ColumnSource",
    "EarlierCommune",
    "Found",
    "Manifest",
    "ManifestFile",
    "PlaceNames",
    "Territory",
    "UnknownPlaceError",
    "ZoneStatus",
    "codes_end_in_0",
    "counted_until",
    "crow_fly_km",
    "earlier_communes",
    "ends_before",
    "event_caveats",
    "gp_statuses",
    "holds",
    "is_overseas",
    "island_caveats",
    "island_of",
    "large_point_caveats",
    "names_of",
    "nearest_minutes",
    "own_places",
    "places_with_rim",
    "read_manifest",
    "read_territory",
    "spelled_out",
    "status_of_places",
    "supply_at_horizon",
    "table_path",
    "unknown_professions",
    "unreached_caveats",
    "with_events",
    "within_cutoff",
    "written_code",
    "written_department",
    "written_place",
    "zone_of_place",
    "zone_statuses",
]
