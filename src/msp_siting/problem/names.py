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
    CARRIED = "carried"  # [digit of the budget]
    AID_CARRIED = "aid_carried"  # [digit of the aid]


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
    EXCLUDED_SITES = "excluded_sites"  # [site]


class Purse(NamedTuple):
    """The rows and columns of a limit on money, digit by digit (`problem.ledger`)."""

    limit: Row
    lower_digits: Row
    carried: Column


WORKS = Purse(Row.BUDGET, Row.BUDGET_LOWER_DIGITS, Column.CARRIED)
AID = Purse(Row.AID_BUDGET, Row.AID_BUDGET_LOWER_DIGITS, Column.AID_CARRIED)
