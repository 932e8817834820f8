"""What an instance is made of: the numbers of one profession, one format's team, and limits by zone."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from msp_siting.scenario import Action
from msp_siting.units import cents_of

ROUNDING = 1e-9


@dataclass(frozen=True)
class Pairs:
    """Reachable pairs of one profession: ``demand_id``, ``place_id`` and ``minutes``, position by position."""

    demand_ids: tuple[str, ...]
    place_ids: tuple[str, ...]
    minutes: np.ndarray


@dataclass(frozen=True)
class ProfessionTerms:
    """One profession's numbers.

    Attributes
    ----------
    capacity
        Standardised inhabitants one post can serve.
    need_index
        Standardised inhabitants per inhabitant, by ``demand_id`` of the demand points that need the profession.
    existing
        Posts (FTE) there already at the horizon, by ``place_id``; those of the rim within reach among them.
    pool
        Posts that can be recruited.
    reserved
        Standardised inhabitants of that capacity kept for people of the rim, by ``place_id`` where there are any.
    installations
        Posts (FTE) among those there already that begin until the horizon with no plan: ordinary installations of the
        territory, by ``place_id``.
    ordinary
        All of them.
    drawn_share
        Share of the recruits who are drawn from them (0-1): so much of an ordinary installation each of them takes
        away, spread like them all.
    """

    capacity: float
    cutoff_minutes: float
    weight: float
    installation_eur: float
    paramedical: bool
    need_index: dict[str, float]
    existing: dict[str, float]
    pool: int
    pairs: Pairs
    reserved: dict[str, float] = field(default_factory=dict)
    installations: dict[str, float] = field(default_factory=dict)
    ordinary: float = 0.0
    drawn_share: float = 0.0

    @property
    def is_drawn(self) -> bool:
        """Whether recruits take ordinary installations away."""
        return self.drawn_share > 0 and self.ordinary > 0

    @property
    def drawn_posts(self) -> dict[str, float]:
        """Posts (FTE) that each recruit takes away, by ``place_id``; none where recruits are additional."""
        each = self.drawn_share / self.ordinary if self.is_drawn else 0.0
        return {place: each * posts for place, posts in self.installations.items()} if each else {}

    @property
    def drawn_room(self) -> dict[str, float]:
        """Standardised inhabitants of room that each recruit takes away, by ``place_id``.

        A post that is not filled takes its share of the room that the place has for the territory: what is kept there
        for people of the rim stays in proportion.
        """
        return {place: posts * self.room(place) / self.existing[place] for place, posts in self.drawn_posts.items()}

    @property
    def most_drawing(self) -> float:
        """Recruits with whom ordinary installations end, if they take any away."""
        return self.ordinary / self.drawn_share if self.is_drawn else math.inf

    def most_recruits(self, wanted: int) -> int:
        """Return how many of the posts wanted can be filled before ordinary installations end."""
        return min(wanted, math.floor(self.most_drawing + ROUNDING)) if self.is_drawn else wanted

    @property
    def installation_cents(self) -> int:
        """What aid one recruit gets once, in cents."""
        return cents_of(self.installation_eur)

    def room(self, place: str) -> float:
        """Return the standardised inhabitants of the territory that existing practitioners of a place can serve."""
        return self.capacity * self.existing.get(place, 0.0) - self.reserved.get(place, 0.0)


@dataclass(frozen=True)
class FormatTerms:
    """One format's team, in posts (heads) by profession.

    ``aci_eur_per_year`` is what health insurance pays such a team: its revenue, in no limit and no objective.
    """

    fewest: dict[str, int]
    most: dict[str, int]
    paramedical_fewest: int
    aci_eur_per_year: float
    action: Action = "creation"


@dataclass(frozen=True)
class ZoneLimits:
    """Where no more posts may be filled than end, and where no more than a team needs.

    Attributes
    ----------
    one_for_one
        Posts that may be filled at most, by (``place_id``, profession).
    composition_only
        (``place_id``, profession) where a site has no more posts than its team needs.
    """

    one_for_one: Mapping[tuple[str, str], int] = field(default_factory=dict)
    composition_only: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class ZoneTerms:
    """What is asked of one zone.

    Attributes
    ----------
    sites, points
        ``site_id`` of its candidate sites, ``demand_id`` of its demand points.
    opened
        Fewest and most sites that open there (None: any number).
    spent_cents
        Least and most works and equipment there, in cents (None: any amount).
    covered_share
        Least share (0-1) of its need that is served, by profession.
    """

    kind: str
    zone_id: str
    sites: tuple[str, ...]
    points: tuple[str, ...] = ()
    opened: tuple[int, int | None] = (0, None)
    spent_cents: tuple[int, int | None] = (0, None)
    covered_share: Mapping[str, float] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """Kind and id."""
        return self.kind, self.zone_id
