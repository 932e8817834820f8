import csv
import io
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msp_siting.errors import DataError
from msp_siting.files.projects import bundled_folder
from msp_siting.language.facts import Repair, tell
from msp_siting.language.sentences import say
from msp_siting.requests.reading import RequestFile, read_requests
from msp_siting.requests.request import FundingRequest
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory

PROFESSIONS = ("gp", "nurse", "midwife")
TOY = Path(__file__).parents[1] / "toy" / "data" / "toy"
TOY_TERRITORY = read_territory(TOY)


@pytest.fixture(scope="module")
def isere() -> Territory:
    return read_territory(bundled_folder() / "data" / "isere")


@pytest.fixture(scope="module")
def occitanie() -> Territory:
    return read_territory(bundled_folder() / "data" / "occitanie")


@pytest.fixture
def toy() -> Territory:
    return TOY_TERRITORY


@pytest.fixture
def read(tmp_path: Path, toy: Territory) -> Callable[..., RequestFile]:
    """Return a reader of the text (or bytes) of a file."""

    def read_text(content: str | bytes, territory: Territory = toy) -> RequestFile:
        path = tmp_path / "requests.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_requests(path, territory, PROFESSIONS)

    return read_text


@pytest.fixture
def problems(tmp_path: Path, read: Callable[..., RequestFile]) -> Callable[..., list[str]]:
    """Return a function from a file's text to its problems, without the name of the file."""

    def find(content: str | bytes, *territory: Territory) -> list[str]:
        with pytest.raises(DataError) as caught:
            read(content, *territory)
        assert caught.value.exit_code == 2
        return [problem.removeprefix(f"{tmp_path}/requests.csv: ") for problem in caught.value.problems]

    return find


@pytest.fixture
def cell(read: Callable[..., RequestFile]) -> Callable[[str, str], FundingRequest]:
    """Return a reader of a request with one more cell, in a file separated by semicolons."""

    def read_cell(column: str, text: str) -> FundingRequest:
        return read(f'request_id;place_id;{column}\nA1;b;"{text}"\n').requests[0]

    return read_cell


def test_a_request_in_full(read: Callable[..., RequestFile]) -> None:
    """A spreadsheet as a Région's officer saves it."""
    rows = {
        "request_id": "2026-017",
        "project_name": "MSP du Bourg",
        "owner_type": "Communauté de communes",
        "siret": "200 018 166 00012",
        "place_id": "Bourg",
        "lon": "5,101",
        "lat": "45,002",
        "action": "Création",
        "finess_id": "10001246",
        "zoning_status": "ZIP",
        "qpv": "non",
        "projet_sante_status": "Validé",
        "validation_date": "03/09/2026",
        "gp_present": "2",
        "gp_joining_from_place_ids": "a x2, Dole",
        "gp_new_committed": "1",
        "nurse_new_committed": "2",
        "nurses": "3",
        "physiotherapists": "nc",
        "midwives": "1",
        "land_eur": "",
        "works_eur": "1 234 567,50 €",
        "fees_eur": "120 000",
        "equipment_eur": "80 000,00",
        "excluded_eur": "0",
        "capex_ht_eur": "",
        "requested_eur_region": "200 000",
        "requested_eur_state": "300000",
        "acquired_eur_department": "100 000 EUR",
        "owner_eur": "834 567,50",
        "occupancy_share": "85 %",
        "opening_date": "2028-01-15",
        "cpts_opinion": "Réservé",
        "cls": "x",
        "epci_share": "0,2",
        "remarques": "dossier complet",
    }
    text = ";".join(rows) + "\r\n" + ";".join(rows.values()) + "\r\n;;;\r\n\r\n"
    file = read(text.encode("cp1252"))
    assert (file.separator, file.encoding, file.unread_columns) == (";", "cp1252", ("remarques",))
    (request,) = file.requests
    assert request == FundingRequest(
        row=2,
        request_id="2026-017",
        place_id="b",
        project_name="MSP du Bourg",
        owner_type="epci",
        siret="20001816600012",
        lon=5.101,
        lat=45.002,
        action="creation",
        finess_id="010001246",
        zoning_status="ZIP",
        qpv=False,
        projet_sante_status="validated",
        validation_date=date(2026, 9, 3),
        gp_present=2,
        gp_joining_from=("a", "a", "d"),
        new_posts={"gp": 1, "nurse": 2},
        nurses=3,
        midwives=1,
        works_eur=1234567.5,
        fees_eur=120000.0,
        equipment_eur=80000.0,
        excluded_eur=0.0,
        requested_eur={"region": 200000.0, "state": 300000.0},
        acquired_eur={"department": 100000.0},
        owner_eur=834567.5,
        occupancy_share=0.85,
        opening_date=date(2028, 1, 15),
        cpts_opinion="reserved",
        cls=True,
        epci_share=0.2,
        notes=(
            Repair("request_place_named", {"column": "place_id", "text": "Bourg", "place": "b (Bourg)"}),
            Repair("request_leading_zero", {"column": "finess_id", "text": "10001246", "place": "010001246"}),
            Repair("request_place_named", {"column": "gp_joining_from_place_ids", "text": "Dole", "place": "d (Dole)"}),
        ),
    )
    assert request.investment_eur == 1434567.5
    assert request.requested_total_eur == 500000
    assert request.public_eur == 600000
    assert request.gp_team == 6
    assert request.paramedicals == 5  # 3 nurses and 2 new ones; the midwife is none
    assert say(request.notes[1].key, "fr", **request.notes[1].values) == (
        "finess_id : 10001246 lu 010001246, son zéro initial rétabli"
    )


