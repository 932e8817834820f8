"""Commands of today against those of an earlier commit, from prompt to prompt, in one run.

    python benchmarks/speed.py --earlier 35cecd515cf4471eba46fe2fd564b9d279d3e4e5 [--repeat 3] [--only solve ...]

Both run the same questions on the same territories (``frozen/``), in turns, each in a process of its own with an empty
cache; the median is told, with its ratio. Seconds of processors count all processes and change less with other work on
the machine. It ends with an error where a plan of either is below the bound of the other by more than what an earlier
program left open of who stays uncovered.
"""

import argparse
import csv
import hashlib
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FROZEN = Path(__file__).parent / "frozen"
LEFT_OPEN = 0.005  # of an objective: what steps of evenness leave open of the rim's use
COMMANDS: dict[str, tuple[str, ...]] = {
    "help": ("--help",),
    "solve isere-20m": ("solve", "scenarios/isere-20m.yaml", "--out", "first"),
    "solve isere-20m, 15 M EUR after it": (
        "solve",
        "scenarios/isere-20m.yaml",
        "--set",
        "budget_eur=15000000",
        "--out",
        "second",
    ),
    "diagnose isere": ("diagnose", "data/isere", "--out", "diagnosis-isere"),
    "diagnose occitanie": ("diagnose", "data/occitanie", "--out", "diagnosis"),
    "solve occitanie-40m": ("solve", "scenarios/occitanie-40m.yaml", "--out", "region"),
    "sweep isere-20m, 20 points": (
        "sweep",
        "scenarios/isere-20m.yaml",
        "--budgets",
        "2000000:40000000:2000000",
        "--gap",
        "0.01",
        "--set",
        "solve.improvement_gap=0.03",
        "--workers",
        "2",
        "--out",
        "sweep",
    ),
}


@dataclass(frozen=True)
class Measured:
    """One command: seconds from prompt to prompt, of processors, of the search alone, and the largest process."""

    wall_s: float
    processor_s: float
    search_s: float | None
    memory_mb: float


@dataclass(frozen=True)
class Program:
    """A checkout, and a project folder in which its commands run."""

    name: str
    source: Path
    project: Path

    def run(self, name: str) -> Measured:
        """Run one command as a user would."""
        environment = os.environ | {"PYTHONPATH": str(self.source), "XDG_CACHE_HOME": str(self.project / "cache")}
        environment["MPLCONFIGDIR"] = str(self.project / "fonts")  # matplotlib looks for fonts once
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled once
        command = [sys.executable, "-m", "msp_siting", *COMMANDS[name]]
        begin = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - our own command line
            command, cwd=self.project, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
        if status:
            sys.exit(f"{self.name}: {name}: {said.decode()}")
        summary = self.summary(name)
        return Measured(wall, usage.ru_utime + usage.ru_stime, summary.get("solve_s"), usage.ru_maxrss / 1024)

    def summary(self, name: str) -> dict[str, object]:
        """Return what a command's folder says, empty where it writes none."""
        options = COMMANDS[name]
        if "--out" not in options:
            return {}
        found: dict[str, object] = json.loads(
            (self.project / options[options.index("--out") + 1] / "summary.json").read_text(encoding="utf-8")
        )
        return found


def unpack(commit: str, *paths: str, folder: Path) -> None:
    """Put files of a commit into a folder."""
    archive = subprocess.run(  # noqa: S603 - git, with a commit of this repository
        ["git", "-C", str(ROOT), "archive", commit, *paths],  # noqa: S607
        check=True,
        capture_output=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")


def territories(folder: Path) -> None:
    """Put the frozen territories into a project, each file checked."""
    with (FROZEN / "territories.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    for commit in {row["commit"] for row in listed}:
        unpack(commit, *[row["file"] for row in listed if row["commit"] == commit], folder=folder)
    for row in listed:
        assert hashlib.sha256((folder / row["file"]).read_bytes()).hexdigest() == row["sha256"], row["file"]


def programs(earlier: str, folder: Path) -> tuple[Program, Program]:
    """Return the earlier program and this one, each with a project of its own."""
    unpack(earlier, "src", "models", "data", "scenarios", folder=folder / "earlier")
    found = []
    for name, source in (("earlier", folder / "earlier" / "src"), ("now", ROOT / "src")):
        project = folder / f"project-{name}"
        territories(project)
        shutil.copytree(FROZEN / "scenarios", project / "scenarios")
        models = folder / "earlier" / "models" if name == "earlier" else FROZEN / "models"
        shutil.copytree(models, project / "models")
        found.append(Program(name, source, project))
    return found[0], found[1]


def check(before: Program, now: Program, name: str) -> None:
    """End where the two do not agree: a plan below the other's bound, or another objective before any decision."""
    one, other = before.summary(name), now.summary(name)
    for plan, proof in ((one, other), (other, one)):
        objective, bound = plan.get("objective"), proof.get("bound")
        if isinstance(objective, float) and isinstance(bound, float):
            assert objective >= bound * (1 - LEFT_OPEN), (name, objective, bound)
    if isinstance(one.get("objective_before"), float):
        ratio = float(str(one["objective_before"])) / float(str(other["objective_before"]))
        assert abs(ratio - 1) < LEFT_OPEN, (name, ratio)


def table(measured: dict[str, dict[str, list[Measured]]]) -> str:
    """Return medians and ratios as a table."""
    heads = ["command", "earlier, s", "now, s", "ratio", "processors: earlier, s", "now, s", "ratio"]
    heads += ["not the search: earlier, s", "now, s", "memory: earlier, MB", "now, MB"]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for name, by_program in measured.items():
        before, now = by_program["earlier"], by_program["now"]

        def middle(runs: Sequence[Measured], what: str) -> float:
            return statistics.median(float(getattr(each, what)) for each in runs)

        wall = middle(before, "wall_s"), middle(now, "wall_s")
        processors = middle(before, "processor_s"), middle(now, "processor_s")
        rest = ["-", "-"]
        if all(each.search_s is not None for each in (*before, *now)):
            left = [[each.wall_s - (each.search_s or 0.0) for each in runs] for runs in (before, now)]
            rest = [f"{statistics.median(seconds):.1f}" for seconds in left]
        memory = middle(before, "memory_mb"), middle(now, "memory_mb")
        cells = [
            name,
            *(f"{wall[0]:.1f}", f"{wall[1]:.1f}", f"{wall[1] / wall[0]:.2f}"),
            *(f"{processors[0]:.1f}", f"{processors[1]:.1f}", f"{processors[1] / processors[0]:.2f}"),
            *rest,
            *(f"{memory[0]:.0f}", f"{memory[1]:.0f}"),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--earlier", required=True, metavar="COMMIT")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="commands that contain one of these")
    options = parser.parse_args()
    chosen = [name for name in COMMANDS if not options.only or any(word in name for word in options.only)]
    with tempfile.TemporaryDirectory() as temporary:
        before, now = programs(options.earlier, Path(temporary))
        measured: dict[str, dict[str, list[Measured]]] = {name: {"earlier": [], "now": []} for name in chosen}
        for turn in range(options.repeat):
            for program in (before, now):
                shutil.rmtree(program.project / "cache", ignore_errors=True)
            for name in chosen:
                for program in (before, now):
                    measured[name][program.name].append(program.run(name))
                check(before, now, name)
                took = [f"{measured[name][each.name][-1].wall_s:.1f} s" for each in (before, now)]
                print(f"{turn + 1}: {name}: {', '.join(took)}", file=sys.stderr, flush=True)
    print(table(measured))


if __name__ == "__main__":
    main()
