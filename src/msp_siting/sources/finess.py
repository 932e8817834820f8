"""FINESS as it is published: lines of structures and of their coordinates, told apart by their first cell."""

import re
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from msp_siting.errors import DataError, Sentence, listed, problem
from msp_siting.files import check_file, first_problems
from msp_siting.language import Fact, Repair
from msp_siting.sources.boundaries import CRS, GEOGRAPHIC
from msp_siting.sources.catalogue import CatalogueEntry
from msp_siting.sources.raw_cells import OVERSEAS, check_cells, check_rows
from msp_siting.sources.raw_tables import Raw
from msp_siting.territory import crow_fly_km, names_of

STRUCTURE, PLACE, FIRST = "structureet", "geolocalisation", "finess"
# Where things stand in a line of a structure, counted from 0.
NUMBER, NAME, LONG_NAME, COMMUNE, DEPARTMENT, CATEGORY = 1, 3, 4, 12, 13, 18
STRUCTURE_FEWEST, PLACE_FEWEST = 20, 5  # cells of a line
PROJECTION = "LAMBERT_93"  # of metropolitan France; those overseas are in UTM
METRES = re.compile(r"[0-9]{1,8}(?:\.[0-9]*)?")
OVERSEAS_DEPARTMENT = re.compile(r"9[A-Z]|97[0-9]?|98[0-9]?")
FARTHEST_KM = 10.0  # from the town hall; a structure further away has wrong coordinates
KEPT_CATEGORIES = ("603",)


def read_finess(path: Path, entry: CatalogueEntry) -> Raw:
    """Return the MSPs of the published extract, and which departments it has structures of.

    Coordinates are missing where none are given in Lambert 93.

    Raises
    ------
    DataError
        For a file that is no such extract, with the lines that are none.
    """
    check_file(path, DataError)
    repairs: list[Repair] = []
    structures, places = _rows(path, _lines(path, repairs))
    departments = frozenset(_department(cells) for cells in structures.values())
    kept = {row: cells for row, cells in structures.items() if cells[CATEGORY] in KEPT_CATEGORIES}
    cells = pd.DataFrame(
        [
            (row[NUMBER], row[NAME] or row[LONG_NAME], row[CATEGORY], _department(row) + row[COMMUNE].zfill(3))
            for row in kept.values()
        ],
        columns=["finess_id", "name", "category", "commune_id"],
        index=list(kept),
        dtype=object,
    )
    cells = cells[~cells["commune_id"].str.startswith(OVERSEAS)]
    degrees = _degrees(places, set(cells["finess_id"]))
    for axis in ("lon", "lat"):
        cells[axis] = cells["finess_id"].map(degrees[axis]).astype(object)
    frame = check_rows(check_cells(cells, entry, path, repairs), entry, path, repairs)
    return Raw(entry, path, frame, tuple(repairs), departments)


def near_their_commune(msps: pd.DataFrame, halls: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Repair, ...]]:
    """Return MSPs with those at the town hall of their commune that have no coordinates, or some far from it.

    Parameters
    ----------
    halls
        ``lon`` and ``lat`` by commune; MSPs of other communes stay as they are.
    """
    axes = ["lon", "lat"]
    hall = halls[axes].reindex(msps["commune_id"]).set_axis(msps.index)
    known = hall["lon"].notna()
    without = msps["lon"].isna() | msps["lat"].isna()
    ends = (points[name].to_numpy(float) for points in (msps, hall) for name in axes)
    far = pd.Series(crow_fly_km(*ends) > FARTHEST_KM, index=msps.index) & ~without
    moved = known & (without | far)
    repairs = [
        Repair(key, {"count": int(which.sum()), "km": FARTHEST_KM, "names": _named(msps[which])})
        for key, which in (("repair_without_place", known & without), ("repair_far_structures", known & far))
        if which.any()
    ]
    placed = msps.assign(**{name: msps[name].where(~moved, hall[name]) for name in axes})
    return placed, tuple(repairs)


def _named(msps: pd.DataFrame) -> list[str | Fact]:
    return names_of(msps.rename(columns={"finess_id": "point_id"}))


def _lines(path: Path, repairs: list[Repair]) -> list[list[str]]:
    """Return the cells of every line; quotation marks mean nothing in this file."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # as it has long been published; one stray letter of a name is no reason to refuse all
        text = content.decode("cp1252", errors="replace")
        repairs.append(Repair("repair_encoding"))
    return [[cell.strip().strip('"') for cell in line.split(";")] for line in text.splitlines()]


def _rows(path: Path, lines: Sequence[Sequence[str]]) -> tuple[dict[int, list[str]], list[list[str]]]:
    """Return structures by line, and places."""
    if not lines or lines[0][0].lower() not in {FIRST, STRUCTURE}:
        first = problem("the line finess;etalab;...")
        got = lines[0][0][:40] if lines else ""
        no_finess = problem("expected {expected}, got {value!r}", expected=first, value=got)
        raise DataError(no_finess.at(problem("row {row}", row=1)).at(path))
    structures: dict[int, list[str]] = {}
    places: list[list[str]] = []
    problems: list[Sentence] = []
    for row, cells in enumerate(lines, start=1):
        kind = cells[0].lower()
        if kind in {FIRST, ""} and len(cells) < STRUCTURE_FEWEST:
            continue
        fewest = {STRUCTURE: STRUCTURE_FEWEST, PLACE: PLACE_FEWEST}.get(kind)
        if fewest is None:
            either = listed([STRUCTURE, PLACE], "{some} or {other}")
            wrong = problem("expected {expected}, got {value!r}", expected=either, value=cells[0][:40])
            problems.append(wrong.at(problem("row {row}", row=row)).at(path))
        elif len(cells) < fewest:
            short = problem(
                "row {row}: expected {expected} cells, got {cells}", row=row, expected=fewest, cells=len(cells)
            )
            problems.append(short.at(path))
        elif kind == STRUCTURE:
            structures[row] = list(cells)
        else:
            places.append(list(cells))
    if not structures and not problems:
        problems.append(problem("there is no row").at(path))
    if problems:
        raise DataError(first_problems(problems, path))
    return structures, places


def _department(cells: Sequence[str]) -> str:
    """Return the first two characters of the INSEE code; FINESS writes 9A to 9F for those overseas."""
    given = cells[DEPARTMENT].upper()
    return "97" if OVERSEAS_DEPARTMENT.fullmatch(given) else given.zfill(2)


def _degrees(places: Sequence[Sequence[str]], wanted: set[str]) -> pd.DataFrame:
    """Return ``lon`` and ``lat`` by number of those that have metres in Lambert 93."""
    metres = {
        cells[1]: (float(cells[2]), float(cells[3]))
        for cells in places
        if cells[1] in wanted and PROJECTION in cells[4].upper() and all(map(METRES.fullmatch, cells[2:4]))
    }
    points = gpd.GeoSeries(gpd.points_from_xy(*zip(*metres.values(), strict=True)), crs=CRS) if metres else None
    if points is None:
        return pd.DataFrame(columns=["lon", "lat"], dtype=float)
    degrees = points.to_crs(GEOGRAPHIC)
    return pd.DataFrame({"lon": degrees.x.round(6), "lat": degrees.y.round(6)}).set_axis(list(metres))
