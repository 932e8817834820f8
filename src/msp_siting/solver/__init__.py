"""Solves an instance: ``solve(instance, settings) -> Solution``; nothing else talks to HiGHS."""

from msp_siting.solver.control import Progress
from msp_siting.solver.settings import HELD, PARTS, Settings
from msp_siting.solver.settler import MANY_PAIRS, Settler
from msp_siting.solver.stages import Chosen, choose, solve

__all__ = ["HELD", "MANY_PAIRS", "PARTS", "Chosen", "Progress", "Settings", "Settler", "choose", "solve"]
