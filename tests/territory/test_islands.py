"""Islands that no road reaches: which points lie on one, and whose times lead nowhere else."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from msp_siting.files.projects import bundled_folder
from msp_siting.language.facts import tell
from msp_siting.territory.islands import cut_off_islands, island_caveats, island_of, islands
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory

RAW = Path(__file__).parents[3] / "shared" / "data" / "national"
COMMUNES = {
    "17004": "Île d'Aix",
    "22016": "Bréhat",
    "29082": "Île de Batz",
    "29083": "Île de Sein",
    "29084": "Molène",
    "29155": "Ouessant",
    "56009": "Belle-Île-en-Mer",
    "56069": "Groix",
    "56085": "Hœdic",
    "56086": "Houat",
    "56087": "Île aux Moines",
    "56088": "Île d'Arz",
    "56114": "Belle-Île-en-Mer",
    "56152": "Belle-Île-en-Mer",
    "56241": "Belle-Île-en-Mer",
    "85113": "Île d'Yeu",
}


@pytest.fixture
def morbihan(tmp_path: Path) -> Territory:
    """Groix and Lorient, with a way between them where the test writes one."""
    (tmp_path / "manifest.yaml").write_text("name: m\ntitle: {fr: M, en: M}\ncrs: EPSG:2154\n", encoding="utf-8")
    (tmp_path / "demand.csv").write_text(
        "demand_id,name,inhabitants,lon,lat\n1,Groix,2300,-3.455,47.639\n2,Lorient,57000,-3.366,47.748\n",
        encoding="utf-8",
    )
    (tmp_path / "sites.csv").write_text(
        "site_id,place_id,name,lon,lat,status\ns,2,Lorient,-3.366,47.748,candidate\n", encoding="utf-8"
    )
    (tmp_path / "travel_times.csv").write_text("demand_id,place_id,minutes\n1,1,0\n2,2,0\n", encoding="utf-8")
    return read_territory(tmp_path)


def at(**spots: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame(spots.values(), columns=["lon", "lat"], index=pd.Index(spots))


def test_the_communes_of_the_table() -> None:
    whole = islands().query("whole_commune")
    assert dict(zip(whole["commune_id"], whole["island"], strict=True)) == COMMUNES
    parts = islands().query("not whole_commune")
    assert sorted(parts["name"].unique()) == ["Cannes", "Fouesnant", "Granville", "Hyères"]


def test_points_lie_on_an_island_whatever_they_are_called() -> None:
    found = island_of(
        at(
            lampaul=(-5.096, 48.456),
            port_joinville=(-2.348, 46.726),
            porquerolles=(6.203, 43.0),
            hyeres=(6.128, 43.12),
            noirmoutier=(-2.245, 47.0),
            saint_martin_de_re=(-1.366, 46.203),
            le_chateau_d_oleron=(-1.19, 45.885),
            ile_tudy=(-4.168, 47.843),
            ajaccio=(8.737, 41.919),
        )
    )
    assert found.to_dict() == {
        "lampaul": "Ouessant",
        "port_joinville": "Île d'Yeu",
        "porquerolles": "Porquerolles",
        "hyeres": "",
        "noirmoutier": "",
        "saint_martin_de_re": "",
        "le_chateau_d_oleron": "",
        "ile_tudy": "",
        "ajaccio": "",
    }


def test_a_commune_that_is_an_island_decides_where_a_square_lies_in_the_sea() -> None:
    squares = at(sea=(-3.3, 47.2), land=(-3.0, 47.6), part=(6.1, 43.1)).assign(commune_id=["56009", "56260", "83069"])
    assert island_of(squares).tolist() == ["Belle-Île-en-Mer", "", ""]


def test_who_lives_where_no_time_leads_is_said(morbihan: Territory) -> None:
    assert cut_off_islands(morbihan).to_dict("index") == {"Groix": {"points": 1, "inhabitants": 2300.0}}
    (caveat,) = island_caveats(morbihan)
    assert tell(caveat, "en") == (
        "No travel time joins Groix to anywhere else: 2,300 inhabitants, 1 demand point, for whom only what is on "
        "their own island counts (boats are not timed)."
    )


@pytest.mark.parametrize(("home", "care"), [("1", "2"), ("2", "1")])
def test_a_ferry_that_is_timed_joins_an_island(morbihan: Territory, home: str, care: str) -> None:
    crossing = pd.DataFrame({"demand_id": [home], "place_id": [care], "minutes": [75.0]})
    times = pd.concat([morbihan.travel_times, crossing], ignore_index=True)
    assert list(island_caveats(replace(morbihan, travel_times=times))) == []


def test_bundled_territories_have_no_island() -> None:
    for name in ("hautes-alpes", "isere", "occitanie"):
        demand = pd.read_csv(bundled_folder() / "data" / name / "demand.csv")
        assert set(island_of(demand)) == {""}


@pytest.mark.skipif(not RAW.is_dir(), reason="the raw files (shared/data) are not here")
def test_the_communes_that_touch_no_other_are_islands_and_their_halls_lie_within() -> None:
    polygons = gpd.read_parquet(RAW / "communes_polygons_l93.parquet").set_index("code")
    own, others = polygons.sindex.query(polygons.geometry.buffer(100), predicate="intersects")
    touching = set(own[own != others])
    alone = {code for place, code in enumerate(polygons.index) if place not in touching}
    belle_ile = {code for code, island in COMMUNES.items() if island == "Belle-Île-en-Mer"}
    assert alone == set(COMMUNES) - belle_ile
    table = pd.read_csv(RAW / "communes_national_npm6.0.0_datafrance1.1.0.csv", dtype={"code": str}, low_memory=False)
    table = table[table["zone"].eq("metro")].set_index("code")
    halls = island_of(table[["lon", "lat"]].dropna())
    assert halls[halls.ne("")].to_dict() == {code: name for code, name in COMMUNES.items() if code != "56086"}
    assert island_of(table.loc[["56086"], ["cen_lon", "cen_lat"]].set_axis(["lon", "lat"], axis=1)).tolist() == [
        "Houat"
    ]
