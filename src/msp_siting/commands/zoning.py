"""The command territory zones add: a zoning or a kind of zone from a list of communes, written into a territory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from msp_siting.errors import DataError, OutputError, foreign, problem
from msp_siting.files import MANIFEST, is_there, real_path, split_sheet
from msp_siting.language import Language, say, tell
from msp_siting.sources import NOT_STATED, Origin, add_zones, communes_of, read_zone_list
from msp_siting.territory import ends_before, read_territory

MONTH = 7  # characters of a year and month


@dataclass(frozen=True)
class ZonesOrder:
    """The options of ``msp-siting territory zones add``, by their names, and its file."""

    file: Path
    kind: str
    territory: Path
    column: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    source: str | None = None
    licence: str | None = None
    vintage: str | None = None
    leave_out: bool = False


def add_zones_and_write(order: ZonesOrder, language: Language) -> Iterator[str]:
    """Add the zones of a list to a territory, and yield what there is to say.

    Raises
    ------
    DataError
        For a list or a territory that is wrong; nothing is written then.
    OutputError
        If the territory cannot be written; it is as it was.
    """
    first, last = order.valid_from, order.valid_until
    if first is not None and last is not None and first > last:
        raise DataError(ends_before(first, last).at("--valid-from, --valid-until"))
    if not is_there(order.territory / MANIFEST):
        raise DataError(problem("no territory folder").at(f"--territory {order.territory.as_posix()}"))
    territory = read_territory(order.territory)
    listed = read_zone_list(order.file, order.kind, territory, order.column, leave_out=order.leave_out)
    file = split_sheet(order.file)[0]
    vintage = order.vintage or ("" if first is None else first.isoformat()[:MONTH])
    origin = Origin(
        file=file,
        source=order.source or f"{file.name} (publisher {NOT_STATED})",
        licence=order.licence or NOT_STATED,
        vintage=vintage or NOT_STATED,
        valid_from=first,
        valid_until=last,
    )
    replaced = order.kind in territory.zone_kinds
    try:
        add_zones(territory, order.kind, listed, origin)
    except OSError as fault:
        reason = foreign(fault.strerror or str(fault))
        raise OutputError(problem("could not be written: {reason}", reason=reason).at(order.territory)) from fault
    counts = [
        say("zones_count", language, name=name, count=sum(zone == each for each in listed.zone_of.values()))
        for zone, name in zip(listed.zones["zone_id"], listed.zones["name"], strict=True)
    ]
    yield say(
        "zones_replaced" if replaced else "zones_added",
        language,
        kind=say(f"zone_kind_{order.kind}", language),
        found=len(listed.zone_of),
        communes=len(communes_of(territory)),
        zones=len(listed.zones),
        folder=real_path(order.territory) if order.territory == Path() else order.territory,
    )
    if order.kind.endswith("_zoning"):
        yield say("zones_counts", language, counts=", ".join(counts))
    if len(listed.without):
        names = [f"{name} ({code})" if name else code for code, name in listed.without.itertuples(index=False)]
        yield say("zones_without", language, count=len(names), names=", ".join(names))
    if listed.elsewhere:
        yield say("zones_elsewhere", language, count=listed.elsewhere)
    yield from (tell(fact, language) for fact in listed.repairs)
