"""The portfolio to the cent: whatever the envelope, the best of all choices that it pays for, and an answer always.

Of choices that do equally much it is the cheapest, of these the one that comes first in the file.
"""

import itertools
from fractions import Fraction

import numpy as np
import pytest

import exact as in_fractions
from drawn import BANDS, problem, profession
from msp_siting.problem import NO_PRICES
from msp_siting.problem.instance import Instance
from msp_siting.requests.evaluation.portfolio import Ties, choose_portfolio
from msp_siting.requests.evaluation.projects import Project, project_of, with_projects_only
from msp_siting.requests.evaluation.searches import SearchTerms
from msp_siting.requests.request import FundingRequest
from msp_siting.scenario.question import SolveSettings
from msp_siting.solver import Settings, Settler

AMOUNTS = (100_000.0, 200_000.0, 350_000.0)


def territory(random: np.random.Generator, *, plain: bool) -> Instance:
    """Return some demand points around five places, with a GP here and there.

    If plain, a post is worth as much anywhere, but for where it has nobody to serve.
    """
    points, places = [f"i{n}" for n in range(6)], [f"p{n}" for n in range(5)]
    gp = profession(
        {point: " ".join(place for place in places if random.random() < 0.5) for point in points},
        existing={place: 1.0 for place in places if random.random() < 0.3},
        capacity=300.0,
        paramedical=False,
    )
    people = {point: float(random.integers(100, 1500)) for point in points}
    return problem({"gp": gp}, people, bands=((1.0,), (1.0,)) if plain else BANDS)


def requests(random: np.random.Generator, base: Instance, *, plain: bool) -> list[Project]:
    """Return up to seven projects whose amounts have cents, some of them the same but for those; if plain, without."""
    found = []
    for row in range(2, 2 + int(random.integers(3, 8))):
        cents = 0 if plain else int(random.choice([0, 1, 40, 99, int(random.integers(0, 100))]))
        asked = float(random.choice(AMOUNTS)) + cents / 100
        request = FundingRequest(
            row=row,
            request_id=f"r{row}",
            place_id=f"p{random.integers(0, 5)}",
            new_posts={"gp": int(random.integers(0, 4))},
            requested_eur={"ars": asked / 4, "region": asked - asked / 4},
        )
        found.append(project_of(request, base, "gp"))
    return found


def cents(projects: tuple[Project, ...]) -> int:
    """Return what some projects ask for; each is asked in whole cents."""
    return sum(round((project.request.requested_total_eur or 0.0) * 100) for project in projects)


@pytest.mark.parametrize("seed", range(200))
def test_the_portfolio_is_the_best_of_all_choices_within_the_envelope(seed: int, exact: Settings) -> None:
    random = np.random.default_rng(seed)
    plain = seed % 2 == 1
    base = territory(random, plain=plain)
    projects = requests(random, base, plain=plain)
    choices = [choice for n in range(len(projects) + 1) for choice in itertools.combinations(projects, n)]
    envelope = max(0, cents(choices[int(random.integers(0, len(choices)))]) + int(random.integers(-100, 101)))
    instance = with_projects_only(base, projects, envelope / 100, "gp")

    def value(choice: tuple[Project, ...]) -> Fraction:
        return in_fractions.objective(instance, {(p.project_id, "gp"): p.new_posts["gp"] for p in choice})

    def preference(choice: tuple[Project, ...]) -> tuple[Fraction, int, list[bool]]:
        """What it leaves uncovered, what it costs, and whether it lacks the first request, the second ..."""
        return value(choice), cents(choice), [project not in choice for project in projects]

    best = min((choice for choice in choices if cents(choice) <= envelope), key=preference)
    terms = SearchTerms(base, "gp", SolveSettings(), before=float(value(())), good_plan_share=0.01)
    solution = choose_portfolio(terms, projects, envelope / 100, Settler(instance, exact), exact)
    assert solution.status == "optimal"  # 28: HiGHS 1.16 returns its start where presolve alone finds the optimum
    assert solution.plan is not None
    chosen = tuple(project for project in projects if project.project_id in set(solution.plan.sites["site_id"]))
    assert cents(chosen) <= envelope
    assert chosen == best


def test_of_choices_that_do_equally_much_the_cheapest_is_found_whichever_a_search_came_upon(exact: Settings) -> None:
    # Three villages of their own, each with more people than a GP can serve.
    villages = {f"i{n}": f"p{n}" for n in range(3)}
    base = problem({"gp": profession(villages, capacity=300.0, paramedical=False)}, dict.fromkeys(villages, 1000.0))
    asked = {"p0": 100_000.02, "p1": 100_000.00, "p2": 100_000.01}
    dearest, cheapest, other = (
        project_of(
            FundingRequest(
                row=row, request_id=f"r{row}", place_id=place, new_posts={"gp": 1}, requested_eur={"ars": eur}
            ),
            base,
            "gp",
        )
        for row, (place, eur) in enumerate(asked.items(), start=2)
    )
    instance = with_projects_only(base, [dearest, cheapest, other], 100_000.02, "gp")
    one_served = float(in_fractions.objective(instance, {(cheapest.project_id, "gp"): 1}))
    before = float(in_fractions.objective(instance, {}))
    ties = Ties(instance, (dearest, cheapest, other), exact, before, one_served + 1e-6, NO_PRICES)
    assert ties.cheapest_of([dearest]) == [cheapest]
    assert ties.cheapest_of([cheapest]) == [cheapest]
    assert ties.first_of([cheapest]) == [cheapest]
    assert ties.first_of([other]) == [cheapest]  # it costs no more
    assert Ties(instance, (dearest, cheapest, other), exact, before, one_served - 1, NO_PRICES).cheapest_of(
        [other]
    ) == [other]
