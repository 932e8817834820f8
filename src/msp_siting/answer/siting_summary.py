"""The figures of an answer without professions that summary.json holds, its caveats, and why there is no plan."""

import math
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from msp_siting.answer.caveats import has_existing_structures, has_modelled_times, times_accuracy
from msp_siting.answer.coverage import FAR_MINUTES
from msp_siting.answer.siting import ALL, SitingAnswer
from msp_siting.answer.summary import PACKAGES
from msp_siting.language import Fact, catalogue
from msp_siting.problem.location import HOLDS_SO_MANY
from msp_siting.scenario import COVERS
from msp_siting.territory import (
    event_caveats,
    island_caveats,
    large_point_caveats,
    names_of,
    unreached_caveats,
)

UNITS = {  # of an objective, by what is sought
    "max-coverage": "inhabitants",
    "set-cover": "sites",
    "backup-coverage": "inhabitants",
    "p-median": "inhabitant_minutes",
    "k-nearest-p-median": "inhabitant_minutes",
    "p-center": "minutes",
    "p-dispersion": "minutes",
    "capacitated-p-median": "inhabitant_minutes",
    "fixed-charge": "eur",
    "cost-to-target": "eur",
}


def objective_unit(found: SitingAnswer) -> str:
    """Return the unit of an answer's objective, a word of `UNITS` or ``points``."""
    model = found.case.model
    return "points" if model.measure == "backup-coverage" and model.backup_of == "points" else UNITS[model.measure]


def summarise_siting(found: SitingAnswer) -> dict[str, Any]:
    """Return the keys of ``summary.json`` but for its caveats in words, and the run's times and memory.

    First those of every plan, in their order; what practitioners would be needed for is None.
    """
    scenario, siting, points = found.scenario, found.siting, found.points
    has_plan = found.has_plan
    after = points if has_plan else points.assign(uncovered_after=math.nan, nearest_minutes_after=math.nan)
    return {
        "scenario": scenario.name,
        "territory": found.territory.manifest.name,
        "model": scenario.model.name,
        "status": siting.status,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "improvement_gap": found.improvement_gap,
        "objective_before": found.objective_before,
        "budget_eur": scenario.budget_eur,
        "cost_eur": cost_of_sites(found) if has_plan else None,
        "aci_eur_per_year": None,
        "sites_opened": len(siting.opened) if has_plan else None,
        "staff": None,
        "inhabitants": _total(points["inhabitants"]),
        "uncovered_before": {ALL: _total(points["uncovered_before"])},
        "uncovered_after": {ALL: _total(after["uncovered_after"])} if has_plan else None,
        "shortage_before": None,
        "shortage_after": None,
        "beyond_20_minutes_before": _beyond(points, "before"),
        "beyond_20_minutes_after": _beyond(points, "after") if has_plan else None,
        "apl_mean_before": None,
        "apl_mean_after": None,
        "inhabitants_below_apl_floor_before": None,
        "inhabitants_below_apl_floor_after": None,
        "measure": found.case.model.measure,
        "objective_unit": objective_unit(found),
        "cutoff_minutes": found.case.model.cutoff_minutes,
        "mean_minutes_before": _mean(points, "before"),
        "mean_minutes_after": _mean(points, "after") if has_plan else None,
        "longest_minutes_before": _longest(points, "before"),
        "longest_minutes_after": _longest(points, "after") if has_plan else None,
        "points_uncovered_before": int((points["sites_before"] == 0).sum()),
        "points_uncovered_after": int((points["sites_after"] == 0).sum()) if has_plan else None,
        "existing": _counts(found),
        "candidates": int(found.case.sites["origin"].isin(("listed", "every_place")).sum()),
        "candidates_without_format": found.case.without_cost,
        "sites_costed_by_format": _from_formats(found) if has_plan else None,
        "least_sites": siting.first_stage if has_plan else siting.least_sites,
        "unreachable": [str(found.case.location.demand_ids[point]) for point in siting.unreachable],
        "seed": scenario.question.solve.seed,
        "versions": {name: version(name) for name in PACKAGES},
        "input_sha256": scenario.sha256(found.territory.sha256),
        "caveat_facts": [fact.record() for fact in siting_caveats(found)],
    }


def cost_of_sites(found: SitingAnswer) -> float | None:
    """Return what the sites that open cost (EUR); None where that of one is not known."""
    costs = found.opened["capex_eur"]
    return None if costs.isna().any() else math.fsum(costs)


def siting_obstacles(found: SitingAnswer) -> Iterator[Fact]:
    """Yield why there is no plan."""
    siting, location, count = found.siting, found.case.location, found.scenario.question.site_count
    if found.has_plan or siting.status == "no_plan":
        return
    if len(siting.unreachable):
        demand = found.territory.demand.iloc[siting.unreachable].rename(columns={"demand_id": "point_id"})
        values = {
            "points": len(demand),
            "inhabitants": float(demand["inhabitants"].sum()),
            "names": names_of(demand[["point_id", "name"]]),
        }
        nearest = found.case.model.nearest if found.case.model.measure == "k-nearest-p-median" else 1
        yield Fact("siting_unreachable" if nearest == 1 else "siting_unreachable_by_nearest", values)
        return
    told = list(_told(found, count.max))
    yield from told
    if not told:
        yield Fact("siting_obstacles_several", {"sites": len(location.site_ids)})


