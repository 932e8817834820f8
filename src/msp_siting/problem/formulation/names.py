"""Names of the model's components that are asked for by name: its columns and rows, as FORMULATION.md has them."""

# Columns of the model, in the order of its stages.
OPEN = "open"  # [site, format]
STAFF = "staff"  # [site, profession]
ALLOCATED = "allocated"  # [demand point, place, profession]
UNCOVERED = "uncovered"  # [demand point, profession]
UNCOVERED_IN_BAND = "uncovered_in_band"  # [demand point, profession, band]

# Rows of the model, called as the rules they belong to.
CAPACITY = "capacity"  # [place, profession]
BUDGET = "budget"
RECRUITMENT_POOL = "recruitment_pool"  # [profession]
SITE_COUNT_MIN = "site_count_min"
SITE_COUNT_MAX = "site_count_max"

# A column of the totals.
OPENED = "opened"  # [format, capital cost]
