"""Candidate sites that may not all open: too near to one another, kept as cliques, or too many for their commune."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from msp_siting.errors import Sentence, problem
from msp_siting.problem.candidates import Candidates
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.scenario import Action, Scenario
from msp_siting.territory import Territory

Cliques = tuple[tuple[str, ...], ...]
Limited = tuple[tuple[tuple[str, ...], int], ...]


@dataclass(frozen=True)
class Near:
    """Candidate sites of which not all may open.

    Attributes
    ----------
    groups
        Of each one may open at most.
    parents
        Of a site and one of its parent both may open where the first opens as a satellite.
    by_commune
        Sites of one commune, and how many of them may open at most, extensions not counted.
    """

    groups: Cliques = ()
    parents: tuple[tuple[str, str], ...] = ()
    by_commune: Limited = ()


def find_near(territory: Territory, scenario: Scenario, candidates: Candidates) -> Near:
    """Return candidate sites of which not all may open; none where the model does not ask.

    Two sites are too near where the time from the one's place to the other's, or back, is below ``spacing.minutes``:
    the lesser of the directions that are known. Not so where both are at one place, where both places are urban centres
    (``spacing.dense``), or where the scenario forces or keeps one of the two open. How many may open at one place its
    inhabitants say (``spacing.inhabitants_per_opening``). Sites that can open in no format are in no group.
    """
    model = scenario.model
    if not model.constraints.spacing or model.spacing is None:
        return Near()
    rules = scenario.question.sites
    forced = {
        *(rules.forced_ids if model.constraints.forced_sites else ()),
        *((each.site for each in rules.keep) if model.constraints.kept_sites else ()),
    }
    sites = dict(zip(candidates.sites["site_id"], candidates.sites["place_id"], strict=True))
    free: dict[str, list[str]] = {}
    for site in dict.fromkeys(site for site, _ in candidates.capex_eur):
        if site not in forced:
            free.setdefault(sites[site], []).append(site)
    times = territory.travel_times
    times = times[times["minutes"].lt(model.spacing.minutes.value)]
    times = times[times["demand_id"].isin(free) & times["place_id"].isin(free)]
    dense = _dense_places(territory, model.spacing.dense.value)
    pairs = {
        (site, other)
        for one, another in times[["demand_id", "place_id"]].itertuples(index=False, name=None)
        if one != another and not (one in dense and another in dense)
        for here, there in ((one, another), (another, one))
        for site in free[here]
        for other in free[there]
    }
    exempt = {(site, other) for site, other in pairs if candidates.parents.get(site) == sites[other]}
    kept = pairs - exempt - {(other, site) for site, other in exempt}
    limited = list(_by_commune(territory, scenario, candidates, forced))
    # Of one opening a clique says the same and joins those of near places; it would count an extension too.
    extended = {site for site, kind in candidates.capex_eur if _is_extension(scenario, kind)}
    single = [group for group, most in limited if most == 1 and extended.isdisjoint(group)]
    kept.update(pair for group in single for pair in combinations(group, 2))
    by_commune = tuple((group, most) for group, most in limited if group not in single)
    return Near(cliques_of(kept), tuple(sorted(exempt)), by_commune)


def _by_commune(
    territory: Territory, scenario: Scenario, candidates: Candidates, forced: Collection[str]
) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield the sites of each place where more could open than its inhabitants allow, and how many may.

    A forced site is one of them; where more are forced than the inhabitants allow, so many may open.
    """
    per = None if scenario.model.spacing is None else scenario.model.spacing.inhabitants_per_opening
    if per is None:
        return
    demand = territory.demand
    inhabitants = dict(zip(demand["demand_id"], demand["inhabitants"].tolist(), strict=True))
    new = {site for site, kind in candidates.capex_eur if not _is_extension(scenario, kind)}
    at: dict[str, list[str]] = {}
    for site, place in zip(candidates.sites["site_id"], candidates.sites["place_id"], strict=True):
        if site in new and place in inhabitants:  # of a place that is no demand point nobody knows how many
            at.setdefault(place, []).append(site)
    for place, here in at.items():
        most = max(1, int(inhabitants[place] // per.value), len(set(here).intersection(forced)))
        if len(here) > most:
            yield tuple(sorted(here)), most


def _is_extension(scenario: Scenario, kind: str) -> bool:
    return scenario.model.formats[kind].action.value == "extension"


def _dense_places(territory: Territory, words: Collection[str]) -> set[str]:
    """Return the places of which the territory says that they are urban centres."""
    places = territory.places
    if "density" not in places.columns:
        return set()
    return set(places.loc[places["density"].isin(words), "place_id"])


def cliques_of(pairs: Iterable[tuple[str, str]]) -> Cliques:
    """Return groups that hold every one of some pairs, and no two that are no pair; the same whatever their order.

    Greedily: from each pair in no group yet, in the order of ids, a group grows by the first that is paired with all
    of it. One row for a group says more to a solver than a row for each of its pairs.
    """
    paired: dict[str, set[str]] = {}
    for one, other in pairs:
        paired.setdefault(one, set()).add(other)
        paired.setdefault(other, set()).add(one)
    held: dict[str, set[str]] = {one: set() for one in paired}
    cliques = []
    for one in sorted(paired):
        for other in sorted(paired[one]):
            if other < one or other in held[one]:
                continue
            clique, common = [one, other], paired[one] & paired[other]
            while common:
                clique.append(min(common))
                common &= paired[clique[-1]]
            for member in clique:
                held[member].update(clique)
            cliques.append(tuple(sorted(clique)))
    return tuple(cliques)


def near_among(cliques: Cliques, sites: Collection[str]) -> Cliques:
    """Return what is left of some groups where there are some sites only."""
    kept = (tuple(site for site in clique if site in sites) for clique in cliques)
    return tuple(clique for clique in kept if len(clique) > 1)


def limits_among(limited: Limited, sites: Collection[str]) -> Limited:
    """Return what is left of the limits on openings in a commune where there are some sites only."""
    kept = ((tuple(site for site in group if site in sites), most) for group, most in limited)
    return tuple((group, most) for group, most in kept if len(group) > most)


def most_open(instance: Instance, sites: Collection[str]) -> int:
    """Return a number of sites, of some candidates, that no plan opens more of.

    One of each group, each without the sites of those before; as many of a commune as may open there.
    """
    if "spacing" not in instance.constraints:
        return len(sites)
    left, most = set(sites), 0
    for clique in instance.near_sites:
        most += not left.isdisjoint(clique)
        left.difference_update(clique)
    for group, limit in instance.openings_by_commune:
        new = _only_new(instance, group) & left
        most += min(len(new), limit)
        left -= new
    return most + len(left)


def sites_kept_closed(instance: Instance, plan: Plan) -> set[str]:
    """Return the candidates that a plan leaves closed and that may not open beside its sites, in any format."""
    if "spacing" not in instance.constraints:
        return set()
    opened = set(plan.sites["site_id"])
    near = {other for site, other in _pairs_with(instance, opened) if not _is_one_place(instance, site, other)}
    near |= {other for site, other in instance.near_parents if site in _own_openings(instance, plan)}
    return near - opened - _excluded(instance)


def sites_beyond_openings(instance: Instance, plan: Plan) -> set[str]:
    """Return the candidates that a plan leaves closed since their commune has all the openings that it may have."""
    if "spacing" not in instance.constraints:
        return set()
    opened, new = set(plan.sites["site_id"]), _new_openings(instance, plan)
    beyond = {other for site, other in _pairs_with(instance, opened) if _is_one_place(instance, site, other)}
    for group, most in instance.openings_by_commune:
        if len(new.intersection(group)) >= most:
            beyond |= _only_new(instance, group)
    return beyond - opened - _excluded(instance)


def problems_of_spacing(instance: Instance, plan: Plan) -> Iterator[Sentence]:
    """Yield the pairs of a plan's sites that are too near to one another, then the communes with too many of them."""
    if "spacing" not in instance.constraints:
        return
    opened = set(plan.sites["site_id"])
    together = {(site, other) for site, other in _pairs_with(instance, opened) if site < other and other in opened}
    own = _own_openings(instance, plan)
    pairs = together | {(site, other) for site, other in instance.near_parents if site in own and other in opened}
    crowded: dict[str, set[str]] = {}
    for site, other in sorted(pairs):
        if _is_one_place(instance, site, other):
            crowded.setdefault(instance.sites[site], set()).update((site, other))
        else:
            too_near = problem("{site} and {other} are opened, too near to one another", site=site, other=other)
            yield too_near.at("spacing")
    counted = [(sites, 1) for sites in crowded.values()]
    counted += [(_new_openings(instance, plan) & set(group), most) for group, most in instance.openings_by_commune]
    for sites, most in counted:
        if len(sites) > most:
            too_many = problem(
                "{count} sites are opened at {place} ({sites}), at most {most} may be",
                count=len(sites),
                place=instance.sites[min(sites)],
                sites=", ".join(sorted(sites)),
                most=most,
            )
            yield too_many.at("spacing")


def _pairs_with(instance: Instance, opened: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each opened site with the others of its groups."""
    for clique in instance.near_sites:
        for site in clique:
            if site in opened:
                yield from ((site, other) for other in clique if other != site)


def _is_one_place(instance: Instance, site: str, other: str) -> bool:
    return instance.sites[site] == instance.sites[other]


def _excluded(instance: Instance) -> set[str]:
    return set(instance.excluded_sites) if "excluded_sites" in instance.constraints else set()


def _only_new(instance: Instance, group: Collection[str]) -> set[str]:
    """Return the sites of a group that cannot open as an extension."""
    return {site for site in group if instance.new_formats_at(site) == instance.formats_at(site)}


def _new_openings(instance: Instance, plan: Plan) -> set[str]:
    """Return the sites that a plan opens otherwise than as an extension."""
    return _opened_but(instance, plan, "extension")


def _own_openings(instance: Instance, plan: Plan) -> set[str]:
    """Return the sites that a plan opens otherwise than as a satellite."""
    return _opened_but(instance, plan, "satellite")


def _opened_but(instance: Instance, plan: Plan, action: Action) -> set[str]:
    return {
        site
        for site, kind in plan.sites.itertuples(index=False, name=None)
        if kind not in instance.formats or instance.formats[kind].action != action
    }
