"""What a reader is told of a territory that does not state all it could."""

from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.answer.caveats import territory_caveats
from msp_siting.files.fingerprints import sha256_of
from msp_siting.files.projects import bundled_folder
from msp_siting.language.facts import tell
from msp_siting.language.sentences import Language
from msp_siting.scenario.scenario import Scenario, read_scenario
from msp_siting.territory.reading import read_territory

MANIFEST = """name: toy
title: {fr: "Territoire d'essai", en: "Toy territory"}
crs: "EPSG:2154"
files:
"""
ENTRY = '- {{path: {name}, sha256: "{sha256}", source: A, licence: B, vintage: C, kind: measured}}\n'


def told(scenario: Scenario, language: Language = "en") -> list[str]:
    facts = territory_caveats(read_territory(scenario.folder), scenario, [], wants_departures=False)
    return [tell(fact, language) for fact in facts]


def describe(folder: Path, *names: str) -> None:
    entries = [ENTRY.format(name=name, sha256=sha256_of(folder / name)) for name in names]
    (folder / "manifest.yaml").write_text(MANIFEST + "".join(entries), encoding="utf-8")


def unstated(scenario: Scenario) -> list[str]:
    return [text for text in told(scenario) if "is not stated" in text]


def test_files_that_the_manifest_does_not_describe_are_named(toy_scenario: Callable[..., Scenario]) -> None:
    scenario = toy_scenario()
    beginning = "Where these files come from is not stated (manifest.yaml does not describe them): "
    assert unstated(scenario) == [f"{beginning}demand.csv, supply.csv, sites.csv, travel_times.csv, zones.csv."]
    describe(scenario.folder, "supply.csv", "travel_times.csv", "zones.csv")
    assert unstated(scenario) == [f"{beginning}demand.csv, sites.csv."]
    describe(scenario.folder, *(path.name for path in scenario.folder.glob("*.csv")))
    assert unstated(scenario) == []


def test_files_of_a_rim_are_named_too(rim_folder: Path, toy_scenario: Callable[..., Scenario]) -> None:
    describe(rim_folder, *(path.name for path in rim_folder.glob("*.csv") if path.name != "rim_supply.csv"))
    assert [text.endswith(": rim_supply.csv.") for text in unstated(toy_scenario())] == [True]


def test_professions_that_nobody_is_listed_of_are_named(toy_scenario: Callable[..., Scenario]) -> None:
    scenario = toy_scenario()
    assert told(scenario)[2] == (
        "supply.csv lists nobody of: nurse, midwife. None is taken to practise here, "
        "so everyone counts as uncovered by them."
    )
    assert "infirmier, sage-femme" in told(scenario, "fr")[2]
    supply = scenario.folder / "supply.csv"
    supply.write_text(supply.read_text(encoding="utf-8") + "b,nurse,0\nb,midwife,1\n", encoding="utf-8")
    assert [text for text in told(scenario) if "lists nobody" in text] == []


@pytest.mark.parametrize("name", ["hautes-alpes-3m", "isere-5m", "occitanie-40m"])
def test_bundled_territories_state_all_their_sources(name: str) -> None:
    scenario = read_scenario(bundled_folder() / "scenarios" / f"{name}.yaml")
    assert [text for text in told(scenario) if "not stated" in text or "lists nobody" in text] == []
