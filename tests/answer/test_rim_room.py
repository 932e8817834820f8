"""What people of the rim use is kept for them; the numbers are worked by hand in tests/conftest.py."""

from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.answer.rim_room import reserve_for_rim
from msp_siting.errors import DataError
from msp_siting.problem.building import build_instance
from msp_siting.problem.horizon import territory_at_horizon
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.scenario.scenario import Scenario
from msp_siting.solver import Settings, Settler, solve
from msp_siting.territory.reading import read_territory

Build = Callable[..., Instance]


def uncovered(instance: Instance, settings: Settings) -> dict[str, float]:
    """Return the inhabitants without a GP before any decision."""
    table = Settler(instance, settings).settle(Plan.empty())[1].uncovered
    gp = table[table["profession"].eq("gp")]
    return dict(zip(gp["demand_id"], gp["inhabitants"], strict=True))


def test_the_rim_keeps_what_it_uses(rim_instance: Build) -> None:
    gp = rim_instance().professions["gp"]
    assert gp.existing == {"b": 4.0, "f": 2.0}
    assert gp.reserved == pytest.approx({"b": 120.0, "f": 60.0}, abs=1e-3)
    assert rim_instance().existing_capacity("gp") == pytest.approx(1080 + 540, abs=1e-3)


def test_people_of_the_rim_are_not_counted(rim_instance: Build) -> None:
    instance = rim_instance()
    assert set(instance.inhabitants) == {"a", "b", "c", "d"}
    assert set(instance.professions["gp"].pairs.demand_ids) == {"a", "b", "c", "d"}
    assert instance.need("gp") == 2700.0


def test_one_border_commune_loses_room_and_another_gains_some(
    toy_scenario: Callable[..., Scenario], rim_folder: Path, rim_instance: Build, exact: Settings
) -> None:
    with_rim = uncovered(rim_instance(), exact)
    scenario = toy_scenario(rim=False)
    for name in ("rim_demand.csv", "rim_supply.csv", "rim_travel_times.csv"):
        (rim_folder / name).unlink()
    without = uncovered(build_instance(read_territory(rim_folder), scenario), exact)
    # 4 GPs have room for 1,200 of 1,800 in the west; nobody is in reach of Clairval
    assert without["a"] + without["b"] + without["d"] == pytest.approx(600)
    assert without["c"] == pytest.approx(900)
    assert with_rim["b"] == pytest.approx(0.4 * 600, abs=1e-3)
    assert with_rim["a"] + with_rim["b"] + with_rim["d"] == pytest.approx(720, abs=1e-3)
    assert with_rim["c"] == pytest.approx(360, abs=1e-3)


