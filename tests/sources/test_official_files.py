"""The official files themselves, where they are at hand: figures that were counted by other means."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from msp_siting.answer.summary import weighted_mean
from msp_siting.commands.building import write
from msp_siting.errors import DataError
from msp_siting.sources.build import Built, Options, build_tables
from msp_siting.sources.catalogue import read_catalogue
from msp_siting.sources.differences import compare_territories
from msp_siting.sources.estimates import ALL_AGES, age_shares, practitioners
from msp_siting.sources.france import France, read_france
from msp_siting.sources.selection import read_choice, select_communes
from msp_siting.sources.zoning import zonings
from msp_siting.territory.coordinates import crow_fly_km

BUNDLED = Path(__file__).parents[2] / "data"
RAW = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not RAW.is_dir(), reason="the raw files (shared/data) are not here")


@pytest.fixture(scope="session")
def france() -> France:
    """All communes, read once."""
    return read_france(read_catalogue(), RAW)


@pytest.fixture(scope="session")
def occitanie(france: France) -> Built:
    """Occitanie, built once."""
    return build_tables(france, select_communes(france, read_choice(regions=("76",))), Options())


def test_rows_of_the_population_file_add_up_to_the_communes(france: France) -> None:
    count = france.count
    assert (count.rows, count.overseas, count.rows - count.overseas) == (34_954, 112, 34_842)
    assert sum(count.outdated.values()) == 68
    assert "arrondissement-municipal" not in count.outdated  # the 45 are demand points, in place of their 3 cities
    assert (count.communes, len(count.uninhabited), len(count.counted_elsewhere)) == (34_788, 6, 7)
    assert len(france.communes) == 34_775  # 34,788 - 6 - 7


def test_isere_has_170_communes_in_zip_225_in_zac_and_117_unzoned(france: France) -> None:
    zones = zonings(france, pd.Index(select_communes(france, read_choice(("38",))).commune_ids))
    assert zones.of_commune["gp_zoning_id"].value_counts().to_dict() == {"ZAC": 225, "ZIP": 170, "none": 117}
    assert zones.of_commune["tvs_like_id"].nunique() == 56
    days = zones.table[zones.table["kind"].eq("gp_zoning")][["status_date", "valid_until"]].drop_duplicates()
    assert days.to_numpy().tolist() == [["2025-06", "2025-12-31"]]


def test_a_zoning_that_nothing_is_known_of_is_no_kind_of_zone(france: France) -> None:
    # Paris has no row but those of its arrondissements, which the list could not be joined to.
    zones = zonings(france, pd.Index(select_communes(france, read_choice(("75",))).commune_ids))
    assert "gp_zoning" not in zones.kinds


def test_outdated_codes_of_the_bpe_keep_their_practitioners(france: France) -> None:
    table = france.tables["bpe_counts"]
    assert int(table["was_outdated"].sum()) == 15
    for name in ("gps", "nurses", "msps"):
        assert france.communes[name].sum() == pytest.approx(table[name].sum())


def test_practitioners_of_2024_are_the_published_ones(france: France) -> None:
    isere = france.communes["department_id"].eq("38")
    counted = france.communes.loc[isere, ["gps", "physiotherapists"]].sum()
    assert counted.tolist() == [1255, 1998]
    own = practitioners(france)[isere].sum()
    assert own.round().to_dict() == {"gp": 995, "nurse": 1883, "physiotherapist": 1849, "midwife": 203}
    assert len(france.files["bpe_counts"].frame) > 13_000


def test_structures_of_2024_are_the_published_ones(france: France) -> None:
    isere = france.communes[france.communes["department_id"].eq("38")]
    assert (isere["msps"].sum(), isere["msps"].gt(0).sum(), isere["pharmacies"].sum()) == (61, 59, 374)
    assert france.tables["bpe_counts"]["msps"].sum() == pytest.approx(france.communes["msps"].sum())


def test_people_of_75_and_over_are_the_census_share(france: France) -> None:
    published = pd.read_csv(RAW / "national" / "age_structure_by_commune_2020_2022.csv", dtype={"commune": str})
    people, old = published["pop_municipale_2020"], published["age75plus_pct_2022"]
    assert (people * old).sum() / people[old.notna()].sum() == pytest.approx(9.83, abs=0.005)
    shares = age_shares(france)
    assert shares is not None
    here = france.communes["inhabitants"]
    mean = (shares["old"] * here).sum() / here[shares["old"].notna()].sum()
    assert mean == pytest.approx(0.0992, abs=0.0003)  # overseas, which are left out, are younger


def test_people_of_all_metropolitan_rows_live_in_some_commune(france: France) -> None:
    rows = france.files["drees_apl"].frame
    metropolitan = rows[~rows["commune_id"].str.startswith("97")]
    assert france.communes["inhabitants"].sum() == metropolitan["inhabitants"].sum()


def test_the_national_mean_of_apl_is_the_published_one(france: France) -> None:
    rows = france.files["drees_apl"].frame
    assert weighted_mean(rows["apl"], rows["standardised"]) == pytest.approx(3.745, abs=0.0005)


def test_arrondissements_are_the_demand_points_of_the_three_cities(france: France) -> None:
    assert not france.communes.index.intersection(["13055", "69123", "75056"]).size
    paris = france.communes[france.communes["department_id"].eq("75")]
    assert (len(paris), paris["inhabitants"].sum()) == (20, 2_133_111)
    assert paris.loc["75113", ["name", "living_area_id", "nurse_zoning_id"]].tolist() == [
        *("Paris 13e Arrondissement", "75056", "3_intermediaire"),
    ]


def test_gps_of_marseille_are_those_of_its_arrondissements(france: France) -> None:
    marseille = france.communes.loc[[f"132{number:02d}" for number in range(1, 17)]]
    assert marseille["gps"].sum() == 1240
    assert marseille["inhabitants"].sum() == 873_076
    assert marseille["gps"].gt(0).all()


def test_occitanie_has_all_its_communes_and_inhabitants(occitanie: Built) -> None:
    demand = occitanie.tables["demand.csv"]
    assert len(demand) == 4_446
    assert demand["inhabitants"].sum() == 6_022_176
    assert demand["department_id"].nunique() == 13


def test_occitanie_has_its_existing_msps(france: France, occitanie: Built) -> None:
    sites = occitanie.tables["sites.csv"]
    existing = sites[sites["status"].eq("existing")]
    by_commune = existing["place_id"].value_counts()
    assert (len(existing), len(by_commune), by_commune.max()) == (372, 318, 19)
    halls = france.communes.loc[existing["place_id"]]
    ends = [points[name].to_numpy(float) for points in (existing, halls) for name in ("lon", "lat")]
    km = crow_fly_km(*ends)
    assert km.max() <= 10
    assert km.max() == pytest.approx(7.86, abs=0.01)


def test_diabetes_of_occitanie_by_department(france: France, occitanie: Built) -> None:
    table = france.tables["diabetes"]
    rates = table[table["ages"].eq(ALL_AGES)].set_index("department_id")["prevalence_percent"]
    assert (rates.idxmin(), rates.min(), rates.idxmax(), rates.max()) == ("31", 4.95, "11", 7.64)
    demand = occitanie.tables["demand.csv"]
    sums = demand.groupby("department_id")[["inhabitants", "inhabitants_diabetes"]].sum()
    built = 100 * sums["inhabitants_diabetes"] / sums["inhabitants"]
    assert built.to_dict() == pytest.approx(rates.to_dict(), abs=0.01)


def test_every_commune_of_france_has_figures_in_their_limits(france: France) -> None:
    communes = france.communes
    for name in ("inhabitants", "standardised", "apl", "apl_under_65", "lon", "lat"):
        known = communes[name].notna()
        assert known.sum() >= len(communes) - 5, name  # town halls and centroids are unknown for a few
        assert np.isfinite(communes.loc[known, name]).all()
    assert communes["living_area_id"].isin(france.living_areas.index).all()
    ratio = communes["standardised"] / communes["inhabitants"]
    assert ratio.between(0.5, 2).all()


def test_town_halls_that_cannot_be_in_their_commune_give_way_to_its_centroid(france: France, occitanie: Built) -> None:
    (count,) = [repair.values["count"] for repair in france.repairs["communes"] if repair.key == "repair_far_halls"]
    assert count == 206
    assert france.communes.loc["56034", ["lon", "lat"]].tolist() == [-3.07, 47.60847]  # Carnac, given without minus
    assert france.communes.loc["15096", ["lon", "lat"]].tolist() == [2.57508, 45.03419]  # Lascelle, given at Paris
    near = {"01", "03", "04", "05", "07", "13", "15", "19", "24", "26", "33", "40", "42", "43", "47", "63", "64", "84"}
    assert set(occitanie.tables["rim_demand.csv"]["department_id"]) <= near


def test_isere_alone_uses_its_own_times(france: France, tmp_path: Path) -> None:
    local = build_tables(france, select_communes(france, read_choice(departments=("38",))), Options(rim=False))
    assert (local.times, local.centres) == ("isere_times", "isere_centres")
    listed = tmp_path / "two.csv"
    pd.DataFrame({"commune_id": ["38185", "01004"]}).to_csv(listed, index=False)
    mixed = build_tables(france, select_communes(france, read_choice(communes=listed)), Options(rim=False))
    assert (mixed.times, mixed.centres) == (None, "communes")


@pytest.mark.parametrize(("name", "department"), [("hautes-alpes", "05"), ("isere", "38"), ("occitanie", None)])
def test_the_bundled_territories_come_back(
    france: France, occitanie: Built, tmp_path: Path, name: str, department: str | None
) -> None:
    built = (
        occitanie
        if department is None
        else build_tables(france, select_communes(france, read_choice(departments=(department,))), Options())
    )
    folder = tmp_path / name
    write(france, built, folder)
    compared = compare_territories(folder, BUNDLED / name)
    assert compared.differences == ()
    written_by_libraries = {"travel_times.parquet", "rim_travel_times.parquet", "boundaries.gpkg"}
    tables = {"demand.csv", "supply.csv", "sites.csv", "places.csv", "zones.csv", "rim_demand.csv", "rim_supply.csv"}
    assert tables <= set(compared.same) <= tables | written_by_libraries
    if written_by_libraries <= set(compared.same):  # else pyarrow or SQLite are of another version
        assert (folder / "manifest.yaml").read_bytes() == (BUNDLED / name / "manifest.yaml").read_bytes()


def test_what_isere_has_beyond_the_national_files(france: France, tmp_path: Path) -> None:
    """Without its own centres and car times: the same supply and zones; other points, times and outlines."""
    selection = select_communes(france, read_choice(departments=("38",)))
    write(france, build_tables(france, selection, Options(local=False)), tmp_path / "isere")
    compared = compare_territories(tmp_path / "isere", BUNDLED / "isere")
    assert {"supply.csv", "zones.csv"} <= set(compared.same)
    differing = {(one.path, one.column) for one in compared.differences}
    assert {("demand.csv", "lon"), ("demand.csv", "lat"), ("travel_times.parquet", "minutes")} <= differing
    columns = {column for path, column in differing if path == "demand.csv"}
    assert columns <= {"lon", "lat", "border"}  # the border follows the points
    times = next(one for one in compared.differences if one.path == "travel_times.parquet")
    assert "OSRM" in times.there
    assert "Estimated" in times.here


def test_corsica_is_its_squares_of_1_km_each_in_the_commune_around_its_middle(france: France) -> None:
    selection = select_communes(france, read_choice(("2A", "2B")))
    built = build_tables(france, selection, Options(squares=True))
    demand = built.tables["demand.csv"]
    squares = gpd.read_file(RAW / "corsica" / "insee_corsica_1km_2015.gpkg")
    names = demand.loc[demand["demand_id"].ne(demand["commune_id"]), "demand_id"].str.split("-").str[1]
    # All 2,994 squares have people; 4 of the 360 communes are around no middle.
    assert len(squares) == len(names) == names.nunique() == 2_994
    assert demand["commune_id"].nunique() == 360
    whole = demand[demand["demand_id"].eq(demand["commune_id"])]
    assert len(whole) == 4
    assert demand["inhabitants"].sum() == pytest.approx(347_597)
    # Within a commune, inhabitants go by people: Ajaccio's fullest square has the same share of both.
    ajaccio = demand[demand["commune_id"].eq("2A004")].set_index("demand_id")["inhabitants"]
    corners = squares["Id_carr1km"].str.extract(r"N(\d{4})000E(\d{4})000")
    people = squares.set_index("N" + corners[0] + "E" + corners[1])["Ind"]
    own = people[ajaccio.index.str.split("-").str[1]]
    assert ajaccio.max() / ajaccio.sum() == pytest.approx(own.max() / own.sum(), abs=1e-6)


def test_squares_of_elsewhere_are_refused(france: France) -> None:
    with pytest.raises(DataError, match=r"insee_corsica_1km_2015\.gpkg: holds no square of this territory"):
        build_tables(france, select_communes(france, read_choice(("05",))), Options(squares=True))
