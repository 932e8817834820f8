"""Solves an instance: ``solve(instance, settings) -> Solution``; nothing else talks to HiGHS."""

from msp_siting.solver.aimed import settle_as_asked
from msp_siting.solver.best import Chosen
from msp_siting.solver.conflicts import explain
from msp_siting.solver.control import BEFORE_SEARCH, OF_SEARCH, Progress, Stage, side_by_side
from msp_siting.solver.good_plans import GoodPlans, Reached
from msp_siting.solver.neighbouring import shared_with
from msp_siting.solver.reckoning import GoodLimits, GoodPlan
from msp_siting.solver.relaxation import relaxed_bound
from msp_siting.solver.settings import HELD, PARTS, Settings, drift, tell_nobody
from msp_siting.solver.settler import Settler, Shares
from msp_siting.solver.stages import choose, solve
from msp_siting.solver.swaps import hosts_of, shortfalls_of_swaps, swapped
from msp_siting.solver.transport import least_minutes

__all__ = [
    "BEFORE_SEARCH",
    "HELD",
    "OF_SEARCH",
    "PARTS",
    "Chosen",
    "GoodLimits",
    "GoodPlan",
    "GoodPlans",
    "Progress",
    "Reached",
    "Settings",
    "Settler",
    "Shares",
    "Stage",
    "choose",
    "drift",
    "explain",
    "hosts_of",
    "least_minutes",
    "relaxed_bound",
    "settle_as_asked",
    "shared_with",
    "shortfalls_of_swaps",
    "side_by_side",
    "solve",
    "swapped",
    "tell_nobody",
]
