"""Sentences and figures of a decision sheet, on the toy territory with made-up effects (100 inhabitants a post)."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from appraised import CHOSEN, evaluation_of, only, portfolio
from msp_siting.language.facts import Fact
from msp_siting.language.sentences import Language
from msp_siting.report.sheets.localities import localities_of
from msp_siting.report.sheets.sheet import render_sheet
from msp_siting.requests.evaluation.appraisals import Appraisal, Evaluation
from msp_siting.requests.evaluation.standing import Place, Regret, Standing
from msp_siting.requests.gates.findings import Finding
from msp_siting.scenario.scenario import Scenario
from msp_siting.territory.manifest import ManifestFile
from msp_siting.territory.territory import Territory

HOSTILE = "<script>alert('x')</script>"
REQUESTS = f"""\
request_id;project_name;owner_name;owner_type;place_id;zoning_status;projet_sante_status;validation_date;gp_present;\
gp_new_committed;gp_joining_from_place_ids;gp_leaving_by_2030;nurses;physiotherapists;excluded_eur;works_eur;\
capex_ht_eur;requested_eur_region;requested_eur_detr;acquired_eur_department;owner_eur;rent_eur_m2_year;floor_m2;\
occupancy_share
full;MSP d'Aubois;Commune d'Aubois;commune;a;ZIP;validé;12/03/2026;1;2;b (1);1;4;2;50000;700000;1000000;200000;100000;\
50000;600000;120;500;0.9
bare;{HOSTILE};;;c;;;;;1;;;;;;;;;;;;;;
small;Cabinet de Dole;;;d;none;validé;;0;0;;0;0;0;0;;400000;100000;;;300000;;;
"""
PLAIN = str.maketrans(
    "\N{EN DASH}\N{MINUS SIGN}\N{MULTIPLICATION SIGN}\N{SUPERSCRIPT TWO}\N{RIGHT SINGLE QUOTATION MARK}", "--x2'"
)
Page = Callable[..., str]


@pytest.fixture
def evaluation(toy_scenario: Callable[..., Scenario], tmp_path: Path) -> Evaluation:
    path = tmp_path / "requests.csv"
    path.write_text(REQUESTS, encoding="utf-8")
    return evaluation_of(path, toy_scenario())


def text_of(evaluation: Evaluation, appraisal: Appraisal, language: Language = "en") -> str:
    """Return the words of a sheet, without tags, dashes and signs plain."""
    page = render_sheet(evaluation, appraisal, localities_of(evaluation.territory, evaluation.on), language, "..")
    body = html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("<body>") :]))
    return re.sub(r"\s+", " ", body.translate(PLAIN))


@pytest.fixture
def sheet(evaluation: Evaluation) -> Page:
    """Return the words of a request's sheet, with changes to its appraisal or to the evaluation."""

    def words(request_id: str, language: Language = "en", whole: dict[str, object] | None = None, **own: object) -> str:
        changed, appraisal = only(replace(evaluation, **(whole or {})), request_id, **own)  # type: ignore[arg-type]
        return text_of(changed, appraisal, language)

    return words


def test_object_verdict_and_what_is_asked(sheet: Page) -> None:
    text = sheet("full")
    assert (
        "Aubois - creation - to be checked, existing structures not loaded. Owner: Commune d'Aubois (commune)." in text
    )
    assert "The decision asked is to grant 300,000 EUR: Region: 200,000 EUR, DETR: 100,000 EUR." in text
    assert "Rules checked as of 2026-11-25: eligible . All the rules checked are kept. The authority in charge" in text


def test_the_same_in_french(sheet: Page) -> None:
    text = sheet("full", "fr")
    assert "Maître d'ouvrage : Commune d'Aubois (commune)." in text
    assert "Il est demandé d'accorder 300 000 € : Région : 200 000 €, DETR : 100 000 €." in text
    assert "Règles vérifiées au 25/11/2026 : recevable . Toutes les règles vérifiées sont respectées." in text
    assert "Aide à la décision ; ne vaut ni avis de l'ARS" in text


