"""The bundled territory of Isère: its known totals, and a few rows checked by hand."""

import geopandas as gpd
import pandas as pd
import pytest

from msp_siting.files.projects import bundled_folder
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory


@pytest.fixture(scope="module")
def isere() -> Territory:
    return read_territory(bundled_folder() / "data" / "isere")


def supply_of(isere: Territory, profession: str) -> pd.Series:
    table = isere.supply[isere.supply["profession"] == profession]
    return table.set_index("place_id")["practitioners"]


def test_demand_has_the_known_totals(isere: Territory) -> None:
    demand = isere.demand
    assert len(demand) == 512
    assert demand["inhabitants"].sum() == 1_284_948
    assert (demand["inhabitants"] * demand["need_index_gp"]).sum() == pytest.approx(1_264_294, abs=1)


def test_inhabitants_below_an_apl_of_2_5(isere: Territory) -> None:
    demand = isere.demand
    assert demand.loc[demand["apl_official"] < 2.5, "inhabitants"].sum() == 164_747
    assert demand.loc[demand["apl_under_65_official"] < 2.5, "inhabitants"].sum() == 292_028


def test_mean_official_apl_weighted_by_standardised_population(isere: Territory) -> None:
    need = isere.demand["inhabitants"] * isere.demand["need_index_gp"]
    assert (isere.demand["apl_official"] * need).sum() / need.sum() == pytest.approx(3.817, abs=0.001)


def test_border_communes_and_their_inhabitants(isere: Territory) -> None:
    near = isere.demand["border"]
    assert near.sum() == 188  # within 20 estimated minutes of the outside: 11.7 km in the plain, 8.7 in mountains
    share = isere.demand.loc[near, "inhabitants"].sum() / isere.demand["inhabitants"].sum()
    assert share == pytest.approx(0.286, abs=0.001)
    border = isere.demand.set_index("demand_id")["border"]
    assert border["38544"]  # Vienne, across the Rhône from Saint-Romain-en-Gal (69)
    assert not border["38185"]  # Grenoble


@pytest.mark.parametrize(
    ("profession", "rows", "total"),  # CNAM's practitioners in private practice, GPs without special practice, 2024
    [("gp", 202, 995), ("nurse", 253, 1883), ("physiotherapist", 239, 1849), ("midwife", 88, 203)],
)
def test_supply_has_the_known_totals(isere: Territory, profession: str, rows: int, total: float) -> None:
    practitioners = supply_of(isere, profession)
    assert len(practitioners) == rows
    assert practitioners.sum() == pytest.approx(total, abs=0.06)
    assert practitioners.min() > 0


def test_places_have_the_known_structures(isere: Territory) -> None:
    places = isere.places.set_index("place_id")
    assert (len(places), places["msps"].sum(), places["msps"].gt(0).sum()) == (512, 61, 59)
    assert places[["pharmacies", "health_centres"]].sum().tolist() == [374, 55]
    levels = {"none": 256, "local": 176, "intermediate": 63, "structuring": 15, "major": 2}
    assert places["centre_level"].value_counts().to_dict() == levels
    hosts = places.loc[isere.sites["place_id"]]
    assert (hosts["centre_level"].ne("none") & hosts["pharmacies"].gt(0) & hosts["msps"].eq(0)).sum() == 114
    assert places.loc["38185", ["centre_level", "density"]].tolist() == ["major", "Grands centres urbains"]


def test_grenoble_by_hand(isere: Territory) -> None:
    row = isere.demand.set_index("demand_id").loc["38185"]
    assert row["name"] == "Grenoble"
    assert row["inhabitants"] == 157_477
    assert row["need_index_gp"] == 0.947394  # 149,192.824 / 157,477
    assert (row["apl_official"], row["apl_under_65_official"]) == (4.221, 3.753)
    assert (row["epci_id"], row["living_area_id"]) == ("200040715", "38185")
    assert supply_of(isere, "gp")["38185"] == 112.5817  # 142 GPs of the BPE x 995 / 1,255
    assert supply_of(isere, "nurse")["38185"] == 269.4094  # 282 x 1,883 / 1,971


def test_sites_are_the_communes_of_500_inhabitants(isere: Territory) -> None:
    large = isere.demand.loc[isere.demand["inhabitants"] >= 500, "demand_id"]
    assert len(isere.sites) == 373
    assert isere.sites["place_id"].tolist() == large.tolist()
    assert isere.sites["site_id"].tolist() == [f"msp-{code}" for code in large]
    assert set(isere.sites["status"]) == {"candidate"}


def test_travel_times_end_at_60_minutes_and_are_zero_at_home(isere: Territory) -> None:
    times = isere.travel_times
    assert len(times) == 120_539
    assert times["minutes"].max() <= 60
    at_home = times[times["demand_id"] == times["place_id"]]
    assert len(at_home) == 512
    assert at_home["minutes"].eq(0).all()


def test_travel_times_run_from_home_to_care(isere: Territory) -> None:
    minutes = isere.travel_times.set_index(["demand_id", "place_id"])["minutes"]
    # Raw file: row 38421, column 38185 (from Grenoble) 353.0 s; row 38185, column 38421: 457.1 s.
    assert minutes["38185", "38421"] == 5.8833
    assert minutes["38421", "38185"] == 7.6183


