"""Objectives of an earlier commit's plans, as it gives them and as this program finds them by flows.

    python benchmarks/same_plans.py --earlier 35cecd515cf4471eba46fe2fd564b9d279d3e4e5

The earlier program solves every frozen scenario, with the rim and without; this one shares out the same sites and staff
(`Settler.spread`) and compares. Without a rim the two are the same number, to a millionth; with one, what people of the
rim use was left open within the earlier program's steps of evenness, and the objectives differ by as much.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
from speed import Program, programs

from msp_siting.answer import prepare_problem, settings_of
from msp_siting.problem import Plan
from msp_siting.scenario import read_scenario

SAME = 1e-6


def earlier_run(program: Program, scenario: str, rim: str) -> Path:
    """Return the folder of a run of the earlier program."""
    out = program.project / f"{scenario}-rim-{rim}"
    command = [sys.executable, "-m", "msp_siting", "solve", f"scenarios/{scenario}.yaml", "--threads", "1"]
    command += ["--set", f"rim={rim}", "--out", str(out)]
    environment = os.environ | {"PYTHONPATH": str(program.source)}
    subprocess.run(command, cwd=program.project, env=environment, check=True, capture_output=True)  # noqa: S603 - ours
    return out


def plan_in(folder: Path) -> Plan:
    """Return the plan of a run folder."""
    sites = pd.read_csv(folder / "sites.csv", dtype={"site_id": "str"})
    staff = pd.read_csv(folder / "staff.csv", dtype={"site_id": "str"})
    return Plan(sites[["site_id", "format"]].astype("str"), staff[["site_id", "profession", "recruited"]])


def main() -> None:
    """Print the table; end with an error where two objectives without a rim are not the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--earlier", required=True, metavar="COMMIT")
    options = parser.parse_args()
    heads = ["scenario", "rim", "objective, earlier", "at the same plan, now", "difference"]
    heads += ["nothing opened, earlier", "now", "difference"]
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    with tempfile.TemporaryDirectory() as temporary:
        earlier, now = programs(options.earlier, Path(temporary))
        os.chdir(now.project)
        for path in sorted((now.project / "scenarios").glob("*.yaml")):
            for rim in ("false", "true"):
                folder = earlier_run(earlier, path.stem, rim)
                said = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
                scenario = read_scenario(path, {"rim": rim == "true"})
                problem = prepare_problem(scenario, settings_of(scenario.question.solve))
                found, _ = problem.settler.spread(plan_in(folder))
                pairs = [(said["objective"], found)]
                if said["objective_before"] is not None:
                    pairs.append((said["objective_before"], problem.objective_before))
                cells = [f"{one:,.4f} | {other:,.4f} | {other / one - 1:.1e}" for one, other in pairs]
                print(f"| {path.stem} | {rim} | {' | '.join(cells)} |", flush=True)
                assert rim == "true" or all(abs(other / one - 1) <= SAME for one, other in pairs), path.stem


if __name__ == "__main__":
    main()