def test_what_is_not_stated_is_none(read: Callable[..., RequestFile]) -> None:
    (request,) = read("request_id,place_id\nA1,b\n").requests
    assert request == FundingRequest(row=2, request_id="A1", place_id="b")
    derived = (request.investment_eur, request.public_eur, request.requested_total_eur, request.gp_team)
    assert derived == (None, None, None, None)
    assert request.paramedicals is None


@pytest.mark.parametrize("text", ["", "  ", "-", "–", "NC", "n.c.", "na", "N/A", "?"])  # noqa: RUF001
def test_cells_that_say_nothing(cell: Callable[..., FundingRequest], text: str) -> None:
    assert cell("gp_present", text).gp_present is None
    assert cell("works_eur", text).investment_eur is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1200000", 1200000),
        ("1 200 000", 1200000),
        ("1\u00a0200\u202f000,5", 1200000.5),
        ("1'200'000", 1200000),
        ("1’200’000.25", 1200000.25),  # noqa: RUF001
        ("1.200.000", 1200000),
        ("1,200,000", 1200000),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1234,567", 1234.57),
        ("1 234,567", 1234.57),
        ("0,125", 0.13),
        ("12,50", 12.5),
        ("12.5 €", 12.5),
        ("12€", 12),
        ("12 eur", 12),
        ("12 € HT", 12),
        ("12 Euros", 12),
        ("+12", 12),
        ("-0", 0),
        ("1000000000000", 1e12),
    ],
)
def test_amounts(cell: Callable[..., FundingRequest], text: str, expected: float) -> None:
    assert cell("works_eur", text).works_eur == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1.234", "'1.234' may be 1234 or 1.234; write 1234, or 1.2340"),
        ("850,000", "'850,000' may be 850000 or 850.000; write 850000, or 850.0000"),
        ("850,000 €", "'850,000 €' may be 850000 or 850.000; write 850000, or 850.0000"),
        ("-1 000", "must be at least 0, got '-1 000'"),
        ("−5", "must be at least 0, got '−5'"),  # noqa: RUF001
        ("1000000000001", "must be at most 1,000,000,000,000, got '1000000000001'"),
        ("9" * 60, f"must be at most 1,000,000,000,000, got '{'9' * 40}...'"),
        ("nan", "expected an amount in EUR, got 'nan'"),
        ("inf", "expected an amount in EUR, got 'inf'"),
        ("20 %", "expected an amount in EUR, got '20 %'"),
        ("12 34", "expected an amount in EUR, got '12 34'"),
        ("1,23.4", "expected an amount in EUR, got '1,23.4'"),
        ("#REF!", "expected an amount in EUR, got '#REF!'"),
        ("1,2E+06", "expected an amount in EUR, got '1,2E+06'; a spreadsheet has shortened it, write all its digits"),
        ("1,2 Md€", "expected an amount in EUR, got '1,2 Md€'"),
        ("1,250 k€", "'1,250 k€' may be 1250 or 1.250; write 1250, or 1.2500"),
        ("100 à 200", "expected an amount in EUR, got '100 à 200'"),
        ("100 € TTC", "amounts are before tax (HT), got '100 € TTC'"),
    ],
)
def test_amounts_refused(problems: Callable[..., list[str]], text: str, problem: str) -> None:
    assert problems(f"request_id;place_id;works_eur\nA1;b;{text}\n") == [f"row 2: works_eur: {problem}"]


