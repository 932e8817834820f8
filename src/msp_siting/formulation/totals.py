"""The totals of any plan: sites by format and cost, posts by profession; which site is which is left out."""

from collections import Counter

import pyomo.environ as pyo

from msp_siting.formulation.constraints import weighted
from msp_siting.instance import Instance
from msp_siting.units import EUR_PER_MILLION_EUR


def build_totals(instance: Instance) -> pyo.ConcreteModel:
    """Return a small model that the totals of every plan satisfy, with one objective per profession: most posts.

    It is the siting model summed over its sites, demand left out; sites of one format and cost are alike. Its
    optima are therefore upper bounds of the posts that a plan can hold.
    """
    excluded = set(instance.excluded_sites) if "excluded_sites" in instance.constraints else set()
    alike = Counter((name, capex) for (site, name), capex in instance.capex_eur.items() if site not in excluded)
    model = pyo.ConcreteModel(name="totals")
    model.opened = pyo.Var(list(alike), domain=pyo.NonNegativeIntegers, bounds=lambda _, *kind: (0, alike[kind]))
    model.posts = pyo.Var(list(instance.professions), domain=pyo.NonNegativeIntegers)
    _add_composition(model, instance)
    sites = weighted((1.0, variable) for variable in model.opened.values())
    model.sites = pyo.Constraint(expr=sites <= len(instance.sites) - len(excluded))
    if "site_count" in instance.constraints and instance.site_count[1] is not None:
        model.site_count_max = pyo.Constraint(expr=sites <= instance.site_count[1])
    if "budget" in instance.constraints:
        works = [(capex / EUR_PER_MILLION_EUR, v) for (_, capex), v in model.opened.items()]
        installed = [
            (instance.professions[p].installation_eur / EUR_PER_MILLION_EUR, v) for p, v in model.posts.items()
        ]
        limit = instance.budget_eur / EUR_PER_MILLION_EUR
        model.budget = pyo.Constraint(expr=weighted([*works, *installed]) <= limit)
    if "recruitment_pool" in instance.constraints:
        for p, terms in instance.professions.items():
            model.posts[p].setub(terms.pool)
    model.most_posts = pyo.Objective(list(instance.professions), rule=lambda m, p: weighted([(-1.0, m.posts[p])]))
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
