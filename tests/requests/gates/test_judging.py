from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from msp_siting.errors import ScenarioError
from msp_siting.files.projects import bundled_folder
from msp_siting.language.facts import Fact
from msp_siting.report.findings import tell_finding, verdict_word, verdict_words
from msp_siting.requests.gates.findings import Finding, GateReport
from msp_siting.requests.gates.judging import judge
from msp_siting.requests.gates.places import LoadedZoning, LocalFacts, local_facts
from msp_siting.requests.gates.rules import Gates, find_gates, read_gates
from msp_siting.requests.request import FundingRequest
from msp_siting.territory.reading import read_territory
from msp_siting.territory.zonings import ZoneStatus

DAY = date(2026, 11, 25)
GATES = read_gates(bundled_folder() / "models" / "gates.yaml")
# 1,000,000 EUR, of which 100,000 for a pharmacy: 720,000 of aid are 80 % of the 900,000 that count; the commune's
# 280,000 are 28 % of the 1,000,000 that public bodies bring.
SOUND = FundingRequest(
    row=2,
    request_id="A1",
    place_id="b",
    owner_type="commune",
    action="creation",
    zoning_status="ZIP",
    projet_sante_status="validated",
    gp_present=1,
    gp_joining_from=(),
    new_posts={"gp": 1},
    nurses=1,
    capex_ht_eur=1_000_000.0,
    excluded_eur=100_000.0,
    requested_eur={"ars": 100_000.0, "region": 200_000.0, "detr": 120_000.0},
    acquired_eur={"department": 300_000.0},
    owner_eur=280_000.0,
)


def found(gate_id: str, request: FundingRequest, facts: LocalFacts | None = None, on: date = DAY) -> Finding:
    report = judge(request, GATES, facts or LocalFacts(), on)
    (finding,) = [finding for finding in report.findings if finding.gate_id == gate_id]
    return finding


def notes(request: FundingRequest, facts: LocalFacts) -> list[str]:
    report = judge(request, GATES, facts, DAY)
    return [tell_finding(finding, "en") for finding in report.findings if finding.gate_id is None]


def test_a_sound_request_is_eligible() -> None:
    report = judge(SOUND, GATES, LocalFacts(), DAY)
    assert report.verdict == "eligible"
    assert verdict_word(report.verdict, "fr") == "recevable"
    assert [tell_finding(finding, "fr") for finding in report.findings] == [
        "Projet de santé validé par l'ARS : respecté (validé).",
        "Au moins 2 médecins généralistes : respecté (2, minimum 2).",
        "Au moins 1 auxiliaire médical : respecté (1, minimum 1).",
        "Engagements écrits des nouveaux médecins : respecté (1).",
        "Coûts de pharmacie et de laboratoire exclus de l'assiette : respecté (100\u202f000 €).",
        (
            "Aides publiques d'au plus 80 % de l'assiette : respecté (720\u202f000 € sur 900\u202f000 €, "
            "soit 80,0\u202f% ; maximum 80,0\u202f%)."
        ),
        (
            "Collectivité maître d'ouvrage : au moins 20 % des financements publics : respecté (280\u202f000 € sur "
            "1\u202f000\u202f000 €, soit 28,0\u202f% ; minimum 20,0\u202f%)."
        ),
        "ARS : en ZIP, sinon en ZAC ou en QPV : respecté (ZIP).",
        "Région : aucune règle propre à ce financeur n'est activée ; seules les règles communes sont vérifiées.",
        (
            "État (DETR, DSIL, FNADT) : aucune règle propre à ce financeur n'est activée ; seules les règles communes "
            "sont vérifiées."
        ),
    ]


