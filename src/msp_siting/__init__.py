"""Choose the sites and the staff of maisons de santé pluriprofessionnelles, and say how good the choice is.

For Python: ``import msp_siting as msp`` (docs/python.md). Each name is loaded when it is first used.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msp_siting import locate
    from msp_siting.commands import (
        Compared,
        Diagnosed,
        Evaluated,
        Solved,
        Swept,
        compare,
        diagnose,
        evaluate,
        read_run,
        read_scenario,
        read_territory,
        scenario_from,
        solve,
        sweep,
        territory_from,
        travel_times,
        verify,
    )
    from msp_siting.commands import KeptRun as Run
    from msp_siting.errors import (
        DataError,
        InfeasibleError,
        MspSitingError,
        OutputError,
        RoadsError,
        ScenarioError,
        SolverError,
        VerificationError,
    )
    from msp_siting.runs import Verified
    from msp_siting.scenario import Scenario
    from msp_siting.territory import Territory

__all__ = [
    "Compared",
    "DataError",
    "Diagnosed",
    "Evaluated",
    "InfeasibleError",
    "MspSitingError",
    "OutputError",
    "RoadsError",
    "Run",
    "Scenario",
    "ScenarioError",
    "Solved",
    "SolverError",
    "Swept",
    "Territory",
    "VerificationError",
    "Verified",
    "__version__",
    "compare",
    "diagnose",
    "evaluate",
    "locate",
    "read_run",
    "read_scenario",
    "read_territory",
    "scenario_from",
    "solve",
    "sweep",
    "territory_from",
    "travel_times",
    "verify",
]
__version__ = version("msp-siting")
_ROOMS = {  # of a name that is not in commands
    **dict.fromkeys((name for name in __all__ if name.endswith("Error")), "errors"),
    "Scenario": "scenario",
    "Territory": "territory",
    "Verified": "runs",
}
_OTHER_NAMES = {"Run": "KeptRun"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever stands in the rooms
    """Load what stands behind a name when it is first used."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    if name == "locate":  # a room of its own
        return import_module(f"{__name__}.{name}")
    room = import_module(f"{__name__}.{_ROOMS.get(name, 'commands')}")
    return getattr(room, _OTHER_NAMES.get(name, name))


def __dir__() -> list[str]:
    """Return the names of the door."""
    return sorted(__all__)
