"""Reads funding requests as people write them, judges them by gates, and appraises them."""

from msp_siting.requests.evaluation.appraisals import Appraisal, Evaluation
from msp_siting.requests.evaluation.between import OF_OTHERS
from msp_siting.requests.evaluation.effects import SURROUNDINGS, Situation
from msp_siting.requests.evaluation.evaluate import Order, evaluate, evaluate_again
from msp_siting.requests.evaluation.parameters import (
    CASES,
    CENTRAL,
    CRITERIA,
    CaseName,
    read_parameters,
    read_yardstick,
)
from msp_siting.requests.evaluation.promises import GP
from msp_siting.requests.evaluation.searched import keep_evaluation, read_evaluation
from msp_siting.requests.evaluation.searches import Report
from msp_siting.requests.evaluation.tables import (
    effects_table,
    losses_table,
    portfolio_table,
    requests_table,
)
from msp_siting.requests.gates.figures import Figure, figure_of
from msp_siting.requests.gates.findings import VERDICTS, Finding, GateReport, Value, Verdict, Word
from msp_siting.requests.gates.judging import ZONINGS_DIFFER
from msp_siting.requests.gates.marking import failing_gates, gates_of, mark_record, marks_of, minding, with_gates
from msp_siting.requests.gates.msps import MSP_STANDS, action_of
from msp_siting.requests.gates.places import LocalFacts, local_facts
from msp_siting.requests.gates.rules import Gate, Gates, read_gates
from msp_siting.requests.reading import read_requests
from msp_siting.requests.request import PARTS_OF_INVESTMENT, ROUNDING_EUR, FundingRequest

__all__ = [
    "CASES",
    "CENTRAL",
    "CRITERIA",
    "GP",
    "MSP_STANDS",
    "OF_OTHERS",
    "PARTS_OF_INVESTMENT",
    "ROUNDING_EUR",
    "SURROUNDINGS",
    "VERDICTS",
    "ZONINGS_DIFFER",
    "Appraisal",
    "CaseName",
    "Evaluation",
    "Figure",
    "Finding",
    "FundingRequest",
    "Gate",
    "GateReport",
    "Gates",
    "LocalFacts",
    "Order",
    "Report",
    "Situation",
    "Value",
    "Verdict",
    "Word",
    "action_of",
    "effects_table",
    "evaluate",
    "evaluate_again",
    "failing_gates",
    "figure_of",
    "gates_of",
    "keep_evaluation",
    "local_facts",
    "losses_table",
    "mark_record",
    "marks_of",
    "minding",
    "portfolio_table",
    "read_evaluation",
    "read_gates",
    "read_parameters",
    "read_requests",
    "read_yardstick",
    "requests_table",
    "with_gates",
]
