"""Writes a kind of zone into a territory: a column of its demand, rows of its zones, what its manifest says of them."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from msp_siting.errors import DataError, problem
from msp_siting.files import (
    MANIFEST,
    is_there,
    is_workbook,
    match_headings,
    read_cells,
    read_yaml,
    real_path,
    replace_files,
    sha256_of,
    write_yaml,
)
from msp_siting.sources.boundaries import zone_layers
from msp_siting.sources.zone_lists import ZoneList
from msp_siting.sources.zone_words import PROFESSION_OF
from msp_siting.territory import BOUNDARIES, DEMAND, ZONES, Territory, table_path
from msp_siting.territory.outlines import DEMAND_LAYER, layer_names, read_layer, write_layer

NOT_STATED = "not stated"
DETAILS = ("status", "status_source", "status_date", "profession", "valid_from", "valid_until")


@dataclass(frozen=True)
class Origin:
    """Where a list comes from and on which days it holds.

    Attributes
    ----------
    file
        The list itself.
    """

    file: Path
    source: str
    licence: str
    vintage: str
    valid_from: date | None = None
    valid_until: date | None = None

    def note(self) -> dict[str, str]:
        """Return what a manifest says of it."""
        return {"source": self.source, "licence": self.licence, "vintage": self.vintage, "kind": "measured"}


@dataclass(frozen=True)
class _Cells:
    """A table as its file holds it: cells as text, so that those that stay are written as they were."""

    frame: pd.DataFrame
    separator: str = ","

    def write(self, path: Path) -> None:
        self.frame.to_csv(path, sep=self.separator, index=False, lineterminator="\n", encoding="utf-8")


def add_zones(territory: Territory, kind: str, listed: ZoneList, origin: Origin) -> None:
    """Write the zones of a list into a territory's folder, in place of those that it may have of this kind.

    The tables change one after the other, each time so that what stands there can be read; an error leaves all as
    they were.

    Raises
    ------
    DataError
        For tables that are workbooks.
    OSError
        If anything cannot be written; the territory is as it was.
    """
    folder = territory.folder
    demand, zones = _read(folder, "demand"), _read(folder, "zones")
    commune = "commune_id" if "commune_id" in demand.frame.columns else "demand_id"
    # Cells may hold codes otherwise than they are read (spaces around them), the table that was checked does not.
    of_points = territory.demand[commune].map(listed.zone_of).fillna("").to_numpy()
    filled = _Cells(demand.frame.assign(**{f"{kind}_id": of_points}), demand.separator)
    others = zones.frame[zones.frame["kind"].ne(kind)]
    own = _rows(kind, listed, origin)
    after = _Cells(pd.concat([others, own], ignore_index=True).fillna(""), zones.separator)
    replaced = zones.frame[zones.frame["kind"].eq(kind) & ~zones.frame["zone_id"].isin(own["zone_id"])]
    meanwhile = _Cells(pd.concat([after.frame, replaced], ignore_index=True).fillna(""), zones.separator)
    manifest: dict[str, Any] = read_yaml(folder / MANIFEST, DataError)
    outlines = None if kind in PROFESSION_OF else _outlines(territory, of_points)
    tables = {"demand.csv": [filled], "zones.csv": [meanwhile, after] if len(replaced) else [after]}

    def write(fresh: Path) -> list[Path]:
        described = _Description(manifest, kind, origin, has_zones=len(zones.frame) > 0)
        paths: dict[str, list[Path]] = {}
        for name, versions in tables.items():
            for number, table in enumerate(versions):
                path = fresh / str(number) / name
                path.parent.mkdir(exist_ok=True)
                table.write(path)
                paths.setdefault(name, []).append(path)
                described.put(name, len(table.frame), sha256_of(path))
        drawn = []
        if outlines is not None and territory.boundaries is not None:
            drawn.append(fresh / BOUNDARIES)
            shutil.copyfile(territory.boundaries, drawn[0])
            write_layer(outlines, drawn[0], kind)
            described.put(BOUNDARIES, None, sha256_of(drawn[0]))
        both, last = fresh / "both" / MANIFEST, fresh / MANIFEST
        both.parent.mkdir()
        write_yaml(described.meanwhile(), both)
        write_yaml(described.after(), last)
        # Demand first has no zone that is not listed, as long as zones hold those of both; a new kind is in none yet.
        first = paths["zones.csv"][:-1]
        return [both, *first, *paths["demand.csv"], *drawn, paths["zones.csv"][-1], last]

    replace_files(real_path(folder), write)


def _read(folder: Path, stem: str) -> _Cells:
    """Return the cells of a table under the names of its columns; ``zones`` may be absent."""
    path = table_path(folder, stem)
    if not is_there(path):
        return _Cells(pd.DataFrame({name: [] for name in ("kind", "zone_id", "name")}, dtype=str))
    if is_workbook(path):
        raise DataError(problem("is a workbook; save it as {file} and take it away", file=f"{stem}.csv").at(path))
    table = {"demand": DEMAND, "zones": ZONES}[stem]
    read = read_cells(path, table.count_known)
    names = match_headings(read.headings, table).names
    return _Cells(read.frame[list(names)].set_axis(list(names.values()), axis="columns"), read.separator)


def _outlines(territory: Territory, of_points: np.ndarray) -> gpd.GeoDataFrame | None:
    """Return the outlines of zones, each the union of those of its demand points; None where these have none."""
    path = territory.boundaries
    if path is None or DEMAND_LAYER not in layer_names(path):
        return None
    zone_of = pd.Series(of_points, index=territory.demand["demand_id"])
    points = read_layer(path, DEMAND_LAYER)
    points = points.assign(zone_id=points["demand_id"].map(zone_of).fillna(""))
    return zone_layers(points, ["zone"]).get("zone")


def _rows(kind: str, listed: ZoneList, origin: Origin) -> pd.DataFrame:
    """Return the rows of ``zones.csv``."""
    rows = listed.zones.assign(kind=kind)
    if kind not in PROFESSION_OF:
        return rows[["kind", "zone_id", "name"]]
    days = {"valid_from": origin.valid_from, "valid_until": origin.valid_until}
    return rows.assign(
        status_source=origin.source,
        status_date="" if origin.vintage == NOT_STATED else origin.vintage,
        profession=PROFESSION_OF[kind],
        **{name: "" if day is None else day.isoformat() for name, day in days.items()},
    )[["kind", "zone_id", "name", *DETAILS]]


class _Description:
    """What a manifest says of the tables before, while and after they are replaced."""

    def __init__(self, manifest: Mapping[str, Any], kind: str, origin: Origin, *, has_zones: bool) -> None:
        self.manifest, self.kind, self.origin, self.has_zones = manifest, kind, origin, has_zones
        self.files: list[dict[str, Any]] = list(manifest.get("files", []))
        self.last: dict[str, dict[str, Any]] = {}
        self.versions: list[dict[str, Any]] = []

    def put(self, name: str, rows: int | None, sha256: str) -> None:
        """Describe one version of a file; the last one put is the one that stays."""
        entry = next((each for each in self.files if each.get("path") == name), None)
        if entry is None and (name != "zones.csv" or self.has_zones):
            return  # nothing is known of its other cells: its source stays unstated
        entry = {"path": name, **self.origin.note()} if entry is None else dict(entry)
        entry |= {"sha256": sha256} if rows is None else {"rows": rows, "sha256": sha256}
        if name == "demand.csv":
            entry["columns"] = {**entry.get("columns", {}), f"{self.kind}_id": self.origin.note()}
        elif name == "zones.csv" and self.has_zones:
            for key in ("source", "licence", "vintage"):
                parts = [*str(entry[key]).split("; "), getattr(self.origin, key)]
                entry[key] = "; ".join(dict.fromkeys(parts))
        self.last[name] = entry
        self.versions.append(entry)

    def meanwhile(self) -> dict[str, Any]:
        """Return the manifest that describes every version: each is known by its fingerprint."""
        return {**self.manifest, "files": [*self.files, *self.versions]}

    def after(self) -> dict[str, Any]:
        """Return the manifest that describes the last versions, and the list itself among its sources."""
        kept = [self.last.pop(each["path"], each) for each in self.files]
        own = {
            "key": self.kind,
            "file": self.origin.file.name,
            "sha256": sha256_of(self.origin.file),
            "publisher": self.origin.source,
            "page": "",
            "licence": self.origin.licence,
            "vintage": self.origin.vintage,
        }
        sources = [each for each in self.manifest.get("sources", []) if each.get("key") != self.kind]
        content = {**self.manifest, "files": [*kept, *self.last.values()], "sources": [*sources, own]}
        if "missing_sources" in content:
            content["missing_sources"] = [e for e in content["missing_sources"] if e.get("key") != self.kind]
        return content
