"""Named siting models, each as one call on data frames or a matrix, for a notebook: `docs/locate.md` has examples.

``demand`` has ``demand_id`` and ``inhabitants`` (what a point weighs), ``sites`` has ``site_id`` and, where the model
asks for them, ``capex_eur`` and ``capacity_inhabitants``; columns ``existing``, ``forced`` and ``excluded`` (true or
false) may stand there. ``minutes`` is a table (``demand_id``, ``site_id`` or ``place_id``, ``minutes``; a pair without
a row cannot be), a matrix in the order of both tables (what is not finite cannot be), or absent: then the straight line
counts, in km between ``lon``, ``lat`` in degrees, in their own unit between ``x``, ``y``.
"""

from msp_siting.locate.calls import (
    Located,
    Search,
    backup_coverage,
    capacitated_p_median,
    cost_to_target,
    fixed_charge,
    k_nearest_p_median,
    max_coverage,
    p_center,
    p_dispersion,
    p_median,
    set_cover,
)

__all__ = [
    "Located",
    "Search",
    "backup_coverage",
    "capacitated_p_median",
    "cost_to_target",
    "fixed_charge",
    "k_nearest_p_median",
    "max_coverage",
    "p_center",
    "p_dispersion",
    "p_median",
    "set_cover",
]
