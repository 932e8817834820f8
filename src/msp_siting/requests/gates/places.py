"""What a territory's data say of places that gates ask: zoning on a day, QPV, structures that are there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from msp_siting.language import Fact
from msp_siting.requests.request import FundingRequest
from msp_siting.territory import Territory, gp_statuses, zone_of_place


@dataclass(frozen=True)
class LocalFacts:
    """What a territory's data say that gates need; nothing here is inferred from the APL.

    Attributes
    ----------
    zoning_by_tvs, zoning_of_place
        ZIP, ZAC, ZAR or none by ``tvs_id`` and by ``place_id``, where a zoning is loaded that is valid that day.
    invalid_by_tvs, invalid_of_place
        The same of a zoning that is not valid that day, with its date, to be shown: it decides nothing.
    tvs_of_place
        ``tvs_id`` by ``place_id``, where territoires de vie-santé are loaded.
    qpv_places
        Places with a QPV in their commune, which may lie outside it; None where no list of them is loaded.
    existing_sites
        Names of the structures that are there already, or how many, by ``place_id``.
    """

    zoning_by_tvs: Mapping[str, str] = field(default_factory=dict)
    zoning_of_place: Mapping[str, str] = field(default_factory=dict)
    invalid_by_tvs: Mapping[str, Fact] = field(default_factory=dict)
    invalid_of_place: Mapping[str, Fact] = field(default_factory=dict)
    tvs_of_place: Mapping[str, str] = field(default_factory=dict)
    qpv_places: frozenset[str] | None = None
    existing_sites: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def has_zoning(self) -> bool:
        """Whether a zoning is loaded that is valid that day."""
        return bool(self.zoning_by_tvs or self.zoning_of_place)

    def zoning_of(self, request: FundingRequest) -> str | None:
        """Return the loaded and valid zoning of a request's TVS, else of its place's, else of its place, or None."""
        known = self.zoning_by_tvs.get(self._tvs_of(request))
        return self.zoning_of_place.get(request.place_id) if known is None else known

    def invalid_zoning_of(self, request: FundingRequest) -> Fact | None:
        """Return the loaded zoning of a request that is not valid that day; None where another one is, or none."""
        if self.zoning_of(request) is not None:
            return None
        return self.invalid_by_tvs.get(self._tvs_of(request)) or self.invalid_of_place.get(request.place_id)

    def qpv_of(self, request: FundingRequest) -> bool | None:
        """Return that a request lies in no QPV, where a list is loaded that has none in its commune; else None."""
        return None if self.qpv_places is None or request.place_id in self.qpv_places else False

    def _tvs_of(self, request: FundingRequest) -> str:
        return request.tvs_id or self.tvs_of_place.get(request.place_id, "")


def local_facts(territory: Territory, on: date) -> LocalFacts:
    """Return what a territory's zones and sites say that gates need on a day."""
    sites = territory.sites
    statuses: dict[str, dict[str, str]] = {"tvs": {}, "gp_zoning": {}}
    invalid: dict[str, dict[str, Fact]] = {"tvs": {}, "gp_zoning": {}}
    for zone in gp_statuses(territory):
        if zone.kind in statuses and zone.holds_on(on):
            statuses[zone.kind][zone.zone_id] = zone.status
        elif zone.kind in invalid:
            invalid[zone.kind][zone.zone_id] = zone.word_told(on)
    own = zone_of_place(territory, "gp_zoning")
    existing = sites[sites["status"].eq("existing")]
    counted = {} if territory.existing_msps is None else territory.existing_msps.to_dict()
    names = {str(place_id): (f"{count:g} MSP",) for place_id, count in counted.items()}
    names |= {str(place_id): tuple(rows["name"]) for place_id, rows in existing.groupby("place_id")}
    return LocalFacts(
        zoning_by_tvs=statuses["tvs"],
        zoning_of_place={place: statuses["gp_zoning"][z] for place, z in own.items() if z in statuses["gp_zoning"]},
        invalid_by_tvs=invalid["tvs"],
        invalid_of_place={place: invalid["gp_zoning"][z] for place, z in own.items() if z in invalid["gp_zoning"]},
        tvs_of_place=zone_of_place(territory, "tvs"),
        qpv_places=frozenset(zone_of_place(territory, "qpv")) if "qpv" in territory.zone_kinds else None,
        existing_sites=names,
    )
