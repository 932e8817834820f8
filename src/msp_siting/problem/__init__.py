"""States one problem in sets and numbers, with a plan for it and its prices, and checks a plan without Pyomo."""

from msp_siting.problem.apl_goal import UNDER_65
from msp_siting.problem.apl_terms import (
    COMMUNE,
    ROUNDING_VISITS,
    AplGoal,
    AplTerms,
    ZoneApl,
)
from msp_siting.problem.building import build_instance
from msp_siting.problem.candidate_rules import (
    FORCED,
    REASONS,
    STATED,
    CandidateReview,
    check_candidates_left,
    problems_of_hosts,
    review_candidates,
)
from msp_siting.problem.choice import ChoiceReport, ChoiceStep
from msp_siting.problem.falling_short import shortfalls
from msp_siting.problem.horizon import territory_at_horizon, with_trend
from msp_siting.problem.instance import Instance
from msp_siting.problem.ledger import (
    BASE,
    aid_budget_unit_cents,
    aid_unit_cents,
    budget_unit_cents,
    ledger_of,
    works_unit_cents,
)
from msp_siting.problem.names import AID, WORKS, ZONE, Column, Purse, Row
from msp_siting.problem.parents import find_parents
from msp_siting.problem.plan import (
    NO_PRICES,
    TOLERANCE_SHARE,
    Assignment,
    Certificate,
    Conflict,
    Plan,
    Prices,
    Shortfall,
    Solution,
    SolverReport,
    Status,
    improvement_gap,
    is_proven,
    relative_gap,
)
from msp_siting.problem.preference import Preference, problems_of_choice
from msp_siting.problem.pricing import priced_bound, priced_bounds
from msp_siting.problem.reduction import reduce_instance
from msp_siting.problem.soundness import (
    need_by_band,
    objective_at,
    objective_of,
    problems_of_composition,
    problems_of_decisions,
    problems_of_limits,
    problems_of_solution,
    room_by_place,
)
from msp_siting.problem.spacing import limits_among, most_open, near_among, sites_beyond_openings, sites_kept_closed
from msp_siting.problem.spacing_pricing import SPACING_ROWS
from msp_siting.problem.spending import aid_eur, cost_eur
from msp_siting.problem.targets import short_by_zone
from msp_siting.problem.terms import FormatTerms, Pairs, ProfessionTerms
from msp_siting.problem.trend import Yearly, yearly_installations
from msp_siting.problem.weighing import need_weights

__all__ = [
    "AID",
    "BASE",
    "COMMUNE",
    "FORCED",
    "NO_PRICES",
    "REASONS",
    "ROUNDING_VISITS",
    "SPACING_ROWS",
    "STATED",
    "TOLERANCE_SHARE",
    "UNDER_65",
    "WORKS",
    "ZONE",
    "AplGoal",
    "AplTerms",
    "Assignment",
    "CandidateReview",
    "Certificate",
    "ChoiceReport",
    "ChoiceStep",
    "Column",
    "Conflict",
    "FormatTerms",
    "Instance",
    "Pairs",
    "Plan",
    "Preference",
    "Prices",
    "ProfessionTerms",
    "Purse",
    "Row",
    "Shortfall",
    "Solution",
    "SolverReport",
    "Status",
    "Yearly",
    "ZoneApl",
    "aid_budget_unit_cents",
    "aid_eur",
    "aid_unit_cents",
    "budget_unit_cents",
    "build_instance",
    "check_candidates_left",
    "cost_eur",
    "find_parents",
    "improvement_gap",
    "is_proven",
    "ledger_of",
    "limits_among",
    "most_open",
    "near_among",
    "need_by_band",
    "need_weights",
    "objective_at",
    "objective_of",
    "priced_bound",
    "priced_bounds",
    "problems_of_choice",
    "problems_of_composition",
    "problems_of_decisions",
    "problems_of_hosts",
    "problems_of_limits",
    "problems_of_solution",
    "reduce_instance",
    "relative_gap",
    "review_candidates",
    "room_by_place",
    "short_by_zone",
    "shortfalls",
    "sites_beyond_openings",
    "sites_kept_closed",
    "territory_at_horizon",
    "with_trend",
    "works_unit_cents",
    "yearly_installations",
]
