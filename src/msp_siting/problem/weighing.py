"""Whose need a scenario counts more or less: one weight per demand point, the same for every profession and stage."""

from msp_siting.errors import DataError, problem
from msp_siting.problem.zone_rules import check_zones
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory, status_of_places, zone_of_place

GROUP = "inhabitants_"  # the beginning of the column of a group of inhabitants


def need_weights(territory: Territory, scenario: Scenario) -> dict[str, float]:
    """Return by what the need of each demand point is multiplied, those by which it changes.

    A group's weight counts for its share of a point's inhabitants: 1 + (weight - 1) x share. Several weights of a point
    are multiplied.

    Raises
    ------
    ScenarioError
        For kinds of zone and zones that the territory does not have.
    DataError
        For a group that is not known at every demand point, or statuses that no zone has.
    """
    asked = scenario.question.weights
    check_zones(territory, scenario, "weights.zones", {kind: list(zones) for kind, zones in asked.zones.items()})
    demand, problems = territory.demand, []
    of_scenario = problem("scenario {name}", name=scenario.name)
    points = demand["demand_id"].tolist()
    weights = dict.fromkeys(points, 1.0)
    for group, weight in asked.groups.items():
        column = demand.get(f"{GROUP}{group}")
        if column is None or column.isna().any():
            unknown = problem("a weight needs this group of inhabitants at every demand point").at(f"{GROUP}{group}")
            problems.append(unknown.at(territory.path_of("demand")))
            continue
        for point, inside, people in zip(points, column.tolist(), demand["inhabitants"].tolist(), strict=True):
            weights[point] *= 1.0 + (weight - 1.0) * (inside / people if people > 0 else 0.0)
    for kind, by_zone in asked.zones.items():
        zone_at = zone_of_place(territory, kind)
        for point in points:
            weights[point] *= by_zone.get(zone_at.get(point, ""), 1.0)
    for profession, by_status in asked.zoning.items():
        statuses = {place: each.status for place, each in status_of_places(territory, profession).items()}
        for status in sorted(set(by_status) - set(statuses.values())):
            absent = problem("no zone of the territory has the status {status!r}", status=status)
            problems.append(absent.at(f"weights.zoning.{profession}").at(of_scenario))
        for point in points:
            weights[point] *= by_status.get(statuses.get(point, ""), 1.0)
    if problems:
        raise DataError(problems)
    return {point: weight for point, weight in weights.items() if weight != 1.0}
