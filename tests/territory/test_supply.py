from pathlib import Path

import pandas as pd
import pytest

from msp_siting.territory.reading import read_territory
from msp_siting.territory.supply import supply_at_horizon
from msp_siting.territory.territory import Territory


@pytest.fixture
def territory(toy_project: Path) -> Territory:
    """Bourg has 2 private GPs, a quarter of whom retire, and 0.5 salaried ones, all of whom do; Aubois has a nurse."""
    folder = toy_project / "data" / "toy"
    (folder / "supply.csv").write_text(
        "place_id,profession,practitioners,status,retiring_share\n"
        "b,gp,2,liberal,0.25\nb,gp,0.5,salaried,1\na,nurse,3,liberal,0\n",
        encoding="utf-8",
    )
    return read_territory(folder)


def as_dict(supply: pd.DataFrame) -> dict[tuple[str, str], float]:
    return {(place, name): fte for place, name, fte in supply.itertuples(index=False)}


def test_supply_is_summed_by_place_and_profession(territory: Territory) -> None:
    assert as_dict(supply_at_horizon(territory, with_retirements=False)) == {("a", "nurse"): 3.0, ("b", "gp"): 2.5}


def test_those_who_retire_have_left(territory: Territory) -> None:
    assert as_dict(supply_at_horizon(territory, with_retirements=True)) == {("a", "nurse"): 3.0, ("b", "gp"): 1.5}


def test_nobody_retires_where_it_is_not_known(toy_project: Path) -> None:
    territory = read_territory(toy_project / "data" / "toy")
    assert as_dict(supply_at_horizon(territory, with_retirements=True)) == {("b", "gp"): 2.0}


def test_a_share_that_is_not_known_leaves_everyone(toy_project: Path) -> None:
    (toy_project / "data" / "toy" / "supply.csv").write_text(
        "place_id,profession,practitioners,retiring_share\na,nurse,3,\nb,gp,2,0.25\n"
    )
    territory = read_territory(toy_project / "data" / "toy")
    assert as_dict(supply_at_horizon(territory, with_retirements=True)) == {("a", "nurse"): 3.0, ("b", "gp"): 1.5}


def test_the_table_is_left_as_it_was(territory: Territory) -> None:
    before = territory.supply.copy()
    supply_at_horizon(territory, with_retirements=True)
    pd.testing.assert_frame_equal(territory.supply, before)


def test_a_territory_without_supply(toy_project: Path) -> None:
    (toy_project / "data" / "toy" / "supply.csv").unlink()
    territory = read_territory(toy_project / "data" / "toy")
    assert supply_at_horizon(territory, with_retirements=True).empty
