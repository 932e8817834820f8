"""How many posts of each profession any plan can hold: a bound on the pools that money and buildings set."""

import math
from dataclasses import replace

from msp_siting.problem import Instance
from msp_siting.solver.control import Control
from msp_siting.solver.highs import search_mip
from msp_siting.solver.totals import most_posts

ROUNDING = 1e-6


def with_affordable_pools(instance: Instance, control: Control) -> Instance:
    """Return the same problem with each pool cut down to the posts that some plan can fill.

    No plan is lost: the most posts of a profession over all totals is an upper bound of its posts, and it is
    whole where the relaxation's is not (in Isère 5.3 M EUR hold 30 GP posts, not 31.8).
    """
    matrix = most_posts(instance)
    professions = {}
    for (name, terms), cost in zip(instance.professions.items(), matrix.costs, strict=True):
        bound = search_mip(matrix, cost, control).bound
        most = terms.pool if bound is None else math.floor(-bound + ROUNDING)
        is_limited = "recruitment_pool" in instance.constraints
        professions[name] = replace(terms, pool=min(terms.pool, most) if is_limited else most)
    return replace(instance, professions=professions)
