"""The rules of the model, one function each, under the name they have in YAML and FORMULATION.md."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import pyomo.core as pyo
from pyomo.core.expr import LinearExpression

from msp_siting.problem.formulation import aims, apl
from msp_siting.problem.formulation.expressions import weighted
from msp_siting.problem.formulation.money import add_limit
from msp_siting.problem.instance import Instance
from msp_siting.problem.names import AID, WORKS, Row

ROUNDED_POSTS = 1e-9
Rule = Callable[[pyo.ConcreteModel, Instance], None]


def need_balance(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Everyone is either served within the cut-off or uncovered, and the uncovered fill the bands.

    For every (i, p): sum over places of allocated + uncovered = inhabitants, and sum over bands of
    uncovered_in_band = uncovered.
    """
    served: dict[tuple[str, str], list[pyo.Var]] = defaultdict(list)
    for (i, _, p), variable in model.allocated.items():
        served[i, p].append(variable)
    model.need_balance = pyo.Constraint(
        list(model.uncovered),
        rule=lambda m, i, p: _sum([*served[i, p], m.uncovered[i, p]]) == instance.inhabitants[i],
    )
    bands = range(len(instance.band_slopes))
    model.band_balance = pyo.Constraint(
        list(model.uncovered),
        rule=lambda m, i, p: weighted((1.0, m.uncovered_in_band[i, p, b]) for b in bands) - m.uncovered[i, p] == 0,
    )


