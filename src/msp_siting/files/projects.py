"""Where a name is looked up: as a path, in the project of whoever names it, in the current folder, then bundled."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Literal

from msp_siting.errors import ScenarioError, problem
from msp_siting.files.hints import near_name
from msp_siting.files.text import check_file, is_file, is_folder, is_there

MANIFEST = "manifest.yaml"  # in every folder of data/
EVENTS_STEM = "events"  # the table of a territory that makes the day of a question count
GATES, APPRAISAL = "gates.yaml", "appraisal.yaml"  # in models/ and no models


def bundled_folder() -> Path:
    """Return the folder that holds the data/, models/ and scenarios/ that come with the package."""
    installed = Path(str(files("msp_siting"))) / "bundled"
    return installed if installed.is_dir() else Path(__file__).parents[3]


def project_roots(beside: Path) -> Iterator[Path]:
    """Yield the folders whose data/, models/ and scenarios/ are looked up, for what lies in a folder ``beside``."""
    above = beside / ".." if beside.name in {"", ".."} else beside.parent
    yield from (beside, above, Path(), bundled_folder())  # the nearest project wins, even inside another one


def find_file(name: str, kind: Literal["scenarios", "models"], beside: Path) -> Path:
    """Return the file a name means: a path, then in the ``kind``/ of the project ``beside``, here, and bundled."""
    file_name = name if name.endswith((".yaml", ".yml")) else f"{name}.yaml"
    places = [beside / name, Path(name), *(root / kind / file_name for root in project_roots(beside))]
    found = next((place for place in places if is_there(place) and not is_folder(place)), None)
    if found is None and is_folder(Path(name)):
        _refuse_folder(Path(name))
    if found is None:
        files = {file for root in project_roots(beside) for file in (root / kind).glob("*.yaml")}
        known = {file.stem for file in files if file.name not in {GATES, APPRAISAL}}
        absent = problem("no such file, and no such name in {folder}", folder=f"{kind}/") + near_name(name, known)
        raise ScenarioError(absent.at(repr(name)))
    return found


def find_territory(name: str, beside: Path) -> Path:
    """Return the folder of the territory that a name means, named in a file of the folder ``beside``.

    Raises
    ------
    ScenarioError
        If there is none.
    """
    places = [beside / name, Path(name), *(root / "data" / name for root in project_roots(beside))]
    found = next((place for place in places if is_there(place / MANIFEST)), None)
    if found is None:
        known = {place.parent.name for root in project_roots(beside) for place in (root / "data").glob(f"*/{MANIFEST}")}
        raise ScenarioError(problem("no folder {name!r} with a manifest.yaml", name=name) + near_name(name, known))
    return found


def has_events(folder: Path) -> bool:
    """Return whether a territory has a table of events, so that the day on which it is asked about counts."""
    return any(is_there(folder / f"{EVENTS_STEM}{ending}") for ending in (".csv", ".xlsx"))


def find_parameters(name: str, beside: Path) -> Path:
    """Return a file of models/parameters/: of the project ``beside``, of the current folder's, or the bundled one."""
    files = [root / "models" / "parameters" / f"{name}.yaml" for root in project_roots(beside)]
    found = next((file for file in files if is_file(file)), None)
    if found is None:
        known = {file.stem for folder in files for file in folder.parent.glob("*.yaml")}
        absent = problem("no such file, and no such name in {folder}", folder="models/parameters/")
        raise ScenarioError((absent + near_name(name, known)).at(repr(name)))
    return found


def _refuse_folder(folder: Path) -> None:
    """Say which file of a folder, or which command, may be meant."""
    if is_file(folder / MANIFEST):
        wrong = problem("is a territory; give a scenario (a .yaml file), or use msp-siting diagnose")
        raise ScenarioError(wrong.at(folder))
    if is_file(folder / "scenario.resolved.yaml"):
        asked = problem("is a run; its question is {file}", file=folder / "scenario.resolved.yaml")
        raise ScenarioError(asked.at(folder))
    check_file(folder, ScenarioError)
