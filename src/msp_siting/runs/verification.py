"""Runs verified from their written files: seals, decisions against the rules, and every figure that follows."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from msp_siting.answer import Answer, Problem, answer_caveats, prepare_problem, summarise, tabulate
from msp_siting.errors import DataError, ScenarioError, Sentence, problem, told
from msp_siting.files import SEAL, broken_seals, is_file, is_there, read_json, read_utf8, show_value
from msp_siting.language import LANGUAGES
from msp_siting.problem import (
    TOLERANCE_SHARE,
    Assignment,
    Certificate,
    Conflict,
    Instance,
    Prices,
    Solution,
    SolverReport,
    Status,
    objective_of,
    problems_of_solution,
)
from msp_siting.runs.provenance import record_territory
from msp_siting.runs.reading import (
    PROVENANCE,
    RESOLVED,
    SUMMARY,
    WITHOUT_PLAN,
    read_assignments,
    read_plan,
    read_prices,
)
from msp_siting.runs.tables import site_table, staff_table
from msp_siting.runs.written_cells import compare_summaries, compare_tables, is_same_cell, read_written_cells
from msp_siting.scenario import Scenario, read_scenario
from msp_siting.solver import Settings
from msp_siting.territory import read_territory

SWEEP, ASKED, POINTS = "sweep.csv", "sweep.json", "points"
OF_POINTS = (
    *("budget_eur", "objective", "cost_eur", "sites_opened", "status", "running_eur_per_year"),
    *("inhabitants_below_apl_floor_after", "beyond_20_minutes_after"),
)
BY_PROFESSION = {"uncovered": "uncovered_after", "staff": "staff", "shortage": "shortage_after"}  # columns, and keys
NOT_RECOMPUTED = {  # keys of summary.json, and the key of the sentence that says why
    "build_s": "verify_why_measured",
    "solve_s": "verify_why_measured",
    "total_s": "verify_why_measured",
    "peak_memory_mb": "verify_why_measured",
    "versions": "verify_why_versions",
    "uncovered_need_range_after": "verify_why_searched",
}


@dataclass(frozen=True)
class Verified:
    """What verifying a folder found.

    Attributes
    ----------
    figures
        How many cells and keys were reckoned again and compared.
    problems
        One sentence per thing that differs.
    points
        How many runs the folder holds, where it is a sweep's.
    priced, bound
        The bound that follows from the prices, and the one that is stated; None where there is none.
    is_sealed
        Whether the folder says what its files were.
    """

    folder: Path
    figures: int = 0
    problems: tuple[Sentence, ...] = ()
    points: int = 0
    priced: float | None = None
    bound: float | None = None
    is_sealed: bool = True


def verify_folder(folder: Path, territory: Path | None = None) -> Verified:
    """Return what differs between a folder's files and what follows from its question, territory and decisions.

    A run of ``solve`` is reckoned again whole, but for `NOT_RECOMPUTED`; so is every point of a sweep. Of other kinds
    it is only seen whether their files are as they were written.

    Parameters
    ----------
    territory
        Where the territory is now, if not where the run says.

    Raises
    ------
    ScenarioError, DataError
        If the folder holds no run, if a file cannot be read, or if the territory is gone or has changed.
    SolverError
        If who is served before any decision cannot be solved again.
    """
    if is_file(folder):
        raise ScenarioError(problem("is a file; give the folder of a run").at(folder))
    if not is_file(folder / PROVENANCE):
        unfinished = problem("holds no finished run (no {file}); give the folder of a run", file=PROVENANCE)
        raise ScenarioError(unfinished.at(folder))
    provenance, summary = read_json(folder / PROVENANCE, DataError), read_json(folder / SUMMARY, DataError)
    sealed = provenance.get(SEAL)
    broken = tuple(broken_seals(folder, sealed)) if isinstance(sealed, dict) else ()
    if "status" in summary or "search" in provenance or is_there(folder / "prices.csv"):
        found = _verify_run(folder, territory, [])
    elif "parameter" in provenance or is_there(folder / ASKED):
        found = _verify_sweep(folder, territory)
    else:
        found = Verified(folder)
    return replace(found, problems=(*broken, *found.problems), is_sealed=isinstance(sealed, dict))


def _verify_sweep(folder: Path, territory: Path | None) -> Verified:
    """Verify every point, and that each row of the curve has the figures of its own."""
    asked, curve = (
        read_json(folder / ASKED, DataError),
        read_written_cells(read_utf8(folder / SWEEP, DataError), folder / SWEEP),
    )
    parameter, fingerprints = asked.get("parameter"), asked.get("points")
    if not isinstance(parameter, str) or not isinstance(fingerprints, dict):
        raise DataError(problem("does not say what was swept").at(folder / ASKED))
    missing = [name for name in (parameter, *OF_POINTS) if name not in curve.columns]
    if missing:
        raise DataError(problem("column {name} is missing", name=name).at(folder / SWEEP) for name in missing)
    kept: list[Problem] = []
    problems: list[Sentence] = []
    figures = 0
    if len(fingerprints) != len(curve):
        lengths = {"rows": len(curve), "points": len(fingerprints)}
        problems.append(problem("has {rows} rows, but there are {points} points", **lengths).at(folder / SWEEP))
    for row, (key, cells) in enumerate(zip(fingerprints, curve.to_dict("records"), strict=False), start=2):
        point = folder / POINTS / key
        if not is_file(point / PROVENANCE):
            problems.append(problem("this point of the sweep is missing").at(point))
            continue
        found, summary = _verify_run(point, territory, kept), read_json(point / SUMMARY, DataError)
        if summary.get("input_sha256") != fingerprints[key]:
            problems.append(problem("answers another question than {asked} says", asked=folder / ASKED).at(point))
        expected = {parameter: key, **_figures_of(summary, cells)}
        problems += found.problems
        problems += [
            problem(
                "row {row}: {name}: the point has {value!r}, {written!r} written",
                row=row,
                name=name,
                value=value,
                written=cells[name],
            ).at(folder / SWEEP)
            for name, value in expected.items()
            if not is_same_cell(cells[name], value)
        ]
        figures += found.figures + len(expected)
    return Verified(folder, figures, tuple(problems), points=len(fingerprints))


def _figures_of(summary: Mapping[str, Any], columns: Collection[str]) -> dict[str, str]:
    """Return what the curve has of a point's summary, by its columns there."""
    values = {name: summary.get(name) for name in OF_POINTS}
    for column, key in BY_PROFESSION.items():
        by_profession = summary.get(key) or {}
        values |= {f"{column}_{name}": value for name, value in by_profession.items() if f"{column}_{name}" in columns}
    return {name: _cell_of(value) for name, value in values.items()}


