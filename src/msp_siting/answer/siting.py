"""The answer to a question without professions: which sites open, who is within reach, and how sure that is."""

import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from msp_siting.answer.coverage import tabulate_zones
from msp_siting.answer.pipeline import check_fingerprint, settings_of
from msp_siting.errors import SolverError, problem
from msp_siting.problem import Status, improvement_gap, is_proven, relative_gap
from msp_siting.problem.location import (
    LocationCase,
    LocationModel,
    LocationProblem,
    Siting,
    build_location,
    narrowed,
    objective_of_siting,
    problems_of_siting,
)
from msp_siting.scenario import SitingScenario
from msp_siting.solver import HELD, Progress, Settings
from msp_siting.territory import Territory, counted_until, read_territory, with_events

log = logging.getLogger(__name__)

ALL = "all"  # the one profession of a problem without professions
SECONDS_TO_EXPLAIN = 10.0
ALLOCATION = ("demand_id", "place_id", "site_id", "profession", "supply", "inhabitants", "minutes")


@dataclass(frozen=True)
class Obstacle:
    """A rule without which there would be a plan; ``cheapest_eur``: of the budget, what the cheapest plan costs."""

    rule: str
    cheapest_eur: float | None = None


@dataclass(frozen=True)
class SitingAnswer:
    """A question, its problem and what was found.

    Attributes
    ----------
    territory
        With the events of the question's day, its rim there or not.
    siting
        As the solver found it, its status by what the question asks (`status`).
    obstacles
        Where there is no plan, what alone stands in its way.
    build_s, solve_s
        Seconds to read and build the problem, and to search.
    """

    scenario: SitingScenario
    territory: Territory
    case: LocationCase
    siting: Siting
    obstacles: tuple[Obstacle, ...] = ()
    build_s: float = 0.0
    solve_s: float = 0.0

    @property
    def has_plan(self) -> bool:
        """Whether there are sites to open."""
        return self.siting.status in {"optimal", "feasible"}

    @property
    def objective(self) -> float | None:
        """The objective; None without a plan, or where no two sites have minutes between them (`p-dispersion`)."""
        return _finite(self.siting.objective)

    @property
    def bound(self) -> float | None:
        """No plan is better; None where none is known."""
        return _finite(self.siting.bound)

    @cached_property
    def objective_before(self) -> float | None:
        """The objective of opening nothing, where that is a plan of the same worth: of `max-coverage` only."""
        location, count = self.case.location, self.case.location.site_count[0]
        if self.case.model.measure != "max-coverage" or count or (location.forced & ~location.existing).any():
            return None
        return objective_of_siting(location, self.case.model, Siting("feasible"))

    @property
    def gap(self) -> float | None:
        """|objective - bound| / |objective|."""
        if self.siting.objective is not None and self.siting.objective == self.siting.bound:
            return 0.0
        return relative_gap(self.objective, self.bound)

    @property
    def improvement_gap(self) -> float | None:
        """Share of the achievable gain that might still be missed."""
        before = self.objective_before
        if self.objective is None or self.bound is None or before is None:
            return None
        return improvement_gap(-self.objective, -self.bound, -before)  # it is maximised

    @cached_property
    def opened(self) -> pd.DataFrame:
        """The sites that open: rows of `LocationCase.sites`, their index that of the problem."""
        return self.case.sites.iloc[np.sort(self.siting.opened)]

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row per demand point: ``coverage.csv`` (docs/files.md, "A run of a siting model")."""
        location, model = self.case.location, self.case.model
        columns = {
            "demand_id": location.demand_ids,
            "profession": ALL,
            "inhabitants": location.weights,
            "need": location.weights,
        }
        after = location.existing.copy()
        after[self.siting.opened] = True
        moments = {"before": _within(location, model, location.existing), "after": _within(location, model, after)}
        columns |= {
            f"uncovered_{name}": np.where(count > 0, 0.0, location.weights) for name, (count, _) in moments.items()
        }
        columns |= {f"nearest_minutes_{name}": nearest for name, (_, nearest) in moments.items()}
        columns |= {f"sites_{name}": count for name, (count, _) in moments.items()}
        return pd.DataFrame(columns)

    @cached_property
    def zones(self) -> pd.DataFrame:
        """The same by zone: ``zones.csv``."""
        figures = self.points.drop(columns=["sites_before", "sites_after"])
        return tabulate_zones(self.territory, figures)

    @cached_property
    def allocation(self) -> pd.DataFrame:
        """Who goes where: ``allocation.csv``, in the order of points, then of sites."""
        location, siting, sites = self.case.location, self.siting, self.case.sites
        keys = siting.points * len(sites) + siting.sites
        order = np.argsort(keys, kind="stable")
        points, chosen, shares = siting.points[order], siting.sites[order], siting.shares[order]
        rows = sites.iloc[chosen]
        frame = pd.DataFrame(
            {
                "demand_id": location.demand_ids[points],
                "place_id": rows["place_id"].to_numpy(),
                "site_id": rows["site_id"].to_numpy(),
                "profession": ALL,
                "supply": np.where(location.existing[chosen], "existing", "new"),
                "inhabitants": location.weights[points] * shares,
            }
        )
        minutes = self.territory.times_from_home
        return frame.merge(minutes, on=["demand_id", "place_id"], how="left", validate="many_to_one")[[*ALLOCATION]]


def answer_siting(scenario: SitingScenario, settings: Settings | None = None) -> SitingAnswer:
    """Return the answer to a question without professions, checked without the solver.

    Parameters
    ----------
    settings
        By default what the scenario asks for (`settings_of`).

    Raises
    ------
    DataError, ScenarioError
        Where the inputs are wrong or do not fit together.
    SolverError
        If the solver fails or its answer does not survive verification.
    """
    from msp_siting.solver.location import site  # noqa: PLC0415 - who reads a run does not solve it

    begin = time.monotonic()
    settings = settings or settings_of(scenario.question.solve)
    settings.report(Progress("reading"))
    territory = read_for_siting(scenario)
    case = build_location(territory, scenario)
    for change in scenario.changes:
        log.info("changed %s", change)
    location, built = case.location, time.monotonic()
    log.info("%d demand points, %d sites, %d pairs", *map(len, (location.weights, case.sites, location.reach.minutes)))
    found = SitingAnswer(scenario, case.territory, case, site(location, case.model, settings))
    closer = _closer(found, settings)
    if closer is not None:
        log.info("searched again to a relative gap of %.9f, for the improvement gap", closer.relative_gap)
        found = replace(found, siting=site(location, case.model, closer))
    found = replace(found, build_s=built - begin, solve_s=time.monotonic() - built)
    siting = found.siting
    log.info("%s, objective %s, bound %s", siting.status, siting.objective, siting.bound)
    problems = problems_of_siting(location, case.model, siting)
    if problems:
        raise SolverError(each.at(problem("verification")) for each in problems)
    if not found.has_plan:
        return replace(found, obstacles=tuple(_obstacles(found, settings)))
    return with_status(found, settings)


def read_for_siting(scenario: SitingScenario) -> Territory:
    """Return the territory of a question: as it is on its day, its rim there or left out.

    Raises
    ------
    DataError
        If it cannot be read, or is not the one that the question names.
    """
    territory = read_territory(scenario.folder)
    check_fingerprint(scenario.question.territory_sha256, scenario.name, territory)
    if not scenario.question.rim:
        territory = replace(territory, rim=None)
    return with_events(territory, counted_until(scenario.question.asked_on, None))


def with_status(found: SitingAnswer, settings: Settings) -> SitingAnswer:
    """Return an answer with a plan, its status by the gaps asked."""
    is_met = is_proven(
        found.gap,
        found.improvement_gap,
        settings.relative_gap + HELD,
        settings.improvement_gap + HELD,
        has_before=found.objective_before is not None,
    )
    status: Status = "optimal" if is_met else "feasible"
    return replace(found, siting=replace(found.siting, status=status))


def unreachable_points(case: LocationCase) -> np.ndarray:
    """Return the indices of points that fewer sites may reach than the model asks for; none where nobody must be."""
    location, model = case.location, case.model
    is_asked = model.measure not in {"max-coverage", "p-dispersion"}
    if not is_asked or (model.measure == "cost-to-target" and model.covered_share < 1):
        return np.empty(0, np.int64)
    may_open = location.existing | ~location.excluded
    often = np.diff(narrowed(location.reach, model.cutoff_minutes, may_open).first)
    return np.flatnonzero(often < (model.nearest if model.measure == "k-nearest-p-median" else 1))


def _closer(found: SitingAnswer, settings: Settings) -> Settings | None:
    """Return settings that prove the improvement gap too; None where it is, or has no value."""
    before, objective = found.objective_before, found.objective
    if before is None or objective is None or found.gap is None or found.gap > settings.relative_gap + HELD:
        return None
    if found.improvement_gap is not None and found.improvement_gap <= settings.improvement_gap:
        return None
    asked = settings.improvement_gap * (objective - before) / objective if objective > 0 else 0.0
    return replace(settings, relative_gap=max(0.0, asked))


def _obstacles(found: SitingAnswer, settings: Settings) -> Iterator[Obstacle]:
    """Yield the rules without any one of which there would be a plan."""
    from msp_siting.solver.location import site  # noqa: PLC0415 - as above

    siting, location, model = found.siting, found.case.location, found.case.model
    if siting.status != "infeasible" or len(siting.unreachable):
        return
    brief = replace(settings, time_limit_s=min(settings.time_limit_s, SECONDS_TO_EXPLAIN), relative_gap=1.0)
    none = np.zeros(len(location.site_ids), bool)
    closed = found.case.sites["is_closed"].to_numpy(bool)
    relaxed: dict[str, tuple[LocationProblem, LocationModel]] = {
        "site_count": (replace(location, site_count=(0, None)), model),
        "budget": (replace(location, budget_eur=None), model),
        "forced_sites": (replace(location, forced=none), model),
        "excluded_sites": (replace(location, excluded=closed & ~location.existing), model),
        "capacity": (replace(location, capacity=np.full(len(none), math.inf)), model),
        "cutoff_minutes": (location, replace(model, cutoff_minutes=None)),
        "single_source": (location, replace(model, single_source=False)),
    }
    for rule, (other, sought) in relaxed.items():
        is_same = (rule == "budget" and location.budget_eur is None) or (
            rule == "cutoff_minutes" and model.cutoff_minutes is None
        )
        if not is_same and site(other, sought, brief).objective is not None:
            yield Obstacle(rule, _cheapest(found, brief) if rule == "budget" else None)


def _cheapest(found: SitingAnswer, settings: Settings) -> float | None:
    """Return what the cheapest plan that reaches everybody costs, where it is proven and no capacity counts."""
    from msp_siting.solver.location import site  # noqa: PLC0415 - as above

    model = found.case.model
    if model.measure not in {"set-cover", "backup-coverage", "p-median", "p-center", "cost-to-target"}:
        return None
    share = model.covered_share if model.measure == "cost-to-target" else 1.0
    sought = LocationModel("cost-to-target", model.cutoff_minutes, covered_share=share)
    least = site(replace(found.case.location, budget_eur=None), sought, replace(settings, relative_gap=0.0))
    return least.objective if least.status == "optimal" else None


def _within(location: LocationProblem, model: LocationModel, is_open: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return by point how many open sites reach it, and the minutes to the nearest, however far (NaN: none)."""
    near = narrowed(location.reach, None, is_open)
    first, last = near.first[:-1], near.first[1:]
    nearest = np.full(len(location.weights), math.nan)
    has_any = last > first
    nearest[has_any] = near.minutes[first[has_any]]
    return np.diff(narrowed(location.reach, model.cutoff_minutes, is_open).first), nearest


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
