"""Sites and posts, and the rules on them, as a matrix: what `problem.formulation` says of them, rule by rule.

A test holds the two equal. People come beside them in `assembly`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from msp_siting.problem import AID, WORKS, ZONE, Column, Instance, Row, aid_unit_cents, works_unit_cents
from msp_siting.solver.draft import Draft
from msp_siting.solver.matrix import Matrix

ROUNDED_POSTS = 1e-9
UNCOVERED, COST, AID_COST = STAGES = range(3)


@dataclass(frozen=True)
class _Decisions:
    """The columns: of sites by (site, format), of posts by (site, profession), of all recruits by profession."""

    instance: Instance
    draft: Draft
    open: dict[tuple[str, str], int]
    staff: dict[tuple[str, str], int]
    recruited: dict[str, int]

    def kinds(self, site: str) -> list[tuple[str, int]]:
        """Return the formats in which a site may open, and the columns of its opening so."""
        return [(kind, self.open[site, kind]) for kind in self.instance.formats_at(site)]

    def opened(self, site: str) -> list[tuple[float, int]]:
        """Return the terms that are 1 where a site opens."""
        return [(1.0, opened) for _, opened in self.kinds(site)]


def decide(instance: Instance, *, keeps_empty: bool = False) -> Matrix:
    """Return the problem of opening sites with posts, nobody's need in it; its stages are uncovered, cost and aid.

    Parameters
    ----------
    keeps_empty
        Whether rules without variables are kept as rows, whether they can hold or not.

    Raises
    ------
    InfeasibleError
        If a rule without variables cannot hold.
    """
    draft, unit, of_aid = Draft(len(STAGES), keeps_empty), works_unit_cents(instance), aid_unit_cents(instance)
    opened = {
        key: draft.column(Column.OPEN, *key, upper=1.0, costs={COST: capex / unit})
        for key, capex in instance.capex_cents.items()
    }
    staff = {
        (site, name): draft.column(
            Column.STAFF,
            site,
            name,
            upper=max((instance.formats[kind].most[name] for kind in instance.formats_at(site)), default=0),
            costs={AID_COST: terms.installation_cents / of_aid},
        )
        for site in instance.sites
        for name, terms in instance.professions.items()
    }
    recruited = {
        name: draft.column(Column.RECRUITED, name, upper=terms.most_drawing, is_integer=False)
        for name, terms in instance.professions.items()
        if terms.is_drawn
    }
    decisions = _Decisions(instance, draft, opened, staff, recruited)
    for name, rule in RULES.items():
        if name in instance.constraints:
            rule(decisions)
    return draft.matrix()


def _leaving(decisions: _Decisions) -> None:
    """Let no more posts leave a place than it has, and count the recruits who take ordinary installations away."""
    for (place, name), posts in decisions.instance.leaving_posts().items():
        most = decisions.instance.posts_that_may_leave(place, name)
        terms = [(count, decisions.open[opened]) for opened, count in posts.items()]
        decisions.draft.row(Row.CAPACITY_LEAVING, place, name, terms=terms, upper=most + ROUNDED_POSTS)
    for name, column in decisions.recruited.items():
        posts_of = [(-1.0, decisions.staff[site, name]) for site in decisions.instance.sites]
        decisions.draft.row(Row.CAPACITY_RECRUITED, name, terms=[(1.0, column), *posts_of], lower=0, upper=0)


def _composition(decisions: _Decisions) -> None:
    """Give a site at least the team of its format, paramedicals included."""
    formats, professions = decisions.instance.formats, decisions.instance.professions
    for (site, name), posts in decisions.staff.items():
        fewest = [(float(formats[kind].fewest[name]), opened) for kind, opened in decisions.kinds(site)]
        decisions.draft.row(Row.COMPOSITION_FEWEST, site, name, terms=[*fewest, (-1.0, posts)], upper=0)
    for site in decisions.instance.sites:
        needed = [(float(formats[kind].paramedical_fewest), opened) for kind, opened in decisions.kinds(site)]
        posts_of = [(-1.0, decisions.staff[site, name]) for name, terms in professions.items() if terms.paramedical]
        decisions.draft.row(Row.COMPOSITION_PARAMEDICAL, site, terms=[*needed, *posts_of], upper=0)


def _one_format(decisions: _Decisions) -> None:
    """Open a site in one format, with at most the posts of that format; a closed one has none."""
    formats = decisions.instance.formats
    for site in decisions.instance.sites:
        decisions.draft.row(Row.ONE_FORMAT, site, terms=decisions.opened(site), upper=1)
    for (site, name), posts in decisions.staff.items():
        most = [(-float(formats[kind].most[name]), opened) for kind, opened in decisions.kinds(site)]
        decisions.draft.row(Row.ONE_FORMAT_MOST, site, name, terms=[(1.0, posts), *most], upper=0)


def _budget(decisions: _Decisions) -> None:
    """Spend no more than the budget on works and equipment, to the cent."""
    instance = decisions.instance
    works = [(capex, decisions.open[key]) for key, capex in instance.capex_cents.items()]
    decisions.draft.cents(WORKS, works, instance.budget_cents)


def _aid_budget(decisions: _Decisions) -> None:
    """Give those who come no more aid than its own purse holds, to the cent."""
    instance, limit = decisions.instance, decisions.instance.aid_budget_cents
    if limit is not None:
        staff = decisions.staff.items()
        posts = [(instance.professions[name].installation_cents, column) for (_, name), column in staff]
        decisions.draft.cents(AID, posts, limit)


def _recruitment_pool(decisions: _Decisions) -> None:
    """Fill no more posts of a profession than practitioners can be recruited."""
    for name, terms in decisions.instance.professions.items():
        posts = [(1.0, decisions.staff[site, name]) for site in decisions.instance.sites]
        decisions.draft.row(Row.RECRUITMENT_POOL, name, terms=posts, upper=terms.pool)


def _recruitment_by_zone(decisions: _Decisions) -> None:
    """Fill no post in vain where there are more than enough of a profession."""
    instance, sites = decisions.instance, decisions.instance.sites_by_place
    for (place, name), most in instance.zone_limits.one_for_one.items():
        if place in sites:
            posts = [(1.0, decisions.staff[site, name]) for site in sites[place]]
            decisions.draft.row(Row.RECRUITMENT_BY_ZONE_PLACE, place, name, terms=posts, upper=most)
    for (site, name), post in decisions.staff.items():
        if (instance.sites[site], name) in instance.zone_limits.composition_only:
            needed = [(-float(instance.needed_in_team(kind, name)), opened) for kind, opened in decisions.kinds(site)]
            decisions.draft.row(Row.RECRUITMENT_BY_ZONE_TEAM, site, name, terms=[(1.0, post), *needed], upper=0)


def _site_count(decisions: _Decisions) -> None:
    """Open as many sites as the scenario asks."""
    least, most = decisions.instance.site_count
    opened = [(1.0, column) for column in decisions.open.values()]
    if least > 0:
        decisions.draft.row(Row.SITE_COUNT_MIN, terms=opened, lower=least)
    if most is not None:
        decisions.draft.row(Row.SITE_COUNT_MAX, terms=opened, upper=most)


def _spacing(decisions: _Decisions) -> None:
    """Open one at most of sites too near to one another, but a satellite and its own parent; few in one commune."""
    for number, group in enumerate(decisions.instance.near_sites):
        opened = [term for site in group for term in decisions.opened(site)]
        decisions.draft.row(Row.SPACING, number, terms=opened, upper=1)
    for number, (site, other) in enumerate(decisions.instance.near_parents):
        own = [(1.0, decisions.open[site, kind]) for kind in decisions.instance.own_formats_at(site)]
        decisions.draft.row(Row.SPACING_PARENTS, number, terms=[*own, *decisions.opened(other)], upper=1)
    for number, (sites, most) in enumerate(decisions.instance.openings_by_commune):
        new = [(1.0, decisions.open[site, kind]) for site in sites for kind in decisions.instance.new_formats_at(site)]
        decisions.draft.row(Row.SPACING_BY_COMMUNE, number, terms=new, upper=most)


def _forced_sites(decisions: _Decisions) -> None:
    """Open the sites that the scenario forces."""
    for site in decisions.instance.forced_sites:
        decisions.draft.row(Row.FORCED_SITES, site, terms=decisions.opened(site), lower=1, upper=1)
    for key in decisions.instance.forced_formats.items():
        decisions.draft.row(Row.FORCED_SITES_FORMAT, key[0], terms=[(1.0, decisions.open[key])], lower=1, upper=1)


def _excluded_sites(decisions: _Decisions) -> None:
    """Keep the sites closed that the scenario excludes."""
    for site in decisions.instance.excluded_sites:
        decisions.draft.row(Row.EXCLUDED_SITES, site, terms=decisions.opened(site), lower=0, upper=0)
    for key in decisions.instance.excluded_formats:
        decisions.draft.row(Row.EXCLUDED_SITES_FORMAT, *key, terms=[(1.0, decisions.open[key])], lower=0, upper=0)


def _kept_sites(decisions: _Decisions) -> None:
    """Open the sites of an earlier plan again, in their formats, with at least their posts."""
    for key, posts in decisions.instance.kept.items():
        decisions.draft.row(Row.KEPT_SITES, key[0], terms=[(1.0, decisions.open[key])], lower=1, upper=1)
        for name, least in posts.items():
            if least > 0:
                post = [(1.0, decisions.staff[key[0], name])]
                decisions.draft.row(Row.KEPT_SITES_POSTS, key[0], name, terms=post, lower=least)


def _zone_sites(decisions: _Decisions) -> None:
    """Open as many sites of a zone as is asked."""
    for zone in decisions.instance.zones:
        opened = [term for site in zone.sites for term in decisions.opened(site)]
        least, most = zone.opened
        if least > 0:
            decisions.draft.row(Row.ZONE_SITES_MIN, *zone.key, terms=opened, lower=least)
        if most is not None:
            decisions.draft.row(Row.ZONE_SITES_MAX, *zone.key, terms=opened, upper=most)


def _zone_budget(decisions: _Decisions) -> None:
    """Spend as much in a zone as is asked, to the cent."""
    capex = decisions.instance.capex_cents
    for zone in decisions.instance.zones:
        spent = [(capex[site, kind], column) for site in zone.sites for kind, column in decisions.kinds(site)]
        least, most = zone.spent_cents
        if least > 0:
            decisions.draft.cents(ZONE, spent, least, *zone.key, "min")
        if most is not None:
            decisions.draft.cents(ZONE, spent, most, *zone.key, "max")


def _zone_apl(decisions: _Decisions) -> None:
    """Bring the mean APL of a zone to what is asked."""
    asked = decisions.instance.zone_apl
    if asked is None:
        return
    for number, key in enumerate(asked.keys):
        start, end = asked.visits.indptr[number : number + 2]
        entries = zip(asked.visits.data[start:end], asked.visits.indices[start:end], strict=True)
        posts = [(float(more), (asked.site_ids[site], asked.profession)) for more, site in entries]
        terms = [(more, decisions.staff[key]) for more, key in posts if key in decisions.staff]
        if asked.drops[number] > 0:
            terms.append((-float(asked.drops[number]), decisions.recruited[asked.profession]))
        decisions.draft.row(Row.ZONE_APL, *key, terms=terms, lower=float(asked.gaps[number]))


RULES: dict[str, Callable[[_Decisions], None]] = {
    "capacity": _leaving,
    "composition": _composition,
    "one_format": _one_format,
    "budget": _budget,
    "aid_budget": _aid_budget,
    "recruitment_pool": _recruitment_pool,
    "recruitment_by_zone": _recruitment_by_zone,
    "site_count": _site_count,
    "spacing": _spacing,
    "forced_sites": _forced_sites,
    "excluded_sites": _excluded_sites,
    "kept_sites": _kept_sites,
    "zone_sites": _zone_sites,
    "zone_budget": _zone_budget,
    "zone_apl": _zone_apl,
}
