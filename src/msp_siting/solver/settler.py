"""Who is served where under a given plan: shared out as evenly as reach allows, then nearby."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from msp_siting.problem import Assignment, Instance, Plan
from msp_siting.problem.sharing import (
    Levels,
    Network,
    Service,
    network_of,
    objective_of_levels,
    serve,
    share_out,
    under_plan,
)
from msp_siting.solver.control import side_by_side
from msp_siting.solver.settings import Settings
from msp_siting.solver.transport import least_minutes

LP_LIMIT_S = 600.0
SMALLEST_ALLOCATION = 1e-6  # inhabitants; what the solver leaves below this is rounding


@dataclass(frozen=True)
class Shares:
    """What one profession's demand points are served under a plan, and what that is in the objective."""

    network: Network
    levels: Levels
    objective: float


class Settler:
    """Says who is served where under a given plan: as evenly as reach allows, then nearby.

    The same plan always gets the same assignment. Under a plan professions do not compete.
    """

    def __init__(self, instance: Instance, settings: Settings) -> None:
        self._instance = instance
        self._settings = settings
        self._lock = threading.Lock()
        self._untouched: Mapping[str, Shares] | None = None
        self._nothing: tuple[float, Assignment] | None = None

    def nothing(self) -> tuple[float, Assignment]:
        """Return the objective of opening nothing and its assignment, settled once."""
        if self._nothing is None:
            self._nothing = self.settle(Plan.empty())
        return self._nothing

    def share_out(self, plan: Plan) -> Mapping[str, Shares]:
        """Return by profession who is served what share under a plan: exact, and the only way.

        A profession whose room is that of nothing opened is as it is then.
        """
        with self._lock:
            if self._untouched is None:
                empty = Plan.empty()
                networks = {name: network_of(self._instance, name, empty) for name in self._instance.professions}
                self._untouched = {name: self._shares(name, network) for name, network in networks.items()}
        found = {}
        for name, untouched in self._untouched.items():
            network = under_plan(untouched.network, self._instance, name, plan)
            is_same = np.array_equal(network.room, untouched.network.room)
            found[name] = untouched if is_same else self._shares(name, network)
        return found

    def spread(self, plan: Plan) -> tuple[float, pd.DataFrame]:
        """Return the least objective of a plan and whom it leaves uncovered (as `settle`, who goes where left open)."""
        shares = self.share_out(plan)
        return _objective(shares), self._uncovered(shares)

    def settle(self, plan: Plan, *, nearby: bool = True) -> tuple[float, Assignment]:
        """Return the least objective of a plan and the assignment that the later stages choose.

        Parameters
        ----------
        nearby
            Whether the last stage runs; without it the uncovered are the same, who is served where is some way to
            serve them, and no solver is needed.

        Raises
        ------
        SolverError
            If the last stage does not end at its optimum.
        """
        shares = self.share_out(plan)
        services = self.serve(shares, nearby=nearby)
        rows = [row for name, found in shares.items() for row in self._allocated(name, found.network, services[name])]
        allocated = pd.DataFrame(rows, columns=["demand_id", "place_id", "profession", "inhabitants"])
        levels = {name: found.levels for name, found in shares.items()}
        return _objective(shares), Assignment(allocated, self._uncovered(shares), levels)

    def serve(self, shares: Mapping[str, Shares], *, nearby: bool) -> Mapping[str, Service]:
        """Return by profession who is served where, each demand point its share (`settle`)."""
        if not nearby:
            return {name: serve(found.network, found.levels) for name, found in shares.items()}
        largest_first = sorted(shares, key=lambda name: len(shares[name].network.pair_points), reverse=True)
        with side_by_side(self._settings.threads) as pool:
            services = {name: pool.submit(self._nearby, name, shares[name]) for name in largest_first}
            return {name: services[name].result() for name in shares}

    def _shares(self, name: str, network: Network) -> Shares:
        levels = share_out(network)
        return Shares(network, levels, objective_of_levels(self._instance, name, network, levels))

    def _nearby(self, name: str, found: Shares) -> Service:
        # It is short and turns a plan into an answer: an interrupted search still gets it.
        control = self._settings.control(LP_LIMIT_S, threading.Event())
        minutes = self._instance.professions[name].pairs.minutes
        return least_minutes(found.network, found.levels, minutes, self._need_index(name), control)

    def _need_index(self, name: str) -> np.ndarray:
        return np.array(list(self._instance.professions[name].need_index.values()), float)

    def _allocated(self, name: str, network: Network, service: Service) -> Iterator[tuple[str, str, str, float]]:
        people = service.amounts / self._need_index(name)[service.points]
        for point, place, served in zip(service.points, service.places, people.tolist(), strict=True):
            if served > SMALLEST_ALLOCATION:
                yield network.point_ids[point], network.place_ids[place], name, served

    def _uncovered(self, shares: Mapping[str, Shares]) -> pd.DataFrame:
        people = self._instance.inhabitants
        rows = [
            (point, name, share * people[point])
            for name, found in shares.items()
            for point, share in zip(found.network.point_ids, found.levels.uncovered_share.tolist(), strict=True)
        ]
        return pd.DataFrame(rows, columns=["demand_id", "profession", "inhabitants"])


def _objective(shares: Mapping[str, Shares]) -> float:
    return sum(found.objective for found in shares.values())