def test_zones_name_what_demand_points_belong_to(isere: Territory) -> None:
    assert set(isere.zone_kinds) == {"epci", "living_area", "department", "nurse_zoning", "tvs_like", "gp_zoning"}
    numbers = {"epci": 18, "living_area": 45, "department": 1, "nurse_zoning": 4, "tvs_like": 56, "gp_zoning": 3}
    for kind, number in numbers.items():
        zones = isere.zones[isere.zones["kind"] == kind]
        assert len(zones) == number
        assert set(zones["zone_id"]) == set(isere.demand[f"{kind}_id"])
    names = isere.zones.set_index(["kind", "zone_id"])["name"]
    assert names["epci", "200040715"] == "Grenoble-Alpes-Métropole"
    assert names["living_area", "38185"] == "Grenoble"


def test_the_zoning_of_gps_is_that_of_june_2025(isere: Territory) -> None:
    assert isere.demand["gp_zoning_id"].value_counts().to_dict() == {"ZIP": 170, "ZAC": 225, "none": 117}
    zones = isere.zones[isere.zones["kind"].eq("gp_zoning")]
    assert set(zones["status"]) == {"ZIP", "ZAC", "none"}
    assert set(zones["valid_until"]) == {"2025-12-31"}


def test_boundaries_have_a_polygon_for_every_id(isere: Territory) -> None:
    assert isere.boundaries is not None
    kinds = ("epci", "living_area", "department", "tvs_like")  # a zoning is a class of zones, not one
    layers = {name: gpd.read_file(isere.boundaries, layer=name) for name in ("demand", *kinds)}
    assert set(layers["demand"]["demand_id"]) == set(isere.demand["demand_id"])
    for kind in kinds:
        zones = isere.zones[isere.zones["kind"] == kind]
        assert sorted(layers[kind]["zone_id"]) == sorted(zones["zone_id"])
    for layer in layers.values():
        assert layer.crs.to_string() == isere.manifest.crs == "EPSG:2154"
        assert layer.geometry.area.sum() / 1e6 == pytest.approx(7_866, abs=1)  # km2


def test_manifest_covers_every_file(isere: Territory) -> None:
    listed = {entry.path for entry in isere.manifest.files}
    assert listed | {"manifest.yaml"} == {path.name for path in isere.folder.iterdir()}
    assert all(entry.source and entry.licence and entry.vintage for entry in isere.manifest.files)


def test_manifest_gives_the_share_alike_licences(isere: Territory) -> None:
    entries = {entry.path: entry for entry in isere.manifest.files}
    assert entries["travel_times.parquet"].licence == "ODbL 1.0"
    area = entries["demand.csv"].columns["living_area_id"]
    assert (area.source, area.licence) == (
        "(c) COG (Insee) et package R COGugaison",
        "ODbL 1.0 (share-alike)",
    )


def test_caveats_are_in_both_languages_with_their_figures(isere: Territory) -> None:
    caveats = isere.manifest.caveats
    assert len(caveats) == 6  # three of them of the arrondissements of Lyon, in the rim
    assert all(caveat["fr"] and caveat["en"] and "{" not in caveat["fr"] for caveat in caveats)
    label = next(entry.label for entry in isere.manifest.files if entry.path == "supply.csv")
    assert label is not None
    assert "coefficient 0,793 ; autres professions, de 0,923 à " in label["fr"]


def test_the_rim_is_around_the_department(isere: Territory) -> None:
    assert isere.rim is not None
    around = isere.rim.demand
    assert len(around) == 484
    assert not around["demand_id"].str.startswith("38").any()
    assert set(around["department_id"]) <= {"01", "05", "07", "26", "42", "69", "73"}
    assert around["inhabitants"].sum() == 2_110_677  # seven arrondissements of Lyon are in the second ring
    assert isere.rim.travel_times["minutes"].max() <= 30
    entries = {entry.path: entry.kind for entry in isere.manifest.files}
    assert (entries["travel_times.parquet"], entries["rim_travel_times.parquet"]) == ("derived", "modelled")


def test_gps_of_65_and_over_leave(isere: Territory) -> None:
    gps = isere.supply[isere.supply["profession"] == "gp"]
    assert (gps["practitioners"] * gps["retiring_share"]).sum() == pytest.approx(77.6, abs=0.1)
    others = isere.supply[isere.supply["profession"] != "gp"]
    assert others["retiring_share"].isna().all()


def test_groups_and_what_the_publisher_keeps_secret(isere: Territory) -> None:
    demand = isere.demand
    assert demand["inhabitants_75_plus"].sum() == pytest.approx(116_651)  # 9.1 %; the living areas' 9.2 %
    assert demand["inhabitants_65_plus"].sum() == pytest.approx(243_795, abs=1)
    assert demand["inhabitants_under_15"].sum() == pytest.approx(241_594, abs=1)
    assert demand["inhabitants_ald"].isna().sum() == 15
    # Derived: Occitanie's rates by age, at Isère's age-standardised rate; the published estimate is 5.77 %.
    assert demand["inhabitants_diabetes"].sum() / 1_284_948 == pytest.approx(0.0585, abs=0.0001)
    missing = {source.key for source in isere.manifest.missing_sources}
    assert {"finess", "tvs", "cpts"} <= missing
