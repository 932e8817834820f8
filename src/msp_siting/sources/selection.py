"""Which communes a territory is made of: departments, regions, or a list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, problem
from msp_siting.files import (
    Column,
    Mended,
    Table,
    Text,
    bundled_folder,
    first_problems,
    near_name,
    optional_column,
    read_table,
    row_number,
    split_sheet,
)
from msp_siting.language import Fact, fold, mended_facts
from msp_siting.sources.france import France
from msp_siting.territory import CODE_DIGITS, CODE_HEADINGS, NAME_HEADINGS

DEPARTMENTS = Table(
    "departments",
    (
        Column("department_id", "id"),
        Column("name", "text"),
        Column("region_id", "id"),
        Column("region_name", "text"),
    ),
    ("department_id",),
)
COMMUNES = Table(
    "communes",
    (
        Column("commune_id", "id", aliases=CODE_HEADINGS, digits=CODE_DIGITS),
        optional_column("name", "text", aliases=NAME_HEADINGS),
    ),
    ("commune_id",),
    may_have_others=True,
)


@dataclass(frozen=True)
class Selection:
    """A territory's name, title and communes (codes of today, sorted); what was mended in the list of them."""

    name: str
    title: Text
    commune_ids: tuple[str, ...]
    repairs: tuple[Fact, ...] = ()


def department_names() -> pd.DataFrame:
    """Return metropolitan departments by ``department_id``: ``name``, ``region_id``, ``region_name``."""
    path = bundled_folder() / "data" / "departments.csv"
    return read_table(path, DEPARTMENTS).set_index("department_id")


def select_communes(
    france: France, *, departments: Sequence[str] = (), regions: Sequence[str] = (), communes: Path | None = None
) -> Selection:
    """Return the communes asked for; a commune without inhabitants has no figures and is left out.

    Parameters
    ----------
    communes
        A CSV or a sheet (``FILE.xlsx#sheet``) with a column ``commune_id``; earlier codes stand for today's.

    Raises
    ------
    DataError
        For a department, region or commune that does not exist, or when nothing or two kinds are asked for.
    """
    if sum(map(bool, (departments, regions, communes))) != 1:
        raise DataError(problem("give --department, --region or --communes, one of the three"))
    names = department_names()
    table = france.communes
    if communes is not None:
        mended: list[Mended] = []
        codes = _listed(communes, france, mended)
        file, _ = split_sheet(communes)
        title: Text = {"fr": file.stem, "en": file.stem}
        return Selection(slug(file.stem) or "communes", title, codes, tuple(mended_facts(file.name, mended)))
    if departments:
        unknown = [code for code in departments if code not in names.index]
        if unknown:
            raise DataError(
                (problem("no such metropolitan department") + _department_hint(code, names)).at(f"--department {code}")
                for code in unknown
            )
        kept = names.loc[sorted(set(departments))]
        inside = table["department_id"].isin(kept.index)
        titles = [f"{name} ({code})" for code, name in kept["name"].items()]
        return _selection(list(kept["name"]), titles, table.index[inside])
    by_region = names.drop_duplicates("region_id").set_index("region_id")["region_name"].sort_index()
    unknown = [code for code in regions if code not in by_region.index]
    if unknown:
        known = ", ".join(f"{code} {name}" for code, name in by_region.items())
        raise DataError(
            problem("no such metropolitan region; they are {regions}", regions=known).at(f"--region {code}")
            for code in unknown
        )
    chosen = by_region.loc[sorted(set(regions))]
    inside = table["region_id"].isin(chosen.index)
    return _selection(list(chosen), list(chosen), table.index[inside])


def _selection(names: list[str], titles: list[str], codes: pd.Index) -> Selection:
    title = ", ".join(titles)
    if codes.empty:
        raise DataError(problem("the list of communes has no inhabited commune there").at(title))
    return Selection("-".join(map(slug, names)), {"fr": title, "en": title}, tuple(sorted(codes)))


def slug(name: str) -> str:
    """Return a name as a folder is called: lower case, without accents, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def _department_hint(code: str, names: pd.DataFrame) -> str:
    padded = code.zfill(2)
    if padded in names.index:
        return problem("; did you mean {code}? Write its leading zero", code=padded)
    by_name = {slug(name): number for number, name in names["name"].items()}
    if slug(code) in by_name:
        return problem("; did you mean {name}?", name=by_name[slug(code)])
    return near_name(code, names.index)


def _listed(path: Path, france: France, mended: list[Mended]) -> tuple[str, ...]:
    given = read_table(path, COMMUNES, mended)["commune_id"]
    today = france.codes.today(given)
    elsewhere = france.count.counted_elsewhere
    today = today.replace(dict(elsewhere))
    unknown = given[~today.isin(france.communes.index)]
    problems = []
    for row, code in unknown.items():
        none, padded = problem("no inhabited metropolitan commune {code!r}", code=code), code.zfill(5)
        if padded in france.communes.index:
            none += problem("; did you mean {code}? Write its leading zero", code=padded)
        problems.append(none.at("commune_id").at(row_number(row)).at(path))
    if problems:
        raise DataError(first_problems(problems, path))
    return tuple(sorted(set(today)))
