"""The figures of an answer that summary.json holds, and its caveats."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import pandas as pd

from msp_siting.answer.aims import aim_caveats
from msp_siting.answer.at_horizon import (
    end_caveats,
    figures_of_today,
    horizon_caveats,
    summarise_horizon,
    worse_than_today,
)
from msp_siting.answer.candidates import candidate_caveats
from msp_siting.answer.caveats import departure_caveats, freedom_caveats, territory_caveats, zone_limit_caveats
from msp_siting.answer.coverage import FAR_MINUTES, band_shares, shortage_and_distance
from msp_siting.answer.value import Answer
from msp_siting.language import Fact
from msp_siting.problem import aid_eur, cost_eur, sites_beyond_openings, sites_kept_closed
from msp_siting.units import CENTS_PER_EUR

ONE_BAND_WARNING_SHARE = 0.8
PACKAGES = ("msp-siting", "highspy", "pyomo", "numpy", "scipy", "pandas", "geopandas")


def summarise(answer: Answer) -> dict[str, Any]:
    """Return the keys of ``summary.json`` but for its caveats in words, and the run's times and memory."""
    scenario, solution, instance = answer.scenario, answer.solution, answer.instance
    has_plan = answer.coverage is not None
    plan = answer.plan
    staff = {name: int(plan.recruits(name)) for name in instance.professions}
    aci = sum(instance.formats[name].aci_eur_per_year for name in plan.sites["format"])
    return {
        "scenario": scenario.name,
        "territory": answer.territory.manifest.name,
        "model": scenario.model.name,
        "status": solution.status,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": answer.gap,
        "improvement_gap": answer.improvement_gap,
        "searched_bound": None if solution.certificate is None else solution.certificate.searched,
        "priced_bound": None if solution.certificate is None else solution.certificate.priced,
        "objective_before": None if instance.measure == "cost" else answer.objective_before,
        "budget_eur": instance.budget_eur,
        "cost_eur": cost_eur(instance, plan) if has_plan else None,
        "aid_budget_eur": instance.aid_budget_eur,
        "aid_eur": aid_eur(instance, plan) if has_plan else None,
        "aci_eur_per_year": aci if has_plan else None,
        "sites_opened": len(plan.sites) if has_plan else None,
        "staff": staff if has_plan else None,
        "inhabitants": sum(instance.inhabitants.values()),
        **_measures(answer),
        **summarise_horizon(answer),
        **_partly_filled(answer),
        "choice": _choice(answer),
        "conflicts": None if has_plan else [asdict(each) for each in solution.report.conflicts],
        "uncovered_need_range_after": dict(solution.uncovered_ranges) or None,
        "seed": scenario.question.solve.seed,
        "versions": {name: version(name) for name in PACKAGES},
        "input_sha256": scenario.sha256(answer.territory.sha256),
        "caveat_facts": [fact.record() for fact in answer_caveats(answer)],
    }


def _partly_filled(answer: Answer) -> dict[str, Any]:
    """Return who is uncovered, and below the APL's floor, where some of a plan's posts stay empty."""
    flows, found, people = answer.scenario.model.flows, answer.partly_filled, answer.instance.inhabitants
    uncovered, below = None, None
    if found is not None:
        uncovered = dict.fromkeys(answer.instance.professions, 0.0)
        for (_, name), left in found.uncovered.items():
            uncovered[name] += left
        short = found.apl < answer.scenario.model.apl.floor_visits_per_year.value
        below = float(sum(people[str(point)] for point in found.apl.index[short]))
    return {
        "posts_filled_share": None if flows is None else flows.posts_filled_share.value,
        "uncovered_after_partly_filled": uncovered,
        "inhabitants_below_apl_floor_after_partly_filled": below,
    }


