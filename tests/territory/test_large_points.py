"""Demand points of more than 50,000 inhabitants, of which a single point tells little."""

from pathlib import Path

from msp_siting.language.facts import tell
from msp_siting.territory.large_points import large_point_caveats
from msp_siting.territory.reading import read_territory

DEMAND = "demand_id,name,inhabitants,lon,lat\n1,Ville,50001,5.7,45.1\n2,Bourg,50000,5.8,45.2\n3,,120000,5.9,45.2\n"


def test_towns_of_more_than_50_000_held_as_one_point_are_named_the_largest_first(tmp_path: Path) -> None:
    (tmp_path / "manifest.yaml").write_text("name: m\ntitle: {fr: M, en: M}\ncrs: EPSG:2154\n", encoding="utf-8")
    (tmp_path / "demand.csv").write_text(DEMAND.replace("3,,", "3,Cité,"), encoding="utf-8")
    (tmp_path / "sites.csv").write_text(
        "site_id,place_id,name,lon,lat,status\ns,2,Bourg,5.8,45.2,candidate\n", encoding="utf-8"
    )
    (tmp_path / "travel_times.csv").write_text("demand_id,place_id,minutes\n1,2,5\n2,2,0\n3,2,5\n", encoding="utf-8")
    territory = read_territory(tmp_path)
    (caveat,) = large_point_caveats(territory)
    assert tell(caveat, "en") == (
        "Places of more than 50,000 inhabitants held as one point each: Cité (3), Ville (1). Who lives at their edge "
        "is timed from the centre; where care lacks within them does not show."
    )
    assert "50\u202f000 habitants" in tell(caveat, "fr")
