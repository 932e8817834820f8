"""The totals of any plan: sites by format and cost, posts by profession; which site is which is left out."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from msp_siting.problem import AID, WORKS, Instance, most_open
from msp_siting.solver.draft import Draft
from msp_siting.solver.matrix import Matrix
from msp_siting.units import cents_of

OPENED = "opened"  # [format, number of its capital cost], a column
NEAR = 1e-4  # of a post of the heaviest profession: what a site more or fewer than wished counts


@dataclass(frozen=True)
class _Totals:
    """The columns: sites by (format, capital cost), posts by profession."""

    draft: Draft
    opened: dict[tuple[str, float], int]
    posts: dict[str, int]

    def team(self, posts: Mapping[str, float], sign: float) -> list[tuple[float, int]]:
        """Return sign x posts of each format x its sites."""
        return [(sign * posts[kind], column) for (kind, _), column in self.opened.items()]


def most_posts(instance: Instance) -> Matrix:
    """Return a small problem that the totals of every plan satisfy, with one stage per profession: most posts.

    It is the siting problem summed over its sites, demand left out; sites of one format and cost are alike. Its
    optima are therefore upper bounds of the posts that a plan can hold.
    """
    costs = {name: {stage: -1.0} for stage, name in enumerate(instance.professions)}
    return _totals(instance, costs).draft.matrix()


def nearest_totals(instance: Instance, opened: Mapping[str, float], posts: Mapping[str, float]) -> Matrix:
    """Return the problem of the totals that are nearest to some fractional ones, such as a relaxation's.

    First as many of the posts as can be, by weight x capacity; then the numbers of sites by format.

    Parameters
    ----------
    opened
        Sites by format.
    posts
        Posts by profession.
    """
    totals = _totals(instance, {})
    draft = totals.draft
    value = {name: instance.professions[name].weight * instance.professions[name].capacity for name in posts}
    largest = max(value.values(), default=0.0) or 1.0
    for name, wished in posts.items():
        missing = draft.column("missing", name, is_integer=False, costs={0: value[name] / largest})
        draft.row("fill", name, terms=[(1.0, missing), (1.0, totals.posts[name])], lower=wished)
    for kind, number in opened.items():
        apart = draft.column("apart", kind, is_integer=False, costs={0: NEAR})
        sites = [column for (other, _), column in totals.opened.items() if other == kind]
        draft.row("more", kind, terms=[(1.0, apart), *((-1.0, column) for column in sites)], lower=-number)
        draft.row("fewer", kind, terms=[(1.0, apart), *((1.0, column) for column in sites)], lower=number)
    return draft.matrix()


def _totals(instance: Instance, costs: Mapping[str, Mapping[int, float]]) -> _Totals:
    """Return the columns, with their costs by stage, and the rules on them."""
    draft, excluded = Draft(stages=max(1, len(costs))), _excluded(instance)
    alike = Counter((kind, capex) for (site, kind), capex in instance.capex_eur.items() if site not in excluded)
    opened = {key: draft.column(OPENED, key[0], n, upper=count) for n, (key, count) in enumerate(alike.items())}
    posts = {}
    for name, terms in instance.professions.items():
        pool = terms.pool if "recruitment_pool" in instance.constraints else math.inf
        posts[name] = draft.column("posts", name, upper=pool, costs=costs.get(name))
    totals = _Totals(draft, opened, posts)
    _add_rules(instance, totals)
    return totals


def _excluded(instance: Instance) -> set[str]:
    return set(instance.excluded_sites) if "excluded_sites" in instance.constraints else set()


def _add_rules(instance: Instance, totals: _Totals) -> None:
    draft, formats, rules = totals.draft, instance.formats, instance.constraints
    sites = [(1.0, column) for column in totals.opened.values()]
    for name, column in totals.posts.items():
        most = {kind: float(terms.most[name]) for kind, terms in formats.items()}
        draft.row("most", name, terms=[(1.0, column), *totals.team(most, -1.0)], upper=0)
    if "composition" in rules:
        for name, column in totals.posts.items():
            fewest = {kind: float(terms.fewest[name]) for kind, terms in formats.items()}
            draft.row("fewest", name, terms=[(-1.0, column), *totals.team(fewest, 1.0)], upper=0)
        paramedicals = [(-1.0, totals.posts[name]) for name, terms in instance.professions.items() if terms.paramedical]
        needed = {kind: float(terms.paramedical_fewest) for kind, terms in formats.items()}
        draft.row("paramedical", terms=[*totals.team(needed, 1.0), *paramedicals], upper=0)
    draft.row("sites", terms=sites, upper=most_open(instance, set(instance.sites) - _excluded(instance)))
    if "forced_sites" in rules:
        for site in instance.forced_sites:
            kinds = [(kind, instance.capex_eur[site, kind]) for kind in instance.formats_at(site)]
            draft.row("forced_sites", site, terms=[(1.0, totals.opened[key]) for key in kinds], lower=1)
    if "site_count" in rules and instance.site_count[1] is not None:
        draft.row("site_count_max", terms=sites, upper=instance.site_count[1])
    if "budget" in rules:
        works = [(cents_of(capex), column) for (_, capex), column in totals.opened.items()]
        draft.cents(WORKS, works, instance.budget_cents)
    if instance.aid_budget_cents is not None:
        posts = [(instance.professions[name].installation_cents, column) for name, column in totals.posts.items()]
        draft.cents(AID, posts, instance.aid_budget_cents)