def _told(found: SitingAnswer, most: int | None) -> Iterator[Fact]:
    least, location = found.siting.least_sites, found.case.location
    fewest, can_open = location.site_count[0], int((~location.existing & ~location.excluded).sum())
    for obstacle in found.obstacles:
        if obstacle.rule == "budget" and obstacle.cheapest_eur is not None:
            budget = location.budget_eur or 0.0
            values = {"cost": obstacle.cheapest_eur, "budget": budget, "short": obstacle.cheapest_eur - budget}
            yield Fact("siting_obstacle_budget", values)
        elif obstacle.rule == "site_count" and fewest > can_open:
            yield Fact("siting_obstacle_few", {"least": fewest, "most": can_open})
        elif obstacle.rule == "site_count" and least is not None:
            yield Fact("siting_obstacle_count", {"least": least, "most": most or 0})
        elif obstacle.rule == "capacity":
            room = float(location.capacity[~location.excluded].sum())
            yield Fact("siting_obstacle_capacity", {"people": float(location.weights.sum()), "room": room})
        else:
            yield Fact("siting_obstacle_rule", {"rule": obstacle.rule})


def siting_caveats(found: SitingAnswer) -> list[Fact]:
    """Return what a reader must be told with any figure of the run: what the model cannot say first."""
    case, territory, model = found.case, found.territory, found.case.model
    facts = [Fact("siting_caveat_no_practitioners")]
    if model.measure != "p-dispersion":
        facts.append(
            Fact("siting_caveat_not_capacity" if model.measure not in HOLDS_SO_MANY else "siting_caveat_capacity")
        )
    facts += _existing_caveats(found)
    if model.measure not in {"p-dispersion", *COVERS}:
        facts.append(Fact("siting_caveat_ties"))
    facts += _cost_caveats(found)
    if model.measure == "fixed-charge" and np.isinf(case.location.capacity[~case.location.existing]).any():
        facts.append(Fact("siting_caveat_no_limit", {"sites": int(np.isinf(case.location.capacity).sum())}))
    if territory.supply.empty:
        facts.append(Fact("siting_caveat_distances"))
    if has_modelled_times(territory):
        facts.append(Fact("caveat_modelled_times"))
        text = times_accuracy(territory)
        facts.append(Fact("caveat_times_error_unknown") if text is None else Fact("caveat_stated", {"text": text}))
    facts += [
        *event_caveats(territory, {}),
        *island_caveats(territory),
        *unreached_caveats(territory),
        *large_point_caveats(territory),
        *(Fact("caveat_stated", {"text": text}) for text in territory.manifest.caveats),
        *territory.repairs,
    ]
    return facts


def _existing_caveats(found: SitingAnswer) -> Iterator[Fact]:
    """Yield what counts as open already, and what does not."""
    counts, supply = _counts(found), found.scenario.model.existing_supply_covers
    if any(counts.values()):
        yield Fact("siting_caveat_existing", {"existing": counts["existing"], "msps": counts["msp"]})
    else:
        yield Fact("siting_caveat_existing_none")
    if supply is not None and supply.value is not None:
        yield Fact("siting_caveat_supply", {"profession": whose_practice(supply.value), "places": counts["supply"]})
    elif not found.territory.supply.empty:
        yield Fact("siting_caveat_no_supply")
    if not found.territory.supply.empty and not has_existing_structures(found.territory):
        yield Fact("caveat_no_existing_structures")


def small_hosts(found: SitingAnswer) -> Iterator[Fact]:
    """Yield how many sites of a plan stand where no structure would."""
    small = int((~found.opened["fits_host"].astype(bool)).sum()) if found.has_plan else 0
    if small:
        yield Fact("siting_caveat_small_hosts", {"sites": small, "all": len(found.opened)})


def whose_practice(profession: str) -> Fact | str:
    """Return who practises somewhere, in words where they are known."""
    key = f"siting_profession_{profession}"
    return Fact(key) if key in catalogue("en") else profession


def _cost_caveats(found: SitingAnswer) -> Iterator[Fact]:
    scenario, sites = found.scenario, found.case.sites
    by_format = sites[sites["cost_from"].eq("format")]
    if scenario.counts_money and len(by_format):
        yield Fact("siting_caveat_formats", {"sites": len(by_format)})
    if found.case.without_cost:
        yield Fact("siting_caveat_closed", {"sites": found.case.without_cost})
    yield from small_hosts(found)
    if scenario.model.objective.measure == "fixed-charge":
        value = scenario.model.travel_cost_eur_per_inhabitant_minute
        yield Fact("siting_caveat_travel_cost", {"eur": 0.0 if value is None else value.value})


def _counts(found: SitingAnswer) -> dict[str, int]:
    """Return how many sites are open already, by what they are."""
    origins = found.case.sites["origin"][found.case.location.existing]
    return {name: int(origins.eq(name).sum()) for name in ("existing", "msp", "supply")}


def _from_formats(found: SitingAnswer) -> int:
    return int(found.opened["cost_from"].eq("format").sum())


def _total(column: pd.Series) -> float:
    return math.fsum(column)


def _beyond(points: pd.DataFrame, moment: str) -> float:
    return _total(points.loc[~(points[f"nearest_minutes_{moment}"] <= FAR_MINUTES), "inhabitants"])


def _mean(points: pd.DataFrame, moment: str) -> float | None:
    """Return the mean minutes to the nearest site, by inhabitants; None where some have none to go to."""
    minutes, people = points[f"nearest_minutes_{moment}"], points["inhabitants"]
    lived = people > 0
    total = math.fsum(people)
    return None if minutes[lived].isna().any() or not total else math.fsum(minutes[lived] * people[lived]) / total


def _longest(points: pd.DataFrame, moment: str) -> float | None:
    minutes = points[f"nearest_minutes_{moment}"]
    return None if minutes.isna().any() or minutes.empty else float(minutes.max())
