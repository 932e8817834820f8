"""What a build makes of the made-up miniature France; every expected value is worked by hand from its files."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from msp_siting.territory.manifest import read_manifest
from msp_siting.territory.reading import read_territory

Build = Callable[..., Path]
AddSource = Callable[[str], None]
Edit = Callable[[str, str, str], None]
CODES = ["38901", "38902", "38903", "38904", "38905", "38906", "38907"]


def rows(path: Path, *columns: str) -> list[tuple[str, ...]]:
    """Return some columns of a CSV file as they are written."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return list(frame[list(columns)].itertuples(index=False, name=None))


def column(path: Path, name: str) -> list[str]:
    """Return one column of a CSV file as it is written."""
    return [value for (value,) in rows(path, name)]


def practitioners(path: Path, profession: str) -> dict[str, float]:
    """Return practitioners of one profession by place."""
    frame = pd.read_csv(path, dtype={"place_id": str})
    return frame[frame["profession"].eq(profession)].set_index("place_id")["practitioners"].to_dict()


def test_demand_has_one_row_per_inhabited_commune_of_today(build: Build) -> None:
    # 38901 is the sum of two arrondissements, 38902 of itself and the commune it took in; 38907 still counts the
    # people of 38908, and nobody lives in 38909.
    assert rows(build() / "demand.csv", "demand_id", "name", "inhabitants") == [
        ("38901", "Commune inventée 1", "3000"),
        ("38902", "Commune inventée 2", "1100"),
        ("38903", "Commune inventée 3", "600"),
        ("38904", "Commune inventée 4", "500"),
        ("38905", "Commune inventée 5", "800"),
        ("38906", "Commune inventée 6", "499"),
        ("38907", "Commune inventée 7", "1000"),
    ]


def test_need_index_is_standardised_over_total_population(build: Build) -> None:
    # 38901 has 4,000 standardised of 3,000 in all; 38902 900 + 100 of 1,100; 38904 400 of 500; 38907 1,200 of 1,000.
    expected = ["1.333333", "0.909091", "1.0", "0.8", "1.0", "1.0", "1.2"]
    assert column(build() / "demand.csv", "need_index_gp") == expected


def test_apl_of_a_commune_is_averaged_by_standardised_population(build: Build) -> None:
    folder = build()
    # 38901: (3 x 1,000 + 1 x 3,000) / 4,000 and (2 x 1,000 + 1 x 3,000) / 4,000
    # 38902: (4 x 900 + 2 x 100) / 1,000 and (3 x 900 + 1.5 x 100) / 1,000
    assert rows(folder / "demand.csv", "apl_official", "apl_under_65_official")[:3] == [
        ("1.5", "1.25"),
        ("3.8", "2.85"),
        ("3.0", "3.0"),
    ]


def test_practitioners_of_the_bpe_are_brought_to_those_of_cnam_by_one_factor_per_department(build: Build) -> None:
    folder = build()
    # 38: of ten GPs 8 are in private practice and without special practice; 5 of ten nurses, 3 for two
    # physiotherapists, 2 for one midwife.
    assert practitioners(folder / "supply.csv", "gp") == {"38901": 2.4, "38902": 1.6, "38903": 1.6, "38907": 2.4}
    nurses = {"38901": 2.0, "38902": 1.0, "38903": 1.0, "38907": 1.0}
    assert practitioners(folder / "supply.csv", "nurse") == nurses
    assert practitioners(folder / "supply.csv", "physiotherapist") == {"38901": 1.5, "38907": 1.5}
    assert practitioners(folder / "supply.csv", "midwife") == {"38901": 2.0}
    # 05 has no figure of CNAM: as counted.
    assert practitioners(folder / "rim_supply.csv", "gp") == {"05901": 1, "05902": 2}


def test_the_label_of_supply_gives_the_factors_of_its_own_departments(build: Build) -> None:
    labels = {entry.path: entry.label["en"] for entry in read_territory(build()).manifest.files if entry.label}
    assert "(20.0% of them at most), factor 0.800; others 0.500 to 2.000" in labels["supply.csv"]
    assert "rim_supply.csv" not in labels  # the same rule: a page says it once
    apart = read_territory(build("--department", "05", "--out", "apart")).manifest.files
    (label,) = [entry.label["en"] for entry in apart if entry.path == "supply.csv" and entry.label]
    assert (
        label
        == "Practitioners by place of practice (BPE 2024), not brought to CNAM's practitioners in private practice."
    )


