"""The diagnosis of the toy territory, worked by hand (its map is in tests/conftest.py).

Two posts at Bourg have room for 2,000: the 1,800 people in the west are served, Clairval's 900 (25 minutes away)
are not. Missing room in the whole is 700, so that 700 of the 900 are shortage and 200 distance.

            inhabitants   75 and over   APL official   GPs under 65   zone
    Aubois      900           90            2.0             2.0       west
    Bourg       600           60            3.0             2.0       west
    Clairval    900        not known        1.0             1.0       east
    Dole        300           30            7.0             7.0       west
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from msp_siting.answer.diagnosis import Diagnosis, diagnose
from msp_siting.answer.diagnosis_summary import diagnosis_caveats, summarise_diagnosis
from msp_siting.answer.pipeline import before_any_decision
from msp_siting.language.facts import Fact, tell
from msp_siting.scenario.scenario import question_before_any_decision
from msp_siting.solver import Settings

DEMAND = """\
demand_id,name,inhabitants,lon,lat,epci_id,inhabitants_75_plus,apl_official,apl_under_65_official,border
a,Aubois,900,5.00,45.00,west,90,2.0,2.0,false
b,Bourg,600,5.10,45.00,west,60,3.0,2.0,false
c,Clairval,900,5.40,45.00,east,,1.0,1.0,true
d,Dole,300,5.10,44.90,west,30,7.0,7.0,false
"""
DAY = date(2026, 11, 1)
Diagnose = Callable[..., Diagnosis]


@pytest.fixture
def data(toy_project: Path) -> Path:
    folder = toy_project / "data" / "toy"
    (folder / "demand.csv").write_text(DEMAND, encoding="utf-8")
    return folder


@pytest.fixture
def diagnosed(data: Path, exact: Settings) -> Diagnose:
    def make(horizon_year: int | None = None, on: date = DAY, **changes: object) -> Diagnosis:
        text = {"fr": "?", "en": "?"}
        paths = {name.replace("__", "."): value for name, value in changes.items()}
        model = str(data.parents[1] / "models" / "allocation.yaml")
        scenario = question_before_any_decision(str(data), text, model, horizon_year, paths)
        return diagnose(scenario, *before_any_decision(scenario, exact), on)

    return make


def told(diagnosis: Diagnosis) -> list[str]:
    return [tell(fact, "en") for fact in diagnosis_caveats(diagnosis)]


def gp_zones(diagnosis: Diagnosis) -> pd.DataFrame:
    return diagnosis.zones[diagnosis.zones["profession"].eq("gp")].set_index("zone_id")


def test_uncovered_is_split_into_shortage_and_distance(diagnosed: Diagnose) -> None:
    found = summarise_diagnosis(diagnosed())
    assert (found["uncovered"]["gp"], found["shortage"]["gp"], found["distance"]["gp"]) == pytest.approx(
        (900, 700, 200)
    )
    assert found["uncovered"]["nurse"] == found["shortage"]["nurse"] == pytest.approx(2700)
    assert found["beyond_20_minutes"] == 900
    assert found["practitioners"] == {"gp": 2, "nurse": 0, "midwife": 0}
    assert found["practitioners_per_10000_inhabitants"]["gp"] == pytest.approx(7.4074, abs=1e-4)


def test_means_are_weighted_by_standardised_population(data: Path, diagnosed: Diagnose) -> None:
    # (900 x 2 + 600 x 3 + 900 x 1 + 300 x 7) / 2,700 and, in the west, 5,700 / 1,800.
    diagnosis = diagnosed()
    found = summarise_diagnosis(diagnosis)
    assert found["apl_mean_official"] == pytest.approx(6600 / 2700)
    assert found["apl_mean"] == pytest.approx(6600 / 2700)  # visits are calibrated to it
    assert found["apl_mean_under_65_official"] == pytest.approx(6000 / 2700)
    assert gp_zones(diagnosis)["apl_official"].to_dict() == pytest.approx(
        {"west": 5700 / 1800, "east": 1.0, "toy": 6600 / 2700}
    )
    # A need index of 2 at Dole doubles its weight in the mean, not the count of inhabitants below the floor.
    table = pd.read_csv(data / "demand.csv", dtype={"demand_id": str}).assign(need_index_gp=[1.0, 1.0, 1.0, 2.0])
    table["border"] = "false"
    table.to_csv(data / "demand.csv", index=False)
    found = summarise_diagnosis(diagnosed())
    assert found["apl_mean_official"] == pytest.approx(8700 / 3000)
    assert found["inhabitants_below_apl_floor_official"] == 1800


def test_inhabitants_below_the_floor(diagnosed: Diagnose) -> None:
    diagnosis = diagnosed()
    found = summarise_diagnosis(diagnosis)
    assert found["inhabitants_below_apl_floor_official"] == 1800
    assert found["inhabitants_below_apl_floor_under_65_official"] == 2400
    zones = gp_zones(diagnosis)
    assert zones["inhabitants_below_apl_floor_under_65_official"].to_dict() == {"west": 1500, "east": 900, "toy": 2400}
    assert zones["beyond_20_minutes"].to_dict() == {"west": 0, "east": 900, "toy": 900}


def test_a_group_covers_only_what_is_known(diagnosed: Diagnose) -> None:
    diagnosis = diagnosed(professions__gp__capacity_inhabitants_per_post=300.0)
    # Room for 600 of the 1,800 in the west: two thirds of every commune there, and of its aged, find no room.
    assert summarise_diagnosis(diagnosis)["groups"] == {
        "75_plus": {
            "inhabitants": 180,
            "known_of_inhabitants": 1800,
            "beyond_20_minutes": 0,  # of Clairval, which is, the number is not known
            "uncovered": pytest.approx(120),
            "below_apl_floor": 0,  # computed: 4.7 at Bourg, 3.1 at Aubois and Dole, 0 at Clairval
            "below_apl_floor_official": 90,
            "below_apl_floor_under_65_official": 150,
        }
    }
    zones = gp_zones(diagnosis)
    assert zones["inhabitants_75_plus_known_of_inhabitants"].to_dict() == {"west": 1800, "east": 0, "toy": 1800}
    assert zones["inhabitants_75_plus"].isna().to_dict() == {"west": False, "east": True, "toy": False}


def test_departures_by_zone_and_whole(data: Path, diagnosed: Diagnose) -> None:
    (data / "supply.csv").write_text(
        "place_id,profession,practitioners,retiring_share\nb,gp,2,0.25\nc,gp,1,1\n", encoding="utf-8"
    )
    diagnosis = diagnosed()
    zones = gp_zones(diagnosis)
    assert zones["departing_fte"].to_dict() == {"west": 0.5, "east": 1.0, "toy": 1.5}
    assert zones["departing_share"].to_dict() == {"west": 0.25, "east": 1.0, "toy": 0.5}
    assert zones["practitioners"].to_dict() == {"west": 2, "east": 1, "toy": 3}
    assert summarise_diagnosis(diagnosis)["departing_share"] == {"gp": 0.5, "nurse": None, "midwife": None}
    assert summarise_diagnosis(diagnosis)["uncovered"]["gp"] == pytest.approx(0)
    # By the horizon 1.5 posts are left at Bourg, and nobody at Clairval.
    left = summarise_diagnosis(diagnosed(2030))
    assert (left["horizon_year"], left["uncovered"]["gp"]) == (2030, pytest.approx(1200))
    assert left["practitioners"]["gp"] == 3
    # Visits per GP are those of today: at Bourg 3 posts of 4 visits are left of the 4 that the official mean needs.
    assert left["visits_per_gp_per_year"] == pytest.approx(summarise_diagnosis(diagnosis)["visits_per_gp_per_year"])
    assert left["apl_mean"] < 0.55 * left["apl_mean_official"]


def test_a_place_apart_from_any_zone_counts_in_the_whole_only(data: Path, diagnosed: Diagnose) -> None:
    (data / "places.csv").write_text("place_id,name,lon,lat\nx,Col,5.2,45.1\n", encoding="utf-8")
    (data / "supply.csv").write_text("place_id,profession,practitioners\nb,gp,2\nx,gp,1\n", encoding="utf-8")
    diagnosis = diagnosed()
    assert gp_zones(diagnosis)["practitioners"].to_dict() == {"west": 2, "east": 0, "toy": 3}
    assert "1 place of practice lies in no loaded zone" in " ".join(told(diagnosis))


def test_flags_of_demand_points(diagnosed: Diagnose) -> None:
    points = diagnosed().points.query("profession == 'gp'").set_index("demand_id")
    assert points["seasonal"].to_dict() == {"a": False, "b": False, "c": False, "d": True}
    assert points["border"].to_dict() == {"a": False, "b": False, "c": True, "d": False}
    smaller = diagnosed(apl__seasonal_flag_inhabitants_most=299).points
    assert not smaller["seasonal"].any()
    at_the_limits = diagnosed(apl__seasonal_flag_inhabitants_most=300, apl__seasonal_flag_visits_per_year=7.0).points
    assert set(at_the_limits.loc[at_the_limits["seasonal"].astype(bool), "demand_id"]) == {"d"}


def test_existing_structures_and_zoning(data: Path, diagnosed: Diagnose) -> None:
    found = summarise_diagnosis(diagnosed())
    assert (found["existing_structures"], found["inhabitants_by_zoning_status"]) == (None, None)
    with (data / "sites.csv").open("a", encoding="utf-8") as sites:
        sites.write("old,c,Clairval,5.40,45.00,existing\n")
    (data / "zones.csv").write_text(
        "kind,zone_id,name,status,status_source,status_date\nepci,west,Ouest,ZAC,ARS,2025\nepci,east,Est,ZIP,ARS,2025\n",
        encoding="utf-8",
    )
    diagnosis = diagnosed()
    found = summarise_diagnosis(diagnosis)
    assert found["existing_structures"] == 1
    assert found["inhabitants_by_zoning_status"] == {"ZIP": 900, "ZAC": 1800, "ZAR": 0, "none": 0}
    assert gp_zones(diagnosis)["existing_structures"].to_dict() == {"west": 0, "east": 1, "toy": 1}
    assert not any("zoning" in text or "structures" in text for text in told(diagnosis))


def test_a_zoning_that_is_replaced_counts_nobody(data: Path, diagnosed: Diagnose) -> None:
    (data / "zones.csv").write_text(
        "kind,zone_id,name,status,status_date,valid_until\nepci,west,Ouest,ZAC,2025-06,2025-12-31\n"
        "epci,east,Est,ZAR,2025-06,2025-12-31\n",
        encoding="utf-8",
    )
    in_time = summarise_diagnosis(diagnosed(on=date(2025, 12, 31)))
    assert in_time["inhabitants_by_zoning_status"] == {"ZIP": 0, "ZAC": 1800, "ZAR": 900, "none": 0}
    assert in_time["invalid_zonings"] == []
    diagnosis = diagnosed()
    found = summarise_diagnosis(diagnosis)
    assert (found["inhabitants_by_zoning_status"], found["zoning_on"]) == (None, "2026-11-01")
    assert [tell(Fact(**fact), "en") for fact in found["invalid_zonings"]] == [
        "zoning of June 2025, replaced (valid until 2025-12-31)"
    ]
    assert (
        "ARS zoning for GPs loaded: zoning of June 2025, valid until 2025-12-31. On any other day it decides nothing: "
        "to be checked with the ARS."
    ) in told(diagnosis)


def test_levels_of_nurses_are_no_zoning_of_gps(data: Path, diagnosed: Diagnose) -> None:
    (data / "zones.csv").write_text(
        "kind,zone_id,name,status\nepci,west,Ouest,sur_dotee\nepci,east,Est,tres_dotee\n", encoding="utf-8"
    )
    diagnosis = diagnosed()
    assert summarise_diagnosis(diagnosis)["inhabitants_by_zoning_status"] is None
    assert any("zoning for GPs is not loaded" in text for text in told(diagnosis))


def test_official_means_of_a_part_say_so(data: Path, diagnosed: Diagnose) -> None:
    text = (data / "demand.csv").read_text(encoding="utf-8").replace("east,,1.0,1.0", "east,,,")
    (data / "demand.csv").write_text(text, encoding="utf-8")
    diagnosis = diagnosed()
    found = summarise_diagnosis(diagnosis)
    assert found["apl_mean_official"] == pytest.approx(5700 / 1800)
    assert found["apl_official_known_of_inhabitants"] == 1800
    assert "known for 1,800 of 2,700 inhabitants" in " ".join(told(diagnosis))
    assert pd.isna(gp_zones(diagnosis).loc["east", "inhabitants_below_apl_floor_official"])


def test_a_bare_territory(data: Path, diagnosed: Diagnose) -> None:
    (data / "demand.csv").write_text(
        "demand_id,name,inhabitants,lon,lat\na,A,900,5,45\nb,B,600,5.1,45\nc,C,9,5.4,45\nd,D,3,5.1,44.9\n"
    )
    for name in ("zones.csv", "supply.csv"):
        (data / name).unlink()
    diagnosis = diagnosed()
    found = summarise_diagnosis(diagnosis)
    assert diagnosis.zones["kind"].unique().tolist() == ["territory"]
    assert (found["apl_mean_official"], found["apl_mean"], found["groups"]) == (None, 0, {})
    assert found["uncovered"]["gp"] == pytest.approx(1512)
    assert (found["border_points"], found["seasonal_points"], found["departing_fte"]) == (None, None, None)


def test_caveats_of_a_diagnosis(diagnosed: Diagnose) -> None:
    sentences = " ".join(told(diagnosed()))
    for words in ("Existing structures are not loaded", "zoning for GPs is not loaded", "Departures until the horizon"):
        assert words in sentences
    for words in ("best case", "1 demand point near the limit", "Supply may be seasonal: 1 demand point (11.1%"):
        assert words in sentences
    assert "Many plans are as good" not in sentences  # a plan's


def test_communes_that_lost_their_last_gp_since_2021(data: Path, diagnosed: Diagnose) -> None:
    assert summarise_diagnosis(diagnosed())["gps_since_2021"] is None  # not known
    demand = pd.read_csv(data / "demand.csv", dtype={"demand_id": str}).set_index("demand_id")
    supply = pd.read_csv(data / "supply.csv", dtype={"place_id": str})
    places = demand[["name", "lon", "lat"]].rename_axis("place_id").assign(gps_2021=0)
    (with_gps,) = supply.loc[supply["profession"].eq("gp") & supply["practitioners"].gt(0), "place_id"]
    left = next(code for code in demand.index if code != with_gps)
    places.loc[left, "gps_2021"] = 3  # and the only place that has GPs today had none
    places.to_csv(data / "places.csv")
    assert summarise_diagnosis(diagnosed())["gps_since_2021"] == {
        "places_that_lost_their_last": 1,
        "inhabitants_there": demand.loc[left, "inhabitants"],
        "places_that_gained_a_first": 1,
    }


def test_official_apl_of_nurses_stands_beside_theirs(data: Path, diagnosed: Diagnose) -> None:
    assert summarise_diagnosis(diagnosed())["apl_official_fte_per_100000"] is None  # not known
    demand = pd.read_csv(data / "demand.csv", dtype={"demand_id": str})
    known = demand["inhabitants"].rank(method="first").le(2)  # of two demand points
    demand["apl_nurse_official"] = (10 * demand.index + 50.0).to_series(demand.index).where(known)
    demand.to_csv(data / "demand.csv", index=False)
    diagnosis = diagnosed()
    people, values = demand.loc[known, "inhabitants"], demand.loc[known, "apl_nurse_official"]
    mean = float((people * values).sum() / people.sum())
    found = summarise_diagnosis(diagnosis)["apl_official_fte_per_100000"]
    assert found == {"gp": None, "nurse": pytest.approx(mean), "midwife": None}
    nurses = diagnosis.points[diagnosis.points["profession"].eq("nurse")].set_index("demand_id")
    given = demand.set_index("demand_id")["apl_nurse_official"]
    pd.testing.assert_series_equal(nurses["apl_official_fte_per_100000"], given, check_names=False)
    assert diagnosis.points.loc[diagnosis.points["profession"].eq("gp"), "apl_official_fte_per_100000"].isna().all()
