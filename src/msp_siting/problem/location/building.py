"""A siting problem from a territory and a question without professions: its points, its sites, what they cost."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import first_problems, near_name, row_number
from msp_siting.problem.candidates import check_site_rules, read_candidates
from msp_siting.problem.location.pairs import reach_of_pairs
from msp_siting.problem.location.values import LocationModel, LocationProblem, Reach
from msp_siting.scenario import SitingAssumptions, SitingScenario
from msp_siting.territory import Territory
from msp_siting.units import is_whole_cents

HOLDS_SO_MANY = frozenset({"capacitated-p-median", "fixed-charge"})
EVERY_PLACE = "place-"  # how the ids of candidates begin that sites.csv does not have
COLUMNS = ("site_id", "place_id", "name", "lon", "lat")


@dataclass(frozen=True, eq=False)
class LocationCase:
    """A siting problem and what its sites are.

    Attributes
    ----------
    territory
        With whatever sites the model adds to those of its table.
    sites
        One row per site of the problem, in its order: ``site_id`` (empty: an MSP or practitioners known by their place
        only), ``place_id``, ``name``, ``lon``, ``lat``, ``origin`` (``listed``, ``every_place``, ``existing``, ``msp``,
        ``supply``), ``format``, ``action``, ``capex_eur`` (NaN: not known), ``cost_from`` (``site``, ``format`` or
        empty), ``fits_host`` (whether its commune has the inhabitants that its format asks for).
    """

    territory: Territory
    location: LocationProblem
    model: LocationModel
    sites: pd.DataFrame

    @property
    def without_cost(self) -> int:
        """How many candidates cannot open since they may take no format."""
        return int((self.sites["origin"].isin(("listed", "every_place")) & self.sites["is_closed"]).sum())


def build_location(territory: Territory, scenario: SitingScenario) -> LocationCase:
    """Return the siting problem of a question, its pairs being the travel times that lead to the places of its sites.

    Candidates are those of ``sites.csv`` (with `every_place_may_host` every demand point besides). Open from the start,
    at no cost, are existing sites, MSPs that ``places.csv`` knows where the table has none (they hold any number, so
    not in models with capacities), and, with `existing_supply_covers`, the places where such practitioners are.

    A site costs its own ``capex_eur``; without one, where money counts, what the cheapest format costs that it may be.
    One that may be none cannot open.

    Raises
    ------
    DataError, ScenarioError
        With every problem: a forced or excluded site that is none, a cost or a capacity that lacks, a profession
        without supply, or, for `p-dispersion`, places whose minutes from one another nobody knows.
    """
    model = scenario.model
    territory = _with_every_place(territory, model)
    sites = pd.concat([_own_sites(territory), _known_places(territory, model)], ignore_index=True)
    candidates = territory.sites[territory.sites["status"].eq("candidate")]
    check_site_rules(candidates, territory, scenario)
    problems = [*_capacity_problems(territory, model), *_supply_problems(territory, model)]
    if model.objective.measure == "p-dispersion":
        problems += _distance_problems(territory)
    problems += _cost_problems(territory, scenario)
    if problems:
        raise DataError(problems)
    sites = _priced(sites, territory, scenario)
    location = _location(territory, sites, scenario)
    return LocationCase(territory, location, location_model(model), sites)


def location_model(model: SitingAssumptions) -> LocationModel:
    """Return what is sought as the solver takes it."""
    values: dict[str, Any] = {
        "cutoff_minutes": model.cutoff_minutes,
        "nearest": model.nearest,
        "single_source": model.single_source,
        "travel_cost_eur": model.travel_cost_eur_per_inhabitant_minute,
        "covered_share": model.covered_share,
        "backup_of": model.backup_of,
    }
    given = {name: parameter.value for name, parameter in values.items() if parameter is not None}
    return LocationModel(model.objective.measure, **given)


def _with_every_place(territory: Territory, model: SitingAssumptions) -> Territory:
    if model.every_place_may_host is None or not model.every_place_may_host.value:
        return territory
    demand, sites = territory.demand, territory.sites
    more = demand.loc[~demand["demand_id"].isin(sites["place_id"]), ["demand_id", "name", "lon", "lat"]]
    more = more.rename(columns={"demand_id": "place_id"})
    more = more.assign(site_id=EVERY_PLACE + more["place_id"], status="candidate")
    taken = sorted(set(more["site_id"]) & set(sites["site_id"]))
    if taken:
        wrong = problem("{site!r} is kept for a place without a candidate; give the site another id", site=taken[0])
        raise DataError(wrong.at("site_id").at(territory.path_of("sites")))
    texts = {"format": ""} if "format" in sites.columns else {}
    return replace(territory, sites=pd.concat([sites, more.assign(**texts)], ignore_index=True))


def _own_sites(territory: Territory) -> pd.DataFrame:
    table = territory.sites
    is_added = table["site_id"].str.startswith(EVERY_PLACE)
    origin = np.select([table["status"].eq("existing"), is_added], ["existing", "every_place"], "listed")
    return table[[*COLUMNS]].assign(origin=origin)


def _known_places(territory: Territory, model: SitingAssumptions) -> pd.DataFrame:
    """Return the places that are open without being sites: MSPs and practitioners, one row each."""
    sites = territory.sites
    found: dict[str, str] = {}
    there = set(sites.loc[sites["status"].eq("existing"), "place_id"])
    supply = model.existing_supply_covers
    if supply is not None and supply.value is not None:
        tables = [territory.supply, *([] if territory.rim is None else [territory.rim.supply])]
        for table in tables:
            practise = table["profession"].eq(supply.value) & table["practitioners"].gt(0)
            found |= dict.fromkeys(table.loc[practise, "place_id"], "supply")
    msps = territory.existing_msps
    holds_any = model.objective.measure not in HOLDS_SO_MANY
    if msps is not None and model.constraints.existing_sites and holds_any:
        found |= dict.fromkeys(msps.index.astype(str), "msp")
    if model.constraints.existing_sites:
        found = {place: origin for place, origin in found.items() if place not in there}
    points = territory.place_points.reindex(list(found))
    return points.rename_axis("place_id").reset_index().assign(site_id="", origin=list(found.values()))


def _supply_problems(territory: Territory, model: SitingAssumptions) -> Iterator[Sentence]:
    supply = model.existing_supply_covers
    known = set(territory.supply["profession"])
    if supply is not None and supply.value is not None and supply.value not in known:
        unknown = problem("supply.csv has no row of {name!r}", name=supply.value) + near_name(supply.value, known)
        yield unknown.at("existing_supply_covers").at(problem("territory {name}", name=territory.manifest.name))


def _capacity_problems(territory: Territory, model: SitingAssumptions) -> list[Sentence]:
    """Return the sites whose capacity lacks where each must have one."""
    if model.objective.measure != "capacitated-p-median":
        return []
    table, path = territory.sites, territory.path_of("sites")
    if "capacity_inhabitants" not in table.columns:
        return [problem("column {name} is missing", name="capacity_inhabitants").at(path)]
    lacking = table.index[table["capacity_inhabitants"].isna()]
    empty = [problem("is empty").at("capacity_inhabitants").at(row_number(row)).at(path) for row in lacking]
    return list(first_problems(empty, path))


def _distance_problems(territory: Territory) -> list[Sentence]:
    """Return the sites whose place is no demand point: minutes lead from demand points only."""
    table, path = territory.sites, territory.path_of("sites")
    known = set(territory.demand["demand_id"])
    unknown = [
        problem(
            "{place!r} is no demand point, so no minutes from it are known; add it to demand.csv (with 0 inhabitants) "
            "and its times to travel_times",
            place=place,
        )
        .at("place_id")
        .at(row_number(row))
        .at(path)
        for row, place in table["place_id"].items()
        if place not in known
    ]
    return list(first_problems(unknown, path))


def _cost_problems(territory: Territory, scenario: SitingScenario) -> list[Sentence]:
    table, path = territory.sites, territory.path_of("sites")
    capex = table.get("capex_eur", pd.Series(math.nan, index=table.index))
    wrong = [
        problem("must be in whole cents, got {value}", value=repr(cost)).at("capex_eur").at(row_number(row)).at(path)
        for row, cost in capex.items()
        if not math.isnan(cost) and not is_whole_cents(cost)
    ]
    if scenario.counts_money and not scenario.model.formats:
        lacking = table.index[capex.isna() & table["status"].eq("candidate")]
        unpriced = problem("is empty, and the model has no formats to take a cost from")
        wrong += [unpriced.at("capex_eur").at(row_number(row)).at(path) for row in lacking]
    return list(first_problems(wrong, path))


def _priced(sites: pd.DataFrame, territory: Territory, scenario: SitingScenario) -> pd.DataFrame:
    """Return the sites with what each would be and cost, and whether it cannot open since it may be nothing."""
    table = territory.sites.set_index("site_id")
    own = sites["site_id"].map(table["capex_eur"]) if "capex_eur" in table.columns else pd.Series(math.nan, sites.index)
    kinds = sites["site_id"].map(table["format"]).fillna("") if "format" in table.columns else ""
    exists = ~sites["origin"].isin(("listed", "every_place"))
    priced = sites.assign(
        format=kinds,
        action="",
        capex_eur=own.astype(float).mask(exists, 0.0),
        cost_from=np.where(own.notna() & ~exists, "site", ""),
        fits_host=True,
        is_closed=False,
    )
    lacks = priced["capex_eur"].isna()
    if not scenario.counts_money or not lacks.any():
        return priced
    cheapest = _cheapest_formats(territory, scenario)
    for row in priced.index[lacks]:
        name, cost, fits = cheapest.get(priced.loc[row, "site_id"], ("", math.nan, True))
        action = scenario.model.formats[name].action.value if name else ""
        known = ("format", "action", "capex_eur", "cost_from", "fits_host", "is_closed")
        priced.loc[row, known] = [name, action, cost, "format" if name else "", fits, not name]
    return priced


def _cheapest_formats(territory: Territory, scenario: SitingScenario) -> dict[str, tuple[str, float, bool]]:
    """Return by candidate the cheapest format that it may be, what that costs and whether its commune is large enough.

    Where every place may host, one whose commune is too small or too large for any takes the cheapest all the same.
    """
    model, hosts = scenario.model, territory.demand.set_index("demand_id")["inhabitants"]
    given = model.every_place_may_host
    if given is not None and given.value:
        nobody = {"value": 0}
        formats = {
            name: kind.model_copy(
                update={
                    "host_inhabitants_fewest": kind.host_inhabitants_fewest.model_copy(update=nobody),
                    "host_inhabitants_most": None,
                }
            )
            for name, kind in model.formats.items()
        }
        scenario = replace(scenario, model=model.model_copy(update={"formats": formats}))
    places = dict(territory.sites[["site_id", "place_id"]].itertuples(index=False, name=None))
    found: dict[str, tuple[bool, float, str]] = {}
    for (site, name), cost in read_candidates(territory, scenario).capex_eur.items():
        too_far_off = not model.formats[name].may_stand_among(float(hosts.get(places[site], math.nan)))
        found[site] = min(found.get(site, (True, math.inf, "")), (too_far_off, cost, name))
    return {site: (name, cost, not misfits) for site, (misfits, cost, name) in found.items()}


def _location(territory: Territory, sites: pd.DataFrame, scenario: SitingScenario) -> LocationProblem:
    demand, model, rules = territory.demand, scenario.model, scenario.question.sites
    switches, count = model.constraints, scenario.question.site_count
    exists = ~sites["origin"].isin(("listed", "every_place")).to_numpy()
    open_already = exists & (sites["origin"].ne("existing").to_numpy() | switches.existing_sites)
    capacity = np.full(len(sites), math.inf)
    if model.objective.measure in HOLDS_SO_MANY and "capacity_inhabitants" in territory.sites.columns:
        held = territory.sites.set_index("site_id")["capacity_inhabitants"].fillna(math.inf)
        capacity = sites["site_id"].map(held).fillna(math.inf).to_numpy(float)
    excluded = exists & ~open_already | sites["is_closed"].to_numpy(bool)
    if switches.excluded_sites:
        excluded |= sites["site_id"].isin(rules.excluded_ids).to_numpy()
    forced = sites["site_id"].isin(rules.forced_ids).to_numpy() & switches.forced_sites
    is_dispersion = model.objective.measure == "p-dispersion"
    return LocationProblem(
        demand_ids=demand["demand_id"].to_numpy(object),
        site_ids=np.where(sites["site_id"].eq(""), sites["place_id"], sites["site_id"]).astype(object),
        weights=demand["inhabitants"].to_numpy(float),
        reach=_pairs(territory.times_from_home, demand["demand_id"], sites["place_id"]),
        fixed_eur=sites["capex_eur"].fillna(0.0).to_numpy(float),
        capacity=capacity,
        existing=open_already,
        forced=forced,
        excluded=excluded,
        site_count=(count.min, count.max) if switches.site_count else (0, None),
        budget_eur=scenario.budget_eur if switches.budget else None,
        between=_between(territory, sites) if is_dispersion else None,
    )


def _pairs(times: pd.DataFrame, points: pd.Series, places: pd.Series) -> Reach:
    """Return the pairs of a point and a site at a place that a time leads to."""
    at = pd.DataFrame({"place_id": places.to_numpy(), "site": np.arange(len(places))})
    row_of = pd.Series(np.arange(len(points)), index=points.to_numpy())
    pairs = times[times["place_id"].isin(at["place_id"])].merge(at, on="place_id")
    return reach_of_pairs(
        len(points),
        pairs["demand_id"].map(row_of).to_numpy(np.int64),
        pairs["site"].to_numpy(np.int64),
        pairs["minutes"].to_numpy(float),
    )


def _between(territory: Territory, sites: pd.DataFrame) -> Reach:
    """Return the pairs of two sites: the lesser of the minutes there and back, 0 at one place."""
    times = territory.travel_times
    places = pd.Series(sites["place_id"].unique())
    times = times[times["demand_id"].isin(places) & times["place_id"].isin(places)]
    ways = [times[["demand_id", "place_id", "minutes"]]]
    ways.append(ways[0].rename(columns={"demand_id": "place_id", "place_id": "demand_id"}))
    ways.append(pd.DataFrame({"demand_id": places, "place_id": places, "minutes": 0.0}))
    least = pd.concat(ways).groupby(["demand_id", "place_id"], as_index=False)["minutes"].min()
    from_site = pd.DataFrame({"demand_id": sites["place_id"], "from": np.arange(len(sites))})
    pairs = least.merge(from_site, on="demand_id").drop(columns="demand_id").rename(columns={"from": "demand_id"})
    return _pairs(pairs, pd.Series(np.arange(len(sites))), sites["place_id"])
