"""A run of a model without professions on disk: its table of sites, and the whole reckoned again from its files."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from msp_siting.answer import (
    SitingAnswer,
    read_for_siting,
    settings_of,
    siting_caveats,
    summarise_siting,
    unreachable_points,
    with_status,
)
from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import read_json, read_table
from msp_siting.problem.location import LocationCase, Siting, build_location, problems_of_siting
from msp_siting.runs.asked import check_territory, provenance_problems, read_asked
from msp_siting.runs.columns import RUN_ALLOCATION, SITING_SITES
from msp_siting.runs.files import RunFile
from msp_siting.runs.kinds import read_provenance
from msp_siting.runs.reading import WITHOUT_PLAN
from msp_siting.runs.recomputation import compare_told, compare_written, told_as_written
from msp_siting.runs.search import read_number
from msp_siting.runs.verified import Verified
from msp_siting.scenario import SitingScenario, read_any_scenario

NOT_RECOMPUTED = {
    **dict.fromkeys(("build_s", "solve_s", "interrupted", "total_s", "peak_memory_mb"), "verify_why_measured"),
    "versions": "verify_why_versions",
    "bound": "verify_why_searched",
}
SEARCHED = "least_sites"  # only a search gives it, where there is no plan


def siting_table(found: SitingAnswer) -> pd.DataFrame:
    """Return ``sites.csv``: one row per site that opens (docs/files.md, "A run of a siting model")."""
    opened, allocation, location = found.opened, found.allocation, found.case.location
    new = allocation[allocation["supply"].eq("new")].groupby("site_id")
    served, farthest = new["inhabitants"].sum(), new["minutes"].max()
    capacity = location.capacity[opened.index]
    return pd.DataFrame(
        {
            **{name: opened[name] for name in ("site_id", "place_id", "name", "action", "format", "lon", "lat")},
            "capex_eur": opened["capex_eur"],
            "cost_eur": opened["capex_eur"],
            "cost_from": opened["cost_from"],
            "capacity_inhabitants": np.where(np.isfinite(capacity), capacity, math.nan),
            "inhabitants_served_all": opened["site_id"].map(served).fillna(0.0),
            "farthest_minutes": opened["site_id"].map(farthest),
        }
    ).reset_index(drop=True)


def recompute_siting(folder: Path, territory: Path | None) -> tuple[Verified, SitingAnswer | None]:
    """Return a run reckoned again, and its answer; none where its decisions break a rule or cannot be read.

    Parameters
    ----------
    territory
        Where the territory is now, if not where the run says.

    Raises
    ------
    ScenarioError, DataError
        If a file cannot be read, or if the territory is gone or has changed.
    """
    scenario = read_asked(folder, territory, _read_siting)
    check_territory(scenario)
    known = read_for_siting(scenario)
    case, path = build_location(known, scenario), folder / RunFile.SUMMARY
    provenance, summary = read_provenance(folder), read_json(path, DataError)
    bound = None if summary.get("bound") is None else read_number(summary, "bound", path)
    if summary.get("status") in WITHOUT_PLAN:
        least = summary.get("least_sites")
        none = Siting(summary["status"], None, bound, unreachable=unreachable_points(case), least_sites=least)
        found = SitingAnswer(scenario, case.territory, case, none)
        return _compare(folder, provenance, summary, found), found
    siting, problems = _read_siting_of(folder, case, summary)
    if siting is not None:
        problems += [each.at(folder) for each in problems_of_siting(case.location, case.model, siting)]
    if siting is None or problems:
        return _verified(folder, 0, problems), None
    found = with_status(SitingAnswer(scenario, case.territory, case, siting), settings_of(scenario.question.solve))
    return replace(_compare(folder, provenance, summary, found), bound=bound), found


def _read_siting(path: Path, overrides: Mapping[str, Any]) -> SitingScenario:
    found = read_any_scenario(path, overrides)
    if not isinstance(found, SitingScenario):
        raise DataError(problem("its model has professions, and the run is of a model without").at("model").at(path))
    return found


def _read_siting_of(
    folder: Path, case: LocationCase, summary: Mapping[str, Any]
) -> tuple[Siting | None, list[Sentence]]:
    """Return the decisions of a run, as its tables hold them, and what of them its territory does not know."""
    opened = read_table(folder / RunFile.SITES, SITING_SITES)["site_id"]
    rows = read_table(folder / RunFile.ALLOCATION, RUN_ALLOCATION)
    by_id = {name: row for row, name in case.sites["site_id"].items() if name}
    by_place = {place: row for row, place in case.sites.loc[case.sites["site_id"].eq(""), "place_id"].items()}
    places = case.sites["place_id"].tolist()
    point_of = {name: row for row, name in enumerate(case.location.demand_ids)}
    problems = [*_unknown(folder / RunFile.SITES, opened, by_id)]
    sites = [
        by_id.get(site) if site else by_place.get(place)
        for site, place in rows[["site_id", "place_id"]].itertuples(index=False, name=None)
    ]
    for number, (site, place) in enumerate(zip(sites, rows["place_id"], strict=True), start=2):
        if site is None or places[site] != place:
            lost = problem("no site of the question is there").at(problem("row {row}", row=number))
            problems.append(lost.at(folder / RunFile.ALLOCATION))
    problems += _unknown(folder / RunFile.ALLOCATION, rows["demand_id"], point_of)
    if problems:
        return None, problems[:5]
    points = rows["demand_id"].map(point_of).to_numpy(np.int64)
    weights = case.location.weights[points] if len(points) else np.empty(0)
    parts = np.bincount(points, minlength=len(point_of))[points] if len(points) else np.empty(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(weights > 0, rows["inhabitants"].to_numpy(float) / weights, 1.0 / parts)
    path = folder / RunFile.SUMMARY
    no_pair = math.inf if case.model.measure == "p-dispersion" else None
    objective = no_pair if summary.get("objective") is None else read_number(summary, "objective", path)
    bound = None if summary.get("bound") is None else read_number(summary, "bound", path)
    if bound is None and objective == math.inf:
        bound = math.inf
    siting = Siting(
        "feasible",
        objective,
        bound,
        np.array(sorted(by_id[site] for site in opened), np.int64),
        points,
        np.array(sites, np.int64),
        shares,
        first_stage=summary.get("least_sites"),
    )
    return siting, []


def _unknown(path: Path, ids: pd.Series, known: Mapping[str, int]) -> Iterator[Sentence]:
    for row, name in enumerate(ids, start=2):
        if name not in known:
            yield problem("{name!r} is not in the question", name=name).at(problem("row {row}", row=row)).at(path)


def _compare(folder: Path, provenance: Mapping[str, Any], summary: Mapping[str, Any], found: SitingAnswer) -> Verified:
    """Compare every figure that follows from an answer with what is written."""
    tables: dict[RunFile, pd.DataFrame] = {}
    if found.has_plan:
        tables = {
            RunFile.SITES: siting_table(found),
            RunFile.ALLOCATION: found.allocation,
            RunFile.COVERAGE: found.points,
            RunFile.ZONES: found.zones,
        }
    figures = summarise_siting(found)
    told = figures | {"caveats": told_as_written(siting_caveats(found), summary.get("caveats"))}
    left_out = [*(key for key in NOT_RECOMPUTED if key != "bound"), *([] if found.has_plan else [SEARCHED])]
    problems = compare_told(folder, summary, told, left_out)
    wrong = provenance_problems(provenance, found.scenario.name, found.territory)
    problems += [each.at(folder / RunFile.PROVENANCE) for each in wrong]
    cells, differing = compare_written(folder, tables)
    return _verified(folder, len(set(figures) - set(NOT_RECOMPUTED)) + cells, [*problems, *differing])


def _verified(folder: Path, figures: int, problems: list[Sentence]) -> Verified:
    return Verified(folder, figures, tuple(problems), is_siting=True, not_recomputed=NOT_RECOMPUTED)
