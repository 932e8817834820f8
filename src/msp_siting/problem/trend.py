"""What is expected of practitioners until the horizon, from one balance of departures and installations by zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import MANIFEST
from msp_siting.scenario import Scenario
from msp_siting.territory import WHOLE, Balance, Territory, Trend, counted_events, zone_of_place

DEPARTMENT = "department"  # the kind of zone that French territories have, and the national balance is laid on
NATIONAL = "France"


@dataclass(frozen=True)
class _Rate:
    """Posts a year of one profession in one zone, of its part that lies in the territory or its rim."""

    kind: str
    zone_id: str
    is_around: bool
    installations: float
    departures: float
    net_low: float
    net_high: float
    is_assumed: bool
    period: str
    source: str


def trend_of(territory: Territory, scenario: Scenario) -> Trend | None:
    """Return what is expected of practitioners until the horizon; None without one, or where no balance is known.

    Of a profession in ``flows.csv`` that is the balance. Of another, where the demand points lie in departments, it is
    the model's national one by inhabitants. Both count from the year of the supply. First those leave whom
    ``retiring_share`` expects to, as many of them as the balance says; what it says beyond falls on all others alike.
    Who comes settles where practitioners are today. Departures and arrivals among the events that count are part of the
    balance: the supply has them already, and so many fewer are still to leave and to come.

    Parameters
    ----------
    territory
        People in the years of their files, events counted.

    Raises
    ------
    DataError
        Where there is a balance in ``flows.csv`` and the manifest does not say of which year the supply is.
    """
    last_year = scenario.question.horizon_year
    if last_year is None:
        return None
    unknown = sorted(set(territory.flows["profession"]) - set(scenario.model.professions))
    if unknown:
        raise DataError(_unknown_profession(territory, scenario, name) for name in unknown)
    first_year = _year_of_supply(territory)
    if first_year is None:
        if territory.flows.empty:
            return None
        raise DataError(_no_year(territory))
    years = max(0, last_year - first_year)
    balances, tables = [], []
    for profession in scenario.model.professions:
        for rate in _rates(territory, scenario, profession):
            places = _places_of(territory, profession, rate)
            balance = _balance(profession, rate, years, places, _told(territory, profession, rate))
            balances.append(balance)
            tables.append(_spread(places, balance))
    if not balances:
        return None
    return Trend(first_year, last_year, tuple(balances), pd.concat(tables, ignore_index=True))


@dataclass(frozen=True)
class Yearly:
    """Posts a year; ``is_assumed`` where they are the national ones by inhabitants."""

    posts: float
    is_assumed: bool


def yearly_installations(territory: Territory, scenario: Scenario) -> dict[str, Yearly]:
    """Return the ordinary installations of a territory in a year, by profession where they are known."""
    found = {}
    for profession in scenario.model.professions:
        own = [rate for rate in _rates(territory, scenario, profession) if not rate.is_around]
        if own:
            found[profession] = Yearly(sum(rate.installations for rate in own), any(rate.is_assumed for rate in own))
    return found


def _unknown_profession(territory: Territory, scenario: Scenario, name: str) -> Sentence:
    return problem(
        "profession {profession!r} is not one of the model's ({professions}); add it to the model or take its rows out",
        profession=name,
        professions=", ".join(scenario.model.professions),
    ).at(territory.path_of("flows"))


def _year_of_supply(territory: Territory) -> int | None:
    """Return the last year that the vintage of the supply names; None where there is none."""
    name = territory.path_of("supply").name
    vintage = next((entry.vintage for entry in territory.manifest.files if entry.path == name), "")
    found = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", vintage)
    return int(max(found)) if found else None


def _no_year(territory: Territory) -> Sentence:
    name = territory.path_of("supply").name
    wrong = problem(
        "the manifest does not say of which year {file} is (files, vintage); the balance of flows.csv counts from it",
        file=name,
    )
    return wrong.at(territory.folder / MANIFEST)


def _rates(territory: Territory, scenario: Scenario, profession: str) -> Iterator[_Rate]:
    """Yield the balance a year of each zone of one profession, of the territory's part and the rim's."""
    published = territory.flows[territory.flows["profession"].eq(profession)]
    model = scenario.model.flows
    national = None if model is None else model.national.get(profession)
    kind = DEPARTMENT if published.empty else str(published["kind"].iloc[0])
    by_zone = published.set_index("zone_id")
    for is_around, people in _inhabitants(territory, kind).items():
        for zone_id, inhabitants in people.items():
            rate = _published(by_zone, kind, zone_id, inhabitants, is_around=is_around)
            if rate is None and national is not None and DEPARTMENT in territory.zone_kinds:
                share = inhabitants / national.inhabitants.value
                rate = _Rate(
                    kind,
                    zone_id,
                    is_around,
                    installations=national.installations_per_year.value * share,
                    departures=national.departures_per_year.value * share,
                    net_low=national.net_per_year_low.value * share,
                    net_high=national.net_per_year_high.value * share,
                    is_assumed=True,
                    period=NATIONAL,
                    source=national.installations_per_year.source,
                )
            if rate is not None:
                yield rate


def _inhabitants(territory: Territory, kind: str) -> dict[bool, dict[str, float]]:
    """Return the inhabitants of each zone of a kind that lie in the territory (False) and in its rim (True)."""
    tables = {False: territory.demand}
    if territory.rim is not None:
        tables[True] = territory.rim.demand
    found: dict[bool, dict[str, float]] = {}
    for is_around, table in tables.items():
        if kind == WHOLE:
            found[is_around] = {} if is_around else {territory.manifest.name: float(table["inhabitants"].sum())}
        elif f"{kind}_id" in table.columns:
            sums = table[table[f"{kind}_id"].ne("")].groupby(f"{kind}_id")["inhabitants"].sum()
            found[is_around] = {str(zone): float(people) for zone, people in sums.items()}
    return found


def _published(flows: pd.DataFrame, kind: str, zone_id: str, inhabitants: float, *, is_around: bool) -> _Rate | None:
    """Return what ``flows.csv`` says of the part of a zone; None where it says nothing.

    Of a zone whose inhabitants it states, the part with so many of them; of another, all falls on the territory.
    """
    if zone_id not in flows.index:
        return None
    row = flows.loc[zone_id]
    whole = row.get("inhabitants", np.nan)
    share = min(1.0, inhabitants / float(whole)) if whole > 0 else 0.0 if is_around else 1.0
    net = row["installations_per_year"] - row["departures_per_year"]
    low, high = (row.get(f"net_per_year_{end}", np.nan) for end in ("low", "high"))
    return _Rate(
        kind,
        zone_id,
        is_around,
        installations=float(row["installations_per_year"]) * share,
        departures=float(row["departures_per_year"]) * share,
        net_low=float(net if pd.isna(low) else low) * share,
        net_high=float(net if pd.isna(high) else high) * share,
        is_assumed=False,
        period=row["period"],
        source=row["source"],
    )


def _places_of(territory: Territory, profession: str, rate: _Rate) -> pd.DataFrame:
    """Return the practitioners of a profession in a zone, by place: ``posts``, and of them the ``old``."""
    supply, zones = territory.supply, _zones(territory, rate)
    if rate.is_around and territory.rim is not None:
        supply = territory.rim.supply
    rows = supply[supply["profession"].eq(profession) & supply["place_id"].map(zones).eq(rate.zone_id)]
    shares = rows["retiring_share"].fillna(0.0) if "retiring_share" in rows.columns else 0.0
    table = rows[["place_id"]].assign(posts=rows["practitioners"], old=rows["practitioners"] * shares)
    return table.groupby("place_id", as_index=False).sum()


def _zones(territory: Territory, rate: _Rate) -> dict[str, str]:
    """Return the zone of the kind of a balance that each place lies in."""
    if rate.kind == WHOLE:
        return dict.fromkeys(territory.supply["place_id"], rate.zone_id)
    zones = zone_of_place(territory, rate.kind)
    if not rate.is_around or territory.rim is None:
        return zones
    around = territory.rim.demand
    return zones | dict(zip(around["demand_id"], around[f"{rate.kind}_id"], strict=True))


def _told(territory: Territory, profession: str, rate: _Rate) -> tuple[float, float]:
    """Return the posts that end and that begin in a zone by the events that the supply has already."""
    events = counted_events(territory)
    if rate.is_around or events.empty:
        return 0.0, 0.0
    here = events["profession"].eq(profession) & events["place_id"].map(_zones(territory, rate)).eq(rate.zone_id)
    posts = events[here].groupby("kind")["posts"].sum()
    return -float(posts.get("departure", 0.0)), float(posts.get("arrival", 0.0))


def _balance(profession: str, rate: _Rate, years: int, places: pd.DataFrame, told: tuple[float, float]) -> Balance:
    posts, (ended, begun) = float(places["posts"].sum()), told
    departures = min(posts, max(0.0, rate.departures * years - ended))
    installations = max(0.0, rate.installations * years - begun) if posts > 0 else 0.0
    return Balance(
        profession,
        rate.kind,
        rate.zone_id,
        rate.is_around,
        posts=posts,
        departures=departures,
        installations=installations,
        net_low=min(rate.net_low * years + ended - begun, installations - departures),
        net_high=max(rate.net_high * years + ended - begun, installations - departures),
        is_assumed=rate.is_assumed,
        period=rate.period,
        source=rate.source,
    )


def _spread(places: pd.DataFrame, balance: Balance) -> pd.DataFrame:
    """Return where the posts of a balance end and begin: the oldest leave first, who comes goes where others are."""
    old, posts = places["old"], places["posts"]
    of_old = min(balance.departures, float(old.sum()))
    others = posts - old
    leaving = old * _share(of_old, old) + others * _share(balance.departures - of_old, others)
    return pd.DataFrame(
        {
            "place_id": places["place_id"],
            "profession": balance.profession,
            "departures": leaving,
            "installations": posts * _share(balance.installations, posts),
            "is_around": balance.is_around,
        }
    )


def _share(amount: float, values: pd.Series) -> float:
    total = float(values.sum())
    return amount / total if total > 0 else 0.0
