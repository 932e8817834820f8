"""Everything one run knows: the question, the problem, the plan, the coverage; and its summary."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pandas as pd

from msp_siting.accessibility import need
from msp_siting.coverage import FAR_MINUTES, Coverage, band_shares, shortage_and_distance
from msp_siting.instance import Instance
from msp_siting.messages import Language, percent, say, whole
from msp_siting.scenario import Scenario
from msp_siting.solution import Assignment, Plan, Solution, improvement_gap, relative_gap
from msp_siting.territory import Territory
from msp_siting.verify import cost_eur

ONE_BAND_WARNING_SHARE = 0.8
PACKAGES = ("msp-siting", "highspy", "pyomo", "numpy", "scipy", "pandas", "geopandas")


@dataclass(frozen=True)
class Answer:
    """A run's values from the question to the coverage.

    Attributes
    ----------
    before
        Who is served where with the supply of the horizon and nothing opened.
    objective_before
        Its objective; also reckoned where opening nothing is no plan.
    coverage
        None where no plan was found.
    """

    scenario: Scenario
    territory: Territory
    instance: Instance
    before: Assignment
    objective_before: float
    solution: Solution
    coverage: Coverage | None

    @property
    def plan(self) -> Plan:
        """The plan found, or the empty one."""
        return self.solution.plan or Plan.empty()

    @property
    def gap(self) -> float | None:
        """|objective - bound| / |objective|."""
        return relative_gap(self.solution.objective, self.solution.bound)

    @property
    def improvement_gap(self) -> float | None:
        """Share of the achievable gain that might still be missed."""
        before = self.objective_before if self.instance.opening_nothing_is_a_plan else None
        return improvement_gap(self.solution.objective, self.solution.bound, before)


def summarise(answer: Answer, language: Language) -> dict[str, Any]:
    """Return the keys of ``summary.json`` (DESIGN section 7) but for the run's times and memory."""
    scenario, solution, instance = answer.scenario, answer.solution, answer.instance
    has_plan = answer.coverage is not None
    plan = answer.plan
    staff = {
        name: int(plan.staff.loc[plan.staff["profession"].eq(name), "recruited"].sum()) for name in instance.professions
    }
    running = sum(instance.formats[name].running_eur_per_year for name in plan.sites["format"])
    return {
        "scenario": scenario.name,
        "territory": answer.territory.manifest.name,
        "model": scenario.model.name,
        "status": solution.status,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": answer.gap,
        "improvement_gap": answer.improvement_gap,
        "objective_before": answer.objective_before,
        "budget_eur": instance.budget_eur,
        "cost_eur": cost_eur(instance, plan) if has_plan else None,
        "running_eur_per_year": running if has_plan else None,
        "sites_opened": len(plan.sites) if has_plan else None,
        "staff": staff if has_plan else None,
        "inhabitants": sum(instance.inhabitants.values()),
        **_measures(answer),
        "seed": scenario.question.solve.seed,
        "versions": {name: version(name) for name in PACKAGES},
        "input_sha256": scenario.sha256(answer.territory.sha256),
        "caveats": caveats(answer, language),
    }


def caveats(answer: Answer, language: Language) -> list[str]:
    """Return what a reader must be told with any figure of the run, in one language."""
    own = [
        say("caveat_best_case", language),
        say("caveat_others_not_staffed", language),
    ]
    times = [entry for entry in answer.territory.manifest.files if entry.path.startswith("travel_times")]
    if any(entry.kind == "modelled" for entry in times):
        own.append(say("caveat_modelled_times", language))
    shares = band_shares(answer.instance, answer.before.uncovered)
    if len(shares) > 1 and shares.max() > ONE_BAND_WARNING_SHARE:
        own.append(say("caveat_one_band", language, share=percent(float(shares.max()), language, 0)))
    return [*(text[language] for text in answer.territory.manifest.caveats), *own]


def explanations(answer: Answer, language: Language) -> list[str]:
    """Return why there is no plan, one sentence per rule in the way, in one language."""
    budget = whole(answer.instance.budget_eur, language)
    return [
        say("conflict_several", language)
        if conflict.rule is None or conflict.cheapest_eur is None
        else say(
            "conflict_budget" if conflict.rule == "budget" else "conflict_rule",
            language,
            rule=conflict.rule,
            cost=whole(conflict.cheapest_eur, language),
            budget=budget,
        )
        for conflict in answer.solution.report.conflicts
    ]


def _measures(answer: Answer) -> dict[str, Any]:
    """Return every measure before and after, whichever the run optimised (DESIGN section 4)."""
    names = list(answer.instance.professions)
    if answer.coverage is None:
        return {
            f"{measure}_{moment}": None
            for measure in (
                "uncovered",
                "uncovered_need",
                "shortage",
                "shortage_need",
                "beyond_20_minutes",
                "apl_mean",
                "inhabitants_below_apl_floor",
            )
            for moment in ("before", "after")
        }
    points = answer.coverage.points
    measures: dict[str, Any] = {}
    for moment, plan in (("before", None), ("after", answer.plan)):
        split = {name: shortage_and_distance(answer.instance, points, name, plan) for name in names}
        for measure in ("uncovered", "uncovered_need", "shortage", "shortage_need"):
            measures[f"{measure}_{moment}"] = {name: split[name][measure] for name in names}
    return measures | _access(answer, points)


def _access(answer: Answer, points: pd.DataFrame) -> dict[str, Any]:
    apl = answer.scenario.model.apl
    gp = points[points["profession"].eq(apl.profession)]
    floor = apl.floor_visits_per_year.value
    weights = need(answer.territory, apl.profession).reindex(gp["demand_id"]).to_numpy()
    measures: dict[str, Any] = {}
    for moment in ("before", "after"):
        far = ~(gp[f"nearest_minutes_{moment}"] <= FAR_MINUTES)
        values = gp[f"apl_{moment}"].to_numpy()
        measures[f"beyond_20_minutes_{moment}"] = float(gp.loc[far, "inhabitants"].sum())
        measures[f"apl_mean_{moment}"] = float((values * weights).sum() / weights.sum())
        measures[f"inhabitants_below_apl_floor_{moment}"] = float(gp.loc[values < floor, "inhabitants"].sum())
    table = answer.territory.demand
    for name, column in (("official", "apl_official"), ("under_65_official", "apl_under_65_official")):
        if column in table.columns:
            below = table[column] < floor
            measures[f"inhabitants_below_apl_floor_{name}"] = float(table.loc[below, "inhabitants"].sum())
    if "apl_official" in table.columns:
        official = table["apl_official"].to_numpy()
        measures["apl_mean_official"] = float((official * weights).sum() / weights.sum())
        measures["apl_correlation_with_official"] = float(gp["apl_before"].corr(gp["apl_official"]))
    measures["visits_per_gp_per_year"] = answer.coverage.visits_per_gp_per_year if answer.coverage else None
    return measures
