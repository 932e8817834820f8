"""Answers one question in memory: pipeline, coverage, APL, caveats, diagnosis, order of opening, workers."""

from msp_siting.answer.alternatives import (
    LABELS,
    ZONES,
    Alternatives,
    Label,
    SiteAlternatives,
    ZonePosts,
    find_alternatives,
    limits_of,
    zones_of_sites,
)
from msp_siting.answer.apl import apl_by_point, visits_from_supply, visits_per_gp
from msp_siting.answer.at_horizon import end_caveats, trend_figures, worse_than_today
from msp_siting.answer.candidates import candidate_caveats
from msp_siting.answer.caveats import (
    HISTORICAL_APL_FLOOR,
    departure_caveats,
    freedom_caveats,
    has_existing_structures,
    has_modelled_times,
    territory_caveats,
    times_accuracy,
)
from msp_siting.answer.closing import Closed, Closing, close, read_closings
from msp_siting.answer.coverage import (
    FAR_MINUTES,
    Coverage,
    band_shares,
    posts_by_place,
    shortage_and_distance,
    tabulate,
)
from msp_siting.answer.diagnosis import (
    APL_TODAY,
    DEPARTURE_KINDS,
    GROUP_PREFIX,
    OFFICIAL_COLUMNS,
    OFFICIAL_FTE,
    PER_INHABITANTS,
    TODAY,
    Diagnosis,
    below_column,
    diagnose,
    groups_of,
)
from msp_siting.answer.diagnosis_summary import summarise_diagnosis
from msp_siting.answer.diagnosis_zonings import invalid_zonings, valid_zones, zoning_kind
from msp_siting.answer.ends import ADDITIONAL, DRAWN, uncovered_at_ends
from msp_siting.answer.explaining import explanations
from msp_siting.answer.fragility import LOST
from msp_siting.answer.near_hosts import host_table
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
from msp_siting.answer.siting import (
    SitingAnswer,
    answer_siting,
    read_for_siting,
    unreachable_points,
    with_status,
)
from msp_siting.answer.siting_summary import cost_of_sites, siting_caveats, siting_obstacles, summarise_siting
from msp_siting.answer.summary import (
    ONE_BAND_WARNING_SHARE,
    PACKAGES,
    answer_caveats,
    summarise,
    why_nothing_opens,
)
from msp_siting.answer.today import state_today
from msp_siting.answer.value import Answer
from msp_siting.answer.workers import WorkersLostError, open_pool, workers_watched

__all__ = [
    "ADDITIONAL",
    "APL_TODAY",
    "DEPARTURE_KINDS",
    "DRAWN",
    "FAR_MINUTES",
    "GROUP_PREFIX",
    "HISTORICAL_APL_FLOOR",
    "LABELS",
    "LOST",
    "OFFICIAL_COLUMNS",
    "OFFICIAL_FTE",
    "ONE_BAND_WARNING_SHARE",
    "PACKAGES",
    "PER_INHABITANTS",
    "TODAY",
    "ZONES",
    "Alternatives",
    "Answer",
    "Closed",
    "Closing",
    "Coverage",
    "Diagnosis",
    "Direction",
    "Label",
    "Problem",
    "SiteAlternatives",
    "SitingAnswer",
    "WorkersLostError",
    "ZonePosts",
    "answer",
    "answer_caveats",
    "answer_siting",
    "apl_by_point",
    "band_shares",
    "before_any_decision",
    "below_column",
    "bound_without_rules",
    "candidate_caveats",
    "check_problems",
    "close",
    "complete_answer",
    "cost_of_sites",
    "departure_caveats",
    "diagnose",
    "end_caveats",
    "explanations",
    "find_alternatives",
    "freedom_caveats",
    "groups_of",
    "has_existing_structures",
    "has_modelled_times",
    "host_table",
    "instance_of",
    "invalid_zonings",
    "limits_of",
    "mean_nesting_cost",
    "nest_plans",
    "open_pool",
    "order_table",
    "posts_by_place",
    "prepare_problem",
    "read_at_horizon",
    "read_closings",
    "read_for_siting",
    "read_problem",
    "settings_of",
    "shortage_and_distance",
    "siting_caveats",
    "siting_obstacles",
    "state_today",
    "summarise",
    "summarise_diagnosis",
    "summarise_siting",
    "tabulate",
    "territory_caveats",
    "times_accuracy",
    "trend_figures",
    "uncovered_at_ends",
    "unreachable_points",
    "valid_zones",
    "visits_from_supply",
    "visits_per_gp",
    "why_nothing_opens",
    "with_status",
    "workers_watched",
    "worse_than_today",
    "zones_of_sites",
    "zoning_kind",
]