def test_reasons_of_other_verdicts(sheet: Page) -> None:
    assert (
        "incomplete . To be completed or checked: Health project validated by the ARS; At least 2 GPs; At least 1"
        in sheet("bare")
    )
    assert "rule not met . Not kept: At least 1 paramedical" in sheet("small")


def test_situation_and_team(sheet: Page) -> None:
    text = sheet("full")
    assert "Commune Aubois (900 inhabitants) - Pays de l'Ouest" in text
    assert "ZIP according to the request; ARS zoning not loaded" in text
    assert "Official APL not loaded" in text
    assert "announced by 2030: 1" in text
    assert "25% of the inhabitants within 20 min are uncovered without the project (best case)" in text
    assert "present: 1, joining: 1 (from Bourg), new, committed: 2, leaving by 2030: 1" in text
    assert "nurses: 4, physiotherapists: 2, midwives: not stated" in text
    assert "validated on 2026-03-12" in text


def test_zoning_is_never_inferred(sheet: Page) -> None:
    assert "Zoning ARS zoning not loaded" in sheet("bare")


def test_loaded_zoning_official_apl_and_seasonal_supply(evaluation: Evaluation, sheet: Page) -> None:
    territory = evaluation.territory
    zones = pd.DataFrame({"kind": ["tvs"], "zone_id": ["t"], "name": ["TVS"], "status": ["ZAC"]})
    demand = territory.demand.assign(tvs_id="t", apl_official=6.4, apl_under_65_official=5.2, border=True)
    loaded = replace(territory, zones=pd.concat([territory.zones, zones]).fillna(""), demand=demand)
    text = sheet("full", whole={"territory": loaded})
    assert "ZAC (ARS zoning loaded); ZIP according to the request" in text
    assert (
        "GPs under 65: 5.2; all: 6.4 visits a year and inhabitant; reference 2.5 (historical floor, zoning of 2017)"
        in text
    )
    assert "Supply may be seasonal, to be checked" in text
    assert "The catchment leaves the territory, and no rim is loaded." in text


def test_effects_stand_beside_posts_and_list_sizes(sheet: Page) -> None:
    text = sheet("full")
    assert "Newly covered - 146 200 200" in text  # nobody of Aubois is in supply, so none leaves
    assert "New posts x list size - 438 600 600" in text  # 2 posts of 300, 73 % of them filled in the low case
    assert "Covered per 100,000 EUR public - 42 57 57" in text  # 350,000 EUR
    assert "Uncovered 2,000 1,854 1,800 1,800" in text
    assert "- of which shortage 1,500 1,354 1,300 1,300" in text
    assert "- of which distance 500 500 500 500" in text
    assert "EPCI: Zone 1,800 700 500" in text
    assert "Low: 73% of the new posts are filled." in text


def test_money(sheet: Page) -> None:
    text = sheet("full")
    assert "Land not stated Works 700,000 EUR Fees not stated Equipment not stated Other, not detailed 300,000" in text
    assert (
        "Investment 1,000,000 EUR - of which excluded (pharmacy, laboratory) 50,000 EUR Eligible base 950,000" in text
    )
    assert "Region requested 200,000 EUR 20% DETR requested 100,000 EUR 10% Department granted 50,000 EUR 5%" in text
    assert "Left to pay if all is granted 650,000 EUR 65%" in text
    assert "owner's share as stated 600,000 EUR 60% - without a funder 50,000 EUR 5%" in text
    assert "Rent - 120.00 EUR per m2 and year · Floor - 500 m2 · Occupancy - 90% let, 10% empty" in text
    assert "6,000 EUR a year" in text  # 500 m2 at 120 EUR, a tenth of it


@pytest.mark.parametrize(("language", "words"), [("en", "not stated"), ("fr", "non indiqué")])
def test_what_is_missing_is_not_stated_and_never_0(sheet: Page, language: Language, words: str) -> None:
    text = sheet("bare", language)
    money = text[text.index("Financing" if language == "en" else "Plan de financement") :]
    assert len(re.findall(words, text)) > 15
    assert not re.search(r"\b0\s(EUR|€)", money)
    assert re.search(rf"(Left to pay if all is granted|Reste à charge si tout est accordé) {words}", text)


