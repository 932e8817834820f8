"""The stated model as a file for another solver."""

from pathlib import Path

from msp_siting.problem.formulation.model import build
from msp_siting.problem.instance import Instance

FILE_KINDS = (".lp", ".mps")


def write_model(instance: Instance, path: Path) -> None:
    """Write the model of choosing sites and posts, as it is stated: nothing reduced, its names in words.

    Its objective is stage 1: the weighted need left uncovered, a measure of the APL, or cost of works.

    Parameters
    ----------
    path
        A file that ends in ``.lp`` or ``.mps``.
    """
    import pyomo.environ  # noqa: F401, PLC0415 - knows the kinds of files; every search would wait for it

    model = build(instance, "siting")
    of_people = model.minimise_uncovered if instance.goal is None else model.minimise_lacking
    first = model.minimise_cost if instance.measure == "cost" else of_people
    for objective in (of_people, model.minimise_cost, model.minimise_aid):
        if objective is not first:
            objective.deactivate()
    model.write(str(path), io_options={"symbolic_solver_labels": True})
