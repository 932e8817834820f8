"""What an earlier run asked, decided and found, read from the files of its folder."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, MspSitingError, ScenarioError, Sentence, problem, told
from msp_siting.files import is_there, read_json, read_record, read_table
from msp_siting.problem import SPACING_ROWS, Assignment, Plan, Prices
from msp_siting.runs.columns import (
    PLAN_PRICES,
    PLAN_SITES,
    PLAN_STAFF,
    RUN_ALLOCATION,
    RUN_POINTS,
    RUN_SITES,
    RUN_ZONES,
)
from msp_siting.runs.files import RunFile
from msp_siting.runs.kinds import read_kind, read_provenance
from msp_siting.runs.records import Provenance, Summary, read_written
from msp_siting.runs.writing import read_written_cells
from msp_siting.scenario import Assumptions, Question, parse_model

WORDS = frozenset(  # columns of a plan and its figures that hold no numbers
    [
        *("site_id", "place_id", "parent_place_id", "demand_id", "zone_id", "name", "action", "format", "profession"),
        *("supply", "kind", "rule", "host_site_id", "host_name"),
    ]
)
WITHOUT_PLAN = ("infeasible", "no_plan")
ROUNDED_INHABITANTS = 1e-4  # of one cell of a table


@dataclass(frozen=True)
class EarlierRun:
    """A run with a plan, as its files hold it.

    Attributes
    ----------
    sites
        One row per opened site: ``site_id``, ``place_id``, ``name``, ``format``, ``lon``, ``lat``.
    staff
        One row per (opened site, profession with posts): ``site_id``, ``profession``, ``recruited``.
    points
        One row per (demand point, profession): ``inhabitants``, ``uncovered_before``, ``uncovered_after``.
    zones
        The same figures, one row per (``kind``, ``zone_id``, profession), with ``name``.
    """

    folder: Path
    summary: Summary
    provenance: Provenance
    question: Question
    model: Assumptions
    sites: pd.DataFrame
    staff: pd.DataFrame
    points: pd.DataFrame
    zones: pd.DataFrame


def read_plan(folder: Path) -> Plan:
    """Return the plan of a run folder, from its ``sites.csv`` and ``staff.csv``.

    Raises
    ------
    ScenarioError
        If the folder holds no run of ``solve``, or one without a plan.
    DataError
        With every problem of a table.
    """
    if is_there(folder / RunFile.PROVENANCE):
        kind = read_provenance(folder).get("kind", "solve")
        if kind != "solve":
            raise ScenarioError(of_another_kind(kind).at(folder))
    if not is_there(folder / RunFile.SITES):
        no_plan = problem("holds no run with a plan (no sites.csv); give the folder of a run")
        raise ScenarioError(no_plan.at(folder))
    sites = read_table(folder / RunFile.SITES, PLAN_SITES)
    staff = read_table(folder / RunFile.STAFF, PLAN_STAFF)
    return Plan(sites[["site_id", "format"]], staff[["site_id", "profession", "recruited"]])


def read_prices(folder: Path) -> Prices:
    """Return the prices of a run folder, from its ``prices.csv``; none at all without such rows.

    Raises
    ------
    DataError
        With every problem of the table.
    """
    table = read_table(folder / RunFile.PRICES, PLAN_PRICES)
    prices = {(rule, place, name): price for rule, place, name, price in table.itertuples(index=False, name=None)}
    single = {rule: price for (rule, place, name), price in prices.items() if not place and not name}
    return Prices(
        room={(place, name): price for (rule, place, name), price in prices.items() if rule == "capacity"},
        budget=single.get("budget", 0.0),
        aid_budget=single.get("aid_budget", 0.0),
        recruit={name: price for (rule, _, name), price in prices.items() if rule == "recruitment_pool"},
        site=single.get("site_count_max", 0.0),
        site_wanted=single.get("site_count_min", 0.0),
        zone_apl={
            (kind, zone): price
            for (rule, key, _), price in prices.items()
            if rule == "zone_apl" and ":" in key
            for kind, zone in [key.split(":", 1)]
        },
        visits={unit: price for (rule, unit, _), price in prices.items() if rule == "apl_floor"},
        spacing={
            (rule, int(row)): price
            for (rule, row, _), price in prices.items()
            if rule in SPACING_ROWS and row.isdecimal()
        },
        target={name: price for (rule, _, name), price in prices.items() if rule == "coverage_target"},
        zone_target={
            (*zone.split(":", 1), name): price
            for (rule, zone, name), price in prices.items()
            if rule == "zone_coverage"
        },
    )


def read_assignments(folder: Path) -> tuple[Assignment, Assignment]:
    """Return who is uncovered before, and who is served where and uncovered after, as a run folder's tables say.

    Who is served where before is written nowhere.

    Raises
    ------
    DataError
        With every problem of ``coverage.csv`` and ``allocation.csv``.
    """
    points = read_table(folder / RunFile.COVERAGE, RUN_POINTS)
    rows = read_table(folder / RunFile.ALLOCATION, RUN_ALLOCATION)
    keys = ["demand_id", "place_id", "profession"]
    served = rows.groupby(keys, as_index=False, sort=False)["inhabitants"].sum()
    before, after = (
        points[["demand_id", "profession"]].assign(inhabitants=points[f"uncovered_{moment}"])
        for moment in ("before", "after")
    )
    return Assignment(served.iloc[:0], before), Assignment(served, after)


def read_run_table(path: Path) -> pd.DataFrame:
    """Return a table of a plan or of its figures as it was written: ids and words are text, all else is numbers.

    Raises
    ------
    DataError
        If the file is no such table.
    """
    cells = read_written_cells(path)
    try:
        return pd.DataFrame({name: cells[name] if name in WORDS else _numbers(cells[name]) for name in cells.columns})
    except ValueError as fault:
        raise DataError(problem("cannot be read as CSV: {problem}", problem=told(fault)).at(path)) from fault


def _numbers(cells: pd.Series) -> pd.Series:
    is_whole = cells.str.fullmatch(r"-?[0-9]+").all() and len(cells) > 0
    return cells.map(int).astype("int64") if is_whole else cells.map(lambda cell: float(cell or "nan")).astype(float)


def read_runs(folders: Sequence[Path]) -> tuple[EarlierRun, ...]:
    """Return the runs of some folders, in their order.

    Raises
    ------
    ScenarioError
        Naming every folder that holds no run of ``solve``, or one without a plan.
    DataError
        With every problem of the files of the others.
    """
    problems = [each for folder in folders for each in _why_no_plan(folder)]
    if problems:
        raise ScenarioError(problems)
    runs = []
    for folder in folders:
        try:
            runs.append(_read_run(folder))
        except MspSitingError as fault:
            problems += fault.problems
    if problems:
        raise DataError(problems)
    return tuple(runs)


def _why_no_plan(folder: Path) -> Collection[Sentence]:
    """Return what keeps a folder from being that of a run with a plan: one sentence, or none."""
    missing = [name for name in (RunFile.PROVENANCE, RunFile.SUMMARY, RunFile.RESOLVED) if not is_there(folder / name)]
    if missing:
        return [problem("holds no run (no {file}); give a folder that solve wrote", file=missing[0]).at(folder)]
    try:
        kind, status = read_kind(folder), read_json(folder / RunFile.SUMMARY, DataError).get("status")
    except DataError as fault:
        return fault.problems
    if kind != "solve":
        return [of_another_kind(kind).at(folder)]
    if status in WITHOUT_PLAN or not is_there(folder / RunFile.SITES):
        return [problem("this run has no plan (status {status}); leave it out", status=status).at(folder)]
    return []


def of_another_kind(kind: object) -> Sentence:
    """Return why a run of a kind is not taken where one of a model with professions is needed."""
    if kind == "siting":
        return problem(
            "holds a plan of a siting model, without professions; give a run of a model with professions, such as "
            "allocation"
        )
    return problem("holds a run of {kind}; give a folder that solve wrote", kind=kind)


def _read_run(folder: Path) -> EarlierRun:
    summary = read_written(folder / RunFile.SUMMARY, Summary)
    provenance = read_written(folder / RunFile.PROVENANCE, Provenance)
    question = read_record(folder / RunFile.RESOLVED, Question, ScenarioError)
    if not isinstance(question.model, dict):
        expected = problem("expected {expected}", expected=problem("the contents of a model"))
        wrong = problem("{expected}, got {value}", expected=expected, value=repr(question.model))
        raise ScenarioError(wrong.at("model").at(folder / RunFile.RESOLVED))
    run = EarlierRun(
        folder=folder,
        summary=summary,
        provenance=provenance,
        question=question,
        model=parse_model(question.model, problem("{file}: {key}", file=folder / RunFile.RESOLVED, key="model.")),
        sites=read_table(folder / RunFile.SITES, RUN_SITES),
        staff=read_table(folder / RunFile.STAFF, PLAN_STAFF),
        points=read_table(folder / RunFile.COVERAGE, RUN_POINTS),
        zones=read_table(folder / RunFile.ZONES, RUN_ZONES),
    )
    problems = [problem("{problem}; these files are not of one run", problem=each) for each in _mismatches(run)]
    if problems:
        raise DataError(problems)
    return run


def _mismatches(run: EarlierRun) -> Iterator[Sentence]:
    """Yield what the tables of a run say otherwise than its summary, each after the name of its file."""
    summary, sites, staff, points = run.summary, run.sites, run.staff, run.points
    if len(sites) != summary.sites_opened:
        rows = problem(
            "has {rows} rows, but summary.json has {sites} sites", rows=len(sites), sites=summary.sites_opened
        )
        yield rows.at(run.folder / RunFile.SITES)
    if not set(sites["format"]) <= set(run.model.formats):
        formats = problem("has formats that the model of {file} does not have", file=RunFile.RESOLVED)
        yield formats.at(run.folder / RunFile.SITES)
    if not set(staff["site_id"]) <= set(sites["site_id"]):
        yield problem("has posts at sites that sites.csv does not have").at(run.folder / RunFile.STAFF)
    uncovered = {
        problem("uncovered before"): summary.uncovered_before,
        problem("uncovered after"): summary.uncovered_after,
    }
    by_profession: list[Collection[str]] = [summary.staff, summary.shortage_before, summary.shortage_after]
    if any(set(figures) != set(run.model.professions) for figures in [*by_profession, *uncovered.values()]):
        professions = problem("has other professions than the model of {file}", file=RunFile.RESOLVED)
        yield professions.at(run.folder / RunFile.SUMMARY)
        return
    whole = run.zones[run.zones["kind"].eq("territory")]
    for name, posts in summary.staff.items():
        recruited = staff.loc[staff["profession"].eq(name), "recruited"].sum()
        if recruited != posts:
            yield problem(
                "has {recruited:g} posts of {profession}, but summary.json has {posts}",
                recruited=recruited,
                profession=name,
                posts=posts,
            ).at(run.folder / RunFile.STAFF)
        expected = {problem("inhabitants"): summary.inhabitants} | {
            what: figures[name] for what, figures in uncovered.items()
        }
        for file, table in ((RunFile.COVERAGE, points), (RunFile.ZONES, whole)):
            rows = table[table["profession"].eq(name)]
            for what, figure in expected.items():
                total = rows[what.replace(" ", "_")].sum()
                if abs(total - figure) > ROUNDED_INHABITANTS * max(1, len(rows)):
                    yield problem(
                        "has {total:.2f} {what} ({profession}), but summary.json has {figure:.2f}",
                        total=total,
                        what=what,
                        profession=name,
                        figure=figure,
                    ).at(run.folder / file)
