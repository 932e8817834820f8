"""Result types: what a solver found, how good it is proven to be, and nothing of how it was found."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import pandas as pd

from msp_siting.problem.choice import ChoiceReport

SMALLEST_GAIN_SHARE = 1e-3  # of the objective of opening nothing
TOLERANCE_SHARE = 1e-6  # of a figure, within which it is the same reckoned again
Status = Literal["optimal", "feasible", "infeasible", "no_plan"]


@dataclass(frozen=True)
class Plan:
    """The decisions: which sites in which format, and how many posts of each profession.

    Attributes
    ----------
    sites
        One row per opened site: ``site_id``, ``format``.
    staff
        One row per (opened site, profession) with posts: ``site_id``, ``profession``, ``recruited``.
    """

    sites: pd.DataFrame
    staff: pd.DataFrame

    @classmethod
    def empty(cls) -> Self:
        """Return the plan that opens nothing."""
        return cls(
            pd.DataFrame({"site_id": [], "format": []}, dtype="str"),
            pd.DataFrame({"site_id": [], "profession": [], "recruited": []}).astype(
                {"site_id": "str", "profession": "str", "recruited": int}
            ),
        )

    @property
    def formats(self) -> dict[str, str]:
        """The format of each opened site."""
        return dict(self.sites[["site_id", "format"]].itertuples(index=False, name=None))

    @property
    def posts(self) -> dict[tuple[str, str], int]:
        """The posts by (site, profession), of those that have any."""
        rows = self.staff[["site_id", "profession", "recruited"]].itertuples(index=False, name=None)
        return {(site, name): posts for site, name, posts in rows}

    def recruits(self, profession: str) -> float:
        """Return all posts of a profession that are recruited."""
        return float(self.staff.loc[self.staff["profession"].eq(profession), "recruited"].sum())


@dataclass(frozen=True)
class Assignment:
    """Who is served where under a plan, and who is not.

    Attributes
    ----------
    allocated
        One row per (demand point, place, profession) in use: ``demand_id``, ``place_id``, ``profession``,
        ``inhabitants``.
    uncovered
        One row per (demand point, profession): ``demand_id``, ``profession``, ``inhabitants``.
    levels
        The exact shares that this follows from (`sharing.Levels`), by profession, where whoever made it had them.
    """

    allocated: pd.DataFrame
    uncovered: pd.DataFrame
    levels: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Shortfall:
    """A limit that a question sets, and what would have to hold instead for a plan to be possible.

    Attributes
    ----------
    limit
        The rule, or which of its limits (``site_count_min``).
    about
        Ids of what it is about: a profession; a site; kind and id of a zone, and a profession.
    asked, needed
        EUR, posts, sites or shares (0-1).
    inhabitants
        Of a share of need: the standardised inhabitants who are missing.
    """

    limit: str
    about: tuple[str, ...]
    asked: float
    needed: float
    inhabitants: float | None = None


@dataclass(frozen=True)
class Conflict:
    """A rule that stands in the way of any plan, and the smallest relaxation of it that makes one possible.

    Attributes
    ----------
    rule
        None where no single rule does: ``limits`` are then those of the fewest together, none where none were found.
    cheapest_eur
        What the cheapest plan with that relaxation costs: works and equipment; of the rule ``aid_budget`` its aid.
    """

    rule: str | None
    cheapest_eur: float | None = None
    limits: tuple[Shortfall, ...] = ()


@dataclass(frozen=True)
class SolverReport:
    """What the search did: seconds to build and hand over, seconds to search, and how it ended."""

    build_s: float
    solve_s: float
    columns: int
    rows: int
    nonzeros: int
    nodes: int
    ended_by: Literal["gap", "time_limit", "interrupt", "exhausted", "infeasible"]
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class Prices:
    """What one more of each scarce thing is worth at most, in objective units: from them follows a bound on any plan.

    Attributes
    ----------
    room
        Of room for one standardised inhabitant, by (``place_id``, profession); 0 where there is none.
    budget, aid_budget
        Of a million EUR of works and equipment, and of aid to practitioners.
    recruit
        Of one post of a profession that can be recruited.
    site, site_wanted
        Of one more site allowed (``site_count.max``), and of one fewer wanted (``site_count.min``).
    visits
        Of one visit a year and standardised inhabitant that lacks to the floor of the APL, by demand point or zone.
    zone_apl
        Of one visit of the mean APL that is asked of a zone, by (kind, ``zone_id``).
    spacing
        Of one opening more among sites too near to one another, by row of the rule and its number.
    target, zone_target
        Of one standardised inhabitant more who may be left uncovered, by profession of whose need a share is asked, and
        by (kind, ``zone_id``, profession).
    """

    room: dict[tuple[str, str], float]
    budget: float
    recruit: dict[str, float]
    site: float = 0.0
    site_wanted: float = 0.0
    aid_budget: float = 0.0
    target: Mapping[str, float] = field(default_factory=dict)
    visits: Mapping[str, float] = field(default_factory=dict)
    spacing: Mapping[tuple[str, int], float] = field(default_factory=dict)
    zone_apl: Mapping[tuple[str, str], float] = field(default_factory=dict)
    zone_target: Mapping[tuple[str, str, str], float] = field(default_factory=dict)


NO_PRICES = Prices(room={}, budget=0.0, recruit={})  # a bound follows from them too, if a low one


@dataclass(frozen=True)
class Certificate:
    """Why no plan is below the bound.

    Attributes
    ----------
    searched
        The bound that the solver's search claims; it can be had again by searching again only.
    priced
        The bound that follows from the prices; anyone can reckon it (`pricing.priced_bound`).
    """

    searched: float | None
    priced: float
    prices: Prices


@dataclass(frozen=True)
class Solution:
    """A plan with its assignment, its objective and the bound no plan can be below.

    ``plan``, ``assignment`` and ``objective`` are None where no plan was found; ``bound`` is None where
    none is known, and ``certificate`` where the linear relaxation was not solved. ``uncovered_ranges`` has, for the
    professions asked for, the least and the most uncovered need (standardised inhabitants) of all plans as good.
    """

    status: Status
    objective: float | None
    bound: float | None
    plan: Plan | None
    assignment: Assignment | None
    report: SolverReport
    certificate: Certificate | None = None
    uncovered_ranges: dict[str, tuple[float, float] | None] = field(default_factory=dict)
    choice: ChoiceReport | None = None


def relative_gap(objective: float | None, bound: float | None) -> float | None:
    """Return |objective - bound| / |objective|; 0 if equal, None without both or at objective 0."""
    if objective is None or bound is None or not math.isfinite(bound):
        return None
    if objective == bound:
        return 0.0
    return None if objective == 0 else abs(objective - bound) / abs(objective)


def improvement_gap(objective: float | None, bound: float | None, objective_before: float | None) -> float | None:
    """Return the share of the achievable gain that might still be missed, of a minimised objective.

    (objective - bound) / (objective_before - bound); 0 if objective and bound are equal, None where opening nothing has
    no value, or where the gain is below a thousandth of what there is to gain: a share of next to nothing says nothing.
    """
    if objective is None or bound is None or not math.isfinite(bound):
        return None
    if objective == bound:
        return 0.0
    if objective_before is None or objective_before - bound <= SMALLEST_GAIN_SHARE * abs(objective_before):
        return None
    return (objective - bound) / (objective_before - bound)


def is_proven(
    gap: float | None,
    improvement: float | None,
    relative_asked: float,
    improvement_asked: float,
    *,
    has_before: bool,
) -> bool:
    """Return whether both gaps are within what was asked (the second only where it has a value)."""
    if gap is None or gap > relative_asked:
        return False
    return not has_before or (improvement is not None and improvement <= improvement_asked)