@pytest.mark.parametrize("nearby", [True, False])
def test_the_territory_alone_has_the_shares_of_the_common_before(
    toy_scenario: Callable[..., Scenario],
    rim_folder: Path,
    exact: Settings,
    nearby: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    scenario = toy_scenario()
    territory = territory_at_horizon(read_territory(rim_folder), scenario)
    joint = Settler(build_instance(territory.with_rim, scenario), exact).spread(Plan.empty())[1]
    keys = ["profession", "demand_id"]
    alone = reserve_for_rim(build_instance(territory, scenario), territory, scenario, exact, nearby=nearby)
    left = Settler(alone, exact).spread(Plan.empty())[1].set_index(keys)["inhabitants"]
    assert left.to_dict() == pytest.approx(joint.set_index(keys)["inhabitants"].loc[left.index].to_dict(), abs=1e-6)


def test_shares_are_even_between_territory_and_rim_where_no_step_decides(rim_instance: Build, rim_folder: Path) -> None:
    # 2 GPs have room for 600 of 1,800 + 900: everyone is served to 2/9, of Esnes 200.
    (rim_folder / "supply.csv").write_text("place_id,profession,practitioners\nb,gp,2\n", encoding="utf-8")
    demand = (rim_folder / "rim_demand.csv").read_text(encoding="utf-8")
    (rim_folder / "rim_demand.csv").write_text(demand.replace("Esnes,200", "Esnes,900"), encoding="utf-8")
    assert rim_instance().professions["gp"].reserved["b"] == pytest.approx(200, abs=1)


def test_need_of_the_rim_is_weighed_as_the_territory_s(rim_instance: Build, rim_folder: Path) -> None:
    # Each of 100 in Esnes needs 2: they use the room of 200, and 800 of 2,000 go short as before.
    for name, index in (("demand.csv", {}), ("rim_demand.csv", {"Esnes,200": "Esnes,100"})):
        text = (rim_folder / name).read_text(encoding="utf-8")
        for old, new in index.items():
            text = text.replace(old, new)
        header, *rows = text.splitlines()
        weights = ["2" if "Esnes" in row else "1" for row in rows]
        lines = [f"{header},need_index_gp", *(f"{row},{n}" for row, n in zip(rows, weights, strict=True))]
        (rim_folder / name).write_text("\n".join(lines), encoding="utf-8")
    assert rim_instance().professions["gp"].reserved["b"] == pytest.approx(120, abs=1e-3)


def test_a_rim_place_beyond_the_cutoff_counts_for_times_only(rim_instance: Build) -> None:
    gp = rim_instance(professions__gp__cutoff_minutes=14).professions["gp"]
    assert gp.existing == {"b": 4.0, "f": 2.0}
    assert gp.reserved == {"f": 600.0}  # Esnes is 15 minutes from Bourg
    assert "f" not in gp.pairs.place_ids


def test_practitioners_whom_nobody_of_the_territory_reaches_stay_out(rim_instance: Build, rim_folder: Path) -> None:
    supply = rim_folder / "rim_supply.csv"
    supply.write_text(supply.read_text(encoding="utf-8") + "e,gp,1\n", encoding="utf-8")
    times = rim_folder / "rim_travel_times.csv"
    times.write_text(times.read_text(encoding="utf-8").replace("b,e,15\n", ""), encoding="utf-8")
    gp = rim_instance().professions["gp"]
    assert gp.existing == {"b": 4.0, "f": 2.0}
    # They serve Esnes at home, so Bourg is the territory's alone.
    assert gp.reserved == pytest.approx({"f": 60.0}, abs=1e-3)


def test_a_rim_without_practitioners(rim_instance: Build, rim_folder: Path) -> None:
    (rim_folder / "rim_supply.csv").unlink()
    gp = rim_instance().professions["gp"]
    assert gp.existing == {"b": 4.0}
    assert gp.reserved == pytest.approx({"b": 120.0}, abs=1e-3)


def test_the_rim_s_practitioners_leave_by_the_horizon_too(rim_instance: Build, rim_folder: Path) -> None:
    (rim_folder / "rim_supply.csv").write_text(
        "place_id,profession,practitioners,retiring_share\nf,gp,4,0.5\n", encoding="utf-8"
    )
    assert rim_instance().professions["gp"].existing == {"b": 4.0, "f": 4.0}
    assert rim_instance(horizon_year=2030).professions["gp"].existing == {"b": 4.0, "f": 2.0}


def test_a_plan_earns_nothing_by_serving_the_rim(rim_instance: Build, exact: Settings) -> None:
    instance = rim_instance(sites__force_open=["site-c"])
    solution = solve(instance, exact, Settler(instance, exact), None)
    assert solution.assignment is not None
    assert solution.objective == pytest.approx(1485, rel=1e-6)
    assert set(solution.assignment.allocated["demand_id"]) <= {"a", "b", "c", "d"}
    # With 240 to spare at Clairval, the 40 of Faverges who find no room bring nothing: the west is worth more.
    free = rim_instance()
    best = solve(free, exact, Settler(free, exact), 2227.5)
    assert best.objective == pytest.approx(877.5, rel=1e-6)


def test_a_rim_that_is_ignored_leaves_the_instance_as_without_its_files(
    toy_instance: Build, rim_instance: Build, rim_folder: Path
) -> None:
    ignored = rim_instance(rim=False)
    for name in ("rim_demand.csv", "rim_supply.csv", "rim_travel_times.csv"):
        (rim_folder / name).unlink()
    without = toy_instance()
    for name, terms in without.professions.items():
        other = ignored.professions[name]
        assert (terms.existing, terms.reserved, terms.need_index) == (other.existing, {}, other.need_index)
        assert (terms.pairs.demand_ids, terms.pairs.place_ids) == (other.pairs.demand_ids, other.pairs.place_ids)
    assert ignored.inhabitants == without.inhabitants


def test_an_instance_without_a_rim_is_returned_as_it_is(
    toy_scenario: Callable[..., Scenario], toy_project: Path, exact: Settings
) -> None:
    territory, scenario = read_territory(toy_project / "data" / "toy"), toy_scenario()
    instance = build_instance(territory, scenario)
    assert reserve_for_rim(instance, territory, scenario, exact) is instance


def test_professions_of_the_rim_must_be_the_model_s_too(rim_instance: Build, rim_folder: Path) -> None:
    (rim_folder / "supply.csv").write_text("place_id,profession,practitioners\nb,dentist,1\n", encoding="utf-8")
    (rim_folder / "rim_supply.csv").write_text("place_id,profession,practitioners\nf,gps,1\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        rim_instance()
    advice = "is not one of the model's (gp, nurse, midwife); add it to the model or take its rows out"
    assert caught.value.problems == (
        f"{rim_folder / 'supply.csv'}: profession 'dentist' {advice}",
        f"{rim_folder / 'rim_supply.csv'}: profession 'gps' {advice}",
    )
