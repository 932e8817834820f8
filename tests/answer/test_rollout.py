"""Plans that contain one another: worked by hand, and on problems at random.

A, B and M are candidate sites of one format: up to two GPs of 300, for 1 M EUR. A reaches a1 (350) and a2 (150), B
reaches b1 (350) and b2 (150), M lies between and reaches a1 and b1.

    sites      left uncovered, of 1,000
    none       1,000
    A or B       500
    M            400    600 of the 700 it reaches
    A and B        0
    A and M      150    b2
"""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pytest

from drawn import drawn, drawn_with_openings, drawn_with_spacing, least_objective, near_pairs, problem, profession
from msp_siting.answer.rollout import Direction, Stage, mean_nesting_cost, nest_plans, nesting_cost, order_table
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.problem.spending import cost_eur
from msp_siting.problem.terms import FormatTerms
from msp_siting.solver import Chosen, Settings, choose

REACH = {"a1": "A M", "a2": "A", "b1": "B M", "b2": "B"}
PEOPLE = {"a1": 350.0, "a2": 150.0, "b1": 350.0, "b2": 150.0}
MILLION = 1_000_000.0


def crossing(installation_eur: float = 0.0, sites: str = "ABM") -> Instance:
    gp = profession(REACH, capacity=300, paramedical=False, installation_eur=installation_eur)
    return problem({"gp": gp}, PEOPLE, sites={s: s for s in sites}, budget_eur=2e6, bands=((1.0,), (1.0,)))


def plan(**posts: int) -> Plan:
    """Return the plan that opens the sites named with so many GPs."""
    return Plan(
        pd.DataFrame([(site, "small") for site in posts], columns=["site_id", "format"]),
        pd.DataFrame([(site, "gp", count) for site, count in posts.items()], columns=pd.Index(list(STAFF))),
    )


STAFF = ("site_id", "profession", "recruited")
PLANS = {MILLION: plan(M=2), 2 * MILLION: plan(A=2, B=2)}
OBJECTIVES = {MILLION: 400.0, 2 * MILLION: 0.0}
NAMES = pd.DataFrame([(s, f"at {s}", f"MSP {s}") for s in "ABM"], columns=["site_id", "place_id", "name"])


def order(stages: list[Stage], instance: Instance, bounds: Mapping[float, float] = OBJECTIVES) -> pd.DataFrame:
    return order_table(stages, instance, NAMES, {b: (OBJECTIVES.get(b, 0.0), bounds[b]) for b in bounds}, 1000.0)


def test_backwards_the_last_plan_is_the_best_one(exact: Settings) -> None:
    stages = nest_plans("backwards", crossing(), PLANS, OBJECTIVES, 1000.0, exact)
    assert [stage.budget_eur for stage in stages] == [MILLION, 2 * MILLION]
    assert [stage.objective for stage in stages] == pytest.approx([500, 0])
    assert set(stages[1].plan.sites["site_id"]) == {"A", "B"}
    assert [
        nesting_cost(stage, OBJECTIVES[stage.budget_eur], 400.0 * (n == 0), 1000.0) for n, stage in enumerate(stages)
    ] == [
        pytest.approx((1 / 6, 1 / 6)),
        (0, 0),
    ]


def test_forwards_the_first_plan_is_the_best_one(exact: Settings) -> None:
    stages = nest_plans("forwards", crossing(), PLANS, OBJECTIVES, 1000.0, exact)
    assert [stage.objective for stage in stages] == pytest.approx([400, 150])
    assert list(stages[0].plan.sites["site_id"]) == ["M"]
    assert set(stages[1].plan.sites["site_id"]) in ({"A", "M"}, {"B", "M"})


def test_the_way_that_misses_least_is_forwards_here(exact: Settings) -> None:
    missed: dict[Direction, float] = {}
    for direction in ("backwards", "forwards"):
        stages = nest_plans(direction, crossing(), PLANS, OBJECTIVES, 1000.0, exact)
        missed[direction] = mean_nesting_cost(order(stages, crossing()))
    assert missed == {"backwards": pytest.approx((1 / 6 + 0) / 2), "forwards": pytest.approx((0 + 0.15) / 2)}


