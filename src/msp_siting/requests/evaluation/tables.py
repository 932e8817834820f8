"""Tables of an evaluation: ``requests.csv``, ``portfolio.csv``, ``effects.csv`` and ``losses.csv``."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from msp_siting.answer import ADDITIONAL, DRAWN
from msp_siting.language import Fact
from msp_siting.requests.evaluation.appraisals import Appraisal, Evaluation
from msp_siting.requests.evaluation.parameters import CASES
from msp_siting.requests.gates.findings import Finding
from msp_siting.requests.gates.msps import action_of


def requests_table(
    evaluation: Evaluation, tell_finding: Callable[[Finding], str], tell_fact: Callable[[Fact], str]
) -> pd.DataFrame:
    """Return ``requests.csv``: one row per request, in the order of the file.

    Parameters
    ----------
    tell_finding, tell_fact
        Word its reasons, and what was read otherwise than it is written.
    """
    rows, funders = [], {funder: None for a in evaluation.appraisals for funder in a.gates.by_funder}
    for appraisal in evaluation.appraisals:
        read_as = " | ".join(map(tell_fact, appraisal.request.notes))
        verdicts = {f"verdict_{funder}": appraisal.gates.by_funder.get(funder) for funder in funders}
        rows.append(_row(evaluation, appraisal, tell_finding) | verdicts | {"read_as": read_as})
    return pd.DataFrame(rows)


def portfolio_table(evaluation: Evaluation) -> pd.DataFrame:
    """Return ``portfolio.csv``: one row per eligible request: whether it is chosen, and what it asks for."""
    eligible = [a for a in evaluation.appraisals if a.gates.verdict == "eligible"]
    rows = [
        {
            "request_id": a.request_id,
            "project_name": a.request.project_name or "",
            "chosen": "true" if a.request_id in evaluation.chosen else "false",
            "requested_eur": a.request.requested_total_eur,
            "investment_eur": a.request.investment_eur,
            f"newly_covered_{evaluation.lead}_alone": a.newly_covered(evaluation.lead),
        }
        for a in eligible
    ]
    columns = [
        *("request_id", "project_name", "chosen", "requested_eur", "investment_eur"),
        f"newly_covered_{evaluation.lead}_alone",
    ]
    return pd.DataFrame(rows, columns=columns)


def effects_table(evaluation: Evaluation) -> pd.DataFrame:
    """Return ``effects.csv``: one row per (request, zone or group), for the lead profession in the central case.

    Columns: ``request_id``, ``kind`` (of zone, ``surroundings``, ``territory`` or ``group``), ``zone_id``, ``name``,
    ``inhabitants``, ``uncovered_without``, ``uncovered_with``, ``apl_without``, ``apl_with`` (missing of groups).
    """
    parts = []
    for appraisal in evaluation.appraisals:
        groups = appraisal.effects.groups.rename(columns={"group": "zone_id"})
        groups = groups.assign(kind="group", name=groups["zone_id"])
        both = pd.concat([appraisal.effects.zones, groups], ignore_index=True)
        both.insert(0, "request_id", appraisal.request_id)
        parts.append(both)
    return pd.concat(parts, ignore_index=True)


def losses_table(evaluation: Evaluation) -> pd.DataFrame:
    """Return ``losses.csv``: one row per (request, demand point that loses by it), as `Effects.losses`."""
    names = evaluation.territory.demand.set_index("demand_id")["name"]
    parts = [a.effects.losses.assign(request_id=a.request_id) for a in evaluation.appraisals]
    table = pd.concat(parts, ignore_index=True)
    table["name"] = table["demand_id"].map(names)
    return table[["request_id", "demand_id", "name", "inhabitants", "more_uncovered", "apl_fall"]]


def _row(evaluation: Evaluation, appraisal: Appraisal, tell: Callable[[Finding], str]) -> dict[str, Any]:
    request, project, effects, lead = appraisal.request, appraisal.project, appraisal.effects, evaluation.lead
    central, without = effects.cases["central"], evaluation.without
    standing, regret = appraisal.standing, appraisal.regret
    recruits = project.new_posts[lead]
    places = evaluation.ground.instance.professions[lead].capacity
    reasons = [f for f in appraisal.gates.findings if f.outcome in {"failed", "missing"}]
    patients = evaluation.patients_of_new_gps(appraisal)
    name = appraisal.request_id
    return {
        "request_id": name,
        "project_name": request.project_name or "",
        "place_id": request.place_id,
        "place_name": evaluation.place_name(appraisal),
        "action": action_of(request, evaluation.territory),
        "verdict": appraisal.gates.verdict,
        "reasons": " | ".join(map(tell, reasons)),
        "to_check": " | ".join(map(tell, appraisal.gates.to_check)),
        "investment_eur": request.investment_eur,
        "aid_eur": evaluation.aid_eur(appraisal),
        "public_eur": request.public_eur,
        "requested_eur": request.requested_total_eur,
        **{f"new_{p}": posts for p, posts in project.new_posts.items()},
        f"joining_{lead}": len(request.gp_joining_from or ()),
        f"joining_{lead}_fte": sum(posts for posts in project.moved.values() if posts > 0),
        f"leaving_{lead}": request.gp_leaving_by_2030,
        **{f"newly_covered_{p}": people for p, people in effects.newly_covered["central"].items()},
        **{f"newly_covered_{lead}_{case}": effects.newly_covered[case][lead] for case in CASES if case != "central"},
        **{f"newly_covered_{lead}_{end}": (effects.newly_covered_ends or {}).get(end) for end in (DRAWN, ADDITIONAL)},
        f"recruits_x_list_size_{lead}": recruits * places,
        **{f"patients_of_new_gps_{name}": count for name, count in patients.items()},
        f"newly_covered_{lead}_per_100k_eur": appraisal.per_100k_eur(lead),
        f"uncovered_{lead}_without": without.uncovered[lead],
        f"uncovered_{lead}_with": central.uncovered[lead],
        f"shortage_{lead}_without": without.shortage[lead],
        f"shortage_{lead}_with": central.shortage[lead],
        "inhabitants_below_apl_floor_without": without.inhabitants_below_apl_floor,
        "inhabitants_below_apl_floor_with": central.inhabitants_below_apl_floor,
        "beyond_20_minutes_without": without.beyond_20_minutes,
        "beyond_20_minutes_with": central.beyond_20_minutes,
        "objective_gain": appraisal.gain,
        "neighbours_loss_inhabitants": float(effects.losses["more_uncovered"].sum()),
        "inhabitants_with_lower_apl": float(effects.losses.loc[effects.losses["apl_fall"].gt(0), "inhabitants"].sum()),
        "place_in_plans": None if standing is None else standing.place,
        "objective_with_it": None if standing is None or standing.with_it is None else standing.with_it.objective,
        "bound_with_it": None if standing is None or standing.with_it is None else standing.with_it.bound,
        "objective_without_it": None if standing is None else standing.without_it.objective,
        "bound_without_it": None if standing is None else standing.without_it.bound,
        "regret_share_low": None if regret is None else regret.low,
        "regret_share_high": None if regret is None else regret.high,
        "rank_by_effect": evaluation.rank_by_effect.get(name),
        "rank_per_eur": evaluation.rank_per_eur.get(name),
        "points_by_weights": evaluation.points.get(name),
        "rank_by_weights": evaluation.rank_by_weights.get(name),
        "in_portfolio": "true" if name in evaluation.chosen else "false",
        "could_turn": " ".join(key.removeprefix("evaluation_turn_") for key in evaluation.warnings(appraisal)),
    }
