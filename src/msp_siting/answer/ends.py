"""What a gain hangs on: recruits who would have settled in the territory anyway or not, and posts that stay empty."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from msp_siting.answer.apl import apl_by_point, visits_per_gp
from msp_siting.answer.coverage import posts_by_place
from msp_siting.problem import Instance, Plan
from msp_siting.problem.sharing import Network, network_of, objective_of_levels, share_out
from msp_siting.scenario import Apl
from msp_siting.territory import Territory

DRAWN, ADDITIONAL = "drawn", "additional"
SHARES = {DRAWN: 1.0, ADDITIONAL: 0.0}  # of recruits who take an ordinary installation away


@dataclass(frozen=True)
class End:
    """A plan at one end of its gain: the same sites and posts, who is served found anew.

    Attributes
    ----------
    objective
        The least of the plan there.
    uncovered
        Inhabitants by (``demand_id``, profession).
    apl
        Visits by ``demand_id``, to the profession of the APL.
    """

    objective: float
    uncovered: Mapping[tuple[str, str], float]
    apl: pd.Series


def ends_of(territory: Territory, instance: Instance, plan: Plan, apl: Apl) -> dict[str, End] | None:
    """Return a plan at both ends of its gain, by name; None where no ordinary installations are known.

    With more recruits than ordinary installations, all of these are drawn at the one end, and no more.
    """
    if not any(terms.ordinary > 0 for terms in instance.professions.values()):
        return None
    return {name: _end(territory, _drawing(instance, plan, share), plan, apl) for name, share in SHARES.items()}


def partly_filled(territory: Territory, instance: Instance, plan: Plan, apl: Apl, share: float) -> End:
    """Return a plan of whose posts, at every site alike, only a share is filled: the others stay empty."""
    staff = plan.staff.assign(recruited=plan.staff["recruited"].astype(float) * share)
    return _end(territory, instance, replace(plan, staff=staff), apl)


def uncovered_at_ends(instance: Instance, plan: Plan, profession: str) -> dict[str, float] | None:
    """Return the inhabitants that a plan leaves uncovered at both ends, of one profession; None as in `ends_of`."""
    if instance.professions[profession].ordinary <= 0:
        return None
    found = {}
    for name, share in SHARES.items():
        network = network_of(_drawing(instance, plan, share), profession, plan)
        left = share_out(network).uncovered_share.tolist()
        shares = zip(network.point_ids, left, strict=True)
        found[name] = sum(share * instance.inhabitants[point] for point, share in shares)
    return found


def _drawing(instance: Instance, plan: Plan, share: float) -> Instance:
    """Return the problem whose recruits are drawn by a share, or until ordinary installations end."""
    shares = {
        profession: min(share, terms.ordinary / posts) if (posts := plan.recruits(profession)) else share
        for profession, terms in instance.professions.items()
    }
    return instance.drawing(shares)


def _end(territory: Territory, instance: Instance, plan: Plan, apl: Apl) -> End:
    objective, uncovered = 0.0, {}
    for name in instance.professions:
        network: Network = network_of(instance, name, plan)
        levels = share_out(network)
        objective += objective_of_levels(instance, name, network, levels)
        for point, share in zip(network.point_ids, levels.uncovered_share.tolist(), strict=True):
            uncovered[point, name] = share * instance.inhabitants[point]
    gps = posts_by_place(instance, apl.profession, plan)
    return End(objective, uncovered, apl_by_point(territory, apl, gps, visits_per_gp(territory, apl)))


def columns_of_ends(ends: Mapping[str, End] | None) -> pd.DataFrame | None:
    """Return whom a plan leaves uncovered at either end, by (``demand_id``, ``profession``); None without ends."""
    if ends is None:
        return None
    columns = {f"uncovered_after_{name}": pd.Series(dict(end.uncovered)) for name, end in ends.items()}
    return pd.DataFrame(columns).rename_axis(["demand_id", "profession"]).reset_index()