def test_posts_cost_nothing_of_the_budget(exact: Settings) -> None:
    # A with both GPs is 1 M EUR; the 50,000 EUR of aid that each gets are another purse.
    plans, objectives = {1.0e6: plan(A=2), 1.2e6: plan(A=2)}, {1.0e6: 500.0, 1.2e6: 500.0}
    stages = nest_plans("backwards", crossing(50_000, "A"), plans, objectives, 1000.0, exact)
    assert [(stage.cost_eur, stage.objective) for stage in stages] == [(MILLION, 500.0), (MILLION, 500.0)]


def test_a_site_opens_and_grows() -> None:
    # A with one GP (300 of 500 served), then with both: 1 M EUR, and 50,000 EUR of aid a GP.
    instance = crossing(50_000, "A")
    objectives = {1.05e6: 700.0, 1.1e6: 500.0, 1.2e6: 500.0}
    posts = {1.05e6: 1, 1.1e6: 2, 1.2e6: 2}
    stages = [Stage(budget, plan(A=posts[budget]), MILLION, value) for budget, value in objectives.items()]
    table = order_table(stages, instance, NAMES, {b: (o, o - 100) for b, o in objectives.items()}, 1000.0)
    rows = table[["step", "budget_eur", "site_id", "place_id", "name", "format", "action", "staff_gp", "aid_eur"]]
    assert rows.to_numpy().tolist() == [
        [1, 1.05e6, "A", "at A", "MSP A", "small", "open", 1, 5e4],
        [2, 1.1e6, "A", "at A", "MSP A", "small", "extend", 2, 1e5],
        [3, 1.2e6, "", "", "", "", "", 0, 1e5],
    ]
    assert table["cost_eur"].tolist() == [MILLION] * 3
    assert table["objective"].tolist() == pytest.approx([700, 500, 500])
    assert table["nesting_cost_share_low"].tolist() == pytest.approx([0, 0, 0])
    assert table["nesting_cost_share_high"].tolist() == pytest.approx([100 / 400, 100 / 600, 100 / 600])


def test_with_too_little_money_nothing_opens_and_its_objective_is_that_of_nothing(exact: Settings) -> None:
    plans = {0.0: Plan.empty(), MILLION: plan(M=2)}
    for direction in ("backwards", "forwards"):
        stages = nest_plans(direction, crossing(), plans, {0.0: 1000.0, MILLION: 400.0}, 1000.0, exact)
        assert [(len(stage.plan.sites), stage.cost_eur) for stage in stages] == [(0, 0.0), (1, MILLION)]
        assert [stage.objective for stage in stages] == pytest.approx([1000, 400])
    table = order(stages, crossing(), {0.0: 1000.0, MILLION: 400.0})
    assert table.loc[0, ["site_id", "staff_gp"]].tolist() == ["", 0]
    assert table["nesting_cost_share_high"].isna().tolist() == [True, False]  # nothing can be gained with nothing