def test_without_figures_of_cnam_practitioners_are_as_counted(build: Build, workplace: Path) -> None:
    (workplace / "sources" / "liberal_professionals_by_department_2024_cnam.csv").unlink()
    folder = build()
    assert practitioners(folder / "supply.csv", "gp") == {"38901": 3, "38902": 2, "38903": 2, "38907": 3}
    (missing,) = [one for one in read_territory(folder).manifest.missing_sources if one.key == "liberal_practitioners"]
    assert "special practice included" in missing.without["en"]


def test_places_say_what_there_is(build: Build, add_source: AddSource) -> None:
    add_source("anct_centre_density_mountain_rurality_by_commune.csv")
    folder = build()
    found = rows(folder / "places.csv", "place_id", "pharmacies", "msps", "health_centres", "centre_level", "density")
    # FINESS covers 38: two MSPs and a pharmacy in 38901, one MSP each in 38902 (under the code that it took in) and
    # 38907 (for 38908); it has no health centre, so these are as the BPE counts.
    assert {row[0]: row[1:] for row in found} == {
        "38901": ("1", "2", "1", "", ""),
        "38902": ("0", "1", "0", "local", "Bourgs ruraux"),
        "38903": ("0", "0", "0", "none", ""),
        "38904": ("0", "0", "0", "", ""),
        "38905": ("0", "0", "0", "", ""),
        "38906": ("0", "0", "0", "", ""),
        "38907": ("0", "1", "0", "", ""),
    }
    assert read_territory(folder).places["centre_level"].tolist()[:3] == ["", "local", "none"]
    elsewhere = rows(build("--department", "05", "--out", "other") / "places.csv", "place_id", "pharmacies", "msps")
    assert elsewhere[:2] == [("05901", "1", "0"), ("05902", "0", "1")]  # as the BPE counts


def test_retiring_share_is_that_of_gps_of_65_and_over_in_the_living_area(build: Build) -> None:
    # Visits: 38901 6,000 (5,000 of GPs under 65), 38902 3,800 (2,850), 38904 800 (400), 38905 4,000 (3,200):
    # 1 - 11,450 / 14,600; the other area 1 - (1,800 + 998 + 1,800) / (1,800 + 1,247.5 + 2,400).
    found = rows(build() / "supply.csv", "place_id", "profession", "retiring_share")
    assert found[:4] == [(code, "gp", "0.2158") for code in ("38901", "38902")] + [
        (code, "gp", "0.1559") for code in ("38903", "38907")
    ]
    assert {share for _, profession, share in found if profession != "gp"} == {""}


def test_retiring_share_follows_the_ages_of_gps_where_they_are_given(build: Build, add_source: AddSource) -> None:
    add_source("gp_ages.csv")
    # Of ten GPs of 2025, two of 60 and one of 70 are 65 or more in 2030, one in 2025; the figures of 2019 are not used.
    for year, share in (("2030", "0.3"), ("2025", "0.1")):
        folder = build("--department", "38", "--horizon", year, "--out", f"by-{year}")
        found = rows(folder / "supply.csv", "profession", "retiring_share")
        assert {own for profession, own in found if profession == "gp"} == {share}
        # The other department's GPs still leave by the two series of APL.
        assert share not in column(folder / "rim_supply.csv", "retiring_share")
    note = next(entry for entry in read_territory(folder).manifest.files if entry.path == "supply.csv")
    assert "GPs of 65 and over at the horizon (38)" in note.columns["retiring_share"].source


def test_people_of_75_and_over_follow_the_share_of_the_living_area(build: Build) -> None:
    expected = ["300.0", "110.0", "120.0", "50.0", "80.0", "99.8", "200.0"]  # 10 % or 20 %
    assert column(build() / "demand.csv", "inhabitants_75_plus") == expected