def test_who_loses(evaluation: Evaluation, sheet: Page) -> None:
    full = next(a for a in evaluation.appraisals if a.request_id == "full")
    losses = pd.DataFrame(
        {"demand_id": ["b", "d"], "inhabitants": [600.0, 300.0], "more_uncovered": [45.0, 0.0], "apl_fall": [0.21, 0.1]}
    )
    losing = replace(full.effects, losses=losses)
    assert "No commune clearly loses by it in the model (central case)" in sheet("full")
    text = sheet("full", effects=losing)
    assert "Communes that lose by it in the model (central case): 2, 900 inhabitants; 45 more uncovered" in text
    assert "Mostly: Bourg (600 inh.; uncovered +45; APL -0.21); Dole (300 inh.; APL -0.10)." in text
    estimated = sheet("full", effects=losing, whole={"territory": with_estimated_times(evaluation.territory)})
    assert "Bourg (600" not in estimated
    assert "Estimated times: they are not named." in estimated


def with_estimated_times(territory: Territory) -> Territory:
    file = ManifestFile(path="travel_times.csv", sha256="0", source="S", licence="L", vintage="V", kind="modelled")
    return replace(territory, manifest=territory.manifest.model_copy(update={"files": [file]}))


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("all", "The project is in all good plans: without it no plan at 1,000,000 EUR does as well, within 1% of"),
        ("some", "The project is in some good plans: at 1,000,000 EUR, other plans do as well without it"),
        ("none", "The project is in no good plan: at 1,000,000 EUR, any plan that keeps it misses more than 1%"),
        ("undecided", "Not settled: the calculation does not tell whether a plan at 1,000,000 EUR with this project"),
        (
            "impossible",
            "Impossible: no plan with this project keeps the rules of the scenario (budget of 1,000,000 EUR",
        ),
    ],
)
def test_place_in_the_good_plans(sheet: Page, place: Place, sentence: str) -> None:
    text = sheet("full", standing=Standing(place, CHOSEN, CHOSEN))
    assert sentence in text
    assert "A good plan opens MSPs wherever that may be, for at most 1,000,000 EUR of investment, and misses" in text


def test_what_was_not_searched_says_why(sheet: Page) -> None:
    assert "Not searched: the search went as far as the requests" in sheet("full", standing=None, regret=None)
    assert "Not searched: the cost of the project is not stated." in sheet("bare", standing=None, regret=None)


@pytest.mark.parametrize(
    ("low", "high", "sentence"),
    [
        (0.0312, 0.0748, "the project misses 3.1% to 7.5% of that gain"),  # rounded outwards
        (0.0, 0.0101, "No clearly better use was found: gain missed at most 1.1%."),
        (1.0, 1.2, "The project brings no gain in the model, while another use"),
        (None, None, "no use brings a gain in the model"),
    ],
)
def test_regret(sheet: Page, low: float | None, high: float | None, sentence: str) -> None:
    assert sentence in sheet("full", regret=Regret(CHOSEN, low, high))


def test_patients_of_the_new_gps_stand_beside_the_cases(sheet: Page) -> None:
    # Two new GPs; installation aid is 10,000 EUR each.
    assert (
        "2 new GPs could take 1,700, 2,000 or 2,600 patients, at 850, 1,000 or 1,300 each. Installation aid for "
        "these posts, another purse: 20,000 EUR."
    ) in sheet("full")
    assert (
        "1 nouveau généraliste pourrait suivre 850, 1 000 ou 1 300 patients, à 850, 1 000 ou 1 300 chacun. Aide à "
        "l'installation pour ces postes, une autre bourse : 10 000 €."
    ) in sheet("bare", "fr")
    assert "could take" not in sheet("small")  # no new GP


