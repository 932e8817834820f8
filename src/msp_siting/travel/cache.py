"""Travel times kept by what they were made from: the same roads, points, speeds and cut-off are searched once."""

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.errors import RoadsError
from msp_siting.files import check_file, output_errors, read_json, replace_files, sha256_of
from msp_siting.travel.points import Points
from msp_siting.travel.roads import Speeds
from msp_siting.travel.search import Routed

FORMAT = "2"  # raised when the same inputs give other times


def fingerprint(roads: Path, points: Points, speeds: Speeds, *choices: object) -> str:
    """Return the sha256 of everything that decides the travel times."""
    digest = hashlib.sha256(FORMAT.encode() + sha256_of(roads).encode())
    for frame in (points.demand, points.places):
        digest.update(frame[["point_id", "lon", "lat"]].to_csv(index=False, lineterminator="\n").encode())
    digest.update(speeds.model_dump_json().encode())
    digest.update(json.dumps([str(choice) for choice in choices]).encode())
    return digest.hexdigest()


def cached(folder: Path | None, key: str, make: Callable[[], Routed]) -> Routed:
    """Return what the cache holds under a key, or make it and keep it; ``None`` for no cache.

    A damaged entry is made again.

    Raises
    ------
    OutputError
        If it cannot be kept; the cache is as it was.
    """
    if folder is None:
        return make()
    table, record = folder / f"{key}.parquet", folder / f"{key}.json"
    kept = _kept(table, record)
    if kept is not None:
        return kept
    routed = make()

    def write(fresh: Path) -> list[Path]:
        content = routed.table.to_parquet(index=False)
        (fresh / table.name).write_bytes(content)
        entry = {"record": routed.record, "sha256": _sha256(content, routed.record)}
        (fresh / record.name).write_text(json.dumps(entry), encoding="utf-8", newline="\n")
        return [fresh / table.name, fresh / record.name]

    with output_errors(folder):
        replace_files(folder, write)
    return routed


def _kept(table: Path, record: Path) -> Routed | None:
    """Return a whole entry, or None where it is not there or not what was kept."""
    try:
        check_file(table, RoadsError)
        content, entry = table.read_bytes(), read_json(record, RoadsError)
    except (OSError, RoadsError):
        return None
    if not isinstance(entry.get("record"), dict) or entry.get("sha256") != _sha256(content, entry["record"]):
        return None
    return Routed(pd.read_parquet(io.BytesIO(content)), entry["record"] | {"from_cache": True})


def _sha256(table: bytes, record: Mapping[str, Any]) -> str:
    return hashlib.sha256(table + json.dumps(record, sort_keys=True).encode()).hexdigest()
