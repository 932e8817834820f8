"""Funding requests: read as people write them, judged by gates, appraised."""

from msp_siting.requests.evaluation.appraisals import Appraisal, Evaluation, effects_table, losses_table
from msp_siting.requests.evaluation.effects import Situation
from msp_siting.requests.evaluation.evaluate import Order, Report, evaluate
from msp_siting.requests.evaluation.parameters import (
    CASES,
    CENTRAL,
    CRITERIA,
    CaseName,
    parse_weights,
    read_appraisal,
    read_parameters,
)
from msp_siting.requests.evaluation.tables import action_of, portfolio_table, requests_table
from msp_siting.requests.gates.figures import figure_of
from msp_siting.requests.gates.findings import Finding
from msp_siting.requests.gates.judging import LocalFacts, local_facts
from msp_siting.requests.gates.rules import Gate, Gates, find_gates, read_gates
from msp_siting.requests.reading import PARTS_OF_INVESTMENT, ROUNDING_EUR, FundingRequest, read_requests

__all__ = [
    "CASES",
    "CENTRAL",
    "CRITERIA",
    "PARTS_OF_INVESTMENT",
    "ROUNDING_EUR",
    "Appraisal",
    "CaseName",
    "Evaluation",
    "Finding",
    "FundingRequest",
    "Gate",
    "Gates",
    "LocalFacts",
    "Order",
    "Report",
    "Situation",
    "action_of",
    "effects_table",
    "evaluate",
    "figure_of",
    "find_gates",
    "local_facts",
    "losses_table",
    "parse_weights",
    "portfolio_table",
    "read_appraisal",
    "read_gates",
    "read_parameters",
    "read_requests",
    "requests_table",
]
