"""New posts of all requests together beside a year's installations."""

import pytest

from msp_siting.problem.trend import Yearly, yearly_installations
from msp_siting.requests.evaluation.promises import Promise, promised_posts
from msp_siting.requests.request import FundingRequest
from msp_siting.scenario.scenario import read_scenario
from msp_siting.territory.reading import read_territory

COMING = Yearly(44.5, is_assumed=True)

REQUESTS = [
    FundingRequest(row=2, request_id="a", place_id="a", new_posts={"gp": 3, "nurse": 1}),
    FundingRequest(row=3, request_id="b", place_id="b", new_posts={"gp": 2, "midwife": 0}, gp_joining_from=("a", "a")),
    FundingRequest(row=4, request_id="c", place_id="c"),
]


def test_those_who_come_are_summed_and_those_who_move_are_not() -> None:
    assert promised_posts(REQUESTS, {"gp": COMING}) == (Promise("gp", 5, COMING), Promise("nurse", 1, None))


def test_nothing_is_known_of_installations() -> None:
    assert promised_posts(REQUESTS, {}) == (Promise("gp", 5, None), Promise("nurse", 1, None))
    assert promised_posts([], {"gp": COMING}) == ()


def test_isere_s_are_published_and_those_of_hautes_alpes_are_the_national_ones_by_inhabitants() -> None:
    # 321 in six years; 2,357 a year among 68 million, of whom 140,976 live there.
    for name, expected in (
        ("isere-20m", Yearly(53.5, is_assumed=False)),
        ("hautes-alpes-3m", Yearly(4.886, is_assumed=True)),
    ):
        scenario = read_scenario(name)
        (found,) = yearly_installations(read_territory(scenario.folder), scenario).values()
        assert (found.posts, found.is_assumed) == (pytest.approx(expected.posts, abs=1e-3), expected.is_assumed)
