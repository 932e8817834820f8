"""Places by code and by name, as people write them, in Isère and among a few made-up ones."""

from functools import cache

import pytest

from msp_siting.files.projects import bundled_folder
from msp_siting.territory.codes import EarlierCommune
from msp_siting.territory.places import PlaceNames, UnknownPlaceError, own_places, places_with_rim
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory


@cache
def isere() -> Territory:
    return read_territory(bundled_folder() / "data" / "isere")


@cache
def of_isere() -> PlaceNames:
    return own_places(isere())


@pytest.mark.parametrize(
    ("text", "place_id", "by"),
    [
        ("38226", "38226", "id"),
        ("38 226", "38226", "spelling"),
        ("38226.0", "38226", "spelling"),
        ("Mens (38710)", "38226", "name"),
        ("38710 Mens", "38226", "name"),
        ("Mens - 38226", "38226", "name"),
        ("Mens (38)", "38226", "name"),
        ("Mens (Isère)", "38226", "name"),
        ("Commune de Mens", "38226", "name"),
        ("Mairie du Gua", "38187", "name"),
        ("Ville des Adrets", "38002", "name"),
        ("commune d’Eybens", "38158", "name"),  # noqa: RUF001 - typographic
        ("LA MURE D'ISERE", "38269", "name"),
        ("La Mure (38350)", "38269", "name"),  # the postal code, which is the INSEE code of Sainte-Agnès
        ("Sainte-Agnès", "38350", "name"),
        ("Grenoble Cedex 9", "38185", "name"),
        ("Pont de Beauvoisin", "38315", "name"),
        ("38125", "38456", "earlier"),
        ("Cordéac", "38456", "earlier"),
        ("38534", "38253", "earlier"),
        ("Venosc", "38253", "earlier"),
        ("Mont de Lans", "38253", "earlier"),
        ("38196", "38053", "earlier"),
        ("Les Abrets", "38001", "earlier"),
    ],
)
def test_found(text: str, place_id: str, by: str) -> None:
    found = of_isere().find(text)
    assert (found.place_id, found.by) == (place_id, by)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "38447",
            (
                "'38447' is no place of the territory; 38447 (Saint-Priest) is part of commune 69290 today, "
                "which is none either"
            ),
        ),
        (
            "38226 Sainte-Agnès",
            (
                "'38226 Sainte-Agnès': the code is 38226 (Mens), the name 38350 (Sainte-Agnès); "
                "write one of the two codes alone"
            ),
        ),
        (
            "Le Pont-de-Beauvoisin (73330)",
            (
                "'Le Pont-de-Beauvoisin (73330)': 38315 (Le Pont-de-Beauvoisin) does not lie in the department "
                "of 73330; write the INSEE code alone"
            ),
        ),
        (
            "75101",
            (
                "'75101' is no place of the territory; 75101 (Paris 1er Arrondissement) is part of commune 75056 "
                "today, which is none either"
            ),
        ),
    ],
)
def test_not_found(text: str, said: str) -> None:
    with pytest.raises(UnknownPlaceError) as caught:
        of_isere().find(text)
    assert str(caught.value) == said


def test_a_department_tells_two_communes_of_a_name_apart() -> None:
    places = places_with_rim(isere())
    with pytest.raises(UnknownPlaceError, match=r"may be 38315 \(Le Pont-de-Beauvoisin\) or 73204"):
        places.find("Le Pont-de-Beauvoisin")
    assert places.find("Le Pont-de-Beauvoisin (73330)").place_id == "73204"
    assert places.find("Le Pont-de-Beauvoisin (38)").place_id == "38315"


def test_every_commune_of_isere_is_found_by_its_name() -> None:
    demand = isere().demand
    twice = set(demand.loc[demand["name"].duplicated(keep=False), "demand_id"])
    missed = [
        (demand_id, name)
        for demand_id, name in zip(demand["demand_id"], demand["name"], strict=True)
        if demand_id not in twice and of_isere().find(f"Commune de {name} (38000)").place_id != demand_id
    ]
    assert missed == []


MADE_UP = {
    "00011": EarlierCommune("00011", "Vieux-Bourg", "1", "merged"),
    "00012": EarlierCommune("00012", "Plaine", "1", "delegated"),
    "2": EarlierCommune("2", "Butte", "1", "merged"),  # a place of its own still: of another year
}


def test_a_place_of_the_territory_comes_before_an_earlier_commune() -> None:
    places = PlaceNames([("1", "Bourg"), ("2", "Butte"), ("3", "Plaine")], "here", earlier=MADE_UP)
    assert places.find("2").place_id == "2"
    assert places.find("Butte").place_id == "2"
    assert places.find("Vieux Bourg").place_id == "1"
    plain = places.find("Plaine")
    assert (plain.place_id, plain.by, plain.namesakes) == ("3", "name", ("1",))
