"""A list of communes with the zone of each, as an ARS publishes it, read for a territory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, Sentence, problem, told
from msp_siting.files import (
    MOST_PROBLEMS_SHOWN,
    first_problems,
    split_sheet,
)
from msp_siting.language import Fact, fold, mended_facts
from msp_siting.sources.listed import held_against, other_name, shown
from msp_siting.sources.zone_cells import read_texts
from msp_siting.sources.zone_words import status_of, words_of
from msp_siting.territory import (
    FRENCH_CODE,
    PlaceNames,
    Territory,
    UnknownPlaceError,
    earlier_communes,
    written_code,
)

NOT_GIVEN = "n a "  # how what is not given begins ("N/A - résultat non disponible"), folded


@dataclass(frozen=True)
class ZoneList:
    """A list of communes with their zones, read for a territory.

    Attributes
    ----------
    zone_of
        Id of the zone by commune of the territory.
    zones
        One row per zone: ``zone_id``, ``name`` and ``status`` (of a zoning; else empty).
    without
        Communes of the territory without a row, or whose zone is empty there: ``point_id``, ``name``.
    elsewhere
        How many rows are of communes outside the territory.
    repairs
        What was mended, and what was read otherwise than written.
    """

    zone_of: Mapping[str, str]
    zones: pd.DataFrame
    without: pd.DataFrame
    elsewhere: int
    repairs: tuple[Fact, ...]


def communes_of(territory: Territory) -> dict[str, str]:
    """Return the names of a territory's communes by code: its demand points, or what their squares lie in."""
    demand, zones = territory.demand, territory.zones
    if not territory.is_of_squares:
        return dict(zip(demand["demand_id"], demand["name"], strict=True))
    named = zones[zones["kind"].eq("commune")]
    names = dict(zip(named["zone_id"], named["name"], strict=True))
    return {code: names.get(code, "") for code in sorted(set(demand["commune_id"]) - {""})}


def read_zone_list(
    path: Path, kind: str, territory: Territory, column: str | None = None, *, leave_out: bool = False
) -> ZoneList:
    """Return which zone each commune of a territory lies in by a list.

    Parameters
    ----------
    path
        A ``.csv`` or a sheet (``FILE.xlsx``, or ``FILE.xlsx#sheet``), the headings in its first row.
    column
        Heading of the column that names the zone or its status; None: one of those that are known.
    leave_out
        Whether rows that fit no commune are told instead of being an error.

    Raises
    ------
    DataError
        With every problem of the file, each with its row; the first 20 are shown.
    """
    cells, repairs = read_texts(path, kind, column)
    reader = _Reader(path, kind, territory, leave_out)
    for row, texts in cells.items():
        reader.read(row, texts)
    file = split_sheet(path)[0].name
    if not reader.problems and not reader.zones_by_commune:
        raise DataError(problem("no row names a zone of a commune of the territory").at(path))
    if reader.problems:
        raise DataError(first_problems(reader.problems, path))
    zone_of = {code: next(iter(found.values())) for code, found in reader.zones_by_commune.items()}
    without = [(code, name) for code, name in reader.communes.items() if code not in zone_of]
    table = pd.DataFrame(reader.zones.values(), columns=["zone_id", "name", "status"])
    return ZoneList(
        zone_of,
        table.sort_values("zone_id", ignore_index=True),
        pd.DataFrame(without, columns=["point_id", "name"]),
        reader.elsewhere,
        (*(fact for each in repairs for fact in mended_facts(file, [each])), *reader.told(file)),
    )


