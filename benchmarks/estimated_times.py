"""Fits times by crow-fly distance to road times of Isère, and measures them on pairs that the fit has not seen.

Run as ``python benchmarks/estimated_times.py [--sources FOLDER]``. The fit is on pairs of which both ends are in one
half of Isère's communes (every second one by code), up to 40 km; it is measured on pairs of the other half, and on
Alsace. What is measured are the parameters of ``models/parameters/surrogate.yaml``, which are the fit, rounded.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from msp_siting.answer.apl import apl_by_point, need
from msp_siting.files.projects import bundled_folder
from msp_siting.scenario.model import parse_model
from msp_siting.scenario.model_file import read_model
from msp_siting.territory.coordinates import crow_fly_km
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory, supply_at_horizon
from msp_siting.travel.distance import Surrogate, read_surrogate, surrogate_times

SOURCES = Path(__file__).parents[2] / "shared" / "data"
ROAD_TIMES = "isere/TimeDistCarIsere.csv"
MASSIFS = "national/anct_centre_density_mountain_rurality_by_commune.csv"
COMMUNES = "national/communes_national_npm6.0.0_datafrance1.1.0.csv"
HOSPITALS = "roads/alsace_10_hospitals.csv"
ALSACE = "roads/alsace_osrm2016_minutes_communes_to_10_hospitals.csv"
FILES = (ROAD_TIMES, MASSIFS, COMMUNES, HOSPITALS, ALSACE)
SIDES_MINUTES = (10, 15, 20)
SHORT_KM = 20  # what is stated is measured below it: catchments of GPs
EARLIER = (8.3, 1.32)  # minutes and minutes per km for all pairs, until this fit
KINDS = {0: "plain", 1: "one end in a massif", 2: "both ends in a massif"}
LONGEST_MINUTES = 40.0  # of the estimated times of a territory


def isere_pairs(sources: Path) -> pd.DataFrame:
    """Return ordered pairs of communes of Isère: ``km``, ``minutes``, ``ends`` in a massif, ``half`` of both or -1."""
    demand = pd.read_csv(bundled_folder() / "data" / "isere" / "demand.csv", dtype={"demand_id": str})
    demand = demand.sort_values("demand_id", ignore_index=True)
    codes = demand["demand_id"]
    table = pd.read_csv(sources / ROAD_TIMES, dtype={"id": str}).set_index("id").loc[codes, codes]
    high = massifs(sources).reindex(codes).fillna("").ne("").to_numpy()
    home, care = np.nonzero(~np.eye(len(codes), dtype=bool))
    lon, lat = demand["lon"].to_numpy(), demand["lat"].to_numpy()
    halves = np.arange(len(codes)) % 2
    return pd.DataFrame(
        {
            "km": crow_fly_km(lon[home], lat[home], lon[care], lat[care]),
            "minutes": table.to_numpy()[home, care] / 60,
            "ends": high[home].astype(int) + high[care],
            "half": np.where(halves[home] == halves[care], halves[home], -1),
        }
    )


def alsace_pairs(sources: Path) -> pd.DataFrame:
    """Return pairs of a commune of Alsace and a hospital, as `isere_pairs`; a hospital is as its nearest commune."""
    communes = pd.read_csv(sources / COMMUNES, dtype={"code": str}, low_memory=False).set_index("code")
    high = massifs(sources).reindex(communes.index).fillna("").ne("")
    hospitals = pd.read_csv(sources / HOSPITALS).set_index("hospital")
    table = pd.read_csv(sources / ALSACE, dtype={"commune_2016": str, "commune_current": str})
    table = table[table["commune_2016"].eq(table["commune_current"])].set_index("commune_current")
    rows = communes.loc[table.index]
    parts = []
    for name, hospital in hospitals.iterrows():
        here = (np.full(len(communes), hospital[axis]) for axis in ("lon", "lat"))
        to_communes = pd.Series(crow_fly_km(*(communes[axis].to_numpy() for axis in ("lon", "lat")), *here))
        nearest = communes.index[to_communes.idxmin()]
        there = (np.full(len(rows), hospital[axis]) for axis in ("lon", "lat"))
        km = crow_fly_km(rows["lon"].to_numpy(), rows["lat"].to_numpy(), *there)
        ends = high.loc[table.index].astype(int).to_numpy() + int(high[nearest])
        parts.append(pd.DataFrame({"km": km, "minutes": table[name].to_numpy(), "ends": ends}))
    return pd.concat(parts, ignore_index=True).dropna()


def massifs(sources: Path) -> pd.Series:
    """Return the massif by commune, missing in the plain."""
    return pd.read_csv(sources / MASSIFS, dtype=str).set_index("commune")["massif"]


def fit(pairs: pd.DataFrame, knot_km: float, longest_km: float) -> np.ndarray:
    """Return intercept and the slopes up to the knot and beyond, each pair weighted by 1 / km: errors grow with it."""
    pairs = pairs[pairs["km"].lt(longest_km)]
    km = pairs["km"].to_numpy()
    columns = [np.ones(len(km)), np.minimum(km, knot_km), np.maximum(km - knot_km, 0)]
    root = np.sqrt(1 / km)
    return np.linalg.lstsq(np.column_stack(columns) * root[:, None], pairs["minutes"].to_numpy() * root, rcond=None)[0]


def measure(pairs: pd.DataFrame, estimated: np.ndarray) -> dict[str, float]:
    """Return mean error, bias and the share of pairs on the wrong side of some minutes."""
    minutes = pairs["minutes"].to_numpy()
    wrong = {str(side): float(((estimated <= side) != (minutes <= side)).mean()) for side in SIDES_MINUTES}
    gap = estimated - minutes
    return {"error": float(np.abs(gap).mean()), "bias": float(gap.mean()), **wrong}


def lines(pairs: pd.DataFrame, surrogate: Surrogate) -> np.ndarray:
    """Return what the parameters give."""
    return surrogate.minutes(pairs["km"].to_numpy(), pairs["ends"].to_numpy() == 2)  # noqa: PLR2004 - both ends


def mixed(seen: pd.DataFrame, unseen: pd.DataFrame, surrogate: Surrogate) -> Iterator[str]:
    """Yield how pairs with one end in a massif fare by what line they may take."""
    short = unseen[unseen["ends"].eq(1) & unseen["km"].lt(SHORT_KM)]
    km, knot = short["km"].to_numpy(), surrogate.knot_km.value
    own = fit(seen[seen["ends"].eq(1)], knot, surrogate.longest_km.value)
    plain, mountain = surrogate.plain.minutes(km, knot), surrogate.mountain.minutes(km, knot)
    choices = {
        "that of the plain": plain,
        "one of their own": own[0] + own[1] * km,
        "the mean of the two": (plain + mountain) / 2,
        "that of mountains": mountain,
    }
    for name, estimated in choices.items():
        found = measure(short, estimated)
        yield f"| {name} | {found['error']:.2f} | {found['bias']:+.2f} |"


def rows_of(name: str, pairs: pd.DataFrame, surrogate: Surrogate) -> Iterator[str]:
    """Yield the lines of the table for some pairs: by what the estimate was until this fit, and by what it is."""
    for below in (SHORT_KM, surrogate.longest_km.value):
        chosen = pairs[pairs["km"].lt(below)]
        earlier = EARLIER[0] + EARLIER[1] * chosen["km"].to_numpy()
        for what, estimated in (("earlier", earlier), ("now", lines(chosen, surrogate))):
            found = measure(chosen, estimated)
            shares = " | ".join(f"{found[str(side)]:.1%}" for side in SIDES_MINUTES)
            yield (
                f"| {name} | {below:g} | {len(chosen):,} | {what} | {found['error']:.2f} | {found['bias']:+.2f} "
                f"| {shares} |"
            )


def apl_errors(surrogate: Surrogate) -> dict[str, float]:
    """Return the mean gap between Isère's APL on estimated and on road times, as a share of the latter.

    By commune, by EPCI, and of the department, each weighted by standardised inhabitants; the rim is the same.
    """
    isere = read_territory(bundled_folder() / "data" / "isere")
    points = isere.demand.rename(columns={"demand_id": "point_id"})
    estimated = replace(isere, travel_times=surrogate_times(points, points, surrogate, LONGEST_MINUTES))
    weights = need(isere, "gp").to_numpy()
    on_roads, guessed = (apl(one).to_numpy() for one in (isere, estimated))
    found = {}
    for name, key in (("commune", isere.demand["demand_id"]), ("zone", isere.demand["epci_id"]), ("territory", None)):
        groups = np.zeros(len(weights)) if key is None else key.to_numpy()
        sums = pd.DataFrame({"w": weights, "r": weights * on_roads, "g": weights * guessed}).groupby(groups).sum()
        found[name] = float((sums["g"] - sums["r"]).abs().sum() / sums["r"].sum())
    return found


def apl(territory: Territory) -> pd.Series:
    """Return the computed APL to GPs by demand point."""
    model = parse_model(read_model(bundled_folder() / "models" / "allocation.yaml"), "allocation: ")
    posts = [supply_at_horizon(territory, with_retirements=False)]
    if territory.rim is not None:
        posts.append(territory.rim.supply[["place_id", "profession", "practitioners"]])
    every = pd.concat(posts)
    gps = every[every["profession"].eq("gp")].groupby("place_id")["practitioners"].sum()
    return apl_by_point(territory, model.apl, gps, model.apl.visits_per_gp_per_year.value)


def report(sources: Path) -> Iterator[str]:
    """Yield the lines of the report."""
    surrogate = read_surrogate(bundled_folder() / "models" / "parameters" / "surrogate.yaml")
    isere, alsace = isere_pairs(sources), alsace_pairs(sources)
    seen, unseen = isere[isere["half"].eq(0)], isere[isere["half"].eq(1)]
    yield "| fit on | pairs | intercept, min | to the knot, min/km | beyond, min/km |"
    yield "|---|---:|---:|---:|---:|"
    for ends in (0, 2):
        chosen = seen[seen["ends"].eq(ends) & seen["km"].lt(surrogate.longest_km.value)]
        values = fit(chosen, surrogate.knot_km.value, surrogate.longest_km.value)
        yield f"| {KINDS[ends]} | {len(chosen):,} | " + " | ".join(f"{value:.3f}" for value in values) + " |"
    yield ""
    yield "| pairs | below, km | count | estimate | mean error, min | bias, min | wrong side of 10 | of 15 | of 20 |"
    yield "|---|---:|---:|---|---:|---:|---:|---:|---:|"
    for ends, name in KINDS.items():
        yield from rows_of(f"Isère, unseen half: {name}", unseen[unseen["ends"].eq(ends)], surrogate)
    for ends in sorted(set(alsace["ends"])):
        yield from rows_of(f"Alsace: {KINDS[ends]}", alsace[alsace["ends"].eq(ends)], surrogate)
    yield from rows_of("Alsace: all", alsace, surrogate)
    yield ""
    yield f"| line of pairs with one end in a massif, below {SHORT_KM} km | mean error, min | bias, min |"
    yield "|---|---:|---:|"
    yield from mixed(seen, unseen, surrogate)
    yield ""
    near = unseen[unseen["minutes"].le(SIDES_MINUTES[0])]
    earlier = EARLIER[0] + EARLIER[1] * near["km"]
    there = [int((estimated <= SIDES_MINUTES[0]).sum()) for estimated in (lines(near, surrogate), earlier)]
    yield (
        f"Of the {len(near):,} unseen pairs of Isère within {SIDES_MINUTES[0]} minutes, "
        f"{there[0]:,} are put there (earlier {there[1]:,})."
    )
    yield ""
    gaps = ", ".join(f"{name} {share:.1%}" for name, share in apl_errors(surrogate).items())
    yield f"APL of Isère on estimated times, mean gap to that on road times: {gaps}."


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description="Fit and measure times estimated from distance.")
    parser.add_argument("--sources", type=Path, default=SOURCES, help="folder that holds the road times")
    sources = parser.parse_args(arguments).sources
    missing = [name for name in FILES if not (sources / name).is_file()]
    if missing:
        print(f"skipped: {', '.join(missing)} not in {sources}")
        return
    for line in report(sources):
        print(line)


if __name__ == "__main__":
    main()
