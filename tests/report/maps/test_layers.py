"""What a run writes for a GIS: layers equal the files, in the run's language, the same bytes again; names are text."""

import re
import sqlite3
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import geopandas as gpd
import pandas as pd
import pytest
from click.testing import CliRunner

from contract import documented, expanded
from documented_runs import TABLES
from msp_siting.cli import main
from msp_siting.report.maps.legend import DIFFERENCE_COLOURS
from msp_siting.territory.outlines import layer_names

HOSTILE = [
    "<script>alert(1)</script>",
    '"; drop table sites; --',
    "+1+1",
    "]]>&amp;",
]  # a right-to-left mark is refused where tables are read
OUT = Path("out")
PROFESSIONS = {"profession": ["gp", "midwife", "nurse"], "lead": ["gp"]}


@pytest.fixture(autouse=True)
def _in_project(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)
    for name in ("demand.csv", "zones.csv"):
        Path("data/toy", name).write_text(TABLES[name], encoding="utf-8")


def solve(*options: str, out: Path = OUT) -> Path:
    result = CliRunner().invoke(main, ["solve", "scenarios/toy.yaml", "--out", str(out), "--lang", "fr", *options])
    assert result.exit_code == 0, result.output
    return out


def layer(name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(OUT / "plan.gpkg", layer=name)


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(OUT / name)


def asked(query: str) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(OUT / "plan.gpkg")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def project() -> ET.Element:
    with ZipFile(OUT / "plan.qgz") as file:
        return ET.fromstring(file.read("plan.qgs"))  # noqa: S314 - our own file


def test_layers_hold_what_the_files_hold() -> None:
    solve()
    sites = layer("sites")
    assert sites.drop(columns=["geometry", "number"]).columns.tolist() == table("sites.csv").columns.tolist()
    assert sites[["number", "site_id", "staff_gp"]].to_numpy().tolist() == [[1, "site-c", 2]]
    allocation = table("allocation.csv")
    lines = layer("allocation")
    new = allocation[allocation["supply"].eq("new")]
    assert lines["inhabitants"].tolist() == pytest.approx(new["inhabitants"].tolist())
    assert lines[["demand_name", "site_name"]].drop_duplicates().to_numpy().tolist() == [["Clairval", "Clairval"]]
    assert layer("candidates")["site_id"].tolist() == ["site-a", "site-b"]
    supply = layer("supply").set_index("name")  # Bourg has 2 GPs
    assert (supply.loc["Bourg", "practitioners_gp"], supply.loc["Bourg", "practitioners_nurse"]) == (2, 0)
    demand = layer("demand").set_index("demand_id")
    # Before, 2 of 3 of Aubois, Bourg and Dole and all of Clairval; 600 of its 900 find room with the plan.
    assert demand["uncovered_share_before_gp"].round(6).to_dict() == {
        "a": 0.666667,
        "b": 0.666667,
        "c": 1.0,
        "d": 0.666667,
    }
    assert demand.loc["c", "uncovered_share_after_gp"] == pytest.approx(1 / 3)
    assert demand.loc["c", "uncovered_share_difference_gp"] == pytest.approx(-2 / 3)
    points = table("coverage.csv")
    gp = points[points["profession"].eq("gp")].set_index("demand_id")
    assert demand["uncovered_after_gp"].to_dict() == pytest.approx(gp["uncovered_after"].to_dict())
    assert demand["apl_change_gp"].to_dict() == pytest.approx((gp["apl_after"] - gp["apl_before"]).to_dict())
    assert len(layer("blocks")) == len(table("blocks.csv"))


def test_a_horizon_has_the_supply_of_today_beside_its_own() -> None:
    Path("data/toy/supply.csv").write_text(TABLES["supply.csv"], encoding="utf-8")
    solve("--set", "horizon_year=2030")
    bourg = layer("supply").set_index("name").loc["Bourg"]
    assert bourg["practitioners_today_gp"] == 2
    assert "uncovered_share_today_gp" in layer("demand").columns


def test_what_is_left_closed_says_by_whom() -> None:
    text = Path("scenarios/toy.yaml").read_text(encoding="utf-8")
    assert "sites:" not in text
    Path("scenarios/toy.yaml").write_text(f"{text}\nsites:\n  exclude: [site-b]\n", encoding="utf-8")
    solve()
    closed = layer("candidates").set_index("site_id")
    assert closed["closed_by"].to_dict() == {"site-a": "", "site-b": "scenario"}
    assert closed["why"].to_dict() == {"site-a": "", "site-b": "exclu par le scénario"}


def test_columns_are_documented_and_titled_in_the_language() -> None:
    solve()
    own = documented("`plan.gpkg` of solve", "column")
    rows = asked("SELECT table_name, column_name, title FROM gpkg_data_columns")
    titles = {(name, column): title for name, column, title in rows}
    files = {"sites": "sites", "candidates": "candidates", "allocation": "allocation", "blocks": "blocks"}
    for name in ("sites", "candidates", "supply", "allocation", "demand", "blocks"):
        known = {column for column, row in own.items() if f"`{name}`" in row["layers"]}
        known |= set(documented(f"`{files[name]}.csv` of solve", "column")) if name in files else set()
        known |= set(documented("`coverage.csv` of solve", "column")) if name == "demand" else set()
        known = set(expanded(sorted(known), PROFESSIONS))
        known |= {f"{each}_{p}" for each in known for p in PROFESSIONS["profession"]} if name == "demand" else set()
        read = pd.read_csv("data/toy/demand.csv").columns
        known |= set(read) if name == "demand" else {"place_id", "name", "lon", "lat"}
        found = set(layer(name).columns) - {"geometry"}
        assert found - known == set(), name
        assert {column for layer_name, column in titles if layer_name == name} == found
    assert titles["demand", "uncovered_share_before_gp"] == (
        "Part sans place avant le plan (0 à 1), au mieux (médecin généraliste)"
    )
    assert titles["sites", "cost_eur"] == "Coût (€)\u00a0: travaux et équipement"
    assert titles["demand", "epci_id"] == "EPCI, code"
    assert [each for each in titles.values() if re.fullmatch("[a-z]+_[a-z_]+", each)] == []


def test_every_layer_has_a_style_and_the_project_shows_it() -> None:
    solve()
    defaults = asked("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault")
    assert sorted(name for name, _ in defaults) == sorted(layer_names(OUT / "plan.gpkg"))
    styles = {name: ET.fromstring(text.partition("\n")[2]) for name, text in defaults}  # noqa: S314 - our own
    colours = [each.get("value") for each in styles["demand"].findall(".//symbols//Option[@name='color']")]
    assert colours == list(DIFFERENCE_COLOURS)
    ranges = styles["demand"].findall("renderer-v2/ranges/range")
    assert [each.get("label") for each in ranges][:4] == [
        "au-delà de \u22125",
        "de \u22122 à \u22125",
        "de \u22120,5 à \u22122",
        "égal, à 0,5 près",
    ]
    limits = [(float(each.get("lower", "")), float(each.get("upper", ""))) for each in ranges]
    assert all(before[1] == after[0] for before, after in pairwise(limits))
    root = project()
    assert root.findtext("title") == "Où ouvrir une maison de santé\u00a0? Territoire d\u2019essai"
    assert [group.get("name") for group in root.findall("layer-tree-group/layer-tree-group")] == [
        *("Plan", "Offre et zonages", "Accès aux soins")
    ]
    sources = [each.text for each in root.findall("projectlayers/maplayer/datasource")]
    assert set(sources) == {f"./plan.gpkg|layername={name}" for name in layer_names(OUT / "plan.gpkg")}
    ids = [each.get("id") for each in root.iter("layer-tree-layer")]
    assert ids == [each.text for each in root.findall("projectlayers/maplayer/id")]
    assert len(set(ids)) == len(ids)


def test_the_same_run_has_the_same_bytes() -> None:
    solve()
    solve(out=Path("again"))
    for name in ("plan.gpkg", "plan.qgz", "sites.geojson", "map.png"):
        assert (OUT / name).read_bytes() == (Path("again") / name).read_bytes(), name


def test_hostile_names_are_only_text() -> None:
    for file, column in (("demand.csv", "name"), ("sites.csv", "name"), ("zones.csv", "name")):
        path = Path("data/toy") / file
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows[column] = (HOSTILE * len(rows))[: len(rows)]
        rows.to_csv(path, index=False, lineterminator="\n")
    manifest = Path("data/toy/manifest.yaml").read_text(encoding="utf-8")
    title = "</title><script>x</script>\u200f"
    Path("data/toy/manifest.yaml").write_text(
        re.sub(r"(?m)^title:.*$", f"title: {{fr: '{title}', en: '{title}'}}", manifest), encoding="utf-8"
    )
    solve()
    assert layer("demand")["name"].tolist() == HOSTILE
    assert layer("candidates")["name"].tolist() == HOSTILE[:2]
    assert layer("sites")["name"].tolist() == [HOSTILE[2]]
    assert gpd.read_file(OUT / "sites.geojson")["name"].tolist() == [HOSTILE[2]]
    assert [name for (name,) in asked("SELECT name FROM sites")] == [HOSTILE[2]]
    root = project()
    assert title in (root.findtext("title") or "")
    assert list(root.iter("script")) == []
    for (text,) in asked("SELECT styleQML FROM layer_styles"):
        assert list(ET.fromstring(text.partition("\n")[2]).iter("script")) == []  # noqa: S314 - our own


def test_without_a_plan_there_is_neither_layer_nor_map() -> None:
    result = CliRunner().invoke(
        main, ["solve", "scenarios/toy.yaml", "--out", "none", "--set", "budget_eur=10", "--set", "site_count=1"]
    )
    assert result.exit_code == 3
    names = {path.name for path in Path("none").iterdir()}
    assert names & {"plan.gpkg", "plan.qgz", "sites.geojson", "map.png"} == set()