def capacity(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Practitioners of a place, there already or recruited, serve no more need than they have room for.

    For every (place, p): sum over i of need_index x allocated <= capacity x (existing + staff of its sites) -
    reserved, what people of the rim use there, + sum over opened (j, k) of moved_room[j, k, place, p], what those take
    along who join the site, - drawn_room[place, p] x recruited[p], what ordinary installations would have brought that
    recruits take the place of; recruited[p] = sum over j of staff. No more posts leave a place than it has.
    """
    terms: dict[tuple[str, str], list[tuple[float, pyo.Var]]] = defaultdict(list)
    for (i, place, p), variable in model.allocated.items():
        terms[place, p].append((instance.professions[p].need_index[i], variable))
    for (site, p), variable in model.staff.items():
        if (instance.sites[site], p) in terms:
            terms[instance.sites[site], p].append((-instance.professions[p].capacity, variable))
    for site, kind in instance.moved:
        for key, room in instance.moved_room(site, kind).items():
            if key in terms:
                terms[key].append((-room, model.open[site, kind]))
    for place, p, room in _drawn(model, instance):
        if (place, p) in terms:
            terms[place, p].append((room, model.recruited[p]))

    def rule(_: pyo.ConcreteModel, place: str, p: str) -> object:
        return weighted(terms[place, p]) <= instance.professions[p].room(place)

    model.add_component(Row.CAPACITY.value, pyo.Constraint(list(terms), rule=rule))
    leaving = instance.leaving_posts()
    model.capacity_leaving = pyo.Constraint(
        list(leaving),
        rule=lambda m, place, p: (
            weighted((posts, m.open[opened]) for opened, posts in leaving[place, p].items())
            <= instance.posts_that_may_leave(place, p) + ROUNDED_POSTS
        ),
    )
    model.capacity_recruited = pyo.Constraint(
        list(model.recruited),
        rule=lambda m, p: weighted([(1.0, m.recruited[p]), *((-1.0, m.staff[j, p]) for j in instance.sites)]) == 0,
    )


def _drawn(model: pyo.ConcreteModel, instance: Instance) -> Iterator[tuple[str, str, float]]:
    """Yield place, profession and the room there that each recruit takes away."""
    for p in model.recruited:
        for place, room in instance.professions[p].drawn_room.items():
            yield place, p, room


def composition(model: pyo.ConcreteModel, instance: Instance) -> None:
    """A site has at least the team of its format, paramedicals included.

    For every (j, p): sum over k of fewest x open <= staff; for every j: sum over k of paramedical_fewest x open <=
    staff of the paramedical professions.
    """

    def least(m: pyo.ConcreteModel, j: str, p: str) -> object:
        fewest = ((float(instance.formats[k].fewest[p]), m.open[j, k]) for k in instance.formats_at(j))
        return weighted([*fewest, (-1.0, m.staff[j, p])]) <= 0

    def paramedical(m: pyo.ConcreteModel, j: str) -> object:
        posts = ((-1.0, m.staff[j, p]) for p, terms in instance.professions.items() if terms.paramedical)
        needed = ((float(instance.formats[k].paramedical_fewest), m.open[j, k]) for k in instance.formats_at(j))
        return weighted([*needed, *posts]) <= 0

    model.composition_fewest = pyo.Constraint(list(model.staff), rule=least)
    model.composition_paramedical = pyo.Constraint(list(instance.sites), rule=paramedical)


def one_format(model: pyo.ConcreteModel, instance: Instance) -> None:
    """A site opens in one format, and has at most the posts of that format; a closed one has none.

    For every j: sum over k of open <= 1; for every (j, p): staff <= sum over k of most x open.
    """

    def most(m: pyo.ConcreteModel, j: str, p: str) -> object:
        limits = ((-float(instance.formats[k].most[p]), m.open[j, k]) for k in instance.formats_at(j))
        return weighted([(1.0, m.staff[j, p]), *limits]) <= 0

    model.one_format = pyo.Constraint(list(instance.sites), rule=lambda m, j: _opened(m, instance, j) <= 1)
    model.one_format_most = pyo.Constraint(list(model.staff), rule=most)


def budget(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Works and equipment cost no more than the budget, to the cent.

    sum of capex x open <= budget.
    """
    works = [(capex, model.open[key]) for key, capex in instance.capex_cents.items()]
    add_limit(model, WORKS, works, instance.budget_cents)


def aid_budget(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Those who come get no more aid than its own purse holds, to the cent; without a limit there is no row.

    sum of installation x staff <= aid_budget.
    """
    limit = instance.aid_budget_cents
    if limit is not None:
        posts = [(instance.professions[p].installation_cents, variable) for (_, p), variable in model.staff.items()]
        add_limit(model, AID, posts, limit)


def recruitment_pool(model: pyo.ConcreteModel, instance: Instance) -> None:
    """No more posts of a profession are filled than practitioners can be recruited.

    For every p: sum over j of staff <= pool.
    """
    limit = pyo.Constraint(
        list(instance.professions),
        rule=lambda m, p: _sum(m.staff[j, p] for j in instance.sites) <= instance.professions[p].pool,
    )
    model.add_component(Row.RECRUITMENT_POOL.value, limit)


def recruitment_by_zone(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Where there are more than enough of a profession, no post is filled in vain.

    For every (place, p) of one for one: sum over its j of staff <= posts that end there; for every (j, p) where only
    the team counts: staff <= sum over k of needed x open.
    """
    limits, sites = instance.zone_limits, instance.sites_by_place
    model.recruitment_by_zone_place = pyo.Constraint(
        [key for key in limits.one_for_one if key[0] in sites],
        rule=lambda m, place, p: _sum(m.staff[j, p] for j in sites[place]) <= limits.one_for_one[place, p],
    )

    def team(m: pyo.ConcreteModel, j: str, p: str) -> object:
        needed = ((-float(instance.needed_in_team(k, p)), m.open[j, k]) for k in instance.formats_at(j))
        return weighted([(1.0, m.staff[j, p]), *needed]) <= 0

    model.recruitment_by_zone_team = pyo.Constraint(
        [(j, p) for j, p in model.staff if (instance.sites[j], p) in limits.composition_only], rule=team
    )


def site_count(model: pyo.ConcreteModel, instance: Instance) -> None:
    """As many sites open as the scenario asks: min <= sum of open <= max."""
    least, most = instance.site_count
    opened = _sum(model.open.values())
    if least > 0:
        model.add_component(Row.SITE_COUNT_MIN.value, pyo.Constraint(expr=opened >= least))
    if most is not None:
        model.add_component(Row.SITE_COUNT_MAX.value, pyo.Constraint(expr=opened <= most))


def spacing(model: pyo.ConcreteModel, instance: Instance) -> None:
    """Of sites too near to one another one opens at most; a satellite may stand near its own parent.

    For every group of such sites: sum over its j and their k of open <= 1. For every site near one of its parent: sum
    over its k that are no satellites of open + sum over the other's k of open <= 1. For every commune with more sites
    than it may have openings: sum over its j and their k that are no extensions of open <= openings.
    """
    groups = instance.near_sites
    model.spacing = pyo.Constraint(
        range(len(groups)),
        rule=lambda m, n: _sum(m.open[j, k] for j in groups[n] for k in instance.formats_at(j)) <= 1,
    )

    def beside_parent(m: pyo.ConcreteModel, n: int) -> object:
        site, other = instance.near_parents[n]
        return _sum([*(m.open[site, k] for k in instance.own_formats_at(site)), *_openings(m, instance, other)]) <= 1

    def of_a_commune(m: pyo.ConcreteModel, n: int) -> object:
        sites, most = instance.openings_by_commune[n]
        return _sum(m.open[j, k] for j in sites for k in instance.new_formats_at(j)) <= most

    model.spacing_parents = pyo.Constraint(range(len(instance.near_parents)), rule=beside_parent)
    model.spacing_by_commune = pyo.Constraint(range(len(instance.openings_by_commune)), rule=of_a_commune)


def forced_sites(model: pyo.ConcreteModel, instance: Instance) -> None:
    """A site that the scenario forces is open, in its format where it names one.

    For every forced j: sum over k of open = 1; for those with a format k: open[j, k] = 1.
    """
    model.forced_sites = pyo.Constraint(list(instance.forced_sites), rule=lambda m, j: _opened(m, instance, j) == 1)
    formats = instance.forced_formats
    model.forced_sites_format = pyo.Constraint(list(formats), rule=lambda m, j: _sum([m.open[j, formats[j]]]) == 1)


def excluded_sites(model: pyo.ConcreteModel, instance: Instance) -> None:
    """A site that the scenario excludes stays closed, or does not open in the format that it names.

    For every excluded j: sum over k of open = 0; for every excluded (j, k): open = 0.
    """
    model.excluded_sites = pyo.Constraint(list(instance.excluded_sites), rule=lambda m, j: _opened(m, instance, j) == 0)
    model.excluded_sites_format = pyo.Constraint(
        list(instance.excluded_formats), rule=lambda m, j, k: _sum([m.open[j, k]]) == 0
    )


RULES: dict[str, Rule] = {
    "need_balance": need_balance,
    "capacity": capacity,
    "composition": composition,
    "one_format": one_format,
    "budget": budget,
    "aid_budget": aid_budget,
    "recruitment_pool": recruitment_pool,
    "recruitment_by_zone": recruitment_by_zone,
    "site_count": site_count,
    "spacing": spacing,
    "forced_sites": forced_sites,
    "excluded_sites": excluded_sites,
    "kept_sites": aims.kept_sites,
    "zone_sites": aims.zone_sites,
    "zone_budget": aims.zone_budget,
    "coverage_target": aims.coverage_target,
    "zone_coverage": aims.zone_coverage,
    "zone_apl": apl.zone_apl,
}


def _opened(model: pyo.ConcreteModel, instance: Instance, site: str) -> LinearExpression:
    return _sum(_openings(model, instance, site))


def _openings(model: pyo.ConcreteModel, instance: Instance, site: str) -> list[pyo.Var]:
    return [model.open[site, name] for name in instance.formats_at(site)]


def _sum(variables: Iterable[pyo.Var]) -> LinearExpression:
    return weighted((1.0, variable) for variable in variables)
