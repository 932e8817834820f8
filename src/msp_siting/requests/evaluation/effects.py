"""With and without: what a project changes for whom, case by case, and who loses by it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from msp_siting.answer import (
    FAR_MINUTES,
    GROUP_PREFIX,
    apl_by_point,
    groups_of,
    posts_by_place,
    shortage_and_distance,
    uncovered_at_ends,
    visits_per_gp,
)
from msp_siting.problem import Instance, Plan
from msp_siting.requests.evaluation.parameters import CASES, Case, CaseName, Cases
from msp_siting.requests.evaluation.projects import Project, plan_of_projects
from msp_siting.scenario import Apl
from msp_siting.solver import Settler
from msp_siting.territory import WHOLE, Territory, nearest_minutes

SURROUNDINGS = "surroundings"  # the kind of all within the cut-off of a project's place
SMALLEST_LOSS = 0.5  # inhabitants: less rounds to nobody
SMALLEST_APL_FALL = 0.01  # visits a year and standardised inhabitant: less rounds to nothing


@dataclass(frozen=True)
class Situation:
    """A territory under one plan.

    Attributes
    ----------
    objective
        Of stage 1.
    points
        One row per (demand point, profession): ``inhabitants``, ``need``, ``uncovered``; for the lead profession
        ``apl`` and ``nearest_minutes`` too.
    uncovered, shortage
        Inhabitants by profession; shortage is the part that all the capacity of the territory could not serve.
    """

    objective: float
    points: pd.DataFrame
    uncovered: Mapping[str, float]
    shortage: Mapping[str, float]
    beyond_20_minutes: float
    inhabitants_below_apl_floor: float
    apl_mean: float


@dataclass(frozen=True)
class Ground:
    """A territory before any project, from which every effect is reckoned.

    Attributes
    ----------
    instance
        The problem whose candidate sites are the projects; whoever is announced as leaving is gone.
    visits_per_gp_per_year
        What one GP offers in the APL.
    """

    territory: Territory
    instance: Instance
    settler: Settler
    apl: Apl
    visits_per_gp_per_year: float

    @property
    def lead(self) -> str:
        """The profession that is looked at first: the APL's."""
        return self.apl.profession

    def under(self, plan: Plan) -> Situation:
        """Return the territory under a plan of projects."""
        objective, uncovered = self.settler.spread(plan)
        points = self._points(uncovered, plan)
        lead = points[points["profession"].eq(self.lead)]
        split = {
            name: shortage_and_distance(
                self.instance, points.rename(columns={"uncovered": "uncovered_after"}), name, plan
            )
            for name in self.instance.professions
        }
        below = lead["apl"] < self.apl.floor_visits_per_year.value
        return Situation(
            objective=objective,
            points=points,
            uncovered={name: parts["uncovered"] for name, parts in split.items()},
            shortage={name: parts["shortage"] for name, parts in split.items()},
            beyond_20_minutes=float(lead.loc[~(lead["nearest_minutes"] <= FAR_MINUTES), "inhabitants"].sum()),
            inhabitants_below_apl_floor=float(lead.loc[below, "inhabitants"].sum()),
            apl_mean=float((lead["apl"] * lead["need"]).sum() / lead["need"].sum()),
        )

    def _points(self, uncovered: pd.DataFrame, plan: Plan) -> pd.DataFrame:
        keys = uncovered[["demand_id", "profession"]].itertuples(index=False)
        people = uncovered["demand_id"].map(self.instance.inhabitants)
        index = np.array([self.instance.professions[p].need_index[i] for i, p in keys])
        points = uncovered.rename(columns={"inhabitants": "uncovered"}).assign(inhabitants=people, need=people * index)
        gps = posts_by_place(self.instance, self.lead, plan)
        is_lead = points["profession"].eq(self.lead)
        values = apl_by_point(self.territory, self.apl, gps, self.visits_per_gp_per_year)
        for name, column in (("apl", values), ("nearest_minutes", nearest_minutes(self.territory, gps.index))):
            points[name] = points["demand_id"].map(column).where(is_lead)
        return points


@dataclass(frozen=True)
class Effects:
    """What a project changes, case by case.

    Attributes
    ----------
    gains
        By case, what it takes off the objective.
    newly_covered
        By case and profession, inhabitants covered who were not.
    newly_covered_ends
        In the central case, inhabitants covered by the lead profession at both ends of the gain (`uncovered_at_ends`);
        None where no ordinary installations are known.
    losses
        Demand points that lose by it in the central case: ``demand_id``, ``inhabitants``, ``more_uncovered``
        (inhabitants) and ``apl_fall`` (visits a year and standardised inhabitant), each 0 where it is no loss.
    zones, groups
        Inhabitants uncovered by the lead profession, and the mean APL, without and with it in the central case: by
        zone, with the surroundings of its place (all within the cut-off) and the whole, and by group (without APL).
    """

    cases: Mapping[CaseName, Situation]
    gains: Mapping[CaseName, float]
    newly_covered: Mapping[CaseName, Mapping[str, float]]
    newly_covered_ends: Mapping[str, float] | None
    losses: pd.DataFrame
    zones: pd.DataFrame
    groups: pd.DataFrame


def prepare_ground(territory: Territory, instance: Instance, apl: Apl, settler: Settler) -> Ground:
    """Return the ground of some projects."""
    return Ground(territory, instance, settler, apl, visits_per_gp(territory, apl))


