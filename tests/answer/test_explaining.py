"""Why there is no plan, as a planner reads it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from msp_siting.answer import answer, explanations, summarise
from msp_siting.language import tell
from msp_siting.scenario.scenario import Scenario

WEST = {"epci": {"west": {"covered_share": {"gp": {"min": 0.9}}}}}


@pytest.mark.parametrize(
    ("asked", "english", "french"),
    [
        (
            {"sites__force_open": ["site-a", "site-c"]},
            (
                "Budget: the sites that open in any case cost 1,800,000 EUR at the least, the budget is 1,000,000 EUR: "
                "800,000 EUR short."
            ),
            (
                "Budget : les sites à ouvrir dans tous les cas coûtent au moins 1\u202f800\u202f000 €, le budget est "
                "de 1\u202f000\u202f000 € : il manque 800\u202f000 €."
            ),
        ),
        (
            {"budget_eur": 1000, "site_count": 1},
            (
                "Budget: the cheapest plan that keeps every other rule costs 900,000 EUR, the budget is 1,000 EUR: "
                "899,000 EUR short."
            ),
            "le plan le moins cher qui respecte toutes les autres règles coûte 900\u202f000 €",
        ),
        (
            {"budget_eur": 1000, "site_count": 1},
            "Number of sites: at least 1 are asked for, at most 0 can open under the other rules: 1 too few.",
            "il en faut au moins 1, au plus 0 peuvent ouvrir avec les autres règles : il en manque 1.",
        ),
        (
            {"budget_eur": 2e6, "zones": {"epci": {"east": {"sites": {"min": 2}}}}},
            "Pays de l'Est (epci east) asks for 2 sites, 1 can open there under the other rules: 1 too few.",
            "Pays de l'Est (epci east) : 2 sites demandés, 1 peut y ouvrir avec les autres règles : il en manque 1.",
        ),
        (
            {"recruitable": {"gp": 1, "nurse": 4}, "sites__force_open": ["site-a"]},
            "Posts to fill (GP): a plan takes 2 at the least, 1 may be hoped for: 1 short.",
            (
                "Postes à pourvoir (médecin généraliste) : un plan en demande au moins 2, on peut en espérer 1 : "
                "il en manque 1."
            ),
        ),
        (
            {"zones": WEST},
            (
                "(GP): 90.0% are asked for, 66.7% can be reached under the other rules: room for 420 standardised "
                "inhabitants short."
            ),
            (
                "(médecin généraliste) : 90,0\u202f% demandés, 66,7\u202f% possibles avec les autres règles : il "
                "manque de la place pour 420 habitants standardisés."
            ),
        ),
        (
            {"sites__keep": [{"site": "site-a", "format": "small"}], "budget_eur": 1000},
            "Earlier plan: Aubois (site-a) could not be kept as small MSP (9 practitioners).",
            "Plan antérieur : Aubois (site-a) ne pourrait pas être gardé comme",
        ),
        (
            {
                "recruitable": {"nurse": 9},
                "budget_eur": 1000,
                "site_count": 1,
                "zones": {"epci": {"each": {"sites": {}}}},
            },
            "Number of sites: at least 1 are asked for, at most 0 can open",
            "Nombre de sites : il en faut au moins 1",
        ),
        (
            {
                "sites__exclude": [{"site": "site-c", "format": "small"}],
                "zones": {"epci": {"east": {"sites": {"min": 1}}}},
            },
            "Excluded format: Clairval (site-c) would have to open as small MSP (9 practitioners).",
            "Format exclu : Clairval (site-c) devrait ouvrir comme",
        ),
        (
            {"aid_budget_eur": 22_000, "sites__force_open": ["site-a"]},
            (
                "Aid to practitioners: whoever comes to the fewest posts that keep every other rule gets 25,000 EUR, "
                "the limit is 22,000 EUR: 3,000 EUR short."
            ),
            "Aides aux praticiens : pour le moins de postes qui respecte toutes les autres règles, elles sont de",
        ),
    ],
)
def test_it_is_said_what_is_short_and_by_how_much(
    toy_scenario: Callable[..., Scenario], asked: Mapping[str, Any], english: str, french: str
) -> None:
    found = answer(toy_scenario(**asked))
    assert found.solution.status == "infeasible"
    assert any(english in tell(fact, "en") for fact in explanations(found))
    assert any(french in tell(fact, "fr") for fact in explanations(found))


def test_of_several_together_the_first_sentence_says_so(toy_scenario: Callable[..., Scenario]) -> None:
    zones = {"epci": {"each": {"sites": {"min": 1}}}}
    found = answer(toy_scenario(budget_eur=1000, recruitable={"nurse": 9}, zones=zones, site_count={"min": 1}))
    assert [tell(fact, "en") for fact in explanations(found)] == [
        (
            "No single rule stands in the way. These 2 rules together leave no plan; were each as said, there would be "
            "one for 1,800,000 EUR of works and equipment:"
        ),
        (
            "Budget: the cheapest plan that keeps every other rule costs 1,800,000 EUR, the budget is 1,000 EUR: "
            "1,799,000 EUR short."
        ),
        "Posts to fill (GP): a plan takes 4 at the least, 0 may be hoped for: 4 short.",
    ]


def test_the_summary_holds_the_same_figures(toy_scenario: Callable[..., Scenario]) -> None:
    found = answer(toy_scenario(budget_eur=2e6, zones={"epci": {"east": {"sites": {"min": 2}}}}))
    limit = {"limit": "zone_sites_min", "about": ("epci", "east"), "asked": 2, "needed": 1, "inhabitants": None}
    assert summarise(found)["conflicts"] == [{"rule": "zone_sites", "cheapest_eur": 900_000, "limits": (limit,)}]
    assert summarise(answer(toy_scenario()))["conflicts"] is None
