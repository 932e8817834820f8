"""Sites that hold only so much: who goes where is decided with them, whole or shared, by the strong formulation."""

import math

import numpy as np
import scipy.sparse as sp

from msp_siting.problem.location import Siting, points_of
from msp_siting.solver.location.median import median
from msp_siting.solver.location.searching import INFEASIBLE, Ground, answer, block_of_sites, hunt
from msp_siting.units import CENTS_PER_EUR

NOTHING = 1e-7  # of a point: what the solver's tolerance leaves


def capacitated(ground: Ground) -> Siting:
    """Return the sites with the least ways within capacity (and opening costs if any)."""
    model, location, reach = ground.model, ground.location, ground.reach
    if np.isinf(location.capacity[ground.rules.upper > 0]).all():
        return median(ground)
    is_priced = model.measure == "fixed-charge"
    unit = model.travel_cost_eur if is_priced else 1.0
    points, (size, sites), pairs = points_of(reach), ground.size, len(reach.sites)
    opening = ground.rules.cents / CENTS_PER_EUR if is_priced else np.zeros(sites)
    ways = location.weights[points] * reach.minutes * unit
    block = block_of_sites(ground.rules, np.concatenate([opening, ways]), pairs)
    if model.single_source:
        block.integer[sites:] = True
        block.upper[sites:] = location.weights[points] <= location.capacity[reach.sites]
    column = sites + np.arange(pairs)
    served = sp.csr_array((np.ones(pairs), (points, column)), shape=(size, sites + pairs))
    block = block.with_rows(served, np.ones(size), np.ones(size))
    limited = np.flatnonzero(np.isfinite(location.capacity))
    # A site's load in shares of its capacity: of one scale, so that the solver's tolerance is a millionth of it.
    held = np.isfinite(location.capacity[reach.sites])
    scale = np.where(np.isfinite(location.capacity) & (location.capacity > 0), location.capacity, 1.0)
    room = (location.capacity[limited] > 0).astype(float)
    load = sp.csr_array(
        (
            np.concatenate([location.weights[points[held]] / scale[reach.sites[held]], -room]),
            (np.concatenate([reach.sites[held], limited]), np.concatenate([column[held], limited])),
        ),
        shape=(sites, sites + pairs),
    )
    block = block.with_rows(sp.csr_array(load[limited]), np.full(len(limited), -np.inf), np.zeros(len(limited)))
    only = sp.csr_array(
        (
            np.concatenate([np.ones(pairs), -np.ones(pairs)]),
            (np.concatenate([np.arange(pairs)] * 2), np.concatenate([column, reach.sites])),
        ),
        shape=(pairs, sites + pairs),
    )
    block = block.with_rows(only, np.full(pairs, -np.inf), np.zeros(pairs))
    if len(limited) == sites:  # capacity in all: what the relaxed problem knows, a search finds cuts in
        unit_of = max(1.0, float(location.capacity.max()))
        total = sp.csr_array(np.append(location.capacity / unit_of, np.zeros(pairs)).reshape(1, -1))
        block = block.with_rows(total, np.array([math.fsum(location.weights) / unit_of]), np.array([np.inf]))
    found = hunt(ground, block, ground.rules)
    if found.values is None:
        return INFEASIBLE if found.is_done else answer(ground, None, found.bound)
    shares = found.values[sites:]
    shares = np.rint(shares) if model.single_source else np.where(shares > NOTHING, shares, 0.0)
    taken = np.flatnonzero(shares > 0)
    served_share = np.bincount(points[taken], shares[taken], minlength=size)
    goes = points[taken], reach.sites[taken], shares[taken] / served_share[points[taken]]
    return answer(ground, found.open_sites(sites), found.bound, goes=goes)