@pytest.mark.parametrize(
    ("column", "text", "attribute", "expected"),
    [
        ("gp_present", "3", "gp_present", 3),
        ("gp_present", "2,0", "gp_present", 2),
        ("nurses", "0", "nurses", 0),
        ("midwife_new_committed", "1", "new_posts", {"midwife": 1}),
        ("floor_m2", "1 250,5 m²", "floor_m2", 1250.5),
        ("rent_eur_m2_year", "145 €/m²/an", "rent_eur_m2_year", 145),
        ("occupancy_share", "20 %", "occupancy_share", 0.2),
        ("occupancy_share", "12,5%", "occupancy_share", 0.125),
        ("occupancy_share", "1", "occupancy_share", 1),
        ("occupancy_share", "0,875", "occupancy_share", 0.875),
        ("qpv", "OUI", "qpv", True),
        ("qpv", "Vrai", "qpv", True),
        ("sector1", "x", "sector1", True),
        ("sector1", "0", "sector1", False),
        ("cls", "no", "cls", False),
        ("cls", "FAUX", "cls", False),
        ("action", "Antenne", "action", "satellite"),
        ("action", "REGROUPEMENT", "action", "regrouping"),
        ("action", "creation", "action", "creation"),
        ("zoning_status", "hors zonage", "zoning_status", "none"),
        ("zoning_status", "zac", "zoning_status", "ZAC"),
        ("projet_sante_status", "Lettre d’intention", "projet_sante_status", "letter"),  # noqa: RUF001
        ("projet_sante_status", "déposé", "projet_sante_status", "filed"),
        ("cpts_opinion", "Défavorable", "cpts_opinion", "unfavourable"),
        ("owner_type", "Mairie", "owner_type", "commune"),
        ("owner_type", "mixed_syndicate", "owner_type", "mixed_syndicate"),
        ("opening_date", "1/2/2027", "opening_date", date(2027, 2, 1)),
        ("opening_date", "2027-02-01 00:00:00", "opening_date", date(2027, 2, 1)),
        ("finess_id", "38 000 123 4", "finess_id", "380001234"),
        ("finess_id", "2A0001234", "finess_id", "2A0001234"),
        ("gp_joining_from_place_ids", "a d", "gp_joining_from", ("a", "d")),
        ("gp_joining_from_place_ids", "a|Clairval + d", "gp_joining_from", ("a", "c", "d")),
        ("gp_joining_from_place_ids", "a (2) d", "gp_joining_from", ("a", "a", "d")),
        ("gp_joining_from_place_ids", "a x2 d x1", "gp_joining_from", ("a", "a", "d")),
        ("gp_joining_from_place_ids", "Clairval × 2; A", "gp_joining_from", ("c", "c", "a")),  # noqa: RUF001
        ("gp_joining_from_place_ids", "aucun", "gp_joining_from", ()),
        ("tvs_id", "84-01", "tvs_id", "84-01"),
    ],
)
def test_other_cells(
    cell: Callable[..., FundingRequest], column: str, text: str, attribute: str, expected: object
) -> None:
    assert getattr(cell(column, text), attribute) == expected


@pytest.mark.parametrize(
    ("column", "text", "problem"),
    [
        ("gp_present", "2,5", "expected a whole number of people (heads, not FTE), got '2,5'"),
        ("gp_present", "2 ETP", "expected a whole number of people (heads, not FTE), got '2 ETP'"),
        ("gp_present", "3 (2 ETP)", "expected a whole number of people (heads, not FTE), got '3 (2 ETP)'"),
        ("gp_present", "1 à 2", "expected a whole number of people, got '1 à 2'"),
        ("gp_present", "oui", "expected a whole number of people, got 'oui'"),
        ("gp_present", "1001", "must be at most 1,000, got '1001'"),
        ("nurses", "-1", "must be at least 0, got '-1'"),
        ("occupancy_share", "20", "must be at most 1, got '20'; write a share such as 0.2, or 20 %"),
        ("occupancy_share", "120 %", "must be at most 1, got '120 %'; write a share such as 0.2, or 20 %"),
        ("qpv", "peut-être", "expected oui or non, got 'peut-être'"),
        (
            "action",
            "acquisition",
            (
                "must be one of creation, extension, satellite, regrouping, renovation, relocation "
                "(or the French word), got 'acquisition'"
            ),
        ),
        ("zoning_status", "ZIPP", "must be one of ZIP, ZAC, ZAR, none (or the French word), got 'ZIPP'"),
        (
            "opening_date",
            "rentrée 2027",
            "expected a date from 1990 to 2100 as yyyy-mm-dd or dd/mm/yyyy (day first), got 'rentrée 2027'",
        ),
        (
            "opening_date",
            "T5 2027",
            "expected a date from 1990 to 2100 as yyyy-mm-dd or dd/mm/yyyy (day first), got 'T5 2027'",
        ),
        (
            "opening_date",
            "01/09/97",
            "expected a date from 1990 to 2100 as yyyy-mm-dd or dd/mm/yyyy (day first), got '01/09/97'",
        ),
        ("opening_date", "45000", "'45000' is how a spreadsheet counts days; format the cell as a date"),
        ("project_name", "=A1", "'=A1' is a formula in a spreadsheet; write it without the sign in front"),
        (
            "zoning_status",
            "ZRR",
            "'ZRR' is no zone of the ARS zoning of GPs; write ZIP, ZAC, ZAR, none, or leave it empty",
        ),
        (
            "opening_date",
            "02/13/2027",
            "expected a date from 1990 to 2100 as yyyy-mm-dd or dd/mm/yyyy (day first), got '02/13/2027'",
        ),
        ("siret", "123", "expected 14 digits, got '123'"),
        (
            "siret",
            "2,13805E+13",
            "expected 14 digits, got '2,13805E+13', shortened by a spreadsheet; format the cell as text",
        ),
        ("finess_id", "38", "expected 9 characters such as 010001246, got '38'"),
        ("gp_joining_from_place_ids", "Voiron", "'Voiron' is no place of the territory (which has no rim)"),
        ("gp_joining_from_place_ids", "a (38)", "'a (38)' may be 38 GPs or a department; write x38, or the name alone"),
        ("gp_joining_from_place_ids", "a x0", "expected 1 to 50 GPs from one place, got 'a x0'"),
    ],
)
def test_other_cells_refused(problems: Callable[..., list[str]], column: str, text: str, problem: str) -> None:
    assert problems(f"request_id;place_id;{column}\nA1;b;{text}\n") == [f"row 2: {column}: {problem}"]


