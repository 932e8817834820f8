"""Creations beside MSPs: on the toy one stands at Bourg, 10 minutes from Aubois and from Dole, 25 from Clairval."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PLACES_WITH_AN_MSP
from msp_siting.language.sentences import Language
from msp_siting.report.findings import tell_finding
from msp_siting.requests.gates.msps import action_of, msp_findings
from msp_siting.requests.request import FundingRequest
from msp_siting.scenario.scenario import Scenario
from msp_siting.territory.reading import read_territory

Told = Callable[..., dict[str, str]]


def creation(place_id: str, **values: object) -> FundingRequest:
    stated = {"action": "creation"} | values
    return FundingRequest(row=2, request_id=place_id, place_id=place_id, **stated)  # type: ignore[arg-type]


@pytest.fixture
def folder(toy_project: Path) -> Path:
    folder = toy_project / "data" / "toy"
    (folder / "places.csv").write_text(PLACES_WITH_AN_MSP, encoding="utf-8")
    return folder


@pytest.fixture
def told(folder: Path, toy_scenario: Callable[..., Scenario]) -> Told:
    """Return a teller of what is to be checked of some requests, by request."""

    def tell(*requests: FundingRequest, language: Language = "en", **changes: object) -> dict[str, str]:
        found = msp_findings(requests, toy_scenario(**changes), read_territory(folder))
        assert all(finding.outcome == "to_check" for findings in found.values() for finding in findings)
        return {name: tell_finding(finding, language) for name, (finding,) in found.items()}

    return tell


def drive(folder: Path, *times: tuple[str, str]) -> None:
    """Change minutes of the toy's table."""
    path = folder / "travel_times.csv"
    text = path.read_text(encoding="utf-8")
    for before, after in times:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def test_an_msp_in_the_commune(told: Told) -> None:
    assert told(creation("b")) == {"b": "Creation to be checked: an MSP stands already in the commune, Bourg (1 MSP)."}
    assert told(creation("b"), language="fr") == {
        "b": "Création à vérifier : une MSP existe déjà dans la commune, Bourg (1 MSP)."
    }


def test_an_existing_site_is_named(folder: Path, told: Told) -> None:
    with (folder / "sites.csv").open("a", encoding="utf-8") as file:
        file.write("msp,b,MSP du Bourg,5.1,45,existing\n")
    assert told(creation("b")) == {
        "b": "Creation to be checked: an MSP stands already in the commune, Bourg (MSP du Bourg)."
    }


def test_exactly_ten_minutes_are_far_enough_and_the_model_says_how_many(told: Told) -> None:
    assert told(creation("a"), creation("c"), creation("d")) == {}
    near = "Creation to be checked: an MSP stands already within 11 minutes (Bourg at 10.0 min)."
    assert told(creation("a"), creation("c"), creation("d"), spacing__minutes=11) == {"a": near, "d": near}


@pytest.mark.parametrize("way", [("\na,b,10\n", "\na,b,9.5\n"), ("\nb,a,10\n", "\nb,a,9.5\n")])
def test_the_lesser_of_both_directions_counts(folder: Path, told: Told, way: tuple[str, str]) -> None:
    drive(folder, way)
    assert told(creation("a"), creation("d"), language="fr") == {
        "a": "Création à vérifier : une MSP existe déjà à moins de 10 minutes (Bourg à 9,5 min)."
    }


def test_the_nearest_stands_first(folder: Path, told: Told) -> None:
    (folder / "places.csv").write_text(PLACES_WITH_AN_MSP.replace("a,Aubois,5.00,45.00,1,0", "a,Aubois,5.00,45.00,1,2"))
    drive(folder, ("\nd,a,20\n", "\nd,a,4\n"), ("\nd,b,10\n", "\nd,b,8.25\n"))
    assert told(creation("d"))["d"].endswith("within 10 minutes (Aubois at 4.0 min, Bourg at 8.2 min).")
    assert told(creation("a"))["a"].endswith("in the commune, Aubois (2 MSPs).")


@pytest.mark.parametrize("action", ["extension", "satellite", "regrouping", "renovation", "relocation"])
def test_only_creations_are_asked(told: Told, action: str) -> None:
    assert told(creation("b", action=action)) == {}


def test_what_is_not_stated_is_what_it_does(folder: Path, told: Told) -> None:
    territory = read_territory(folder)
    at_bourg, at_dole = (creation(place, action=None, new_posts={"gp": 1}) for place in ("b", "d"))
    moving = creation("d", action=None, gp_joining_from=("b",))
    assert [action_of(each, territory) for each in (at_bourg, at_dole, moving)] == [
        *("extension", "creation", "regrouping"),
    ]
    drive(folder, ("\nd,b,10\n", "\nd,b,9\n"))
    assert set(told(at_bourg, at_dole)) == {"d"}
    assert told(moving) == {}


def test_nothing_is_told_where_no_msp_is_known(folder: Path, told: Told) -> None:
    (folder / "places.csv").unlink()
    assert told(creation("b")) == {}


def test_without_a_rule_of_the_model_ten_minutes_count(folder: Path, toy_project: Path, told: Told) -> None:
    model = toy_project / "models" / "allocation.yaml"
    text = model.read_text(encoding="utf-8").replace("  spacing: parameters/spacing.yaml\n", "")
    model.write_text(text.replace("spacing: true", "spacing: false"), encoding="utf-8")
    drive(folder, ("\na,b,10\n", "\na,b,9.9\n"))
    assert set(told(creation("a"), creation("d"))) == {"a"}
