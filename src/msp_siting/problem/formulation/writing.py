"""The stated model as a file for another solver."""

from pathlib import Path

from msp_siting.problem.formulation.model import build
from msp_siting.problem.instance import Instance

FILE_KINDS = (".lp", ".mps")


def write_model(instance: Instance, path: Path) -> None:
    """Write the model of choosing sites and posts, as it is stated: nothing reduced, its names in words.

    Its objective is stage 1: the weighted need left uncovered, or the cost of works and equipment.

    Parameters
    ----------
    path
        A file that ends in ``.lp`` or ``.mps``.
    """
    import pyomo.environ  # noqa: F401, PLC0415 - knows the kinds of files; every search would wait for it

    model = build(instance, "siting")
    first = model.minimise_cost if instance.measure == "cost" else model.minimise_uncovered
    for objective in (model.minimise_uncovered, model.minimise_cost, model.minimise_aid):
        if objective is not first:
            objective.deactivate()
    model.write(str(path), io_options={"symbolic_solver_labels": True})
