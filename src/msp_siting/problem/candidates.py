"""Candidate sites: where a structure may be opened, in which formats and at what capital cost."""

from dataclasses import dataclass

import pandas as pd

from msp_siting.errors import DataError, ScenarioError, problem
from msp_siting.files import near_name
from msp_siting.problem.candidate_rules import review_candidates
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory
from msp_siting.units import is_whole_cents


@dataclass(frozen=True)
class Candidates:
    """Candidate sites and what opening each costs.

    Attributes
    ----------
    sites
        One row per candidate site that may open: ``site_id``, ``place_id``, ``name``, ``lon``, ``lat``.
    capex_eur
        Capital cost of every (site, format) that is allowed.
    """

    sites: pd.DataFrame
    capex_eur: dict[tuple[str, str], float]


def read_candidates(territory: Territory, scenario: Scenario) -> Candidates:
    """Return the candidate sites that the model's rules leave; a site's own format and ``capex_eur`` win over its.

    A site with neither takes the formats whose team its commune is large enough to host; a place whose inhabitants
    are not known takes all. A site's own capex without a format is the cost of every format.

    Raises
    ------
    DataError, ScenarioError
        For a format or a forced or excluded site that does not exist, or a cost with a part of a cent.
    """
    table = territory.sites[territory.sites["status"].eq("candidate")].reset_index(drop=True)
    formats = scenario.model.formats
    _check_rules(table, territory, scenario)
    own_format = table.get("format", pd.Series("", index=table.index))
    own_capex = table.get("capex_eur", pd.Series(float("nan"), index=table.index))
    problems = [
        (problem("the model has no format {name!r}", name=name) + near_name(name, formats)).at("format")
        for name in sorted(set(own_format) - set(formats) - {""})
    ]
    problems += [
        problem("must be in whole cents, got {value}", value=repr(capex)).at(site).at("capex_eur")
        for site, capex in zip(table["site_id"], own_capex.tolist(), strict=True)
        if pd.notna(capex) and not is_whole_cents(capex)
    ]
    if problems:
        raise DataError(each.at(territory.path_of("sites")) for each in problems)
    review = review_candidates(territory, scenario)
    kept = set(review.sites.loc[review.sites["kept"], "site_id"])
    hosts = table["place_id"].map(territory.demand.set_index("demand_id")["inhabitants"])
    capex_eur = {
        (site, name): float(capex) if pd.notna(capex) else kind.capex_eur.value
        for site, given, capex, host in zip(table["site_id"], own_format, own_capex, hosts, strict=True)
        if site in kept
        for name, kind in formats.items()
        if given == name or (not given and (pd.notna(capex) or not host < kind.host_inhabitants_fewest.value))
    }
    open_to_nothing = sorted(set(scenario.question.sites.force_open) - {site for site, _ in capex_eur})
    if open_to_nothing:
        fewest = min(kind.host_inhabitants_fewest.value for kind in formats.values())
        raise ScenarioError(
            problem(
                "{site!r} can open in no format; its commune has fewer than {fewest} inhabitants "
                "(host_inhabitants_fewest)",
                site=site,
                fewest=fewest,
            )
            .at("sites.force_open")
            .at(problem("scenario {name}", name=scenario.name))
            for site in open_to_nothing
        )
    left = table[table["site_id"].isin(kept)].reset_index(drop=True)
    return Candidates(left[["site_id", "place_id", "name", "lon", "lat"]], capex_eur)


def _check_rules(candidates: pd.DataFrame, territory: Territory, scenario: Scenario) -> None:
    known = set(candidates["site_id"])
    existing = set(territory.sites["site_id"]) - known
    rules = scenario.question.sites
    problems = []
    for key, names in (("force_open", rules.force_open), ("exclude", rules.exclude)):
        for name in names:
            if name in existing:
                existing_one = problem("{name!r} is an existing site, not a candidate", name=name)
                problems.append(existing_one.at(f"sites.{key}"))
            elif name not in known:
                unknown = problem("no candidate site {name!r}", name=name) + near_name(name, known)
                problems.append(unknown.at(f"sites.{key}"))
    if problems:
        place = problem("scenario {name}", name=scenario.name)
        raise ScenarioError(each.at(place) for each in problems)
