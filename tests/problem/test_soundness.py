"""A sound solution passes; each kind of tampering is noticed and named."""

import math
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from msp_siting.problem import soundness as verify
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Certificate, Plan, Prices, Solution
from msp_siting.problem.terms import ZoneTerms
from msp_siting.solver import Settings, Settler, solve

Solved = tuple[Instance, Solution]


@pytest.fixture
def solved(toy_instance: Callable[..., Instance], exact: Settings) -> Solved:
    """The toy solved for 1 M EUR: Clairval opens."""
    instance = toy_instance()
    return instance, solve(instance, exact, Settler(instance, exact), 5287.5)


def with_plan(solution: Solution, sites: pd.DataFrame | None = None, staff: pd.DataFrame | None = None) -> Solution:
    """Return the solution with other tables of sites or staff."""
    assert solution.plan is not None
    return replace(
        solution,
        plan=Plan(
            solution.plan.sites if sites is None else sites,
            solution.plan.staff if staff is None else staff,
        ),
    )


def with_staff(solution: Solution, profession: str, posts: float) -> Solution:
    """Return the solution with another number of posts of one profession."""
    assert solution.plan is not None
    staff = solution.plan.staff
    changed = staff.assign(recruited=staff["recruited"].where(staff["profession"].ne(profession), posts))
    return with_plan(solution, staff=changed)


def with_served(solution: Solution, **changes: object) -> Solution:
    """Return the solution with the first allocation changed."""
    assert solution.assignment is not None
    table = solution.assignment.allocated.copy()
    for column, cell in changes.items():
        table[column] = table[column].astype(object)
        table.loc[0, column] = cell
    return replace(solution, assignment=replace(solution.assignment, allocated=table))


def test_a_sound_solution_has_no_problem(solved: Solved) -> None:
    assert verify.problems_of_solution(*solved) == []


def test_no_plan_has_nothing_to_verify(solved: Solved) -> None:
    instance, solution = solved
    assert verify.problems_of_solution(instance, replace(solution, plan=None)) == []


def test_budget(solved: Solved) -> None:
    instance, solution = solved
    poorer = replace(instance, budget_eur=899_999.0)
    assert verify.problems_of_solution(poorer, solution) == [
        "budget: the plan costs 900000.00 EUR, budget_eur is 899999.00"
    ]


def test_aid(solved: Solved) -> None:
    instance, solution = solved
    assert verify.problems_of_solution(replace(instance, aid_budget_eur=25_000.0), solution) == []
    assert verify.problems_of_solution(replace(instance, aid_budget_eur=24_999.99), solution) == [
        "aid_budget: those who come get 25000.00 EUR of aid, aid_budget_eur is 24999.99"
    ]


def test_recruitment_pool(solved: Solved) -> None:
    instance, solution = solved
    professions = {name: replace(terms, pool=1) for name, terms in instance.professions.items()}
    problems = verify.problems_of_solution(replace(instance, professions=professions), solution)
    assert problems == ["recruitment_pool: 2 gp are recruited, 1 can be"]


@pytest.mark.parametrize(
    ("profession", "posts", "expected"),
    [
        ("gp", 1, "composition: site-c has 1 gp, format small takes 2 to 2"),
        ("gp", 3, "composition: site-c has 3 gp, format small takes 2 to 2"),
        ("nurse", 0, "composition: site-c has 0 nurse, format small takes 1 to 3"),
        ("nurse", 0, "composition: site-c has 0 paramedicals, 1 are needed"),
        ("gp", 2.5, "staff: 2.5 gp at site-c is not a whole number of posts"),
    ],
)
def test_composition(solved: Solved, profession: str, posts: float, expected: str) -> None:
    instance, solution = solved
    assert expected in verify.problems_of_solution(instance, with_staff(solution, profession, posts))


def test_staff_at_a_closed_site(solved: Solved) -> None:
    instance, solution = solved
    staff = pd.DataFrame({"site_id": ["site-a"], "profession": ["gp"], "recruited": [2]})
    problems = verify.problems_of_solution(instance, with_plan(solution, staff=staff))
    assert "staff: 2 gp at site-a, which is not opened for it" in problems


def test_format_that_the_site_does_not_take(solved: Solved) -> None:
    instance, solution = solved
    sites = pd.DataFrame({"site_id": ["site-c"], "format": ["large"]})
    problems = verify.problems_of_solution(instance, with_plan(solution, sites=sites))
    assert "one_format: site-c cannot open as large" in problems


