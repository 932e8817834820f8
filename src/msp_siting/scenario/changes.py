"""Departures from a model by path, as a file or the command line gives them."""

import copy
import fnmatch
from collections.abc import Mapping, Sequence
from typing import Any

from msp_siting.errors import ScenarioError, Sentence, problem, told
from msp_siting.files import near_name, parse_yaml

RETIRED = {  # parameters of earlier versions, by path (* for any name): why they are no more
    "need.evenness_step_share": problem(
        "is no parameter any more (who stays uncovered is exact); take it out, and solve a run that has it again"
    ),
    "formats.*.running_eur_per_year": problem(
        "is called aci_eur_per_year now (revenue of the team, no running cost); rename it, and solve a run that has it "
        "again"
    ),
}


def refuse_retired(content: object, beginning: str) -> object:
    """Return part of a model as it is written, if it has no parameter of earlier versions.

    Parameters
    ----------
    beginning
        Of its paths in `RETIRED`: ``need.``.

    Raises
    ------
    ValueError
        With what became of each.
    """
    names = [key for key in content if isinstance(key, str)] if isinstance(content, Mapping) else []
    gone = [RETIRED[beginning + key].at(key) for key in names if beginning + key in RETIRED]
    if gone:
        raise ValueError(*gone)
    return content


def parse_overrides(pairs: Sequence[str]) -> dict[str, Any]:
    """Return values by path from ``PATH=VALUE`` texts, values read as YAML; a path given twice is an error."""
    overrides: dict[str, Any] = {}
    problems = []
    for pair in pairs:
        path, equals, text = pair.partition("=")
        if not equals or not path:
            expected = problem("expected {expected}", expected=problem("PATH=VALUE"))
            problems.append(expected.at(f"--set {pair}"))
        elif path in overrides:
            problems.append(problem("given twice; keep one").at(f"--set {path}"))
        else:
            try:
                overrides[path] = parse_yaml(text)
            except ValueError as fault:
                problems.append(told(fault).at(f"--set {path}"))
    if problems:
        raise ScenarioError(problems)
    return overrides


def add_override(overrides: dict[str, Any], path: str, value: object) -> None:
    """Add the value of an option of its own to those of ``--set``; the same path in both is an error."""
    if path in overrides:
        raise ScenarioError(problem("given by an option of its own too; keep one").at(f"--set {path}"))
    overrides[path] = value


def apply_changes(
    content: Mapping[str, Any], changes: Mapping[str, Any], place: str, origin: str | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Return a model with values changed by path, and one line per change: ``path: old -> new``.

    Parameters
    ----------
    content
        A model as read, which is left as it was.
    changes
        New values by path, such as ``professions.gp.cutoff_minutes: 15``.
    place
        What each path is written after in messages, such as ``scenarios/nord.yaml: changes.``.
    origin
        What to note as a changed parameter's origin; by default ``changed OLD -> NEW``.

    Raises
    ------
    ScenarioError
        For every path that leads nowhere, and for two of which one lies inside the other.
    """
    changed = copy.deepcopy(dict(content))
    problems, log = [], []
    for path, new in changes.items():
        inside = [other for other in changes if other != path and path.startswith(f"{other}.")]
        if inside:
            twice = problem("lies inside {path}, which is changed too; keep one", path=inside[0])
            problems.append(after(place, twice.at(path)))
            continue
        gone = next((why for pattern, why in RETIRED.items() if fnmatch.fnmatchcase(path, pattern)), None)
        if gone is not None:
            problems.append(after(place, gone.at(path)))
            continue
        try:
            old = _change(changed, path.split("."), new, origin)
        except KeyError as fault:
            problems.append(after(place, told(fault).at(path)))
            continue
        log.append(f"{path}: {old} -> {new}")
    if problems:
        raise ScenarioError(problems)
    return changed, log


def after(place: str, wrong: Sentence) -> Sentence:
    """Return a problem right after the place that it is about, which ends as the key that follows wants it."""
    return problem("{place}{problem}", place=place, problem=wrong)


def _change(content: dict[str, Any], path: list[str], new: object, origin: str | None) -> object:
    """Set one value in place and return the old one; KeyError says why the path leads nowhere."""
    node: Any = content
    parameter: dict[str, Any] | None = None
    for step in path[:-1]:
        node, parameter = _descend(node, step, parameter)
    last = path[-1]
    if _is_parameter(node):
        parameter, node = node, node["value"]
    if not isinstance(node, dict) or last not in node:
        _no_such(node, last)
    if _is_parameter(node[last]):
        parameter, node, last = node[last], node[last], "value"
    old = node[last]
    node[last] = new
    if parameter is not None:
        inside = "" if node is parameter else f"{last}: "
        _note_change(parameter, f"{inside}{old} -> {new}", origin)
    return old


def _note_change(parameter: dict[str, Any], change: str, origin: str | None) -> None:
    """Set a changed parameter's origin, kind and source in place; earlier changes stay in its origin."""
    if origin is not None:
        parameter["origin"] = origin
        return
    earlier = parameter.get("origin", "")
    if earlier.startswith("changed "):
        parameter["origin"] = f"{earlier}; {change}"
        return
    parameter["origin"] = f"changed {change}"
    parameter["kind"] = "assumed"
    parameter["source"] = f"the scenario, instead of: {parameter['source']}"


def _descend(node: Any, step: str, parameter: dict[str, Any] | None) -> tuple[Any, dict[str, Any] | None]:  # noqa: ANN401 - raw YAML
    if _is_parameter(node):
        parameter, node = node, node["value"]
    if not isinstance(node, dict) or step not in node:
        _no_such(node, step)
    return node[step], parameter


def _no_such(node: object, step: str) -> None:
    known = list(node) if isinstance(node, dict) else []
    raise KeyError(problem("no such parameter") + near_name(step, known))


def _is_parameter(node: object) -> bool:
    return isinstance(node, dict) and {"value", "unit", "source", "kind"} <= set(node)