@pytest.mark.parametrize(
    ("column", "text", "attribute", "expected", "told"),
    [
        ("works_eur", "1,25 M€", "works_eur", 1_250_000, "works_eur : « 1,25 M€ » lu 1 250 000,00 €"),
        ("works_eur", "283 333,3333", "works_eur", 283_333.33, "works_eur : « 283 333,3333 » lu 283 333,33 €"),
        ("works_eur", "850 k€ HT", "works_eur", 850_000, "works_eur : « 850 k€ HT » lu 850 000,00 €"),
        ("works_eur", "3 millions d’euros", "works_eur", 3_000_000, None),  # noqa: RUF001
        ("works_eur", "1250000,-", "works_eur", 1_250_000, None),
        (
            "works_eur",
            "env. 1 250 000",
            "works_eur",
            1_250_000,
            "works_eur : « env. 1 250 000 » lu 1 250 000,00 €, comme si le montant était exact",
        ),
        ("works_eur", "~1,2M", "works_eur", 1_200_000, None),
        ("requested_eur_state", "néant", "requested_eur", {"state": 0.0}, "requested_eur_state : « néant » lu 0,00 €"),
        ("gp_present", "trois", "gp_present", 3, "gp_present : « trois » lu 3"),
        ("gp_present", "aucun", "gp_present", 0, None),
        ("gp_present", "3 MG", "gp_present", 3, None),
        ("nurses", "3 (dont 1 à mi-temps)", "nurses", 3, "nurses : « 3 (dont 1 à mi-temps) » lu 3"),
        ("gp_new_committed", "2 médecins généralistes", "new_posts", {"gp": 2}, None),
        (
            "opening_date",
            "2027-T3",
            "opening_date",
            date(2027, 7, 1),
            "opening_date : « 2027-T3 » lu 01/07/2027, premier jour de ce trimestre",
        ),
        ("opening_date", "T3 2027", "opening_date", date(2027, 7, 1), None),
        ("opening_date", "3e trimestre 2027", "opening_date", date(2027, 7, 1), None),
        ("opening_date", "quatrième trimestre 2027", "opening_date", date(2027, 10, 1), None),
        ("opening_date", "4T2027", "opening_date", date(2027, 10, 1), None),
        (
            "opening_date",
            "sept. 2027",
            "opening_date",
            date(2027, 9, 1),
            "opening_date : « sept. 2027 » lu 01/09/2027, premier jour de ce mois",
        ),
        ("opening_date", "09/2027", "opening_date", date(2027, 9, 1), None),
        (
            "opening_date",
            "S2 2027",
            "opening_date",
            date(2027, 7, 1),
            "opening_date : « S2 2027 » lu 01/07/2027, premier jour de ce semestre",
        ),
        (
            "opening_date",
            "2027",
            "opening_date",
            date(2027, 1, 1),
            "opening_date : « 2027 » lu 01/01/2027, premier jour de cette année",
        ),
        ("opening_date", "01/09/27", "opening_date", date(2027, 9, 1), "opening_date : « 01/09/27 » lu 01/09/2027"),
        (
            "zoning_status",
            "Zone de vigilance",
            "zoning_status",
            "none",
            "zoning_status : « Zone de vigilance » est un zonage propre à la région, lu hors ZIP et ZAC",
        ),
    ],
)
def test_what_is_read_otherwise_than_written_is_told(  # noqa: PLR0913, PLR0917 - a cell, its value, and what is told
    cell: Callable[..., FundingRequest], column: str, text: str, attribute: str, expected: object, told: str | None
) -> None:
    request = cell(column, text)
    assert getattr(request, attribute) == expected
    (note,) = request.notes
    if told is not None:
        assert tell(note, "fr").replace("\u202f", " ") == told


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("opening_date", "1er septembre 2027", date(2027, 9, 1)),
        ("opening_date", "01-09-2027", date(2027, 9, 1)),
        ("opening_date", "01.09.2027", date(2027, 9, 1)),
        ("projet_sante_status", "labellisé ARS", "validated"),
        ("projet_sante_status", "validé par l'ARS", "validated"),
        ("projet_sante_status", "Validé le 12/03/2026", "validated"),
        ("projet_sante_status", "En cours d'élaboration", "preparation"),
        ("owner_type", "SELARL", "private"),
        ("owner_type", "SCM", "private"),
        ("action", "Création d'une MSP", "creation"),
        ("action", "Construction", "creation"),
        ("action", "extension/réhabilitation", "extension"),
        ("action", "réhabilitation", "renovation"),
        ("action", "Relocalisation", "relocation"),
        ("cpts_opinion", "Avis favorable", "favourable"),
        ("cpts_opinion", "sans avis", None),
        ("capex_ht_eur", "à définir", None),
        ("gp_present", "non renseigné", None),
    ],
)
def test_words_of_regulations_are_known(
    cell: Callable[..., FundingRequest], column: str, text: str, expected: object
) -> None:
    request = cell(column, text)
    assert getattr(request, column) == expected
    assert request.notes == ()


