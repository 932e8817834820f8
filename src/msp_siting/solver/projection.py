"""Professions that weigh little are taken out of the search and put back as cuts, a lower bound on what they lose.

With its posts given, the least objective of a profession is a convex function of them (a linear problem's value as its
right-hand side changes). At any posts, its value and its slopes there make a plane that lies nowhere above the
function: a cut. Both follow from who stays uncovered there (`problem.sharing`): no linear problem is solved. A search
over the need of the heavy professions and cuts for the light ones leaves out a part of the objective only, so its bound
holds for the whole problem; and at posts where a cut was made it leaves out nothing. (Benders' decomposition, of some
professions.)
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from msp_siting.errors import SolverError, problem
from msp_siting.problem import Column, Instance, Plan, problems_of_composition, problems_of_limits
from msp_siting.problem.sharing import Network, network_of, objective_of_levels, prices_of_room, share_out, with_room
from msp_siting.solver.assembly import assemble
from msp_siting.solver.cheapest import assemble_for_cost
from msp_siting.solver.control import Control
from msp_siting.solver.engine import Outcome
from msp_siting.solver.highs import solve_lp
from msp_siting.solver.matrix import Matrix
from msp_siting.solver.plans import CutOff, cut_off, plan_of

LOSS = "loss"  # [profession], the column of what a light profession loses
LIGHT_SHARE = 0.1  # of what the posts of the heaviest profession can change
MOST_ROUNDS = 40
CLOSE_SHARE = 3e-4  # of the objective: what the cuts of a relaxation may leave out


def light_professions(instance: Instance) -> list[str]:
    """Return the professions whose posts can change the objective by little beside those of the heaviest.

    One whose posts move where a site opens is not among them: what it loses depends on more than its recruits. Nor is
    one of whose need a share is to be served: who is uncovered stands in a rule.
    """
    moving = {name for posts in instance.moved.values() for _, name in posts} | instance.targeted
    steepest = max(instance.band_slopes)
    most = {
        name: terms.weight * steepest * terms.capacity * terms.pool
        for name, terms in instance.professions.items()
        if terms.need_index
    }
    return [name for name, change in most.items() if name not in moving and change < LIGHT_SHARE * max(most.values())]


@dataclass(frozen=True)
class Light:
    """One light profession, and where its posts and its loss stand in the search's problem.

    Attributes
    ----------
    network
        Its demand points and places, with the room that there is before any decision.
    columns
        Of its posts in the search's problem.
    places
        Where those work: positions in the network; -1 where nobody is within the cut-off.
    loss
        The column of what it loses.
    drawn
        Room that each recruit takes away, by place of the network.
    """

    instance: Instance
    name: str
    network: Network
    columns: np.ndarray
    places: np.ndarray
    loss: int
    drawn: np.ndarray

    def at(self, posts: np.ndarray) -> tuple[float, "Cut"]:
        """Return the least objective with some posts, and the cut that supports it there."""
        capacity, is_near = self.instance.professions[self.name].capacity, self.places >= 0
        more = np.bincount(self.places[is_near], capacity * posts[is_near], minlength=len(self.network.room))
        network = with_room(self.network, self.network.room + more - self.drawn * posts.sum())
        levels = share_out(network)
        objective = objective_of_levels(self.instance, self.name, network, levels)
        prices = prices_of_room(self.instance, self.name, network, levels)
        slopes = np.where(is_near, -capacity * np.append(prices, 0.0)[self.places], 0.0) + self.drawn @ prices
        worth = {place: price for place, price in zip(network.place_ids, prices.tolist(), strict=True) if price > 0}
        return objective, Cut(self, slopes, float(slopes @ posts) - objective, worth)


@dataclass(frozen=True)
class Cut:
    """``loss`` >= what is lost at some posts + slopes x (posts - those), and the prices of room behind it, by place."""

    light: Light
    slopes: np.ndarray
    limit: float
    prices: dict[str, float]


@dataclass
class Projection:
    """A problem whose light professions are cuts; without any it is the whole problem.

    Attributes
    ----------
    instance
        What it is the problem of.
    matrix
        With one column ``loss[p]`` per light profession; cuts are its last rows.
    cuts
        As many as such rows, in their order.
    cut_offs
        Plans that HiGHS took for plans by rounding, in the order in which they were cut off.
    """

    instance: Instance
    matrix: Matrix
    lights: tuple[Light, ...]
    cuts: list[Cut] = field(default_factory=list)
    cut_offs: list[CutOff] = field(default_factory=list)
    _pending: list[Cut] = field(default_factory=list)
    _broken: list[Plan] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def relax(self, control: Control) -> Outcome:
        """Return the outcome of the linear relaxation, cuts added until hardly anything is left out there.

        Out of time it is that of the last one solved.
        """
        outcome = solve_lp(self.matrix, self.matrix.costs[0], control)
        for _ in range(MOST_ROUNDS):
            if outcome.optimum is None or not self.lights:
                break
            objective, _ = self.complete(outcome.optimum.values)
            if objective - outcome.optimum.objective <= CLOSE_SHARE * abs(objective):
                break
            self.add_cuts()
            basis = outcome.optimum.basis
            tighter = solve_lp(self.matrix, self.matrix.costs[0], control, basis=basis)
            if tighter.optimum is None:
                break
            outcome = tighter
        return outcome

    def keeps_limits(self, values: np.ndarray) -> bool:
        """Return whether the plan that some values hold keeps every rule, in whole posts and whole cents.

        One that exceeds a limit by rounding waits for `cut_off_broken`.

        Raises
        ------
        SolverError
            If it breaks a rule that rounding cannot break.
        """
        plan = plan_of(self.matrix, values)
        wrong = problems_of_composition(self.instance, plan)
        if wrong:
            raise SolverError(each.at(problem("verification")) for each in wrong)
        if not problems_of_limits(self.instance, plan):
            return True
        with self._lock:
            self._broken.append(plan)
        return False

    @property
    def has_broken(self) -> bool:
        """Whether plans that exceed a limit wait to be cut off."""
        return bool(self._broken)

    def cut_off_broken(self) -> None:
        """Take the plans out of the problem that exceed a limit; its columns become more."""
        with self._lock:
            for plan in self._broken:
                self.matrix, found = cut_off(self.matrix, plan)
                self.cut_offs.append(found)
            self._broken.clear()

    def extended(self, values: np.ndarray) -> np.ndarray:
        """Return the values of a plan with those of the columns that came when others were cut off."""
        for found in self.cut_offs:
            if len(found.fewer) and found.fewer[0] >= len(values):
                values = np.append(values, found.beside(values))
        return values

    def complete(self, values: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the objective of some values with all that the light professions lose, and the values with it.

        The cuts found on the way wait for `add_cuts`.
        """
        values = values.copy()
        with self._lock:
            for light in self.lights:
                values[light.loss], cut = light.at(values[light.columns])
                self._pending.append(cut)
        return float(self.matrix.costs[0] @ values), values

    def add_cuts(self) -> None:
        """Put the cuts that wait into the problem."""
        with self._lock:
            for cut in self._pending:
                coefficients = np.zeros(len(self.matrix.lower))
                coefficients[cut.light.columns] = cut.slopes
                coefficients[cut.light.loss] = -1.0
                self.matrix = self.matrix.with_row(coefficients, cut.limit)
            self.cuts += self._pending
            self._pending.clear()


def project(instance: Instance, light: Sequence[str]) -> Projection:
    """Return the problem of choosing sites and staff with some professions as cuts.

    Raises
    ------
    InfeasibleError
        If a rule without variables cannot hold.
    """
    heavy = assemble(instance, light) if instance.measure == "uncovered" else assemble_for_cost(instance)
    matrix = heavy.with_columns([(LOSS, (name,)) for name in light], 1.0) if light else heavy
    column = {index: position for position, index in matrix.columns(Column.STAFF)}
    lights = []
    for number, name in enumerate(light):
        posts = [(position, str(index[0])) for index, position in column.items() if index[1] == name]
        network = network_of(instance, name, Plan.empty())
        at = {place: position for position, place in enumerate(network.place_ids)}
        columns = np.array([position for position, _ in posts], int)
        places = np.array([at.get(instance.sites[site], -1) for _, site in posts], int)
        taken = instance.professions[name].drawn_room
        drawn = np.array([taken.get(place, 0.0) for place in network.place_ids], float)
        lights.append(Light(instance, name, network, columns, places, len(heavy.lower) + number, drawn))
    return Projection(instance, matrix, tuple(lights))
