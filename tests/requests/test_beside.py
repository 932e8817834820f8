"""Names beside the code of a place: a postal code read as an INSEE code is found by them, and nothing else is."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from msp_siting.errors import DataError
from msp_siting.files.projects import bundled_folder
from msp_siting.language.facts import tell
from msp_siting.requests.beside import names_beside
from msp_siting.requests.reading import RequestFile, read_requests
from msp_siting.requests.request import FundingRequest
from msp_siting.territory.places import PlaceNames, places_with_rim
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory

PROFESSIONS = ("gp", "nurse", "midwife")
TWELVE = Path(__file__).parent / "evaluation" / "isere-12.csv"


@cache
def isere() -> Territory:
    return read_territory(bundled_folder() / "data" / "isere")


@cache
def places() -> PlaceNames:
    return places_with_rim(isere())


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], RequestFile]:
    def read_text(content: str) -> RequestFile:
        path = tmp_path / "requests.csv"
        path.write_text(content, encoding="utf-8")
        return read_requests(path, isere(), PROFESSIONS)

    return read_text


@pytest.fixture
def problems(tmp_path: Path, read: Callable[[str], RequestFile]) -> Callable[[str], list[str]]:
    def find(content: str) -> list[str]:
        with pytest.raises(DataError) as caught:
            read(content)
        return [each.removeprefix(f"{tmp_path}/requests.csv: ") for each in caught.value.problems]

    return find


def named(place_id: str, column: str, text: str) -> list[set[str]]:
    """Return the places that a cell names beside a place."""
    request = FundingRequest(row=2, request_id="A1", place_id=place_id, **{column: text})  # type: ignore[arg-type]
    return [set(each.place_ids) for each in names_beside(request, places())]


def test_a_postal_code_is_found_by_every_name_beside_it(problems: Callable[[str], list[str]]) -> None:
    # 38350 is the postal code of La Mure and the INSEE code of Sainte-Agnès.
    said = (
        "correct one (the code is INSEE's, not the postal code), or write the commune in place_name if both are right"
    )
    header = "request_id;place_id;project_name;owner_name;address;place_name\n"
    row = "A1;38350;Extension de la MSP de La Mure;Commune de La Mure;3 rue des Alpes, 38350 La Mure;\n"
    assert problems(header + row) == [
        (
            "row 2: place_id, project_name: 38350 (Sainte-Agnès) stands beside 'Extension de la MSP de La Mure', "
            f"which names 38269 (La Mure); {said}"
        ),
        (
            "row 2: place_id, owner_name: 38350 (Sainte-Agnès) stands beside 'Commune de La Mure', "
            f"which names 38269 (La Mure); {said}"
        ),
        (
            "row 2: place_id, address: 38350 (Sainte-Agnès) stands beside '3 rue des Alpes, 38350 La Mure', "
            f"which names 38269 (La Mure); {said}"
        ),
    ]
    assert problems("request_id;place_id;place_name\nA1;38350;La Mure\n") == [
        (
            "row 2: place_id, place_name: 38350 (Sainte-Agnès) is not 'La Mure', which is 38269 (La Mure); "
            "correct one (the code is INSEE's, not the postal code)"
        )
    ]


def test_where_the_commune_is_named_too_the_other_name_is_only_told(read: Callable[[str], RequestFile]) -> None:
    text = "request_id;place_id;place_name;project_name\nA1;38350;Sainte-Agnès;MSP de La Mure\n"
    (request,) = read(text).requests
    assert [tell(note, "en") for note in request.notes] == [
        "project_name: “MSP de La Mure” names 38269 (La Mure); the place stated counts"
    ]
    (request,) = read("request_id;place_id;project_name\nA1;Sainte-Agnès;MSP de La Mure\n").requests
    assert [note.key for note in request.notes] == ["request_place_named", "request_name_elsewhere"]


@pytest.mark.parametrize(
    ("place_id", "column", "text", "others"),
    [
        ("38350", "project_name", "MSP La Mure", {"38269"}),
        ("38350", "project_name", "La Mure - maison de santé", {"38269"}),
        ("38350", "project_name", "Maison de santé pluriprofessionnelle de La Mure, phase 2", {"38269"}),
        ("38350", "project_name", "MSP du Gua", {"38187"}),
        ("38350", "project_name", "MSP des Abrets", {"38001"}),  # a commune déléguée of Les Abrets en Dauphiné
        ("38440", "project_name", "Construction de la MSP de St Jean de Bournay", {"38399"}),
        ("38350", "owner_name", "Mairie de Mens", {"38226"}),
        ("38350", "owner_name", "La Mure", {"38269"}),
        ("38350", "owner_name", "Commune déléguée de Cordéac", {"38456"}),
        ("38350", "address", "12 avenue de Grenoble 38350 La Mure cedex", {"38269"}),
        ("38350", "place_name", "Chambéry", {"73065"}),  # in the rim
    ],
)
def test_names_of_other_communes(place_id: str, column: str, text: str, others: set[str]) -> None:
    assert named(place_id, column, text) == [others]


@pytest.mark.parametrize(
    ("place_id", "column", "text"),
    [
        ("38421", "project_name", "MSP de Saint-Martin"),  # Saint-Martin-d'Hères
        ("38350", "project_name", "Maison de santé de la Vallée"),
        ("38350", "project_name", "MSP de la Terrasse"),  # a terrace; La Terrasse is 38503
        ("38350", "project_name", "Maison médicale du Pont"),
        ("38350", "project_name", "MSP Simone Veil"),
        ("38350", "project_name", "MSP Saint-Martin"),
        ("38350", "project_name", "Antenne de la MSP de La Mure"),
        ("38350", "project_name", "MSP rue de Grenoble"),
        ("38350", "project_name", "Pôle de santé du Grésivaudan"),
        ("38350", "project_name", "MSP du quartier de La Mure"),
        ("38350", "owner_name", "CC de la Matheysine"),
        ("38350", "owner_name", "Grenoble-Alpes-Métropole"),
        ("38350", "owner_name", "Communauté de communes de Bièvre Est"),
        ("38350", "owner_name", "CA Vienne Condrieu"),
        ("38350", "owner_name", "SCI de La Mure"),
        ("38350", "address", "12 rue de La Mure"),
        ("38350", "address", "Place de Grenoble, 38190 Bernin Parc"),
    ],
)
def test_names_of_no_other_commune(place_id: str, column: str, text: str) -> None:
    assert named(place_id, column, text) == []


@pytest.mark.parametrize(
    ("place_id", "column", "text"),
    [
        ("38138", "project_name", "Regroupement de Crémieu et Tignieu-Jameyzieu"),
        ("38253", "project_name", "Centre médical de Venosc"),
        ("38253", "owner_name", "Commune des Deux Alpes"),
        ("38001", "project_name", "Projet des Abrets"),
        ("38187", "owner_name", "Commune du Gua"),
        ("38421", "project_name", "MSP de St Martin d'Heres"),
        ("38226", "project_name", "MSP de Mens-en-Trièves"),
        ("38456", "place_name", "Cordéac"),
    ],
)
def test_names_of_the_place_itself(place_id: str, column: str, text: str) -> None:
    assert named(place_id, column, text) == [{place_id}]


@pytest.mark.parametrize(
    "title", ["MSP de {of}", "Maison de santé pluriprofessionnelle {of}", "Extension de la MSP {of} (phase 2)"]
)
def test_every_commune_beside_its_own_code_is_no_problem(title: str) -> None:
    demand = isere().demand
    for place_id, name in zip(demand["demand_id"], demand["name"], strict=True):
        of = f"du {name[3:]}" if name.startswith("Le ") else f"des {name[4:]}" if name.startswith("Les ") else name
        assert named(place_id, "project_name", title.format(of=of)) == [{place_id}], name
        assert named(place_id, "owner_name", f"Commune de {name}") == [{place_id}], name


def test_a_commune_beside_another_ones_code_is_found() -> None:
    demand = isere().demand
    names = dict(zip(demand["demand_id"], demand["name"], strict=True))
    missed = {name for name in names.values() if not named("38225", "project_name", f"MSP de {name}")}
    # Named as areas are, and so as much else.
    assert missed == {
        *("Rives", "Plateau-des-Petites-Roches", "Saint-Michel-les-Portes", "Porte-des-Bonnevaux", "Val-de-Virieu"),
    }


def test_the_twelve_requests_are_read_without_a_word() -> None:
    requests = read_requests(TWELVE, isere(), PROFESSIONS).requests
    assert {note.key for request in requests for note in request.notes} == {"request_place_named"}
    # Written with codes only, the names beside them still belong to the places.
    for request in requests:
        assert all(name.place_ids == {request.place_id} for name in names_beside(request, places()))


def test_a_name_that_is_not_known_is_told(read: Callable[[str], RequestFile]) -> None:
    (request,) = read("request_id;place_id;place_name\nA1;38226;Foix\n").requests
    assert [tell(note, "en") for note in request.notes] == [
        "place_name: “Foix” is no name known here, so that it was not held against 38226 (Mens)"
    ]


def test_codes_that_all_end_in_0_carry_a_caution(read: Callable[[str], RequestFile]) -> None:
    (caution,) = read("request_id;place_id\nA1;38350\nA2;38440\nA3;38250\n").cautions
    assert tell(caution, "en") == (
        "All 3 codes of the file (38250, 38350, 38440 ...) end in 0, as postal codes mostly do and INSEE codes once in "
        "ten, and no name stands beside them: check that they are INSEE codes."
    )
    assert read("request_id;place_id\nA1;38350\nA2;38440\n").cautions == ()
    assert read("request_id;place_id\nA1;38350\nA2;38440\nA3;38250\nA4;38226\n").cautions == ()
    with_a_name = "request_id;place_id;project_name\nA1;38350;MSP de Sainte-Agnès\nA2;38440;\nA3;38250;\n"
    assert read(with_a_name).cautions == ()


def test_what_existing_msps_are_called_is_no_problem_where_they_are() -> None:
    territory = read_territory(bundled_folder() / "data" / "occitanie")
    known, sites = places_with_rim(territory), territory.sites
    existing = sites[sites["status"].eq("existing")]
    alarms = [
        (name, place_id, sorted(beside.place_ids))
        for place_id, name in zip(existing["place_id"], existing["name"], strict=True)
        for beside in names_beside(
            FundingRequest(row=2, request_id="A1", place_id=place_id, project_name=name.title()), known
        )
        if place_id not in beside.place_ids
    ]
    assert len(existing) == 372
    assert alarms == []
