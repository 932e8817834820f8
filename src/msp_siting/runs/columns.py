"""Declared columns of the tables that a run writes and that are read back (docs/files.md, "A run of solve")."""

from msp_siting.files import Column, Table, optional_column
from msp_siting.territory import LAT, LON

_OTHERS = optional_column(".+", "text", pattern=True)
_COMMA: tuple[str, ...] = (",",)  # between the cells of what a run wrote
PLAN_SITES = Table(
    "sites",
    (Column("site_id", "id"), Column("format", "text"), _OTHERS),
    ("site_id",),
    may_be_empty=True,
    separators=_COMMA,
)
PLAN_STAFF = Table(
    "staff",
    (Column("site_id", "id"), Column("profession", "text"), Column("recruited", "number", least=0), _OTHERS),
    ("site_id", "profession"),
    may_be_empty=True,
    separators=_COMMA,
)
PLAN_PRICES = Table(
    "prices",
    (
        Column("rule", "text"),
        Column("place_id", "id", may_be_empty=True),
        Column("profession", "text", may_be_empty=True),
        Column("price", "number", least=0),
    ),
    ("rule", "place_id", "profession"),
    may_be_empty=True,
    separators=_COMMA,
)
RUN_SITES = Table(
    "sites",
    (
        *(Column("site_id", "id"), Column("place_id", "id"), Column("name", "text"), Column("format", "text")),
        *(LON, LAT, _OTHERS),
    ),
    ("site_id",),
    may_be_empty=True,
    separators=_COMMA,
)
SITING_SITES = Table(
    "sites",
    (Column("site_id", "id"), Column("place_id", "id"), Column("name", "text"), LON, LAT, _OTHERS),
    ("site_id",),
    may_be_empty=True,
    separators=_COMMA,
)
_RUN_FIGURES = (
    Column("profession", "text"),
    Column("inhabitants", "number", least=0),
    Column("uncovered_before", "number"),
    Column("uncovered_after", "number"),
    _OTHERS,
)
RUN_ALLOCATION = Table(
    "allocation",
    (
        *(Column("demand_id", "id"), Column("place_id", "id"), Column("site_id", "id", may_be_empty=True)),
        *(Column("profession", "text"), Column("supply", "text", values=("existing", "new"))),
        *(Column("inhabitants", "number", least=0), Column("minutes", "number", least=0)),
    ),
    ("demand_id", "place_id", "site_id", "profession"),
    may_be_empty=True,
    separators=_COMMA,
)
RUN_POINTS = Table(
    "coverage", (Column("demand_id", "id"), *_RUN_FIGURES), ("demand_id", "profession"), separators=_COMMA
)
RUN_BLOCKS = Table(
    "blocks",
    (
        *(Column("block", "number"), Column("kind", "text"), Column("profession", "text")),
        *(Column("demand_points", "number", least=0), Column("inhabitants", "number", least=0), _OTHERS),
    ),
    ("block", "profession"),
    may_be_empty=True,
    separators=_COMMA,
)
RUN_ZONES = Table(
    "zones",
    (Column("kind", "text"), Column("zone_id", "id"), Column("name", "text"), *_RUN_FIGURES),
    ("kind", "zone_id", "profession"),
    separators=_COMMA,
)
