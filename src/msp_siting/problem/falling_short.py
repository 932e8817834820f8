"""By how much a plan falls short of what a rule asks, in the rule's own units: what an explanation says."""

from collections.abc import Callable, Iterator, Mapping

from msp_siting.problem.apl_terms import TOLERANCE_VISITS
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan, Shortfall
from msp_siting.problem.spending import aid_eur, cost_eur
from msp_siting.problem.targets import tolerance
from msp_siting.units import CENTS_PER_EUR, cents_of

Left = Mapping[tuple[str, str], float]  # need left uncovered, by demand point and profession


def shortfalls(instance: Instance, plan: Plan, rule: str, left: Left) -> tuple[Shortfall, ...]:
    """Return where a plan falls short of one rule, and by how much; nothing where it keeps it.

    Parameters
    ----------
    left
        Standardised inhabitants left uncovered, for the rules on shares of need.
    """
    if rule in _OF_NEED:
        return tuple(_OF_NEED[rule](instance, left))
    return tuple(_OF_PLAN[rule](instance, plan)) if rule in _OF_PLAN else ()


def _budget(instance: Instance, plan: Plan) -> Iterator[Shortfall]:
    if (cost := cost_eur(instance, plan)) > instance.budget_eur:
        yield Shortfall("budget", (), instance.budget_eur, cost)


def _aid_budget(instance: Instance, plan: Plan) -> Iterator[Shortfall]:
    limit = instance.aid_budget_eur
    if limit is not None and (aid := aid_eur(instance, plan)) > limit:
        yield Shortfall("aid_budget", (), limit, aid)


def _recruitment_pool(instance: Instance, plan: Plan) -> Iterator[Shortfall]:
    for name, terms in instance.professions.items():
        if (posts := plan.recruits(name)) > terms.pool:
            yield Shortfall("recruitment_pool", (name,), terms.pool, posts)


def _recruitment_by_zone(instance: Instance, plan: Plan) -> Iterator[Shortfall]:
    limits, staff, opened = instance.zone_limits, plan.posts, plan.formats
    for (place, name), most in limits.one_for_one.items():
        sites = instance.sites_by_place.get(place, [])
        if (posts := sum(staff.get((site, name), 0) for site in sites)) > most:
            yield Shortfall("recruitment_by_zone", (place, name), most, posts)
    for (site, name), posts in staff.items():
        if (instance.sites[site], name) in limits.composition_only:
            most = instance.needed_in_team(opened[site], name)
            if posts > most:
                yield Shortfall("recruitment_by_zone", (instance.sites[site], name), most, posts)


def _site_count(instance: Instance, plan: Plan) -> Iterator[Shortfall]:
    count, (least, most) = len(plan.sites), instance.site_count
    if count < least:
        yield Shortfall("site_count_min", (), least, count)
    if most is not None and count > most:
        yield Shortfall("site_count_max", (), most, count)


def _spacing(instance: Instance, plan: Plan) -> Iterator[Shortfall]:
    opened = plan.formats
    for group in instance.near_sites:
        if len(inside := tuple(site for site in group if site in opened)) > 1:
            yield Shortfall("spacing", inside, 1, len(inside))
    for site, other in instance.near_parents:
        if other in opened and site in opened and opened[site] in instance.own_formats_at(site):
            yield Shortfall("spacing", (site, other), 1, 2)
    for sites, most in instance.openings_by_commune:
        inside = tuple(site for site in sites if site in opened and opened[site] in instance.new_formats_at(site))
        if len(inside) > most:
            yield Shortfall("spacing_by_commune", inside, most, len(inside))


def _forced_sites(instance: Instance, plan: Plan) -> Iterator[Shortfall]:
    opened = plan.formats
    for site in instance.forced_sites:
        kind = instance.forced_formats.get(site)
        if site not in opened:
            yield Shortfall("forced_sites", (site,), 1, 0)
        elif kind is not None and opened[site] != kind:
            yield Shortfall("forced_sites_format", (site, kind), 1, 0)


def _excluded_sites(instance: Instance, plan: Plan) -> Iterator[Shortfall]:
    opened = plan.formats
    for site in instance.excluded_sites:
        if site in opened:
            yield Shortfall("excluded_sites", (site,), 0, 1)
    for site, kind in instance.excluded_formats:
        if opened.get(site) == kind:
            yield Shortfall("excluded_sites_format", (site, kind), 0, 1)


