"""Estimates by commune that no file gives: practitioners in private practice, those about to leave, groups of people.

Every rule is stated where it is used and in the label of the table it makes (``labels``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import pandas as pd

from msp_siting.errors import DataError, problem
from msp_siting.sources.commune_codes import folded
from msp_siting.sources.france import France

PERCENT = 100.0
OLD_AGE = 75
SENIOR_AGE = 65
LEAVING_AGE = 65  # where DREES's two series part
CHILD_AGE = 15
ALL_AGES = "tous âges"
COUNTED = {"gp": "gps", "nurse": "nurses", "physiotherapist": "physiotherapists", "midwife": "midwives"}  # by commune
# By department. GPs in special practice (MEP: allergology, acupuncture ...) are no family doctors.
LIBERAL = COUNTED | {"gp": "gps_without_special_practice"}


@dataclass(frozen=True)
class Scale:
    """Practitioners in private practice per place of practice counted by the BPE.

    Attributes
    ----------
    factors
        By profession and department, where CNAM gives a figure and the BPE counts any.
    special_share
        Of the GPs in private practice, those in special practice, by department.
    """

    factors: Mapping[str, Mapping[str, float]]
    special_share: Mapping[str, float]


def practitioners(france: France) -> pd.DataFrame:
    """Return practitioners in private practice (heads): one row per ``commune_id``, one column per profession.

    They are where the BPE counts them, times one factor per department and profession that brings their sum to CNAM's
    practitioners in private practice; GPs to those without special practice, whose share is taken to be the same in
    every commune of a department. Without a figure of CNAM, they are as counted.
    """
    factors = scale(france).factors
    departments = france.communes["department_id"]
    return pd.DataFrame(
        {
            profession: france.communes[column] * departments.map(factors[profession]).fillna(1.0)
            for profession, column in COUNTED.items()
        }
    )


def scale(france: France, departments: tuple[str, ...] = ()) -> Scale:
    """Return the factors of some departments; of all, if none is named."""
    table = france.tables.get("liberal_practitioners")
    if table is None:
        return Scale({profession: {} for profession in COUNTED}, {})
    known = table.set_index("department_id")
    counted = france.communes.groupby("department_id")[list(COUNTED.values())].sum()
    shown = counted.index if not departments else counted.index.intersection(list(departments))
    factors: dict[str, dict[str, float]] = {}
    for profession, column in COUNTED.items():
        ratio = known[LIBERAL[profession]].reindex(shown) / counted[column].where(counted[column] > 0).reindex(shown)
        factors[profession] = ratio.dropna().to_dict()
    special = 1 - known[LIBERAL["gp"]] / known["gps"].where(known["gps"] > 0)
    return Scale(factors, special.reindex(shown).dropna().to_dict())


def retiring_gp_share(france: France, horizon_year: int) -> pd.Series:
    """Return the share of GPs expected to have left by the horizon, by ``commune_id``.

    Where the ages of a department's GPs are loaded: those who are 65 or more at the horizon. Elsewhere those of 65 and
    over today, read from DREES's two series in the living area: 1 - (mean APL to GPs under 65) / (mean APL to all),
    means weighted by standardised population; GPs who reach 65 before the horizon are not in it.
    """
    communes = france.communes
    zone = communes["living_area_id"]
    everyone = (communes["apl"] * communes["standardised"]).groupby(zone).sum()
    under_65 = (communes["apl_under_65"] * communes["standardised"]).groupby(zone).sum()
    share = zone.map((1 - under_65 / everyone.where(everyone > 0)).clip(0.0, 1.0))
    return communes["department_id"].map(_leaving_by_age(france, horizon_year)).fillna(share).round(4)


def _leaving_by_age(france: France, horizon_year: int) -> pd.Series:
    """Return the share of GPs of 65 and over at the horizon, by department whose latest ages are loaded."""
    table = france.tables.get("gp_ages")
    if table is None:
        return pd.Series(dtype=float)
    latest = table[table["year"].eq(table.groupby("department_id")["year"].transform("max"))]
    leaves = latest["age"] + horizon_year - latest["year"] >= LEAVING_AGE
    gps = latest["gps"].groupby(latest["department_id"]).sum()
    leaving = latest["gps"].where(leaves, 0.0).groupby(latest["department_id"]).sum()
    return leaving / gps.where(gps > 0)


def groups(france: France) -> pd.DataFrame:
    """Return people of groups that need care close by, one column per group whose source is at hand.

    ``inhabitants_75_plus``, ``inhabitants_65_plus``, ``inhabitants_under_15``: ages by commune where they are loaded,
    else the share of the living area (no 65 and over there). ``inhabitants_diabetes``: `diabetes_rates`.
    ``inhabitants_ald``: the share of the living area. A cell is missing where the publisher keeps a rate secret, or
    covers no such department.
    """
    communes = france.communes
    people = communes["inhabitants"]
    columns = {}
    ages = age_shares(france)
    if ages is not None:
        columns["inhabitants_75_plus"] = people * ages["old"]
        columns["inhabitants_65_plus"] = people * (ages["old"] + ages["senior"])
        columns["inhabitants_under_15"] = people * ages["child"]
    rates = diabetes_rates(france, ages)
    if rates is not None:
        columns["inhabitants_diabetes"] = people * rates
    if "ald_percent" in france.living_areas.columns:
        share = france.living_areas["ald_percent"].loc[communes["living_area_id"]].to_numpy() / PERCENT
        columns["inhabitants_ald"] = people * share
    return pd.DataFrame(columns, index=communes.index).round(1)


def age_shares(france: France) -> pd.DataFrame | None:
    """Return shares of inhabitants by commune: ``child`` (under 15), ``senior`` (65 to 74), ``old`` (75 and over).

    From people by age where they are loaded, else from shares by commune, else from the living area, whose ``senior``
    is missing; None if nothing is known.
    """
    found = [
        shares for read in (_counted_ages, _published_ages, _ages_of_areas) if (shares := read(france)) is not None
    ]
    return reduce(pd.DataFrame.combine_first, found) if found else None


def _counted_ages(france: France) -> pd.DataFrame | None:
    if "ages" not in france.tables:
        return None
    table = france.tables["ages"]
    own = [code for codes in france.codes.divided.values() for code in codes]
    table = table[table["level"].ne("ARM") | table["commune_id"].isin(own)]
    everyone = table.groupby("commune_id")["people"].sum()
    parts = {
        "child": table["age"] < CHILD_AGE,
        "senior": table["age"].between(SENIOR_AGE, OLD_AGE, inclusive="left"),
        "old": table["age"] >= OLD_AGE,
    }
    people = {name: table[part].groupby("commune_id")["people"].sum() for name, part in parts.items()}
    known = pd.DataFrame(people).reindex(everyone.index).fillna(0.0)
    return known.div(everyone.where(everyone > 0), axis="index").reindex(france.communes.index)


def _published_ages(france: France) -> pd.DataFrame | None:
    """Return shares by commune of the last census that has them; those of 65 to 74 are of one census."""
    if "age_shares" not in france.tables:
        return None
    names = ("under_15_percent", "over_65_percent", "over_75_before_percent", "over_75_percent")
    table = folded(france.tables["age_shares"], "commune_id", dict.fromkeys(names, "people")) / PERCENT
    senior = (table["over_65_percent"] - table["over_75_before_percent"]).clip(lower=0.0)
    known = pd.DataFrame({"child": table["under_15_percent"], "senior": senior, "old": table["over_75_percent"]})
    return known.reindex(france.communes.index)


def _ages_of_areas(france: France) -> pd.DataFrame | None:
    if "over_75_percent" not in france.living_areas.columns:
        return None
    columns_used = ["under_15_percent", "over_75_percent"]
    rows = france.living_areas.loc[france.communes["living_area_id"], columns_used] / PERCENT
    columns = {"child": rows["under_15_percent"], "old": rows["over_75_percent"]}
    known = pd.DataFrame({name: column.to_numpy() for name, column in columns.items()}, index=france.communes.index)
    return known.assign(senior=float("nan"))


def diabetes_rates(france: France, ages: pd.DataFrame | None) -> pd.Series | None:
    """Return the share of inhabitants with treated diabetes by commune; None without the file by age.

    With ages: children, people of 65 to 74, of 75 and over and those between have a rate each, of their department. The
    three outer ones are the plain mean of the publisher's age bands (some are kept secret: the mean is of the others);
    that between them is what leaves the department its rate of all ages. A department that the file does not cover has
    the rates of those that it covers, times its age-standardised rate over theirs.
    """
    table = france.tables.get("diabetes")
    if table is None:
        return None
    departments = france.communes["department_id"]
    overall = table[table["ages"].eq(ALL_AGES)].set_index("department_id")["prevalence_percent"] / PERCENT
    without = sorted(set(table["department_id"]) - set(overall.index))
    if without:
        header = france.entry("diabetes").columns["ages"].header
        raise DataError(
            problem("department {code}: no row has {header} {value!r}", code=code, header=header, value=ALL_AGES).at(
                france.paths["diabetes"]
            )
            for code in without
        )
    if ages is None:
        return departments.map(overall)
    mean_senior = ages["senior"].groupby(departments).transform("mean")
    shares = ages.assign(senior=ages["senior"].fillna(mean_senior)).dropna(axis="columns", how="all")
    people = france.communes["inhabitants"].where(shares.notna().all(axis="columns"))
    counted = shares.mul(people, axis="index").groupby(departments).sum()
    by_age = _rates_by_age(table, overall, counted, people.groupby(departments).sum())
    by_age = pd.concat([by_age, _rates_elsewhere(france, by_age, counted, people.groupby(departments).sum())])
    found = departments.map(by_age["between"]) * (1 - shares.sum(axis="columns", skipna=False))
    for part in shares.columns:
        found = found + departments.map(by_age[part]) * shares[part]
    return found.fillna(departments.map(overall))


def _rates_by_age(table: pd.DataFrame, overall: pd.Series, counted: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """Return rates by department of the file and age group, ``between`` among them.

    Parameters
    ----------
    counted, people
        People of each outer age group, and of all ages, by department.
    """
    bands = table[table["ages"].ne(ALL_AGES)]
    first_age = bands["ages"].str.extract(r"(\d+)")[0].astype(float)
    parts = {
        "child": first_age < CHILD_AGE,
        "senior": first_age.between(SENIOR_AGE, OLD_AGE, inclusive="left"),
        "old": first_age >= OLD_AGE,
    }
    percent = bands["prevalence_percent"] / PERCENT
    means = {name: percent[parts[name]].groupby(bands["department_id"]).mean() for name in counted.columns}
    rates = pd.DataFrame(means).reindex(overall.index)
    rates = rates.apply(lambda column: column.fillna(overall))
    shares = counted.div(people, axis="index").reindex(overall.index).fillna(0.0)
    inside = 1 - shares.sum(axis="columns")
    between = (overall - (rates * shares).sum(axis="columns")) / inside.where(inside > 0)
    return rates.assign(between=between.clip(lower=0.0))


def _rates_elsewhere(france: France, by_age: pd.DataFrame, counted: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """Return rates by age group of departments outside the file by age that have a standardised rate."""
    if "diabetes_standardised" not in france.tables:
        return by_age.iloc[:0]
    standardised = france.tables["diabetes_standardised"].set_index("department_id")["standardised_percent"]
    covered = by_age.index.intersection(standardised.index).intersection(people.index)
    if covered.empty:
        return by_age.iloc[:0]
    weights = counted.assign(between=people - counted.sum(axis="columns")).loc[covered, by_age.columns]
    reference = (by_age.loc[covered] * weights).sum() / weights.sum()
    level = (standardised[covered] * people[covered]).sum() / people[covered].sum()
    others = standardised.drop(by_age.index, errors="ignore") / level
    return pd.DataFrame({part: others * rate for part, rate in reference.items()})