def test_diabetes_by_department_and_age_keeps_the_rate_of_the_department(build: Build) -> None:
    # Of 7,499: 1,394.85 are under 15 (rate 0.2 %, the mean of 0.1 and 0.3), 959.8 are 75 or over (19 %: 18 and 20),
    # 5,144.35 between: (374.95 - 2.7897 - 182.362) / 5,144.35 = 3.68945 %. 38901: 3,000 x (0.2 x 0.2 % + 0.1 x 19 %
    # + 0.7 x 3.68945 %) = 135.7; 38903: 600 x (0.15 x 0.2 % + 0.2 x 19 % + 0.65 x 3.68945 %) = 37.4
    found = column(build() / "demand.csv", "inhabitants_diabetes")
    assert found == ["135.7", "49.7", "37.4", "22.6", "36.2", "31.1", "62.3"]
    assert sum(map(float, found)) == pytest.approx(0.05 * 7499, abs=0.1)


def test_diabetes_keeps_the_rate_of_the_department_where_some_ages_are_not_given(build: Build, edit: Edit) -> None:
    edit("BV_social_determinants_insee.csv", "2;20;15", "2;N/A - résultat non disponible;N/A - résultat non disponible")
    found = [float(count) for count in column(build() / "demand.csv", "inhabitants_diabetes")]
    # Communes whose ages are unknown have 5 %, so that the others, 5,400 people, must come to 5 % together: 270.
    assert (found[2], found[5], found[6]) == pytest.approx((30, 24.95, 50), abs=0.051)
    assert sum(found) - 104.95 == pytest.approx(270.0, abs=0.2)


def test_diabetes_without_ages_is_the_rate_of_the_department(build: Build, workplace: Path) -> None:
    (workplace / "sources" / "BV_social_determinants_insee.csv").unlink()
    folder = build()
    found = [float(count) for count in column(folder / "demand.csv", "inhabitants_diabetes")]
    assert found == pytest.approx([150, 55, 30, 25, 40, 24.95, 50], abs=0.051)
    assert "inhabitants_75_plus" not in pd.read_csv(folder / "demand.csv").columns


def test_ald_is_empty_where_the_rate_is_kept_secret(build: Build) -> None:
    assert column(build() / "demand.csv", "inhabitants_ald") == ["", "", "72.0", "", "", "59.9", "120.0"]


def test_published_shares_of_ages_by_commune_come_before_those_of_the_living_area(
    build: Build, add_source: AddSource
) -> None:
    add_source("age_structure_by_commune_2020_2022.csv")
    folder = build()
    # 38901: 5 % of 1,000 and 17 % of 3,000 people make 14 %; 38904 8 %; the others have those of their living area.
    expected = ["420.0", "110.0", "120.0", "40.0", "80.0", "99.8", "200.0"]
    assert column(folder / "demand.csv", "inhabitants_75_plus") == expected
    # 65 to 74: 38901 (10 - 4 = 6 of 1,000, 30 - 16 = 14 of 3,000) 12 %, so 26 % in all; 38904 11 % and 8 %.
    expected = ["780.0", "", "", "95.0", "", "", ""]
    assert column(folder / "demand.csv", "inhabitants_65_plus") == expected
    assert column(folder / "demand.csv", "inhabitants_under_15")[0] == "420.0"  # 14 %
    diabetes = [float(count) for count in column(folder / "demand.csv", "inhabitants_diabetes")]
    assert sum(diabetes) == pytest.approx(0.05 * 7499, abs=0.2)


def test_diabetes_elsewhere_follows_the_standardised_rates(build: Build, add_source: AddSource, edit: Edit) -> None:
    add_source("diabetes_prevalence_by_department_2016_2023.csv")
    edit("pathologie_clean.csv", "2023,5,tous âges,Diabète,1,1,6.0\n", "")
    # 05 has the rates by age of 38 (0.2 %, 3.68945 %, 19 %) times 5.0 / 4.0, on 18 % under 15 and 12 % of 75 and over:
    # (0.18 x 0.2 + 0.7 x 3.68945 + 0.12 x 19) x 1.25 = 6.1233 % of 700, 1,000, 300 and 450.
    folder = build("--department", "05")
    found = [float(count) for count in column(folder / "demand.csv", "inhabitants_diabetes")]
    assert found == pytest.approx([42.86, 61.23, 18.37, 27.55], abs=0.06)
    note = next(entry for entry in read_territory(folder).manifest.files if entry.path == "demand.csv")
    assert note.columns["inhabitants_diabetes"].kind == "derived"


