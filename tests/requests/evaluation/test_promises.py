"""New posts of all requests together beside a year's installations."""

import pytest

from msp_siting.files.projects import bundled_folder
from msp_siting.requests.evaluation.parameters import read_parameters
from msp_siting.requests.evaluation.promises import Promise, national_mean, promised_posts
from msp_siting.requests.request import FundingRequest

REQUESTS = [
    FundingRequest(row=2, request_id="a", place_id="a", new_posts={"gp": 3, "nurse": 1}),
    FundingRequest(row=3, request_id="b", place_id="b", new_posts={"gp": 2, "midwife": 0}, gp_joining_from=("a", "a")),
    FundingRequest(row=4, request_id="c", place_id="c"),
]


def test_those_who_come_are_summed_and_those_who_move_are_not() -> None:
    assert promised_posts(REQUESTS, {"gp": 44.5}) == (Promise("gp", 5, 44.5), Promise("nurse", 1, None))


def test_nothing_is_known_of_installations() -> None:
    assert promised_posts(REQUESTS, {}) == (Promise("gp", 5, None), Promise("nurse", 1, None))
    assert promised_posts([], {"gp": 44.5}) == ()


def test_the_national_mean_by_inhabitants() -> None:
    # 2,357 a year among 68 million are one for 28,850 inhabitants: of Isère's 1,284,948 that is 44.5.
    parameters = read_parameters(bundled_folder() / "models" / "appraisal.yaml")
    assert national_mean(parameters, 1_284_948.0) == {"gp": pytest.approx(44.54, abs=0.005)}
    assert national_mean(parameters, 68_000_000.0) == {"gp": pytest.approx(2357.0)}
