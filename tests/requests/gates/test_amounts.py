"""Amounts that nobody can mean: EUR that were kEUR, and digits too many."""

from pathlib import Path

import pytest

from msp_siting.report.findings import tell_finding
from msp_siting.requests.evaluation.parameters import read_appraisal
from msp_siting.requests.gates.amounts import AmountLimits, ask_for_amounts
from msp_siting.requests.gates.findings import GateReport
from msp_siting.requests.request import FundingRequest

LIMITS = AmountLimits(10_000.0, 26_000_000.0, 1_000.0)
ELIGIBLE = GateReport("eligible", ())


def request(**values: object) -> FundingRequest:
    return FundingRequest(row=2, request_id="A1", place_id="b", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"capex_ht_eur": 1_250.0},
            [
                (
                    "Investissement de 1\u202f250 € : à confirmer. Aucun projet ne coûte ni ne demande moins de "
                    "10\u202f000 € ; est-ce en k€, soit 1\u202f250\u202f000 € ? Colonnes : capex_ht_eur."
                )
            ],
        ),
        (
            {"works_eur": 1_000.0, "fees_eur": 120.0},
            [
                (
                    "Investissement de 1\u202f120 € : à confirmer. Aucun projet ne coûte ni ne demande moins de "
                    "10\u202f000 € ; est-ce en k€, soit 1\u202f120\u202f000 € ? Colonnes : works_eur, fees_eur."
                )
            ],
        ),
        (
            {"capex_ht_eur": 0.0},
            [
                (
                    "Investissement de 0 € : à confirmer. Aucun projet ne coûte ni ne demande moins de 10\u202f000 € ; "
                    "quel est le montant en euros ? Colonnes : capex_ht_eur."
                )
            ],
        ),
        (
            {"capex_ht_eur": 1.25e9},
            [
                (
                    "Investissement de 1\u202f250\u202f000\u202f000 € : à confirmer. Aucun projet ne coûte plus "
                    "de "
                    "26\u202f000\u202f000 € ; y a-t-il un chiffre de trop ? Colonnes : capex_ht_eur."
                )
            ],
        ),
        (
            {"capex_ht_eur": 1.25e6, "requested_eur": {"region": 250.0, "state": 300.0}},
            [
                (
                    "Montant demandé de 550 € : à confirmer. Aucun projet ne coûte ni ne demande moins de "
                    "1\u202f000 € ; est-ce en k€, soit 550\u202f000 € ? "
                    "Colonnes : requested_eur_region, requested_eur_state."
                )
            ],
        ),
    ],
)
def test_amounts_that_are_asked_for(values: dict[str, object], said: list[str]) -> None:
    report = ask_for_amounts(ELIGIBLE, request(**values), LIMITS)
    assert (report.verdict, report.has_doubtful_amounts) == ("incomplete", True)
    assert [tell_finding(finding, "fr") for finding in report.findings] == said


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"capex_ht_eur": 10_000.0, "requested_eur": {"region": 1_000.0}},  # the limits are within
        {"capex_ht_eur": 26_000_000.0},
        {"capex_ht_eur": 900_000.0, "requested_eur": {"region": 0.0}},
        {"capex_ht_eur": 23_530.81},  # the smallest whole project of 2019 that is neither a study nor a room
    ],
)
def test_amounts_that_stand(values: dict[str, object]) -> None:
    assert ask_for_amounts(ELIGIBLE, request(**values), LIMITS) is ELIGIBLE


def test_what_a_gate_refuses_stays_refused() -> None:
    report = ask_for_amounts(
        GateReport("ineligible", (), {"ars": "ineligible", "region": "eligible"}), request(capex_ht_eur=900.0), LIMITS
    )
    assert (report.verdict, report.has_doubtful_amounts) == ("ineligible", True)
    assert report.by_funder == {"ars": "ineligible", "region": "incomplete"}


def test_the_limits_are_those_of_the_model(tmp_path: Path) -> None:
    assert read_appraisal(tmp_path).amount_limits == LIMITS
