"""Reads the question and its assumptions from models/ and scenarios/, and keeps every value explicit."""

from msp_siting.scenario.changes import add_override, parse_overrides
from msp_siting.scenario.changing import change_scenario, scenario_on
from msp_siting.scenario.choices import (
    bundled_territories,
    model_names,
    model_values,
    scenario_names,
    scenario_values,
    territory_names,
)
from msp_siting.scenario.choosing import Choice
from msp_siting.scenario.formats import ACTIONS, Action, Format
from msp_siting.scenario.hosts import HostScenario
from msp_siting.scenario.model import Apl, Assumptions, parse_model
from msp_siting.scenario.model_file import read_model
from msp_siting.scenario.question import Question, SolveSettings
from msp_siting.scenario.scenario import Scenario, question_before_any_decision, read_scenario
from msp_siting.scenario.siting import SitingScenario, read_any_scenario
from msp_siting.scenario.siting_model import (
    COVERS,
    SITING_PARAMETERS,
    SitingAssumptions,
    SitingMeasure,
    is_siting_model,
    parse_siting_model,
    refuse_options,
    without_professions,
)
from msp_siting.scenario.zone_rules import EACH as ZONES_EACH
from msp_siting.scenario.zone_rules import rules_by_zone

__all__ = [
    "ACTIONS",
    "COVERS",
    "SITING_PARAMETERS",
    "ZONES_EACH",
    "Action",
    "Apl",
    "Assumptions",
    "Choice",
    "Format",
    "HostScenario",
    "Question",
    "Scenario",
    "SitingAssumptions",
    "SitingMeasure",
    "SitingScenario",
    "SolveSettings",
    "add_override",
    "bundled_territories",
    "change_scenario",
    "is_siting_model",
    "model_names",
    "model_values",
    "parse_model",
    "parse_overrides",
    "parse_siting_model",
    "question_before_any_decision",
    "read_any_scenario",
    "read_model",
    "read_scenario",
    "refuse_options",
    "rules_by_zone",
    "scenario_names",
    "scenario_on",
    "scenario_values",
    "territory_names",
    "without_professions",
]
