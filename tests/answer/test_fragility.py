"""What one departure leaves without room on the toy: two GPs at Bourg and half a one at Aubois, lists of 300.

Aubois (900), Bourg (600) and Dole (300) reach both, 1,800 people for 750 places: whatever leaves is lost. Clairval has
a GP of its own, for 300 of its 900. With lists of 1,000, Bourg and Aubois have 2,500 places: a post that leaves Bourg
leaves 300 without room, and the half at Aubois nobody; Clairval loses all of 900.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

from msp_siting.answer.closing import close, read_closings
from msp_siting.answer.fragility import tabulate_fragility
from msp_siting.answer.pipeline import before_any_decision
from msp_siting.scenario.scenario import Scenario
from msp_siting.solver import Settings

SUPPLY = "place_id,profession,practitioners,retiring_share\nb,gp,2,0.5\na,gp,0.5,\nc,gp,1,\n"
LOST = "inhabitants_left_without_room"
Read = Callable[..., Scenario]


@pytest.fixture
def fragile(toy_project: Path, toy_scenario: Read) -> Callable[..., pd.DataFrame]:
    """Return what gives the rows of GPs."""
    folder = toy_project / "data" / "toy"
    (folder / "supply.csv").write_text(SUPPLY, encoding="utf-8")

    def make(capacity: float = 300, **overrides: object) -> pd.DataFrame:
        scenario = toy_scenario(professions__gp__capacity_inhabitants_per_post=capacity, **overrides)
        return tabulate_fragility(before_any_decision(scenario)[0], scenario)

    return make


def test_who_is_short_loses_all_of_it(fragile: Callable[..., pd.DataFrame]) -> None:
    found = fragile()
    assert list(found.columns) == [
        *("place_id", "name", "profession", "practitioners", "posts_leaving", "room_within_reach", LOST, "rank")
    ]
    assert found.to_numpy().tolist() == [
        ["c", "Clairval", "gp", 1.0, 1.0, 0.0, 300.0, 1],  # nobody else within reach comes first
        ["b", "Bourg", "gp", 2.0, 1.0, 150.0, 300.0, 2],
        ["a", "Aubois", "gp", 0.5, 0.5, 600.0, 150.0, 3],
    ]


def test_where_there_is_room_others_take_them(fragile: Callable[..., pd.DataFrame]) -> None:
    found = fragile(1000)
    assert found[["place_id", LOST, "rank"]].to_numpy().tolist() == [["c", 900.0, 1], ["b", 300.0, 2], ["a", 0.0, 3]]


def test_the_same_loss_and_the_same_room_are_one_rank(fragile: Callable[..., pd.DataFrame], toy_project: Path) -> None:
    supply = "place_id,profession,practitioners\na,gp,1\nb,gp,1\nd,gp,1\nc,gp,1\n"
    (toy_project / "data" / "toy" / "supply.csv").write_text(supply, encoding="utf-8")
    assert fragile()[["place_id", "rank"]].to_numpy().tolist() == [["c", 1], ["a", 2], ["b", 2], ["d", 2]]


def test_retirements_are_not_told_by_place(fragile: Callable[..., pd.DataFrame]) -> None:
    pd.testing.assert_frame_equal(fragile(horizon_year=2030), fragile())


@pytest.mark.parametrize("capacity", [300, 700, 1000])
def test_each_is_what_a_closing_leaves(
    capacity: float, fragile: Callable[..., pd.DataFrame], toy_scenario: Read, exact: Settings
) -> None:
    found = fragile(capacity)
    scenario = toy_scenario(professions__gp__capacity_inhabitants_per_post=capacity)
    territory, instance, _ = before_any_decision(scenario)
    for row in found.to_dict("records"):
        asked = [f"{row['place_id']}:gp:{row['posts_leaving']}"]
        points = close(scenario, territory, instance, read_closings(asked, territory, scenario), exact).points
        more = points["uncovered_after"].sum() - points["uncovered_before"].sum()
        assert row[LOST] == pytest.approx(more, abs=1e-5)


@pytest.mark.usefixtures("rim_folder")
def test_people_of_the_rim_count_and_its_places_do_not_stand_there(toy_scenario: Read) -> None:
    scenario = toy_scenario()
    found = tabulate_fragility(before_any_decision(scenario)[0], scenario)
    # 2,000 of Bourg's reach share 1,200 places, 200 of Esnes among them: all 300 of a post are lost.
    assert found[["place_id", "room_within_reach", LOST]].to_numpy().tolist() == [["b", 0.0, 300.0]]


def test_on_estimated_times_there_is_no_rank(fragile: Callable[..., pd.DataFrame], toy_project: Path) -> None:
    manifest = toy_project / "data" / "toy" / "manifest.yaml"
    text = manifest.read_text(encoding="utf-8").replace("files: []", "files:")
    times = sha256((toy_project / "data" / "toy" / "travel_times.csv").read_bytes()).hexdigest()
    entry = f"{{path: travel_times.csv, sha256: '{times}', source: S, licence: L, vintage: '2024', kind: modelled}}"
    manifest.write_text(f"{text}  - {entry}\n", encoding="utf-8")
    found = fragile()
    assert found["place_id"].tolist() == ["a", "b", "c"]
    assert found["rank"].isna().all()
    assert found[LOST].tolist() == [150.0, 300.0, 300.0]