def answer_caveats(answer: Answer) -> list[Fact]:
    """Return what a reader must be told with any figure of the run: what the tables lack first."""
    own = [Fact("caveat_best_case"), Fact("caveat_ties"), Fact("caveat_others_not_staffed")]
    own += freedom_caveats(answer.scenario.model.apl)
    territory, scenario = answer.territory, answer.scenario
    sites = territory.sites
    if "capacity_inhabitants" in sites.columns and sites["capacity_inhabitants"].notna().any():
        own.insert(0, Fact("caveat_site_capacity_unused"))
    wants_departures = scenario.question.horizon_year is not None
    facts = territory_caveats(territory, scenario, own, wants_departures=wants_departures)
    facts += [*end_caveats(answer), *horizon_caveats(territory, scenario), *departure_caveats(territory, scenario)]
    facts += candidate_caveats(answer.review)
    closed = set(answer.instance.sites) - {site for site, _ in answer.instance.capex_eur}
    if closed:
        facts.append(Fact("caveat_sites_too_small", {"sites": len(closed)}))
    facts += _spacing_caveats(answer)
    facts += zone_limit_caveats(answer.instance, scenario, territory)
    shares = band_shares(answer.instance, answer.before.uncovered)
    if len(shares) > 1 and shares.max() > ONE_BAND_WARNING_SHARE:
        facts.append(Fact("caveat_one_band", {"share": float(shares.max())}))
    return [*why_nothing_opens(answer), *worse_than_today(answer), *aim_caveats(answer), *facts]


def _spacing_caveats(answer: Answer) -> Iterator[Fact]:
    """Yield how many candidates could not open beside the plan: too near to its sites, or too many for a commune."""
    spacing, instance, plan = answer.scenario.model.spacing, answer.instance, answer.plan
    if answer.coverage is None or spacing is None:
        return
    if near := len(sites_kept_closed(instance, plan)):
        yield Fact("caveat_spacing", {"sites": near, "minutes": spacing.minutes.value})
    people = spacing.inhabitants_per_opening
    if people is not None and (beyond := len(sites_beyond_openings(instance, plan))):
        yield Fact("caveat_spacing_by_commune", {"sites": beyond, "inhabitants": people.value})


def why_nothing_opens(answer: Answer) -> Iterator[Fact]:
    """Yield what alone keeps any site from opening: no candidate, a profession without recruits, or either purse.

    Nothing where a site opens.
    """
    instance = answer.instance
    if answer.coverage is not None and len(answer.plan.sites):
        return
    rules = instance.constraints
    excluded = set(instance.excluded_sites) if "excluded_sites" in rules else set()
    kinds = [(site, kind) for site, kind in instance.capex_eur if site not in excluded]
    if not set(instance.sites) - excluded:
        yield Fact("caveat_no_candidate")
    if not kinds:
        return
    teams = {kind: instance.formats[kind].fewest if "composition" in rules else {} for _, kind in kinds}
    for name, terms in instance.professions.items():
        if "recruitment_pool" in rules and min(team.get(name, 0) for team in teams.values()) > terms.pool:
            title = answer.scenario.model.professions[name].title
            yield Fact("caveat_too_few_recruits", {"profession": title, "pool": terms.pool})
    cheapest = min(instance.capex_cents[key] for key in kinds)
    if "budget" in rules and cheapest > instance.budget_cents:
        yield Fact("caveat_budget_too_small", {"cost": cheapest / CENTS_PER_EUR})
    aid = min(
        sum(instance.professions[name].installation_cents * posts for name, posts in team.items())
        for team in teams.values()
    )
    if instance.aid_budget_cents is not None and aid > instance.aid_budget_cents:
        yield Fact("caveat_aid_budget_too_small", {"aid": aid / CENTS_PER_EUR})


MOMENTS = ("today", "before", "after")
MEASURES_BY_PROFESSION = ("uncovered", "uncovered_need", "shortage", "shortage_need")
MEASURES_OF_ACCESS = (
    *("beyond_20_minutes", "apl_mean", "inhabitants_below_apl_floor"),
    "apl_shortfall_visits_per_year",
)
OFFICIAL_MEASURES = (
    *("inhabitants_below_apl_floor_official", "inhabitants_below_apl_floor_under_65_official"),
    *("apl_mean_official", "apl_correlation_with_official", "visits_per_gp_per_year"),
)


