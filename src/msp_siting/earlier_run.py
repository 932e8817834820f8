"""What an earlier run asked, decided and found, read from the files of its folder."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from msp_siting.assumptions import Assumptions, parse_model
from msp_siting.errors import DataError, MspSitingError, ScenarioError
from msp_siting.json_files import read_json
from msp_siting.manifest import ManifestFile
from msp_siting.scenario import Question
from msp_siting.solution import Assignment, Plan, Prices, Status
from msp_siting.tables import (
    PLAN_PRICES,
    PLAN_SITES,
    PLAN_STAFF,
    RUN_ALLOCATION,
    RUN_POINTS,
    RUN_SITES,
    RUN_ZONES,
    read_table,
)
from msp_siting.text_files import is_there
from msp_siting.yaml_files import read_record, schema_problems

SUMMARY, PROVENANCE, RESOLVED = "summary.json", "run.json", "scenario.resolved.yaml"
WITHOUT_PLAN = ("infeasible", "no_plan")
ROUNDED_INHABITANTS = 1e-4  # of one cell of a table


class Written(BaseModel):
    """A frozen record of a file that a run wrote: keys that are not used here may stand in it."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, allow_inf_nan=False)


class Summary(Written):
    """The results in ``summary.json`` of a run with a plan; None where one has no value."""

    scenario: str
    territory: str
    model: str
    status: Status
    objective_before: float | None
    objective: float
    bound: float | None
    gap: float | None
    improvement_gap: float | None
    budget_eur: float
    cost_eur: float
    running_eur_per_year: float
    sites_opened: int
    inhabitants: float
    staff: dict[str, int]
    uncovered_before: dict[str, float]
    uncovered_after: dict[str, float]
    shortage_before: dict[str, float]
    shortage_after: dict[str, float]
    beyond_20_minutes_before: float
    beyond_20_minutes_after: float
    apl_mean_before: float | None
    apl_mean_after: float | None
    inhabitants_below_apl_floor_before: float
    inhabitants_below_apl_floor_after: float
    input_sha256: str
    caveats: list[str]


class TerritoryRecord(Written):
    """The territory of a run: its name, its fingerprint and where its files come from."""

    name: str
    sha256: str
    files: list[ManifestFile]


class Provenance(Written):
    """What ``run.json`` says of a run's inputs and of when it ran."""

    started: str
    finished: str
    changes: list[str]
    territory: TerritoryRecord


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


Record = TypeVar("Record", bound=Written)


def read_plan(folder: Path) -> Plan:
    """Return the plan of a run folder, from its ``sites.csv`` and ``staff.csv``.

    Raises
    ------
    ScenarioError
        If the folder holds no run, or one without a plan.
    DataError
        With every problem of a table.
    """
    if not is_there(folder / "sites.csv"):
        raise ScenarioError(f"{folder}: holds no run with a plan (no sites.csv); give the folder of a run")
    sites = read_table(folder / "sites.csv", PLAN_SITES)
    staff = read_table(folder / "staff.csv", PLAN_STAFF)
    return Plan(sites[["site_id", "format"]], staff[["site_id", "profession", "recruited"]])


def read_prices(folder: Path) -> Prices:
    """Return the prices of a run folder, from its ``prices.csv``; none at all without such rows.

    Raises
    ------
    DataError
        With every problem of the table.
    """
    table = read_table(folder / "prices.csv", PLAN_PRICES)
    prices = {(rule, place, name): price for rule, place, name, price in table.itertuples(index=False, name=None)}
    single = {rule: price for (rule, place, name), price in prices.items() if not place and not name}
    return Prices(
        room={(place, name): price for (rule, place, name), price in prices.items() if rule == "capacity"},
        budget=single.get("budget", 0.0),
        recruit={name: price for (rule, _, name), price in prices.items() if rule == "recruitment_pool"},
        site=single.get("site_count_max", 0.0),
        site_wanted=single.get("site_count_min", 0.0),
    )


def read_assignments(folder: Path) -> tuple[Assignment, Assignment]:
    """Return who is uncovered before, and who is served where and uncovered after, as a run folder's tables say.

    Who is served where before is written nowhere.

    Raises
    ------
    DataError
        With every problem of ``coverage.csv`` and ``allocation.csv``.
    """
    points = read_table(folder / "coverage.csv", RUN_POINTS)
    rows = read_table(folder / "allocation.csv", RUN_ALLOCATION)
    keys = ["demand_id", "place_id", "profession"]
    served = rows.groupby(keys, as_index=False, sort=False)["inhabitants"].sum()
    before, after = (
        points[["demand_id", "profession"]].assign(inhabitants=points[f"uncovered_{moment}"])
        for moment in ("before", "after")
    )
    return Assignment(served.iloc[:0], before), Assignment(served, after)


