"""Whose need a scenario counts more: by zone, by zoning, by group; and what follows for who is served."""

from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.answer import answer, answer_caveats
from msp_siting.errors import DataError, ScenarioError
from msp_siting.language import tell
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.scenario.scenario import Scenario
from msp_siting.solver import Settings, Settler

Builder = Callable[..., Instance]


def test_need_of_a_zone_counts_twice(toy_instance: Builder) -> None:
    # Aubois, Bourg and Dole lie in the west: 1,800 of 2,700 inhabitants.
    instance = toy_instance(weights__zones={"epci": {"west": 2.0}})
    assert {name: terms.need_index for name, terms in instance.professions.items()}["nurse"] == {
        "a": 2.0,
        "b": 2.0,
        "c": 1.0,
        "d": 2.0,
    }
    assert instance.need("gp") == pytest.approx(4500)
    assert instance.unweighted_index("gp") == {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}


def test_a_group_counts_for_its_share_of_a_place(toy_instance: Builder, toy_project: Path) -> None:
    # A third of Aubois is 75 or older: 1 + (4 - 1) / 3 = 2. Elsewhere nobody is.
    demand = toy_project / "data" / "toy" / "demand.csv"
    head, *rows = demand.read_text(encoding="utf-8").splitlines()
    aged = [f"{row},{300 if row[0] == 'a' else 0}" for row in rows]
    demand.write_text("\n".join([f"{head},inhabitants_75_plus", *aged]) + "\n", encoding="utf-8")
    assert toy_instance(weights__groups={"75_plus": 4.0}).need_weights == {"a": pytest.approx(2.0)}


def test_who_counts_twice_takes_twice_the_room(toy_instance: Builder, exact: Settings) -> None:
    # The GPs at Bourg have room for 600: for 600 of 1,800, and for 300 of them where each counts twice.
    instance = toy_instance(weights__zones={"epci": {"west": 2.0}})
    _, assignment = Settler(instance, exact).settle(Plan.empty())
    left = assignment.uncovered.query("profession == 'gp'").set_index("demand_id")["inhabitants"]
    assert left[["a", "b", "d"]].sum() == pytest.approx(1500)


def test_weights_move_the_plan_where_they_are_larger(toy_scenario: Callable[..., Scenario]) -> None:
    # Clairval is the best place for one MSP; with the west's need doubled it is Aubois or Bourg.
    assert answer(toy_scenario()).plan.sites["site_id"].tolist() == ["site-c"]
    (site,) = answer(toy_scenario(weights__zones={"epci": {"west": 2.0}})).plan.sites["site_id"]
    assert site in {"site-a", "site-b"}


def test_every_output_says_that_it_is_a_choice(toy_scenario: Callable[..., Scenario]) -> None:
    found = answer(toy_scenario(weights__zones={"epci": {"west": 1.5}}))
    told = [tell(fact, "en") for fact in answer_caveats(found) if fact.key == "caveat_need_weights"]
    assert len(told) == 1
    assert "that of others (Pays de l'Ouest x 1.5): a choice of whoever asks, no fact." in told[0]


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        (
            {"weights__zones": {"epci": {"wst": 2.0}}},
            ScenarioError,
            "scenario toy: weights.zones.epci: no zone 'wst' of this kind; did you mean west?",
        ),
        (
            {"weights__groups": {"75_plus": 2.0}},
            DataError,
            "inhabitants_75_plus: a weight needs this group of inhabitants at every demand point",
        ),
        (
            {"weights__zoning": {"gp": {"ZIP": 2.0}}},
            DataError,
            "scenario toy: weights.zoning.gp: no zone of the territory has the status 'ZIP'",
        ),
        ({"weights__zones": {"epci": {"west": 11.0}}}, ScenarioError, "must be at most 10, got 11.0"),
    ],
)
def test_what_cannot_be_weighed_is_said(
    toy_instance: Builder, asked: dict[str, object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as caught:
        toy_instance(**asked)
    assert said in str(caught.value)


def test_the_apl_of_a_zone_is_that_without_weights(toy_scenario: Callable[..., Scenario]) -> None:
    plain, weighted = (
        answer(toy_scenario(sites__force_open=["site-a"], weights__zones={"epci": weights})).coverage
        for weights in ({}, {"west": 2.0})
    )
    assert plain is not None
    assert weighted is not None
    for column in ("apl_before", "apl_after"):
        assert weighted.zones[column].dropna().tolist() == pytest.approx(plain.zones[column].dropna().tolist())
    assert weighted.zones["need"].sum() > plain.zones["need"].sum()
