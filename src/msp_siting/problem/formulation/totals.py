"""The totals of any plan: sites by format and cost, posts by profession; which site is which is left out."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from msp_siting.problem.formulation.constraints import weighted
from msp_siting.problem.formulation.money import add_limit
from msp_siting.problem.formulation.names import OPENED
from msp_siting.problem.instance import Instance
from msp_siting.units import cents_of

NEAR = 1e-4  # of a post of the heaviest profession: what a site more or fewer than wished counts


def build_totals(instance: Instance) -> pyo.ConcreteModel:
    """Return a small model that the totals of every plan satisfy, with one objective per profession: most posts.

    It is the siting model summed over its sites, demand left out; sites of one format and cost are alike. Its
    optima are therefore upper bounds of the posts that a plan can hold.
    """
    excluded = set(instance.excluded_sites) if "excluded_sites" in instance.constraints else set()
    alike = Counter((name, capex) for (site, name), capex in instance.capex_eur.items() if site not in excluded)
    model = pyo.ConcreteModel(name="totals")
    opened = pyo.Var(list(alike), domain=pyo.NonNegativeIntegers, bounds=lambda _, *kind: (0, alike[kind]))
    model.add_component(OPENED, opened)
    model.posts = pyo.Var(list(instance.professions), domain=pyo.NonNegativeIntegers)
    _add_composition(model, instance)
    sites = weighted((1.0, variable) for variable in model.opened.values())
    model.sites = pyo.Constraint(expr=sites <= len(instance.sites) - len(excluded))
    if "forced_sites" in instance.constraints:
        kinds = {
            site: [(k, instance.capex_eur[site, k]) for k in instance.formats_at(site)]
            for site in instance.forced_sites
        }
        model.forced_sites = pyo.Constraint(
            list(kinds), rule=lambda m, j: weighted((1.0, m.opened[kind]) for kind in kinds[j]) >= 1
        )
    if "site_count" in instance.constraints and instance.site_count[1] is not None:
        model.site_count_max = pyo.Constraint(expr=sites <= instance.site_count[1])
    if "budget" in instance.constraints:
        works = [(cents_of(capex), variable) for (_, capex), variable in model.opened.items()]
        installed = [(instance.professions[p].installation_cents, variable) for p, variable in model.posts.items()]
        add_limit(model, [*works, *installed], instance.budget_cents)
    if "recruitment_pool" in instance.constraints:
        for p, terms in instance.professions.items():
            model.posts[p].setub(terms.pool)
    model.most_posts = pyo.Objective(list(instance.professions), rule=lambda m, p: weighted([(-1.0, m.posts[p])]))
    return model


def build_nearest_totals(
    instance: Instance, opened: Mapping[str, float], posts: Mapping[str, float]
) -> pyo.ConcreteModel:
    """Return the model of the totals that are nearest to some fractional ones, such as a relaxation's.

    First as many of the posts as can be, by weight x capacity; then the numbers of sites by format.

    Parameters
    ----------
    opened
        Sites by format.
    posts
        Posts by profession.
    """
    model = build_totals(instance)
    model.most_posts.deactivate()
    model.missing = pyo.Var(list(posts), domain=pyo.NonNegativeReals)
    model.apart = pyo.Var(list(opened), domain=pyo.NonNegativeReals)
    model.fill = pyo.Constraint(list(posts), rule=lambda m, p: m.missing[p] + m.posts[p] >= posts[p])

    def number(m: pyo.ConcreteModel, k: str) -> Any:  # noqa: ANN401 - Pyomo has no types
        return sum(m.opened[kind] for kind in m.opened if kind[0] == k)

    model.more = pyo.Constraint(list(opened), rule=lambda m, k: m.apart[k] >= number(m, k) - opened[k])
    model.fewer = pyo.Constraint(list(opened), rule=lambda m, k: m.apart[k] >= opened[k] - number(m, k))
    value = {p: instance.professions[p].weight * instance.professions[p].capacity for p in posts}
    largest = max(value.values(), default=0.0) or 1.0
    lacking = sum(value[p] / largest * model.missing[p] for p in posts)
    model.nearest = pyo.Objective(expr=lacking + NEAR * sum(model.apart[k] for k in opened))
    return model


def _add_composition(model: pyo.ConcreteModel, instance: Instance) -> None:
    def team(staff: str, p: str, sign: float) -> list[tuple[float, pyo.Var]]:
        return [(sign * getattr(instance.formats[k], staff)[p], v) for (k, _), v in model.opened.items()]

    professions = instance.professions
    model.most = pyo.Constraint(
        list(professions), rule=lambda m, p: weighted([(1.0, m.posts[p]), *team("most", p, -1.0)]) <= 0
    )
    if "composition" not in instance.constraints:
        return
    model.fewest = pyo.Constraint(
        list(professions), rule=lambda m, p: weighted([(-1.0, m.posts[p]), *team("fewest", p, 1.0)]) <= 0
    )
    paramedicals = [(-1.0, model.posts[p]) for p, terms in professions.items() if terms.paramedical]
    needed = [(float(instance.formats[k].paramedical_fewest), v) for (k, _), v in model.opened.items()]
    if paramedicals or needed:
        model.paramedical = pyo.Constraint(expr=weighted([*needed, *paramedicals]) <= 0)
