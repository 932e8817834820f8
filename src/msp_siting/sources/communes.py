"""One row per commune of today: what each official file says of it, joined by code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import MOST_PROBLEMS_SHOWN, first_problems
from msp_siting.sources.catalogue import Catalogue
from msp_siting.sources.commune_codes import CommuneCodes, folded
from msp_siting.sources.raw_cells import OVERSEAS
from msp_siting.sources.raw_tables import Raw
from msp_siting.territory import SMALLEST_NEED_INDEX

LARGEST_NEED_INDEX = 10.0  # the oldest weigh 2.26; more tells of a wrong unit
STRUCTURES = ("pharmacies", "msps", "health_centres")
TYPES = ("centre_level", "density", "massif")
CENTRES = {  # ANCT's words for the levels of centres
    "Communes non centre": "none",
    "Centre local d'équipements et de services": "local",
    "Centre intermédiaire d'équipements et de services": "intermediate",
    "Centre structurant d'équipements et de services": "structuring",
    "Centre majeur d'équipements et de services": "major",
}


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


def join_communes(
    catalogue: Catalogue,
    files: Mapping[str, Raw],
    tables: Mapping[str, pd.DataFrame],
    codes: CommuneCodes,
    living_areas: pd.DataFrame,
) -> tuple[pd.DataFrame, Count]:
    """Return one row per commune of today with its figures, and how rows became communes.

    Raises
    ------
    DataError
        Where a commune has no place, or files do not fit together.
    """
    listed = tables["communes"].drop(columns="was_outdated").set_index("commune_id").sort_index()
    parents = {code: parent for code, parent in catalogue.split_communes.parents.items() if code in listed.index}
    joined = listed.join(_people(tables["drees_apl"])).join(_gps(tables["bpe_gps"]))
    if "bpe_structures" in tables:
        joined = joined.join(_structures(tables["bpe_structures"]).reindex(listed.index).fillna(0.0))
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
    problems += list(_without_density(kept, files["living_area_health"], living_areas))
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


def _without_density(communes: pd.DataFrame, health: Raw, living_areas: pd.DataFrame) -> Iterator[Sentence]:
    """Yield living areas with inhabitants that the file of densities lacks."""
    known = living_areas[["gp_density", "nurse_density", "midwife_density"]].notna().all(axis="columns")
    areas = communes["living_area_id"]
    for code, area in areas[areas.isin(known.index[~known])].drop_duplicates().items():
        yield problem("no row for living area {area!r}, that of commune {code!r}", area=area, code=code).at(health.path)


def _people(table: pd.DataFrame) -> pd.DataFrame:
    """Return inhabitants and APL by commune of today: counts summed, APL weighted by standardised population."""
    how = {"inhabitants": "sum", "standardised": "sum", "apl": "standardised", "apl_under_65": "standardised"}
    return folded(table, "commune_id", how)


def _structures(table: pd.DataFrame) -> pd.DataFrame:
    """Return structures by commune of today; a commune without a row has none."""
    return folded(table, "commune_id", dict.fromkeys(STRUCTURES, "sum"))


def _gps(table: pd.DataFrame) -> pd.DataFrame:
    """Return GPs by commune of today; a commune without a row has none, unless its department has no row at all."""
    return folded(table, "commune_id", {"gps": "sum"})