def test_ids_stay_as_they_are_written_and_name_no_file_twice(read: Callable[..., RequestFile]) -> None:
    ids = ["A1", "2026-017_b", "n°12", "N 12", "n-12", "Dossier 3", "AAP_2026/04", "../A1", "12.", "é1", "00123", "con"]
    ids += ["A1-porteur", "12_b-PORTEUR"]  # as the second sheet of A1 is called
    text = "".join(f'"{name}";b\n' for name in ids)
    requests = read(f"request_id;place_id\n{text}").requests
    assert [request.request_id for request in requests] == ids
    assert [request.sheet_name for request in requests] == [
        *("A1", "2026-017_b", "n-12-2", "n-12-3", "n-12", "dossier-3", "aap-2026-04", "a1-2", "12", "e1", "00123"),
        *("con-", "a1-porteur-", "12-b-porteur-"),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("A" * 81, f"expected at most 80 characters with a letter or a digit among them, got '{'A' * 40}...'"),
        ("°°", "expected at most 80 characters with a letter or a digit among them, got '°°'"),
        (
            "=1+1",
            ("'=1+1' is a formula in a spreadsheet, or has a sign that cannot be seen; write the id without it"),
        ),
        (
            "@A1",
            "'@A1' is a formula in a spreadsheet, or has a sign that cannot be seen; write the id without it",
        ),
    ],
)
def test_ids_refused(problems: Callable[..., list[str]], text: str, problem: str) -> None:
    assert problems(f"request_id;place_id\n{text};b\n") == [f"row 2: request_id: {problem}"]


