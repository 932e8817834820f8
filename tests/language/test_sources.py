"""The French of units and sources that models and territories state in English."""

from pathlib import Path

import pytest

import msp_siting
from french import ENGLISH, WORD, stated
from msp_siting.files import parse_yaml
from msp_siting.files.projects import bundled_folder
from msp_siting.language import source_catalogue, tell_source

ROOT = bundled_folder()
# Read by commands that write no page.
WITHOUT_PAGE = ("speeds.yaml", "surrogate.yaml", "ages.yaml")


def files() -> list[Path]:
    found = [*ROOT.glob("models/**/*.yaml"), *ROOT.glob("data/*/manifest.yaml")]
    return sorted(path for path in found if path.name not in WITHOUT_PAGE)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_unit_and_source_of_a_page_has_its_french(path: Path) -> None:
    lacking = [
        text
        for text in stated(parse_yaml(path.read_text(encoding="utf-8")))
        if ENGLISH & set(WORD.findall(tell_source(text, "fr")))
    ]
    assert lacking == []


def test_pieces_and_values_are_put_into_french() -> None:
    assert tell_source("no published figure; no published rule", "fr") == "aucun chiffre publié ; aucune règle publiée"
    text = "communes outside within 20.5 estimated minutes (ARS and DGOS, by CartoSanté)"
    assert tell_source(text, "fr") == "communes du dehors à 20,5 minutes estimées au plus (ARS et DGOS, par CartoSanté)"
    assert tell_source(text, "en") == text


def test_what_is_not_known_stays_as_it_is() -> None:
    assert tell_source("our own count; no published rule", "fr") == "our own count ; aucune règle publiée"


def test_no_french_stands_for_nothing() -> None:
    texts = [text for path in files() for text in stated(parse_yaml(path.read_text(encoding="utf-8")))]
    tables = (path for path in ROOT.glob("data/*/*.csv") if path.stem in {"flows", "zones"})
    flows = "\n".join(path.read_text(encoding="utf-8") for path in tables)
    made = "\n".join(path.read_text(encoding="utf-8") for path in Path(msp_siting.__file__).parent.rglob("*.py"))
    used = "\n".join([*texts, flows, made])
    unused = [key for key in source_catalogue() if key.partition("{")[0] not in used]
    assert unused == []