def test_ages_by_commune_replace_the_shares_of_the_living_area(build: Build, add_source: AddSource) -> None:
    add_source("TD_POP1B_2021.csv")
    folder = build()
    # 38904: 200 of 1,000 are 75 or over, 20 % of 500; the arrondissement's rows of the file are not counted.
    expected = ["300.0", "110.0", "120.0", "100.0", "80.0", "99.8", "200.0"]
    assert column(folder / "demand.csv", "inhabitants_75_plus") == expected
    diabetes = [float(count) for count in column(folder / "demand.csv", "inhabitants_diabetes")]
    assert diabetes[3] > 22.6
    assert sum(diabetes) == pytest.approx(374.95, abs=0.2)


def test_candidates_stand_in_communes_of_500_and_existing_msps_in_their_own(build: Build) -> None:
    # 38904 has 500 people, 38906 has 499; a code that is no longer current and a commune that split off are moved.
    assert rows(build() / "sites.csv", "site_id", "place_id", "name", "status") == [
        ("msp-38901", "38901", "Commune inventée 1", "candidate"),
        ("msp-38902", "38902", "Commune inventée 2", "candidate"),
        ("msp-38903", "38903", "Commune inventée 3", "candidate"),
        ("msp-38904", "38904", "Commune inventée 4", "candidate"),
        ("msp-38905", "38905", "Commune inventée 5", "candidate"),
        ("msp-38907", "38907", "Commune inventée 7", "candidate"),
        ("finess-380000001", "38901", "MSP INVENTEE UNE", "existing"),
        ("finess-380000002", "38901", "MSP INVENTEE DEUX", "existing"),
        ("finess-380000003", "38902", "MSP INVENTEE TROIS", "existing"),
        ("finess-380000004", "38907", "MSP INVENTEE QUATRE", "existing"),
    ]


def test_zones_are_those_of_the_communes(build: Build) -> None:
    folder = build()
    assert rows(folder / "zones.csv", "kind", "zone_id", "name") == [
        ("epci", "200000001", "CC inventée 1"),
        ("epci", "200000002", "CC inventée 2"),
        ("living_area", "38901", "Bassin inventé 1"),
        ("living_area", "38907", "Bassin inventé 2"),
        ("department", "38", "Isère"),
        ("nurse_zoning", "1_Tres_sous_dotee", "Infirmiers : très sous-dotée"),
        ("nurse_zoning", "3_intermediaire", "Infirmiers : intermédiaire"),
        ("nurse_zoning", "5_Sur_dotee", "Infirmiers : sur-dotée"),
    ]
    found = rows(folder / "demand.csv", "epci_id", "living_area_id", "department_id", "nurse_zoning_id")
    assert found[1] == ("200000001", "38901", "38", "3_intermediaire")
    assert found[3] == ("200000001", "38901", "38", "")  # its zoning is not given


def test_a_commune_without_epci_belongs_to_none(build: Build) -> None:
    assert column(build("--department", "05") / "demand.csv", "epci_id") == ["200000003", "200000003", "", "200000003"]


