"""Candidate sites too near to one another for both to open: found from travel times, kept as cliques."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from msp_siting.errors import Sentence, problem
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory

Cliques = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Near:
    """Candidate sites too near to one another: groups of which one may open at most, and sites near their parent's.

    Of a site and one of its parent (``parents``) both may open where the first opens as a satellite.
    """

    groups: Cliques = ()
    parents: tuple[tuple[str, str], ...] = ()


def near_sites(territory: Territory, scenario: Scenario, sites: dict[str, str], parents: Mapping[str, str]) -> Near:
    """Return candidate sites of which not all may open; none where the model does not ask.

    Two sites are too near where the time from the one's place to the other's, or back, is below ``spacing.minutes``:
    the lesser of the directions that are known. Not so where both are at one place, where both places are urban centres
    (``spacing.dense``), or where the scenario forces one of the two open.

    Parameters
    ----------
    sites
        ``place_id`` by ``site_id`` of the candidate sites that can open.
    parents
        ``place_id`` of the MSP that a satellite would belong to, by ``site_id`` of those that can open as one.
    """
    model = scenario.model
    if not model.constraints.spacing or model.spacing is None:
        return Near()
    forced = set(scenario.question.sites.force_open) if model.constraints.forced_sites else set()
    free: dict[str, list[str]] = {}
    for site, place in sites.items():
        if site not in forced:
            free.setdefault(place, []).append(site)
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
    exempt = {(site, other) for site, other in pairs if parents.get(site) == sites[other]}
    kept = pairs - exempt - {(other, site) for site, other in exempt}
    return Near(cliques_of(kept), tuple(sorted(exempt)))


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


def most_open(instance: Instance, sites: Collection[str]) -> int:
    """Return a number of sites, of some candidates, that no plan opens more of: one of each group of its own."""
    if "spacing" not in instance.constraints:
        return len(sites)
    left, groups = set(sites), 0
    for clique in instance.near_sites:
        groups += not left.isdisjoint(clique)
        left.difference_update(clique)
    return len(left) + groups


def sites_kept_closed(instance: Instance, plan: Plan) -> set[str]:
    """Return the candidates that a plan leaves closed and that may not open beside its sites, in any format."""
    if "spacing" not in instance.constraints:
        return set()
    opened = set(plan.sites["site_id"])
    excluded = set(instance.excluded_sites) if "excluded_sites" in instance.constraints else set()
    near = {site for clique in instance.near_sites if not opened.isdisjoint(clique) for site in clique}
    near |= {other for site, other in instance.near_parents if site in _own_openings(instance, plan)}
    return near - opened - excluded


def problems_of_spacing(instance: Instance, plan: Plan) -> Iterator[Sentence]:
    """Yield the pairs of a plan's sites that are too near to one another."""
    if "spacing" not in instance.constraints:
        return
    opened = set(plan.sites["site_id"])
    together = [[site for site in clique if site in opened] for clique in instance.near_sites]
    pairs = {(sites[n], other) for sites in together for n in range(len(sites)) for other in sites[n + 1 :]}
    own = _own_openings(instance, plan)
    pairs |= {(site, other) for site, other in instance.near_parents if site in own and other in opened}
    for site, other in sorted(pairs):
        too_near = problem("{site} and {other} are opened, too near to one another", site=site, other=other)
        yield too_near.at("spacing")


def _own_openings(instance: Instance, plan: Plan) -> set[str]:
    """Return the sites that a plan opens otherwise than as a satellite."""
    return {
        site
        for site, kind in plan.sites.itertuples(index=False, name=None)
        if kind not in instance.formats or instance.formats[kind].action != "satellite"
    }
