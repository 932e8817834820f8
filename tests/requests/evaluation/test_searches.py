"""Searches of an evaluation: how many there are, what is told of them, and what was not searched."""

from collections.abc import Callable

import pytest

from msp_siting.problem.instance import Instance
from msp_siting.requests.evaluation import searches
from msp_siting.requests.evaluation.projects import Project, project_of
from msp_siting.requests.evaluation.searches import SearchTerms, search_plans
from msp_siting.requests.request import FundingRequest
from msp_siting.scenario.question import SolveSettings
from msp_siting.solver import Chosen
from swept import here

ROWS = {"cheap": 2, "dear": 3, "far": 4, "one": 2, "other": 3}


def project(instance: Instance, name: str, place: str, eur: float) -> Project:
    """Return a project of one new GP."""
    request = FundingRequest(row=ROWS[name], request_id=name, place_id=place, capex_ht_eur=eur, new_posts={"gp": 1})
    return project_of(request, instance, "gp")


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[Instance]:
    """Return the problems that are searched, each in this process and with a result of its own: 1, 2, 3 ..."""
    instances: list[Instance] = []

    def search_alone(instance: Instance, *_: object) -> Chosen:
        instances.append(instance)
        return Chosen(None, float(len(instances)), float(len(instances)))

    monkeypatch.setattr(searches, "open_pool", here)
    monkeypatch.setattr(searches, "search_alone", search_alone)
    return instances


@pytest.mark.parametrize("workers", [1, 2])
def test_projects_of_equal_money_and_staff_share_a_search(
    workers: int, toy_instance: Callable[..., Instance], searched: list[Instance]
) -> None:
    base = toy_instance()
    projects = [
        project(base, "cheap", "b", 500_000.0),
        project(base, "dear", "b", 900_000.0),
        project(base, "far", "d", 500_000.0),
    ]
    terms = SearchTerms(base, "gp", SolveSettings(), before=100.0, good_plan_share=0.01)
    told: list[tuple[int, int]] = []
    found = search_plans(terms, projects, workers, lambda done, count: told.append((done, count)))
    # One without any, one with each of three, one for each of two sums of money.
    assert told == [(done, 6) for done in range(7)]
    assert [instance.forced_sites[-1:] for instance in searched[:4]] == [
        (),
        ("request 000002",),
        ("request 000003",),
        ("request 000004",),
    ]
    assert {instance.budget_eur for instance in searched[4:]} == {500_000.0, 900_000.0}, "works, and no aid"
    assert {instance.aid_budget_eur for instance in searched[4:]} == {None}
    assert found.alternative[projects[0].project_id] is found.alternative[projects[2].project_id]
    assert found.alternative[projects[0].project_id] is not found.alternative[projects[1].project_id]


def test_what_was_not_searched_has_neither_standing_nor_regret(
    toy_instance: Callable[..., Instance], searched: list[Instance]
) -> None:
    base = toy_instance()
    one, other = project(base, "one", "b", 500_000.0), project(base, "other", "d", 500_000.0)
    terms = SearchTerms(base, "gp", SolveSettings(), before=100.0, good_plan_share=0.01)
    found = search_plans(terms, [one], 1, lambda _done, _count: None)
    assert len(searched) == 3
    standing = found.standing(one)
    assert standing is not None
    assert (standing.without_it.objective, standing.with_it and standing.with_it.objective) == (1.0, 2.0)
    assert found.standing(other) is None
    assert found.regret(other, None) is None  # type: ignore[arg-type]