def test_status_of_a_tvs_is_that_of_all_its_communes(build: Build, add_source: AddSource) -> None:
    add_source("zonage_medecins_commune_cartosante.csv")
    add_source("Correspondance_communes_tvs.xlsx")
    folder = build()
    zones = rows(folder / "zones.csv", "kind", "zone_id", "status", "status_date")
    assert [zone for zone in zones if zone[0] in {"tvs", "gp_zoning"}] == [
        ("tvs", "84901", "ZIP", "as published"),
        ("tvs", "84902", "ZAC", "as published"),
        ("tvs", "84903", "", ""),  # one commune is ZIP, the other is not
        ("tvs", "84904", "none", "as published"),
        ("gp_zoning", "HZ", "none", "as published"),
        ("gp_zoning", "ZAC", "ZAC", "as published"),
        ("gp_zoning", "ZIP", "ZIP", "as published"),
    ]
    assert {zone[2] for zone in zones if zone[0] == "epci"} == {""}
    assert column(folder / "demand.csv", "tvs_id") == ["84901", "84901", "84903", "84902", "84902", "84903", "84904"]
    assert column(folder / "demand.csv", "gp_zoning_id") == ["ZIP", "ZIP", "ZIP", "ZAC", "ZAC", "HZ", "HZ"]


def test_levels_of_nurses_are_their_status(build: Build) -> None:
    zones = rows(build() / "zones.csv", "kind", "zone_id", "status", "profession", "valid_until")
    assert [zone[1:] for zone in zones if zone[0] == "nurse_zoning"] == [
        ("1_Tres_sous_dotee", "tres_sous_dotee", "nurse", ""),
        ("3_intermediaire", "intermediaire", "nurse", ""),
        ("5_Sur_dotee", "sur_dotee", "nurse", ""),
    ]


def test_the_zoning_of_june_2025_holds_until_its_last_day_in_its_region(build: Build, add_source: AddSource) -> None:
    add_source("zoning_gp_zip_zac_by_commune_june2025.csv")
    folder = build()
    # 38902 has a row of its own, which counts, beside that of 38992, which it took in; of 38906 nothing is known.
    assert column(folder / "demand.csv", "gp_zoning_id") == ["ZIP", "ZIP", "ZAR", "none", "ZAC", "", "ZIP"]
    columns = ("kind", "zone_id", "name", "status", "status_date", "profession", "valid_from", "valid_until")
    assert [zone[1:] for zone in rows(folder / "zones.csv", *columns) if zone[0] == "gp_zoning"] == [
        ("ZAC", "ZAC", "ZAC", "2025-06", "gp", "", "2025-12-31"),
        ("ZAR", "ZAR", "ZAR", "2025-06", "gp", "", "2025-12-31"),
        ("ZIP", "ZIP", "ZIP", "2025-06", "gp", "", "2025-12-31"),
        ("none", "Hors zonage", "none", "2025-06", "gp", "", "2025-12-31"),
    ]


def test_a_zoning_with_other_days_in_another_region_is_a_zone_of_each(build: Build, add_source: AddSource) -> None:
    add_source("zoning_gp_zip_zac_by_commune_june2025.csv")
    folder = build("--department", "38", "--department", "05")
    zones = rows(folder / "zones.csv", "kind", "zone_id", "name", "status", "valid_until")
    assert [zone[1:] for zone in zones if zone[0] == "gp_zoning"] == [
        ("ZAC", "ZAC", "ZAC", ""),
        ("ZAC_84", "ZAC, région 84", "ZAC", "2025-12-31"),
        ("ZAR_84", "ZAR, région 84", "ZAR", "2025-12-31"),
        ("ZIP", "ZIP", "ZIP", ""),
        ("ZIP_84", "ZIP, région 84", "ZIP", "2025-12-31"),
        ("none_84", "Hors zonage, région 84", "none", "2025-12-31"),
    ]


def test_units_like_tvs_are_zones_of_their_own_kind(build: Build, add_source: AddSource) -> None:
    add_source("tvs_like_units_by_commune_ODbL.csv")
    folder = build()
    assert column(folder / "demand.csv", "tvs_like_id") == ["B38901", "B38901", "C3801", "C3801", "", "", ""]
    zones = rows(folder / "zones.csv", "kind", "zone_id", "name", "status")
    assert [zone[1:] for zone in zones if zone[0] == "tvs_like"] == [
        ("B38901", "Commune inventée 1", ""),
        ("C3801", "C3801", ""),
    ]
    manifest = read_manifest(folder)
    source = next(entry for entry in manifest.files if entry.path == "demand.csv").columns["tvs_like_id"]
    assert (source.licence, "not the official list" in source.source) == ("ODbL", True)
    assert "ODbL" in next(entry for entry in manifest.files if entry.path == "zones.csv").licence


