"""Arrondissements of Lyon in the made-up France: demand points where the population file has them, else their city."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from click.testing import Result

from msp_siting.files.fingerprints import sha256_of
from msp_siting.files.projects import bundled_folder
from msp_siting.sources.arrondissements import arrondissements
from msp_siting.territory.manifest import read_manifest

Run = Callable[..., Result]
Refuse = Callable[..., list[str]]
LYON = [f"6938{number}" for number in range(1, 10)]


def add(path: Path, line: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")


@pytest.fixture
def lyon(workplace: Path) -> Path:
    """The sources with Lyon in them: 20 GPs, nine arrondissements of 1,000 inhabitants, the third of 2,000."""
    sources = workplace / "sources"
    add(
        sources / "communes_national_npm6.0.0_datafrance1.1.0.csv",
        "69123,Lyon,69,84,metro,10000.0,200000001,CC inventée 1,4.83,45.76,4.83,45.76",
    )
    add(sources / "table_supracom_2023_from_COGugaison.csv", "69123,Lyon,69,38901")
    add(sources / "bpe2024_health_by_commune.csv", '"69123",20,0,0,0,0,0,0,0')
    add(
        sources / "finess_msp603_cds124_pharma620_occitanie.csv",
        "690000001,MSP INVENTEE SIX,,603,Maison de santé,69,69123,45.7340,4.8690,2019-01-01",  # in the eighth
    )
    for code in LYON:
        add(sources / "commune_code_changes.csv", f"{code},69123,arrondissement-municipal")
    write_drees(sources, {code: 2000 if code == "69383" else 1000 for code in LYON})
    return sources


def write_drees(sources: Path, people: dict[str, int]) -> None:
    path = sources / "DREES_apl_generalistes_2022_2023.xlsx"
    book = openpyxl.load_workbook(path)
    for code, count in people.items():
        book["APL 2023"].append([code, f"Commune inventée {code}", 3, 2, count, count])
    book.save(path)


@pytest.mark.usefixtures("lyon")
def test_each_is_a_demand_point_with_its_own_people_place_and_outline(run: Run, workplace: Path) -> None:
    result = run("--department", "69", "--no-rim")
    assert result.exit_code == 0, result.output
    demand = pd.read_csv(workplace / "out" / "demand.csv", dtype=str).set_index("demand_id")
    assert demand.index.tolist() == LYON
    assert demand.loc["69383", ["name", "inhabitants", "department_id", "epci_id", "living_area_id"]].tolist() == [
        *("Lyon 3e Arrondissement", "2000", "69", "200000001", "38901"),
    ]
    assert demand.loc["69388", ["lon", "lat"]].tolist() == ["4.86908", "45.73388"]
    outlines = gpd.read_file(workplace / "out" / "boundaries.gpkg", layer="demand").set_index("demand_id")
    assert outlines.index.tolist() == LYON
    assert outlines.area.sum() / 1e6 == pytest.approx(47.87, abs=0.01)  # km2: Lyon's
    supply = pd.read_csv(workplace / "out" / "supply.csv", dtype={"place_id": str}).query("profession == 'gp'")
    # 20 GPs of the city, shared by inhabitants; CNAM has no figure of the department to bring them to.
    assert dict(zip(supply["place_id"], supply["practitioners"], strict=True)) == {
        code: 4 if code == "69383" else 2 for code in LYON
    }
    sites = pd.read_csv(workplace / "out" / "sites.csv", dtype=str).query("status == 'existing'")
    assert sites["place_id"].tolist() == ["69388"]  # where the structure of the city stands
    caveats = [caveat["en"] for caveat in read_manifest(workplace / "out").caveats]
    assert caveats[:3] == [
        "9 demand points are arrondissements of Lyon.",
        (
            "Known only for a whole city, and shared among its arrondissements by inhabitants: Practitioners and "
            "structures of care by commune, BPE 2024."
        ),
        (
            "Known only for a whole city, and taken for each of its arrondissements: Living area of every commune, "
            "Existing MSPs (FINESS, category 603)."
        ),
    ]


@pytest.mark.usefixtures("lyon")
def test_a_list_of_some_of_them_holds_just_these(run: Run, workplace: Path) -> None:
    (workplace / "pays.csv").write_text("commune_id,name\n69383,Lyon 3e\n69384,Lyon\n", encoding="utf-8")
    result = run("--communes", "pays.csv", "--no-rim")
    assert result.exit_code == 0, result.output
    assert pd.read_csv(workplace / "out" / "demand.csv", dtype=str)["demand_id"].tolist() == ["69383", "69384"]
    assert "Lyon" not in "".join(line for line in result.stdout.splitlines() if line.startswith("pays.csv"))


@pytest.mark.usefixtures("lyon")
def test_another_arrondissements_name_is_an_error(refuse: Refuse, workplace: Path) -> None:
    (workplace / "pays.csv").write_text("commune_id,name\n69383,Lyon 4e Arrondissement\n", encoding="utf-8")
    assert refuse("--communes", "pays.csv") == [
        (
            "pays.csv: row 2: commune_id, name: 69383 (Lyon 3e Arrondissement) is not 'Lyon 4e Arrondissement', which "
            "is 69384 (Lyon 4e Arrondissement); correct one (the code is INSEE's, not the postal code)"
        )
    ]


@pytest.mark.usefixtures("lyon")
def test_the_city_in_a_list_stands_for_all_of_them(run: Run, workplace: Path) -> None:
    (workplace / "pays.csv").write_text("commune_id,name\n69123,Lyon\n", encoding="utf-8")
    result = run("--communes", "pays.csv", "--no-rim")
    assert result.exit_code == 0, result.output
    assert pd.read_csv(workplace / "out" / "demand.csv", dtype=str)["demand_id"].tolist() == LYON
    assert (
        "pays.csv: cities read as all their arrondissements, which are demand points of their own: 69123 (Lyon)"
    ) in result.stdout.splitlines()


def test_where_the_population_file_lacks_one_they_are_their_city_and_it_is_said(
    run: Run, lyon: Path, workplace: Path
) -> None:
    path = lyon / "DREES_apl_generalistes_2022_2023.xlsx"
    book = openpyxl.load_workbook(path)
    for row in book["APL 2023"].iter_rows(min_row=11):
        if row[0].value == "69381":
            row[0].value = "69123"
    book.save(path)
    (workplace / "pays.csv").write_text("commune_id,name\n69383,Lyon 3e\n69384,Lyon 4e\n", encoding="utf-8")
    result = run("--communes", "pays.csv", "--no-rim")
    assert result.exit_code == 0, result.output
    demand = pd.read_csv(workplace / "out" / "demand.csv", dtype=str)
    assert demand[["demand_id", "inhabitants"]].to_numpy().tolist() == [["69123", "10000"]]
    assert (
        "pays.csv: arrondissements that are no demand points of their own here, read as their city: "
        "69383 (Lyon 3e Arrondissement): 69123 (Lyon), 69384 (Lyon 4e Arrondissement): 69123 (Lyon)"
    ) in result.stdout.splitlines()


def test_the_table_has_45_whose_points_lie_in_their_outlines() -> None:
    table = arrondissements()
    assert table["city_id"].value_counts().to_dict() == {"75056": 20, "13055": 16, "69123": 9}
    points = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), index=table.index, crs="EPSG:4326")
    assert table.geometry.contains(points.to_crs(table.crs)).all()
    km2 = table.area.groupby(table["city_id"]).sum() / 1e6
    assert km2.to_dict() == pytest.approx({"13055": 238.25, "69123": 47.88, "75056": 105.24}, abs=0.02)  # IGN's cities


def test_the_table_is_the_one_described() -> None:
    folder = bundled_folder() / "data"
    assert sha256_of(folder / "arrondissements.csv") in (folder / "README.md").read_text(encoding="utf-8")
