"""Declared columns of every table of a territory."""

from msp_siting.files import Column, Table, optional_column

ZONE_ID = "(?!place_id|site_id|territory_id)[a-z_]+_id"  # one column per kind of zone
SMALLEST_NEED_INDEX = 0.01  # at 0 one would be served without any practitioner
LON = Column("lon", "number", least=-180, most=180)
LAT = Column("lat", "number", least=-90, most=90)
DEMAND = Table(
    "demand",
    (
        Column("demand_id", "id"),
        Column("name", "text"),
        Column("inhabitants", "number", least=0, most=1e9),
        LON,
        LAT,
        Column("need_index_[a-z_]+", "number", required=False, least=SMALLEST_NEED_INDEX, pattern=True),
        optional_column(
            "inhabitants_[a-z0-9_]+", "number", least=0, pattern=True
        ),  # empty: suppressed by its publisher
        optional_column("apl_official", "number", least=0),
        optional_column("apl_under_65_official", "number", least=0),
        Column("border", "flag", required=False),
        optional_column(ZONE_ID, "id", pattern=True),
    ),
    ("demand_id",),
)
SUPPLY = Table(
    "supply",
    (
        Column("place_id", "id"),
        Column("profession", "text"),
        Column("practitioners", "number", least=0, most=1e6),
        optional_column("structure", "text", values=("isolated", "group_practice", "msp", "health_centre")),
        optional_column("status", "text", values=("liberal", "salaried")),
        optional_column("retiring_share", "number", least=0, most=1),
    ),
    ("place_id", "profession", "structure", "status"),
    may_be_empty=True,
)
SITES = Table(
    "sites",
    (
        Column("site_id", "id"),
        Column("place_id", "id"),
        Column("name", "text"),
        LON,
        LAT,
        Column("status", "text", values=("candidate", "existing")),
        optional_column("format", "text"),
        optional_column("capex_eur", "number", least=0, most=1e12),
        optional_column("capacity_inhabitants", "number", least=0),
    ),
    ("site_id",),
)
TRAVEL_TIMES = Table(
    "travel_times",
    (Column("demand_id", "id"), Column("place_id", "id"), Column("minutes", "number", least=0)),
    ("demand_id", "place_id"),
)
PLACES = Table(
    "places",
    (
        Column("place_id", "id"),
        Column("name", "text"),
        LON,
        LAT,
        optional_column(ZONE_ID, "id", pattern=True),
    ),
    ("place_id",),
)
ZONES = Table(
    "zones",
    (
        Column("kind", "text"),
        Column("zone_id", "id"),
        Column("name", "text"),
        optional_column("status", "text", values=("ZIP", "ZAC", "none")),
        optional_column("status_source", "text"),
        optional_column("status_date", "text"),
    ),
    ("kind", "zone_id"),
)
