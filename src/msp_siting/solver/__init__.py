"""``solve(instance, settings) -> Solution``; the only code that talks to HiGHS."""

from msp_siting.solver.highs import Progress
from msp_siting.solver.stages import MANY_PAIRS, Settings, Settler, solve

__all__ = ["MANY_PAIRS", "Progress", "Settings", "Settler", "solve"]
