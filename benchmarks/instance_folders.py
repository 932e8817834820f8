"""Public siting instances as territory folders and scenarios, answered by `msp-siting solve` and checked by `verify`.

    python benchmarks/instance_folders.py FOLDER [--only cap] [--into runs/instances] [--time-limit 300]

FOLDER is that of `instances.py`. Each instance becomes a project: every customer a demand point, every facility a
candidate site. One line of a table per instance: from prompt to finished folder, seconds of processor time.
"""

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from instances import Case, cap, holmberg, pmed, pmedcap

from msp_siting.files import write_yaml
from msp_siting.problem.location import LocationModel

MANIFEST = 'name: "{name}"\ntitle: {{fr: "{name}", en: "{name}"}}\ncrs: "EPSG:2154"\nfiles: []\n'
FAMILIES = {
    "pmed-median": lambda folder: pmed(folder, LocationModel("p-median"), "optima_p_median.csv"),
    "pmed-center": lambda folder: pmed(folder, LocationModel("p-center"), "optima_p_center.csv"),
    "cap": cap,
    "pmedcap": pmedcap,
    "holmberg": holmberg,
}


@dataclass(frozen=True)
class Found:
    """What one `solve` and one `verify` said, and their seconds of processor time."""

    summary: dict[str, Any]
    solve_s: float
    verify_s: float
    is_sound: bool


def cases(family: str, folder: Path, names: set[str] | None = None) -> Iterator[Case]:
    """Yield the instances of a family, all or those of some names."""
    return (case for case in FAMILIES[family](folder) if names is None or case[0] in names)


def write_project(case: Case, project: Path, time_limit_s: float = 300.0) -> Path:
    """Write an instance as a project (a territory folder and a scenario) and return the scenario's file."""
    name, problem, model, _ = case
    folder, count = project / "data" / name, problem.site_count
    folder.mkdir(parents=True)
    (folder / "manifest.yaml").write_text(MANIFEST.format(name=name), encoding="utf-8")
    place = {"lon": 5.0, "lat": 45.0}  # nobody says where they are
    sites = pd.DataFrame({"site_id": [f"site-{name}" for name in problem.site_ids], "place_id": problem.site_ids})
    sites = sites.assign(name=sites["site_id"], **place, status="candidate", capex_eur=problem.fixed_eur)
    if np.isfinite(problem.capacity).all():
        sites["capacity_inhabitants"] = problem.capacity
    points = pd.DataFrame({"demand_id": [f"c{name}" for name in problem.demand_ids]})
    points = points.assign(name=points["demand_id"], inhabitants=problem.weights, **place)
    places = sites[["place_id", "lon", "lat"]].assign(name=sites["place_id"])
    reach = problem.reach
    times = pd.DataFrame(
        {
            "demand_id": np.repeat(points["demand_id"].to_numpy(object), np.diff(reach.first)),
            "place_id": problem.site_ids[reach.sites],
            "minutes": reach.minutes,
        }
    )
    points.to_csv(folder / "demand.csv", index=False)
    sites.to_csv(folder / "sites.csv", index=False)
    places.to_csv(folder / "places.csv", index=False)
    times.to_parquet(folder / "travel_times.parquet", index=False)
    changes: dict[str, Any] = {}
    if model.measure in {"fixed-charge", "capacitated-p-median"}:
        changes["single_source"] = model.single_source
    if model.measure == "fixed-charge":
        changes["travel_cost_eur_per_inhabitant_minute"] = model.travel_cost_eur
    solve = {"time_limit_s": time_limit_s, "relative_gap": 0.0, "improvement_gap": 0.0, "threads": 1}
    scenario = project / "scenarios" / f"{name}.yaml"
    scenario.parent.mkdir()
    content = {"question": {"fr": name, "en": name}, "territory": name, "model": model.measure, "solve": solve}
    counted = {} if count == (0, None) else {"site_count": {"min": count[0], "max": count[1]}}
    write_yaml(content | counted | {"changes": changes}, scenario)
    return scenario


def solve(scenario: Path, out: Path) -> Found:
    """Solve a scenario from the command line and verify its run."""

    def run(*arguments: str) -> tuple[int, float]:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "msp_siting", *arguments]
        code = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode  # noqa: S603 - ours
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return code, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    code, solve_s = run("solve", str(scenario), "--out", str(out), "--quiet", "--lang", "en")
    assert code == 0, scenario
    sound, verify_s = run("verify", str(out), "--lang", "en")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return Found(summary, solve_s, verify_s, sound == 0)


def main() -> None:
    """Solve them and say what was proven."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", action="append", choices=[*FAMILIES])
    parser.add_argument("--into", type=Path, default=Path("runs/instances"))
    parser.add_argument("--time-limit", type=float, default=300.0)
    asked = parser.parse_args()
    seconds = ("solve, s", "search by the clock, s", "verify, s")
    head = ("instance", "published", "objective", "bound", "status", "verified", *seconds)
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for family in asked.only or FAMILIES:
        for case in cases(family, asked.folder):
            project = asked.into / family / case[0]
            found = solve(write_project(case, project, asked.time_limit), project / "run")
            said, best = found.summary, case[3]
            is_same = said["objective"] is not None and abs(said["objective"] - best) <= 1e-6 * best
            cells = [f"{family} {case[0]}", f"{best:.9g}", f"{said['objective']:.9g}{'' if is_same else ' DIFFERS'}"]
            cells += [f"{said['bound']:.9g}", said["status"], "yes" if found.is_sound else "NO"]
            cells += [f"{each:.1f}" for each in (found.solve_s, said["solve_s"], found.verify_s)]
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
