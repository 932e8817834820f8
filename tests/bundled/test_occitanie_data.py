"""The bundled territory of Occitanie: its known totals."""

from pathlib import Path

import geopandas as gpd
import pytest
from click.testing import CliRunner

from msp_siting.cli import main
from msp_siting.files.projects import bundled_folder
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory


@pytest.fixture(scope="module")
def occitanie() -> Territory:
    return read_territory(bundled_folder() / "data" / "occitanie")


def test_demand_has_the_known_totals(occitanie: Territory) -> None:
    assert len(occitanie.demand) == 4446
    assert occitanie.demand["inhabitants"].sum() == 6_022_176
    assert occitanie.demand["department_id"].nunique() == 13


def test_every_existing_msp_is_a_site(occitanie: Territory) -> None:
    existing = occitanie.sites[occitanie.sites["status"] == "existing"]
    assert len(existing) == 372
    assert existing["place_id"].nunique() == 318
    assert existing["place_id"].value_counts().max() == 19  # Toulouse
    assert set(existing["place_id"]) <= set(occitanie.demand["demand_id"])


@pytest.mark.parametrize(("department", "rate"), [("31", 0.0495), ("11", 0.0764), ("48", 0.0610)])
def test_diabetes_keeps_the_rate_of_the_department(occitanie: Territory, department: str, rate: float) -> None:
    rows = occitanie.demand[occitanie.demand["department_id"] == department]
    assert rows["inhabitants_diabetes"].sum() / rows["inhabitants"].sum() == pytest.approx(rate, abs=0.00006)


def test_times_are_flagged_as_estimated(occitanie: Territory) -> None:
    (times,) = [entry for entry in occitanie.manifest.files if entry.path == "travel_times.parquet"]
    assert times.kind == "modelled"
    assert "no verdict on a single commune" in times.label["en"]
    assert occitanie.travel_times["minutes"].max() <= 40


def test_every_commune_has_an_outline(occitanie: Territory) -> None:
    assert occitanie.boundaries is not None
    layer = gpd.read_file(occitanie.boundaries, layer="demand")
    assert set(layer["demand_id"]) == set(occitanie.demand["demand_id"])
    conques = layer.set_index("demand_id").geometry["12218"]  # the hole among its neighbours
    assert conques.area / 1e6 == pytest.approx(106, abs=2)  # km2


@pytest.mark.slow
def test_it_can_be_diagnosed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["diagnose", "occitanie", "--lang", "en"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Occitanie: 6,022,176 inhabitants, ")
