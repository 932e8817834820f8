"""The command travel-times: a table of times for a territory, or between points of a file."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.commands.road_account import road_sentences
from msp_siting.errors import OutputError, RoadsError, foreign, problem
from msp_siting.files import (
    FILES,
    MANIFEST,
    Mended,
    check_name,
    is_folder,
    is_there,
    read_table,
    read_yaml,
    real_path,
    replace_files,
    sha256_of,
    try_place,
    user_cache,
    write_yaml,
)
from msp_siting.language import LANGUAGES, Fact, Language, mended_facts, say, tell, whole
from msp_siting.solver import Progress
from msp_siting.territory import TRAVEL_TIMES, names_of, read_manifest
from msp_siting.travel import (
    Points,
    Routed,
    Search,
    Source,
    SourceOptions,
    read_points,
    source_of,
)

TABLE, OTHER_TABLES = "travel_times.parquet", ("travel_times.csv", "travel_times.xlsx")
RECORD = "travel_times.json"
ENDINGS = (".parquet", ".csv")


@dataclass(frozen=True)
class TravelOrder:
    """The options of ``msp-siting travel-times``, by their names, but for those of its source."""

    source: SourceOptions
    territory: Path | None
    points: str | None
    cutoff: float
    reference: Path | None
    leave_out: bool
    processes: int
    cache: Path | None
    no_cache: bool
    source_text: str | None
    licence: str | None
    vintage: str | None
    out: Path | None


def make_and_write(
    order: TravelOrder, language: Language, report: Callable[[Progress], None] = lambda _: None
) -> Iterator[str]:
    """Make travel times as asked, write them, and yield what there is to say.

    Raises
    ------
    RoadsError, DataError
        With nothing written.
    """
    source = source_of(order.source, Path() if order.territory is None else order.territory.resolve().parent)
    if (order.out is None) != (order.points is None):
        raise RoadsError(problem("--out goes with --points; with --territory the table is written into its folder"))
    if order.territory is not None:
        read_manifest(order.territory)  # which is written to in the end
    _check_target(order)
    points = read_points(order.points, order.territory, source)
    routed = source.times(points, _search(order, report))
    about = about_times(source, order.source_text, order.licence, order.vintage)
    report(Progress("pages"))
    try:
        if order.territory is not None:
            write_into_territory(routed, order.territory, about)
        elif order.out is not None:
            write_times(routed, order.out, points, about)
    except OSError as fault:
        reason = foreign(fault.strerror or str(fault))
        target = order.territory or order.out
        raise OutputError(problem("could not be written: {reason}", reason=reason).at(target)) from fault
    yield from _sentences(routed, source, points, order, language)


def about_times(
    source: Source, text: str | None = None, licence: str | None = None, vintage: str | None = None
) -> dict[str, Any]:
    """Return what a manifest says of times from a source, as far as their owner does not say it."""
    return {
        "source": text or source.description,
        "licence": licence or source.licence,
        "vintage": vintage or "not stated",
        "kind": source.kind,
        **{name: {one: tell(fact, one) for one in LANGUAGES} for name, fact in source.quality.items()},
    }


def _search(order: TravelOrder, report: Callable[[Progress], None]) -> Search:
    def searched(done: int, count: int) -> None:
        report(Progress("origins", done=done, count=count))

    return Search(
        cutoff_minutes=order.cutoff,
        leave_out=order.leave_out,
        processes=order.processes,
        report=searched,
        reference=None if order.reference is None else read_table(order.reference, TRAVEL_TIMES),
        kept=None if order.no_cache else order.cache or user_cache(),
    )


def _check_target(order: TravelOrder) -> None:
    """Refuse, before hours of search, a territory with another table, or a file that is a folder or read as input."""
    others = () if order.territory is None else (order.territory / name for name in OTHER_TABLES)
    for other in filter(is_there, others):
        twice = problem("is there already; remove it first, a territory has one table of travel times")
        raise RoadsError(twice.at(other))
    place = order.territory if order.out is None else order.out.parent
    if order.out is not None:
        _check_file(order.out, order)
    if place is not None:
        try:
            try_place(real_path(place) / FILES)
        except OSError as fault:
            reason = foreign(fault.strerror or str(fault))
            raise RoadsError(problem("cannot be written: {reason}", reason=reason).at(order.out or place)) from fault


def _check_file(out: Path, order: TravelOrder) -> None:
    """Refuse the name of a table that is no table's, or that of a folder or of what is read, as are those beside it."""
    check_name(out)
    option = f"--out {out.as_posix()}"
    beside = () if is_folder(out) else (out.with_suffix(".json"), out.with_suffix(".points.csv"))
    targets = (out, *beside)
    for path in filter(is_folder, targets):
        raise RoadsError(problem("is a folder, expected a file").at(f"--out {path.as_posix()}"))
    if out.suffix.lower() not in ENDINGS:
        raise RoadsError(problem("expected the name of a table, ending in .parquet or .csv").at(option))
    source = order.source
    inputs = [order.points, source.roads, source.polygon, source.matrix, order.reference]
    read = {real_path(Path(path)) for path in inputs if path is not None}
    for path in targets:
        if real_path(path) in read:
            overwritten = problem("would overwrite {path}, which is read; give another file", path=path)
            raise RoadsError(overwritten.at(option))