def test_a_commune_belongs_to_the_cpts_of_its_row_or_to_none(build: Build, add_source: AddSource) -> None:
    add_source("CPTS-communes.csv")
    folder = build()
    expected = ["CPTS inventée", "", "", "CPTS inventée", "", "", ""]
    assert column(folder / "demand.csv", "cpts_id") == expected
    assert ("cpts", "CPTS inventée", "CPTS inventée") in rows(folder / "zones.csv", "kind", "zone_id", "name")
    assert "CPTS inventée d'ailleurs" not in column(folder / "zones.csv", "zone_id")


def test_squares_share_what_their_commune_has(build: Build, add_source: AddSource) -> None:
    add_source("carreaux_200m_met.csv")
    folder = build("--department", "38", "--squares")
    frame = pd.read_csv(folder / "demand.csv", dtype={"demand_id": str, "commune_id": str}).set_index("demand_id")
    # 38901 has two squares of 1 km: 20 + 20 people (10 of them 65 or over) and 40 (all 65 or over). 38904 has one;
    # that of 38908 goes to 38907; the other communes have none and stay points.
    assert frame.index.tolist() == [
        *("38901-N2510E4010", "38901-N2511E4010", "38902", "38903", "38904-N2520E4010", "38905", "38906"),
        "38907-N2530E4010",
    ]
    first, second = frame.loc["38901-N2510E4010"], frame.loc["38901-N2511E4010"]
    assert (first["inhabitants"], second["inhabitants"]) == (1500.0, 1500.0)
    assert (first["inhabitants_75_plus"], second["inhabitants_75_plus"]) == (60.0, 240.0)  # 10 and 40 of 50, of 300
    # Weights: 25-39 (0.79 + 0.82 + 0.85) / 3 = 0.82; 65-79 (1.23 + 1.46 + 1.57) / 3 = 1.42;
    # 80-95 (5 x 1.63 + 5 x 1.89 + 6 x 2.26) / 16 = 1.9475. Care: 30 x 0.82 + 10 x 1.42 = 38.8 and
    # 30 x 1.42 + 10 x 1.9475 = 62.075, sharing the 4,000 standardised inhabitants: 38.8 / 100.875 x 4,000 / 1,500.
    assert first["need_index_gp"] == pytest.approx(1.025692, abs=2e-6)
    assert second["need_index_gp"] == pytest.approx(1.640975, abs=2e-6)
    sums = frame.groupby("commune_id")[["inhabitants", "inhabitants_75_plus", "inhabitants_diabetes"]].sum()
    assert sums["inhabitants"].tolist() == [3000, 1100, 600, 500, 800, 499, 1000]
    assert sums["inhabitants_diabetes"].tolist() == pytest.approx([135.7, 49.7, 37.4, 22.6, 36.2, 31.1, 62.3])
    need = (frame["need_index_gp"] * frame["inhabitants"]).groupby(frame["commune_id"]).sum()
    assert need["38901"] == pytest.approx(4000, abs=0.01)
    assert ("commune", "38901", "Commune inventée 1") in rows(folder / "zones.csv", "kind", "zone_id", "name")


def test_border_communes_are_within_20_minutes_of_the_outside(build: Build) -> None:
    # 05901 to 05903 are 6.5 km from 38903 and 38906, 13 km from the next ones.
    folder = build()
    flags = dict(rows(folder / "demand.csv", "demand_id", "border"))
    assert flags == {code: "true" if code in {"38903", "38906"} else "false" for code in CODES}


