"""What is to be checked of the twelve requests in Isère: where MSPs stand, and zonings that the file contradicts."""

from datetime import date
from pathlib import Path

import pytest

from msp_siting.files.projects import bundled_folder
from msp_siting.report.findings import tell_finding
from msp_siting.requests.gates.judging import judge
from msp_siting.requests.gates.msps import msp_findings
from msp_siting.requests.gates.places import local_facts
from msp_siting.requests.gates.rules import read_gates
from msp_siting.requests.reading import read_requests
from msp_siting.scenario.scenario import Scenario, read_scenario
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory

FILE = Path(__file__).parent / "isere-12.csv"
IN_COMMUNE, NEAR = (f"Création à vérifier : une MSP existe déjà {where}" for where in ("dans la commune, ", "à moins"))


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read_scenario(bundled_folder() / "scenarios" / "isere-20m.yaml", {})


@pytest.fixture(scope="module")
def isere(scenario: Scenario) -> Territory:
    return read_territory(scenario.folder)


def test_four_creations_stand_where_an_msp_stands_and_two_near_one(scenario: Scenario, isere: Territory) -> None:
    requests = read_requests(FILE, isere, scenario.model.professions).requests
    found = msp_findings(requests, scenario, isere)
    told = {name: tell_finding(finding, "fr") for name, (finding,) in found.items()}
    assert {name: text.removeprefix(IN_COMMUNE) for name, text in told.items() if text.startswith(IN_COMMUNE)} == {
        "beaurepaire": "Beaurepaire (1 MSP).",
        "morestel": "Morestel (1 MSP).",
        "roussillon": "Roussillon (1 MSP).",
        "deux-alpes": "Les Deux Alpes (1 MSP).",
    }
    assert {name: text.removeprefix(NEAR) for name, text in told.items() if text.startswith(NEAR)} == {
        "abrets": " de 10 minutes (Montferrat à 7,7 min, Le Pont-de-Beauvoisin à 9,3 min).",
        "salaise": " de 10 minutes (Roussillon à 7,4 min).",
    }
    assert len(told) == 6


@pytest.mark.parametrize(
    ("on", "ending"),
    [
        (date(2025, 12, 31), "zonage de juin 2025."),
        (date(2026, 11, 1), "zonage de juin 2025, remplacé (valable jusqu'au 31/12/2025), qui ne décide rien."),
    ],
)
def test_two_declare_zip_where_the_file_says_zac_and_one_the_reverse(
    scenario: Scenario, isere: Territory, on: date, ending: str
) -> None:
    gates, facts = read_gates(bundled_folder() / "models" / "gates.yaml"), local_facts(isere, on)
    reports = {
        request.request_id: judge(request, gates, facts, on)
        for request in read_requests(FILE, isere, scenario.model.professions).requests
    }
    told = {name: [tell_finding(each, "fr") for each in report.to_check] for name, report in reports.items()}
    file = f"selon le fichier chargé : ARS et DGOS, par CartoSanté, {ending}"
    assert {name: texts for name, texts in told.items() if texts} == {
        "clelles": [f"Zonage à vérifier : ZIP selon la demande, ZAC {file}"],
        "salaise": [f"Zonage à vérifier : ZIP selon la demande, ZAC {file}"],
        "cremieu": [f"Zonage à vérifier : ZAC selon la demande, ZIP {file}"],
    }
    assert {reports[name].verdict for name in ("clelles", "salaise", "cremieu")} == {"eligible"}  # no verdict by itself
