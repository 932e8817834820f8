"""The whole model: variables, the rules that are switched on, and the stages' objectives."""

from typing import Literal

import pyomo.core as pyo
from pyomo.common.gc_manager import PauseGC

from msp_siting.problem.formulation import objectives
from msp_siting.problem.formulation.constraints import RULES
from msp_siting.problem.formulation.variables import add_variables
from msp_siting.problem.instance import Instance

Purpose = Literal["siting", "settling"]


def build(instance: Instance, purpose: Purpose) -> pyo.ConcreteModel:
    """Return the Pyomo model of an instance, its objectives in the order of the stages.

    Parameters
    ----------
    instance
        Sets and numbers.
    purpose
        ``siting`` chooses sites and staff (objectives: uncovered, or a measure of the APL, then cost and
        aid); ``settling`` says who is served where once
        they are fixed (objectives: uncovered, travel time). The second is what `problem.sharing` and the transport
        problem of `solver` find without it: it is there to be read, and tests hold them to it.
    """
    with PauseGC():  # a million objects that stay; looking for garbage among them takes a third of the time
        goal = instance.goal if purpose == "siting" else None
        if goal is not None:  # of people only those stand in it of whose need a share is to be served
            instance = instance.without_need_of(set(instance.professions) - instance.targeted)
        model = pyo.ConcreteModel(name=purpose)
        add_variables(model, instance)
        for name, rule in RULES.items():
            if name in instance.constraints:
                rule(model, instance)
        if goal is None:
            objectives.uncovered(model, instance)
        else:
            objectives.lacking(model, instance, goal)
        if purpose == "siting":
            objectives.cost(model, instance)
            objectives.aid(model, instance)
        else:
            objectives.travel_time(model, instance)
        return model