def test_the_rim_has_two_rings_of_20_minutes(build: Build) -> None:
    # Seen from 05: 38903 and 38906 are near, 38902 and 38905 are near those; 13 km and more are not.
    folder = build("--department", "05")
    assert rows(folder / "rim_demand.csv", "demand_id", "inhabitants", "department_id") == [
        ("38902", "1100", "38"),
        ("38903", "600", "38"),
        ("38905", "800", "38"),
        ("38906", "499", "38"),
    ]
    assert practitioners(folder / "rim_supply.csv", "gp") == {"38902": 1.6, "38903": 1.6}
    times = pd.read_parquet(folder / "rim_travel_times.parquet").set_index(["demand_id", "place_id"])["minutes"]
    assert times["05901", "38903"] == pytest.approx(3.03 + 1.45 * 6.5, abs=0.04)  # 6.5 km on the map, 0.3 % less on it
    assert times["38903", "05901"] == times["05901", "38903"]
    assert times["38903", "38902"] == pytest.approx(12.455, abs=0.04)  # in the rim itself
    assert ("05901", "05902") not in times.index  # that pair is the territory's
    assert times.max() <= 30


def test_estimated_times_follow_crow_fly_distance_up_to_40_minutes(build: Build) -> None:
    times = pd.read_parquet(build() / "travel_times.parquet").set_index(["demand_id", "place_id"])["minutes"]
    assert len(times) == 49
    assert times["38901", "38901"] == 0
    assert times["38901", "38902"] == pytest.approx(3.03 + 1.45 * 6.5, abs=0.04)
    assert times["38901", "38903"] == pytest.approx(3.03 + 1.45 * 13, abs=0.08)


def test_trips_between_two_communes_in_a_massif_take_longer(build: Build, add_source: AddSource) -> None:
    add_source("anct_centre_density_mountain_rurality_by_commune.csv")
    folder = build()
    # 38901 is two arrondissements, of which one is in no massif: which one counts is the rule of `folded`.
    massif = dict(rows(folder / "demand.csv", "demand_id", "massif"))
    assert [massif[code] for code in CODES[1:]] == ["Massif inventé", "", "", "", "Massif inventé", ""]
    assert dict(rows(folder / "rim_demand.csv", "demand_id", "massif"))["05901"] == "Massif inventé"
    times = pd.read_parquet(folder / "travel_times.parquet").set_index(["demand_id", "place_id"])["minutes"]
    assert times["38902", "38906"] == pytest.approx(3.77 + 1.87 * 9.192, abs=0.07)  # corners, both in the massif
    assert times["38902", "38903"] == pytest.approx(3.03 + 1.45 * 6.5, abs=0.04)  # one of them is
    across = pd.read_parquet(folder / "rim_travel_times.parquet").set_index(["demand_id", "place_id"])["minutes"]
    assert across["38906", "05901"] == pytest.approx(3.77 + 1.87 * 9.192, abs=0.07)
    note = next(entry for entry in read_territory(folder).manifest.files if entry.path == "demand.csv")
    assert (
        note.columns["massif"].source
        == "ANCT, INSEE, INRAE: levels of centres, density grid, massifs of the loi Montagne"
    )


def test_without_the_file_of_massifs_all_is_plain_and_said(build: Build) -> None:
    folder = build()
    assert "massif" not in pd.read_csv(folder / "demand.csv").columns
    manifest = read_territory(folder).manifest
    (missing,) = [one for one in manifest.missing_sources if one.key == "commune_types"]
    assert missing.without["en"] == (
        "centres and density unknown; massifs not loaded: every estimated time is that of the plain, so too short in "
        "mountains"
    )
    (times,) = [entry for entry in manifest.files if entry.path == "travel_times.parquet"]
    assert times.label is not None
    assert times.accuracy is not None
    assert "off by 2.6 min on average in the plain, by 6.5 in mountains" in times.label["en"]
    assert "off by 4.4 min on average, bias +4.2 min" in times.accuracy["en"]


def test_without_a_rim_nothing_of_it_is_written(build: Build) -> None:
    folder = build("--department", "38", "--no-rim")
    assert sorted(path.name for path in folder.iterdir()) == [
        *("boundaries.gpkg", "demand.csv", "flows.csv", "manifest.yaml", "places.csv", "sites.csv", "supply.csv"),
        "travel_times.parquet",
        "zones.csv",
    ]
    assert column(folder / "demand.csv", "border").count("true") == 2  # its catchment still leaves it