FILES: dict[str, tuple[str | bytes, list[str]]] = {
    "empty": (b"", ["the file is empty"]),
    "only the mark of UTF-8": (b"\xef\xbb\xbf\n", ["the file is empty"]),
    "only a header": ("request_id;place_id\n", ["there is no request, only a header"]),
    "a workbook": (
        b"PK\x03\x04abc",
        ["is a spreadsheet or an archive, expected CSV text; save it as CSV UTF-8"],
    ),
    "UTF-16": (
        "request_id\tplace_id\n".encode("utf-16"),
        ["there is no request, only a header"],
    ),
    "no letter of Windows-1252": (
        b"request_id;place_id;project_name\nA1;b;\x81\xe9\n",
        ["line 2: a letter cannot be read; save the file as UTF-8"],
    ),
    "compulsory columns": ("project_name\nA\n", ["column request_id is missing", "column place_id is missing"]),
    "a column twice": (
        "request_id;place_id;Nurses;nurses\nA1;b;1;2\n",
        ["column nurses is given twice"],
    ),
    "misspelt columns": (
        "request_id;place_id;nurse;wroks_eur;gp_present \nA1;b;1;2;3\n",
        ["unknown column 'nurse'; did you mean nurses?", "unknown column 'wroks_eur'; did you mean works_eur?"],
    ),
    "a column without its unit": (
        "request_id;place_id;works\nA1;b;1\n",
        ["unknown column 'works'; did you mean works_eur?"],
    ),
    "a funder without unit": (
        "request_id;place_id;requested_region\nA1;b;1\n",
        [
            (
                "unknown column 'requested_region'; write requested_eur_ and the funder, "
                "such as requested_eur_region, or rename it"
            )
        ],
    ),
    "no such profession": (
        "request_id;place_id;dentist_new_committed;nurses_new_committed\nA1;b;1;1\n",
        [
            "unknown column 'dentist_new_committed': the model has no profession dentist, only gp, nurse, midwife",
            (
                "unknown column 'nurses_new_committed': the model has no profession nurses, only gp, nurse, midwife; "
                "did you mean nurse?"
            ),
        ],
    ),
    "a header of fifty thousand columns": (
        "request_id;place_id" + ";x" * 50_000 + "\nA1;b\n",
        ["50,002 columns, expected at most 2,000; is the first row the header?"],
    ),
    "a header of a thousand columns": (
        "request_id;place_id" + ";x" * 1_000 + "\nA1;b\n",
        ["1,002 columns, expected 2 to 500; is the first row the header?"],
    ),
    "too many cells": (
        "request_id,place_id,works_eur\nA1,b,1200,50\n",
        [
            "row 2: expected 3 cells, got 4; quote text and numbers that hold the separator (first surplus: '50')",
        ],
    ),
    "a cell under no name": (
        "request_id;place_id;\nA1;b;note\n",
        ["row 2: cell 3 ('note') is under no column name"],
    ),
    "an open quotation mark": (
        'request_id;place_id;project_name\nA1;b;"MSP\n',
        ["cannot be read as CSV: line 2: unexpected end of data; is a quotation mark left open?"],
    ),
    "a very long cell": (
        f"request_id;place_id;project_name\nA1;b;{'x' * 200_000}\n",
        ["cannot be read as CSV: line 2: a cell is too long; is a quotation mark left open?"],
    ),
    "compulsory cells": (
        "request_id;place_id;nurses\n;b;1\nA2;nc;1\n",
        [
            "row 2: request_id: is empty; every request needs one",
            "row 3: place_id: is empty; every request needs one",
        ],
    ),
    "an id twice": (
        "request_id;place_id\nA1;b\nB1;b\na1;c\n",
        ["row 4: request_id: 'a1' is there already (row 2)"],
    ),
    "several problems": (
        "request_id;place_id;nurses;qpv\nA1;b;x;oui\n\nA2;b;1;bof\n",
        [
            "row 2: nurses: expected a whole number of people, got 'x'",
            "row 4: qpv: expected oui or non, got 'bof'",
        ],
    ),
    "two sums": (
        (
            "request_id;place_id;capex_ht_eur;land_eur;works_eur;fees_eur;equipment_eur\n"
            "A1;b;100 000;0;90 000;5000;3000,5\n"
        ),
        [
            (
                "row 2: capex_ht_eur: 100,000 EUR, but land_eur + works_eur + fees_eur + equipment_eur "
                "is 98,000.50 EUR; correct them, or leave capex_ht_eur empty"
            )
        ],
    ),
    "a part above the whole": (
        "request_id;place_id;capex_ht_eur;works_eur\nA1;b;100 000;100 002\n",
        [
            "row 2: capex_ht_eur: 100,000 EUR, but works_eur is 100,002 EUR; correct them, or leave capex_ht_eur empty",
        ],
    ),
    "more excluded than invested": (
        "request_id;place_id;works_eur;excluded_eur\nA1;b;100 000;200 000\n",
        ["row 2: excluded_eur: 200,000 EUR, above the investment of 100,000 EUR"],
    ),
    "half a point": (
        "request_id;place_id;lon\nA1;b;5,1\n",
        ["row 2: lon, lat: one is given without the other; give both or none"],
    ),
    "exchanged degrees": (
        "request_id;place_id;lon;lat\nA1;b;45;5,1\n",
        [
            "row 2: lon, lat: 5,882 km from b; are they WGS 84 degrees, longitude and latitude not exchanged?",
        ],
    ),
    "no degrees": (
        "request_id;place_id;lon;lat\nA1;b;6 458 211;4 990 112\n",
        [
            "row 2: lon: must be between -180 and 180, got '6 458 211'",
            "row 2: lat: must be between -90 and 90, got '4 990 112'",
        ],
    ),
    "another place's name": (
        "request_id;place_id;place_name\nA1;b;Clairval\n",
        [
            (
                "row 2: place_id, place_name: b (Bourg) is not 'Clairval', which is c (Clairval); correct one "
                "(the code is INSEE's, not the postal code)"
            )
        ],
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_files_refused(problems: Callable[..., list[str]], case: str) -> None:
    content, expected = FILES[case]
    assert problems(content) == expected


def test_the_first_twenty_problems_are_shown(problems: Callable[..., list[str]]) -> None:
    text = "request_id;place_id\n" + "".join(f"A{number};Voiron\n" for number in range(25))
    found = problems(text)
    assert found[0] == "row 2: place_id: 'Voiron' is no place of the territory"
    assert found[20:] == ["5 more problems"]


def test_a_directory_an_absent_file_and_a_huge_one(tmp_path: Path, toy: Territory) -> None:
    for path, problem in (
        (tmp_path, "is a folder, expected a file"),
        (tmp_path / "none.csv", "this file is missing"),
    ):
        with pytest.raises(DataError) as caught:
            read_requests(path, toy, PROFESSIONS)
        assert caught.value.problems == (f"{path}: {problem}",)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(DataError) as caught:
        read_requests(huge, toy, PROFESSIONS)
    assert caught.value.problems == (f"{huge}: 200 MB, expected at most 20 MB; is it a file of requests?",)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_separators_and_encodings(read: Callable[..., RequestFile], separator: str, encoding: str) -> None:
    rows = [["Request_ID ", "PLACE_ID", "project_name", "works_eur"], ["A1", "b", "Maison; «été», suite", "1 234,5"]]
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(rows)
    file = read(written.getvalue().encode(encoding))
    assert file.separator == separator
    assert file.encoding == ("cp1252" if encoding == "cp1252" else "utf-8")
    assert file.requests[0].project_name == "Maison; «été», suite"
    assert file.requests[0].works_eur == 1234.5


def test_empty_rows_are_skipped_and_short_ones_are_sound(read: Callable[..., RequestFile]) -> None:
    file = read("request_id;place_id;nurses;;\n\nA1;b\n;;;;\nA2;c;2;;\n;;\n")
    assert [(request.row, request.request_id, request.nurses) for request in file.requests] == [
        (3, "A1", None),
        (5, "A2", 2),
    ]
    assert file.unread_columns == ()


def test_a_line_that_names_the_separator_is_row_1(
    read: Callable[..., RequestFile], problems: Callable[..., list[str]]
) -> None:
    assert read("sep=;\r\nrequest_id;place_id\r\nA1;b\r\n").requests[0].row == 3
    assert problems("sep=;\n") == ["0 columns, expected 2 to 500; is the first row the header?"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("38563", "38563"),
        ("Voiron", "38563"),
        ("  VOIRON ", "38563"),
        ("Bourgoin Jallieu", "38053"),
        ("abrets en dauphine", "38001"),
        ("Abrets en Dauphiné (Les)", "38001"),
        ("St-Martin-d’Hères", "38421"),  # noqa: RUF001
        ("Bourg d'Oisans", "38052"),
        ("isle d abeau", "38193"),
    ],
)
def test_places_by_code_or_name(read: Callable[..., RequestFile], isere: Territory, text: str, place: str) -> None:
    assert read(f"request_id;place_id\nA1;{text}\n", isere).requests[0].place_id == place


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Voirn", "'Voirn' is no place of the territory; did you mean 38563 (Voiron)?"),
        ("38999", "'38999' is no place of the territory; write the INSEE code, not the postal code"),
        ("01004", "'01004' is no place of the territory; write the INSEE code, not the postal code"),
        ("Ambérieu-en-Bugey", "'Ambérieu-en-Bugey' is no place of the territory"),
        ("zzz", "'zzz' is no place of the territory"),
    ],
)
def test_places_that_are_none(problems: Callable[..., list[str]], isere: Territory, text: str, problem: str) -> None:
    assert problems(f"request_id;place_id\nA1;{text}\n", isere) == [f"row 2: place_id: {problem}"]


