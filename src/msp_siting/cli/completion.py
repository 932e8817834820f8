"""What the shell offers at the Tab key: scenarios, territories, models, and the paths of values."""

from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Literal

import click
from click.shell_completion import CompletionItem

from msp_siting.errors import MspSitingError

DEFAULT_MODEL = "allocation"
ZONE_KINDS = ("epci", "tvs", "cpts", "canton", "living_area", "cls", "department")


def complete_scenario(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the scenarios by name and the scenario files near by."""
    return _starting(typed, [*_choices().scenario_names(), *_files("*.yaml", "scenarios/*.yaml")], "file")


def complete_input(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return all that can be checked: scenarios, and the files and folders of the current project."""
    files = _files("*.yaml", "scenarios/*.yaml", "models/*.yaml")
    return _starting(typed, [*_choices().scenario_names(), *files, *_territory_folders()], "file")


def complete_territory(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the territories by name and those of the current project as folders."""
    return _starting(typed, [*_choices().territory_names(), *_territory_folders()], "dir")


def complete_bundled_territory(
    _context: click.Context, _parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Return the territories that come with the package."""
    return [CompletionItem(name) for name in _choices().bundled_territories() if name.startswith(typed)]


def complete_territory_folder(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the territory folders of the current project."""
    return _starting(typed, _territory_folders(), "dir")


def complete_model(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the models by name and those of the current project as files."""
    files = [name for name in _files("models/*.yaml") if Path(name).stem in _choices().model_names()]
    return _starting(typed, [*_choices().model_names(), *files], "file")


def complete_zone_kind(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the kinds of zone that are commonly loaded."""
    return [CompletionItem(kind) for kind in ZONE_KINDS if kind.startswith(typed)]


def complete_setting(context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return ``PATH=`` for all that can be changed of the scenario or the model given so far."""
    values = _values_given(context)
    return [CompletionItem(f"{path}=", help=value) for path, value in values.items() if path.startswith(typed)]


def _values_given(context: click.Context) -> dict[str, str]:
    asks = {"scenario", "paths"} & {parameter.name for parameter in context.command.params}
    for scenario in context.args if asks else ():  # an option without its value leaves arguments where they were
        try:
            return dict(_choices().scenario_values(scenario))
        except MspSitingError:  # no scenario, or a wrong one: the command itself will say so
            continue
    try:
        return dict(_choices().model_values(context.params.get("model") or DEFAULT_MODEL))
    except MspSitingError:
        return {}


def _files(*patterns: str) -> list[str]:
    return [file.as_posix() for pattern in patterns for file in sorted(Path().glob(pattern))]


def _territory_folders() -> list[str]:
    return [Path(name).parent.as_posix() for name in _files("data/*/manifest.yaml")]


def _starting(typed: str, known: Iterable[str], otherwise: Literal["file", "dir"]) -> list[CompletionItem]:
    """Return what begins as typed; where nothing does, leave it to the shell."""
    found = [CompletionItem(name) for name in known if name.startswith(typed)]
    return found or [CompletionItem(typed, type=otherwise)]


def _choices() -> ModuleType:
    """Return what knows the names; help and errors do without it."""
    from msp_siting import scenario

    return scenario