def test_no_plan_found_in_time_is_the_empty_one(exact: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msp_siting.solver.choose", lambda *_: Chosen(None, None, None))
    stages = nest_plans("backwards", crossing(), PLANS, OBJECTIVES, 1000.0, exact)
    assert (len(stages[0].plan.sites), stages[0].cost_eur, stages[0].objective) == (0, 0.0, 1000.0)


@pytest.mark.parametrize("direction", ["backwards", "forwards"])
@pytest.mark.parametrize("seed", [1, 3, 4, 8, 11, 16])
def test_on_any_problem_each_plan_contains_the_one_before(direction: Direction, seed: int, exact: Settings) -> None:
    each_contains_the_one_before(drawn(seed), direction, exact)


@pytest.mark.parametrize("direction", ["backwards", "forwards"])
@pytest.mark.parametrize("seed", [0, 7, 9, 11, 13])
def test_so_it_does_where_sites_are_too_near_to_one_another(direction: Direction, seed: int, exact: Settings) -> None:
    each_contains_the_one_before(drawn_with_spacing(seed), direction, exact)


@pytest.mark.parametrize("direction", ["backwards", "forwards"])
@pytest.mark.parametrize("seed", [0, 4, 9])
def test_so_it_does_where_a_commune_has_few_openings(direction: Direction, seed: int, exact: Settings) -> None:
    each_contains_the_one_before(drawn_with_openings(seed), direction, exact)


def test_forwards_no_site_too_near_to_those_before_opens(exact: Settings) -> None:
    # A and B 5 minutes from M: beside M nothing opens, and 400 stay uncovered.
    apart = replace(crossing(), near_sites=(("A", "M"), ("B", "M")))
    stages = nest_plans("forwards", apart, PLANS, OBJECTIVES, 1000.0, exact)
    assert [list(stage.plan.sites["site_id"]) for stage in stages] == [["M"], ["M"]]
    assert [stage.objective for stage in stages] == pytest.approx([400, 400])
    stages = nest_plans("backwards", apart, PLANS, OBJECTIVES, 1000.0, exact)
    assert [stage.objective for stage in stages] == pytest.approx([500, 0])


def each_contains_the_one_before(instance: Instance, direction: Direction, exact: Settings) -> None:
    before = least_objective(instance, {})
    assert before is not None
    plans, objectives = {}, {}
    for budget_eur in (0.0, 0.6e6, 1.3e6, 2.0e6, 3.1e6):
        found = choose(_with_budget(instance, budget_eur), exact, before)
        assert found.plan is not None
        plans[budget_eur], objectives[budget_eur] = found.plan, found.objective
    stages = nest_plans(direction, instance, plans, objectives, before, exact)
    assert [stage.budget_eur for stage in stages] == list(plans)
    held: dict[tuple[str, str], int] = {}
    formats: dict[str, str] = {}
    for stage in stages:
        staff = {(site, name): int(posts) for site, name, posts in stage.plan.staff.itertuples(index=False)}
        opened = dict(stage.plan.sites.itertuples(index=False, name=None))
        assert formats.items() <= opened.items()
        assert all(staff.get(key, 0) >= posts for key, posts in held.items())
        assert _breaks_no_rule(instance, opened, staff)
        cost = sum(instance.capex_eur[key] for key in opened.items())
        assert cost == pytest.approx(stage.cost_eur) == pytest.approx(cost_eur(instance, stage.plan))
        assert cost <= stage.budget_eur + 0.01
        alone = least_objective(instance, {key: float(posts) for key, posts in staff.items()})
        assert stage.objective == pytest.approx(alone, rel=1e-6, abs=1e-4)
        assert stage.objective >= objectives[stage.budget_eur] - 1e-4
        low, high = nesting_cost(stage, objectives[stage.budget_eur], objectives[stage.budget_eur], before)
        assert low is None or low == high >= 0
        held, formats = staff, opened


def _with_budget(instance: Instance, budget_eur: float) -> Instance:
    return replace(instance, budget_eur=budget_eur)


def _breaks_no_rule(instance: Instance, opened: Mapping[str, str], staff: Mapping[tuple[str, str], int]) -> bool:
    def team_fits(site: str, terms: FormatTerms) -> bool:
        team = {name: staff.get((site, name), 0) for name in instance.professions}
        paramedicals = sum(posts for name, posts in team.items() if instance.professions[name].paramedical)
        within = all(terms.fewest[name] <= posts <= terms.most[name] for name, posts in team.items())
        return within and paramedicals >= terms.paramedical_fewest

    pools = all(
        sum(posts for (_, other), posts in staff.items() if other == name) <= terms.pool
        for name, terms in instance.professions.items()
    )
    apart = not any(opened.keys() >= set(pair) for pair in near_pairs(instance))
    few = all(
        sum(site in group and instance.formats[kind].action != "extension" for site, kind in opened.items()) <= most
        for group, most in instance.openings_by_commune
    )
    return pools and apart and few and all(team_fits(site, instance.formats[kind]) for site, kind in opened.items())