def test_a_name_of_several_places_lists_them(problems: Callable[..., list[str]], occitanie: Territory) -> None:
    assert problems("request_id;place_id\nA1;Aigues-Vives\n", occitanie) == [
        (
            "row 2: place_id: 'Aigues-Vives' may be 09002 (Aigues-Vives) or 11001 (Aigues-Vives) or 30004 "
            "(Aigues-Vives) or 34007 (Aigues-Vives); write the code"
        )
    ]


def test_a_code_without_its_leading_zero_is_mended_and_noted(
    read: Callable[..., RequestFile], occitanie: Territory
) -> None:
    (request,) = read("request_id;place_id\nA1;9122\n", occitanie).requests
    assert request.place_id == "09122"
    assert request.notes == (
        Repair("request_leading_zero", {"column": "place_id", "text": "9122", "place": "09122 (Foix)"}),
    )
    assert say(request.notes[0].key, "en", **request.notes[0].values) == (
        "place_id: 9122 read as 09122 (Foix), its leading zero put back"
    )


def test_gps_may_join_from_the_rim(
    read: Callable[..., RequestFile], problems: Callable[..., list[str]], isere: Territory
) -> None:
    text = "request_id;place_id;gp_joining_from_place_ids\nA1;Voiron;{}\n"
    request = read(text.format("1004 x2 38001|La Motte-d'Aveillans (2)"), isere).requests[0]
    assert request.gp_joining_from == ("01004", "01004", "38001", "38265", "38265")
    assert problems(text.format("75056"), isere) == [
        (
            "row 2: gp_joining_from_place_ids: '75056' is no place of the territory or its rim; "
            "write the INSEE code, not the postal code"
        )
    ]
    assert problems(text.format("Faramans"), isere) == [
        "row 2: gp_joining_from_place_ids: 'Faramans' may be 01156 (Faramans) or 38161 (Faramans); write the code"
    ]


