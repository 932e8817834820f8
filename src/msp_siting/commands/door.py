"""The Python door: every verb as a function of plain arguments (docs/python.md). Nothing here prints or exits."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd

from msp_siting.answer import settings_of
from msp_siting.commands.comparing import compare_folders
from msp_siting.commands.diagnosing import DiagnosisOrder, diagnose_question
from msp_siting.commands.evaluating import check_envelope, evaluate_question
from msp_siting.commands.given import NO_CHANGES, folder_of, named_as_here
from msp_siting.commands.outcome import Output
from msp_siting.commands.results import Solved
from msp_siting.commands.results_of_runs import Compared, KeptRun, Swept, check_sweep_place
from msp_siting.commands.results_without_plan import Diagnosed, Evaluated
from msp_siting.commands.several_runs import check_compared
from msp_siting.commands.solving import solve_question
from msp_siting.commands.sweeping import Workers, ask, sweep_into
from msp_siting.files import find_file, user_cache
from msp_siting.language import LANGUAGES, default_language, say
from msp_siting.problem import Plan
from msp_siting.requests import Order
from msp_siting.runs import Verified, read_plan, verify_folder
from msp_siting.scenario import Scenario, add_override, change_scenario, question_before_any_decision
from msp_siting.solver import Progress, tell_nobody
from msp_siting.territory import Territory, session_folder


def solve(  # noqa: PLR0913 - what can be asked of a search
    scenario: str | Path | Scenario,
    *,
    changes: Mapping[str, object] = NO_CHANGES,
    start: "str | Path | Solved | KeptRun | None" = None,
    time_limit_s: float | None = None,
    relative_gap: float | None = None,
    threads: int | None = None,
    report: Callable[[Progress], None] | None = None,
) -> Solved:
    """Find the plan that answers a scenario, as ``msp-siting solve`` does.

    Parameters
    ----------
    scenario
        One that was read or made, a file, or a name.
    changes
        Values by path, as `read_scenario` takes them.
    start
        An earlier plan to begin with: a result, or the folder of a run.
    time_limit_s
        Seconds to search; by default the scenario's, as are the next two.
    relative_gap
        |objective - bound| / |objective| at which a plan counts as proven (0-1).
    threads
        Of the solver; 1: two runs with one seed give the same plan.
    report
        Called with the progress of the search (stage, best plan and bound so far).

    Raises
    ------
    ScenarioError, DataError
        For wrong input, with every problem.
    SolverError
        If the solver fails or its answer does not survive verification.
    """
    overrides = dict(changes)
    with named_as_here():
        for name, value in (("time_limit_s", time_limit_s), ("relative_gap", relative_gap), ("threads", threads)):
            if value is not None:
                add_override(overrides, f"solve.{name}", value)
        question = change_scenario(scenario, overrides)
    settings = replace(settings_of(question.question.solve), report=report or tell_nobody, kept=user_cache())
    return solve_question(question, settings, default_language(), plan=_plan_of(start))


def diagnose(
    territory: Territory | str | Path, *, model: str = "allocation", horizon_year: int | None = None
) -> Diagnosed:
    """Describe a territory before any decision, as ``msp-siting diagnose`` does, by the zoning and events of today.

    Parameters
    ----------
    territory
        One that was read or made, a folder, or a name.
    model
        Whose parameters hold.
    horizon_year
        By which those expected to leave have left; None: the supply of today.

    Raises
    ------
    ScenarioError, DataError
        For wrong input, with every problem.
    SolverError
        If the solver fails.
    """
    text, today = {each: say("diagnosis_question", each) for each in LANGUAGES}, _today()
    with named_as_here():
        folder = str(folder_of(territory))
        question = question_before_any_decision(folder, text, str(model), horizon_year, {}, today)
    return diagnose_question(question, default_language(), tell_nobody, DiagnosisOrder(today))


def sweep(  # noqa: PLR0913 - what a sweep is asked
    scenario: str | Path | Scenario,
    values: Sequence[float] | str,
    *,
    parameter: str = "budget_eur",
    workers: int = 1,
    folder: str | Path | None = None,
    resume: bool = False,
) -> Swept:
    """Answer one question for many values of a parameter, as ``msp-siting sweep`` does.

    Parameters
    ----------
    scenario
        One that was read or made, a file, or a name.
    values
        Numbers, in any order; or a text such as ``"2000000:40000000:2000000"`` (from, to, step).
    parameter
        Path of what is varied: EUR for ``budget_eur``, posts for ``recruitable.gp`` ...
    workers
        Processes; with 1 all is done in this one. A script that asks for more needs ``if __name__ == "__main__":``.
    folder
        Where every finished point is kept; None: in a temporary folder, from which the result can be written.
    resume
        Whether to go on with an unfinished sweep of the same question there.

    Raises
    ------
    ScenarioError, DataError
        For wrong input, with every problem; also where a territory made of data frames is to be swept into a folder.
    SolverError
        If the solver fails.
    """
    text = values if isinstance(values, str) else ",".join(f"{Decimal(str(value)):f}" for value in values)
    with named_as_here():
        check_sweep_place(change_scenario(scenario, NO_CHANGES).folder, None if folder is None else Path(folder))
        question = ask(scenario, parameter, text, {})
    place = Path(tempfile.mkdtemp(dir=session_folder())) / "sweep" if folder is None else Path(folder)
    team = Workers(workers if workers > 1 else 0)
    return sweep_into(question, Output(place, default_language()), team, tell_nobody, resume=resume)


def evaluate(  # noqa: PLR0913 - what an evaluation is asked
    scenario: str | Path | Scenario,
    requests: str | Path | pd.DataFrame,
    *,
    envelope_eur: float | None = None,
    weights: Mapping[str, float] | str | None = None,
    on: date | None = None,
    searches: int = 40,
    workers: int = 1,
) -> Evaluated:
    """Judge funding requests by what they change, as ``msp-siting evaluate`` does.

    Parameters
    ----------
    scenario
        One that was read or made, a file, or a name: of which territory, with which money and posts.
    requests
        A CSV or a workbook, or a data frame, one project per row (docs/files.md, "Funding requests").
    envelope_eur
        Money that is given out, in whole cents; None: the scenario's budget.
    weights
        Of criteria, such as ``{"need": 30, "team": 25}``; ``"proposed"``; None: requests are not weighed.
    on
        The day whose gates and events count; None: today.
    searches
        How many requests, those with the largest effect first, are held against all other plans.
    workers
        Processes; with 1 all is done in this one. A script that asks for more needs ``if __name__ == "__main__":``.

    Raises
    ------
    ScenarioError, DataError
        For wrong input, with every problem.
    SolverError
        If the solver fails or its answer does not survive verification.
    """
    text = ",".join(f"{name}={value}" for name, value in weights.items()) if isinstance(weights, Mapping) else weights
    with named_as_here():
        check_envelope(envelope_eur)
        question = change_scenario(scenario, NO_CHANGES if on is None else {"asked_on": on})
        file = None if isinstance(scenario, Scenario) else find_file(str(scenario), "scenarios", Path())
        order = Order(
            beside=question.beside if file is None else file.parent,
            envelope_eur=envelope_eur,
            weights=text,
            on=on or _today(),
            searches=searches,
            workers=workers,
        )
        told = requests if isinstance(requests, pd.DataFrame) else Path(requests)
        return evaluate_question(question, told, order, default_language(), tell_nobody)


def compare(runs: Iterable[str | Path | Solved | KeptRun]) -> Compared:
    """Put two to ten runs of one territory side by side, the first being the reference.

    Parameters
    ----------
    runs
        Folders that ``solve`` wrote, runs read back, or plans just found.

    Raises
    ------
    ScenarioError
        For too few or too many, folders that hold no run with a plan, or runs of several territories.
    DataError
        With every problem of their files.
    """
    shelf = Path(tempfile.mkdtemp(dir=session_folder()))
    folders, unwritten = [], []
    for number, run in enumerate(runs):
        folders.append(_written(run, shelf / f"plan-{number + 1}"))
        if isinstance(run, Solved):
            unwritten.append(number)
    check_compared(folders, None)
    compared = compare_folders(folders, default_language())
    return replace(compared, unwritten=tuple(compared.comparison.labels[number] for number in unwritten))


def read_run(folder: str | Path) -> KeptRun:
    """Return a run of ``solve`` as its files hold it.

    Raises
    ------
    ScenarioError, DataError
        If the folder holds no finished run, or one of another kind, or a file cannot be read.
    """
    return KeptRun.of(Path(folder))


def verify(folder: str | Path, *, territory: str | Path | None = None) -> Verified:
    """Reckon a run, or every run of a sweep, again from its files; what differs is in ``.problems``.

    Parameters
    ----------
    territory
        Where the territory is now, if not where the run says.

    Raises
    ------
    ScenarioError, DataError
        If the folder holds no run, a file cannot be read, or the territory is gone or has changed.
    SolverError
        If who is served before any decision cannot be solved again.
    """
    return verify_folder(Path(folder), None if territory is None else Path(territory))


def _plan_of(start: "str | Path | Solved | KeptRun | None") -> Plan | None:
    if start is None or isinstance(start, Solved):
        return None if start is None else start.answer.solution.plan
    return read_plan(start.folder if isinstance(start, KeptRun) else Path(start))


def _written(run: "str | Path | Solved | KeptRun", place: Path) -> Path:
    """Return the folder of a run; a plan that is in none is written as the points of a sweep are."""
    if isinstance(run, KeptRun):
        return run.folder
    if not isinstance(run, Solved):
        return Path(run)
    place.mkdir()
    run.fill(place, place)
    return place


def _today() -> date:
    return datetime.now().astimezone().date()
