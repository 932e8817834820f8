from pathlib import Path

import pandas as pd
import pytest

from msp_siting.territory.reading import read_territory
from msp_siting.territory.rim import stack
from msp_siting.territory.territory import nearest_minutes, supply_at_horizon, within_cutoff


def test_territory_and_rim_as_one(rim_folder: Path) -> None:
    joined = read_territory(rim_folder).with_rim
    assert joined.demand["demand_id"].tolist() == ["a", "b", "c", "d", "e", "f"]
    assert joined.supply[["place_id", "practitioners"]].to_numpy().tolist() == [["b", 4.0], ["f", 2.0]]
    assert len(joined.travel_times) == 12 + 8
    assert joined.rim is None


def test_without_a_rim_nothing_is_joined(toy_project: Path) -> None:
    territory = read_territory(toy_project / "data" / "toy")
    assert territory.with_rim is territory
    assert territory.times_from_home is territory.travel_times


def test_times_from_home_lead_to_the_rim_and_never_start_there(rim_folder: Path) -> None:
    territory = read_territory(rim_folder)
    times = territory.times_from_home
    assert set(times["demand_id"]) == {"a", "b", "c", "d"}
    pairs = {(i, place): minutes for i, place, minutes in times.itertuples(index=False)}
    assert len(pairs) == 12 + 3
    assert (pairs["b", "e"], pairs["c", "f"], pairs["b", "f"]) == (15.0, 15.0, 40.0)
    assert ("c", "f") in set(within_cutoff(territory, 15)[["demand_id", "place_id"]].itertuples(index=False, name=None))


def test_the_nearest_may_be_in_the_rim(rim_folder: Path) -> None:
    nearest = nearest_minutes(read_territory(rim_folder), pd.Index(["b", "f"]))
    assert nearest.to_dict() == {"a": 10.0, "b": 0.0, "c": 15.0, "d": 10.0}


@pytest.mark.parametrize("file", ["supply.csv", "rim_supply.csv"])
def test_nobody_leaves_where_it_is_not_known(rim_folder: Path, file: str) -> None:
    place = "b" if file == "supply.csv" else "f"
    (rim_folder / file).write_text(
        f"place_id,profession,practitioners,retiring_share\n{place},gp,8,0.5\n", encoding="utf-8"
    )
    supply = supply_at_horizon(read_territory(rim_folder).with_rim, with_retirements=True)
    other = {"b": 4.0, "f": 2.0}
    assert dict(zip(supply["place_id"], supply["practitioners"], strict=True)) == other | {place: 4.0}


def test_an_empty_table_does_not_change_the_types_of_the_other() -> None:
    own, none = pd.DataFrame({"place_id": ["a"], "practitioners": [1]}), pd.DataFrame({"place_id": []})
    assert stack(own, none).dtypes.to_dict() == own.dtypes.to_dict()
    assert stack(none, own).to_dict("list") == {"place_id": ["a"], "practitioners": [1]}
    assert stack(own, pd.DataFrame({"place_id": ["b"], "status": ["x"]})).to_dict("list") == {"place_id": ["a", "b"]}
