"""One sweep against as many separate runs to the same gaps: Isère, 2 to 40 M EUR in 20 points, two processes.

    python benchmarks/sweep.py

Each contender is the command line, from start to finished folders. It ends with an error if a plan of either is not
proven to the gaps asked, or if a bound of one is above a plan of the other.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
GAPS = ("--gap", "0.01", "--set", "solve.improvement_gap=0.03")
IMPROVEMENT_GAP = 0.03


def timed(*options: str) -> np.ndarray:
    """Return the seconds that a command takes, and those of processors, which other work at the time changes less."""
    begin, used = time.monotonic(), processor_s()
    command = [sys.executable, "-m", "msp_siting", *options, "--quiet", "--lang", "en"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command line
    return np.array([time.monotonic() - begin, processor_s() - used])


def processor_s() -> float:
    """Return the seconds of processors that finished commands have used, with all their processes."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measure both and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default=str(ROOT / "scenarios" / "isere-20m.yaml"))
    parser.add_argument("--budgets", default="2000000:40000000:2000000")
    parser.add_argument("--workers", default="2")
    asked = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        swept = timed(
            *("sweep", asked.scenario, "--budgets", asked.budgets, "--workers", asked.workers, *GAPS),
            *("--out", str(folder / "sweep")),
        )
        table = pd.read_csv(folder / "sweep" / "sweep.csv").set_index("budget_eur")
        worst = table["improvement_gap"].max()
        print(f"sweep: {swept[0]:.0f} s ({swept[1]:.0f} s of processors), gap on the gain {worst:.2%}", flush=True)
        assert (table["status"] == "optimal").all()
        assert table["improvement_gap"].max() <= IMPROVEMENT_GAP + 1e-6
        alone = np.zeros(2)
        for budget_eur, row in table.iterrows():
            out = folder / f"{budget_eur:.0f}"
            seconds = timed("solve", asked.scenario, "--set", f"budget_eur={budget_eur:.0f}", *GAPS, "--out", str(out))
            alone += seconds
            found = json.loads((out / "summary.json").read_text(encoding="utf-8"))
            print(
                f"solve {budget_eur / 1e6:g} M EUR: {seconds[0]:.0f} s ({seconds[1]:.0f} s of processors)", flush=True
            )
            assert found["status"] == "optimal"
            assert row["bound"] <= found["objective"] * (1 + 1e-6)
            assert found["bound"] <= row["objective"] * (1 + 1e-6)
        print("| | s | ratio | s of processors | ratio |\n|---|---|---|---|---|")
        for name, seconds in ((f"sweep, {asked.workers} processes", swept), ("separate runs, 2 threads", alone)):
            ratio = seconds / swept
            print(f"| {name} | {seconds[0]:.0f} | {ratio[0]:.1f} | {seconds[1]:.0f} | {ratio[1]:.1f} |")


if __name__ == "__main__":
    main()
