"""Carries out one verb per file, for the command line and a notebook alike."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msp_siting.commands.alternatives import find_alternatives_and_write
    from msp_siting.commands.building import BuildOrder, build_and_write
    from msp_siting.commands.checking import check
    from msp_siting.commands.comparing import compare_and_write
    from msp_siting.commands.diagnosing import DiagnosisOrder, diagnose_and_write
    from msp_siting.commands.door import compare, diagnose, evaluate, read_run, solve, sweep, verify
    from msp_siting.commands.evaluating import check_envelope, evaluate_and_write
    from msp_siting.commands.given import read_scenario, read_territory, scenario_from, territory_from, travel_times
    from msp_siting.commands.outcome import Output, Run
    from msp_siting.commands.projects import make_project
    from msp_siting.commands.reporting import ReportOrder, report_and_write
    from msp_siting.commands.results import Solved
    from msp_siting.commands.results_of_runs import Compared, KeptRun, Swept
    from msp_siting.commands.results_without_plan import Diagnosed, Evaluated
    from msp_siting.commands.siting import Sited, site_and_write, site_question
    from msp_siting.commands.solving import gap_of, kept_sites, solve_and_write
    from msp_siting.commands.stating import state_model
    from msp_siting.commands.sweeping import Workers, ask, sweep_and_write
    from msp_siting.commands.timing import TravelOrder, make_and_write
    from msp_siting.commands.verifying import sentences_of, summary_of
    from msp_siting.commands.zoning import ZonesOrder, add_zones_and_write

__all__ = [
    "BuildOrder",
    "Compared",
    "Diagnosed",
    "DiagnosisOrder",
    "Evaluated",
    "KeptRun",
    "Output",
    "ReportOrder",
    "Run",
    "Sited",
    "Solved",
    "Swept",
    "TravelOrder",
    "Workers",
    "ZonesOrder",
    "add_zones_and_write",
    "ask",
    "build_and_write",
    "check",
    "check_envelope",
    "compare",
    "compare_and_write",
    "diagnose",
    "diagnose_and_write",
    "evaluate",
    "evaluate_and_write",
    "find_alternatives_and_write",
    "gap_of",
    "kept_sites",
    "make_and_write",
    "make_project",
    "read_run",
    "read_scenario",
    "read_territory",
    "report_and_write",
    "scenario_from",
    "sentences_of",
    "site_and_write",
    "site_question",
    "solve",
    "solve_and_write",
    "state_model",
    "summary_of",
    "sweep",
    "sweep_and_write",
    "territory_from",
    "travel_times",
    "verify",
]
_ROOMS = {
    "compare": "door",
    "diagnose": "door",
    "evaluate": "door",
    "read_run": "door",
    "solve": "door",
    "sweep": "door",
    "verify": "door",
    "read_scenario": "given",
    "read_territory": "given",
    "scenario_from": "given",
    "territory_from": "given",
    "travel_times": "given",
    "Compared": "results_of_runs",
    "KeptRun": "results_of_runs",
    "Swept": "results_of_runs",
    "Solved": "results",
    "Diagnosed": "results_without_plan",
    "Evaluated": "results_without_plan",
    "check_envelope": "evaluating",
    "BuildOrder": "building",
    "Output": "outcome",
    "DiagnosisOrder": "diagnosing",
    "ReportOrder": "reporting",
    "Run": "outcome",
    "Sited": "siting",
    "TravelOrder": "timing",
    "Workers": "sweeping",
    "ZonesOrder": "zoning",
    "add_zones_and_write": "zoning",
    "ask": "sweeping",
    "build_and_write": "building",
    "check": "checking",
    "compare_and_write": "comparing",
    "diagnose_and_write": "diagnosing",
    "evaluate_and_write": "evaluating",
    "find_alternatives_and_write": "alternatives",
    "gap_of": "solving",
    "kept_sites": "solving",
    "make_and_write": "timing",
    "make_project": "projects",
    "report_and_write": "reporting",
    "sentences_of": "verifying",
    "site_and_write": "siting",
    "site_question": "siting",
    "solve_and_write": "solving",
    "state_model": "stating",
    "summary_of": "verifying",
    "sweep_and_write": "sweeping",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever stands in the rooms
    """Load the room of a name when it is first used."""
    if name not in _ROOMS:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