def effects_of(ground: Ground, without: Situation, project: Project, cases: Cases) -> Effects:
    """Return what a project changes."""
    found: dict[CaseName, Situation] = {}
    known: dict[tuple[float, bool], Situation] = {}
    for name in CASES:
        case = cases.of(name)
        key = case.posts_filled_share.value, case.leaving_replaced.value and project.leaving > 0
        if key not in known:
            known[key] = _under_case(ground, without, project, case)
        found[name] = known[key]
    central = found["central"]
    return Effects(
        cases=found,
        gains={name: without.objective - situation.objective for name, situation in found.items()},
        newly_covered={
            name: {p: without.uncovered[p] - situation.uncovered[p] for p in without.uncovered}
            for name, situation in found.items()
        },
        newly_covered_ends=_ends(ground, without, plan_of_projects([project], cases.central.posts_filled_share.value)),
        losses=_losses(ground, without, central),
        zones=_by_zone(ground, without, central, project.request.place_id),
        groups=_by_group(ground, without, central),
    )


def _ends(ground: Ground, without: Situation, plan: Plan) -> dict[str, float] | None:
    left = uncovered_at_ends(ground.instance, plan, ground.lead)
    return None if left is None else {end: without.uncovered[ground.lead] - people for end, people in left.items()}


def _under_case(ground: Ground, without: Situation, project: Project, case: Case) -> Situation:
    plan = plan_of_projects([project], case.posts_filled_share.value)
    if case.leaving_replaced.value and project.leaving > 0:
        replaced = pd.DataFrame([(project.project_id, ground.lead, project.leaving)], columns=plan.staff.columns)
        staff = pd.concat([plan.staff, replaced]).groupby(["site_id", "profession"], as_index=False)["recruited"].sum()
        plan = Plan(plan.sites, staff)
    elif not project.changes_supply:
        return without
    return ground.under(plan)


def _compared(ground: Ground, without: Situation, with_it: Situation) -> pd.DataFrame:
    """Return one row per demand point, for the lead profession: inhabitants, uncovered and APL without and with it."""
    keys = ["demand_id", "profession"]
    measures = ["uncovered", "apl"]
    table = without.points.merge(
        with_it.points[[*keys, *measures]], on=keys, validate="one_to_one", suffixes=("_without", "_with")
    )
    return table[table["profession"].eq(ground.lead)]


def _losses(ground: Ground, without: Situation, with_it: Situation) -> pd.DataFrame:
    """Return who has more people uncovered, or a lower APL."""
    table = _compared(ground, without, with_it)
    more = table["uncovered_with"] - table["uncovered_without"]
    fall = table["apl_without"] - table["apl_with"]
    losing = table[["demand_id", "inhabitants"]].assign(
        more_uncovered=more.where(more > SMALLEST_LOSS, 0.0), apl_fall=fall.where(fall > SMALLEST_APL_FALL, 0.0)
    )
    losing = losing[losing["more_uncovered"].gt(0) | losing["apl_fall"].gt(0)]
    return losing.sort_values(["more_uncovered", "apl_fall"], ascending=False, ignore_index=True)


def points_around(ground: Ground, place_id: str) -> frozenset[str]:
    """Return the demand points within the lead profession's cut-off of a place."""
    pairs = ground.instance.professions[ground.lead].pairs
    return frozenset(
        demand_id for demand_id, place in zip(pairs.demand_ids, pairs.place_ids, strict=True) if place == place_id
    )


def _by_zone(ground: Ground, without: Situation, with_it: Situation, place_id: str) -> pd.DataFrame:
    """Return a row per zone: kind, ``zone_id``, name, inhabitants, uncovered and mean APL without and with it."""
    territory = ground.territory
    table = _compared(ground, without, with_it)
    names = territory.zones.set_index(["kind", "zone_id"])["name"].to_dict()
    names[SURROUNDINGS, place_id] = str(territory.place_points["name"].get(place_id, "")) or place_id
    parts = []
    for kind in territory.zone_kinds:
        zone = table["demand_id"].map(territory.demand.set_index("demand_id")[f"{kind}_id"])
        parts.append(table.assign(kind=kind, zone_id=zone)[zone.ne("").to_numpy()])
    around = table[table["demand_id"].isin(points_around(ground, place_id))]
    parts += [
        around.assign(kind=SURROUNDINGS, zone_id=place_id),
        table.assign(kind=WHOLE, zone_id=territory.manifest.name),
    ]
    moments = ("without", "with")
    rows = pd.concat(parts)
    visits = {f"visits_{moment}": rows[f"apl_{moment}"] * rows["need"] for moment in moments}
    columns = ["inhabitants", *(f"uncovered_{moment}" for moment in moments), "need", *visits]
    sums = rows.assign(**visits).groupby(["kind", "zone_id"], as_index=False)[columns].sum()
    for moment in moments:
        sums[f"apl_{moment}"] = sums.pop(f"visits_{moment}") / sums["need"].where(sums["need"] > 0)
    keys = zip(sums["kind"], sums["zone_id"], strict=True)
    sums.insert(2, "name", [names.get(key, key[1]) for key in keys])
    return sums.drop(columns="need")


def _by_group(ground: Ground, without: Situation, with_it: Situation) -> pd.DataFrame:
    """Return one row per group: ``group``, ``inhabitants``, ``uncovered_without`` and ``uncovered_with``.

    Its members are taken to be uncovered as others of their demand point are; where a group's cell is empty, it is left
    out.
    """
    table = _compared(ground, without, with_it)
    demand = ground.territory.demand.set_index("demand_id")
    rows = []
    for group in groups_of(ground.territory):
        members = table["demand_id"].map(demand[f"{GROUP_PREFIX}{group}"])
        share = members / table["inhabitants"].where(table["inhabitants"] > 0)
        sums = [float((share * table[name]).sum()) for name in ("uncovered_without", "uncovered_with")]
        rows.append((group, float(members.sum()), *sums))
    return pd.DataFrame(rows, columns=["group", "inhabitants", "uncovered_without", "uncovered_with"])