def test_an_msp_near_and_a_zoning_that_differs_are_told(evaluation: Evaluation, sheet: Page) -> None:
    full = next(a for a in evaluation.appraisals if a.request_id == "full")
    where = Fact("msp_near", {"limit": 10.0, "places": [Fact("msp_at", {"place": "Bourg", "minutes": 9.5})]})
    values = {"stated": Fact("request_word_ZIP"), "loaded": Fact("request_word_ZAC"), "origin": Fact("zoning_undated")}
    found = [Finding(None, None, "to_check", "gate_msp_stands", {"where": where})]
    found += [Finding(None, None, "to_check", "gate_zoning_differs", values)]
    gates = replace(full.gates, findings=(*full.gates.findings, *found))
    text = sheet("full", "fr", gates=gates)
    assert "Création à vérifier : une MSP existe déjà à moins de 10 minutes (Bourg à 9,5 min)." in text
    assert "Zonage à vérifier : ZIP selon la demande, ZAC selon le fichier chargé : sans date." in text
    assert "Une MSP existe déjà dans la commune ou tout près. Le zonage indiqué n'est pas celui du fichier." in text
    assert "recevable . Toutes les règles vérifiées sont respectées." in text


def test_regret_without_a_bound_is_not_known(sheet: Page) -> None:
    open_search = Regret(replace(CHOSEN, bound=None), None, None)
    assert "Whether another use would do better is not known." in sheet("full", regret=open_search)


def test_ranks_and_points(evaluation: Evaluation, sheet: Page) -> None:
    text = sheet("full")
    assert "By effect: 1 of 1. By effect per euro of public money: 1 of 1. No weights entered." in text
    assert "No ranks: a rule is not met." in sheet("small")
    assert "No ranks: the request is incomplete." in sheet("bare")
    assert "Aucun rang : demande incomplète." in sheet("bare", "fr")
    weighed = sheet("full", whole={"weights": {"need": 3.0, "team": 1.0}})
    assert "By the weights entered by the user: 1 of 1," in weighed
    assert "(need 75/75, certainty of the team 22/25)" in weighed  # one of 4 GPs leaves: (1 + 3/4) / 2 of 25
    assert "No ranks: travel times are estimated" in sheet(
        "full", whole={"territory": with_estimated_times(evaluation.territory)}
    )


def test_the_choice_within_the_envelope(evaluation: Evaluation, sheet: Page) -> None:
    assert "The project is not part of the best choice of eligible requests for 2,500,000 EUR." in sheet("full")
    chosen = portfolio(["request 000002"])
    assert "The project is part of the best choice" in sheet("full", whole={"portfolio": chosen})
    unproven = sheet("full", whole={"portfolio": replace(chosen, status="feasible")})
    assert "This choice is not proven: a better one may exist." in unproven
    estimated = sheet("full", whole={"territory": with_estimated_times(evaluation.territory)})
    assert "Travel times are estimated: this choice is a mere indication." in estimated
    assert "Left out of the choice for 2,500,000 EUR: only eligible requests" in sheet("bare")


def test_a_long_list_of_findings_is_cut_and_says_so(evaluation: Evaluation, sheet: Page) -> None:
    bare = next(a for a in evaluation.appraisals if a.request_id == "bare")
    many = replace(bare.gates, findings=bare.gates.findings * 8)
    text = sheet("bare", gates=many)
    shown = text.count("to be completed (")
    left = int(re.search(r"and (\d+) more, see requests\.csv\.", text)[1])  # type: ignore[index]
    assert shown >= 1
    assert shown + left == sum(f.outcome == "missing" for f in many.findings)


def test_what_could_turn_it_and_no_solver_words(sheet: Page) -> None:
    text = sheet("full")
    assert "What could turn this picture: Its place in the good plans is not settled." in text
    assert "Best case: patients are assumed to be spread ideally" in text
    assert not re.search(r"\b(gap|bound|MILP|solver|objective|incumbent)\b", text, re.IGNORECASE)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_hostile_names_are_escaped(evaluation: Evaluation, language: Language) -> None:
    bare = next(a for a in evaluation.appraisals if a.request_id == "bare")
    page = render_sheet(evaluation, bare, localities_of(evaluation.territory, evaluation.on), language, "..")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
