"""The problem of a measure of the APL, tightened where it is relaxed.

A site that opens with m posts helps a unit (a demand point or a zone) by no more than it lacks: by at most
phi(m) = min(most it can lack, visits of a post x m). Phi is concave, so for every whole m

    help <= phi(m) x open + (phi(m + 1) - phi(m)) x (staff - m x open),

and what a unit lacks and all sites' help together are at least its gap. Of all these rows the relaxation gets, round by
round, the one of each unit that it breaks most (of each site the m with the least help). They cut off no whole plan.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from msp_siting.problem import AplGoal, Column, Instance
from msp_siting.solver.apl_assembly import assemble_for_apl, helped_by_decisions, posts_of_sites
from msp_siting.solver.control import Control
from msp_siting.solver.engine import Optimum, Outcome
from msp_siting.solver.highs import solve_lp
from msp_siting.solver.matrix import Matrix, Name, selecting
from msp_siting.solver.projection import Projection

HELP: Name = ("help_of_sites", ())  # a row of the above; its index is the unit
REACHING = "reaching"  # [unit], rows of what it takes at the least to lift one
MOST_ROUNDS = 30
ROUNDS_AT_LEAST = 4
SMALL_GAIN = 1e-4  # of the objective: a round that raises the bound by less is the last
BROKEN = 1e-4  # of what a unit can lack: rows broken by less are left out
TIGHT = 1e-6
WHOLE = 1e-5  # a number of posts so near to a whole one is that
SMALLEST = 1e-9  # coefficients below are 0


@dataclass
class AplProjection(Projection):
    """A problem whose first stage is a measure of the APL; it has no light professions. Its columns stay as they are.

    Attributes
    ----------
    goal
        The measure, of the sites of the problem.
    most
        The most visits that each unit can lack.
    own
        First of the columns of what units lack, unit by unit.
    posts
        Column of the posts of each site.
    """

    goal: AplGoal = field(kw_only=True)
    most: np.ndarray = field(kw_only=True)
    own: int = field(kw_only=True)
    posts: np.ndarray = field(kw_only=True)

    def relax(self, control: Control) -> Outcome:
        """Return the outcome of the linear relaxation, rows of help added until they hardly raise its bound.

        Rows that are not tight there are left out again. Out of time it is that of the last one solved.
        """
        cost = self.matrix.costs[0]
        outcome = solve_lp(self.matrix, cost, control)
        for round_ in range(MOST_ROUNDS):
            if outcome.optimum is None:
                break
            before = self.matrix
            self.matrix = self._tightened(outcome.optimum.values)
            tighter = solve_lp(self.matrix, cost, control, basis=outcome.optimum.basis)
            if tighter.optimum is None:
                self.matrix = before
                break
            gained = tighter.optimum.objective - outcome.optimum.objective
            is_last = gained <= SMALL_GAIN * abs(tighter.optimum.objective) and round_ >= ROUNDS_AT_LEAST
            outcome = tighter
            if is_last or len(self.matrix.row_names) == len(before.row_names):
                break
        if outcome.optimum is not None:
            outcome = replace(outcome, optimum=self._without_slack(outcome.optimum))
            if self.goal.is_count:
                self.matrix = self._with_least_help()
        return outcome

    def complete(self, values: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the objective of some values, with what each unit lacks under their posts, and the values with it."""
        values = values.copy()
        near = np.round(values[self.posts])
        posts = np.where(np.abs(values[self.posts] - near) <= WHOLE, near, values[self.posts])
        lacks = self.goal.lacks(posts, float(posts.sum()))
        lacking = self.goal.is_below(lacks) if self.goal.is_count else self.goal.in_bands(lacks)
        end = self.own + lacking.size
        values[self.own : end] = np.ravel(lacking)
        return float(self.matrix.costs[0] @ values), values

    def _tightened(self, values: np.ndarray) -> Matrix:
        """Return the problem with a row of help for each unit that breaks one at some values."""
        goal, visits = self.goal, sp.csr_array(self.goal.visits)
        unit = np.repeat(np.arange(len(goal.gaps)), np.diff(visits.indptr))
        site, most = visits.indices, self.most[unit]
        opened, columns = self._opened
        staff, is_open = values[self.posts][site], (opened @ values[columns])[site]
        helped, of_open, of_staff = np.full(len(site), np.inf), np.zeros(len(site)), np.zeros(len(site))
        for posts in self._numbers_of_posts:
            at, beyond = (np.minimum(most, visits.data * count) for count in (posts, posts + 1))
            step = beyond - at
            help_ = at * is_open + step * (staff - posts * is_open)
            is_less = help_ < helped - SMALLEST
            helped = np.where(is_less, help_, helped)
            of_open = np.where(is_less, at - posts * step, of_open)
            of_staff = np.where(is_less, step, of_staff)
        own, drawn = self._own_and_drawn
        found = own @ values + drawn @ values + np.bincount(unit, helped, minlength=len(goal.gaps))
        broken = np.flatnonzero(goal.gaps - found > BROKEN * np.maximum(self.most, 1e-3))
        if not len(broken):
            return self.matrix
        shape = (len(goal.gaps), len(goal.site_ids))
        by_open, by_staff = (
            sp.csr_array((np.where(np.abs(each) < SMALLEST, 0.0, each), site, visits.indptr), shape=shape)
            for each in (of_open, of_staff)
        )
        size = len(self.matrix.lower)
        by_open, by_staff = by_open[broken] @ opened, by_staff[broken]
        rows = sp.csr_array(by_open @ selecting(columns, size) + by_staff @ selecting(self.posts, size))
        rows = sp.csr_array(rows + own[broken] + drawn[broken])
        rows.eliminate_zeros()
        names = [(HELP[0], (goal.unit_ids[each],)) for each in broken]
        return self.matrix.with_rows(rows, goal.gaps[broken], names)

    def _without_slack(self, optimum: Optimum) -> Optimum:
        """Leave rows of help out that are not tight at an optimum; return it with the multipliers of the others."""
        is_help = np.array([name == HELP[0] for name, _ in self.matrix.row_names])
        slack = self.matrix.a @ optimum.values - self.matrix.row_lower
        is_free = is_help & (optimum.multipliers == 0) & (slack > TIGHT)
        self.matrix = self.matrix.without_rows(is_free)
        return replace(optimum, multipliers=optimum.multipliers[~is_free])

    def _with_least_help(self) -> Matrix:
        """Return the problem with what it takes at the least to lift a unit: a site in reach, and so many posts.

        Units that not even all recruits at the site that helps most can lift stay below.
        """
        goal, visits = self.goal, sp.csr_array(self.goal.visits)
        best = visits.max(axis=1).toarray().ravel()
        with np.errstate(divide="ignore"):
            fewest = np.where(best > 0, np.ceil(goal.gaps / np.where(best > 0, best, 1.0) - TIGHT), np.inf)
        stays = fewest > self.instance.most_recruited(goal.profession)
        asked = np.flatnonzero((goal.gaps > SMALLEST) & ~stays)
        reach = sp.csr_array((np.ones(visits.nnz), visits.indices, visits.indptr), shape=visits.shape)[asked]
        size, opened, columns = len(self.matrix.lower), *self._opened
        below = selecting(self.own + asked, size)
        by_posts = sp.csr_array(reach @ selecting(self.posts, size) + sp.diags_array(fewest[asked]) @ below)
        by_sites = sp.csr_array((reach @ opened) @ selecting(columns, size) + below)
        names: list[Name] = [(REACHING, (goal.unit_ids[each],)) for each in asked]
        matrix = self.matrix.with_rows(by_posts, fewest[asked], names).with_rows(by_sites, np.ones(len(asked)), names)
        lower = matrix.lower.copy()
        lower[self.own + np.flatnonzero(stays)] = 1.0
        return matrix.bounded(lower, matrix.upper)

    @property
    def _numbers_of_posts(self) -> range:
        """The numbers of posts at which a site's help may bend."""
        formats, profession = self.instance.formats.values(), self.goal.profession
        fewest = min((terms.fewest[profession] for terms in formats), default=0)
        most = max((terms.most[profession] for terms in formats), default=0)
        return range(max(0, (fewest if "composition" in self.instance.constraints else 0) - 1), max(1, most))

    @cached_property
    def _opened(self) -> tuple[sp.csr_array, np.ndarray]:
        """Which columns of openings belong to which site: a row per site, a column per opening; those columns."""
        number = {site: row for row, site in enumerate(self.goal.site_ids)}
        entries = [(number[str(site)], column) for column, (site, _) in self.matrix.columns(Column.OPEN)]
        rows, columns = np.array(entries, int).reshape(-1, 2).T
        shape = (len(number), len(columns))
        return sp.csr_array((np.ones(len(columns)), (rows, np.arange(len(columns)))), shape=shape), columns

    @cached_property
    def _own_and_drawn(self) -> tuple[sp.csr_array, sp.csr_array]:
        """What a unit lacks, and what recruits take away from it: a row per unit, a column per column."""
        units, size = len(self.goal.gaps), len(self.matrix.lower)
        bands = 1 if self.goal.is_count else len(self.goal.band_slopes)
        rows = np.repeat(np.arange(units), bands)
        data = self.most if self.goal.is_count else np.ones(units * bands)
        own = sp.csr_array((data, (rows, self.own + np.arange(units * bands))), shape=(units, size))
        helped = helped_by_decisions(self.matrix, replace(self.goal, visits=sp.csr_array(self.goal.visits.shape)))
        return own, helped


def project_apl(instance: Instance) -> AplProjection:
    """Return the problem of choosing sites and staff by a measure of the APL.

    Raises
    ------
    InfeasibleError
        If a rule without variables cannot hold.
    """
    goal = instance.goal
    if goal is None:
        raise ValueError
    matrix = assemble_for_apl(instance, goal)
    there = np.array([site in instance.sites for site in goal.site_ids], bool)
    sites = tuple(site for site, kept in zip(goal.site_ids, there, strict=True) if kept)
    goal = replace(goal, site_ids=sites, visits=sp.csr_array(goal.visits[:, np.flatnonzero(there)]))
    bands = 1 if goal.is_count else len(goal.band_slopes)
    return AplProjection(
        instance,
        matrix,
        (),
        goal=goal,
        most=goal.most_lacks(instance.most_recruited(goal.profession)),
        own=len(matrix.lower) - len(goal.unit_ids) * bands,
        posts=posts_of_sites(matrix, goal),
    )
