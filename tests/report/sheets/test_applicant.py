"""The sheet for an applicant: what it says of the request, and that nothing of another request stands on it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from appraised import evaluation_of, only, portfolio
from msp_siting.language import LANGUAGES, Language
from msp_siting.report.sheets.applicant import render_applicant_sheet
from msp_siting.report.sheets.localities import localities_of
from msp_siting.requests.evaluation.appraisals import Appraisal, Evaluation
from msp_siting.requests.gates.findings import Finding
from msp_siting.requests.request import FundingRequest
from msp_siting.scenario.scenario import read_scenario

TESTS = Path(__file__).parents[2]
ISERE = TESTS / "requests" / "evaluation" / "isere-12.csv"
HEAD = (
    "request_id;project_name;place_id;action;gp_present;gp_new_committed;nurses;projet_sante_status;excluded_eur;"
    "capex_ht_eur;requested_eur_region;owner_type;owner_eur\n"
)


@pytest.fixture(scope="module")
def isere() -> Evaluation:
    """Twelve requests of which some are chosen, each with a note that names the others."""
    evaluation = evaluation_of(ISERE, read_scenario("isere-20m", {}), "proposed")
    names = ", ".join(a.request_id for a in evaluation.appraisals)
    values = {"place": "Beaurepaire", "posts": "2", "requests": names}
    note = Finding(None, None, "noted", "gate_note_same_gps", values)
    told = [replace(a, gates=replace(a.gates, findings=(*a.gates.findings, note))) for a in evaluation.appraisals]
    chosen = portfolio([a.project.project_id for a in told[:4]])
    return replace(evaluation, appraisals=tuple(told), portfolio=chosen)


def words(evaluation: Evaluation, appraisal: Appraisal, language: Language) -> str:
    """Return the words of a sheet, without tags and styles, with plain spaces."""
    places = localities_of(evaluation.territory, evaluation.on)
    page = render_applicant_sheet(evaluation, appraisal, places, language)
    page = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def told_of(request: FundingRequest) -> Iterator[str]:
    """Yield what only a request says: its id, its name and its amounts as a page writes them."""
    yield from (request.request_id, request.project_name or request.request_id)
    amounts = [*request.requested_eur.values(), *request.acquired_eur.values(), request.investment_eur]
    for amount in filter(None, [*amounts, request.requested_total_eur, request.owner_eur]):
        yield f"{amount:,.0f} EUR"
        yield f"{amount:,.0f} €".replace(",", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_another_request_stands_on_it(isere: Evaluation, language: Language) -> None:
    checked = 0
    published = {"500 000 €", "500,000 EUR", "440 000 €", "440,000 EUR"}  # of formats, told of every option
    for appraisal in isere.appraisals:
        own = set(told_of(appraisal.request))
        text = words(isere, appraisal, language)
        for mine in sorted(own, key=len, reverse=True):
            text = text.replace(mine, " ")
        for other in isere.appraisals:
            foreign = set(told_of(other.request)) - own - published
            pattern = [each for each in foreign if re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", text)]
            assert pattern == [], f"{appraisal.request_id} tells of {other.request_id}"
            checked += len(foreign)
    assert checked > 500


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_holds_no_rank(isere: Evaluation, language: Language) -> None:
    """The same sheet whether the request is the best or the only one, in the choice or not."""
    for appraisal in isere.appraisals[:3]:
        alone = replace(isere, appraisals=(appraisal,), portfolio=portfolio([]))
        assert words(alone, appraisal, language) == words(isere, appraisal, language)


@pytest.fixture
def toy(tmp_path: Path) -> Evaluation:
    path = tmp_path / "requests.csv"
    rows = (
        "good;MSP d'Aubois;a;creation;0;2;1;validated;0;900000;300000;commune;600000\n"
        "poor;<b>MSP</b>;c;creation;0;1;0;filed;0;900000;800000;commune;100000\n"
    )
    path.write_text(HEAD + rows, encoding="utf-8")
    return evaluation_of(path, read_scenario(TESTS / "toy" / "scenarios" / "toy.yaml", {}))


def of(evaluation: Evaluation, request_id: str, language: Language = "fr") -> str:
    appraisal = next(a for a in evaluation.appraisals if a.request_id == request_id)
    return words(evaluation, appraisal, language)


def test_what_would_turn_a_rule_that_is_not_met(toy: Evaluation, isere: Evaluation) -> None:
    villette = of(isere, "villette")
    assert "Au moins 1 auxiliaire médical non respectée 0 (minimum 1). Respectée à 1 ou plus." in villette
    text = of(toy, "poor")
    assert "Au moins 2 médecins généralistes à compléter À fournir : nombre de généralistes présents" in text
    assert "800 000 € sur 900 000 €, soit 88,9 % (maximum 80,0 %). Respectée si ce montant descend à 720 000 €" in text
    assert "soit 11,1 % (minimum 20,0 %). Respectée si ce montant monte à 180 000 € ou plus, à total inchangé." in text
    assert "À fournir : validation du projet de santé par l\u2019ARS ; à ce jour : déposé." in text
    assert "Faire valider le projet de santé par l\u2019ARS" in text


def test_rules_that_are_met(toy: Evaluation) -> None:
    text = of(toy, "good", "en")
    assert "At least 2 GPs met 2 (at least 2)." in text
    assert "The rules that were checked are met" in text
    assert "not met" not in text


def test_its_own_effect_around_its_place(toy: Evaluation) -> None:
    assert "Alentours de Aubois 1 500 700 500 2,75 3,00" in of(toy, "good")  # two posts cover 200 of 700
    assert "Un gain nul ne dit pas" not in of(toy, "good")
    idle, appraisal = only(toy, "good", effects=replace_covered(toy))
    assert "Un gain nul ne dit pas que le projet est inutile" in words(idle, appraisal, "fr")


def replace_covered(evaluation: Evaluation) -> object:
    effects = evaluation.appraisals[0].effects
    nobody = {case: dict.fromkeys(people, 0.0) for case, people in effects.newly_covered.items()}
    return replace(effects, newly_covered=nobody)


def test_what_to_ask_for_instead(isere: Evaluation, toy: Evaluation) -> None:
    assert "Avec la MSP de Roussillon, la plus proche, à 7,4 min : son extension là-bas, ou une antenne ici" in of(
        isere, "salaise"
    )
    assert "extension 500 000 €, antenne 440 000 €" in of(isere, "salaise")
    assert "Extension de la MSP de Beaurepaire, dans la commune." in of(isere, "beaurepaire")
    assert "structures existantes non chargées, à vérifier" in of(toy, "poor")
    assert "Équipe de soins primaires (ESP)" in of(toy, "poor")
    assert "Ce qui peut être demandé à la place" not in of(toy, "good")  # all rules met, 200 covered, no MSP known


def test_who_decides_and_blank_contacts(toy: Evaluation) -> None:
    text = of(toy, "good")
    assert "Région attribue son aide selon ses propres règles" in text
    assert "Maître d\u2019ouvrage (collectivité) délibère sur le projet et vote le plan de financement" in text
    assert "préfet" not in text  # nothing is asked of the State


def test_names_are_only_text(toy: Evaluation) -> None:
    appraisal = next(a for a in toy.appraisals if a.request_id == "poor")
    page = render_applicant_sheet(toy, appraisal, localities_of(toy.territory, toy.on), "fr")
    assert "<b>MSP" not in page
    assert "&lt;b&gt;MSP&lt;/b&gt;" in page
