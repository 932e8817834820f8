"""Answers one question in memory: pipeline, coverage, APL, caveats, diagnosis, order of opening, workers."""

from msp_siting.answer.apl import apl_by_point, visits_from_supply, visits_per_gp
from msp_siting.answer.candidates import candidate_caveats
from msp_siting.answer.caveats import (
    departure_caveats,
    has_existing_structures,
    has_modelled_times,
    territory_caveats,
    times_accuracy,
)
from msp_siting.answer.coverage import (
    FAR_MINUTES,
    Coverage,
    band_shares,
    posts_by_place,
    shortage_and_distance,
    tabulate,
)
from msp_siting.answer.diagnosis import (
    GROUP_PREFIX,
    OFFICIAL_COLUMNS,
    PER_INHABITANTS,
    WHOLE,
    Diagnosis,
    below_column,
    diagnose,
    groups_of,
    invalid_zonings,
    valid_zones,
    zoning_kind,
)
from msp_siting.answer.diagnosis_summary import summarise_diagnosis
from msp_siting.answer.pipeline import (
    Problem,
    answer,
    before_any_decision,
    check_problems,
    complete_answer,
    instance_of,
    prepare_problem,
    read_at_horizon,
    read_problem,
    settings_of,
)
from msp_siting.answer.rollout import Direction, mean_nesting_cost, nest_plans, order_table
from msp_siting.answer.rule_price import bound_without_rules
from msp_siting.answer.summary import (
    ONE_BAND_WARNING_SHARE,
    PACKAGES,
    answer_caveats,
    explanations,
    summarise,
    why_nothing_opens,
)
from msp_siting.answer.value import Answer
from msp_siting.answer.workers import WorkersLostError, open_pool, workers_watched

__all__ = [
    "FAR_MINUTES",
    "GROUP_PREFIX",
    "OFFICIAL_COLUMNS",
    "ONE_BAND_WARNING_SHARE",
    "PACKAGES",
    "PER_INHABITANTS",
    "WHOLE",
    "Answer",
    "Coverage",
    "Diagnosis",
    "Direction",
    "Problem",
    "WorkersLostError",
    "answer",
    "answer_caveats",
    "apl_by_point",
    "band_shares",
    "before_any_decision",
    "below_column",
    "bound_without_rules",
    "candidate_caveats",
    "check_problems",
    "complete_answer",
    "departure_caveats",
    "diagnose",
    "explanations",
    "groups_of",
    "has_existing_structures",
    "has_modelled_times",
    "instance_of",
    "invalid_zonings",
    "mean_nesting_cost",
    "nest_plans",
    "open_pool",
    "order_table",
    "posts_by_place",
    "prepare_problem",
    "read_at_horizon",
    "read_problem",
    "settings_of",
    "shortage_and_distance",
    "summarise",
    "summarise_diagnosis",
    "tabulate",
    "territory_caveats",
    "times_accuracy",
    "valid_zones",
    "visits_from_supply",
    "visits_per_gp",
    "why_nothing_opens",
    "workers_watched",
    "zoning_kind",
]
