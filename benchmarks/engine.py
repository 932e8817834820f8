"""The search of msp-siting against the same model given to HiGHS by Pyomo: gaps against time, memory, hand-over.

Run it as ``python benchmarks/engine.py``; ``--help`` lists cases and limits. Every run has a process of its own, loads
the same instance and starts its clock with the instance in memory: to build the model and to hand it over counts.
"""

import argparse
import importlib.metadata
import json
import math
import os
import pickle
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import numpy as np
from gap_figure import CONTENDERS, PROVEN_GAP, Record, at_median, draw, time_to, value_or
from pyomo.contrib.solver.common.factory import SolverFactory

from msp_siting.answer.pipeline import read_problem
from msp_siting.problem.formulation import build
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.problem.terms import Pairs
from msp_siting.scenario.scenario import read_scenario
from msp_siting.solver import PARTS, Progress, Settings, Settler, solve
from msp_siting.solver import engine as highs_engine

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "tests"))  # what a test compares with: the formulation as Pyomo compiles it
from compiled import compile_model  # noqa: E402

KB_PER_GB = 1e6
SCENARIOS = {"isere": "isere-20m", "occitanie": "occitanie-40m"}
CASES = {  # name: territory, model, budget in M EUR
    f"{territory}-{model}-{budget}m": (territory, model, budget)
    for territory, models, budgets in (
        ("isere", ("allocation", "allocation-plain"), (2, 5, 10, 20, 40)),
        ("occitanie", ("allocation",), (40,)),
    )
    for model in models
    for budget in budgets
}
HAND_OVER = "hand-over"
COPIES = 11  # of Isère's demand points in the hand-over benchmark: about 770,000 columns
CHECKPOINTS_S = (10, 30, 60, 120, 300)
TARGET_GAPS = (0.003, 0.001)
WRONG = 1e-6  # how far, relatively, a bound may be above a plan's objective
LOG_ROW = re.compile(
    r"% +(?P<bound>\S+) +(?P<objective>\S+) +(?:\S+%|Large|inf) .* (?P<seconds>[\d.]+)s *$", re.MULTILINE
)
LOG_SIZE = re.compile(r"has (?P<rows>\d+) rows?; (?P<columns>\d+) cols?; (?P<nonzeros>\d+) nonzeros?")


def ours(instance: Instance, before: float, step: Record) -> Record:
    """Solve as msp-siting does; what serves the later stages ("before" too) is built before the clock starts."""
    trajectory: list[tuple[float, float | None, float | None]] = []

    def note(progress: Progress) -> None:
        trajectory.append((time.perf_counter() - begin, progress.incumbent, progress.bound))

    parts = frozenset(PARTS) - {step["without"]}
    settings = Settings(step["limit_s"], 0.0, 0.0, step["threads"], step["seed"], report=note, parts=parts)
    settler = Settler(instance, settings)
    begin = time.perf_counter()
    solution = solve(instance, settings, settler, before if instance.opening_nothing_is_a_plan else None)
    trajectory.append((time.perf_counter() - begin, solution.objective, solution.bound))
    report = solution.report
    size = {"columns": report.columns, "rows": report.rows, "nonzeros": report.nonzeros}
    return size | {"build_s": report.build_s, "hand_over_s": None, "trajectory": trajectory}


def plain(instance: Instance, _: float, step: Record) -> Record:
    """Solve as a user of Pyomo does: the same model and aim, Pyomo's own interface to HiGHS; times are from its log."""
    begin = time.perf_counter()
    model = build(instance, "siting")
    model.minimise_cost.deactivate()
    built = time.perf_counter()
    found = SolverFactory("highs").solve(
        model,
        time_limit=step["limit_s"],
        threads=step["threads"],
        rel_gap=0.0,
        solver_options={"random_seed": step["seed"], "mip_min_logging_interval": 1.0},
        load_solutions=False,
        raise_exception_on_nonoptimal_result=False,
    )
    search_s = found.timing_info.timer.get_total_time("optimize")
    handed_over = time.perf_counter() - search_s - begin
    trajectory = [
        (handed_over + float(line["seconds"]), _finite(float(line["objective"])), _finite(float(line["bound"])))
        for line in LOG_ROW.finditer(found.solver_log)
    ]
    trajectory.append((handed_over + search_s, found.incumbent_objective, _finite(found.objective_bound)))
    size = {key: int(number) for key, number in LOG_SIZE.search(found.solver_log).groupdict().items()}
    times = {"build_s": built - begin, "hand_over_s": handed_over - (built - begin)}
    return size | times | {"trajectory": trajectory}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def make(step: Record) -> None:
    """Write the instance of a territory and a model, and its objective with nothing opened."""
    settings = Settings(step["limit_s"], 0.0, 0.0, step["threads"], 1)
    _, instance = read_problem(read_scenario(step["scenario"], {"model": step["model"]}), settings)
    objective_before, _ = Settler(instance, settings).settle(Plan.empty())
    Path(step["instance"]).write_bytes(pickle.dumps((instance, objective_before)))


