"""Published figures of practitioners: the raw files have them, and the bundled territories follow."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from msp_siting.files.projects import bundled_folder

RAW = Path(__file__).parents[3] / "shared" / "data" / "national"
needs_raw = pytest.mark.skipif(not RAW.is_dir(), reason="the raw files (shared/data) are not here")


@needs_raw
def test_60573_gps_in_france() -> None:
    counted = pd.read_csv(RAW / "bpe2024_health_by_commune.csv", dtype={"commune": str})
    assert counted["gp_d265"].sum() == 60_573
    overseas = counted["commune"].str.startswith(("97", "98"))
    assert counted.loc[~overseas, "gp_d265"].sum() == 58_850


@needs_raw
def test_isere_has_995_ordinary_gps_and_125_of_special_practice() -> None:
    table = pd.read_csv(RAW / "liberal_professionals_by_department_2024_cnam.csv", dtype={"departement": str})
    isere = table.set_index("departement").loc["38"]
    assert (isere["gp_all"], isere["gp_without_mep"], isere["gp_mep"]) == (1120, 995, 125)


def practitioners(territory: str) -> dict[str, float]:
    supply = pd.read_csv(bundled_folder() / "data" / territory / "supply.csv", dtype={"place_id": str})
    return supply.groupby("profession")["practitioners"].sum().to_dict()


def test_bundled_practitioners_are_those_of_cnam() -> None:
    isere = {"gp": 995, "nurse": 1883, "physiotherapist": 1849, "midwife": 203}
    assert practitioners("isere") == pytest.approx(isere, abs=0.01)
    occitanie = {"gp": 5124, "nurse": 12_944, "physiotherapist": 10_211, "midwife": 860}
    assert practitioners("occitanie") == pytest.approx(occitanie, abs=0.01)


@needs_raw
def test_bundled_practitioners_of_occitanie_add_up_its_departments() -> None:
    table = pd.read_csv(RAW / "liberal_professionals_by_department_2024_cnam.csv", dtype={"departement": str})
    codes = ["09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82"]
    sums = table.set_index("departement").loc[codes, ["gp_without_mep", "nurse", "physio", "midwife"]].sum()
    assert sums.tolist() == [5124, 12_944, 10_211, 860]


@needs_raw
def test_the_official_apl_of_physiotherapists_is_the_published_one() -> None:
    table = pd.read_parquet(RAW / "drees_apl_nurse_physio_midwife_dentist_2022_2023.parquet").dropna(
        subset=["apl_physiotherapist_2023", "standardised_physiotherapist_2023"]
    )

    def mean(rows: pd.DataFrame) -> float:
        weights = rows["standardised_physiotherapist_2023"]
        return float(np.average(rows["apl_physiotherapist_2023"], weights=weights))

    assert mean(table) == pytest.approx(118.9, abs=0.05)
    assert mean(table[table["commune"].str.startswith("38")]) == pytest.approx(139.6, abs=0.05)


def test_eleven_communes_of_isere_lost_their_last_gp_since_2021() -> None:
    folder = bundled_folder() / "data" / "isere"
    places = pd.read_csv(folder / "places.csv", dtype={"place_id": str}).set_index("place_id")
    supply = pd.read_csv(folder / "supply.csv", dtype={"place_id": str})
    gps = supply[supply["profession"].eq("gp")].set_index("place_id")["practitioners"].reindex(places.index).fillna(0)
    assert places["gps_2021"].sum() == 1206
    assert (places["gps_2021"].gt(0) & gps.eq(0)).sum() == 11
    assert (places["gps_2021"].eq(0) & gps.gt(0)).sum() == 10
