"""How the search for a plan ended: what ``run.json`` holds of it, written and read back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from msp_siting.errors import DataError, problem, told
from msp_siting.files import is_there
from msp_siting.problem import (
    Certificate,
    ChoiceReport,
    ChoiceStep,
    Conflict,
    Prices,
    Shortfall,
    Solution,
    SolverReport,
)
from msp_siting.runs.files import RunFile
from msp_siting.runs.reading import read_prices


def record_search(solution: Solution) -> dict[str, Any]:
    """Return what ``run.json`` holds of a search."""
    report, certificate = solution.report, solution.certificate
    return {
        "columns": report.columns,
        "rows": report.rows,
        "nonzeros": report.nonzeros,
        "nodes": report.nodes,
        "ended_by": report.ended_by,
        "searched_bound": None if certificate is None else certificate.searched,
        "priced_bound": None if certificate is None else certificate.priced,
        "conflicts": [asdict(conflict) for conflict in report.conflicts],
        "choice": None if solution.choice is None else asdict(solution.choice),
    }


def read_choice(provenance: Mapping[str, Any], path: Path) -> ChoiceReport | None:
    """Return what ``run.json`` says of how the plan was chosen among those as good; ``path`` names it in messages.

    Raises
    ------
    DataError
        If it says what cannot be.
    """
    said = provenance["search"].get("choice")  # a run of before has none
    if said is None:
        return None
    try:
        shortfall, score = (
            ChoiceStep(*(read_number(said[step], name, path) for name in ("at_first", "found", "bound")))
            for step in ("shortfall", "score")
        )
        best, most = (read_number(said, name, path) for name in ("objective_best", "objective_most"))
    except (KeyError, TypeError, AttributeError) as fault:
        unsaid = problem("does not say how the plan was chosen ({problem})", problem=told(fault))
        raise DataError(unsaid.at("choice").at("search").at(path)) from fault
    return ChoiceReport(best, most, shortfall, score)


def read_search(folder: Path, provenance: Mapping[str, Any]) -> tuple[SolverReport, Certificate | None]:
    """Return what the ``run.json`` of a folder says of its search, and the prices that it wrote.

    Raises
    ------
    DataError
        If it does not say so, or says what cannot be.
    """
    path = folder / RunFile.PROVENANCE
    try:
        said = provenance["search"]
        sizes = (said["columns"], said["rows"], said["nonzeros"], said["nodes"])
        conflicts = tuple(_conflict(**conflict) for conflict in said["conflicts"])
        report = SolverReport(0.0, 0.0, *sizes, said["ended_by"], conflicts)
        searched, priced = said["searched_bound"], said["priced_bound"]
    except (KeyError, TypeError) as fault:
        unsaid = problem("does not say how the search ended ({problem})", problem=told(fault))
        raise DataError(unsaid.at("search").at(path)) from fault
    prices = read_prices(folder) if is_there(folder / RunFile.PRICES) else Prices({}, 0.0, {})
    if priced is None:
        if prices.room or prices.visits:
            unpriced = problem("priced_bound is missing, but prices.csv has prices")
            raise DataError(unpriced.at("search").at(path))
        return report, None
    for value in (priced, *([] if searched is None else [searched])):
        read_number({"priced_bound": value}, "priced_bound", path)
    return report, Certificate(searched, priced, prices)


def _conflict(rule: str | None, cheapest_eur: float | None, limits: Sequence[Mapping[str, Any]] = ()) -> Conflict:
    """Return one conflict as JSON holds it; a run of before has no limits."""
    read = (Shortfall(**{**each, "about": tuple(each["about"])}) for each in limits)
    return Conflict(rule, cheapest_eur, tuple(read))


def read_number(content: Mapping[str, Any], key: str, path: Path) -> float:
    """Return a number that a JSON file holds; ``path`` names it in messages."""
    value = content.get(key)
    if isinstance(value, bool) or not isinstance(value, float | int):
        no_number = problem("expected {expected}, got {value!r}", expected=problem("a number"), value=value)
        raise DataError(no_number.at(key).at(path))
    return float(value)