def search(step: Record) -> Record:
    """Run one contender on one case; keep of its trajectory the best so far, where it changes."""
    instance, before = pickle.loads(Path(step["instance"]).read_bytes())  # noqa: S301 - written by `make`
    found = {"ours": ours, "plain": plain}[step["contender"]](
        replace(instance, budget_eur=step["budget_eur"]), before, step
    )
    best, changes = (math.inf, -math.inf), []
    for seconds, objective, bound in found["trajectory"]:
        better = min(best[0], value_or(objective, math.inf)), max(best[1], value_or(bound, -math.inf))
        if better != best:
            changes.append((seconds, *map(_finite, better)))
        best = better
    ended = found["trajectory"][-1][0]
    return found | {"trajectory": changes, "seconds": ended, "objective_before": before, "peak_gb": memory_gb("VmHWM")}


def hand_over(step: Record) -> Record:
    """Build a large model and bring it into HiGHS, without a search."""
    instance, _ = pickle.loads(Path(step["instance"]).read_bytes())  # noqa: S301 - written by `make`
    instance = enlarged(instance, COPIES)
    begin = time.perf_counter()
    model = build(instance, "siting")
    built = time.perf_counter()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is counted from here
    held_gb = memory_gb("VmRSS")
    start = time.perf_counter()
    if step["contender"] == "ours":
        matrix = compile_model(model)
        highs = highs_engine.hand_over(matrix, matrix.costs[0], relaxed=False)
    else:
        model.minimise_cost.deactivate()
        solver = SolverFactory("highs")
        solver.set_instance(model)  # what its `solve` calls before it starts HiGHS
        highs = solver._solver_model  # noqa: SLF001 - to count what has arrived
    seconds = time.perf_counter() - start
    size = {"columns": highs.getNumCol(), "rows": highs.getNumRow(), "nonzeros": highs.getNumNz()}
    peak_gb = memory_gb("VmHWM")
    times = {"build_s": built - begin, "hand_over_s": seconds}
    return size | times | {"peak_gb": peak_gb, "added_gb": peak_gb - held_gb}


