"""Codes of communes of other years, and as people write them."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from msp_siting.files.fingerprints import sha256_of
from msp_siting.files.projects import bundled_folder
from msp_siting.territory.codes import EarlierCommune, earlier_communes, written_code


def test_what_earlier_communes_are_today() -> None:
    found = earlier_communes()
    assert found["38125"] == EarlierCommune("38125", "Cordéac", "38456", "delegated")
    assert found["38534"] == EarlierCommune("38534", "Vénosc", "38253", "delegated")
    assert found["38253"] == EarlierCommune("38253", "Mont-de-Lans", "38253", "delegated")  # the seat of Les Deux Alpes
    assert found["38196"] == EarlierCommune("38196", "Jallieu", "38053", "merged")
    assert found["13201"].kind == "arrondissement"
    assert found["13201"].commune_id == "13055"
    assert found["55273"].commune_id == "55386"  # divided in two: the commune that its place is an associated one of
    assert Counter(each.kind for each in found.values()) == {
        "merged": 2244,
        "delegated": 2031,
        "associated": 471,
        "arrondissement": 45,
    }


def test_no_earlier_commune_leads_to_another_earlier_one() -> None:
    found = earlier_communes()
    chained = [each for each in found.values() if found.get(each.commune_id, each).commune_id != each.commune_id]
    assert chained == []


def test_the_table_is_the_one_described() -> None:
    folder = bundled_folder() / "data"
    described = (folder / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"sha256 \| `{sha256_of(folder / 'commune_code_changes.csv')}`", described)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("38226", "38226"),
        ("2a004", "2A004"),
        ("02A004", "2A004"),
        ("1004", "01004"),
        ("38 226", "38226"),
        ("38226.0", "38226"),
        ("38226,0", "38226"),
        ("20004", "20004"),  # no code since 1976, but a postal code
        ("Mens", "Mens"),
        ("2A", "2A"),
        ("123456", "123456"),
    ],
)
def test_codes_as_people_write_them(text: str, code: str) -> None:
    assert written_code(text) == code


def test_the_table_agrees_with_the_official_file() -> None:
    official = Path(__file__).parents[3] / "shared" / "data" / "national" / "commune_code_changes.csv"
    if not official.is_file():
        pytest.skip("the raw files lie beside the project")
    with official.open(encoding="utf-8") as file:
        rows = {(row["old_code"], row["current_code"]) for row in csv.DictReader(file)}
    mine = {(each.old_id, each.commune_id) for each in earlier_communes().values() if each.old_id != each.commune_id}
    assert mine - rows == set()
    assert {old for old, _ in rows - mine} == {"55273", "60455", "97351", "97354", "97355", "97359"}