def test_a_commune_without_outline_is_the_hole_among_its_neighbours(build: Build) -> None:
    layer = gpd.read_file(build() / "boundaries.gpkg", layer="demand").set_index("demand_id")
    assert layer.index.tolist() == CODES
    assert layer.geometry.area["38905"] == pytest.approx(42.25e6, rel=1e-6)
    assert layer.geometry.bounds.loc["38905"].tolist() == pytest.approx([926.5e3, 6443.5e3, 933e3, 6450e3], abs=1)
    epci = gpd.read_file(build() / "boundaries.gpkg", layer="epci").set_index("zone_id")
    assert epci.geometry.area["200000001"] == pytest.approx(169e6, rel=1e-6)


def test_a_hole_of_two_communes_is_the_outline_of_neither(build: Build, workplace: Path) -> None:
    path = workplace / "sources" / "communes_polygons_l93.parquet"
    frame = gpd.read_parquet(path)
    frame[frame["code"].ne("38906")].to_parquet(path)
    folder = build()
    assert gpd.read_file(folder / "boundaries.gpkg", layer="demand")["demand_id"].tolist() == [
        *("38901", "38902", "38903", "38904", "38907"),
    ]
    caveats = [caveat["en"] for caveat in read_territory(folder).manifest.caveats]
    assert "No outline was found for 38905, 38906: the map leaves them out." in caveats


def without_coordinates(edit: Edit, workplace: Path, code: str) -> None:
    """Take town hall and centroid of a commune out of the list."""
    name = "communes_national_npm6.0.0_datafrance1.1.0.csv"
    lines = (workplace / "sources" / name).read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith(code)]
    edit(name, line, ",".join([*line.split(",")[:8], "", "", "", ""]))


@pytest.mark.parametrize("code", ["38904", "38905"])  # with an outline of its own, and without
def test_a_commune_without_coordinates_lies_in_the_middle_of_its_outline(
    build: Build, edit: Edit, workplace: Path, code: str
) -> None:
    expected = {row[0]: row[1:] for row in rows(build() / "demand.csv", "demand_id", "lon", "lat")}[code]
    without_coordinates(edit, workplace, code)
    found = {row[0]: row[1:] for row in rows(build() / "demand.csv", "demand_id", "lon", "lat")}[code]
    assert [float(degrees) for degrees in found] == pytest.approx([float(degrees) for degrees in expected], abs=1e-5)


def test_sources_of_one_department_are_used_there(build: Build, add_source: AddSource) -> None:
    plain = rows(build() / "demand.csv", "lon", "lat")
    add_source("isere.geojson")
    add_source("TimeDistCarIsere.csv")
    folder = build()
    east = [float(new[0]) - float(old[0]) for new, old in zip(rows(folder / "demand.csv", "lon"), plain, strict=True)]
    assert east == pytest.approx([0.0076] * 7, abs=2e-4)  # 600 m
    times = pd.read_parquet(folder / "travel_times.parquet").set_index(["demand_id", "place_id"])["minutes"]
    # 5 minutes a square, one more towards the larger code: origins are in the columns of that file.
    assert (times["38901", "38902"], times["38902", "38901"], times["38903", "38907"]) == (6, 5, 21)
    apart = build("--department", "38", "--no-local", "--out", "national")
    assert rows(apart / "demand.csv", "lon", "lat") == plain
    assert rows(build("--department", "05", "--out", "other") / "demand.csv", "demand_id")[0] == ("05901",)


def test_what_was_built_is_a_sound_territory(build: Build) -> None:
    territory = read_territory(build())
    assert territory.demand["inhabitants"].sum() == 7499
    assert territory.manifest.name == "isere"


def test_towns_with_a_slip_in_their_longitude_take_their_centroid(
    build: Build, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("msp_siting.sources.raw_cells.MOST_IMPOSSIBLE_SHARE", 0.1)  # 1 of 13 communes
    edit("communes_national_npm6.0.0_datafrance1.1.0.csv", "5.840976,45.142392,5", "45.142392,45.2,5")
    folder = build()
    assert rows(folder / "demand.csv", "lon", "lat")[0] == ("5.840976", "45.142392")
    source = next(source for source in read_territory(folder).manifest.sources if source.key == "communes")
    assert [repair["en"] for repair in source.repairs] == ["lon: impossible values left out: 1"]