def test_one_site_opened_twice(solved: Solved) -> None:
    instance, solution = solved
    sites = pd.DataFrame({"site_id": ["site-c", "site-c"], "format": ["small", "small"]})
    assert "one_format: site-c is opened more than once" in verify.problems_of_solution(
        instance, with_plan(solution, sites)
    )


def test_forced_excluded_and_count(solved: Solved) -> None:
    instance, solution = solved
    ruled = replace(instance, forced_sites=("site-a",), excluded_sites=("site-c",), site_count=(2, 3))
    assert verify.problems_of_solution(ruled, solution) == [
        "forced_sites: site-a is not opened",
        "excluded_sites: site-c is opened",
        "site_count: 1 sites are opened, allowed are 2 to 3",
    ]


@pytest.mark.usefixtures("town")
def test_more_sites_of_a_commune_than_may_open(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    free = toy_instance(
        budget_eur=2_700_000, recruitable={"gp": 6, "nurse": 6}, constraints__spacing=False, site_count=3
    )
    free = replace(free, excluded_sites=("site-b", "site-c"))
    solution = solve(free, exact, Settler(free, exact), None)
    assert verify.problems_of_solution(free, solution) == []
    ruled = replace(toy_instance(), budget_eur=free.budget_eur, professions=free.professions)
    assert verify.problems_of_solution(ruled, solution)[0] == (
        "spacing: 3 sites are opened at a (site-a, site-a2, site-a3), at most 2 may be"
    )


def test_capacity(solved: Solved) -> None:
    instance, solution = solved
    professions = dict(instance.professions)
    professions["gp"] = replace(professions["gp"], capacity=299.0)
    problems = verify.problems_of_solution(replace(instance, professions=professions), solution)
    assert "capacity: gp at b serve a need of 600.000, room for 598.000" in problems
    assert "capacity: gp at c serve a need of 600.000, room for 598.000" in problems


def test_more_who_leave_than_there_are(solved: Solved) -> None:
    instance, solution = solved
    moved = {("site-c", "small"): {("b", "gp"): -3.0, ("c", "gp"): 3.0}}
    (problem, *_) = verify.problems_of_solution(replace(instance, moved=moved), solution)
    assert problem == "capacity: 3 gp leave b, which has 2"


def test_more_recruits_than_ordinary_installations(solved: Solved) -> None:
    instance, solution = solved
    gp = replace(instance.professions["gp"], installations={"b": 1.0}, ordinary=1.0, drawn_share=1.0)
    problems = verify.problems_of_solution(replace(instance, professions=instance.professions | {"gp": gp}), solution)
    assert "capacity: 2 gp are recruited, with 1 ordinary installations end" in problems
    assert "capacity: gp at b serve a need of 600.000, room for 0.000" in problems


def test_need_balance(solved: Solved) -> None:
    instance, solution = solved
    assert solution.assignment is not None
    first = solution.assignment.allocated.iloc[0]
    problems = verify.problems_of_solution(instance, with_served(solution, inhabitants=first["inhabitants"] - 1))
    assert len(problems) == 1
    assert problems[0].startswith("need_balance: ")


def test_fewer_people_than_none(solved: Solved) -> None:
    problems = verify.problems_of_solution(solved[0], with_served(solved[1], inhabitants=-5.0))
    assert any("need_balance: -5.0 inhabitants" in problem for problem in problems)


def test_cutoff(solved: Solved) -> None:
    instance, solution = solved
    problems = verify.problems_of_solution(instance, with_served(solution, demand_id="c", place_id="b"))
    assert any(problem.startswith("cutoff: ") and "beyond the cut-off of c" in problem for problem in problems)


def test_uncovered_people_hidden(solved: Solved) -> None:
    instance, solution = solved
    assert solution.assignment is not None
    fewer = solution.assignment.uncovered.assign(inhabitants=0.0)
    problems = verify.problems_of_solution(
        instance, replace(solution, assignment=replace(solution.assignment, uncovered=fewer))
    )
    assert any(problem.startswith("need_balance: ") for problem in problems)
    assert "objective: 0.000000 recomputed, 3517.500000 stated" in problems


def test_objective(solved: Solved) -> None:
    instance, solution = solved
    problems = verify.problems_of_solution(instance, replace(solution, objective=3500.0, bound=3500.0))
    assert problems == ["objective: 3517.500000 recomputed, 3500.000000 stated"]


def test_bound_above_the_objective(solved: Solved) -> None:
    instance, solution = solved
    problems = verify.problems_of_solution(instance, replace(solution, bound=3600.0))
    assert problems == ["bound: 3600.000000 is above the objective 3517.500000"]


# From these prices follows 3,487.5 for the toy with 1 M EUR (tests/unit/test_pricing.py); the search claims 3,517.5.
PRICES = Prices({("a", "gp"): 3.0, ("b", "gp"): 3.0, ("c", "gp"): 3.0}, 0.0, {"gp": 900.0})


def with_claims(
    solution: Solution, searched: float | None = 3517.5, priced: float = 3487.5, prices: Prices = PRICES
) -> Solution:
    """Return the solution with another certificate."""
    return replace(solution, certificate=Certificate(searched, priced, prices))


def test_a_sound_certificate_has_no_problem(solved: Solved) -> None:
    instance, solution = solved
    assert verify.problems_of_solution(instance, with_claims(solution)) == []
    assert verify.problems_of_solution(instance, replace(with_claims(solution, searched=None), bound=3487.5)) == []
    assert verify.problems_of_solution(instance, replace(with_claims(solution, searched=3400.0), bound=3487.5)) == []


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (3600.0, "bound: 3600.000000 is above the objective 3517.500000"),
        (3500.0, "bound: 3500.000000 stated, search and prices claim 3517.500000"),
        (None, "bound: none stated, search and prices claim 3517.500000"),
        (math.nan, "bound: nan is above the objective 3517.500000"),
    ],
)
def test_bound_is_what_search_and_prices_claim(solved: Solved, bound: float | None, expected: str) -> None:
    instance, solution = solved
    assert verify.problems_of_solution(instance, replace(with_claims(solution), bound=bound)) == [expected]