def _cell_of(value: object) -> str:
    return "" if value is None else str(value)


def _verify_run(folder: Path, territory: Path | None, kept: list[Problem]) -> Verified:
    """Reckon one run again; ``kept`` holds the problem of a run before it, if there was one."""
    summary = read_json(folder / SUMMARY, DataError)
    scenario = _read_question(folder, territory)
    asked = scenario.question.solve
    settings = Settings(asked.time_limit_s, asked.relative_gap, asked.improvement_gap, asked.threads, asked.seed)
    if not (kept and kept[0].answers(scenario)):
        _check_territory(scenario)
        kept[:] = [prepare_problem(scenario, settings)]
    prepared, instance = kept[0], kept[0].instance.asked(scenario)
    report, certificate = _read_search(folder)
    stated = None if summary.get("bound") is None else _number(folder, summary, "bound")
    if summary.get("status") in WITHOUT_PLAN:
        none = Solution(summary["status"], None, stated, None, None, report)
        return _compare(folder, summary, _answer(scenario, prepared, instance, none, prepared.before))
    (before, after), plan = read_assignments(folder), read_plan(folder)
    objective = _number(folder, summary, "objective")
    solution = Solution(
        _status(settings, objective, stated, prepared, instance), objective, stated, plan, after, report, certificate
    )
    problems = list(_key_problems(folder, instance, before))
    if not problems:
        problems += [each.at(folder) for each in problems_of_solution(instance, solution)]
        problems += _before_problems(folder, prepared, before)
    if problems:
        return Verified(folder, 0, tuple(problems))
    whole_posts = replace(plan, staff=plan.staff.astype({"recruited": int}))
    found = _compare(
        folder, summary, _answer(scenario, prepared, instance, replace(solution, plan=whole_posts), before)
    )
    return replace(found, priced=None if certificate is None else certificate.priced, bound=stated)


def _read_question(folder: Path, territory: Path | None) -> Scenario:
    """Return what a run asked; where its territory is not found, say how to name the place."""
    try:
        return read_scenario(folder / RESOLVED, {} if territory is None else {"territory": str(territory.resolve())})
    except ScenarioError as fault:
        if territory is not None:
            raise
        lost = f"{folder / RESOLVED}: territory: "
        raise ScenarioError(
            problem("{problem}; say where it is now with --territory", problem=each) if each.startswith(lost) else each
            for each in fault.problems
        ) from fault


def _check_territory(scenario: Scenario) -> None:
    """Refuse a territory that is no longer what it was: nothing could be told from its figures."""
    if read_territory(scenario.folder).sha256 != scenario.question.territory_sha256:
        changed = problem(
            "is not the territory of this run (its files have changed since); name one as it was with --territory, or "
            "solve again"
        )
        raise DataError(changed.at(scenario.folder))


def _provenance_problems(folder: Path, answer: Answer) -> Iterator[Sentence]:
    """Yield what ``run.json`` says otherwise of scenario and territory than these do."""
    written = read_json(folder / PROVENANCE, DataError)
    name, asked, found = written.get("scenario"), answer.scenario.name, written.get("territory")
    if name != asked:
        values = {"recomputed": show_value(asked), "written": show_value(name)}
        yield problem("{recomputed} recomputed, {written} written", **values).at("scenario").at(folder / PROVENANCE)
    for key, value in record_territory(answer.territory).items():
        if not isinstance(found, dict) or found.get(key) != value:
            yield problem("is not as the territory itself says").at(key).at("territory").at(folder / PROVENANCE)


