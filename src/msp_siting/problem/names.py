"""Names of the model's columns and rows, as FORMULATION.md has them, with what each is indexed by."""

from enum import StrEnum
from typing import NamedTuple


class Column(StrEnum):
    """Decisions and what follows from them."""

    OPEN = "open"  # [site, format]
    STAFF = "staff"  # [site, profession]
    RECRUITED = "recruited"  # [profession], of those whose recruits take ordinary installations away
    ALLOCATED = "allocated"  # [demand point, place, profession]
    UNCOVERED = "uncovered"  # [demand point, profession]
    UNCOVERED_IN_BAND = "uncovered_in_band"  # [demand point, profession, band]
    LACKING = "lacking"  # [demand point or zone, band], visits that lack to the floor of the APL
    BELOW = "below"  # [demand point or zone], whether any lack
    CARRIED = "carried"  # [digit of the budget]
    AID_CARRIED = "aid_carried"  # [digit of the aid]
    ZONE_CARRIED = "zone_carried"  # [kind, zone, end, digit of the money spent there]


class Row(StrEnum):
    """Rules; one of several kinds of rows begins with the name of its rule."""

    NEED_BALANCE = "need_balance"  # [demand point, profession]
    BAND_BALANCE = "band_balance"  # [demand point, profession]
    CAPACITY = "capacity"  # [place, profession]
    CAPACITY_LEAVING = "capacity_leaving"  # [place, profession]
    CAPACITY_RECRUITED = "capacity_recruited"  # [profession]
    COMPOSITION_FEWEST = "composition_fewest"  # [site, profession]
    COMPOSITION_PARAMEDICAL = "composition_paramedical"  # [site]
    ONE_FORMAT = "one_format"  # [site]
    ONE_FORMAT_MOST = "one_format_most"  # [site, profession]
    BUDGET = "budget"
    BUDGET_LOWER_DIGITS = "budget_lower_digits"  # [digit]
    AID_BUDGET = "aid_budget"
    AID_BUDGET_LOWER_DIGITS = "aid_budget_lower_digits"  # [digit]
    RECRUITMENT_POOL = "recruitment_pool"  # [profession]
    RECRUITMENT_BY_ZONE_PLACE = "recruitment_by_zone_place"  # [place, profession]
    RECRUITMENT_BY_ZONE_TEAM = "recruitment_by_zone_team"  # [site, profession]
    SITE_COUNT_MIN = "site_count_min"
    SITE_COUNT_MAX = "site_count_max"
    SPACING = "spacing"  # [group of sites]
    SPACING_PARENTS = "spacing_parents"  # [pair of sites]
    SPACING_BY_COMMUNE = "spacing_by_commune"  # [group of sites]
    FORCED_SITES = "forced_sites"  # [site]
    FORCED_SITES_FORMAT = "forced_sites_format"  # [site]
    EXCLUDED_SITES = "excluded_sites"  # [site]
    EXCLUDED_SITES_FORMAT = "excluded_sites_format"  # [site, format]
    KEPT_SITES = "kept_sites"  # [site]
    KEPT_SITES_POSTS = "kept_sites_posts"  # [site, profession]
    ZONE_SITES_MIN = "zone_sites_min"  # [kind, zone]
    ZONE_SITES_MAX = "zone_sites_max"  # [kind, zone]
    ZONE_BUDGET = "zone_budget"  # [kind, zone, end]
    ZONE_BUDGET_LOWER_DIGITS = "zone_budget_lower_digits"  # [kind, zone, end, digit]
    COVERAGE_TARGET = "coverage_target"  # [profession]
    ZONE_COVERAGE = "zone_coverage"  # [kind, zone, profession]
    ZONE_APL = "zone_apl"  # [kind, zone]
    APL_FLOOR = "apl_floor"  # [demand point or zone]


class Purse(NamedTuple):
    """The rows and columns of a limit on money, digit by digit (`problem.ledger`)."""

    limit: Row
    lower_digits: Row
    carried: Column


WORKS = Purse(Row.BUDGET, Row.BUDGET_LOWER_DIGITS, Column.CARRIED)
ZONE = Purse(Row.ZONE_BUDGET, Row.ZONE_BUDGET_LOWER_DIGITS, Column.ZONE_CARRIED)
AID = Purse(Row.AID_BUDGET, Row.AID_BUDGET_LOWER_DIGITS, Column.AID_CARRIED)
