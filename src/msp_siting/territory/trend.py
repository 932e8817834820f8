"""What is expected of practitioners between the year of the supply and a horizon: who leaves, and who comes anyway."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Balance:
    """Departures and installations of one profession in one zone until the horizon: one balance, one source.

    Attributes
    ----------
    kind, zone_id
        The zone; of one that lies in the territory in part only, the part is meant.
    is_around
        Whether it is a zone of the rim.
    posts
        Posts (FTE) there in the year of the supply, events counted.
    departures, installations
        Posts that end there and that begin there until the horizon, besides those of events.
    net_low, net_high
        The range of what comes less what goes until then, in posts; both the difference where none is stated.
    is_assumed
        Whether it is the national balance by inhabitants, since none is known of the zone.
    period, source
        Of what years it is, and who says so.
    """

    profession: str
    kind: str
    zone_id: str
    is_around: bool
    posts: float
    departures: float
    installations: float
    net_low: float
    net_high: float
    is_assumed: bool
    period: str
    source: str


@dataclass(frozen=True)
class Trend:
    """The balances of a territory and its rim until a horizon, and where they fall.

    Attributes
    ----------
    first_year, last_year
        The year of the supply, and the horizon.
    places
        One row per (``place_id``, ``profession``) with practitioners of a profession that has a balance:
        ``departures`` and ``installations`` until the horizon (posts), ``is_around`` of places of the rim.
    """

    first_year: int
    last_year: int
    balances: tuple[Balance, ...]
    places: pd.DataFrame

    @property
    def years(self) -> int:
        """Years between the two."""
        return max(0, self.last_year - self.first_year)