def _status(settings: Settings, objective: float, bound: float | None, prepared: Problem, instance: Instance) -> Status:
    before = prepared.objective_before if instance.opening_nothing_is_a_plan else None
    return "optimal" if settings.are_met(objective, bound, before) else "feasible"


def _answer(
    scenario: Scenario, prepared: Problem, instance: Instance, solution: Solution, before: Assignment
) -> Answer:
    coverage = None
    if solution.plan is not None and solution.assignment is not None:
        apl = scenario.model.apl
        coverage = tabulate(prepared.territory, instance, apl, before, solution.plan, solution.assignment)
    return Answer(scenario, prepared.territory, instance, before, prepared.objective_before, solution, coverage)


def _compare(folder: Path, summary: Mapping[str, Any], answer: Answer) -> Verified:
    """Compare every figure that follows from an answer with what is written."""
    first = summarise(answer, LANGUAGES[0])
    recomputed = [first, *({**first, "caveats": answer_caveats(answer, language)} for language in LANGUAGES[1:])]
    versions = summary.get("versions")
    is_own = isinstance(versions, dict) and versions.get("msp-siting") == first["versions"]["msp-siting"]
    reworded = () if is_own else ("caveats",)  # another version may say the same in other words
    problems = compare_summaries(folder / SUMMARY, summary, recomputed, [*NOT_RECOMPUTED, *reworded])
    problems += _provenance_problems(folder, answer)
    figures = len(set(first) - set(NOT_RECOMPUTED))
    if answer.coverage is not None:
        tables = {
            "sites.csv": site_table(answer),
            "staff.csv": staff_table(answer),
            "allocation.csv": answer.coverage.allocation,
            "coverage.csv": answer.coverage.points,
            "zones.csv": answer.coverage.zones,
        }
        for name, frame in tables.items():
            problems += compare_tables(folder / name, frame)
            figures += frame.size
    return Verified(folder, figures, tuple(problems))


def _read_search(folder: Path) -> tuple[SolverReport, Certificate | None]:
    """Return what a run says of its search, and the prices that it wrote."""
    try:
        said = read_json(folder / PROVENANCE, DataError)["search"]
        sizes = (said["columns"], said["rows"], said["nonzeros"], said["nodes"])
        conflicts = tuple(Conflict(**conflict) for conflict in said["conflicts"])
        report = SolverReport(0.0, 0.0, *sizes, said["ended_by"], conflicts)
        searched, priced = said["searched_bound"], said["priced_bound"]
    except (KeyError, TypeError) as fault:
        unsaid = problem("does not say how the search ended ({problem})", problem=told(fault))
        raise DataError(unsaid.at("search").at(folder / PROVENANCE)) from fault
    if priced is None:
        if is_there(folder / "prices.csv") and read_prices(folder).room:
            unpriced = problem("priced_bound is missing, but prices.csv has prices")
            raise DataError(unpriced.at("search").at(folder / PROVENANCE))
        return report, None
    prices = read_prices(folder) if is_there(folder / "prices.csv") else Prices({}, 0.0, {})
    for value in (priced, *([] if searched is None else [searched])):
        _number(folder, {"priced_bound": value}, "priced_bound", PROVENANCE)
    return report, Certificate(searched, priced, prices)


def _number(folder: Path, content: Mapping[str, Any], key: str, file: str = SUMMARY) -> float:
    value = content.get(key)
    if isinstance(value, bool) or not isinstance(value, float | int):
        no_number = problem("expected {expected}, got {value!r}", expected=problem("a number"), value=value)
        raise DataError(no_number.at(key).at(folder / file))
    return float(value)


def _key_problems(folder: Path, instance: Instance, before: Assignment) -> Iterator[Sentence]:
    """Yield who is in ``coverage.csv`` and not in the territory, or the other way round."""
    found = set(before.uncovered[["demand_id", "profession"]].itertuples(index=False, name=None))
    expected = {(demand_id, name) for demand_id in instance.inhabitants for name in instance.professions}
    for demand_id, name in sorted(expected - found)[:1]:
        lacks = problem("has no row of {demand_id}, {profession}", demand_id=demand_id, profession=name)
        yield lacks.at(folder / "coverage.csv")
    for demand_id, name in sorted(found - expected)[:1]:
        has = problem(
            "has a row of {demand_id}, {profession}, which the question does not have",
            demand_id=demand_id,
            profession=name,
        )
        yield has.at(folder / "coverage.csv")


def _before_problems(folder: Path, prepared: Problem, before: Assignment) -> Iterator[Sentence]:
    reckoned, solved = objective_of(prepared.instance, before.uncovered), prepared.objective_before
    if not abs(reckoned - solved) <= TOLERANCE_SHARE * max(1.0, abs(solved)):
        values = {"reckoned": reckoned, "solved": solved}
        other = problem("its objective is {reckoned:.6f}, solved again {solved:.6f}", **values)
        yield other.at("uncovered_before").at(folder / "coverage.csv")
