"""Twelve plausible requests in Isère: each rank and verdict is argued, and the portfolio is the best of all choices.

What is where: short of GPs are the west (around Roussillon, Beaurepaire, Saint-Marcellin), where about a fifth of
everyone is uncovered, and the north (around Bourgoin, Bournay, Morestel), where an eighth is; around Grenoble and in
the ski valleys nobody is; of the thinly settled Trièves a quarter.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest

from msp_siting.answer.pipeline import read_at_horizon, settings_of
from msp_siting.files.projects import bundled_folder
from msp_siting.problem.instance import Instance
from msp_siting.problem.reduction import reduce_instance
from msp_siting.requests.evaluation.appraisals import Appraisal, Evaluation
from msp_siting.requests.evaluation.evaluate import Order, evaluate
from msp_siting.requests.evaluation.parameters import read_yardstick
from msp_siting.requests.evaluation.projects import Project, with_projects_only
from msp_siting.requests.gates.msps import action_of
from msp_siting.requests.reading import read_requests
from msp_siting.scenario.scenario import read_scenario
from msp_siting.solver import Settler, solve

pytestmark = pytest.mark.slow  # 25 searches of Isère, and 4,096 choices enumerated
ENVELOPE_EUR = 2_500_000.0
FILE = Path(__file__).parent / "isere-12.csv"
# A list by which GPs are short everywhere, as with the mean list of 2021.
SHORT_LIST = {"professions.gp.capacity_inhabitants_per_post": 1000}


ONCE: list[Callable[[str, Callable[[], Any]], Any]] = []


@pytest.fixture(autouse=True)
def _shared(once: Callable[[str, Callable[[], Any]], Any]) -> None:
    """Let evaluation and enumeration be made by whichever worker asks first."""
    ONCE[:] = [once]


def evaluated() -> Evaluation:
    """Return the evaluation of the twelve under isere-20m, all searched."""
    found: Evaluation = ONCE[0]("isere-twelve-requests", _evaluate)
    return found


def _evaluate() -> Evaluation:
    beside = bundled_folder() / "scenarios"
    scenario = read_scenario(beside / "isere-20m.yaml", SHORT_LIST)
    territory = read_at_horizon(scenario)
    file = read_requests(FILE, territory, scenario.model.professions)
    order = Order(beside, ENVELOPE_EUR, "proposed", date(2026, 11, 1), searches=12, workers=2)
    yardstick = read_yardstick(beside, "proposed")
    found = evaluate(scenario, territory, file, yardstick, order, lambda _done, _all: None)
    return replace(found, ground=replace(found.ground, settler=None))  # type: ignore[arg-type]  # it holds a lock


def of(name: str) -> Appraisal:
    return next(a for a in evaluated().appraisals if a.request_id == name)


def test_verdicts() -> None:
    verdicts = {a.request_id: a.gates.verdict for a in evaluated().appraisals}
    # One GP and no paramedical is no MSP, whatever else is right.
    assert verdicts.pop("villette") == "rule_not_met"
    # A letter of intent, no zoning, no financing plan: nothing is refused, much is missing.
    assert verdicts.pop("abrets") == "incomplete"
    assert set(verdicts.values()) == {"eligible"}


def test_names_decimal_commas_and_missing_cells_are_read_as_meant() -> None:
    assert of("beaurepaire").request.place_id == "38034"
    assert of("bournay").request.place_id == "38399"  # "St Jean de Bournay"
    assert of("beaurepaire").request.investment_eur == 1_300_000
    assert of("beaurepaire").request.rent_eur_m2_year == 120.5
    assert of("abrets").request.physiotherapists is None
    assert of("abrets").request.requested_total_eur == 196_000  # the State's is not stated


def test_what_each_opens_is_called_by_its_name() -> None:
    territory = evaluated().territory
    actions = {name: action_of(of(name).request, territory) for name in ("marcellin", "cremieu", "morestel")}
    assert actions == {"marcellin": "extension", "cremieu": "regrouping", "morestel": "creation"}


def test_new_gps_where_all_are_short_cover_a_list_each() -> None:
    # 1,000 standardised inhabitants a GP; those around are a little younger than the mean.
    for name, posts in (("beaurepaire", 3), ("roussillon", 4), ("bournay", 2), ("marcellin", 1)):
        assert of(name).newly_covered("gp") == pytest.approx(1000 * posts, rel=0.04)
        assert of(name).effects.newly_covered["low"]["gp"] == pytest.approx(730 * posts, rel=0.04)


def test_beside_a_surplus_three_gps_cover_nobody() -> None:
    # Les Deux Alpes: everyone who reaches it is served already.
    assert of("deux-alpes").gain == pytest.approx(0, abs=0.01)
    assert of("deux-alpes").newly_covered("gp") == 0
    assert of("deux-alpes").project.new_posts["gp"] == 3


def test_moving_gps_from_the_next_town_covers_nobody_more() -> None:
    # Who reaches Crémieu reaches Tignieu too, or the others who are short there.
    assert of("cremieu").gain == pytest.approx(0, abs=0.01)
    assert of("cremieu").newly_covered("gp") == 0
    assert of("cremieu").project.moved == {"38507": -2.0, "38138": 2.0}
    lower = of("cremieu").effects.losses
    assert "38085" in set(lower.loc[lower["apl_fall"].gt(0), "demand_id"])  # the APL of Charvieu-Chavagneux falls


def test_ranks_by_effect() -> None:
    ranks = evaluated().rank_by_effect
    assert ranks.keys() & {"villette", "abrets"} == set()  # no rank without the gates
    # Four GPs before three, and three before two; both in the west.
    assert [ranks[name] for name in ("roussillon", "beaurepaire")] == [1, 2]
    # Salaise: two new ones, and the one who joins comes from next door; in a place a little worse off than the others.
    assert ranks["salaise"] == 3
    # Two anywhere in the north do the same; two at Clelles a hair less: those short around it are not quite two lists.
    assert ranks["bournay"] == ranks["bournay-cher"] == ranks["morestel"] == 4
    assert of("clelles").gain == pytest.approx(of("bournay").gain, rel=0.003)
    assert ranks["clelles"] == 7
    assert ranks["marcellin"] == 8  # one GP
    # Neither changes anything.
    assert ranks["deux-alpes"] == ranks["cremieu"] == 9


def test_the_dearer_twin_has_the_same_effect_and_a_worse_price() -> None:
    assert of("bournay").gain == of("bournay-cher").gain
    ranks = evaluated().rank_per_eur
    assert ranks["bournay"] < ranks["bournay-cher"]
    assert of("bournay-cher").per_100k_eur("gp") == pytest.approx(of("bournay").per_100k_eur("gp") * 405 / 675)


def test_place_in_the_good_plans_for_20_million() -> None:
    places = {a.request_id: a.standing.place for a in evaluated().appraisals if a.standing is not None}
    # GPs are what 20 M EUR run out of, so that what a house costs (the dearer twin) or moves (Crémieu) bars it from no
    # good plan: only GPs who cover nobody do. Of all places that are short none is needed: other plans are as good.
    assert {name for name, place in places.items() if place == "none"} == {"deux-alpes"}
    assert {places[name] for name in ("bournay", "bournay-cher", "cremieu", "roussillon", "clelles")} == {"some"}
    assert "all" not in places.values()


def test_regret() -> None:
    regrets = {a.request_id: a.regret for a in evaluated().appraisals}
    # Three GPs in the mountains, who would cover three thousand people elsewhere: all of it is missed.
    assert regrets["deux-alpes"].low == pytest.approx(1)
    # Two GPs in the Trièves: around Pont-en-Royans they would do a sixth more.
    assert 0.1 < regrets["clelles"].low <= regrets["clelles"].high < 0.2
    # Where an eighth is short each GP counts 2 a list; elsewhere the same money houses GPs who count 2.5.
    for name in ("bournay", "morestel"):
        assert regrets[name].low == pytest.approx(1 - 2 / 2.5, abs=0.03)
    # The west is between the two: the last of its GPs come to people who are no longer as short.
    for name in ("roussillon", "beaurepaire", "salaise"):
        assert 0.05 < regrets[name].low <= regrets[name].high < 1 - 2 / 2.5
    # One GP more at Saint-Marcellin counts 2.5: nothing is missed.
    assert regrets["marcellin"].low == pytest.approx(0, abs=1e-6)
    assert regrets["marcellin"].high < 0.03


def test_warnings_say_what_could_turn_it() -> None:
    assert evaluated().warnings(of("abrets")) == ["evaluation_turn_msps", "evaluation_turn_incomplete"]
    there = {a.request_id for a in evaluated().appraisals if "evaluation_turn_msps" in evaluated().warnings(a)}
    assert there == {"beaurepaire", "morestel", "roussillon", "deux-alpes", "abrets", "salaise"}
    assert evaluated().warnings(of("bournay")) == []


class Enumeration:
    """The value of every choice among some projects, by linear problems kept warm from one choice to the next.

    One per profession: need balance and room as FORMULATION.md has them, of the reduced problem (whose own tests say
    that it is as good as the whole). Choices follow a Gray code: one project changes at a time.
    """

    def __init__(self, instance: Instance, projects: list[Project]) -> None:
        self.projects = projects
        self.reduced = reduce_instance(instance).instance
        self.problems = {name: self._problem(name) for name in self.reduced.professions}

    def _problem(self, name: str) -> tuple[highspy.Highs, dict[str, int], dict[str, float]]:
        terms = self.reduced.professions[name]
        highs = highspy.Highs()
        highs.silent()
        points = {point: row for row, point in enumerate(terms.need_index)}
        places = {place: len(points) + row for row, place in enumerate(dict.fromkeys(terms.pairs.place_ids))}
        for point in points:
            people = self.reduced.inhabitants[point]
            highs.addRow(people, people, 0, [], [])
        room = {place: terms.room(place) for place in places}
        for place in places:
            highs.addRow(-highspy.kHighsInf, max(0.0, room[place]), 0, [], [])
        widths = np.diff([0.0, *self.reduced.band_upper_shares])
        for point, row in points.items():
            weight = terms.weight * terms.need_index[point]
            for width, slope in zip(widths, self.reduced.band_slopes, strict=True):
                highs.addCol(weight * slope, 0.0, width * self.reduced.inhabitants[point], 1, [row], [1.0])
        for point, place in zip(terms.pairs.demand_ids, terms.pairs.place_ids, strict=True):
            rows = [points[point], places[place]]
            highs.addCol(0.0, 0.0, highspy.kHighsInf, 2, rows, [1.0, terms.need_index[point]])
        return highs, places, room

    def values(self) -> Iterator[tuple[frozenset[str], float]]:
        """Yield every choice and its objective."""
        chosen: set[int] = set()
        parts = {name: self._least(name) for name in self.problems}
        codes = [number ^ (number >> 1) for number in range(2 ** len(self.projects))]
        yield frozenset(), sum(parts.values())
        for before, after in pairwise(codes):
            flipped = (before ^ after).bit_length() - 1
            chosen ^= {flipped}
            for name in self._flip(flipped, 1.0 if flipped in chosen else -1.0):
                parts[name] = self._least(name)
            yield frozenset(self.projects[number].request.request_id for number in chosen), sum(parts.values())

    def _flip(self, number: int, sign: float) -> set[str]:
        project, touched = self.projects[number], set()
        key = project.project_id, project.project_id
        changes = {
            (project.request.place_id, name): posts * self.reduced.professions[name].capacity
            for name, posts in project.new_posts.items()
        }
        for place, more in self.reduced.moved_room(*key).items():
            changes[place] = changes.get(place, 0.0) + more
        for (place, name), more in changes.items():
            highs, places, room = self.problems[name]
            if more and place in places:
                room[place] += sign * more
                highs.changeRowBounds(places[place], -highspy.kHighsInf, max(0.0, room[place]))
                touched.add(name)
        return touched

    def _least(self, name: str) -> float:
        highs = self.problems[name][0]
        highs.run()
        done = {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty}
        assert highs.getModelStatus() in done
        return float(highs.getInfo().objective_function_value)


def every_choice() -> dict[frozenset[str], float]:
    """Return the objective of each of the 4,096 choices."""
    evaluation = evaluated()
    projects = [a.project for a in evaluation.appraisals]
    choices: dict[frozenset[str], float] = ONCE[0](
        "isere-twelve-choices", lambda: dict(Enumeration(evaluation.ground.instance, projects).values())
    )
    return choices


def money(choice: frozenset[str]) -> float:
    return sum(of(name).request.requested_total_eur or 0.0 for name in choice)


def test_the_enumeration_values_single_requests_as_the_evaluation_does() -> None:
    choices = every_choice()
    assert len(choices) == 4096
    assert choices[frozenset()] == pytest.approx(evaluated().without.objective, rel=1e-7)
    for a in evaluated().appraisals:
        assert choices[frozenset()] - choices[frozenset({a.request_id})] == pytest.approx(a.gain, abs=0.02)


def test_the_portfolio_is_the_best_of_all_eligible_choices() -> None:
    portfolio = evaluated().portfolio
    eligible = {a.request_id for a in evaluated().appraisals if a.gates.verdict == "eligible"}
    best = min(
        value for choice, value in every_choice().items() if choice <= eligible and money(choice) <= ENVELOPE_EUR
    )
    assert portfolio.status == "optimal"
    assert portfolio.objective == pytest.approx(best, rel=1e-6)
    assert every_choice()[evaluated().chosen] == pytest.approx(best, rel=1e-6)
    assert money(evaluated().chosen) <= ENVELOPE_EUR
    # The dearer twin is not bought, nor what changes nothing.
    assert not evaluated().chosen & {"bournay-cher", "deux-alpes", "cremieu"}


@pytest.mark.parametrize("envelope_eur", [0.0, 400_000.0, 1_000_000.0, 1_700_000.0, 10_000_000.0])
def test_the_best_of_all_twelve_whatever_the_envelope(envelope_eur: float) -> None:
    found = evaluated()
    base = replace(found.ground.instance, sites={}, formats={}, capex_eur={}, moved={})
    projects = [a.project for a in found.appraisals]
    instance = with_projects_only(base, projects, envelope_eur, "gp")
    settings = settings_of(found.scenario.question.solve)
    exact = replace(settings, threads=1, relative_gap=0.0, improvement_gap=0.0)
    solution = solve(instance, exact, Settler(found.ground.instance, exact), found.without.objective)
    best = min(value for choice, value in every_choice().items() if money(choice) <= envelope_eur)
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(best, rel=1e-6)
    assert solution.bound == pytest.approx(best, rel=1e-6)
