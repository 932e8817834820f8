"""The table of communes: what the official files say of each, joined, and what must hold of them together."""

from collections.abc import Iterator, Mapping, Sequence
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
COUNTS = ("gps", "nurses", "physiotherapists", "midwives", "pharmacies", "msps", "health_centres")
WITH_OTHER_APL = ("nurse", "physiotherapist", "midwife")  # whose official APL is in FTE for 100,000
COUNTS_OF_2021 = ("gps_2021",)
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
    """Return communes with inhabitants and what is known of each, and how the rows of people became them.

    Raises
    ------
    DataError
        For communes that the files do not have alike.
    """
    listed = tables["communes"].drop(columns="was_outdated").set_index("commune_id").sort_index()
    parents = {code: parent for code, parent in catalogue.split_communes.parents.items() if code in listed.index}
    joined = _joined(listed, tables, codes)
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


def _joined(listed: pd.DataFrame, tables: Mapping[str, pd.DataFrame], codes: CommuneCodes) -> pd.DataFrame:
    """Return the communes listed with the figures of every file that is there."""
    joined = listed.join(_people(tables["drees_apl"]))
    joined = joined.join(_counts(tables["bpe_counts"], COUNTS, listed.index))
    if "drees_apl_others" in tables:
        weighted = {f"apl_{name}": f"standardised_{name}" for name in WITH_OTHER_APL}
        joined = joined.join(folded(tables["drees_apl_others"], "commune_id", weighted))
    if "bpe_2021" in tables:
        joined = joined.join(_counts(tables["bpe_2021"], COUNTS_OF_2021, listed.index))
    area = folded(tables["living_areas"], "commune_id", {"living_area_id": "own"})["living_area_id"]
    joined["living_area_id"] = codes.today(area).reindex(listed.index).fillna("")
    if "nurse_zoning" in tables:
        zoning = folded(tables["nurse_zoning"], "commune_id", {"nurse_zoning_id": "own"})["nurse_zoning_id"]
        joined["nurse_zoning_id"] = zoning.reindex(listed.index).fillna("")
    if "commune_types" in tables:
        types = tables["commune_types"].replace({"centre": CENTRES}).rename(columns={"centre": "centre_level"})
        own = folded(types, "commune_id", dict.fromkeys(TYPES, "own"))
        joined = joined.join(own.reindex(listed.index).fillna(""))
    return joined


def _people(table: pd.DataFrame) -> pd.DataFrame:
    """Return inhabitants and APL by commune of today: counts summed, APL weighted by standardised population."""
    how = {"inhabitants": "sum", "standardised": "sum", "apl": "standardised", "apl_under_65": "standardised"}
    return folded(table, "commune_id", how)


def _counts(table: pd.DataFrame, names: Sequence[str], communes: pd.Index) -> pd.DataFrame:
    """Return practitioners and structures by commune of today; a commune without a row has none.

    A kind of which the file has no figure at all is missing everywhere.
    """
    counted = folded(table, "commune_id", dict.fromkeys(names, "sum")).reindex(communes)
    known = [name for name in names if table[name].notna().any()]
    return counted.assign(**counted[known].fillna(0.0))
