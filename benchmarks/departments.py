"""Builds all 96 metropolitan departments from the official files and prints what came out, and how it adds up.

Run as ``python benchmarks/departments.py --sources FOLDER [--out FOLDER] [--only 38 ...]``.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from msp_siting.answer.apl import apl_by_point
from msp_siting.answer.summary import weighted_mean
from msp_siting.commands.building import write
from msp_siting.files.projects import bundled_folder
from msp_siting.scenario.model import Assumptions, parse_model
from msp_siting.scenario.model_file import read_model
from msp_siting.sources.build import Options, build_tables
from msp_siting.sources.catalogue import read_catalogue
from msp_siting.sources.departments import department_names
from msp_siting.sources.estimates import practitioners
from msp_siting.sources.france import France, read_france
from msp_siting.sources.selection import read_choice, select_communes
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import supply_at_horizon


@dataclass(frozen=True)
class Department:
    """What one department's territory holds; APL computed with the same visits per GP everywhere."""

    code: str
    name: str
    communes: int
    inhabitants: int
    gps: float
    msps: int
    apl_computed: float | None
    apl_official: float | None
    correlation: float
    missing: str


def build_department(france: France, code: str, model: Assumptions, folder: Path) -> Department:
    """Build, write and read one department's territory, and measure it."""
    selection = select_communes(france, read_choice(departments=[code]))
    write(france, build_tables(france, selection, Options()), folder)
    territory = read_territory(folder)
    supply = supply_at_horizon(territory, with_retirements=False)
    posts = [supply]
    if territory.rim is not None:
        posts.append(territory.rim.supply[["place_id", "profession", "practitioners"]])
    every = pd.concat(posts)
    gps = every[every["profession"].eq("gp")].set_index("place_id")["practitioners"]
    computed = apl_by_point(territory, model.apl, gps, model.apl.visits_per_gp_per_year.value).to_numpy()
    demand = territory.demand
    weights = demand["inhabitants"] * demand["need_index_gp"]
    modelled = pd.Series(computed, index=demand.index)
    official = demand["apl_official"]
    several = len(demand) > 1
    standing = territory.existing_msps
    return Department(
        code=code,
        name=department_names().loc[code, "name"],
        communes=len(demand),
        inhabitants=int(demand["inhabitants"].sum()),
        gps=float(supply.loc[supply["profession"].eq("gp"), "practitioners"].sum()),
        msps=0 if standing is None else int(standing.sum()),
        apl_computed=weighted_mean(modelled, weights),
        apl_official=weighted_mean(official, weights),
        correlation=float(modelled.corr(official)) if several else float("nan"),
        missing=", ".join(missing.key for missing in territory.manifest.missing_sources),
    )


def account(france: France, built: list[Department]) -> Iterator[str]:
    """Yield how the rows of the population file became demand points, to the last one."""
    count, table = france.count, france.tables
    apl_rows = france.files["drees_apl"].frame
    here = count.rows - count.overseas
    yield f"{count.rows:,} rows of DREES, {count.overseas} of them overseas: {here:,} metropolitan."
    kinds = ", ".join(f"{number} {kind}" for kind, number in count.outdated.items())
    yield f"{sum(count.outdated.values())} have a code that is no longer current ({kinds}); all were resolved."
    yield (
        f"{count.communes:,} communes today, less {len(count.uninhabited)} without inhabitants "
        f"({', '.join(count.uninhabited)}) and {len(count.counted_elsewhere)} whose people DREES still counts in the "
        "commune they had joined "
        f"({', '.join(f'{code} in {parent}' for code, parent in count.counted_elsewhere.items())}): "
        f"{len(france.communes):,} demand points."
    )
    own = len(set(apl_rows["commune_id"]) & set(france.codes.current))
    zero = int((apl_rows["inhabitants"].eq(0) & apl_rows["commune_id"].isin(france.codes.current)).sum())
    resolved = len(france.communes) - (own - zero)
    yield (
        f"Of these {own - zero:,} have a row of their own ({own:,} rows of today's codes, {zero} with 0 people) and "
        f"{resolved} have none but those of earlier codes."
    )
    gps = france.files["bpe_counts"].frame
    outdated = ~gps["commune_id"].isin(france.codes.current)
    yield (
        f"GPs: {gps['gps'].sum():,.0f} in {len(gps):,} rows of the BPE, {int(outdated.sum())} of them "
        f"({gps.loc[outdated, 'gps'].sum():,.0f} GPs) under an earlier code; "
        f"{table['bpe_counts']['gps'].sum():,.0f} under codes of today; "
        f"{practitioners(france)['gp'].sum():,.0f} GPs in private practice without special practice (CNAM)."
    )
    yield (
        f"Mean APL of France by DREES {weighted_mean(apl_rows['apl'], apl_rows['standardised']):.3f} (all rows), "
        f"{weighted_mean(france.communes['apl'], france.communes['standardised']):.3f} metropolitan."
    )
    yield (
        f"Built: {len(built)} departments, {sum(one.communes for one in built):,} demand points, "
        f"{sum(one.inhabitants for one in built):,} inhabitants, {sum(one.gps for one in built):,.0f} GPs (FTE)."
    )


def main() -> None:
    """Read the command line, build, print."""
    parser = argparse.ArgumentParser(description="Build every metropolitan department and print what came out.")
    parser.add_argument("--sources", type=Path, required=True, help="folder that holds the official files")
    parser.add_argument("--out", type=Path, help="folder to keep the territories in (default: none is kept)")
    parser.add_argument("--only", nargs="*", default=[], help="departments (default: all)")
    arguments = parser.parse_args()
    begin = time.monotonic()
    france = read_france(read_catalogue(), arguments.sources)
    model = parse_model(read_model(bundled_folder() / "models" / "allocation.yaml"), "allocation: ")
    print(
        "| department | communes | inhabitants | GPs (FTE) | MSPs "
        "| APL computed | APL official | correlation | missing |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---|")
    built = []
    for code in arguments.only or sorted(department_names().index):
        with tempfile.TemporaryDirectory() as temporary:
            one = build_department(france, code, model, (arguments.out or Path(temporary)) / code)
        built.append(one)
        print(
            f"| {one.code} {one.name} | {one.communes} | {one.inhabitants:,} | {one.gps:,.0f} | {one.msps} "
            f"| {one.apl_computed:.2f} | {one.apl_official:.2f} | {one.correlation:.2f} | {one.missing} |",
            flush=True,
        )
    print()
    for sentence in account(france, built):
        print(f"- {sentence}")
    print(f"- In {time.monotonic() - begin:.0f} s.")


if __name__ == "__main__":
    main()
