"""The model of a question written down for another solver; nothing is solved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from msp_siting.answer import read_at_horizon, read_problem, settings_of
from msp_siting.commands.outcome import Run
from msp_siting.errors import ScenarioError, problem
from msp_siting.files import output_errors, replace_files
from msp_siting.language import Language, say
from msp_siting.requests import with_gates
from msp_siting.scenario import Scenario
from msp_siting.solver import Progress


def state_model(scenario: Scenario, path: Path, language: Language, report: Callable[[Progress], None]) -> Run:
    """Write the model of a question as it is stated (`write_model`).

    Parameters
    ----------
    path
        A file that ends in ``.lp`` or ``.mps``.

    Raises
    ------
    ScenarioError, DataError
        For wrong input, or a file of another kind; nothing is written then.
    OutputError
        If it cannot be written; an earlier file is as it was.
    """
    from msp_siting.problem.formulation import FILE_KINDS, write_model  # noqa: PLC0415 - loads Pyomo

    if path.suffix.lower() not in FILE_KINDS:
        expected = problem("must end in {kinds}, got {path}", kinds=" / ".join(FILE_KINDS), path=path)
        raise ScenarioError(expected.at("--write-model"))
    territory = read_at_horizon(scenario)
    minded = with_gates(scenario, territory, datetime.now().astimezone().date())
    _, instance = read_problem(minded, replace(settings_of(scenario.question.solve), report=report), territory)

    def write(fresh: Path) -> list[Path]:
        write_model(instance, fresh / path.name)
        return [fresh / path.name]

    with output_errors(path):
        replace_files(path.parent, write)
    return Run({"model": path.as_posix()}, (say("line_model_stated", language, path=path),), 0)
