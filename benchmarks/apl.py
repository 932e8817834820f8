"""Measures of the APL as objectives: plan, bound that prices prove, bound that the search claims, and what they took.

    python benchmarks/apl.py [CASE ...] [--france FOLDER]

Each case is searched in one thread, without a choice among good plans, and measured in processor seconds:
those of reading and building, of the relaxation with its prices, and of the whole search (the relaxation again in it).
The plan's measure is reckoned once more from the APL of every commune (`apl_by_point`). It ends with an error where the
two differ by more than a billionth, or where a bound is above the plan.
"""

import argparse
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from msp_siting import solver
from msp_siting.answer import apl_by_point, posts_by_place, read_problem, settings_of, visits_per_gp
from msp_siting.answer.apl import need
from msp_siting.problem import Plan, improvement_gap
from msp_siting.scenario import read_scenario

CASES = {  # scenario, model, budget (M EUR), seconds of the search at the most
    "isere-10m": ("isere-20m", "apl", 10, 60),
    "isere-20m": ("isere-20m", "apl", 20, 60),
    "occitanie-40m": ("occitanie-40m", "apl", 40, 60),
    "isere-20m-count": ("isere-20m", "apl-inhabitants", 20, 120),
    "occitanie-40m-count": ("occitanie-40m", "apl-inhabitants", 40, 120),
    "france-1000m": ("occitanie-40m", "apl", 1000, 300),
}
SAME = 1e-9
FRENCH_POOLS = {"gp": 3000, "nurse": 3000, "physiotherapist": 1000, "midwife": 1000}
HEAD = (
    *("case", "before", "plan", "priced bound", "% of the improvement", "searched bound", "% of the improvement"),
    *("sites", "GP posts", "read, s", "relaxation, s", "search, s", "memory, MB"),
)


def main() -> None:
    """Measure some cases and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", help=f"of {', '.join(CASES)}; left out: all but France")
    parser.add_argument("--france", type=Path, help="territory folder of all of France, for france-1000m")
    parser.add_argument("--seconds", type=float, help="of the search, in place of the case's own")
    asked = parser.parse_args()
    cases = asked.cases or [name for name in CASES if name != "france-1000m"]
    print("|", " | ".join(HEAD), "|", flush=True)
    print("|", " | ".join("---" for _ in HEAD), "|", flush=True)
    for name in cases:
        print("|", " | ".join(measured(name, asked.france, asked.seconds)), "|", flush=True)


def measured(name: str, france: Path | None, seconds: float | None) -> Iterator[str]:
    """Yield the cells of one case."""
    scenario_name, model, millions, limit = CASES[name]
    limit = seconds or limit
    changes: dict[str, object] = {"model": model, "budget_eur": millions * 1e6, "solve.threads": 1}
    changes |= {"solve.time_limit_s": limit, "solve.relative_gap": 1e-4, "solve.improvement_gap": 1e-4}
    if name.startswith("france"):
        if france is None:
            raise SystemExit("give the territory folder of France with --france")
        changes |= {"territory": str(france.resolve()), "recruitable": FRENCH_POOLS, "solve.improvement_gap": 5e-3}
    begin = time.process_time()
    scenario = read_scenario(scenario_name, changes)
    settings = settings_of(scenario.question.solve)
    territory, instance = read_problem(scenario, settings)
    goal, apl = instance.goal, scenario.model.apl
    assert goal is not None
    before = goal.objective(Plan.empty())
    read = time.process_time()
    priced = solver.relaxed_bound(instance, settings)
    relaxed = time.process_time()
    found = solver.choose(instance, settings, before)
    searched = time.process_time()
    assert found.plan is not None
    assert found.objective is not None
    assert priced is not None
    after = apl_by_point(
        territory, apl, posts_by_place(instance, apl.profession, found.plan), visits_per_gp(territory, apl)
    )
    lacks = (apl.floor_visits_per_year.value - after).clip(lower=0.0).to_numpy()
    people = territory.demand["inhabitants"].to_numpy(float)
    own = people @ (lacks > SAME) if goal.is_count else need(territory, apl.profession).to_numpy(float) @ lacks
    assert abs(own - found.objective) <= SAME * found.objective, (own, found.objective)
    bound = found.bound if found.bound is not None else priced
    assert max(priced, bound) <= found.objective * (1 + SAME)
    yield name
    yield from (f"{each:,.0f}" for each in (before, found.objective))
    for each in (priced, bound):
        missed = improvement_gap(found.objective, each, before)
        yield f"{each:,.0f}"
        yield "" if missed is None else f"{100 * missed:.2f}"
    yield str(len(found.plan.sites))
    yield f"{found.plan.recruits(apl.profession):.0f}"
    yield from (f"{each:.1f}" for each in (read - begin, relaxed - read, searched - relaxed))
    yield f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f}"


if __name__ == "__main__":
    main()
