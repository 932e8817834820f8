"""INSEE codes of communes: what a code of another year is today, and sums and means over communes that became one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from msp_siting.errors import DataError, problem
from msp_siting.files import MOST_PROBLEMS_SHOWN, first_problems
from msp_siting.language import Repair
from msp_siting.sources.raw_cells import OVERSEAS
from msp_siting.sources.raw_tables import Raw


@dataclass(frozen=True)
class CommuneCodes:
    """The codes of today and what earlier ones have become.

    Attributes
    ----------
    current
        Today's codes, those of arrondissements that are demand points of their own among them.
    successors
        Today's code by earlier code (merged and associated communes, other municipal arrondissements).
    divided
        Cities whose arrondissements are demand points of their own, with these.
    """

    current: frozenset[str]
    successors: Mapping[str, str]
    divided: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def resolve(self, raw: Raw, column: str = "commune_id") -> tuple[pd.DataFrame, tuple[Repair, ...]]:
        """Return a file's metropolitan rows under today's codes; several rows may then have one code.

        Raises
        ------
        DataError
            For a code that no list knows.
        """
        frame = raw.frame[~raw.frame[column].str.startswith(OVERSEAS)]
        codes = frame[column]
        outdated = ~codes.isin(self.current)
        resolved = codes.where(~outdated, codes.map(self.successors))
        unknown = codes[resolved.isna()].drop_duplicates()
        if len(unknown):
            header = raw.entry.columns[column].header
            problems = [
                problem(
                    "no such commune {code!r}, today or earlier; if it is right, the list of communes and the file of "
                    "earlier codes are out of date",
                    code=code,
                )
                .at(header)
                .at(raw.path)
                for code in unknown
            ]
            raise DataError(first_problems(problems, raw.path))
        repairs = (Repair("repair_outdated", {"count": int(outdated.sum())}),) if outdated.any() else ()
        return frame.assign(**{column: resolved, "was_outdated": outdated}), repairs

    def today(self, codes: pd.Series) -> pd.Series:
        """Return codes of today where an earlier one is given; unknown codes stay as they are."""
        return codes.where(codes.isin(self.current), codes.map(self.successors)).fillna(codes)


def commune_codes(communes: Raw, changes: Raw, divided: Mapping[str, tuple[str, ...]]) -> CommuneCodes:
    """Return the codes that the list of communes and the file of changes give.

    A code that became part of two communes stands for the one where its place is today: the one that it is a
    *commune déléguée* or *associée* of.

    Parameters
    ----------
    divided
        Cities whose arrondissements are demand points of their own.

    Raises
    ------
    DataError
        Where a change leads to no commune of the list.
    """
    current = frozenset(communes.frame["commune_id"])
    table = changes.frame
    lost = sorted(set(table["commune_id"]) - current)
    if lost:
        raise DataError(
            problem(
                "current code {code!r} is not in the list of communes; are the two of the same year?", code=code
            ).at(changes.path)
            for code in lost[:MOST_PROBLEMS_SHOWN]
        )
    ordered = table.assign(merged=table["kind"].eq("merged")).sort_values(["old_id", "merged"], kind="stable")
    successors = ordered.drop_duplicates("old_id").set_index("old_id")["commune_id"]
    return CommuneCodes(current.union(*divided.values()), successors.to_dict(), divided)


def folded(frame: pd.DataFrame, key: str, how: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per key: counts summed, rates averaged, other cells from the row of the commune's own code.

    Parameters
    ----------
    how
        By column: ``sum``; ``own`` (the row whose code is today's, else what all rows agree on, else the commonest);
        or the column of counts that weighs its mean. A mean over weights that are all 0 is the plain one; a missing
        rate has no weight.
    """
    groups = frame.groupby(key, sort=True)
    columns = {}
    for name, rule in how.items():
        if rule == "sum":
            columns[name] = groups[name].sum(min_count=1)
        elif rule == "own":
            columns[name] = _own(frame, key, name)
        else:
            columns[name] = _weighted_mean(frame, key, name, rule)
    return pd.DataFrame(columns)


def _own(frame: pd.DataFrame, key: str, name: str) -> pd.Series:
    size = frame.groupby([key, name])[name].transform("size")
    ordered = frame.assign(size=-size).sort_values([key, "was_outdated", "size", name], kind="stable")
    return ordered.drop_duplicates(key).set_index(key)[name]


def _weighted_mean(frame: pd.DataFrame, key: str, name: str, weight: str) -> pd.Series:
    known = frame[frame[name].notna()]
    weights = known[weight]
    totals = (known[name] * weights).groupby(known[key]).sum()
    mass = weights.groupby(known[key]).sum()
    plain = known.groupby(known[key])[name].mean()
    return (totals / mass.where(mass > 0)).fillna(plain).reindex(sorted(set(frame[key])))
