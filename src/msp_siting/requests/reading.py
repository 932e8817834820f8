"""Funding requests: one project per row of a spreadsheet, read strictly; what is not stated is None, never 0."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np

from msp_siting.errors import DataError, Sentence, listed, problem
from msp_siting.files import first_problems
from msp_siting.language import Repair
from msp_siting.requests.row_values import RowReader
from msp_siting.requests.rows import read_rows
from msp_siting.territory import PlaceNames, Territory, crow_fly_km, place_points, zone_of_place

PARTS_OF_INVESTMENT = ("land_eur", "works_eur", "fees_eur", "equipment_eur")
ROUNDING_EUR = 1.0  # by so much a sum may differ from what is stated
FARTHEST_FROM_PLACE_KM = 50.0  # no commune is so wide; farther, a coordinate is wrong
# The professions of part IV, book III of the Code de la santé publique (auxiliaires médicaux); midwives are of book I.
PARAMEDICAL = frozenset(
    {
        *("nurse", "physiotherapist", "podiatrist", "occupational_therapist", "psychomotrician"),
        *("speech_therapist", "orthoptist", "dietitian"),
    }
)


@dataclass(frozen=True, kw_only=True)
class FundingRequest:
    """One project that money is asked for.

    Amounts are EUR before tax, numbers of people are heads, shares are 0-1. None: not stated.

    Attributes
    ----------
    row
        Row of the file (its header is row 1).
    request_id
        Safe as the name of a file.
    place_id
        Where the project is: a place of the territory.
    finess_id, tvs_id
        The structure that exists already; the territoire de vie-santé.
    zoning_status, qpv
        What the request itself says of its zone (ZIP, ZAC or none) and of a priority urban district.
    gp_joining_from
        The place that each GP who joins practises at today: one per GP, so that a place may be there twice.
    new_posts
        Posts committed in writing, by profession; without those that are not stated.
    gp_leaving_by_2030
        GPs of the team expected to leave.
    excluded_eur
        Costs that no aid may pay (pharmacy, laboratory); they are part of the investment.
    requested_eur, acquired_eur
        Aid by funder: asked for here, and already granted; without those that are not stated.
    rent_eur_m2_year
        Rent in EUR per m2 and year.
    occupancy_share, epci_share
        Share of the floor let; the EPCI's share of what the owner pays.
    notes
        What was mended in this row, to be said in either language.
    """

    row: int
    request_id: str
    place_id: str
    project_name: str | None = None
    owner_name: str | None = None
    owner_type: str | None = None
    siret: str | None = None
    place_name: str | None = None
    address: str | None = None
    lon: float | None = None
    lat: float | None = None
    action: Literal["creation", "extension", "satellite", "regrouping"] | None = None
    finess_id: str | None = None
    tvs_id: str | None = None
    zoning_status: Literal["ZIP", "ZAC", "none"] | None = None
    qpv: bool | None = None
    projet_sante_status: Literal["letter", "filed", "validated"] | None = None
    validation_date: date | None = None
    legal_form: str | None = None
    aci_status: str | None = None
    gp_present: int | None = None
    gp_joining_from: tuple[str, ...] | None = None
    new_posts: Mapping[str, int] = field(default_factory=dict)
    gp_leaving_by_2030: int | None = None
    nurses: int | None = None
    physiotherapists: int | None = None
    midwives: int | None = None
    others: int | None = None
    assistants: int | None = None
    floor_m2: float | None = None
    land_eur: float | None = None
    works_eur: float | None = None
    fees_eur: float | None = None
    equipment_eur: float | None = None
    excluded_eur: float | None = None
    capex_ht_eur: float | None = None
    requested_eur: Mapping[str, float] = field(default_factory=dict)
    acquired_eur: Mapping[str, float] = field(default_factory=dict)
    owner_eur: float | None = None
    rent_eur_m2_year: float | None = None
    occupancy_share: float | None = None
    opening_date: date | None = None
    unscheduled_care: bool | None = None
    sector1: bool | None = None
    clinical_training: bool | None = None
    cpts_opinion: Literal["favourable", "reserved", "unfavourable"] | None = None
    cls: bool | None = None
    epci_share: float | None = None
    notes: tuple[Repair, ...] = ()

    @property
    def investment_parts_eur(self) -> dict[str, float]:
        """EUR before tax by part of the investment (land, works, fees, equipment); without those not stated."""
        parts = {name: getattr(self, name) for name in PARTS_OF_INVESTMENT}
        return {name: amount for name, amount in parts.items() if amount is not None}

    @property
    def investment_eur(self) -> float | None:
        """EUR before tax: ``capex_ht_eur``, else the sum of the parts that are stated, else None."""
        if self.capex_ht_eur is not None:
            return self.capex_ht_eur
        return sum(self.investment_parts_eur.values()) if self.investment_parts_eur else None

    @property
    def requested_total_eur(self) -> float | None:
        """EUR asked for from all funders; None where no amount is stated."""
        return sum(self.requested_eur.values()) if self.requested_eur else None

    @property
    def public_eur(self) -> float | None:
        """EUR of aid from all funders, asked for and granted; None where no amount is stated."""
        amounts = [*self.requested_eur.values(), *self.acquired_eur.values()]
        return sum(amounts) if amounts else None

    @property
    def gp_team(self) -> int | None:
        """GPs (heads) present, joining and new, as far as stated; None where none of the three is."""
        joining = None if self.gp_joining_from is None else len(self.gp_joining_from)
        return _sum_of_known([self.gp_present, joining, self.new_posts.get("gp")])

    @property
    def paramedicals(self) -> int | None:
        """Nurses and physiotherapists (heads) and new posts of paramedical professions, as far as stated."""
        new = [count for profession, count in self.new_posts.items() if profession in PARAMEDICAL]
        return _sum_of_known([self.nurses, self.physiotherapists, *new])


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
    """

    requests: tuple[FundingRequest, ...]
    unread_columns: tuple[str, ...]
    separator: str
    encoding: str


def read_requests(path: Path, territory: Territory, professions: Collection[str]) -> RequestFile:
    """Return the funding requests of a CSV file.

    Parameters
    ----------
    path
        ``;``, ``,`` or tabs between the columns; UTF-8, else Windows-1252.
    territory
        Where the projects are.
    professions
        The model's; each may have a column ``<profession>_new_committed``.

    Raises
    ------
    DataError
        With every problem of the file, each with its row and column; the first 20 are shown.
    """
    table = read_rows(path, professions)
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
    for request in requests:
        place = problem("row {row}", row=request.row)
        problems += (each.at(place).at(path) for each in _problems_of(request, reader.places, tvs))
    problems += (each.at(path) for each in _far_from_place(requests, territory))
    if problems:
        raise DataError(first_problems(problems, path))
    return RequestFile(tuple(requests), table.unread_columns, table.separator, table.encoding)


def _problems_of(request: FundingRequest, places: PlaceNames, tvs: Mapping[str, str]) -> Iterator[Sentence]:
    """Yield what does not fit together within one request."""
    named = places.named(request.place_name) if request.place_name else frozenset()
    if named and request.place_id not in named:
        wrong = problem(
            "{place} is not {name!r}, which is {others}; correct one (the code is INSEE's, not the postal code)",
            place=places.show(request.place_id),
            name=request.place_name,
            others=listed([places.show(place_id) for place_id in sorted(named)], "{some} or {other}"),
        )
        yield wrong.at("place_id, place_name")
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
    points = place_points(territory)
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


def _sum_of_known(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _eur(amount: float) -> str:
    return f"{amount:,.2f}".removesuffix(".00")
