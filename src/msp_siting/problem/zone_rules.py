"""What a scenario asks of single zones: which of its sites and people lie where, and whether a plan does as asked."""

from collections.abc import Iterator, Mapping

from msp_siting.errors import ScenarioError, Sentence, problem
from msp_siting.files import near_name
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.problem.terms import ZoneTerms
from msp_siting.scenario import ZONES_EACH, Scenario, rules_by_zone
from msp_siting.territory import Territory, zone_of_place
from msp_siting.units import CENTS_PER_EUR, cents_of, cents_within


def zone_terms(territory: Territory, scenario: Scenario, sites: Mapping[str, str]) -> tuple[ZoneTerms, ...]:
    """Return what is asked of each zone, in the order of kinds and of zone ids.

    A candidate site belongs to the zone that its place lies in.

    Parameters
    ----------
    sites
        ``place_id`` by ``site_id`` of the candidate sites.

    Raises
    ------
    ScenarioError
        For kinds and zones that the territory does not have, all at once.
    """
    asked = scenario.question.zones
    check_zones(territory, scenario, "zones", {kind: list(rules) for kind, rules in asked.items()})
    found = []
    for kind in asked:
        column, zone_at = territory.demand[f"{kind}_id"], zone_of_place(territory, kind)
        for zone, rule in rules_by_zone(asked, kind, sorted(set(column) - {""})).items():
            money = rule.budget_eur
            most = None if money is None else money.max
            found.append(
                ZoneTerms(
                    kind=kind,
                    zone_id=zone,
                    sites=tuple(site for site, place in sites.items() if zone_at.get(place) == zone),
                    points=tuple(territory.demand.loc[column.eq(zone), "demand_id"]),
                    opened=(0, None) if rule.sites is None else (rule.sites.min, rule.sites.max),
                    spent_cents=(
                        0 if money is None else cents_of(money.min),
                        None if most is None else cents_within(most),
                    ),
                    covered_share={name: least.min for name, least in (rule.covered_share or {}).items()},
                )
            )
    return tuple(found)


def check_zones(territory: Territory, scenario: Scenario, key: str, named: Mapping[str, list[str]]) -> None:
    """Refuse kinds of zone and zones that the territory does not have; ``each`` may stand for any.

    Parameters
    ----------
    key
        Of the scenario, under which they are named.
    named
        Zone ids by kind.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    problems: list[Sentence] = []
    for kind, zones in named.items():
        place = f"{key}.{kind}"
        if kind not in territory.zone_kinds:
            kinds = ", ".join(territory.zone_kinds) or problem("none")
            unknown = problem("the territory has no such kind of zone; it has {kinds}", kinds=kinds)
            problems.append((unknown + near_name(kind, territory.zone_kinds)).at(place))
            continue
        known = set(territory.demand[f"{kind}_id"]) - {""}
        names = territory.zones[territory.zones["kind"].eq(kind)]
        ids = {name.lower(): zone for zone, name in names[["zone_id", "name"]].itertuples(index=False, name=None)}
        for zone in zones:
            if zone in known or zone == ZONES_EACH:
                continue
            unknown = problem("no zone {name!r} of this kind", name=zone)
            if zone.lower() in ids:
                unknown += problem("; its zone_id is {zone!r}", zone=ids[zone.lower()])
            else:
                unknown += near_name(zone, known)
            problems.append(unknown.at(place))
    if problems:
        raise ScenarioError(each.at(problem("scenario {name}", name=scenario.name)) for each in problems)


def problems_of_zones(instance: Instance, plan: Plan) -> Iterator[Sentence]:
    """Yield the zones in which a plan opens fewer or more sites than is asked, or spends less or more, to the cent."""
    opened = plan.formats
    for terms in instance.zones:
        inside = [site for site in terms.sites if site in opened]
        if "zone_sites" in instance.constraints and not _is_within(len(inside), terms.opened):
            least, most = terms.opened
            yield problem(
                "{count} sites are opened in {kind} {zone}, allowed are {least} to {most}",
                count=len(inside),
                kind=terms.kind,
                zone=terms.zone_id,
                least=least,
                most=problem("any number") if most is None else most,
            ).at("zone_sites")
        spent = sum(cents_of(instance.capex_eur.get((site, opened[site]), 0.0)) for site in inside)
        if "zone_budget" in instance.constraints and not _is_within(spent, terms.spent_cents):
            low, high = terms.spent_cents
            yield problem(
                "{spent:.2f} EUR are spent in {kind} {zone}, allowed are {least:.2f} to {most}",
                spent=spent / CENTS_PER_EUR,
                kind=terms.kind,
                zone=terms.zone_id,
                least=low / CENTS_PER_EUR,
                most=problem("any amount") if high is None else f"{high / CENTS_PER_EUR:.2f}",
            ).at("zone_budget")


def _is_within(value: int, limits: tuple[int, int | None]) -> bool:
    least, most = limits
    return least <= value and (most is None or value <= most)
