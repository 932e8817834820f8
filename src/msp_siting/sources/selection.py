"""Which communes a territory is made of: departments, regions, or a list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import Text, near_name, split_sheet
from msp_siting.language import Fact, fold
from msp_siting.sources.departments import department_names
from msp_siting.sources.france import France
from msp_siting.sources.listed import NOT_COVERED, CommuneList, find_listed, read_list
from msp_siting.territory import OVERSEAS_NAMES, is_overseas, written_department

OVERSEAS_REGIONS = ("01", "02", "03", "04", "06")


@dataclass(frozen=True)
class Choice:
    """What a territory is asked to be made of, its form checked: departments, regions, all of them, or a list.

    Attributes
    ----------
    name, title
        Of the territory.
    column, codes
        What its communes have in the list of communes: ``department_id`` or ``region_id``, and which.
    listed
        The list of communes instead, where one is given.
    """

    name: str
    title: Text
    column: str = ""
    codes: tuple[str, ...] = ()
    listed: CommuneList | None = None


@dataclass(frozen=True)
class Selection:
    """A territory's communes.

    Attributes
    ----------
    name, title
        Of the territory.
    commune_ids
        Codes of today, sorted.
    repairs
        What was mended in the list of them, and which codes are read as others.
    cautions
        What every reader of the territory must know of the list.
    """

    name: str
    title: Text
    commune_ids: tuple[str, ...]
    repairs: tuple[Fact, ...] = ()
    cautions: tuple[Fact, ...] = ()


def read_choice(
    departments: Sequence[str] = (), regions: Sequence[str] = (), communes: Path | None = None, *, france: bool = False
) -> Choice:
    """Return what is asked for, before any official file is read.

    Parameters
    ----------
    communes
        A CSV or a sheet (``FILE.xlsx#sheet``) with a column ``commune_id``.
    france
        Whether all of metropolitan France is.

    Raises
    ------
    DataError
        For a department or region that does not exist, a list that is none, or when nothing or two kinds are asked for.
    """
    if sum(map(bool, (departments, regions, communes, france))) != 1:
        raise DataError(problem("give --department, --region, --communes or --france, one of the four"))
    if communes is not None:
        file, _ = split_sheet(communes)
        title: Text = {"fr": file.stem, "en": file.stem}
        return Choice(slug(file.stem) or "communes", title, listed=read_list(communes))
    names = department_names()
    if france:
        title = {"fr": "France métropolitaine", "en": "Metropolitan France"}
        return Choice("france", title, "department_id", tuple(names.index))
    if departments:
        written = [written_department(code) for code in departments]
        unknown = [(given, code) for given, code in zip(departments, written, strict=True) if code not in names.index]
        if unknown:
            raise DataError(_no_department(code, names).at(f"--department {given}") for given, code in unknown)
        kept = names.loc[sorted(set(written)), "name"]
        return _choice("department_id", kept, [f"{name} ({code})" for code, name in kept.items()])
    by_region = names.drop_duplicates("region_id").set_index("region_id")["region_name"].sort_index()
    unknown_regions = [code for code in regions if code not in by_region.index]
    if unknown_regions:
        known = ", ".join(f"{code} {name}" for code, name in by_region.items())
        none = problem("no such metropolitan region; they are {regions}", regions=known)
        raise DataError(
            (NOT_COVERED if code in OVERSEAS_REGIONS or _is_overseas(code) else none).at(f"--region {code}")
            for code in unknown_regions
        )
    kept = by_region.loc[sorted(set(regions))]
    return _choice("region_id", kept, list(kept))


def select_communes(france: France, choice: Choice) -> Selection:
    """Return the communes asked for; a commune without inhabitants has no figures and is left out.

    Raises
    ------
    DataError
        For a commune of a list that does not exist or is not the one named, or when there is none.
    """
    if choice.listed is not None:
        return Selection(choice.name, choice.title, *find_listed(choice.listed, france))
    codes = france.communes.index[france.communes[choice.column].isin(choice.codes)]
    if codes.empty:
        raise DataError(problem("the list of communes has no inhabited commune there").at(choice.title["en"]))
    return Selection(choice.name, choice.title, tuple(sorted(codes)))


def _choice(column: str, kept: pd.Series, titles: Sequence[str]) -> Choice:
    title = ", ".join(titles)
    return Choice("-".join(map(slug, kept)), {"fr": title, "en": title}, column, tuple(map(str, kept.index)))


def slug(name: str) -> str:
    """Return a name as a folder is called: lower case, without accents, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def _is_overseas(text: str) -> bool:
    return is_overseas(text) or fold(text) in OVERSEAS_NAMES


def _no_department(code: str, names: pd.DataFrame) -> Sentence:
    if _is_overseas(code):
        return NOT_COVERED
    return problem("no such metropolitan department") + _department_hint(code, names)


def _department_hint(code: str, names: pd.DataFrame) -> str:
    if code == "20":
        return problem("; Corsica is 2A and 2B")
    padded = code.zfill(2)
    if padded in names.index:
        return problem("; did you mean {code}? Write its leading zero", code=padded)
    by_name = {slug(name): number for number, name in names["name"].items()}
    if slug(code) in by_name:
        return problem("; did you mean {name}?", name=by_name[slug(code)])
    return near_name(code, names.index)