@pytest.mark.parametrize(
    ("searched", "expected"),
    [
        (3600.0, "bound: the search claims that no plan is below 3600.000000, the objective is 3517.500000"),
        (3500.0, "bound: 3517.500000 stated, search and prices claim 3500.000000"),
        (3400.0, "bound: 3517.500000 stated, search and prices claim 3487.500000"),
        (None, "bound: 3517.500000 stated, search and prices claim 3487.500000"),
    ],
)
def test_what_the_search_claims(solved: Solved, searched: float | None, expected: str) -> None:
    instance, solution = solved
    assert verify.problems_of_solution(instance, with_claims(solution, searched=searched)) == [expected]


@pytest.mark.parametrize("priced", [3500.0, 3400.0, math.nan])
def test_what_follows_from_the_prices_is_reckoned(solved: Solved, priced: float) -> None:
    instance, solution = solved
    problems = verify.problems_of_solution(instance, with_claims(solution, priced=priced))
    assert problems == [f"bound: 3487.500000 follows from the prices, {priced:.6f} stated"]


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        # At Clairval 2 GPs earn 2 x 300 x 4 and cost 1,800: 600 to the good.
        (replace(PRICES, room=PRICES.room | {("c", "gp"): 4.0}), 2887.5),
        # Clairval's 900 are served at 2 where they are dearer: bands cost 1 x 0.05 + 1.5 x 0.05 + 2 x 0.9 = 1.925 each.
        (replace(PRICES, room=PRICES.room | {("c", "gp"): 2.0}), 3487.5 - 900 * (2.625 - 1.925)),
        # A GP earns 900 and costs 800, six times; two are paid back.
        (replace(PRICES, recruit={"gp": 800.0}), 3087.5),
        (replace(PRICES, recruit={"gp": 1000.0}), 3287.5),
    ],
)
def test_one_price_changed(solved: Solved, prices: Prices, expected: float) -> None:
    instance, solution = solved
    problems = verify.problems_of_solution(instance, with_claims(solution, prices=prices))
    assert problems == [f"bound: {expected:.6f} follows from the prices, 3487.500000 stated"]


def test_prices_that_are_no_numbers(solved: Solved) -> None:
    instance, solution = solved
    endless = with_claims(solution, priced=math.nan, prices=replace(PRICES, budget=math.inf))
    assert "bound: -inf follows from the prices, nan stated" in verify.problems_of_solution(instance, endless)


