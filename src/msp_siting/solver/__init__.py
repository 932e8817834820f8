"""``solve(instance, settings) -> Solution``; the only code that talks to HiGHS."""

from msp_siting.solver.highs import Progress
from msp_siting.solver.stages import Settings, Settler, solve

__all__ = ["Progress", "Settings", "Settler", "solve"]
