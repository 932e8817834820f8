"""What a territory says of the places of requests: names, zones, zoning, official APL; looked up once for all pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from msp_siting.report.maps.locator import Ground, ground_of, locator_kind
from msp_siting.requests import LocalFacts, local_facts
from msp_siting.scenario import Apl
from msp_siting.territory import Territory, places_with_rim, zone_of_place

PLACES_ZONES = ("tvs", "epci", "cpts", "canton", "living_area", "department")  # in the order a reader wants them


@dataclass(frozen=True)
class Localities:
    """What is known of places.

    Attributes
    ----------
    names
        By ``place_id``, of the territory and its rim.
    zones
        By kind, the ``zone_id`` of each place; kinds that say something of a project, in their order.
    zone_names
        By kind and ``zone_id``.
    facts
        Zoning and existing structures.
    demand
        Indexed by ``demand_id``.
    territory
        Where they are.
    """

    names: Mapping[str, str]
    zones: Mapping[str, Mapping[str, str]]
    zone_names: Mapping[tuple[str, str], str]
    facts: LocalFacts
    demand: pd.DataFrame
    territory: Territory

    @cached_property
    def ground(self) -> Ground:
        """What the small maps of all sheets are drawn on."""
        return ground_of(self.territory, locator_kind(self.territory))

    def name_of(self, place_id: str) -> str:
        """Return a place's name, else its id."""
        return self.names.get(place_id) or place_id

    def zone_name_of(self, place_id: str, kind: str) -> str | None:
        """Return the name of the zone of a kind that a place lies in, or None."""
        zone_id = self.zones.get(kind, {}).get(place_id)
        return None if zone_id is None else self.zone_names.get((kind, zone_id), zone_id)

    def figure(self, place_id: str, column: str) -> float | None:
        """Return what a column of ``demand.csv`` says of a place, or None."""
        if column not in self.demand.columns or place_id not in self.demand.index:
            return None
        value = self.demand.loc[place_id, column]
        return None if pd.isna(value) else float(value)

    def is_seasonal(self, place_id: str, apl: Apl) -> bool:
        """Return whether the supply of a place looks seasonal: a high official APL for few inhabitants."""
        official, people = self.figure(place_id, "apl_official"), self.figure(place_id, "inhabitants")
        if official is None or people is None:
            return False
        return (
            official >= apl.seasonal_flag_visits_per_year.value and people <= apl.seasonal_flag_inhabitants_most.value
        )

    def is_border(self, place_id: str) -> bool:
        """Return whether the catchment of a place leaves the territory, as far as that is known."""
        return bool(self.figure(place_id, "border"))


def localities_of(territory: Territory, on: date) -> Localities:
    """Return what a territory says of places on a day."""
    zones = territory.zones
    keys = zip(zones["kind"], zones["zone_id"], strict=True)
    return Localities(
        names=places_with_rim(territory).first_name,
        zones={kind: zone_of_place(territory, kind) for kind in PLACES_ZONES if kind in territory.zone_kinds},
        zone_names=dict(zip(keys, zones["name"], strict=True)),
        facts=local_facts(territory, on),
        demand=territory.demand.set_index("demand_id"),
        territory=territory,
    )
