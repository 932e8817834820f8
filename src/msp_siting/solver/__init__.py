"""``solve(instance, settings) -> Solution``; the only code that talks to HiGHS."""

from msp_siting.solver.highs import Progress
from msp_siting.solver.settings import HELD, PARTS, Settings
from msp_siting.solver.settler import MANY_PAIRS, Settler
from msp_siting.solver.stages import Chosen, choose, solve

__all__ = ["HELD", "MANY_PAIRS", "PARTS", "Chosen", "Progress", "Settings", "Settler", "choose", "solve"]