CASES: dict[str, tuple[dict[str, object], str, str, str, str]] = {
    "a letter": (
        {"projet_sante_status": "letter"},
        *("health_project", "missing", "incomplete"),
        (
            "Health project validated by the ARS: to be completed (validation of the health project by the ARS); "
            "the request is at: letter of intent."
        ),
    ),
    "filed": (
        {"projet_sante_status": "filed"},
        *("health_project", "missing", "incomplete"),
        (
            "Health project validated by the ARS: to be completed (validation of the health project by the ARS); "
            "the request is at: filed."
        ),
    ),
    "no health project": (
        {"projet_sante_status": None},
        *("health_project", "missing", "incomplete"),
        (
            "Health project validated by the ARS: to be completed (validation of the health project by the ARS); "
            "columns: projet_sante_status."
        ),
    ),
    "1 GP, all stated": (
        {"new_posts": {"gp": 0}},
        *("gp_team", "failed", "ineligible"),
        "At least 2 GPs: not met (1, minimum 2).",
    ),
    "1 GP, and more may join": (
        {"new_posts": {"gp": 0}, "gp_joining_from": None},
        *("gp_team", "missing", "incomplete"),
        (
            "At least 2 GPs: to be completed (GPs present, joining and new); 1 stated so far, minimum 2; "
            "columns: gp_joining_from_place_ids."
        ),
    ),
    "2 GPs, and more may join": (
        {"gp_joining_from": None},
        *("gp_team", "passed", "eligible"),
        "At least 2 GPs: met (2, minimum 2).",
    ),
    "no GP stated": (
        {"gp_present": None, "gp_joining_from": None, "new_posts": {}},
        *("gp_team", "missing", "incomplete"),
        (
            "At least 2 GPs: to be completed (GPs present, joining and new); "
            "columns: gp_present, gp_joining_from_place_ids, gp_new_committed."
        ),
    ),
    "no paramedical": (
        {"nurses": 0, "physiotherapists": 0, "midwives": 2},
        *("paramedical", "failed", "ineligible"),
        "At least 1 paramedical: not met (0, minimum 1).",
    ),
    "no nurse, physiotherapists not stated": (
        {"nurses": 0},
        *("paramedical", "missing", "incomplete"),
        (
            "At least 1 paramedical: to be completed "
            "(nurses and physiotherapists, and whether others are paramedical); "
            "0 stated so far, minimum 1; columns: physiotherapists."
        ),
    ),
    "others who may be paramedicals": (
        {"nurses": 0, "physiotherapists": 0, "others": 2},
        *("paramedical", "missing", "incomplete"),
        (
            "At least 1 paramedical: to be completed "
            "(nurses and physiotherapists, and whether others are paramedical); "
            "0 stated so far, minimum 1; columns: others."
        ),
    ),
    "new nurse": (
        {"nurses": 0, "new_posts": {"gp": 1, "nurse": 1}},
        *("paramedical", "passed", "eligible"),
        "At least 1 paramedical: met (1, minimum 1).",
    ),
    "commitments not stated": (
        {"new_posts": {}, "gp_present": 2},
        *("commitments", "missing", "incomplete"),
        (
            "Written commitments of new GPs: to be completed (new GPs committed in writing (0 where there are none)); "
            "columns: gp_new_committed."
        ),
    ),
    "ZAC": (
        {"zoning_status": "ZAC"},
        *("zoning", "passed", "eligible"),
        "ARS: in a ZIP, else in a ZAC or a QPV: met (ZAC).",
    ),
    "QPV": (
        {"zoning_status": "none", "qpv": True},
        *("zoning", "passed", "eligible"),
        "ARS: in a ZIP, else in a ZAC or a QPV: met (priority urban district (QPV): yes).",
    ),
    "QPV, zoning not known": (
        {"zoning_status": None, "qpv": True},
        *("zoning", "passed", "eligible"),
        "ARS: in a ZIP, else in a ZAC or a QPV: met (priority urban district (QPV): yes).",
    ),
    "neither": (
        {"zoning_status": "none", "qpv": False},
        *("zoning", "failed", "ineligible"),
        "ARS: in a ZIP, else in a ZAC or a QPV: not met (unzoned, priority urban district (QPV): no).",
    ),
    "unzoned, QPV not stated": (
        {"zoning_status": "none"},
        *("zoning", "missing", "incomplete"),
        (
            "ARS: in a ZIP, else in a ZAC or a QPV: to be completed "
            "(ARS zoning of the territoire de vie-santé, or QPV); columns: qpv."
        ),
    ),
    "zoning not loaded": (
        {"zoning_status": None},
        *("zoning", "missing", "incomplete"),
        (
            "ARS: in a ZIP, else in a ZAC or a QPV: to be completed "
            "(ARS zoning of the territoire de vie-santé, or QPV); ARS zoning not loaded; columns: zoning_status, qpv."
        ),
    ),
    "excluded costs not stated": (
        {"excluded_eur": None},
        *("excluded_costs", "missing", "incomplete"),
        (
            "Pharmacy and laboratory costs excluded from the eligible base: to be completed "
            "(amount of these costs (0 where there are none)); columns: excluded_eur."
        ),
    ),
    "no base": (
        {"excluded_eur": None},
        *("public_aid", "missing", "incomplete"),
        (
            "Public aid at most 80% of the eligible base: to be completed (financing plan before tax); "
            "columns: excluded_eur."
        ),
    ),
    "no amounts": (
        {"capex_ht_eur": None, "requested_eur": {}, "acquired_eur": {}},
        *("public_aid", "missing", "incomplete"),
        (
            "Public aid at most 80% of the eligible base: to be completed (financing plan before tax); "
            "columns: requested_eur_<funder>, capex_ht_eur."
        ),
    ),
    "1 EUR above 80 %": (
        {"acquired_eur": {"department": 300_001.0}},
        *("public_aid", "failed", "ineligible"),
        (
            "Public aid at most 80% of the eligible base: not met (720,001 EUR of 900,000 EUR, that is 80.0001%; "
            "maximum 80.0000%)."
        ),
    ),
    "above 80 % of the parts stated": (
        {"capex_ht_eur": None, "works_eur": 600_000.0, "land_eur": 0.0, "fees_eur": 0.0, "excluded_eur": 0.0},
        *("public_aid", "missing", "incomplete"),
        (
            "Public aid at most 80% of the eligible base: to be completed (financing plan before tax); "
            "720,000 EUR of 600,000 EUR so far, that is 120.0%, maximum 80.0%; columns: equipment_eur."
        ),
    ),
    "within 80 % of the parts stated": (
        {"capex_ht_eur": None, "works_eur": 900_000.0, "excluded_eur": 0.0},
        *("public_aid", "passed", "eligible"),
        "Public aid at most 80% of the eligible base: met (720,000 EUR of 900,000 EUR, that is 80.0%; maximum 80.0%).",
    ),
    "the owner pays too little": (
        {"owner_eur": 160_000.0},
        *("owner_share", "failed", "ineligible"),
        (
            "Local authority as owner: at least 20% of the public financing: not met (160,000 EUR of 880,000 EUR, "
            "that is 18.2%; minimum 20.0%)."
        ),
    ),
    "exactly 20 %": (
        {"owner_eur": 180_000.0},
        *("owner_share", "passed", "eligible"),
        (
            "Local authority as owner: at least 20% of the public financing: met (180,000 EUR of 900,000 EUR, "
            "that is 20.0%; minimum 20.0%)."
        ),
    ),
    "no owner's share": (
        {"owner_eur": None},
        *("owner_share", "missing", "incomplete"),
        (
            "Local authority as owner: at least 20% of the public financing: to be completed (the owner's share); "
            "columns: owner_eur."
        ),
    ),
    "a private owner": (
        {"owner_type": "sci", "owner_eur": None},
        *("owner_share", "noted", "eligible"),
        "Local authority as owner: at least 20% of the public financing: no rule here (SCI).",
    ),
    "owner not known": (
        {"owner_type": None},
        *("owner_share", "missing", "incomplete"),
        (
            "Local authority as owner: at least 20% of the public financing: to be completed (the owner's share); "
            "columns: owner_type."
        ),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_gate(case: str) -> None:
    changes, gate_id, outcome, verdict, sentence = CASES[case]
    request = replace(SOUND, **changes)  # type: ignore[arg-type]
    finding = found(gate_id, request)
    assert tell_finding(finding, "en") == sentence
    assert finding.outcome == outcome
    assert finding.funder == ("ars" if gate_id == "zoning" else None)
    assert judge(request, GATES, LocalFacts(), DAY).verdict == verdict


def test_a_failed_gate_outweighs_a_missing_one() -> None:
    request = replace(SOUND, new_posts={"gp": 0}, projet_sante_status=None)
    report = judge(request, GATES, LocalFacts(), DAY)
    assert (report.verdict, verdict_word(report.verdict, "fr"), verdict_word(report.verdict, "en")) == (
        *("ineligible", "irrecevable"),
        "ineligible",
    )


TWO_FUNDERS = """
common:
  - id: team
    title: {fr: "Équipe", en: "Team"}
    missing: {fr: "médecins", en: "GPs"}
    rule: {test: at_least, value: gp_team, least: 2}
    source: "a charter"
    kind: published
funders:
  ars:
    title: {fr: "ARS", en: "ARS"}
    failed: ineligible
    gates:
      - id: zone
        title: {fr: "ARS : en ZIP", en: "ARS: in a ZIP"}
        missing: {fr: "zonage", en: "zoning"}
        rule: {test: one_of, accepted: {zoning_status: [ZIP]}}
        source: "its call"
        kind: published
  region:
    title: {fr: "Région", en: "Region"}
    gates:
      - id: cap
        title: {fr: "Plafond", en: "Cap"}
        missing: {fr: "montant", en: "amount"}
        rule: {test: at_most, value: requested_eur, most: 200000}
        source: "its rules"
        kind: published
"""


@pytest.mark.parametrize(
    ("changes", "by_funder", "verdict", "words"),
    [
        ({}, {"ars": "eligible", "region": "eligible"}, "eligible", "recevable"),
        (
            {"zoning_status": "ZAC"},
            *({"ars": "ineligible", "region": "eligible"}, "ineligible", "irrecevable (ARS) ; recevable (Région)"),
        ),
        (
            {"requested_eur": {"ars": 1.0, "region": 200_001.0}},
            *({"ars": "eligible", "region": "rule_not_met"}, "rule_not_met"),
            "règle non respectée (Région) ; recevable (ARS)",
        ),
        (
            {"gp_present": 0},
            *({"ars": "ineligible", "region": "rule_not_met"}, "ineligible"),
            "irrecevable (ARS) ; règle non respectée (Région)",
        ),
        (
            {"zoning_status": None},
            *({"ars": "incomplete", "region": "eligible"}, "incomplete", "incomplet (ARS) ; recevable (Région)"),
        ),
        # Who asks the ARS for nothing is not asked for its zoning, and is never told to be ineligible.
        ({"zoning_status": "ZAC", "requested_eur": {"region": 1.0}}, {"region": "eligible"}, "eligible", "recevable"),
        (
            {"gp_present": 0, "requested_eur": {"region": 1.0}},
            *({"region": "rule_not_met"}, "rule_not_met", "règle non respectée"),
        ),
        (
            {"gp_present": 0, "requested_eur": {"leader": 1.0}},
            *({"leader": "rule_not_met"}, "rule_not_met", "règle non respectée"),
        ),
        ({"gp_present": 0, "requested_eur": {}}, {}, "rule_not_met", "règle non respectée"),
    ],
)
def test_each_funder_has_its_verdict(
    tmp_path: Path, changes: dict[str, object], by_funder: dict[str, str], verdict: str, words: str
) -> None:
    (tmp_path / "gates.yaml").write_text(TWO_FUNDERS, encoding="utf-8")
    gates = read_gates(tmp_path / "gates.yaml")
    asked = replace(SOUND, requested_eur={"ars": 1.0, "region": 200_000.0})
    report = judge(replace(asked, **changes), gates, LocalFacts(), DAY)  # type: ignore[arg-type]
    assert (report.by_funder, report.verdict, verdict_words(report, gates, "fr")) == (by_funder, verdict, words)


def test_every_outcome_is_said_in_both_languages() -> None:
    for changes, gate_id, *_ in CASES.values():
        finding = found(gate_id, replace(SOUND, **changes))  # type: ignore[arg-type]
        assert " : " in tell_finding(finding, "fr")
        assert tell_finding(finding, "fr") != tell_finding(finding, "en")


def loaded(status: str, on: date = DAY, until: date | None = None) -> LoadedZoning:
    zone = ZoneStatus("gp_zoning", status, status, "gp", "ARS", since="2025-06", valid_until=until)
    return LoadedZoning(status, zone.origin(on), None if zone.holds_on(on) else zone.word_told(on))


LOADED = LocalFacts(zoning_by_tvs={"T1": loaded("ZIP"), "T2": loaded("none")}, tvs_of_place={"b": "T1", "c": "T2"})


@pytest.mark.parametrize(
    ("changes", "outcome", "sentence"),
    [
        ({"zoning_status": None}, "passed", "respecté (ZIP)."),
        ({"zoning_status": None, "tvs_id": "T2", "qpv": False}, "failed", "non respecté (hors zonage, QPV : non)."),
        (
            {"zoning_status": None, "tvs_id": "T9"},
            "missing",
            (
                "à compléter (zonage ARS du territoire de vie-santé, ou QPV) ; le zonage ARS chargé ne dit rien de ce "
                "territoire de vie-santé ; colonnes : zoning_status, qpv."
            ),
        ),
        (
            {"zoning_status": "ZIP", "tvs_id": "T2", "qpv": False},
            "missing",
            (
                "à vérifier (zonage ARS du territoire de vie-santé, ou QPV) ; ZIP selon la demande, hors zonage selon "
                "le fichier chargé : ARS, zonage de juin 2025."
            ),
        ),
        ({"zoning_status": "ZAC"}, "passed", "respecté (ZAC, ZIP)."),
    ],
)
def test_zoning_of_the_territory(changes: dict[str, object], outcome: str, sentence: str) -> None:
    finding = found("zoning", replace(SOUND, **changes), LOADED)  # type: ignore[arg-type]
    assert tell_finding(finding, "fr") == f"ARS : en ZIP, sinon en ZAC ou en QPV : {sentence}"
    assert finding.outcome == outcome


def test_a_zoning_that_differs_is_to_be_checked_and_changes_no_verdict() -> None:
    differing = replace(SOUND, zoning_status="ZAC", requested_eur={"ars": 1.0}, owner_eur=None)
    assert notes(differing, LOADED) == [
        "Zoning to be checked: ZAC says the request, ZIP says the file loaded: ARS, zoning of June 2025."
    ]
    report = judge(differing, GATES, LOADED, DAY)
    assert [finding.key for finding in report.to_check] == ["gate_zoning_differs"]
    assert report.by_funder == judge(replace(differing, zoning_status="ZIP"), GATES, LOADED, DAY).by_funder


def test_a_zoning_stated_that_the_file_contradicts_meets_no_rule() -> None:
    asked = {"requested_eur": {"ars": 720_000.0}, "acquired_eur": {}, "qpv": False}
    stated = replace(SOUND, zoning_status="ZIP", **asked)  # type: ignore[arg-type]
    assert judge(stated, GATES, LocalFacts(), DAY).verdict == "eligible"
    assert judge(replace(stated, tvs_id="T2"), GATES, LOADED, DAY).verdict == "incomplete"
    assert judge(replace(stated, tvs_id="T2", zoning_status="none"), GATES, LOADED, DAY).verdict == "ineligible"


def test_a_zoning_that_is_the_same_is_not_told() -> None:
    assert notes(replace(SOUND, requested_eur={}, owner_eur=None), LOADED) == []


UNTIL = date(2025, 12, 31)
REPLACED = loaded("ZIP", until=UNTIL)
INVALID = LocalFacts(zoning_of_place={"b": REPLACED})


def test_a_zoning_out_of_validity_decides_nothing_and_is_to_be_checked() -> None:
    unsaid = replace(SOUND, zoning_status=None, qpv=False)
    finding = found("zoning", unsaid, INVALID)
    assert finding.outcome == "missing"
    assert tell_finding(finding, "fr") == (
        "ARS : en ZIP, sinon en ZAC ou en QPV : à vérifier (zonage ARS du territoire de vie-santé, ou QPV) ; chargé : "
        "ZIP, zonage de juin 2025, remplacé (valable jusqu'au 31/12/2025), qui ne décide rien ; "
        "colonnes : zoning_status."
    )
    assert judge(unsaid, GATES, INVALID, DAY).verdict == "incomplete"
    assert found("zoning", replace(unsaid, qpv=True), INVALID).outcome == "passed"


def test_what_the_request_says_decides_where_the_zoning_loaded_is_out_of_validity() -> None:
    said = replace(SOUND, zoning_status="none", qpv=False, requested_eur={"ars": 1.0}, owner_eur=None)
    assert found("zoning", said, INVALID).outcome == "failed"
    assert notes(said, INVALID) == [
        (
            "Zoning to be checked: unzoned says the request, ZIP says the file loaded: ARS, zoning of June 2025, "
            "replaced (valid until 2025-12-31), which decides nothing."
        )
    ]
    assert len(judge(said, GATES, INVALID, DAY).to_check) == 1
    same = replace(said, zoning_status="ZIP")
    assert judge(same, GATES, INVALID, DAY).to_check == ()
    assert notes(same, INVALID) == [
        (
            "Zoning to be checked: ZIP says the request; loaded: ZIP, zoning of June 2025, replaced (valid until "
            "2025-12-31), which decides nothing."
        )
    ]


@pytest.mark.parametrize(("on", "expected"), [(UNTIL, ("ZIP", None)), (DAY, (None, REPLACED.invalid))])
def test_the_zoning_of_gps_of_a_place(toy_project: Path, on: date, expected: tuple[object, object]) -> None:
    folder = toy_project / "data" / "toy"
    demand = (folder / "demand.csv").read_text(encoding="utf-8").splitlines()
    zones = ["gp_zoning_id", "", "ZIP", "", ""]
    rows = [f"{line},{zone}\n" for line, zone in zip(demand, zones, strict=True)]
    (folder / "demand.csv").write_text("".join(rows), encoding="utf-8")
    (folder / "zones.csv").write_text(
        "kind,zone_id,name,status,status_date,valid_until\nepci,west,Ouest,,,\nepci,east,Est,,,\n"
        "gp_zoning,ZIP,ZIP,ZIP,2025-06,2025-12-31\n",
        encoding="utf-8",
    )
    facts = local_facts(read_territory(folder), on)
    assert (facts.zoning_of(SOUND), facts.invalid_zoning_of(SOUND)) == expected
    assert facts.has_zoning == (expected[0] is not None)


def test_a_zone_of_regional_support_is_neither_zip_nor_zac() -> None:
    finding = found("zoning", replace(SOUND, zoning_status="ZAR", qpv=False))
    assert (finding.outcome, tell_finding(finding, "fr").rpartition(" : ")[0]) == (
        *("failed", "ARS : en ZIP, sinon en ZAC ou en QPV : non respecté (ZAR, QPV"),
    )


@pytest.mark.parametrize(
    ("owner_eur", "expected"),
    [
        (280_001.0, []),
        (
            250_000.0,
            [
                (
                    "Financing plan: no funder is stated for 30,000 EUR (aid and owner 970,000 EUR, investment "
                    "1,000,000 EUR)."
                )
            ],
        ),
        (
            300_000.5,
            [
                (
                    "Financing plan: 20,000.50 EUR more than the investment (aid and owner 1,020,000.50 EUR, "
                    "investment 1,000,000 EUR)."
                )
            ],
        ),
        (None, []),
    ],
)
def test_a_financing_plan_that_does_not_add_up_is_noted(owner_eur: float | None, expected: list[str]) -> None:
    request = replace(SOUND, owner_eur=owner_eur)
    assert [note for note in notes(request, LocalFacts()) if note.startswith("Financing")] == expected


def test_facts_of_a_territory(toy_project: Path) -> None:
    folder = toy_project / "data" / "toy"
    demand = (folder / "demand.csv").read_text(encoding="utf-8").splitlines()
    tvs = ["tvs_id", "T1", "T1", "", "T2"]
    rows = [f"{line},{zone}\n" for line, zone in zip(demand, tvs, strict=True)]
    (folder / "demand.csv").write_text("".join(rows), encoding="utf-8")
    (folder / "zones.csv").write_text(
        "kind,zone_id,name,status\nepci,west,Ouest,\nepci,east,Est,\ntvs,T1,Un,ZIP\ntvs,T2,Deux,\n", encoding="utf-8"
    )
    undated = Fact("zoning_of", {"when": Fact("zoning_undated")})
    assert local_facts(read_territory(folder), DAY) == LocalFacts(
        zoning_by_tvs={"T1": LoadedZoning("ZIP", undated)}, tvs_of_place={"a": "T1", "b": "T1", "d": "T2"}
    )


def test_nothing_of_a_territory_is_inferred(toy_project: Path) -> None:
    assert local_facts(read_territory(toy_project / "data" / "toy"), DAY) == LocalFacts()


FUNDERS = """
common: []
funders:
  region:
    title: {{fr: "Région", en: "Region"}}
    gates:
      - id: cap
        title: {{fr: "Plafond", en: "Cap"}}
        missing: {{fr: "montant", en: "amount"}}
        rule: {rule}
        source: "the Région's rules"
        kind: published
        valid_from: 2026-01-01
        valid_until: 2026-12-31
  state: {{title: {{fr: "État", en: "State"}}, also: [detr, dsil]}}
"""


@pytest.fixture
def funders(tmp_path: Path) -> Callable[[str], Gates]:
    """Return a reader of gates with one rule, the Région's."""

    def read(rule: str) -> Gates:
        (tmp_path / "gates.yaml").write_text(FUNDERS.format(rule=rule), encoding="utf-8")
        return read_gates(tmp_path / "gates.yaml")

    return read


def sentences(report: GateReport) -> list[tuple[str | None, str, str]]:
    return [(finding.funder, finding.outcome, tell_finding(finding, "en")) for finding in report.findings]


@pytest.mark.parametrize(
    ("rule", "outcome", "sentence"),
    [
        (
            "{test: at_most, value: requested_eur, most: 200000}",
            "passed",
            "Cap: met (200,000 EUR, maximum 200,000 EUR).",
        ),
        (
            "{test: at_most, value: requested_eur, most: 199999.5}",
            "failed",
            "Cap: not met (200,000 EUR, maximum 199,999.50 EUR).",
        ),
        (
            "{test: share_at_most, part: requested_eur, whole: eligible_base_eur, most: 0.2}",
            "failed",
            "Cap: not met (200,000 EUR of 900,000 EUR, that is 22.2%; maximum 20.0%).",
        ),
        (
            "{test: at_most, value: rent_eur_m2_year, most: 150}",
            "missing",
            "Cap: to be completed (amount); columns: rent_eur_m2_year.",
        ),
        (
            "{test: stated, values: [siret, opening_date]}",
            "missing",
            "Cap: to be completed (amount); columns: siret, opening_date.",
        ),
        ("{test: stated, values: [owner_type]}", "passed", "Cap: met (commune)."),
        ("{test: stated, values: [owner_type, nurses]}", "passed", "Cap: met."),
        ("{test: one_of, accepted: {owner_type: [epci]}}", "failed", "Cap: not met (commune)."),
    ],
)
def test_a_rule_of_a_funder(funders: Callable[[str], Gates], rule: str, outcome: str, sentence: str) -> None:
    report = judge(
        replace(SOUND, requested_eur={"region": 200_000.0}, acquired_eur={"department": 520_000.0}),
        funders(rule),
        LocalFacts(),
        DAY,
    )
    assert sentences(report) == [("region", outcome, sentence)]


def test_rules_of_funders_that_are_not_asked_do_not_matter(funders: Callable[[str], Gates]) -> None:
    gates = funders("{test: at_most, value: requested_eur, most: 0}")
    assert judge(replace(SOUND, requested_eur={"region": 0.0}, owner_eur=None), gates, LocalFacts(), DAY) == GateReport(
        "eligible", ()
    )


def test_funders_unknown_or_under_another_name(funders: Callable[[str], Gates]) -> None:
    gates = funders("{test: at_most, value: requested_eur, most: 0}")
    request = replace(SOUND, requested_eur={"detr": 1.0, "dsil": 2.0, "leader": 3.0}, owner_eur=None)
    assert sentences(judge(request, gates, LocalFacts(), DAY)) == [
        (
            "state",
            "noted",
            "State: no gate of this funder's own is switched on; only the common ones are checked.",
        ),
        ("leader", "noted", "leader: no gates known for this funder."),
    ]


@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        (date(2025, 12, 31), "noted"),
        (date(2026, 1, 1), "failed"),
        (date(2026, 12, 31), "failed"),
        (date(2027, 1, 1), "noted"),
    ],
)
def test_rules_hold_on_their_days(funders: Callable[[str], Gates], on: date, outcome: str) -> None:
    gates = funders("{test: at_most, value: requested_eur, most: 0}")
    report = judge(replace(SOUND, requested_eur={"region": 1.0}, owner_eur=None), gates, LocalFacts(), on)
    assert [finding.outcome for finding in report.findings] == [outcome]
    if outcome == "noted":
        assert tell_finding(report.findings[0], "fr") == (
            f"Plafond : règle non appliquée, elle n'est pas en vigueur le {on.strftime('%d/%m/%Y')}."
        )


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (
            "{test: at_most, value: requested, most: 1}",
            "rule.value: nothing of a request is called 'requested'; did you mean requested_eur?",
        ),
        (
            "{test: one_of, accepted: {zoning: [ZIP]}}",
            "rule.accepted.zoning: no such fact of a request; did you mean zoning_status?",
        ),
        (
            "{test: one_of, accepted: {zoning_status: [zip]}}",
            "rule.accepted.zoning_status: must be one of ZIP, ZAC, ZAR, none, got 'zip'",
        ),
        ("{test: one_of, accepted: {qpv: [oui]}}", "rule.accepted.qpv: must be one of true, false, got 'oui'"),
        ("{test: stated, values: [colour]}", "rule.values: nothing of a request is called 'colour'"),
    ],
)
def test_a_rule_that_means_nothing(tmp_path: Path, funders: Callable[[str], Gates], rule: str, problem: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        funders(rule)
    place = f"{tmp_path}/gates.yaml: funders.region.gates.0: "
    assert caught.value.problems == (f"{place}{problem}",)


def test_an_unknown_test_and_a_share_above_1(tmp_path: Path, funders: Callable[[str], Gates]) -> None:
    place = f"{tmp_path}/gates.yaml: funders.region.gates.0.rule"
    with pytest.raises(ScenarioError) as caught:
        funders("{test: below, value: nurses}")
    assert caught.value.problems == (
        f"{place}.test: must be one of one_of, stated, at_least, at_most, share_at_most, share_at_least, got 'below'",
    )
    with pytest.raises(ScenarioError) as caught:
        funders("{value: nurses}")
    assert caught.value.problems == (f"{place}.test: missing; this key must be given",)
    with pytest.raises(ScenarioError) as caught:
        funders("{test: share_at_most, part: owner_eur, whole: public_eur, most: 80}")
    assert caught.value.problems == (f"{place}.share_at_most.most: must be at most 1, got 80",)


def test_an_id_or_a_funder_twice(tmp_path: Path) -> None:
    gates = "[]\n".join(FUNDERS.format(rule="{test: stated, values: [nurses]}").split("[]\n"))
    (tmp_path / "gates.yaml").write_text(
        gates.replace("also: [detr, dsil]", "also: [region, region]"), encoding="utf-8"
    )
    with pytest.raises(ScenarioError) as caught:
        read_gates(tmp_path / "gates.yaml")
    assert caught.value.problems == (f"{tmp_path}/gates.yaml: funders: 'region' is named twice",)


def test_a_projects_own_gates_come_first(toy_project: Path) -> None:
    assert find_gates(toy_project / "scenarios").samefile(bundled_folder() / "models" / "gates.yaml")
    own = toy_project / "models" / "gates.yaml"
    own.write_text("common: []\nfunders: {}\n", encoding="utf-8")
    assert find_gates(toy_project / "scenarios").samefile(own)
