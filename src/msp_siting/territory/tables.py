"""Declared columns of every table of a territory (docs/files.md, "Territory folder")."""

from msp_siting.files import EVENTS_STEM, Column, Table, optional_column

# The files of a territory but for its endings and its manifest; those of the rim only where it has one.
STEMS = ("demand", "supply", "sites", "travel_times", "places", "zones", "flows", EVENTS_STEM, "boundaries")
RIM_STEMS = ("rim_demand", "rim_supply", "rim_travel_times")
ENDINGS = (".csv", ".xlsx", ".parquet", ".gpkg")
# Headings by which spreadsheets call codes and names of communes, whatever their case and accents.
CODE_HEADINGS = (
    *("Code INSEE", "INSEE", "CODGEO", "Code commune", "Code INSEE commune", "Code INSEE de la commune", "INSEE_COM"),
    *("Code commune INSEE", "Code officiel géographique", "Code géographique", "DEPCOM", "Code_INSEE"),
)
NAME_HEADINGS = (
    *("Nom", "Commune", "Nom commune", "Nom de la commune", "Libellé", "Libellé commune", "Libellé de la commune"),
    *("LIBGEO", "NOM_COM", "Nom_commune"),
)
INHABITANTS_HEADINGS = ("Population", "Habitants", "Population totale", "Population municipale", "Nombre d'habitants")
# How many digits official codes have, by column: one that a spreadsheet holds as a number may have lost its zero.
CODE_DIGITS = (
    *(("demand_id", 5), ("place_id", 5), ("commune_id", 5), ("living_area_id", 5), ("department_id", 2)),
    *(("region_id", 2), ("epci_id", 9)),
)
MINUTES_DIGITS = 4  # minutes are kept to a 10,000th
ZONE_ID = "(?!place_id|site_id|territory_id)[a-z_]+_id"  # one column per kind of zone
SMALLEST_NEED_INDEX = 0.01  # at 0 one would be served without any practitioner
LARGEST_NEED_INDEX = 10  # nobody needs ten times what an inhabitant does on average
STRUCTURE_COUNTS = ("pharmacies", "msps", "health_centres")  # columns of places: how many there are
GP_STATUSES = ("ZIP", "ZAC", "ZAR", "none")  # the zoning of GPs; ZAR is a region's own
NURSE_LEVELS = ("tres_sous_dotee", "sous_dotee", "intermediaire", "tres_dotee", "sur_dotee")  # those of all others
STATUSES = (*GP_STATUSES, *NURSE_LEVELS)
EVENT_KINDS = ("departure", "arrival", "correction", "msp_opened")
CENTRE_LEVELS = ("none", "local", "intermediate", "structuring", "major")  # ANCT's levels of centres, rising
LON = Column("lon", "number", least=-180, most=180, aliases=("Longitude", "long", "lng"))
LAT = Column("lat", "number", least=-90, most=90, aliases=("Latitude",))
NAME = Column("name", "text", aliases=NAME_HEADINGS)
PLACE_ID = Column("place_id", "id", aliases=CODE_HEADINGS, digits=CODE_DIGITS)
MASSIF = optional_column("massif", "text")  # empty: in the plain
DEMAND = Table(
    "demand",
    (
        Column("demand_id", "id", aliases=CODE_HEADINGS, digits=CODE_DIGITS),
        NAME,
        Column("inhabitants", "number", least=0, most=1e9, aliases=INHABITANTS_HEADINGS),
        LON,
        LAT,
        Column(
            "need_index_[a-z_]+",
            "number",
            required=False,
            least=SMALLEST_NEED_INDEX,
            most=LARGEST_NEED_INDEX,
            pattern=True,
        ),
        optional_column(
            "inhabitants_[a-z0-9_]+", "number", least=0, pattern=True
        ),  # empty: suppressed by its publisher
        optional_column("apl_official", "number", least=0),
        optional_column("apl_under_65_official", "number", least=0),
        optional_column("apl_[a-z_]+_official", "number", least=0, pattern=True),  # FTE for 100,000
        Column("border", "flag", required=False),
        MASSIF,
        optional_column(ZONE_ID, "id", pattern=True, digits=CODE_DIGITS),
    ),
    ("demand_id",),
)
SUPPLY = Table(
    "supply",
    (
        PLACE_ID,
        Column("profession", "text"),
        Column("practitioners", "number", least=0, most=1e6, aliases=("Praticiens", "ETP")),
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
        PLACE_ID,
        NAME,
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
    (
        Column("demand_id", "id", digits=CODE_DIGITS),
        Column("place_id", "id", digits=CODE_DIGITS),
        Column("minutes", "number", least=0),
    ),
    ("demand_id", "place_id"),
)
PLACES = Table(
    "places",
    (
        PLACE_ID,
        NAME,
        LON,
        LAT,
        *(optional_column(name, "number", least=0, most=10_000) for name in STRUCTURE_COUNTS),
        optional_column("gps_2021", "number", least=0, most=10_000),  # places of practice
        optional_column("centre_level", "text", values=CENTRE_LEVELS),
        optional_column("density", "text"),
        MASSIF,
        optional_column(ZONE_ID, "id", pattern=True, digits=CODE_DIGITS),
    ),
    ("place_id",),
)
ZONES = Table(
    "zones",
    (
        Column("kind", "text"),
        Column("zone_id", "id"),
        Column("name", "text"),
        optional_column("status", "text", values=STATUSES),
        optional_column("status_source", "text"),
        optional_column("status_date", "text"),
        optional_column("profession", "text"),
        optional_column("valid_from", "text"),
        optional_column("valid_until", "text"),
    ),
    ("kind", "zone_id"),
)
FLOWS = Table(
    "flows",
    (
        Column("kind", "text"),
        Column("zone_id", "id"),
        Column("profession", "text"),
        Column("installations_per_year", "number", least=0, most=1e6),
        Column("departures_per_year", "number", least=0, most=1e6),
        optional_column("net_per_year_low", "number", least=-1e6, most=1e6),
        optional_column("net_per_year_high", "number", least=-1e6, most=1e6),
        optional_column("inhabitants", "number", least=0, most=1e9),
        Column("period", "text"),
        Column("source", "text"),
    ),
    ("kind", "zone_id", "profession"),
    may_be_empty=True,
)
EVENTS = Table(
    "events",
    (
        Column("date", "text"),
        PLACE_ID,
        Column("profession", "text"),
        Column("posts", "number", least=-1e6, most=1e6),
        Column("kind", "text", values=EVENT_KINDS),
        Column("source", "text"),
    ),
    ("date", "place_id", "profession", "kind", "source"),
    may_be_empty=True,
)