def _sentences(routed: Routed, source: Source, points: Points, order: TravelOrder, language: Language) -> Iterator[str]:
    record = routed.record
    yield from road_sentences(record, language)
    if "calibration" in record:
        yield say("roads_calibration", language, **record["calibration"])
    if source.kind == "modelled":
        yield say("caveat_modelled_times", language)
        yield tell(source.quality["accuracy"], language)
        if not record["points_in_massif"]:
            yield say("times_in_plain", language)
        if record["islands"]:
            yield say("times_islands", language, islands=", ".join(record["islands"]))
    yield from (tell(repair, language) for repair in points.repairs)
    if order.source.matrix is not None:
        mended = [Mended(**repair) for repair in record.get("repairs", [])]
        yield from (tell(repair, language) for repair in mended_facts(order.source.matrix.name, mended))
    for fact in _unreached(routed.table, points, order):
        yield tell(fact, language)
    key = "roads_cached" if record.get("from_cache") else "roads_written"
    where = order.out or order.territory
    yield say(key, language, pairs=whole(len(routed.table), language), minutes=f"{order.cutoff:g}", where=where)


def _unreached(table: pd.DataFrame, points: Points, order: TravelOrder) -> Iterator[Fact]:
    """Yield which points no time leads from, and in a territory which no time leads to; in a file, but to itself."""
    if order.territory is None:
        elsewhere = table[table["demand_id"] != table["place_id"]]
        sides = [("times_unreached_others", points.demand, elsewhere["demand_id"])]
    else:
        sides = [
            ("times_unreached", points.demand, table["demand_id"]),
            ("times_unserved", points.places, table["place_id"]),
        ]
    for key, known, reached in sides:
        without = known[~known["point_id"].isin(reached)]
        if len(without):
            counts = {"points": len(without), "all": len(known), "minutes": order.cutoff}
            yield Fact(key, counts | {"names": names_of(without)})


def write_times(routed: Routed, out: Path, points: Points, about: Mapping[str, Any]) -> None:
    """Write a table (.parquet or .csv) and beside it the record (.json) and the points (.csv), all or none.

    Raises
    ------
    OSError
        If they cannot be written; earlier ones are as they were.
    """

    def write(fresh: Path) -> list[Path]:
        table = fresh / out.name
        record, places = table.with_suffix(".json"), table.with_suffix(".points.csv")
        _write_table(routed.table, table)
        _write_record(routed.record | dict(about), record)
        points.places.to_csv(places, index=False, lineterminator="\n")
        return [table, record, places]

    replace_files(real_path(out.parent), write)


def write_into_territory(routed: Routed, folder: Path, about: Mapping[str, Any]) -> None:
    """Write a territory's travel times and say in its manifest where they come from.

    The manifest first describes the earlier table and the new one, then the table is replaced, then the manifest
    describes the new one alone: in between, too, it describes the table there (`read_manifest`).

    Raises
    ------
    OSError
        If anything cannot be written; the territory is as it was.
    """
    manifest: dict[str, Any] = read_yaml(folder / MANIFEST, RoadsError)
    files = manifest.get("files", [])

    def write(fresh: Path) -> list[Path]:
        table, record, after = fresh / TABLE, fresh / RECORD, fresh / MANIFEST
        meanwhile = fresh / "meanwhile" / MANIFEST
        meanwhile.parent.mkdir()
        _write_table(routed.table, table)
        _write_record(routed.record, record)
        entry = {
            "path": TABLE,
            "rows": len(routed.table),
            "sha256": sha256_of(table),
            **about,
            "points_left_out": list(routed.record.get("points_left_out", [])),
        }
        write_yaml(manifest | {"files": [*files, entry]}, meanwhile)
        write_yaml(manifest | {"files": [*(one for one in files if one.get("path") != TABLE), entry]}, after)
        return [meanwhile, table, record, after]

    replace_files(real_path(folder), write)


def _write_table(table: pd.DataFrame, path: Path) -> None:
    if path.suffix.lower() == ".csv":
        table.to_csv(path, index=False, lineterminator="\n")
    else:
        table.to_parquet(path, index=False, compression="zstd")


def _write_record(record: Mapping[str, Any], path: Path) -> None:
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