def _composition(instance: Instance, plan: Plan) -> Iterator[Shortfall]:
    staff = plan.posts
    for site, kind in plan.formats.items():
        terms = instance.formats[kind]
        for name, fewest in terms.fewest.items():
            if (posts := staff.get((site, name), 0)) < fewest:
                yield Shortfall("composition", (site, name), fewest, posts)
        paramedicals = [name for name, each in instance.professions.items() if each.paramedical]
        if any(staff.get((site, name), 0) < terms.fewest[name] for name in paramedicals):
            continue  # one of them is named already
        if (posts := sum(staff.get((site, name), 0) for name in paramedicals)) < terms.paramedical_fewest:
            yield Shortfall("composition_paramedical", (site,), terms.paramedical_fewest, posts)


def _kept_sites(instance: Instance, plan: Plan) -> Iterator[Shortfall]:
    opened, staff = plan.formats, plan.posts
    for (site, kind), posts in instance.kept.items():
        if opened.get(site) != kind:
            yield Shortfall("kept_sites", (site, kind), 1, 0)
            continue
        for name, least in posts.items():
            if (found := staff.get((site, name), 0)) < least:
                yield Shortfall("kept_sites_posts", (site, name), least, found)


def _zone_sites(instance: Instance, plan: Plan) -> Iterator[Shortfall]:
    opened = plan.formats
    for zone in instance.zones:
        count, (least, most) = sum(site in opened for site in zone.sites), zone.opened
        if count < least:
            yield Shortfall("zone_sites_min", zone.key, least, count)
        if most is not None and count > most:
            yield Shortfall("zone_sites_max", zone.key, most, count)


def _zone_budget(instance: Instance, plan: Plan) -> Iterator[Shortfall]:
    opened = plan.formats
    for zone in instance.zones:
        spent = sum(cents_of(instance.capex_eur[site, opened[site]]) for site in zone.sites if site in opened)
        least, most = zone.spent_cents
        if spent < least:
            yield Shortfall("zone_budget_min", zone.key, least / CENTS_PER_EUR, spent / CENTS_PER_EUR)
        if most is not None and spent > most:
            yield Shortfall("zone_budget_max", zone.key, most / CENTS_PER_EUR, spent / CENTS_PER_EUR)


def _zone_apl(instance: Instance, plan: Plan) -> Iterator[Shortfall]:
    asked = instance.zone_apl_asked
    if asked is not None:
        for key, lack, least in zip(asked.keys, asked.lacks_of(plan).tolist(), asked.least.tolist(), strict=True):
            if lack > TOLERANCE_VISITS:
                yield Shortfall("zone_apl", key, least, least - lack)


def _coverage_target(instance: Instance, left: Left) -> Iterator[Shortfall]:
    for name, most in instance.limits_uncovered.items():
        need, found = instance.need(name), sum(amount for (_, other), amount in left.items() if other == name)
        if found > most + tolerance(need):
            yield Shortfall("coverage_target", (name,), 1.0 - most / need, 1.0 - found / need, found - most)


def _zone_coverage(instance: Instance, left: Left) -> Iterator[Shortfall]:
    for zone, name, most in instance.limits_uncovered_by_zone:
        need, found = instance.need_at(zone.points, name), sum(left.get((point, name), 0.0) for point in zone.points)
        if found > most + tolerance(need):
            yield Shortfall("zone_coverage", (*zone.key, name), 1.0 - most / need, 1.0 - found / need, found - most)


_OF_PLAN: dict[str, Callable[[Instance, Plan], Iterator[Shortfall]]] = {
    "budget": _budget,
    "aid_budget": _aid_budget,
    "recruitment_pool": _recruitment_pool,
    "recruitment_by_zone": _recruitment_by_zone,
    "site_count": _site_count,
    "spacing": _spacing,
    "forced_sites": _forced_sites,
    "excluded_sites": _excluded_sites,
    "composition": _composition,
    "kept_sites": _kept_sites,
    "zone_sites": _zone_sites,
    "zone_budget": _zone_budget,
    "zone_apl": _zone_apl,
}
_OF_NEED: dict[str, Callable[[Instance, Left], Iterator[Shortfall]]] = {
    "coverage_target": _coverage_target,
    "zone_coverage": _zone_coverage,
}
