"""Time against size: each phase from official files to a plan, from one department to all of metropolitan France.

    python benchmarks/size.py --sources FOLDER [--figure benchmarks/time_against_size.svg]

Every territory runs in a process of its own, so that its peak of memory is its own. The phases of the search end with
the linear relaxation: how long a search takes from there on depends on the question, not on the size alone.
"""

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import matplotlib as mpl
import numpy as np

from msp_siting.answer import instance_of, read_at_horizon, settings_of
from msp_siting.answer.coverage import tabulate
from msp_siting.problem import Plan
from msp_siting.scenario import read_scenario
from msp_siting.solver import Settler
from msp_siting.solver.search import prepare

mpl.use("svg")

TERRITORIES = {
    "Lozère": ["--department", "48"],
    "Isère": ["--department", "38"],
    "Occitanie": ["--region", "76"],
    "four regions": ["--region", "76", "--region", "75", "--region", "84", "--region", "93"],
    "France": ["--france"],
}
PHASES = ("build", "read", "rim", "before", "problem", "relaxation", "tables")
EUR_PER_INHABITANT = 15.0
Made = TypeVar("Made")


@dataclass(frozen=True)
class Timed:
    """Seconds by phase, as they come."""

    seconds: dict[str, float]

    def phase(self, name: str, make: Callable[[], Made]) -> Made:
        """Return what a phase makes, and keep its seconds."""
        begin = time.monotonic()
        made = make()
        self.seconds[name] = time.monotonic() - begin
        return made


def measure(folder: Path) -> dict[str, object]:
    """Return the seconds of every phase on one territory that is there already."""
    timed = Timed({})
    question = {"question": {"fr": "-", "en": "-"}, "territory": str(folder), "model": "allocation"}
    inhabitants = sum(1 for _ in (folder / "demand.csv").open(encoding="utf-8"))
    scenario_file = folder.parent / f"{folder.name}.yaml"
    content = question | {"budget_eur": 1_000_000 * max(1, inhabitants // 25), "recruitable": {"gp": 2 * inhabitants}}
    scenario_file.write_text(json.dumps(content), encoding="utf-8")
    scenario = read_scenario(scenario_file)
    settings = replace(settings_of(scenario.question.solve), time_limit_s=900.0)
    territory = timed.phase("read", lambda: read_at_horizon(scenario))
    instance = timed.phase("rim", lambda: instance_of(territory, scenario, settings))
    settler = Settler(instance, settings)
    _, before = timed.phase("before", lambda: settler.settle(Plan.empty(), nearby=False))
    empty = Plan.empty()
    timed.phase("tables", lambda: tabulate(territory, instance, scenario.model.apl, before, empty, before))
    search = timed.phase("problem", lambda: prepare(instance, settings))
    found = timed.phase("relaxation", lambda: search.problem.relax(settings.control(900.0)))
    return {
        "demand_points": len(instance.inhabitants),
        "sites": len(instance.sites),
        "pairs": sum(len(terms.pairs.minutes) for terms in instance.professions.values()),
        "columns": len(search.problem.matrix.lower),
        "relaxation_ended": found.ending,
        "seconds": timed.seconds,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def run(*arguments: str) -> tuple[float, float, str]:
    """Return the seconds and the largest memory (MB) of a process, and what it said."""
    begin = time.monotonic()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(arguments)} failed")
    return time.monotonic() - begin, usage.ru_maxrss / 1024, said


def draw(results: dict[str, dict[str, object]], path: Path) -> dict[str, float]:
    """Draw seconds against demand points, both logarithmic; return the slope of each phase."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - after the backend

    sizes = np.array([float(str(each["demand_points"])) for each in results.values()])
    figure = Figure(figsize=(9, 6), layout="constrained")
    axes = figure.subplots()
    slopes = {}
    for phase in PHASES:
        seconds = np.array([dict(each["seconds"])[phase] for each in results.values()], float)  # type: ignore[call-overload]
        last = len(sizes) // 2
        slopes[phase] = float(np.polyfit(np.log(sizes[last:]), np.log(seconds[last:]), 1)[0])
        axes.plot(sizes, seconds, marker="o", label=f"{phase}: slope {slopes[phase]:.2f}")
    axes.set(xscale="log", yscale="log", xlabel="demand points", ylabel="seconds")
    for name, size in zip(results, sizes, strict=True):
        axes.annotate(name, (size, axes.get_ylim()[0]), rotation=90, va="bottom", ha="right", fontsize=8)
    axes.legend(fontsize=8)
    axes.grid(which="major", linewidth=0.3)
    figure.savefig(path)
    return slopes


def main() -> None:
    """Build, measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path)
    parser.add_argument("--figure", type=Path, default=Path(__file__).with_name("time_against_size.svg"))
    parser.add_argument("--only", nargs="+", default=list(TERRITORIES))
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure is not None:
        print(json.dumps(measure(options.measure)))
        return
    results: dict[str, dict[str, object]] = {}
    print("| territory | demand points | sites | pairs | columns | " + " | ".join(f"{p}, s" for p in PHASES), end=" ")
    print("| diagnose, s | memory: build, MB | to the relaxation, MB | diagnose, MB |")
    print("|---" * (len(PHASES) + 9) + "|")
    with tempfile.TemporaryDirectory() as temporary:
        for name in options.only:
            folder = Path(temporary) / name.replace(" ", "-")
            build = ["-m", "msp_siting", "territory", "build", *TERRITORIES[name], "--sources", str(options.sources)]
            built, build_mb, _ = run(*build, "--out", str(folder))
            found = json.loads(run(__file__, "--measure", str(folder))[2])
            described, diagnose_mb, _ = run(
                "-m", "msp_siting", "diagnose", str(folder), "--out", str(folder) + "-described"
            )
            found["seconds"]["build"] = built
            results[name] = found
            counts = [f"{found[key]:,}" for key in ("demand_points", "sites", "pairs", "columns")]
            seconds = [f"{found['seconds'][phase]:.2f}" for phase in PHASES]
            ends = [f"{described:.1f}", f"{build_mb:.0f}", f"{found['memory_mb']:.0f}", f"{diagnose_mb:.0f}"]
            print(f"| {' | '.join([name, *counts, *seconds, *ends])} |", flush=True)
    if len(results) > 1:
        slopes = draw(results, options.figure)
        print("\nSlopes from the middle size on: " + ", ".join(f"{name} {slope:.2f}" for name, slope in slopes.items()))
        assert all(math.isfinite(slope) for slope in slopes.values())


if __name__ == "__main__":
    main()
