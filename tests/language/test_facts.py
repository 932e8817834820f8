"""Whatever is computed comes as facts, which can be told in either language, also after JSON."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import msp_siting
from msp_siting.language.facts import Fact, Repair, tell
from msp_siting.language.sentences import catalogue, say

SOURCE = Path(msp_siting.__file__).parent
COMPUTING = (*("scenario", "territory", "travel", "sources", "problem", "solver", "answer", "runs", "requests"),)
# The label of the supply in a manifest, which has it in both languages.
IN_BOTH_LANGUAGES = {"sources/description.py: _supply_label", "sources/description.py: _range"}
GP = {"fr": "médecins généralistes", "en": "GPs"}
NURSE = {"fr": "infirmiers", "en": "nurses"}
ROOMS = [
    Fact("caveat_posts", {"profession": GP, "posts": 1234.56}),
    Fact("caveat_posts", {"profession": NURSE, "posts": 2}),
]
DAY = {"fr": "01/05/2026", "en": "2026-05-01"}
EVENT = {
    "when": DAY,
    "place": "Bourg",
    "place_id": "b",
    "profession": GP,
    "posts": -1.5,
    "kind": Fact("event_departure"),
    "source": "CPTS",
}
RULES = ("centre", "pharmacy", "no_msp")
# One of every fact there is, and what it says in both languages where numbers or texts are put in.
ENDS = {
    "profession": GP,
    "least": 4.0,
    "most": 9.0,
    "recruits": 2,
    "installations": 12,
    "recruits_share": 1 / 6,
    "share": 0.5,
    "year": "2030",
}
BALANCE = {
    "profession": GP,
    "first": "2024",
    "last": "2030",
    "source": ["A source", "Another"],
    "posts_today": 995,
    "departures": 417,
    "installations": 321,
    "posts": 899,
    "posts_low": 880,
    "posts_high": 899,
}
LIMIT = {"asked": 10.0, "needed": 925_000.0, "short": 924_990.0}
SHARE = {"asked": 0.95, "needed": 0.9, "inhabitants": 1234.4}
WEIGHT = Fact("need_weight", {"what": Fact("need_weight_zone", {"zone": "CC du Trièves"}), "weight": 1.5})
FACTS = [
    *map(
        Fact,
        (
            *("caveat_no_existing_structures", "caveat_no_zoning", "caveat_no_departures", "caveat_modelled_times"),
            "caveat_fragility_unranked",
            *("caveat_best_case", "caveat_ties", "caveat_others_not_staffed", "caveat_site_capacity_unused"),
            *("caveat_rim_departures", "caveat_no_candidate", "caveat_groups", "caveat_no_official_apl"),
            *("comparison_caveat_gaps", "sweep_caveat_marginal", "evaluation_caveat_commitments"),
            *("evaluation_caveat_groups", "evaluation_caveat_candidates", "conflict_several"),
        ),
    ),
    Fact("caveat_stated", {"text": {"fr": "Chiffres {inventés}.", "en": "Made-up {figures}."}}),
    Fact("caveat_times_error_unknown"),
    Fact(
        "caveat_zoning_limited",
        {
            "when": Fact("zoning_month_8", {"year": "2025"}),
            "validity": Fact("zoning_valid_until", {"day": {"fr": "31/12/2025", "en": "2025-12-31"}}),
        },
    ),
    Fact("caveat_arrondissements", {"count": 16, "cities": ["Marseille"]}),
    Fact("caveat_arrondissements_shared", {"files": [{"fr": "Médecins", "en": "GPs"}]}),
    Fact("caveat_arrondissements_alike", {"files": [{"fr": "Bassins", "en": "Areas"}, {"fr": "A", "en": "A"}]}),
    Fact("caveat_large_points", {"most": 50_000, "names": ["Grenoble (38185)", Fact("names_more", {"count": 2})]}),
    Fact("caveat_islands", {"islands": ["Groix", "Île d'Arz"], "points": 2.0, "inhabitants": 2345.4}),
    Fact(
        "caveat_unreached",
        {
            "points": 1234,
            "all": 5678,
            "inhabitants": 2345.4,
            "names": ["Sein (29083)", Fact("names_more", {"count": 1233})],
        },
    ),
    Fact("caveat_departures_not_taken_out", {"posts": ROOMS}),
    Fact("caveat_event", EVENT),
    Fact("caveat_events", {"day": DAY, "events": [Fact("caveat_event", EVENT)]}),
    Fact("caveat_events_ahead", {"day": DAY, "events": [Fact("caveat_event", EVENT | {"profession": "gp"})]}),
    Fact("caveat_departures", {"year": 2030, "posts": ROOMS}),
    Fact("caveat_balance", BALANCE),
    Fact("caveat_balance_assumed", BALANCE),
    Fact("caveat_opening_delay", {"delay": 3, "year": "2030", "by": "2027"}),
    Fact("caveat_ends", ENDS),
    Fact("caveat_ends_alike", ENDS),
    Fact("caveat_worse_off", {"profession": GP, "points": 2, "more": 12.4, "named": ["Grenoble", "Meylan"]}),
    Fact("caveat_worse_than_today", {"profession": GP, "year": "2030", "today": 1.0, "before": 3.0, "after": 2.0}),
    Fact("caveat_border", {"points": 1234, "share": 0.126}),
    Fact("caveat_rim", {"points": 1234, "inhabitants": 56789.4}),
    Fact("caveat_rim_estimated", {"points": 1234, "inhabitants": 56789.4}),
    Fact("caveat_sites_too_small", {"sites": 1234}),
    Fact("caveat_spacing", {"sites": 1234, "minutes": 7.5}),
    Fact("caveat_spacing_by_commune", {"sites": 1234, "inhabitants": 20_000}),
    Fact(
        "caveat_zone_limits",
        {
            "professions": [
                Fact("caveat_zone_limits_of", {"profession": NURSE, "one_for_one": 1, "composition_only": 1234})
            ]
        },
    ),
    Fact("caveat_zone_limits_of", {"profession": NURSE, "one_for_one": 2, "composition_only": 1}),
    Fact("caveat_no_zoning_of", {"professions": [NURSE, GP]}),
    Fact(
        "caveat_candidates_excluded",
        {
            "sites": 1234,
            "all": 5678,
            "reasons": [Fact(f"candidates_{rule}", {"sites": 1}) for rule in (*RULES, "gates")],
        },
    ),
    Fact("caveat_candidates_stated", {"sites": 2}),
    Fact("caveat_candidates_not_applied", {"rules": [Fact(f"candidates_rule_{rule}") for rule in RULES]}),
    Fact("caveat_candidates_unknown", {"facts": [Fact(f"candidates_unknown_{rule}", {"sites": 3}) for rule in RULES]}),
    Fact("caveat_too_few_recruits", {"profession": GP, "pool": 3}),
    Fact("caveat_freedom"),
    Fact("caveat_team"),
    Fact("caveat_apl_floor", {"floor": 2.5}),
    Fact("caveat_budget_too_small", {"cost": 1_925_000.0}),
    Fact("caveat_aid_budget_too_small", {"aid": 25_000.0}),
    Fact("caveat_visits_from_supply", {"visits": 3000.4}),
    Fact("caveat_one_band", {"share": 0.8349}),
    Fact("caveat_no_supply", {"professions": [GP, NURSE]}),
    Fact("caveat_sources_not_stated", {"files": ["demand.csv", "supply.csv"]}),
    Fact("caveat_seasonal", {"points": 1, "share": 0.1111, "visits": 6.0, "most": 500.0}),
    Fact("caveat_official_apl_partly_known", {"known": 1800.0, "people": 2700.0}),
    Fact("caveat_places_without_zone", {"places": 1}),
    Fact(
        "comparison_caveat_questions", {"what": [Fact("comparison_differs_horizon"), Fact("comparison_differs_data")]}
    ),
    Fact("evaluation_caveat_leaving", {"posts": 2}),
    Fact("evaluation_caveat_leaving_horizon", {"posts": 2.0}),
    Fact("evaluation_caveat_unread", {"columns": ["remarque", "téléphone"]}),
    Fact(
        "evaluation_caveat_file", {"what": [Repair("repair_encoding"), Repair("repair_separator", {"separator": ";"})]}
    ),
    Fact("evaluation_caveat_leavers", {"requests": ["east", "west"]}),
    Fact("evaluation_caveat_amounts", {"requests": ["east"]}),
    Fact(
        "evaluation_caveat_msps",
        {
            "requests": [
                Fact(
                    "msp_of_request",
                    {
                        "request": "east",
                        "where": Fact(
                            "msp_near", {"limit": 10.0, "places": [Fact("msp_at", {"place": "Bourg", "minutes": 9.5})]}
                        ),
                    },
                )
            ]
        },
    ),
    Fact(
        "evaluation_caveat_zonings",
        {
            "requests": [
                Fact(
                    "zonings_of_request",
                    {"request": "east", "stated": Fact("request_word_ZIP"), "loaded": Fact("request_word_ZAC")},
                )
            ],
            "origins": [
                Fact("zoning_origin", {"source": "ARS", "zoning": Fact("zoning_of", {"when": Fact("zoning_undated")})})
            ],
        },
    ),
    *(Fact(key, LIMIT) for key in ("conflict_budget", "conflict_budget_decided", "conflict_aid_budget")),
    *(Fact(f"conflict_{name}", LIMIT) for name in ("site_count_min", "site_count_max")),
    Fact("conflict_recruitment_pool", LIMIT | {"profession": GP}),
    Fact("conflict_recruitment_by_zone", LIMIT | {"profession": GP, "place": "Mens"}),
    *(
        Fact(f"conflict_{name}", LIMIT | {"sites": ["Mens (a)", "Tréminis (b)"]})
        for name in ("spacing", "spacing_by_commune")
    ),
    *(
        Fact(f"conflict_{name}", LIMIT | {"site": "Mens (a)", "format": {"fr": "antenne", "en": "satellite"}})
        for name in ("forced_sites", "forced_sites_format", "excluded_sites", "excluded_sites_format", "kept_sites")
    ),
    *(
        Fact(f"conflict_{name}", LIMIT | {"site": "Mens (a)", "profession": GP})
        for name in ("composition", "composition_paramedical", "kept_sites_posts")
    ),
    *(
        Fact(f"conflict_{name}", LIMIT | {"zone": "CC du Trièves (epci 200030658)"})
        for name in ("zone_sites_min", "zone_sites_max", "zone_budget_min", "zone_budget_max")
    ),
    *(
        Fact(f"conflict_{name}", {**SHARE, "zone": "CC du Trièves (epci 200030658)", "profession": GP})
        for name in ("coverage_target", "zone_coverage")
    ),
    Fact("conflict_and", {"some": Fact("conflict_several"), "other": Fact("conflict_budget", LIMIT)}),
    Fact("conflict_more", {"count": 3}),
    Fact("conflict_together", {"count": 2, "cost": 925_000.0}),
    Fact("conflict_rule", {"rule": "site_count_min", "cost": 925_000.0, "budget": 10.0}),
    Fact("caveat_goal", {"floor": 2.5}),
    Fact("caveat_goal_count"),
    Fact("caveat_goal_zones", {"kind": "EPCI"}),
    Fact("caveat_goal_under_65"),
    Fact("caveat_zone_apl", {"least": 2.5}),
    Fact("conflict_zone_apl", {"zone": "CC (epci e)", "asked": 2.5, "needed": 2.1, "short": 0.4}),
    Fact("caveat_least_cost", {"budget": 1e8}),
    Fact("caveat_covered_share", {"share": 0.95, "profession": GP}),
    Fact("caveat_zone_shares", {"zones": 2, "professions": [GP]}),
    Fact("caveat_zone_shares_uneven", {"professions": [GP]}),
    Fact("caveat_need_weights", {"weights": [WEIGHT, WEIGHT]}),
]


def through_json(fact: Fact) -> Fact:
    return Fact(**json.loads(json.dumps(fact.record(), allow_nan=False)))


def keys_in(folder: Path) -> set[str]:
    """Return the keys of facts that stand in the code: what begins as a caveat's or a conflict's does."""
    beginnings = ("caveat_", "conflict_", "evaluation_caveat_", "comparison_caveat_", "sweep_caveat_")
    texts = {
        node.value
        for room in (*COMPUTING, "report", "commands")
        for file in (folder / room).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if text.startswith(beginnings) and text in catalogue("en")}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.key)
def test_a_fact_is_told_alike_after_json(fact: Fact) -> None:
    for language in ("fr", "en"):
        assert tell(through_json(fact), language) == tell(fact, language)  # type: ignore[arg-type]
    assert tell(fact, "fr") != tell(fact, "en")


def test_every_caveat_there_is_is_tried() -> None:
    in_manifests = {
        "caveat_routed_times",
        "caveat_apl_differs",
        "caveat_places_of_practice",
        "caveat_without_outline",
    }
    own = {"caveat_posts", "comparison_caveat_languages"}  # part of another; about sentences, in words only
    assert keys_in(SOURCE) - in_manifests - own == {fact.key for fact in FACTS}


@pytest.mark.parametrize(
    ("key", "french", "english"),
    [
        (
            "caveat_departures",
            "d'ici 2030, en postes (ETP) : médecins généralistes 1\u202f234,6, infirmiers 2,0.",
            "by 2030, in posts (FTE): GPs 1,234.6, nurses 2.0.",
        ),
        (
            "caveat_border",
            "1\u202f234 points de demande en limite du territoire, 13\u202f% des",
            "1,234 demand points near the limit of the territory, 13% of",
        ),
        ("caveat_stated", "Chiffres {inventés}.", "Made-up {figures}."),
        (
            "caveat_spacing",
            "1\u202f234 sites candidats ne pouvaient pas ouvrir à côté de ce plan : chacun est à moins de 7,5 minutes",
            "1,234 candidate sites could not open beside this plan: each is less than 7.5 minutes from one of",
        ),
        (
            "caveat_spacing_by_commune",
            "toutes les ouvertures que leurs habitants permettent, une pour 20\u202f000 (spacing",
            "their communes have all the openings that their inhabitants allow, one for every 20,000 (spacing",
        ),
        ("caveat_budget_too_small", "coûte 1\u202f925\u202f000 €", "costs 1,925,000 EUR"),
        (
            "caveat_seasonal",
            "1 point de demande (11,1\u202f% des habitants) a une APL officielle d'au moins 6,0 pour au plus 500",
            "1 demand point (11.1% of inhabitants) has an official APL of 6.0 or more with 500",
        ),
        (
            "comparison_caveat_questions",
            ": l'horizon, les données du territoire)",
            ": the horizon, the data of the territory)",
        ),
        (
            "caveat_too_few_recruits",
            "(médecins généralistes) qu'on ne peut espérer en pourvoir (3)",
            "more posts (GPs) than one may hope to fill (3)",
        ),
        (
            "caveat_apl_floor",
            "L'APL 2,5 est le seuil historique (zonage de 2017) ; le zonage de 2025-2026 suit plusieurs critères",
            "APL 2.5 is the historical floor (zoning of 2017); the zoning of 2025-26 uses several criteria",
        ),
        (
            "caveat_freedom",
            "choisissent leur lieu d'exercice et les patients leur médecin",
            "choose where they practise, and patients choose their doctor",
        ),
        ("caveat_team", "Un bâtiment sans équipe n'ouvre aucune place", "A building without a team opens no room"),
        ("evaluation_caveat_unread", ": remarque, téléphone.", ": remarque, téléphone."),
        ("conflict_rule", "site_count_min : sans cette règle il y aurait un plan (925\u202f000 €).", "(925,000 EUR)."),
    ],
)
def test_numbers_and_texts_are_those_of_the_language(key: str, french: str, english: str) -> None:
    fact = next(fact for fact in FACTS if fact.key == key)
    assert french in tell(fact, "fr")
    assert english in tell(fact, "en")


def test_a_number_is_written_as_the_catalogue_asks() -> None:
    assert say("caveat_one_band", "fr", share=0.5).startswith("50\u202f% des besoins")
    with pytest.raises(ValueError, match="format code"):
        say("caveat_one_band", "en", share="50 %")


def test_both_languages_write_a_number_alike() -> None:
    def forms(text: str) -> set[tuple[str, str | None]]:
        parts = Formatter().parse(text)  # but for two words for one thing and several, which each language has its own
        return {(name, form) for _, name, form, _ in parts if name is not None and "|" not in (form or "")}

    assert [key for key, text in catalogue("en").items() if forms(text) != forms(catalogue("fr")[key])] == []


def takers(source: Path) -> Iterator[str]:
    """Yield every function below the pages that takes a language, by the name or the type of what it takes."""
    for room in COMPUTING:
        for file in sorted((source / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                    types = [ast.unparse(each.annotation) for each in arguments if each.annotation is not None]
                    if any("language" in name.lower() for name in [*(each.arg for each in arguments), *types]):
                        yield f"{file.relative_to(source).as_posix()}: {getattr(node, 'name', 'lambda')}"
                if isinstance(node, ast.AnnAssign) and "Language" in ast.unparse(node.annotation):
                    yield f"{file.relative_to(source).as_posix()}: {ast.unparse(node.target)}"


def test_nothing_that_computes_takes_a_language() -> None:
    assert set(takers(SOURCE)) == IN_BOTH_LANGUAGES


def test_a_function_that_takes_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "answer").mkdir()
    (tmp_path / "answer" / "moon.py").write_text(
        "def shine(night: int, tongue: Language) -> None: ...\n", encoding="utf-8"
    )
    assert list(takers(tmp_path)) == ["answer/moon.py: shine"]
