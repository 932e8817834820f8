"""What a zoning says of zones: a status in its source's word, who says so, and the days on which it holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd

from msp_siting.errors import Sentence, problem
from msp_siting.files import row_number
from msp_siting.language import Fact
from msp_siting.territory.tables import GP_STATUSES, NURSE_LEVELS, STATUSES
from msp_siting.territory.territory import Territory

GP, NURSE = "gp", "nurse"
ZONING = "_zoning"  # how kinds end that are classes of zones, one per profession
AREAS = ("tvs",)  # kinds whose zones a zoning of GPs is stated for
VALIDITY = ("valid_from", "valid_until")
MONTH = 7  # characters of a year and month (2025-06)


@dataclass(frozen=True)
class ZoneStatus:
    """The status of one zone.

    Attributes
    ----------
    status
        The source's word: ZIP, ZAC, ZAR or none; or one of the five levels of nurses.
    profession
        Whose zoning it is.
    since
        What the source says of its date.
    valid_from, valid_until
        Both days included; None: without limit.
    """

    kind: str
    zone_id: str
    status: str
    profession: str
    source: str = ""
    since: str = ""
    valid_from: date | None = None
    valid_until: date | None = None

    def holds_on(self, on: date) -> bool:
        """Return whether it is valid that day."""
        return self._begins_by(on) and (self.valid_until is None or on <= self.valid_until)

    def told(self, on: date) -> Fact:
        """Return its zoning as it is named where it is not valid that day: replaced, or not yet in force."""
        if not self._begins_by(on):
            return Fact("zoning_not_yet", {"when": self.when, "day": told_day(self.valid_from)})
        return Fact("zoning_replaced", {"when": self.when, "day": told_day(self.valid_until)})

    def word_told(self, on: date) -> Fact:
        """Return its status with the zoning that is not valid that day."""
        return Fact("zoning_status_was", {"status": Fact(f"zone_status_{self.status}"), "zoning": self.told(on)})

    def origin(self, on: date) -> Fact:
        """Return who says so and of when it is, with its validity where it is not valid that day."""
        zoning = Fact("zoning_of", {"when": self.when}) if self.holds_on(on) else self.told(on)
        return Fact("zoning_origin", {"source": self.source, "zoning": zoning}) if self.source else zoning

    @property
    def when(self) -> Fact:
        """The date of its zoning, as it is put behind the word."""
        stated = self.since or (self.valid_from.isoformat()[:MONTH] if self.valid_from else "")
        if not stated:
            return Fact("zoning_undated")
        try:
            month = date.fromisoformat(f"{stated}-01" if len(stated) == MONTH else stated)
        except ValueError:
            return Fact("zoning_dated", {"text": stated})
        return Fact(f"zoning_month_{month.month}", {"year": str(month.year)})

    @property
    def validity(self) -> Fact:
        """The days on which it holds, in words."""
        first, last = told_day(self.valid_from), told_day(self.valid_until)
        if self.valid_from and self.valid_until:
            return Fact("zoning_valid_between", {"first": first, "last": last})
        return (
            Fact("zoning_valid_from", {"day": first}) if self.valid_from else Fact("zoning_valid_until", {"day": last})
        )

    def _begins_by(self, on: date) -> bool:
        return self.valid_from is None or self.valid_from <= on


def zone_statuses(territory: Territory) -> list[ZoneStatus]:
    """Return the zones that have a status, in the order of the table; their dates are known to be dates."""
    zones = territory.zones
    if "status" not in zones.columns:
        return []
    columns = ["kind", "zone_id", "status", "profession", "status_source", "status_date", *VALIDITY]
    rows = _with_columns(zones[zones["status"].ne("")], columns)
    return [
        ZoneStatus(
            kind, zone_id, status, profession or _profession(kind, status), source, since, _parsed(first), _parsed(last)
        )
        for kind, zone_id, status, profession, source, since, first, last in rows.itertuples(index=False)
    ]


def gp_statuses(territory: Territory) -> list[ZoneStatus]:
    """Return the zones that have a status in the zoning of GPs."""
    return [each for each in zone_statuses(territory) if each.profession == GP]


def status_of_places(territory: Territory, profession: str) -> dict[str, ZoneStatus]:
    """Return the status of the zone of a profession's own zoning (``<profession>_zoning``) that each place lies in.

    Whether it is valid on the day that matters is for the caller to ask: one that is not decides nothing.
    """
    kind = f"{profession}{ZONING}"
    known = {each.zone_id: each for each in zone_statuses(territory) if each.kind == kind}
    return {place_id: known[zone] for place_id, zone in zone_of_place(territory, kind).items() if zone in known}


def zone_of_place(territory: Territory, kind: str) -> dict[str, str]:
    """Return the id of the zone of a kind that each place of a territory lies in, where that is known."""
    column = f"{kind}_id"
    zones: dict[str, str] = {}
    for table, key in ((territory.places, "place_id"), (territory.demand, "demand_id")):
        if column in table.columns:
            inside = table[table[column].ne("")]
            zones |= dict(zip(inside[key], inside[column], strict=True))
    return zones


def zoning_problems(territory: Territory) -> Iterator[Sentence]:
    """Yield what is wrong with statuses and the days on which they hold, each with its row."""
    zones = territory.zones
    columns = [name for name in ("profession", "status", *VALIDITY) if name in zones.columns]
    filled = zones[zones[columns].ne("").any(axis="columns")] if columns else zones.iloc[:0]
    for row, cells in _with_columns(filled, ["kind", "profession", "status", *VALIDITY]).iterrows():
        wrong_days = [name for name in VALIDITY if not is_day(cells[name])]
        for name in wrong_days:
            yield no_day(cells[name]).at(name).at(row_number(row))
        first, last = (cells[name] for name in VALIDITY)
        if not wrong_days and first and last and first > last:
            yield ends_before(first, last).at(", ".join(VALIDITY)).at(row_number(row))
        profession = cells["profession"] or _profession(cells["kind"], cells["status"])
        if cells["status"] and (profession == GP) != (cells["status"] in GP_STATUSES):
            words = ", ".join(GP_STATUSES if profession == GP else NURSE_LEVELS)
            wrong = problem(
                "must be one of {values} for {profession}, got {value!r}",
                values=words,
                profession=profession,
                value=cells["status"],
            )
            yield wrong.at("status").at(row_number(row))


def no_day(value: object) -> Sentence:
    """Return that a text is no day."""
    return problem("expected a day such as 2025-12-31, got {value!r}", value=value)


def ends_before(first: object, last: object) -> Sentence:
    """Return that a zoning ends before it begins."""
    return problem("ends on {last}, before it begins on {first}", first=first, last=last)


def _with_columns(zones: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return some columns of zones, empty where the table has none."""
    absent = dict.fromkeys(set(columns) - set(zones.columns), "")
    return zones.assign(**absent)[columns]


def _profession(kind: str, status: str) -> str:
    """Return whose zoning a status is of that does not say so."""
    if kind.endswith(ZONING):
        return kind.removesuffix(ZONING)
    return NURSE if status in set(STATUSES) - set(GP_STATUSES) else GP


def is_day(text: str) -> bool:
    """Return whether a text is empty or a day such as 2025-12-31."""
    try:
        return text == "" or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _parsed(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def told_day(day: date | None) -> dict[str, str]:
    """Return a day as each language writes it."""
    return {"fr": "", "en": ""} if day is None else {"fr": day.strftime("%d/%m/%Y"), "en": day.isoformat()}
