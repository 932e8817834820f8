"""The APL of two places, worked by hand: 100 visits a year and GP.

minutes   to p   to q        a: 1,000 inhabitants who need 1 each
a            0     12        b:   500 inhabitants who need 2 each
b           12      0        p has 2 GPs (200 visits), q has 1 (100 visits)

D_p = 1 x 1,000 + 2/3 x 1,000 = 1,666.67      D_q the same
APL_a = 200 / 1,666.67 + 2/3 x 100 / 1,666.67 = 0.16
APL_b = 2/3 x 200 / 1,666.67 + 100 / 1,666.67 = 0.14
"""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from msp_siting.answer.apl import (
    apl_by_point,
    calibrated_visits,
    decay,
    need,
    visits_per_gp,
    with_visits_per_gp,
)
from msp_siting.files.projects import bundled_folder
from msp_siting.language import tell
from msp_siting.scenario.model import Apl, parse_model
from msp_siting.scenario.model_file import read_model
from msp_siting.territory.manifest import Manifest
from msp_siting.territory.territory import Rim, Territory

GPS = pd.Series({"p": 2.0, "q": 1.0})


def territory(minutes: float = 12, **columns: list[float]) -> Territory:
    demand = pd.DataFrame({"demand_id": ["a", "b"], "inhabitants": [1000.0, 500.0], "need_index_gp": [1.0, 2.0]})
    pairs = [("a", "p", 0.0), ("a", "q", minutes), ("b", "p", minutes), ("b", "q", 0.0)]
    empty = pd.DataFrame()
    return Territory(
        folder=Path(),
        manifest=Manifest(name="two", title={"fr": "deux", "en": "two"}, crs="EPSG:2154"),
        demand=demand.assign(**columns),
        supply=empty,
        sites=empty,
        travel_times=pd.DataFrame(pairs, columns=["demand_id", "place_id", "minutes"]),
        places=empty,
        zones=empty,
        flows=empty,
        sha256="",
    )


@pytest.fixture(scope="module")
def parameters() -> Apl:
    path = bundled_folder() / "models" / "allocation.yaml"
    return parse_model(read_model(path), f"{path}: ").apl


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, 1),
        (9.99, 1),
        (10.0, 2 / 3),
        (14.99, 2 / 3),
        (15.0, 1 / 3),
        (19.99, 1 / 3),
        (20.0, 1 / 3),
        (20.01, 0),
        (60, 0),
    ],
)
def test_decay_at_the_ends_of_its_intervals(parameters: Apl, minutes: float, expected: float) -> None:
    assert decay(pd.Series([minutes]), parameters).tolist() == pytest.approx([expected], abs=1e-6)


def test_apl_of_two_places(parameters: Apl) -> None:
    values = apl_by_point(territory(), parameters, GPS, 100.0)
    assert values.to_dict() == pytest.approx({"a": 0.16, "b": 0.14}, abs=1e-6)


def test_apl_is_linear_in_the_visits_of_a_gp(parameters: Apl) -> None:
    values = apl_by_point(territory(), parameters, GPS, 1000.0)
    assert values.to_dict() == pytest.approx({"a": 1.6, "b": 1.4}, abs=1e-5)


def test_at_20_minutes_a_third_counts_and_beyond_nothing(parameters: Apl) -> None:
    # D_p = 1,000 + 1/3 x 1,000; APL_a = (200 + 1/3 x 100) / 1,333.33
    assert apl_by_point(territory(20), parameters, GPS, 100.0)["a"] == pytest.approx(0.175, abs=1e-6)
    # nobody of b reaches p: APL_a = 200 / 1,000 there
    assert apl_by_point(territory(20.01), parameters, GPS, 100.0)["a"] == pytest.approx(0.2)


def test_without_gps_within_reach_apl_is_zero(parameters: Apl) -> None:
    values = apl_by_point(territory(30), parameters, pd.Series({"p": 2.0}), 100.0)
    assert values.to_dict() == pytest.approx({"a": 0.2, "b": 0.0})
    nobody = apl_by_point(territory(), parameters, pd.Series({}, dtype=float), 100.0)
    assert nobody.to_dict() == {"a": 0.0, "b": 0.0}


def test_gps_whom_nobody_reaches_change_nothing(parameters: Apl) -> None:
    lonely = pd.concat([GPS, pd.Series({"nowhere": 5.0})])
    values = apl_by_point(territory(), parameters, lonely, 100.0)
    assert values.to_dict() == pytest.approx({"a": 0.16, "b": 0.14}, abs=1e-6)


def test_visits_are_calibrated_to_the_official_mean(parameters: Apl) -> None:
    # With 1 visit a GP the means are 0.0016 and 0.0014, 0.0015 over all need; officially 3 and 6, so 4.5.
    official = territory(apl_official=[3.0, 6.0])
    visits = calibrated_visits(official, parameters, GPS)
    assert visits == pytest.approx(3000)
    values = apl_by_point(official, parameters, GPS, visits)
    assert (values * [1000, 1000]).sum() / 2000 == pytest.approx(4.5)


def test_only_places_with_an_official_value_are_compared(parameters: Apl) -> None:
    # a alone: officially 3, with 1 visit a GP 0.0016
    visits = calibrated_visits(territory(apl_official=[3.0, float("nan")]), parameters, GPS)
    assert visits == pytest.approx(1875, rel=1e-5)


