"""The recipe of Isère gives the bundled folder again, and its joined table agrees with the official files."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest

from msp_siting.errors import DataError
from msp_siting.sources.isere import build

ROOT = Path(__file__).parents[2]
BUNDLED = ROOT / "data" / "isere"
RAW = ROOT.parent / "shared" / "data"
CSV_FILES = ("demand.csv", "sites.csv", "supply.csv", "zones.csv")
LIBRARY_FILES = ("boundaries.gpkg", "travel_times.parquet")

needs_raw_files = pytest.mark.skipif(not RAW.is_dir(), reason="the raw files (shared/data) are not here")


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("isere")
    build(RAW, folder)
    return folder


@pytest.fixture(scope="module")
def joined() -> pd.DataFrame:
    path = RAW / "isere" / "isere_communes_joined.csv"
    return pd.read_csv(path, dtype={"code": "str", "epci": "str", "bv2022": "str"}).set_index("code").sort_index()


def library_of(path: Path) -> str:
    """Return the version of the library that wrote a file: pyarrow's, or the SQLite's under GDAL."""
    if path.suffix == ".parquet":
        return str(pq.read_metadata(path).created_by)
    return path.read_bytes()[96:100].hex()


@needs_raw_files
def test_rebuilding_writes_the_same_files(rebuilt: Path) -> None:
    assert {path.name for path in rebuilt.iterdir()} == {path.name for path in BUNDLED.iterdir()}


@needs_raw_files
@pytest.mark.parametrize("name", CSV_FILES)
def test_rebuilding_gives_the_same_bytes(rebuilt: Path, name: str) -> None:
    assert (rebuilt / name).read_bytes() == (BUNDLED / name).read_bytes()


@needs_raw_files
@pytest.mark.parametrize("name", [*LIBRARY_FILES, "manifest.yaml"])
def test_rebuilding_gives_the_same_bytes_with_the_same_libraries(rebuilt: Path, name: str) -> None:
    if any(library_of(rebuilt / file) != library_of(BUNDLED / file) for file in LIBRARY_FILES):
        pytest.skip("the bundled files were written by another version of pyarrow or SQLite")
    assert (rebuilt / name).read_bytes() == (BUNDLED / name).read_bytes()


@needs_raw_files
def test_rebuilding_gives_the_same_times_and_polygons(rebuilt: Path) -> None:
    times = [pd.read_parquet(folder / "travel_times.parquet") for folder in (rebuilt, BUNDLED)]
    pd.testing.assert_frame_equal(*times)
    for layer in ("demand", "epci", "living_area"):
        new, old = (gpd.read_file(folder / "boundaries.gpkg", layer=layer) for folder in (rebuilt, BUNDLED))
        assert new.iloc[:, 0].tolist() == old.iloc[:, 0].tolist()
        assert new.geometry.symmetric_difference(old.geometry).area.max() < 1  # m2


@needs_raw_files
def test_building_twice_gives_the_same_bytes(rebuilt: Path, tmp_path: Path) -> None:
    build(RAW, tmp_path)
    build(RAW, tmp_path)  # over its own files
    for path in sorted(rebuilt.iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_missing_raw_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"isere_communes_joined\.csv: this raw file is missing"):
        build(tmp_path, tmp_path / "out")


@needs_raw_files
def test_joined_table_agrees_with_the_drees_workbook(joined: pd.DataFrame) -> None:
    path = RAW / "national" / "DREES_apl_generalistes_2022_2023.xlsx"
    names = ["code", "name", "apl_mg_2023", "apl_mg_le65_2023", "pop_std_2021", "pop_tot_2021"]
    sheet = pd.read_excel(
        path,
        sheet_name="APL 2023",
        header=None,
        names=names,
        skiprows=10,
        usecols=range(6),
        dtype={"code": "str"},
    )
    official = sheet[sheet["code"].str.fullmatch(r"38\d{3}")].set_index("code").sort_index()
    assert official.index.tolist() == joined.index.tolist()
    for column in names[2:]:
        assert official[column].astype(float).tolist() == joined[column].astype(float).tolist(), column


@needs_raw_files
def test_joined_table_agrees_with_the_other_official_files(joined: pd.DataFrame) -> None:
    national = RAW / "national"
    bpe = pd.read_csv(national / "cppRouting_doctor_BPE_D201.csv", dtype={"CODGEO": "str"})
    bpe = bpe[bpe["CODGEO"].str.startswith("38")].set_index("CODGEO")["NB_D201"]
    assert joined.loc[joined["mg_bpe_d201"] > 0, "mg_bpe_d201"].to_dict() == bpe.to_dict()
    cog = pd.read_csv(national / "table_supracom_2023_from_COGugaison.csv", dtype="str").set_index("CODGEO")
    assert cog.loc[joined.index, "BV2022"].tolist() == joined["bv2022"].tolist()
    assert cog.loc[joined.index, "EPCI"].tolist() == joined["epci"].tolist()
    health = pd.read_csv(
        national / "BV_health_cartosante.csv",
        sep=";",
        skiprows=2,
        dtype={"Code": "str"},
        encoding="utf-8-sig",
    ).set_index("Code")
    for column, title in (
        ("dens_mg_lib_bv_2024", "Densité de généralistes lib. 2024"),
        ("dens_inf_lib_bv_2024", "Densité d'infirmiers lib. 2024"),
    ):
        assert health.loc[joined["bv2022"], title].astype(float).tolist() == joined[column].tolist()
