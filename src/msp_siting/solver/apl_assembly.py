"""The problem of a measure of the APL as matrices: decisions, and what demand points or zones lack to the floor.

What the arrays say is ``floor_of_apl`` of the formulation; a test holds the two equal.
"""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from msp_siting.problem import AplGoal, AplTerms, Column, Instance, Row
from msp_siting.solver.assembly import assemble
from msp_siting.solver.matrix import Matrix, Name, selecting


def assemble_for_apl(instance: Instance, goal: AplGoal) -> Matrix:
    """Return the problem with its stages in the order measure of the APL, cost, aid.

    Of professions of whose need no share is asked it holds posts only.

    Raises
    ------
    InfeasibleError
        If a rule without variables cannot hold.
    """
    base = assemble(instance, [name for name in instance.professions if name not in instance.targeted])
    most = goal.most_lacks(instance.most_recruited(goal.profession))
    widths, units = goal.widths(most), len(goal.unit_ids)
    bands, size = widths.shape[1], len(base.lower)
    names: list[Name] = [(Column.LACKING, (unit, band)) for unit in goal.unit_ids for band in range(bands)]
    if goal.is_count:
        names = [(Column.BELOW, (unit,)) for unit in goal.unit_ids]
    wide = base.with_columns(names, 0.0)
    own = sp.diags_array(most) if goal.is_count else sp.kron(sp.eye_array(units), np.ones((1, bands)))
    rows = sp.hstack([helped_by_decisions(base, goal), own], format="csr")
    wide = wide.with_rows(rows, goal.gaps, [(Row.APL_FLOOR, (unit,)) for unit in goal.unit_ids])
    costs = wide.costs.copy()
    costs[0] = np.append(np.zeros(size), goal.inhabitants if goal.is_count else np.ravel(goal.costs(most)))
    return replace(
        wide,
        costs=costs,
        upper=np.append(base.upper, np.ones(units) if goal.is_count else np.ravel(widths)),
        integer=np.append(base.integer, np.full(len(names), goal.is_count)),
    )


def posts_of_sites(matrix: Matrix, goal: AplTerms) -> np.ndarray:
    """Return the column of the posts of the goal's profession at each of its sites; -1 where it is no candidate."""
    of_site = {index[0]: column for column, index in matrix.columns(Column.STAFF) if index[1] == goal.profession}
    return np.array([of_site.get(site, -1) for site in goal.site_ids], int)


def helped_by_decisions(matrix: Matrix, goal: AplTerms) -> sp.csr_array:
    """Return what decisions add to the APL of each unit: a row per unit, a column per column of a problem."""
    helped = sp.csr_array(goal.visits @ selecting(posts_of_sites(matrix, goal), len(matrix.lower)))
    recruited = [column for column, (name,) in matrix.columns(Column.RECRUITED) if name == goal.profession]
    if recruited:
        units = np.flatnonzero(goal.drops)
        columns = np.full(len(units), recruited[0])
        taken = sp.csr_array((goal.drops[units], (units, columns)), shape=helped.shape)
        helped = sp.csr_array(helped - taken)
    return helped