def test_an_objective_that_is_no_number(solved: Solved) -> None:
    instance, solution = solved
    problems = verify.problems_of_solution(instance, replace(solution, objective=math.nan))
    assert problems == ["objective: 3517.500000 recomputed, nan stated"]


def test_inhabitants_that_are_no_number(solved: Solved) -> None:
    problems = verify.problems_of_solution(solved[0], with_served(solved[1], inhabitants=math.nan))
    assert any(problem.startswith("need_balance: nan inhabitants") for problem in problems)


def test_a_plan_that_uses_what_is_kept_for_the_rim(rim_instance: Callable[..., Instance], exact: Settings) -> None:
    instance = rim_instance(budget_eur=0)
    professions = {name: replace(terms, reserved={}) for name, terms in instance.professions.items()}
    greedy = replace(instance, professions=professions)
    solution = solve(greedy, exact, Settler(greedy, exact), None)
    assert verify.problems_of_solution(greedy, solution) == []
    problems = verify.problems_of_solution(instance, solution)
    assert [problem.split(", room for ")[0] for problem in problems] == [
        "capacity: gp at b serve a need of 1200.000",
        "capacity: gp at f serve a need of 600.000",
    ]
    honest = solve(instance, exact, Settler(instance, exact), None)
    assert verify.problems_of_solution(instance, honest) == []


def test_zones_that_want_otherwise(solved: Solved) -> None:
    # Clairval is open, in the east, for 900,000 EUR.
    instance, solution = solved
    east = ZoneTerms("epci", "east", ("site-c",), ("c",), opened=(1, 1), spent_cents=(90_000_000, 90_000_000))
    assert verify.problems_of_solution(replace(instance, zones=(east,)), solution) == []
    for wanted, said in (
        ({"opened": (2, None)}, "zone_sites: 1 sites are opened in epci east, allowed are 2 to any number"),
        ({"opened": (0, 0)}, "zone_sites: 1 sites are opened in epci east, allowed are 0 to 0"),
        (
            {"spent_cents": (90_000_001, None)},
            "zone_budget: 900000.00 EUR are spent in epci east, allowed are 900000.01 to any amount",
        ),
        (
            {"spent_cents": (0, 89_999_999)},
            "zone_budget: 900000.00 EUR are spent in epci east, allowed are 0.00 to 899999.99",
        ),
        (
            {"covered_share": {"gp": 0.7}},
            "zone_coverage: epci east: 66.6667% of the need for gp is served, at least 70.0000% is asked",
        ),
    ):
        zone = replace(east, **wanted)  # type: ignore[arg-type]
        assert verify.problems_of_solution(replace(instance, zones=(zone,)), solution) == [said]


def test_a_share_of_the_need_that_is_not_served(solved: Solved) -> None:
    # 600 at Bourg and 600 at Clairval of 2,700.
    instance, solution = solved
    assert verify.problems_of_solution(replace(instance, most_uncovered={"gp": 1500.0}), solution) == []
    assert verify.problems_of_solution(replace(instance, most_uncovered={"gp": 1350.0}), solution) == [
        "coverage_target: 44.4444% of the need for gp is served, at least 50.0000% is asked"
    ]


def test_sites_in_other_formats_and_an_earlier_plan(solved: Solved) -> None:
    instance, solution = solved
    kept = {("site-c", "small"): {"gp": 2}}
    assert verify.problems_of_solution(replace(instance, kept=kept), solution) == []
    for changed, said in (
        ({"kept": {("site-c", "small"): {"nurse": 2}}}, "kept_sites: site-c has 1 nurse, 2 are kept"),
        ({"kept": {("site-a", "small"): {}}}, "kept_sites: site-a is not opened"),
        ({"kept": {("site-c", "large"): {}}}, "kept_sites: site-c is opened as small, asked is large"),
        ({"excluded_formats": (("site-c", "small"),)}, "excluded_sites: site-c is opened as small"),
        (
            {"forced_sites": ("site-c",), "forced_formats": {"site-c": "large"}},
            "forced_sites: site-c is opened as small, asked is large",
        ),
    ):
        assert verify.problems_of_solution(replace(instance, **changed), solution) == [said]  # type: ignore[arg-type]
