"""Plans optimised at both ends of their gain: recruits who would have settled there anyway, and recruits who would not.

Run as ``python benchmarks/ends.py [SCENARIO ...]``. Each scenario is solved twice with a horizon, with
`flows.recruits_drawn_from_installations_share` 1 and 0; what each plan gains is told at both ends.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
from ruamel.yaml import YAML
from stability import posts_by_epci

from msp_siting.files.projects import bundled_folder

SHARES = (1, 0)
MOST_NAMED = 8


def solve(scenario: str, share: int, horizon: int, out: Path) -> dict[str, object]:
    """Return the summary of a plan."""
    command = [sys.executable, "-m", "msp_siting", "solve", scenario, "--out", str(out), "--quiet"]
    for setting in (f"flows.recruits_drawn_from_installations_share={share}", f"horizon_year={horizon}"):
        command += ["--set", setting]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


def main() -> None:
    """Print a line per plan, and one per pair of plans of a scenario."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", default=["isere-20m", "hautes-alpes-3m"])
    parser.add_argument("--horizon", type=int, default=2030)
    options = parser.parse_args()
    compared = []
    print("| scenario | optimised with share | status | gap, % | sites | GP posts | GP installations ", end="")
    print("| uncovered today | trend | with the plan, at least | at most ", end="")
    print("| objective gained, at least | at most | total, s |")
    print(f"{'|---' * 14}|")
    with tempfile.TemporaryDirectory() as temporary:
        for scenario in options.scenarios:
            runs = {}
            for share in SHARES:
                out = Path(temporary) / f"{scenario}-{share}"
                runs[share] = out, (found := solve(scenario, share, options.horizon, out))
                least, most = (found[f"uncovered_after_{end}"]["gp"] for end in ("drawn", "additional"))
                before = found["objective_before"]
                gains = [before - found[f"objective_after_{end}"] for end in ("drawn", "additional")]
                cells = [scenario, share, found["status"], f"{100 * found['gap']:.2f}", found["sites_opened"]]
                cells += [found["staff"]["gp"], f"{found['trend']['gp']['installations']:.0f}"]
                people = (found["uncovered_today"]["gp"], found["uncovered_before"]["gp"], least, most)
                cells += [f"{number:,.0f}" for number in (*people, *gains, found["total_s"])]
                print(f"| {' | '.join(map(str, cells))} |", flush=True)
            compared.append((scenario, *(runs[share][0] for share in SHARES)))
        print("\n| scenario | sites in common | GP posts in another EPCI | which |\n|---|---|---|---|")
        for scenario, one, other in compared:
            print(f"| {' | '.join([scenario, *difference(scenario, one, other)])} |")


def difference(scenario: str, one: Path, other: Path) -> tuple[str, str, str]:
    """Return sites that two plans share, posts that change EPCI, and the EPCIs with more in the one (+) or less."""
    question = YAML(typ="safe", pure=True).load((bundled_folder() / "scenarios" / f"{scenario}.yaml").read_text())
    territory = bundled_folder() / "data" / question["territory"]
    here, there = (set(pd.read_csv(run / "sites.csv", dtype=str)["place_id"]) for run in (one, other))
    posts = [posts_by_epci(run, territory) for run in (one, other)]
    change = posts[0].sub(posts[1], fill_value=0)
    zones = pd.read_csv(territory / "zones.csv", dtype=str)
    names = zones[zones["kind"].eq("epci")].set_index("zone_id")["name"]
    largest = change[change.ne(0)].sort_values(key=abs, ascending=False, kind="stable").head(MOST_NAMED)
    named = ", ".join(f"{names.get(zone, zone)} {count:+.0f}" for zone, count in largest.items())
    total = max(len(here), len(there))
    return f"{len(here & there)} of {total}", f"{change.clip(lower=0).sum():.0f} of {posts[0].sum():.0f}", named


if __name__ == "__main__":
    main()
