"""A spreadsheet of funding requests, one per row, read strictly: with every problem of its cells and between them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from msp_siting.errors import DataError, Sentence, listed, problem
from msp_siting.files import first_problems, sheet_names, typed_as_text
from msp_siting.language import Fact, Repair
from msp_siting.requests.beside import NameBeside, names_beside
from msp_siting.requests.request import PARTS_OF_INVESTMENT, ROUNDING_EUR, FundingRequest
from msp_siting.requests.row_values import RowReader
from msp_siting.requests.rows import read_rows
from msp_siting.territory import PlaceNames, Territory, codes_end_in_0, crow_fly_km, zone_of_place

FARTHEST_FROM_PLACE_KM = 50.0  # no commune is so wide; farther, a coordinate is wrong


@dataclass(frozen=True)
class RequestFile:
    """A file of funding requests as read.

    Attributes
    ----------
    requests
        In the order of the file.
    unread_columns
        Columns that are none of a request, as written: nothing of them is used.
    separator, encoding
        How the file was written.
    repairs
        What was mended in it as it was read.
    cautions
        What makes the whole of it doubtful.
    """

    requests: tuple[FundingRequest, ...]
    unread_columns: tuple[str, ...]
    separator: str
    encoding: str
    repairs: tuple[Repair, ...] = ()
    cautions: tuple[Fact, ...] = ()


def read_requests(source: Path | pd.DataFrame, territory: Territory, professions: Collection[str]) -> RequestFile:
    """Return the funding requests of a file or a data frame.

    Parameters
    ----------
    source
        A CSV, with ``;``, ``,`` or tabs between the columns and UTF-8, else Windows-1252; a sheet; or a data frame
        with the same columns, which problems call ``requests``.
    territory
        Where the projects are.
    professions
        The model's; each may have a column ``<profession>_new_committed``.

    Raises
    ------
    DataError
        With every problem of the file, each with its row and column; the first 20 are shown.
    """
    path, content = (source, None) if isinstance(source, Path) else (Path("requests"), _csv_of(source))
    table = read_rows(path, professions, content)
    reader = RowReader(path, territory)
    requests = []
    problems = [each.at(path) for each in _repeated_ids(table.rows)]
    for row, cells in table.rows.items():
        read = reader.read(row, cells)
        if read is not None:
            values, notes = read
            requests.append(FundingRequest(row=row, notes=notes, **values))
    problems += reader.problems
    tvs = zone_of_place(territory, "tvs")
    confirmed = set()
    for position, request in enumerate(requests):
        names = list(names_beside(request, reader.joining_places))
        is_sure = request.row in reader.named or any(
            name.column == "place_name" and request.place_id in name.place_ids for name in names
        )
        if any(request.place_id in name.place_ids for name in names) or is_sure:
            confirmed.add(request.row)
        others = [name for name in names if request.place_id not in name.place_ids]
        wrong = [] if is_sure else [_name_problem(name, request, reader.joining_places) for name in others]
        place = problem("row {row}", row=request.row)
        problems += (each.at(place).at(path) for each in [*wrong, *_problems_of(request, reader.places, tvs)])
        told = (*(_elsewhere(name, reader.joining_places) for name in others), *_unknown_name(request, names, reader))
        requests[position] = replace(request, notes=(*request.notes, *told))
    problems += (each.at(path) for each in _far_from_place(requests, territory))
    if problems:
        raise DataError(first_problems(problems, path))
    names_of_sheets = sheet_names([request.request_id for request in requests])
    requests = [replace(each, sheet_name=name) for each, name in zip(requests, names_of_sheets, strict=True)]
    cautions = () if confirmed else tuple(codes_end_in_0(reader.codes))
    return RequestFile(tuple(requests), table.unread_columns, table.separator, table.encoding, table.repairs, cautions)


def _csv_of(frame: pd.DataFrame) -> bytes:
    """Return the file that would hold a data frame, its cells written as those of a sheet are read."""
    cells = {position: frame.iloc[:, position].map(_cell_text) for position in range(frame.shape[1])}
    text = pd.DataFrame(cells).to_csv(index=False, header=list(map(str, frame.columns)), lineterminator="\n")
    return str(text).encode()


def _cell_text(cell: object) -> str:
    is_missing = cell is None or cell is pd.NA or cell is pd.NaT or cell != cell  # noqa: PLR0124 - not a number
    return "" if is_missing else typed_as_text(cell.item() if isinstance(cell, np.generic) else cell)


def _name_problem(name: NameBeside, request: FundingRequest, places: PlaceNames) -> Sentence:
    """Return that a place and a name beside it are two places."""
    others = listed([places.show(place_id) for place_id in sorted(name.place_ids)], "{some} or {other}")
    place = places.show(request.place_id)
    if name.column == "place_name":
        wrong = problem(
            "{place} is not {name!r}, which is {others}; correct one (the code is INSEE's, not the postal code)",
            place=place,
            name=name.text,
            others=others,
        )
    else:
        wrong = problem(
            "{place} stands beside {text!r}, which names {others}; correct one (the code is INSEE's, not the postal "
            "code), or write the commune in place_name if both are right",
            place=place,
            text=name.text,
            others=others,
        )
    return wrong.at(f"place_id, {name.column}")


def _elsewhere(name: NameBeside, places: PlaceNames) -> Repair:
    others = [places.show(place_id) for place_id in sorted(name.place_ids)]
    return Repair("request_name_elsewhere", {"column": name.column, "text": name.text, "others": others})


def _unknown_name(request: FundingRequest, names: Collection[NameBeside], reader: RowReader) -> Iterator[Repair]:
    """Yield that the name of the place says nothing to the territory: it could not be held against the code."""
    if request.place_name is not None and not any(name.column == "place_name" for name in names):
        place = reader.places.show(request.place_id)
        yield Repair("request_name_unknown", {"column": "place_name", "text": request.place_name, "place": place})


def _problems_of(request: FundingRequest, places: PlaceNames, tvs: Mapping[str, str]) -> Iterator[Sentence]:
    """Yield what does not fit together within one request."""
    own_tvs = tvs.get(request.place_id)
    if request.tvs_id is not None and own_tvs is not None and own_tvs != request.tvs_id:
        wrong = problem(
            "{tvs!r} is not the TVS of {place}, which is {own!r}; correct it, or leave it empty",
            tvs=request.tvs_id,
            place=places.show(request.place_id),
            own=own_tvs,
        )
        yield wrong.at("tvs_id")
    if (request.lon is None) != (request.lat is None):
        yield problem("one is given without the other; give both or none").at("lon, lat")
    parts = request.investment_parts_eur
    total, stated = sum(parts.values()), request.capex_ht_eur
    whole = len(parts) == len(PARTS_OF_INVESTMENT)
    if parts and stated is not None and (total - stated > ROUNDING_EUR or (whole and stated - total > ROUNDING_EUR)):
        wrong = problem(
            "{stated} EUR, but {parts} is {total} EUR; correct them, or leave capex_ht_eur empty",
            stated=_eur(stated),
            parts=" + ".join(parts),
            total=_eur(total),
        )
        yield wrong.at("capex_ht_eur")
    investment = request.investment_eur
    if request.excluded_eur is not None and investment is not None and request.excluded_eur > investment + ROUNDING_EUR:
        wrong = problem(
            "{excluded} EUR, above the investment of {investment} EUR",
            excluded=_eur(request.excluded_eur),
            investment=_eur(investment),
        )
        yield wrong.at("excluded_eur")


def _repeated_ids(rows: Mapping[int, Mapping[str, str]]) -> Iterator[Sentence]:
    first: dict[str, int] = {}
    for row, cells in rows.items():
        request_id = cells.get("request_id")
        if request_id is not None and first.setdefault(request_id.casefold(), row) != row:
            twice = problem(
                "{request!r} is there already (row {row})", request=request_id, row=first[request_id.casefold()]
            )
            yield twice.at("request_id").at(problem("row {row}", row=row))


def _far_from_place(requests: Iterable[FundingRequest], territory: Territory) -> Iterator[Sentence]:
    points = territory.place_points
    located = [
        request
        for request in requests
        if request.lon is not None and request.lat is not None and request.place_id in points.index
    ]
    if not located:
        return
    at = points.loc[[request.place_id for request in located]]
    lon = np.array([request.lon for request in located], float)
    lat = np.array([request.lat for request in located], float)
    distances = crow_fly_km(lon, lat, at["lon"].to_numpy(), at["lat"].to_numpy())
    for request, distance in zip(located, distances, strict=True):
        if distance > FARTHEST_FROM_PLACE_KM:
            far = problem(
                "{distance:,.0f} km from {place}; are they WGS 84 degrees, longitude and latitude not exchanged?",
                distance=distance,
                place=request.place_id,
            )
            yield far.at("lon, lat").at(problem("row {row}", row=request.row))


def _eur(amount: float) -> str:
    return f"{amount:,.2f}".removesuffix(".00")
