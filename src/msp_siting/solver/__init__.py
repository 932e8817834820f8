"""Solves an instance: ``solve(instance, settings) -> Solution``; nothing else talks to HiGHS.

What searches for plans loads the formulation, and with it Pyomo, when it is first asked for: who is served under a
given plan is settled without.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from msp_siting.solver.best import Chosen
from msp_siting.solver.control import BEFORE_SEARCH, OF_SEARCH, Progress, Stage, side_by_side
from msp_siting.solver.settings import HELD, PARTS, Settings, drift
from msp_siting.solver.settler import Settler, Shares
from msp_siting.solver.transport import least_minutes

if TYPE_CHECKING:
    from msp_siting.solver.stages import choose, solve

__all__ = [
    "BEFORE_SEARCH",
    "HELD",
    "OF_SEARCH",
    "PARTS",
    "Chosen",
    "Progress",
    "Settings",
    "Settler",
    "Shares",
    "Stage",
    "choose",
    "drift",
    "least_minutes",
    "side_by_side",
    "solve",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever stands in the files
    """Load the search when it is first used."""
    if name not in {"choose", "solve"}:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.stages"), name)
