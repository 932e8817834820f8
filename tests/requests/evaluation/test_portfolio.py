"""The portfolio to the cent: whatever the envelope, the best of all choices that it pays for, and an answer always."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

import exact as in_fractions
from drawn import problem, profession
from msp_siting.problem.instance import Instance
from msp_siting.requests.evaluation.evaluate import choose_portfolio
from msp_siting.requests.evaluation.projects import Project, project_of, with_projects_only
from msp_siting.requests.evaluation.searches import SearchTerms
from msp_siting.requests.request import FundingRequest
from msp_siting.scenario.question import SolveSettings
from msp_siting.solver import Settings, Settler

AMOUNTS = (100_000.0, 200_000.0, 350_000.0)


def territory(random: np.random.Generator) -> Instance:
    """Return some demand points around five places, with a GP here and there."""
    points, places = [f"i{n}" for n in range(6)], [f"p{n}" for n in range(5)]
    gp = profession(
        {point: " ".join(place for place in places if random.random() < 0.5) for point in points},
        existing={place: 1.0 for place in places if random.random() < 0.3},
        capacity=300.0,
        paramedical=False,
    )
    return problem({"gp": gp}, {point: float(random.integers(100, 1500)) for point in points})


def requests(random: np.random.Generator, base: Instance) -> list[Project]:
    """Return up to seven projects whose amounts have cents, some of them the same but for those."""
    found = []
    for row in range(2, 2 + int(random.integers(3, 8))):
        cents = int(random.choice([0, 1, 40, 99, int(random.integers(0, 100))]))
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
    base = territory(random)
    projects = requests(random, base)
    choices = [choice for n in range(len(projects) + 1) for choice in itertools.combinations(projects, n)]
    envelope = max(0, cents(choices[int(random.integers(0, len(choices)))]) + int(random.integers(-100, 101)))
    instance = with_projects_only(base, projects, envelope / 100, "gp")

    def value(choice: tuple[Project, ...]) -> Fraction:
        return in_fractions.objective(instance, {(p.project_id, "gp"): p.new_posts["gp"] for p in choice})

    best = min(value(choice) for choice in choices if cents(choice) <= envelope)
    terms = SearchTerms(base, "gp", SolveSettings(), before=float(value(())), good_plan_share=0.01)
    solution = choose_portfolio(terms, projects, envelope / 100, Settler(instance, exact), exact)
    assert solution.status == "optimal"  # 28: HiGHS 1.16 returns its start where presolve alone finds the optimum
    assert solution.plan is not None
    chosen = tuple(project for project in projects if project.project_id in set(solution.plan.sites["site_id"]))
    assert cents(chosen) <= envelope
    assert float(value(chosen)) == pytest.approx(float(best), rel=1e-9)
