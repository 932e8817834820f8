"""A bound on every plan of a problem without a search: what follows from the prices of its linear relaxation."""

from msp_siting.problem import Instance
from msp_siting.solver.certificate import certify
from msp_siting.solver.search import prepare
from msp_siting.solver.settings import Settings

RELAXATION_LIMIT_S = 60.0


def relaxed_bound(instance: Instance, settings: Settings) -> float | None:
    """Return an objective that no plan is below; None where the relaxation is not solved in time.

    Raises
    ------
    InfeasibleError
        If a rule without variables cannot hold.
    """
    prepared = prepare(instance, settings)
    relaxed = prepared.problem.relax(settings.control(RELAXATION_LIMIT_S))
    if relaxed.optimum is None:
        return None
    return certify(instance, prepared.problem, relaxed, prepared.joined, None).priced
