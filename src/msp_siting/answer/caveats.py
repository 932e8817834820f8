"""What a reader must be told of a territory with any figure: what its tables lack, and what its manifest says."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from msp_siting.language import Language, decimal, percent, say, whole
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory

STEMS = ("demand", "supply", "sites", "travel_times", "places", "zones", "boundaries")
RIM_STEMS = ("rim_demand", "rim_supply", "rim_travel_times")


def territory_caveats(
    territory: Territory, scenario: Scenario, language: Language, more: Sequence[str], *, wants_departures: bool
) -> list[str]:
    """Return the caveats of a territory in one language: what its tables lack first, its manifest's and border last.

    Parameters
    ----------
    territory
        Its tables and manifest.
    scenario
        The question, whose model names the professions.
    more
        Keys of the catalogue that stand between: caveats of what is asked of the territory.
    wants_departures
        Whether a figure needs ``retiring_share``.
    """
    keys = [*_missing_data(territory, wants_departures=wants_departures), *more]
    sentences = [say(key, language) for key in keys]
    sentences += [text[language] for text in territory.manifest.caveats]
    sentences += _unstated(territory, scenario, language)
    return [*sentences, *_beyond_the_limit(territory, language)]


def departure_caveats(territory: Territory, scenario: Scenario, language: Language) -> Iterator[str]:
    """Yield how many posts leave, where the supply says so of some profession: by the horizon, or not taken out."""
    supply, year = territory.supply, scenario.question.horizon_year
    if "retiring_share" not in supply.columns:
        return
    leaving = (supply["practitioners"] * supply["retiring_share"]).groupby(supply["profession"]).sum(min_count=1)
    posts = [
        f"{kind.title[language]} {decimal(float(leaving[name]), language)}"
        for name, kind in scenario.model.professions.items()
        if name in leaving.index and pd.notna(leaving[name])
    ]
    if year is None:
        if posts:
            yield say("caveat_departures_not_taken_out", language, posts=", ".join(posts))
        return
    if posts:
        yield say("caveat_departures", language, year=year, posts=", ".join(posts))
    rim = territory.rim
    if rim is not None and not rim.supply.empty and "retiring_share" not in rim.supply.columns:
        yield say("caveat_rim_departures", language)


def _unstated(territory: Territory, scenario: Scenario, language: Language) -> Iterator[str]:
    """Yield the professions that the supply has no row of, and the files whose source the manifest does not state."""
    listed = set(territory.supply["profession"])
    absent = [kind.title[language] for name, kind in scenario.model.professions.items() if name not in listed]
    if absent:
        yield say("caveat_no_supply", language, professions=", ".join(absent))
    described = {entry.path for entry in territory.manifest.files}
    files = [path.name for path in _files(territory) if path.name not in described]
    if files:
        yield say("caveat_sources_not_stated", language, files=", ".join(files))


def _files(territory: Territory) -> list[Path]:
    """Return the files that a territory consists of, without its manifest, and without those of a rim not used."""
    stems = STEMS if territory.rim is None else (*STEMS, *RIM_STEMS)
    paths = [territory.folder / f"{stem}{ending}" for stem in stems for ending in (".csv", ".parquet", ".gpkg")]
    return [path for path in paths if path.is_file()]


def _beyond_the_limit(territory: Territory, language: Language) -> Iterator[str]:
    """Yield what is said of the other side of the territory's limit: its rim, or that none is used."""
    if territory.rim is not None:
        around = territory.rim.demand["inhabitants"]
        times = [entry for entry in territory.manifest.files if entry.path.startswith("rim_travel_times")]
        estimated = any(entry.kind == "modelled" for entry in times)
        yield say(
            "caveat_rim_estimated" if estimated else "caveat_rim",
            language,
            points=whole(len(around), language),
            inhabitants=whole(float(around.sum()), language),
        )
        return
    demand = territory.demand
    if "border" in demand.columns and demand["border"].any():
        near = demand.loc[demand["border"], "inhabitants"]
        share = percent(float(near.sum() / demand["inhabitants"].sum()), language, 0)
        yield say("caveat_border", language, points=whole(len(near), language), share=share)


def has_existing_structures(territory: Territory) -> bool:
    """Return whether the territory's sites hold structures that are there already."""
    return bool(territory.sites["status"].eq("existing").any())


def has_zoning(territory: Territory) -> bool:
    """Return whether any zone has a status (ZIP, ZAC, none)."""
    return "status" in territory.zones.columns and not territory.zones["status"].eq("").all()


def has_modelled_times(territory: Territory) -> bool:
    """Return whether the travel times are estimated rather than taken from roads."""
    times = [entry for entry in territory.manifest.files if entry.path.startswith("travel_times")]
    return any(entry.kind == "modelled" for entry in times)


def _missing_data(territory: Territory, *, wants_departures: bool) -> Iterator[str]:
    """Yield the caveat of every kind of data that the territory does not hold."""
    if not has_existing_structures(territory):
        yield "caveat_no_existing_structures"
    if not has_zoning(territory):
        yield "caveat_no_zoning"
    if wants_departures and "retiring_share" not in territory.supply.columns:
        yield "caveat_no_departures"
    if has_modelled_times(territory):
        yield "caveat_modelled_times"