def _measures(answer: Answer) -> dict[str, Any]:
    """Return every measure before and after, whichever the run optimised; None without a value."""
    moments = [f"{name}_{moment}" for name in (*MEASURES_BY_PROFESSION, *MEASURES_OF_ACCESS) for moment in MOMENTS]
    measures: dict[str, Any] = dict.fromkeys([*moments, *OFFICIAL_MEASURES])
    if answer.coverage is None:
        return measures
    points = answer.coverage.points
    for moment, plan in (("before", None), ("after", answer.plan)):
        split = {
            name: shortage_and_distance(answer.instance, points, name, plan) for name in answer.instance.professions
        }
        for measure in MEASURES_BY_PROFESSION:
            measures[f"{measure}_{moment}"] = {name: split[name][measure] for name in split}
    if answer.today is not None:
        today = {name: figures_of_today(answer, name) or {} for name in answer.instance.professions}
        for measure in MEASURES_BY_PROFESSION:
            measures[f"{measure}_today"] = {name: today[name][measure] for name in today}
    measures["visits_per_gp_per_year"] = answer.coverage.visits_per_gp_per_year
    return measures | _access(answer, points) | _official(answer, points)


def _access(answer: Answer, points: pd.DataFrame) -> dict[str, Any]:
    apl = answer.scenario.model.apl
    gp = points[points["profession"].eq(apl.profession)]
    measures: dict[str, Any] = {}
    for moment in MOMENTS:
        instance = answer.instance
        if moment == "today":
            if answer.today is None:
                continue
            instance = answer.today.instance
        people = gp["demand_id"].map(instance.inhabitants)
        need = people * gp["demand_id"].map(instance.unweighted_index(apl.profession))
        far = ~(gp[f"nearest_minutes_{moment}"] <= FAR_MINUTES)
        values = gp[f"apl_{moment}"]
        measures[f"beyond_20_minutes_{moment}"] = float(people[far].sum())
        measures[f"apl_mean_{moment}"] = weighted_mean(values, need)
        below = values < apl.floor_visits_per_year.value
        measures[f"inhabitants_below_apl_floor_{moment}"] = float(people[below].sum())
        lacking = (apl.floor_visits_per_year.value - values).clip(lower=0.0) * need
        measures[f"apl_shortfall_visits_per_year_{moment}"] = float(lacking.sum())
    return measures


def _choice(answer: Answer) -> dict[str, Any] | None:
    """Return how the plan was chosen among those as good; None where any would do."""
    report, preference = answer.solution.choice, answer.instance.preference
    if report is None or preference is None or answer.solution.objective is None:
        return None
    return {
        "objective_best": report.objective_best,
        "objective_most": report.objective_most,
        "gain_given_up_share": report.gain_given_up_share(answer.solution.objective, answer.objective_before),
        "apl_shortfall": asdict(report.shortfall),
        "host_score": asdict(report.score) | {"chosen": preference.score(answer.plan)},
    }


def _official(answer: Answer, points: pd.DataFrame) -> dict[str, Any]:
    """Return the measures of the official APL, each None unless it is known for every demand point."""
    apl, table = answer.scenario.model.apl, answer.territory.demand
    measures: dict[str, Any] = {}
    for name, column in (("official", "apl_official"), ("under_65_official", "apl_under_65_official")):
        if column in table.columns and table[column].notna().all():
            below = table[column] < apl.floor_visits_per_year.value
            measures[f"inhabitants_below_apl_floor_{name}"] = float(table.loc[below, "inhabitants"].sum())
    if "apl_official" in table.columns and table["apl_official"].notna().all():
        gp = points[points["profession"].eq(apl.profession)]
        measures["apl_mean_official"] = weighted_mean(gp["apl_official"], gp["need"])
        spread = min(gp["apl_before"].std(ddof=0), gp["apl_official"].std(ddof=0))
        if spread > 0:
            correlation = gp["apl_before"].corr(gp["apl_official"])
            measures["apl_correlation_with_official"] = float(correlation)
    return measures


def weighted_mean(values: pd.Series, weights: pd.Series) -> float | None:
    """Return a weighted mean; None where nothing weighs or a value is missing."""
    total = float(weights.sum())
    mean = float((values * weights).sum(skipna=False)) / total if total > 0 else math.nan
    return None if math.isnan(mean) else mean