def read_written(path: Path, kind: type[Record]) -> Record:
    """Return a JSON file that a run wrote as a checked record.

    Raises
    ------
    DataError
        With every problem of the file.
    """
    try:
        return kind.model_validate(read_json(path, DataError))
    except ValidationError as problem:
        raise DataError(f"{path}: {text}" for text in schema_problems(problem, kind.model_fields)) from problem


def read_runs(folders: Sequence[Path]) -> tuple[EarlierRun, ...]:
    """Return the runs of some folders, in their order.

    Raises
    ------
    ScenarioError
        Naming every folder that holds no run of ``solve``, or one without a plan.
    DataError
        With every problem of the files of the others.
    """
    problems = [problem for folder in folders for problem in _why_no_plan(folder)]
    if problems:
        raise ScenarioError(problems)
    runs = []
    for folder in folders:
        try:
            runs.append(_read_run(folder))
        except MspSitingError as problem:
            problems += problem.problems
    if problems:
        raise DataError(problems)
    return tuple(runs)


def _why_no_plan(folder: Path) -> Collection[str]:
    """Return what keeps a folder from being that of a run with a plan: one sentence, or none."""
    missing = [name for name in (PROVENANCE, SUMMARY, RESOLVED) if not is_there(folder / name)]
    if missing:
        return [f"{folder}: holds no run (no {missing[0]}); give a folder that solve wrote"]
    try:
        status = read_json(folder / SUMMARY, DataError).get("status")
    except DataError as problem:
        return problem.problems
    if status is None:
        return [f"{folder}: holds no run (summary.json has no status); give a folder that solve wrote"]
    if status in WITHOUT_PLAN or not is_there(folder / "sites.csv"):
        return [f"{folder}: this run has no plan (status {status}); leave it out"]
    return []


def _read_run(folder: Path) -> EarlierRun:
    summary = read_written(folder / SUMMARY, Summary)
    provenance = read_written(folder / PROVENANCE, Provenance)
    question = read_record(folder / RESOLVED, Question, ScenarioError)
    if not isinstance(question.model, dict):
        raise ScenarioError(f"{folder / RESOLVED}: model: expected the contents of a model, got {question.model!r}")
    run = EarlierRun(
        folder=folder,
        summary=summary,
        provenance=provenance,
        question=question,
        model=parse_model(question.model, f"{folder / RESOLVED}: model."),
        sites=read_table(folder / "sites.csv", RUN_SITES),
        staff=read_table(folder / "staff.csv", PLAN_STAFF),
        points=read_table(folder / "coverage.csv", RUN_POINTS),
        zones=read_table(folder / "zones.csv", RUN_ZONES),
    )
    problems = [f"{folder / problem}; these files are not of one run" for problem in _mismatches(run)]
    if problems:
        raise DataError(problems)
    return run


def _mismatches(run: EarlierRun) -> Iterator[str]:
    """Yield what the tables of a run say otherwise than its summary, each after the name of its file."""
    summary, sites, staff, points = run.summary, run.sites, run.staff, run.points
    if len(sites) != summary.sites_opened:
        yield f"sites.csv: has {len(sites)} rows, but summary.json has {summary.sites_opened} sites"
    if not set(sites["format"]) <= set(run.model.formats):
        yield f"sites.csv: has formats that the model of {RESOLVED} does not have"
    if not set(staff["site_id"]) <= set(sites["site_id"]):
        yield "staff.csv: has posts at sites that sites.csv does not have"
    uncovered = {"uncovered before": summary.uncovered_before, "uncovered after": summary.uncovered_after}
    by_profession: list[Collection[str]] = [summary.staff, summary.shortage_before, summary.shortage_after]
    if any(set(figures) != set(run.model.professions) for figures in [*by_profession, *uncovered.values()]):
        yield f"summary.json: has other professions than the model of {RESOLVED}"
        return
    whole = run.zones[run.zones["kind"].eq("territory")]
    for name, posts in summary.staff.items():
        recruited = staff.loc[staff["profession"].eq(name), "recruited"].sum()
        if recruited != posts:
            yield f"staff.csv: has {recruited:g} posts of {name}, but summary.json has {posts}"
        expected = {"inhabitants": summary.inhabitants} | {what: figures[name] for what, figures in uncovered.items()}
        for file, table in (("coverage.csv", points), ("zones.csv", whole)):
            rows = table[table["profession"].eq(name)]
            for what, figure in expected.items():
                total = rows[what.replace(" ", "_")].sum()
                if abs(total - figure) > ROUNDED_INHABITANTS * max(1, len(rows)):
                    yield f"{file}: has {total:.2f} {what} ({name}), but summary.json has {figure:.2f}"
