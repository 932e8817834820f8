"""Ranks with ties, scores of criteria, points by weights."""

import pytest

from msp_siting.errors import ScenarioError
from msp_siting.files.projects import bundled_folder
from msp_siting.requests.evaluation.parameters import parse_weights, read_appraisal
from msp_siting.requests.evaluation.ranking import criteria_scores, ranks, weighted_score
from msp_siting.requests.request import FundingRequest


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, {}),
        ({"a": 1.0}, {"a": 1}),
        ({"a": 3.0, "b": 7.0, "c": 5.0}, {"a": 3, "b": 1, "c": 2}),
        ({"a": 5.0, "b": 7.0, "c": 5.0, "d": 1.0}, {"a": 2, "b": 1, "c": 2, "d": 4}),
        ({"a": 5000.0, "b": 5000.004}, {"a": 1, "b": 1}),  # within a millionth
        ({"a": 5000.0, "b": 5000.006}, {"a": 2, "b": 1}),
        ({"a": 0.0, "b": -10.0}, {"a": 1, "b": 2}),
    ],
)
def test_equal_values_share_the_better_rank(values: dict[str, float], expected: dict[str, int]) -> None:
    assert ranks(values) == expected


def request(**values: object) -> FundingRequest:
    return FundingRequest(row=2, request_id="r", place_id="a", **values)


def test_what_is_not_stated_scores_nothing() -> None:
    assert criteria_scores(request(), 0.0, None, None) == dict.fromkeys(
        ("need", "team", "access", "coherence", "cost"), 0.0
    )


def test_scores_by_hand() -> None:
    asked = request(
        projet_sante_status="filed",
        gp_present=2,
        new_posts={"gp": 2},
        gp_leaving_by_2030=1,
        unscheduled_care=True,
        sector1=True,
        clinical_training=False,
        cpts_opinion="reserved",
        cls=True,
        epci_share=0.0,
        occupancy_share=0.9,
    )
    scores = criteria_scores(asked, 0.6, 200.0, 150.0)
    assert scores["need"] == 0.6
    assert scores["team"] == pytest.approx((0.5 + 3 / 4) / 2)  # 1 of 4 leaves
    assert scores["access"] == pytest.approx(2 / 3)
    assert scores["coherence"] == pytest.approx((0.5 + 1 + 0) / 3)
    assert scores["cost"] == pytest.approx((150 / 200 + 0.9) / 2)
    assert weighted_score(scores, {"need": 30.0, "cost": 10.0}) == pytest.approx(100 * (30 * 0.6 + 10 * 0.825) / 40)


def test_no_weights_unless_the_user_gives_some() -> None:
    criteria = read_appraisal(bundled_folder() / "scenarios").criteria
    assert parse_weights(None, criteria) == {}
    assert parse_weights("need=2, cost=1.5", criteria) == {"need": 2.0, "cost": 1.5}
    assert parse_weights("proposed", criteria) == {
        "need": 30.0,
        "team": 25.0,
        "access": 15.0,
        "coherence": 15.0,
        "cost": 15.0,
    }
    assert all(criteria.of(name).proposed_weight.kind == "assumed" for name in ("need", "team", "access"))


def test_wrong_weights_are_all_told() -> None:
    criteria = read_appraisal(bundled_folder() / "scenarios").criteria
    with pytest.raises(ScenarioError) as error:
        parse_weights("ned=3,team=x,team=1,cost=-1,need=2,need=3", criteria)
    assert error.value.problems == (
        "--weights ned=3: no such criterion; did you mean need? (need, team, access, coherence, cost)",
        "--weights team=x: expected NAME=NUMBER",
        "--weights cost=-1: expected a number of at least 0",
        "--weights need=3: given twice; keep one",
    )
    with pytest.raises(ScenarioError, match="all are 0"):
        parse_weights("need=0", criteria)
