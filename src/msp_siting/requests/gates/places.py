"""What a territory's data say of places that gates ask: zoning on a day, QPV."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from msp_siting.language import Fact
from msp_siting.requests.request import FundingRequest
from msp_siting.territory import Territory, gp_statuses, zone_of_place


@dataclass(frozen=True)
class LoadedZoning:
    """What the zoning loaded says of a zone.

    Attributes
    ----------
    status
        ZIP, ZAC, ZAR or none.
    origin
        Whose zoning it is and of when, in words.
    invalid
        None where it is valid that day; else the status with its date, to be shown: it decides nothing.
    """

    status: str
    origin: Fact
    invalid: Fact | None = None


@dataclass(frozen=True)
class LocalFacts:
    """What a territory's data say that gates need; nothing here is inferred from the APL.

    Attributes
    ----------
    zoning_by_tvs, zoning_of_place
        By ``tvs_id`` and by ``place_id``, where a zoning is loaded.
    tvs_of_place
        ``tvs_id`` by ``place_id``, where territoires de vie-santé are loaded.
    qpv_places
        Places with a QPV in their commune, which may lie outside it; None where no list of them is loaded.
    """

    zoning_by_tvs: Mapping[str, LoadedZoning] = field(default_factory=dict)
    zoning_of_place: Mapping[str, LoadedZoning] = field(default_factory=dict)
    tvs_of_place: Mapping[str, str] = field(default_factory=dict)
    qpv_places: frozenset[str] | None = None

    @property
    def has_zoning(self) -> bool:
        """Whether a zoning is loaded that is valid that day."""
        zonings = (*self.zoning_by_tvs.values(), *self.zoning_of_place.values())
        return any(zoning.invalid is None for zoning in zonings)

    def loaded_zoning_of(self, request: FundingRequest) -> LoadedZoning | None:
        """Return the zoning of a request's TVS, else of its place's, else of its place; a valid one before others."""
        tvs_id = request.tvs_id or self.tvs_of_place.get(request.place_id, "")
        both = (self.zoning_by_tvs.get(tvs_id), self.zoning_of_place.get(request.place_id))
        known = [zoning for zoning in both if zoning is not None]
        return next((zoning for zoning in known if zoning.invalid is None), known[0] if known else None)

    def zoning_of(self, request: FundingRequest) -> str | None:
        """Return the loaded and valid zoning of a request, or None."""
        loaded = self.loaded_zoning_of(request)
        return loaded.status if loaded is not None and loaded.invalid is None else None

    def invalid_zoning_of(self, request: FundingRequest) -> Fact | None:
        """Return the loaded zoning of a request that is not valid that day; None where another one is, or none."""
        loaded = self.loaded_zoning_of(request)
        return None if loaded is None else loaded.invalid

    def qpv_of(self, request: FundingRequest) -> bool | None:
        """Return that a request lies in no QPV, where a list is loaded that has none in its commune; else None."""
        return None if self.qpv_places is None or request.place_id in self.qpv_places else False


def local_facts(territory: Territory, on: date) -> LocalFacts:
    """Return what a territory's zones say that gates need on a day."""
    zonings: dict[str, dict[str, LoadedZoning]] = {"tvs": {}, "gp_zoning": {}}
    for zone in gp_statuses(territory):
        if zone.kind in zonings:
            invalid = None if zone.holds_on(on) else zone.word_told(on)
            zonings[zone.kind][zone.zone_id] = LoadedZoning(zone.status, zone.origin(on), invalid)
    own, known = zone_of_place(territory, "gp_zoning"), zonings["gp_zoning"]
    return LocalFacts(
        zoning_by_tvs=zonings["tvs"],
        zoning_of_place={place: known[zone] for place, zone in own.items() if zone in known},
        tvs_of_place=zone_of_place(territory, "tvs"),
        qpv_places=frozenset(zone_of_place(territory, "qpv")) if "qpv" in territory.zone_kinds else None,
    )
