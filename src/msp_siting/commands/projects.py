"""A project folder to edit: a bundled territory, the models, its scenarios and what to do next."""

import math
import shlex
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

from msp_siting.errors import ScenarioError, foreign, problem
from msp_siting.files import (
    RUN_MARKER,
    bundled_folder,
    check_name,
    clear_remains,
    is_file,
    near_name,
    read_yaml,
    real_path,
    replace_files,
)
from msp_siting.language import Language, say
from msp_siting.scenario import bundled_territories


def make_project(folder: Path, territory: str, language: Language) -> list[str]:
    """Write a project into a new folder, whole or not at all, and return what there is to say.

    Parameters
    ----------
    folder
        One that is not there, or is empty.
    territory
        Name of a bundled territory: its data and scenarios are taken, and all the models.

    Raises
    ------
    ScenarioError
        For another target or an unknown territory, and where the folder cannot be written; nothing is written then.
    """
    known = bundled_territories()
    if territory not in known:
        hint = near_name(territory, known) or problem("; give one of {names}", names=", ".join(known))
        raise ScenarioError(problem("no such territory is bundled").at(f"--territory {territory}") + hint)
    scenarios = _scenarios_of(territory)
    first = scenarios[0].stem

    def fill(project: Path) -> None:
        _copy_files(bundled_folder() / "data" / territory, project / "data" / territory)
        _copy_files(bundled_folder() / "models", project / "models")
        (project / "scenarios").mkdir()
        for file in scenarios:
            copyfile(file, project / "scenarios" / file.name)
        text = say("project_readme", language, territory=territory, scenario=first)
        (project / "README.md").write_text(text, encoding="utf-8", newline="\n")

    try:
        _make_new(folder, fill)
    except OSError as fault:
        reason = foreign(str(fault.strerror))
        unwritten = problem("cannot be written: {reason}; give another folder", reason=reason)
        raise ScenarioError(unwritten.at(folder)) from fault
    return [
        say("project_written", language, folder=folder, territory=territory),
        say("project_next", language, folder=shlex.quote(folder.as_posix()), scenario=first),
    ]


def _check_new(folder: Path) -> None:
    """Refuse a target that is a file, holds something, or lies in a run: that would hold what it did not write."""
    check_name(folder)
    if folder.exists() and not folder.is_dir():
        raise ScenarioError(problem("is a file; give the name of a new folder").at(folder))
    if folder.is_dir() and any(folder.iterdir()):
        raise ScenarioError(problem("is not empty; give the name of a new folder").at(folder))
    run = next((above for above in real_path(folder).parents if is_file(above / RUN_MARKER)), None)
    if run is not None:
        raise ScenarioError(problem("lies in the run {run}; give a folder outside it", run=run).at(folder))


def _make_new(folder: Path, fill: Callable[[Path], None]) -> None:
    """Put what ``fill`` writes into a new folder: into the folder itself where there is an empty one already."""
    place = real_path(folder)
    clear_remains(place)
    _check_new(folder)

    def fill_this(fresh: Path) -> list[Path]:
        fill(fresh)
        return sorted(fresh.iterdir())

    def make(fresh: Path) -> list[Path]:
        project = fresh / place.name
        project.mkdir()
        fill(project)
        return [project]

    if place.is_dir():
        replace_files(place, fill_this)
    else:
        replace_files(place.parent, make)


def _scenarios_of(territory: str) -> list[Path]:
    """Return the files of the bundled scenarios of a territory, the least money (solved soonest) first."""
    contents = {file: read_yaml(file, ScenarioError) for file in sorted(bundled_folder().glob("scenarios/*.yaml"))}
    own = [file for file, content in contents.items() if content["territory"] == territory]
    return sorted(own, key=lambda file: float(contents[file].get("budget_eur", math.inf)))


def _copy_files(source: Path, target: Path) -> None:
    """Copy the files of a folder, as files that can be written whatever the package's own are."""
    for file in sorted(source.rglob("*")):
        if file.is_file():
            copy = target / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copyfile(file, copy)