def test_without_an_official_value_the_model_s_is_taken(parameters: Apl) -> None:
    unknown = territory(apl_official=[float("nan"), float("nan")])
    nobody = pd.Series({}, dtype=float)
    assert calibrated_visits(territory(), parameters, GPS) is None
    assert calibrated_visits(unknown, parameters, GPS) is None
    assert calibrated_visits(territory(apl_official=[3.0, 6.0]), parameters, nobody) is None
    for without in (supplied(), supplied(apl_official=[float("nan"), float("nan")])):
        assert with_visits_per_gp(without, parameters) is without
        assert visits_per_gp(without, parameters) == 4308.0


def test_the_territory_s_own_can_be_switched_off(parameters: Apl) -> None:
    switch = parameters.calibrate_to_official_mean.model_copy(update={"value": False})
    off = parameters.model_copy(update={"calibrate_to_official_mean": switch})
    official = supplied(apl_official=[3.0, 6.0])
    assert with_visits_per_gp(official, off) is official
    assert visits_per_gp(with_visits_per_gp(official, parameters), off) == 4308.0


def supplied(p: float = 2.0, retiring_share: float = 0.0, **columns: list[float]) -> Territory:
    """Return the two places with their GPs in its supply: p at the first, 1 at the second."""
    rows = [("p", "gp", p, retiring_share), ("q", "gp", 1.0, retiring_share), ("q", "nurse", 9.0, 0.0)]
    names = ["place_id", "profession", "practitioners", "retiring_share"]
    return replace(territory(**columns), supply=pd.DataFrame(rows, columns=names))


def test_visits_come_from_the_supply_of_today_once_and_are_told(parameters: Apl) -> None:
    # As above: 4.5 official over 0.0015 with 1 visit a GP, also where half of the GPs are expected to leave.
    fixed = with_visits_per_gp(supplied(retiring_share=0.5, apl_official=[3.0, 6.0]), parameters)
    assert visits_per_gp(fixed, parameters) == pytest.approx(3000)
    stated = fixed.manifest.visits_per_gp_per_year
    assert stated is not None
    assert stated.source == (
        "reproduces the mean official APL (source not stated) with 3.0 FTE of supply.csv (source not stated)"
    )
    (said,) = fixed.repairs
    assert tell(said, "en").startswith("The manifest does not state visits_per_gp_per_year: 3,000 visits a year and GP")
    assert tell(said, "fr").startswith("Le manifeste n'indique pas visits_per_gp_per_year : 3\u202f000 consultations")
    assert with_visits_per_gp(fixed, parameters) is fixed


def test_more_gps_raise_the_apl_and_fewer_people_are_below_a_floor(parameters: Apl) -> None:
    # Stated: 3,000 a GP. p has 1, 2 or 4 GPs, q has 1; D_p and D_q 1,666.67 (see above).
    # APL_a = 1.8 p + 1.2 and APL_b = 1.2 p + 1.8.
    stated = with_visits_per_gp(supplied(apl_official=[3.0, 6.0]), parameters).manifest
    means, below = [], []
    for gps in (1.0, 2.0, 4.0):
        changed = replace(supplied(gps, apl_official=[3.0, 6.0]), manifest=stated)
        visits = visits_per_gp(with_visits_per_gp(changed, parameters), parameters)
        values = apl_by_point(changed, parameters, pd.Series({"p": gps, "q": 1.0}), visits)
        means.append(float((values * [1000, 1000]).sum() / 2000))
        below.append(int((values < 4.5).sum()))
    assert means == pytest.approx([3.0, 4.5, 7.5], rel=1e-5)
    assert below == [2, 1, 0]


def test_need_is_inhabitants_times_their_index() -> None:
    assert need(territory(), "gp").to_dict() == {"a": 1000.0, "b": 1000.0}
    assert need(territory(), "nurse").to_dict() == {"a": 1000.0, "b": 500.0}


def with_rim(**columns: list[float]) -> Territory:
    """Return the two places with a rim: r (500 who need 2 each) 12 minutes from p; s (3 GPs) at r, 12 from b.

    D_p = 1,666.67 + 2/3 x 1,000 = 2,333.33      D_q as before      D_s = 1,000 + 2/3 x 1,000 = 1,666.67
    APL_a = 200 / 2,333.33 + 2/3 x 100 / 1,666.67 = 0.125714
    APL_b = 2/3 x 200 / 2,333.33 + 100 / 1,666.67 + 2/3 x 300 / 1,666.67 = 0.237143
    """
    pairs = [("r", "p", 12.0), ("r", "s", 0.0), ("b", "s", 12.0)]
    rim = Rim(
        demand=pd.DataFrame({"demand_id": ["r"], "inhabitants": [500.0], "need_index_gp": [2.0]}),
        supply=pd.DataFrame({"place_id": ["s"], "profession": ["gp"], "practitioners": [3.0]}),
        travel_times=pd.DataFrame(pairs, columns=["demand_id", "place_id", "minutes"]),
    )
    return replace(territory(**columns), rim=rim)


def test_people_and_gps_of_the_rim_count(parameters: Apl) -> None:
    gps = pd.Series({"p": 2.0, "q": 1.0, "s": 3.0})
    values = apl_by_point(with_rim(), parameters, gps, 100.0)
    assert values.to_dict() == pytest.approx({"a": 0.125714, "b": 0.237143}, abs=1e-6)


def test_visits_are_calibrated_over_the_territory_alone(parameters: Apl) -> None:
    # With 1 visit a GP the means are 0.00125714 and 0.00237143; officially 3 and 6, so 4.5: what r has is not asked.
    gps = pd.Series({"p": 2.0, "q": 1.0, "s": 3.0})
    visits = calibrated_visits(with_rim(apl_official=[3.0, 6.0]), parameters, gps)
    assert visits == pytest.approx(4.5 / ((0.00125714 + 0.00237143) / 2), rel=1e-5)
