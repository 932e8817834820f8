"""Solves an instance: ``solve(instance, settings) -> Solution``; nothing else talks to HiGHS."""

from msp_siting.solver.certificate import NO_PRICES
from msp_siting.solver.control import BEFORE_SEARCH, OF_SEARCH, Progress, Stage, side_by_side
from msp_siting.solver.settings import HELD, PARTS, Settings, drift
from msp_siting.solver.settler import MANY_PAIRS, Settler
from msp_siting.solver.stages import Chosen, choose, solve

__all__ = [
    "BEFORE_SEARCH",
    "HELD",
    "MANY_PAIRS",
    "NO_PRICES",
    "OF_SEARCH",
    "PARTS",
    "Chosen",
    "Progress",
    "Settings",
    "Settler",
    "Stage",
    "choose",
    "drift",
    "side_by_side",
    "solve",
]