def enlarged(instance: Instance, copies: int) -> Instance:
    """Return an instance with several copies of each demand point, each with the pairs of the first."""

    def named(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{one}-{copy}" for copy in range(copies) for one in ids)

    def repeated(values: dict[str, float]) -> dict[str, float]:
        return dict(zip(named(tuple(values)), list(values.values()) * copies, strict=True))

    professions = {}
    for name, terms in instance.professions.items():
        pairs = terms.pairs
        many = Pairs(named(pairs.demand_ids), pairs.place_ids * copies, np.tile(pairs.minutes, copies))
        professions[name] = replace(terms, need_index=repeated(terms.need_index), pairs=many)
    return replace(instance, professions=professions, inhabitants=repeated(instance.inhabitants))


def memory_gb(field: str) -> float:
    """Return a field of this process's status: VmHWM, the most it held, or VmRSS, what it holds now."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(field))) / KB_PER_GB


def facts() -> Record:
    """Return date, machine and versions of a run."""
    total_kb = float(Path("/proc/meminfo").read_text(encoding="utf-8").split()[1])
    packages = ("pyomo", "highspy", "numpy", "scipy")
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {total_kb / 2**20:.0f} GiB",
        "versions": f"Python {platform.python_version()}, {versions}",
    }


def in_fresh_process(step: Record) -> None:
    """Run one step in a process of its own."""
    command = [sys.executable, __file__, "--step", json.dumps(step)]
    subprocess.run(command, check=True, timeout=3600 + 3 * step["limit_s"])  # noqa: S603 - this file itself


def run_all(options: argparse.Namespace, folder: Path) -> None:
    """Run all chosen cases, one file for each run; a run that fails leaves a file that says so."""
    for step in steps(options):
        made = folder / f"{step['scenario']}-{step['model']}.pickle"
        step["instance"] = str(made)
        if not made.exists():
            in_fresh_process(step | {"do": "make"})
        without = "" if step["without"] is None else f"_without-{step['without']}"
        step["out"] = str(options.out / f"{step['case']}_{step['contender']}{without}_{step['seed']}.json")
        print(Path(step["out"]).stem, flush=True)
        try:
            in_fresh_process(step)
        except subprocess.SubprocessError as problem:
            why = getattr(problem, "returncode", "time")
            Path(step["out"]).write_text(json.dumps(_kept(step) | {"failed": str(why)}), encoding="utf-8")


def steps(options: argparse.Namespace) -> Iterator[Record]:
    """Yield what each chosen run needs to know."""
    for case in options.case:
        territory, model, budget = CASES.get(case, ("isere", "allocation", 20))
        common = {"case": case, "scenario": SCENARIOS[territory], "model": model, "budget_eur": budget * 1e6}
        common |= {"limit_s": options.limit, "threads": options.threads}
        common |= {"do": "hand_over" if case == HAND_OVER else "search"}
        for contender in options.contender:
            repeats = options.repeats if contender == "ours" else options.plain_repeats
            parts = PARTS if options.parts and contender == "ours" and case != HAND_OVER else ()
            for without, seed in product((None, *parts), range(1, repeats + 1)):
                yield common | {"contender": contender, "without": without, "seed": seed}


def _kept(step: Record) -> Record:
    return {key: value for key, value in step.items() if key not in {"instance", "out", "do"}}


def do(step: Record) -> None:
    """Run one step in this process."""
    if step["do"] == "make":
        make(step)
        return
    found = {"search": search, "hand_over": hand_over}[step["do"]](step)
    Path(step["out"]).write_text(json.dumps(_kept(step) | facts() | found, indent=1), encoding="utf-8")


def median(runs: list[Record], key: str) -> float:
    """Return the median of a number over repeats, not a number where it is not measured."""
    return statistics.median(value_or(run[key], math.nan) for run in runs)


def show(value: float, digits: int = 1, scale: float = 1.0) -> str:
    """Return a number for a table, "-" where there is none."""
    return f"{value * scale:z,.{digits}f}" if math.isfinite(value) else "-"


def problems(cases: dict[str, dict[str, list[Record]]]) -> Iterator[str]:
    """Yield where a bound of one run is above a plan of another: one of the two is wrong."""
    for case, by_name in cases.items():
        every = [run | {"name": name} for name, runs in by_name.items() for run in runs]
        bounds = [(bound, run["name"]) for run in every for _, _, bound in run["trajectory"] if bound is not None]
        plans = [(plan, run["name"]) for run in every for _, plan, _ in run["trajectory"] if plan is not None]
        (bound, whose), (plan, other) = max(bounds, default=(-math.inf, "")), min(plans, default=(math.inf, ""))
        if bound > plan + WRONG * abs(plan):
            yield f"{case}: the bound {bound} of {whose} is above the objective {plan} of {other}."


def row(*cells: object) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def header(*names: str) -> Iterator[str]:
    """Yield the two lines that begin a table."""
    yield from ("", row(*names), "|---" * len(names) + "|")


def page(records: list[Record], cases: dict[str, dict[str, list[Record]]]) -> Iterator[str]:
    """Yield the lines of RESULTS.md."""
    ran = [record for record in records if "failed" not in record]
    known = {key: "; ".join(sorted({str(run[key]) for run in ran})) for key in (*facts(), "limit_s", "threads")}
    yield "# The search, measured\n\nWritten by `python benchmarks/engine.py`; README.md says what is compared.\n"
    yield f"{known['date']}; {known['machine']}; {known['versions']}."
    yield f"Time limit {known['limit_s']} s, {known['threads']} threads, gaps asked for: 0. Medians where several runs."
    yield "\nAll clocks start with the instance in memory, so that building and handing over count. The limit holds for"
    yield "HiGHS alone in plain, for building and searching in ours. ours has the model of the later stages in memory."
    failed = [run for run in records if "failed" in run]
    yield from (f"\nFAILED ({run['failed']}): {run['case']}, {run['contender']}, seed {run['seed']}." for run in failed)
    yield from (f"\nWRONG: {problem}" for problem in problems(cases))
    if cases:
        yield "\n![Gap against time](gap_against_time.svg)\n\n## Summary\n\nSeconds to a gap, and what it took."
        targets = [f"to {gap:.1%}, s" for gap in TARGET_GAPS]
        ends = ("proven, s", "gap at the end, %", "improvement gap at the end, %")
        sizes = ("build, s", "hand-over, s", "memory, GB", "columns", "rows", "non-zeros")
        yield from header("case", "contender", "runs", *targets, *ends, *sizes)
    for case, by_name in cases.items():
        yield from (summary(case, name, by_name[name]) for name in CONTENDERS if name in by_name)
    for case, by_name in cases.items():
        yield f"\n## {case}"
        yield from header("after, s", "contender", "objective", "bound", "gap, %", "improvement gap, %")
        longest = max(run["limit_s"] for runs in by_name.values() for run in runs)
        shown = product((seconds for seconds in CHECKPOINTS_S if seconds <= longest), CONTENDERS)
        for seconds, name in ((seconds, name) for seconds, name in shown if name in by_name):
            objective, bound, *gaps = at_median(by_name[name], seconds)
            yield row(seconds, name, show(objective), show(bound), *(show(gap, 3, 100) for gap in gaps))
    yield from ablation(cases)
    yield from hand_over_table([run for run in ran if run["case"] == HAND_OVER])
    yield (HERE / "engine_notes.md").read_text(encoding="utf-8").rstrip()


def summary(case: str, name: str, runs: list[Record]) -> str:
    """Return a contender's row of the summary."""
    times = [statistics.median(time_to(run, gap) for run in runs) for gap in (*TARGET_GAPS, PROVEN_GAP)]
    gaps = at_median(runs, math.inf)[2:]
    hand_over_s = "in build" if name == "ours" else show(median(runs, "hand_over_s"), 2)
    sizes = [show(median(runs, key), 0) for key in ("columns", "rows", "nonzeros")]
    costs = [show(median(runs, "build_s"), 2), hand_over_s, show(median(runs, "peak_gb"), 2), *sizes]
    return row(case, name, len(runs), *map(show, times), *(show(gap, 3, 100) for gap in gaps), *costs)


def ablation(cases: dict[str, dict[str, list[Record]]]) -> Iterator[str]:
    """Yield the table of ours with each part switched off."""
    cases = {case: by_name for case, by_name in cases.items() if any("without" in name for name in by_name)}
    if not cases:
        return
    yield "\n## Parts switched off, one at a time"
    yield from header("case", "contender", "runs", "proven, s", "gap at the end, %", "improvement gap at the end, %")
    for case, by_name in cases.items():
        for name in (name for name in by_name if name.startswith("ours")):
            proven = statistics.median(time_to(run, PROVEN_GAP) for run in by_name[name])
            gaps = (show(gap, 3, 100) for gap in at_median(by_name[name], math.inf)[2:])
            yield row(case, name, len(by_name[name]), show(proven), *gaps)


def hand_over_table(runs: list[Record]) -> Iterator[str]:
    """Yield the table of the hand-over benchmark."""
    if not runs:
        return
    yield f"\n## Hand-over of a large model\n\nIsère's with {COPIES} copies of each demand point; no search."
    names = ("ratio", "hand-over, s", "memory, GB", "of it added by the hand-over, GB", "build, s")
    yield from header("contender", *names, "columns", "rows", "non-zeros")
    by_name = {name: [run for run in runs if run["contender"] == name] for name in CONTENDERS}
    for name, mine in ((name, mine) for name, mine in by_name.items() if mine):
        ratio = median(mine, "hand_over_s") / median(by_name["ours"] or mine, "hand_over_s")
        costs = [show(median(mine, key), 2) for key in ("hand_over_s", "peak_gb", "added_gb", "build_s")]
        sizes = [show(median(mine, key), 0) for key in ("columns", "rows", "nonzeros")]
        yield row(name, show(ratio), *costs, *sizes)


def render(options: argparse.Namespace) -> list[str]:
    """Write page and picture from all runs there are; return what is wrong."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(options.out.glob("*.json"))]
    cases: dict[str, dict[str, list[Record]]] = {}
    for record in (record for record in records if "failed" not in record and record["case"] != HAND_OVER):
        without = "" if record["without"] is None else f" without {record['without']}"
        cases.setdefault(record["case"], {}).setdefault(record["contender"] + without, []).append(record)
    cases = {case: cases[case] for case in CASES if case in cases}
    (options.results / "RESULTS.md").write_text("\n".join(page(records, cases)) + "\n", encoding="utf-8")
    if cases:
        draw(cases, options.results / "gap_against_time.svg")
    return list(problems(cases))


def main() -> None:
    """Run the benchmark, or one step of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    every = [*CASES, HAND_OVER]
    parser.add_argument("--case", nargs="*", choices=every, default=every, metavar="NAME", help=", ".join(every))
    parser.add_argument("--contender", nargs="*", choices=list(CONTENDERS), default=list(CONTENDERS))
    parser.add_argument("--repeats", type=int, default=1, help="runs of ours, with seeds 1, 2, ...")
    parser.add_argument("--plain-repeats", type=int, default=1, help="runs of plain, with seeds 1, 2, ...")
    parser.add_argument("--limit", type=int, default=300, help="seconds")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--parts", action="store_true", help="also ours with each part switched off in turn")
    parser.add_argument("--out", type=Path, default=HERE / "engine_runs", help="folder of one file a run")
    parser.add_argument("--results", type=Path, default=HERE, help="folder of RESULTS.md and the picture")
    parser.add_argument("--render-only", action="store_true", help="run nothing, show what is in --out")
    parser.add_argument("--step", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        do(options.step)
        return
    options.out.mkdir(parents=True, exist_ok=True)
    options.results.mkdir(parents=True, exist_ok=True)
    if not options.render_only:
        with tempfile.TemporaryDirectory() as folder:
            run_all(options, Path(folder))
    wrong = render(options)
    print("\n".join(wrong), file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