def test_tvs_are_checked_where_they_are_known(
    tmp_path: Path, read: Callable[..., RequestFile], problems: Callable[..., list[str]]
) -> None:
    folder = shutil.copytree(TOY, tmp_path / "tvs")
    for name, change in (
        ("zones.csv", lambda text: f"{text}tvs,0101,Plaine\ntvs,0103,Montagne"),
        ("demand.csv", lambda text: re.sub(r"(?m)$", ",0101", text.strip()).replace("epci_id,0101", "epci_id,tvs_id")),
    ):
        (folder / name).write_text(change((folder / name).read_text(encoding="utf-8")) + "\n", encoding="utf-8")
    territory = read_territory(folder)
    text = "request_id;place_id;tvs_id\nA1;b;{}\n"
    assert read(text.format("101"), territory).requests[0].tvs_id == "0101"
    assert read(text.format("Plaine"), territory).requests[0].tvs_id == "0101"
    assert problems(text.format("montagne"), territory) == [
        "row 2: tvs_id: '0103' is not the TVS of b (Bourg), which is '0101'; correct it, or leave it empty"
    ]
    assert problems(text.format("0102"), territory) == [
        "row 2: tvs_id: '0102' is no place of the territory's list of TVS"
    ]


def test_five_hundred_wrong_names_do_not_take_long(problems: Callable[..., list[str]], occitanie: Territory) -> None:
    rows = "".join(f"A{number};Castelnaudarry {number}\n" for number in range(500))
    assert problems(f"request_id;place_id\n{rows}", occitanie)[20] == "480 more problems"


cents = st.integers(0, 10**12)
counts = st.none() | st.integers(0, 999)


def in_french(amount: int) -> str:
    """Return cents as a French spreadsheet shows EUR."""
    return f"{amount // 100:,}".replace(",", "\u202f") + f",{amount % 100:02d} €"


@settings(max_examples=60, deadline=None)
@given(amounts=st.tuples(cents, cents, cents), people=st.tuples(counts, counts), share=st.integers(0, 1000))
def test_french_numbers_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    amounts: tuple[int, int, int],
    people: tuple[int | None, int | None],
    share: int,
) -> None:
    works, fees, region = amounts
    cells = [in_french(works), in_french(fees), in_french(region), *("" if n is None else str(n) for n in people)]
    percentage = f"{share // 10},{share % 10} %"
    path = tmp_path_factory.mktemp("french") / "requests.csv"
    header = "request_id;place_id;works_eur;fees_eur;requested_eur_region;gp_present;nurses;occupancy_share"
    path.write_text(f"{header}\nA1;b;{';'.join(cells)};{percentage}\n", encoding="utf-8")
    (request,) = read_requests(path, TOY_TERRITORY, PROFESSIONS).requests
    assert (request.works_eur, request.fees_eur) == (works / 100, fees / 100)
    assert request.requested_eur == {"region": region / 100}
    assert (request.gp_present, request.nurses) == people
    assert request.occupancy_share == pytest.approx(share / 1000, abs=1e-12)


def test_texts_that_begin_with_a_tab_or_a_return_are_refused(problems: Callable[..., list[str]]) -> None:
    expected = "expected text that does not begin with =, @, a tab or a return, which spreadsheets run as a formula"
    assert problems('request_id;place_id;project_name;address\nA1;b;"\t=1";"\r12 rue Neuve"\n') == [
        f"row 2: project_name: {expected} (write it without), got '\\t=1'",
        f"row 2: address: {expected} (write it without), got '\\r12 rue Neuve'",
    ]


def test_signs_and_kept_zeros_are_no_formulas(read: Callable[..., RequestFile]) -> None:
    (request,) = read('request_id;place_id;project_name\n"=""038""";b;+MSP\n').requests
    assert (request.request_id, request.project_name) == ("038", "+MSP")
