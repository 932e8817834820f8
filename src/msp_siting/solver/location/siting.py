"""One call for every named siting model: the ground is laid, the family answers, and what stands in the way is said."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from msp_siting.problem.location import LocationModel, LocationProblem, Measure, Siting, narrowed
from msp_siting.solver.location.capacitated import capacitated
from msp_siting.solver.location.center import center
from msp_siting.solver.location.covering import backup, cost_to_target, cover, set_cover
from msp_siting.solver.location.dispersion import dispersion
from msp_siting.solver.location.max_coverage import max_coverage
from msp_siting.solver.location.median import median
from msp_siting.solver.location.rules import rules_of
from msp_siting.solver.location.searching import INFEASIBLE, Family, Ground
from msp_siting.solver.settings import Settings

FAMILIES: Mapping[Measure, Family] = {
    "max-coverage": max_coverage,
    "set-cover": set_cover,
    "backup-coverage": backup,
    "p-median": median,
    "k-nearest-p-median": median,
    "p-center": center,
    "p-dispersion": dispersion,
    "capacitated-p-median": capacitated,
    "fixed-charge": capacitated,
    "cost-to-target": cost_to_target,
}


def site(problem: LocationProblem, model: LocationModel, settings: Settings) -> Siting:
    """Return the sites to open under a named model, who goes where, and a bound.

    With one thread the same problem has the same answer. The gap asked for is the relative one. Where everybody must be
    reached and cannot be, the answer says whom no allowed site reaches, or the least number of sites that would.
    """
    rules = rules_of(problem)
    reach = narrowed(problem.reach, model.cutoff_minutes, rules.upper > 0)
    ground = Ground(problem, model, settings, rules, reach, settings.control(settings.time_limit_s))
    must_reach = _must_reach(model)
    if must_reach:
        alone = np.flatnonzero(np.diff(reach.first) < _nearest(model))
        if len(alone):
            return replace(INFEASIBLE, unreachable=alone)
    found = FAMILIES[model.measure](ground) if rules.can_be_kept else INFEASIBLE
    if found.status == "infeasible" and must_reach and not np.any(rules.lower > rules.upper):
        return replace(found, least_sites=_least_sites(ground))
    return found


def _must_reach(model: LocationModel) -> bool:
    """Return whether every point must go somewhere."""
    if model.measure == "cost-to-target":
        return model.covered_share >= 1
    return model.measure not in {"max-coverage", "p-dispersion"}


def _nearest(model: LocationModel) -> int:
    return model.nearest if model.measure == "k-nearest-p-median" else 1


def _least_sites(ground: Ground) -> int | None:
    """Return how many sites reach everybody, money and number aside, if that is more than may open."""
    free = replace(ground.rules, least=0, most=len(ground.rules.lower), budget=None)
    found = cover(ground, free, free.counted.astype(float), often=_nearest(ground.model))
    is_open = found.open_sites(len(free.lower))
    if is_open is None or not found.is_done:
        return None
    count = int(is_open[free.counted].sum())
    return count if count > ground.rules.most else None