@dataclass
class _Reader:
    """Reads rows one by one, collecting what they say and what is wrong with them."""

    path: Path
    kind: str
    territory: Territory
    leave_out: bool
    problems: list[Sentence] = field(default_factory=list)
    zones: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    zones_by_commune: dict[str, dict[int, str]] = field(default_factory=dict)
    elsewhere: int = 0
    unknown: list[str] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    _is_own: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        zones = self.territory.zones
        departments = zones[zones["kind"].eq("department")]
        self.communes = communes_of(self.territory)
        names = list(departments["name"])
        where = problem("the territory")
        self.places = PlaceNames(self.communes.items(), where, earlier=earlier_communes(), departments=names)
        self.departments = {code[:2] for code in self.communes}
        self.department_names = {fold(name) for name in names}
        rim = self.territory.rim
        self.around = frozenset() if rim is None else frozenset(rim.demand["demand_id"])
        self.parts: dict[str, list[str]] = {}
        for commune in earlier_communes().values():
            if commune.kind == "arrondissement" and commune.old_id in self.communes:
                self.parts.setdefault(commune.commune_id, []).append(commune.old_id)

    def read(self, row: int, texts: Mapping[str, str]) -> None:
        """Take in one row: the communes that it is of, and their zone."""
        code, name = texts.get("commune_id", ""), texts.get("name", "")
        if not code and not name:
            self._wrong(row, "commune_id", problem("neither a code nor a name of a commune"))
            return
        try:
            communes = self._communes(code, name, texts.get("department", ""))
        except UnknownPlaceError as fault:
            if self.leave_out:
                self.unknown.append(code or name)
            else:
                self._wrong(row, "commune_id" if code else "name", told(fault))
            return
        if not communes:
            self.elsewhere += 1
            return
        if code and len(communes) == 1:
            held, others = held_against(name, communes[0], self.places)
            if held == "another":
                self._wrong(row, "", other_name(communes[0], code, name, others, self.places))
                return
        zone = self._zone(row, texts)
        for commune in communes if zone else ():
            self._put(row, commune, zone, is_own=commune == written_code(code) or not code)

    def told(self, file: str) -> Iterator[Fact]:
        """Yield what was read otherwise than written, and what was left out."""
        if self.earlier:
            yield Fact("listed_earlier", {"file": file, "codes": shown(self.earlier)})
        if self.unknown:
            yield Fact("zones_left_out", {"file": file, "count": len(self.unknown), "names": shown(self.unknown)})

    def _communes(self, code: str, name: str, department: str) -> list[str]:
        """Return the communes of the territory that a row is of; none where it is of one elsewhere."""
        written = written_code(code)
        if code and written in self.parts:
            return self.parts[written]
        if not code and department and not self._is_own_department(department):
            return []
        text = code or (f"{name} ({department})" if department.upper() in self.departments else name)
        if self._is_elsewhere(written):
            return []
        found = self.places.find(text, hints=len(self.problems) < MOST_PROBLEMS_SHOWN)
        if found.earlier is not None:
            self.earlier.append(f"{code or name}: {self.places.show(found.place_id)}")
        return [found.place_id]

    def _is_elsewhere(self, code: str) -> bool:
        """Return whether a code is that of a commune outside: of another department, of the rim, or part of one."""
        if not FRENCH_CODE.fullmatch(code):
            return False
        gone = earlier_communes().get(code)
        today = code if gone is None else gone.commune_id
        if code in self.communes or today in self.communes:
            return False
        return today in self.around or code[:2] not in self.departments or today[:2] not in self.departments

    def _is_own_department(self, text: str) -> bool:
        """Return whether a department is one of the territory's; one that cannot be told is taken for one."""
        bare = text.upper().zfill(2)
        if FRENCH_CODE.fullmatch(f"{bare[:2]}000"):
            return bare[:2] in self.departments
        return not self.department_names or fold(text) in self.department_names

    def _zone(self, row: int, texts: Mapping[str, str]) -> str:
        """Return the id of a row's zone, which is then known by its name; empty where it says none."""
        name, code = texts.get("zone_name", ""), texts.get("zone_code", "")
        if (not name and not code) or f"{fold(name)} ".startswith(NOT_GIVEN):
            return ""
        words = words_of(self.kind)
        if words:
            status = status_of(self.kind, name)
            if status is None:
                values = ", ".join(words)
                wrong = problem(
                    "{value!r} is no status of {kind}; write {values}", value=name, kind=self.kind, values=values
                )
                self._wrong(row, "zone_name", wrong)
                return ""
            self.zones[status] = (status, words[status], status)
            return status
        zone = code or name
        known = self.zones.setdefault(zone, (zone, name or code, ""))
        if name and fold(known[1]) != fold(name):
            twice = problem(
                "{zone!r} is called {name!r}, and {other!r} in a row above", zone=zone, name=name, other=known[1]
            )
            self._wrong(row, "zone_code", twice)
        return zone

    def _put(self, row: int, commune: str, zone: str, *, is_own: bool) -> None:
        """Note the zone of a commune: its own row counts more than those of communes that are part of it today."""
        before = self.zones_by_commune.get(commune, {})
        if before and self._is_own[commune] and not is_own:
            return
        if before and is_own and not self._is_own[commune]:
            before = {}
        first = next(iter(before), None)
        if first is not None and before[first] != zone:
            both = problem(
                "{place} lies in {zone!r}, and in {other!r} by row {first}; keep one",
                place=self.places.show(commune),
                zone=zone,
                other=before[first],
                first=first,
            )
            self._wrong(row, "zone_name", both)
            return
        self.zones_by_commune[commune] = {**before, row: zone}
        self._is_own[commune] = is_own

    def _wrong(self, row: int, column: str, wrong: Sentence) -> None:
        placed = wrong.at(column) if column else wrong
        self.problems.append(placed.at(problem("row {row}", row=row)).at(self.path))
