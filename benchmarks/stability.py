"""How stable a plan for Isère is: GPs of two vintages, two budgets, with and without the choice among good plans.

Run as ``python benchmarks/stability.py [--sources FOLDER] [--budgets 5e6 20e6]``. The earlier GPs are those of INSEE's
BPE of about 2017, by commune, times the factor that makes ordinary GPs of the BPE of 2024 (CNAM, without special
practice): what differs is where they are, and how many. Everything else is as bundled; people outside are left out of
both (`rim` false).
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from itertools import combinations
from pathlib import Path

import pandas as pd
from ruamel.yaml import YAML

from msp_siting.files.projects import bundled_folder

SOURCES = Path(__file__).parents[2] / "shared" / "data"
EARLIER = "national/cppRouting_doctor_BPE_D201.csv"
BPE_2024 = 1255  # GPs of Isère in INSEE's BPE of 2024
WITHOUT_CHOICE = ("choice.gain_share=0",)


def territory_of(folder: Path, earlier: Path | None) -> Path:
    """Return a copy of bundled Isère, its GPs those of an earlier file where one is given."""
    shutil.copytree(bundled_folder() / "data" / "isere", folder)
    if earlier is None:
        return folder
    supply = pd.read_csv(folder / "supply.csv", dtype={"place_id": str})
    now = supply[supply["profession"].eq("gp")]
    then = pd.read_csv(earlier, dtype={"CODGEO": str}).drop_duplicates("CODGEO").set_index("CODGEO")["NB_D201"]
    demand = pd.read_csv(folder / "demand.csv", dtype={"demand_id": str})
    then = then[then.index.isin(demand["demand_id"])]
    gps = pd.DataFrame({"place_id": then.index, "practitioners": then * now["practitioners"].sum() / BPE_2024})
    others = supply[supply["profession"].ne("gp")]
    pd.concat([gps.assign(profession="gp"), others])[["place_id", "profession", "practitioners"]].to_csv(
        folder / "supply.csv", index=False
    )
    described = folder / "manifest.yaml"  # what it says of supply.csv is no longer so
    manifest = YAML(typ="safe", pure=True).load(described.read_text(encoding="utf-8"))
    manifest["files"] = [file for file in manifest["files"] if file["path"] != "supply.csv"]
    YAML().dump(manifest, described)
    return folder


def solve(territory: Path, budget: float, changes: tuple[str, ...], out: Path) -> Path:
    """Return the run folder of a plan."""
    command = [sys.executable, "-m", "msp_siting", "solve", "isere-20m", "--out", str(out), "--quiet", "--threads", "1"]
    settings = (f"territory={territory}", f"budget_eur={budget:.0f}", "rim=false", *changes)
    for setting in settings:
        command += ["--set", setting]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    return out


def posts_by_epci(run: Path, territory: Path) -> pd.Series:
    """Return the GP posts of a plan by EPCI."""
    staff = pd.read_csv(run / "staff.csv", dtype={"site_id": str})
    sites = pd.read_csv(run / "sites.csv", dtype=str).set_index("site_id")["place_id"]
    epci = pd.read_csv(territory / "demand.csv", dtype=str).set_index("demand_id")["epci_id"]
    gps = staff[staff["profession"].eq("gp")]
    return gps["recruited"].groupby(gps["site_id"].map(sites).map(epci)).sum()


def main() -> None:
    """Print a line per plan, and one per pair of plans for one budget."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, default=SOURCES)
    parser.add_argument("--budgets", type=float, nargs="+", default=[5e6, 20e6])
    options = parser.parse_args()
    runs: dict[tuple[float, str, str], tuple[set[str], pd.Series]] = {}
    print("| budget, M EUR | GPs of | choice | sites | GP posts | status | visits lacking to the floor | hosts |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        for vintage, file in (("2024", None), ("2017", options.sources / EARLIER)):
            territory = territory_of(Path(temporary) / vintage / "isere", file)
            for budget in options.budgets:
                for choice, changes in (("yes", ()), ("no", WITHOUT_CHOICE)):
                    run = solve(territory, budget, changes, Path(temporary) / f"{vintage}-{budget:.0f}-{choice}")
                    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
                    sites = pd.read_csv(run / "sites.csv", dtype=str)
                    runs[budget, vintage, choice] = set(sites["place_id"]), posts_by_epci(run, territory)
                    cells = [f"{budget / 1e6:g}", vintage, choice, len(sites), int(summary["staff"]["gp"])]
                    lacking = summary["apl_shortfall_visits_per_year_after"]
                    cells += [summary["status"], f"{lacking:,.0f}", ", ".join(sorted(sites["name"]))]
                    print(f"| {' | '.join(map(str, cells))} |", flush=True)
    print("\n| budget, M EUR | plans | sites in common | GP posts in another EPCI |\n|---|---|---|---|")
    for one, other in combinations(runs, 2):
        if one[0] != other[0]:
            continue
        (here, posts), (there, others) = runs[one], runs[other]
        moved = posts.sub(others, fill_value=0).clip(lower=0).sum()
        names = " and ".join(f"GPs of {key[1]}{'' if key[2] == 'yes' else ', no choice'}" for key in (one, other))
        total = max(len(here), len(there))
        print(f"| {one[0] / 1e6:g} | {names} | {len(here & there)} of {total} | {moved:.0f} of {posts.sum():.0f} |")


if __name__ == "__main__":
    main()
