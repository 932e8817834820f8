"""What a reader must be told of a question that aims at shares of need, at least cost, or counts some need more."""

from collections.abc import Iterator

from msp_siting.answer.value import Answer
from msp_siting.language import Fact, catalogue
from msp_siting.problem import COMMUNE


def aim_caveats(answer: Answer) -> Iterator[Fact]:
    """Yield what the aims and weights of a question mean for its figures."""
    question, model, instance = answer.scenario.question, answer.scenario.model, answer.instance
    if instance.measure == "cost":
        yield Fact("caveat_least_cost", {"budget": instance.budget_eur})
    yield from _apl_caveats(answer)
    for name in instance.limits_uncovered:
        share = question.targets.covered_share[name]
        yield Fact("caveat_covered_share", {"share": share, "profession": model.professions[name].title})
    if by_zone := instance.limits_uncovered_by_zone:
        names = dict.fromkeys(name for _, name, _ in by_zone)
        titles = [model.professions[name].title for name in names]
        yield Fact("caveat_zone_shares", {"zones": len({zone.key for zone, *_ in by_zone}), "professions": titles})
        assignment = answer.solution.assignment
        uneven = [model.professions[name].title for name in names if assignment and name not in assignment.levels]
        if uneven:
            yield Fact("caveat_zone_shares_uneven", {"professions": uneven})
    weights = list(_weights(answer))
    if weights:
        yield Fact("caveat_need_weights", {"weights": weights})


def _apl_caveats(answer: Answer) -> Iterator[Fact]:
    """Yield what a measure of the APL as objective means, and mean APL that is asked of zones."""
    goal, objective = answer.instance.goal, answer.scenario.model.objective
    if goal is not None:
        yield Fact("caveat_goal", {"floor": goal.floor})
        if goal.is_count:
            yield Fact("caveat_goal_count")
        if goal.level != COMMUNE:
            title = Fact(f"zone_kind_{goal.level}")
            yield Fact("caveat_goal_zones", {"kind": title if title.key in catalogue("en") else goal.level})
        if objective.gps is not None and objective.gps.value == "under_65":
            yield Fact("caveat_goal_under_65")
    asked = answer.scenario.question.zones.values()
    least = sorted({rule.apl_mean.min for rules in asked for rule in rules.values() if rule.apl_mean is not None})
    if least:
        yield Fact("caveat_zone_apl", {"least": least[0]})


def _weights(answer: Answer) -> Iterator[Fact]:
    asked, zones = answer.scenario.question.weights, answer.territory.zones
    for group, weight in asked.groups.items():
        named = Fact(f"group_{group}")
        yield _weight(named if named.key in catalogue("en") else Fact("need_weight_group", {"group": group}), weight)
    for kind, by_zone in asked.zones.items():
        for zone, weight in by_zone.items():
            found = zones.loc[zones["kind"].eq(kind) & zones["zone_id"].eq(zone), "name"]
            yield _weight(Fact("need_weight_zone", {"zone": str(next(iter(found), zone))}), weight)
    for profession, by_status in asked.zoning.items():
        title = answer.scenario.model.professions[profession].title
        for status, weight in by_status.items():
            yield _weight(Fact("need_weight_zoning", {"status": status, "profession": title}), weight)


def _weight(what: Fact, weight: float) -> Fact:
    return Fact("need_weight", {"what": what, "weight": weight})
