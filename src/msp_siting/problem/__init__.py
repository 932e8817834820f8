"""States one problem in sets and numbers, with a plan for it and its prices, and checks a plan without Pyomo."""

from msp_siting.problem.building import build_instance
from msp_siting.problem.horizon import territory_at_horizon
from msp_siting.problem.instance import FormatTerms, Instance, Pairs, ProfessionTerms
from msp_siting.problem.plan import (
    NO_PRICES,
    Assignment,
    Certificate,
    Conflict,
    Plan,
    Prices,
    Solution,
    SolverReport,
    Status,
    improvement_gap,
    is_proven,
    relative_gap,
)
from msp_siting.problem.pricing import priced_bound, priced_bounds
from msp_siting.problem.reduction import reduce_instance
from msp_siting.problem.soundness import (
    TOLERANCE_SHARE,
    cost_eur,
    need_by_band,
    objective_of,
    problems_of_composition,
    problems_of_limits,
    problems_of_solution,
    room_by_place,
)

__all__ = [
    "NO_PRICES",
    "TOLERANCE_SHARE",
    "Assignment",
    "Certificate",
    "Conflict",
    "FormatTerms",
    "Instance",
    "Pairs",
    "Plan",
    "Prices",
    "ProfessionTerms",
    "Solution",
    "SolverReport",
    "Status",
    "build_instance",
    "cost_eur",
    "improvement_gap",
    "is_proven",
    "need_by_band",
    "objective_of",
    "priced_bound",
    "priced_bounds",
    "problems_of_composition",
    "problems_of_limits",
    "problems_of_solution",
    "reduce_instance",
    "relative_gap",
    "room_by_place",
    "territory_at_horizon",
]
