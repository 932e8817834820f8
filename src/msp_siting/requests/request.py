"""A funding request: one project that money is asked for; what is not stated is None, never 0."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from msp_siting.language import Repair

PARTS_OF_INVESTMENT = ("land_eur", "works_eur", "fees_eur", "equipment_eur")
ROUNDING_EUR = 1.0  # by so much a sum may differ from what is stated
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
        As it is written.
    sheet_name
        What its sheet's file is called, without its ending: its id where that is safe as the name of a file, and no
        other request's.
    place_id
        Where the project is: a place of the territory.
    finess_id, tvs_id
        The structure that exists already; the territoire de vie-santé.
    zoning_status, qpv
        What the request itself says of its zone (ZIP, ZAC, ZAR or none) and of a priority urban district.
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
        What was read otherwise than it is written, or mended, in this row; to be said in either language.
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
    action: Literal["creation", "extension", "satellite", "regrouping", "renovation", "relocation"] | None = None
    finess_id: str | None = None
    tvs_id: str | None = None
    zoning_status: Literal["ZIP", "ZAC", "ZAR", "none"] | None = None
    qpv: bool | None = None
    projet_sante_status: Literal["preparation", "letter", "filed", "validated"] | None = None
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
    sheet_name: str = field(default="", compare=False)

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


def _sum_of_known(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
