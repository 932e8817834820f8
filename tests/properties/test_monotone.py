"""On small problems solved to optimality, more freedom never worsens the objective."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from msp_siting.problem.instance import Instance
from msp_siting.problem.terms import FormatTerms, Pairs, ProfessionTerms
from msp_siting.solver import Settings, Settler, solve

EXACT = Settings(time_limit_s=60, relative_gap=0, improvement_gap=0, threads=1, seed=1)
RELAXED = 1e-6


@st.composite
def problems(draw: st.DrawFn) -> tuple[Instance, np.ndarray]:
    """A territory of 3 to 6 points, each a candidate, some with a practitioner; and all minutes between them."""
    number = draw(st.integers(3, 6))
    names = [f"i{n}" for n in range(number)]
    minutes = np.array(draw(st.lists(st.integers(0, 40), min_size=number**2, max_size=number**2)), float)
    minutes = minutes.reshape(number, number)
    np.fill_diagonal(minutes, 0.0)
    index = draw(st.lists(st.sampled_from([0.8, 1.0, 1.25]), min_size=number, max_size=number))
    staffed = draw(st.lists(st.integers(0, 2), min_size=number, max_size=number))
    people = draw(st.lists(st.integers(0, 1500), min_size=number, max_size=number))
    gp = ProfessionTerms(
        capacity=400.0,
        cutoff_minutes=20.0,
        weight=1.0,
        installation_eur=10_000.0,
        paramedical=True,
        need_index=dict(zip(names, index, strict=True)),
        existing={name: float(posts) for name, posts in zip(names, staffed, strict=True) if posts},
        pool=draw(st.integers(0, 6)),
        pairs=Pairs((), (), np.empty(0)),
    )
    instance = Instance(
        professions={"gp": gp},
        formats={
            "small": FormatTerms({"gp": 1}, {"gp": 2}, 1, 0.0),
            "large": FormatTerms({"gp": 2}, {"gp": 4}, 1, 0.0),
        },
        inhabitants={name: float(count) for name, count in zip(names, people, strict=True)},
        sites={f"s-{name}": name for name in names},
        capex_eur={(f"s-{name}", kind): cost for name in names for kind, cost in (("small", 2e5), ("large", 3e5))},
        budget_eur=float(draw(st.integers(0, 10)) * 100_000),
        site_count=(0, None),
        forced_sites=(),
        excluded_sites=(),
        band_upper_shares=(0.05, 0.1, 0.2, 0.4, 1.0),
        band_slopes=(1.0, 1.5, 2.0, 2.5, 3.0),
        constraints=frozenset({"need_balance", "capacity", "composition", "one_format", "budget", "recruitment_pool"}),
    )
    return within(instance, minutes, 20.0), minutes


def within(instance: Instance, minutes: np.ndarray, cutoff: float) -> Instance:
    """Return the instance with the pairs at most ``cutoff`` minutes apart."""
    names = list(instance.inhabitants)
    kept = np.argwhere(minutes <= cutoff)
    pairs = Pairs(tuple(names[i] for i, _ in kept), tuple(names[j] for _, j in kept), minutes[kept[:, 0], kept[:, 1]])
    return replace(instance, professions={"gp": replace(instance.professions["gp"], pairs=pairs)})


def best(instance: Instance) -> float:
    """Return the proven optimum."""
    solution = solve(instance, EXACT, Settler(instance, EXACT), None)
    assert solution.status == "optimal"
    assert solution.objective is not None
    return solution.objective


@settings(max_examples=15, deadline=None, derandomize=True)
@given(problems())
def test_more_budget_never_worsens(problem: tuple[Instance, np.ndarray]) -> None:
    instance, _ = problem
    richer = replace(instance, budget_eur=instance.budget_eur + 200_000)
    assert best(richer) <= best(instance) * (1 + RELAXED) + RELAXED


@settings(max_examples=15, deadline=None, derandomize=True)
@given(problems())
def test_a_longer_cutoff_never_worsens(problem: tuple[Instance, np.ndarray]) -> None:
    instance, minutes = problem
    assert best(within(instance, minutes, 30.0)) <= best(instance) * (1 + RELAXED) + RELAXED


@settings(max_examples=15, deadline=None, derandomize=True)
@given(problems())
def test_one_more_candidate_never_worsens(problem: tuple[Instance, np.ndarray]) -> None:
    instance, _ = problem
    sites = dict(instance.sites)
    site, _ = sites.popitem()
    fewer = replace(
        instance, sites=sites, capex_eur={key: cost for key, cost in instance.capex_eur.items() if key[0] != site}
    )
    assert best(instance) <= best(fewer) * (1 + RELAXED) + RELAXED


@settings(max_examples=10, deadline=None, derandomize=True)
@given(problems())
def test_opening_nothing_is_never_better(problem: tuple[Instance, np.ndarray]) -> None:
    instance, _ = problem
    assert best(instance) <= best(replace(instance, budget_eur=0.0)) * (1 + RELAXED) + RELAXED
