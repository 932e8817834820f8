"""What people of the rim use, kept in the user's cache by what it follows from, for the next question."""

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path

from msp_siting import __version__
from msp_siting.errors import DataError, MspSitingError
from msp_siting.files import read_json, replace_files
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory

FORMAT = 2  # raised when the same inputs give other numbers
Used = dict[str, dict[str, float]]  # standardised inhabitants by profession and place


def key_of(territory: Territory, scenario: Scenario) -> str:
    """Return the sha256 of all that decides what people of the rim use, before any decision."""
    said = {
        "format": FORMAT,
        "version": __version__,
        "territory": territory.sha256,
        "supply": _sha256(territory.supply.to_csv(index=False, lineterminator="\n")),  # as events leave it
        "horizon": scenario.question.horizon_year,
        "model": scenario.model.model_dump(mode="json"),
        "weights": scenario.question.weights.model_dump(mode="json"),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def read_kept(folder: Path, key: str) -> Used | None:
    """Return what is kept under a key; None where it is not there, or not what was kept."""
    try:
        entry = read_json(_file(folder, key), DataError)
    except (OSError, MspSitingError):
        return None
    used = entry.get("used")
    if entry.get("key") != key or entry.get("sha256") != _sha256(used) or not isinstance(used, dict):
        return None
    return used if all(_are_amounts(places) for places in used.values()) else None


def keep(folder: Path, key: str, used: Mapping[str, Mapping[str, float]]) -> None:
    """Keep what people of the rim use under a key; where the folder cannot be written, nothing is kept."""
    file = _file(folder, key)

    def write(fresh: Path) -> list[Path]:
        entry = {"key": key, "sha256": _sha256(used), "used": used}
        (fresh / file.name).write_text(json.dumps(entry), encoding="utf-8", newline="\n")
        return [fresh / file.name]

    try:
        replace_files(folder, write)
    except OSError:  # a full disk or a folder of somebody else's: it is found again next time
        return


def _file(folder: Path, key: str) -> Path:
    return folder / f"rim-{key}.json"


def _sha256(used: object) -> str:
    return hashlib.sha256(json.dumps(used, sort_keys=True).encode()).hexdigest()


def _are_amounts(places: object) -> bool:
    return isinstance(places, dict) and all(isinstance(a, float) and 0 <= a < math.inf for a in places.values())
