"""Candidate sites: where a structure may be opened, in which formats and at what capital cost."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from msp_siting.errors import DataError, ScenarioError, Sentence, problem
from msp_siting.files import near_name
from msp_siting.problem.candidate_rules import review_candidates
from msp_siting.scenario import Format, HostScenario
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
    parents
        ``place_id`` of the MSP that a satellite would belong to, by ``site_id`` of those that may open as one.
    """

    sites: pd.DataFrame
    capex_eur: dict[tuple[str, str], float]
    parents: dict[str, str]


def read_candidates(territory: Territory, scenario: HostScenario) -> Candidates:
    """Return the candidate sites that the model's rules leave; a site's own format and ``capex_eur`` win over its.

    A site with neither takes the formats that are what it may open as (creation, extension or satellite), and whose
    team its commune is large enough to host; a place whose inhabitants are not known takes all of them. A site's own
    capex without a format is the cost of each.

    Raises
    ------
    DataError, ScenarioError
        For a format or a forced or excluded site that does not exist, for an own format that its place does not let
        it be (an extension without an MSP), or a cost with a part of a cent.
    """
    table = territory.sites[territory.sites["status"].eq("candidate")].reset_index(drop=True)
    formats = scenario.model.formats
    check_site_rules(table, territory, scenario)
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
    sites = review_candidates(territory, scenario).sites
    misfits = list(_misfits(sites, own_format, formats))
    if misfits:
        raise DataError(each.at(territory.path_of("sites")) for each in misfits)
    hosts = table["place_id"].map(territory.demand.set_index("demand_id")["inhabitants"])
    by_site = sites[["site_id", "actions", "parent_minutes"]].itertuples(index=False)
    capex_eur = {
        (site, name): float(capex) if pd.notna(capex) else kind.capex_eur.value
        for (site, actions, minutes), given, capex, host in zip(by_site, own_format, own_capex, hosts, strict=True)
        for name, kind in formats.items()
        if _may_be(kind, actions, minutes)
        and (given == name or (not given and (pd.notna(capex) or kind.may_stand_among(host))))
    }
    _check_forced(sites, capex_eur, scenario)
    may_be_satellites = {site for site, name in capex_eur if formats[name].action.value == "satellite"}
    parents = dict(zip(sites["site_id"], sites["parent_place_id"], strict=True))
    return Candidates(
        table.loc[sites["kept"], ["site_id", "place_id", "name", "lon", "lat"]].reset_index(drop=True),
        capex_eur,
        {site: place for site, place in parents.items() if site in may_be_satellites},
    )


def _may_be(kind: Format, actions: str, parent_minutes: float) -> bool:
    """Return whether a format is what a site may open as; a satellite not too far from its parent."""
    most = kind.parent_minutes
    return kind.action.value in actions.split() and (most is None or parent_minutes <= most.value)


def _misfits(sites: pd.DataFrame, own: Iterable[str], formats: Mapping[str, Format]) -> Iterator[Sentence]:
    """Yield the sites whose own format their place does not let them be."""
    for (site, minutes), given in zip(sites[["site_id", "parent_minutes"]].itertuples(index=False), own, strict=True):
        kind = formats.get(given)
        if kind is None:
            continue
        most = kind.parent_minutes
        if kind.action.value == "extension" and minutes != 0:
            yield problem(
                "{format!r} is an extension, and no MSP is known at the place of {site}", format=given, site=site
            ).at("format")
        elif most is not None and not 0 < minutes <= most.value:
            wrong = problem(
                "{format!r} is a satellite; at the place of {site} an MSP stands, or none is known within {minutes:g} "
                "minutes",
                format=given,
                site=site,
                minutes=most.value,
            )
            yield wrong.at("format")


def _check_forced(sites: pd.DataFrame, allowed: Collection[tuple[str, str]], scenario: HostScenario) -> None:
    """Refuse forced sites that can open in no format: none is what they may be, or their commune is too small."""
    can_open, formats = {site for site, _ in allowed}, scenario.model.formats
    actions, problems = dict(zip(sites["site_id"], sites["actions"], strict=True)), []
    for site in sorted(set(scenario.question.sites.forced_ids) - can_open):
        fitting = (kind for kind in formats.values() if kind.action.value in actions[site].split())
        fewest = [kind.host_inhabitants_fewest.value for kind in fitting]
        if fewest:
            wrong = problem(
                "{site!r} can open in no format; its commune has too few inhabitants "
                "(host_inhabitants_fewest: {fewest}) or too many (host_inhabitants_most)",
                site=site,
                fewest=min(fewest),
            )
        else:
            wrong = problem("{site!r} can open in no format; the model has none that its place lets it be", site=site)
        problems.append(wrong.at("sites.force_open").at(problem("scenario {name}", name=scenario.name)))
    if problems:
        raise ScenarioError(problems)


def check_site_rules(candidates: pd.DataFrame, territory: Territory, scenario: HostScenario) -> None:
    """Refuse forced and excluded sites that are no candidates.

    Raises
    ------
    ScenarioError
        With every one of them.
    """
    known = set(candidates["site_id"])
    existing = set(territory.sites["site_id"]) - known
    rules = scenario.question.sites
    problems = []
    for key, named in (("force_open", rules.force_open), ("exclude", rules.exclude), ("keep", rules.keep)):
        for name in (each.site for each in named):
            if name in existing:
                existing_one = problem("{name!r} is an existing site, not a candidate", name=name)
                problems.append(existing_one.at(f"sites.{key}"))
            elif name not in known:
                unknown = problem("no candidate site {name!r}", name=name) + near_name(name, known)
                problems.append(unknown.at(f"sites.{key}"))
    if problems:
        place = problem("scenario {name}", name=scenario.name)
        raise ScenarioError(each.at(place) for each in problems)
