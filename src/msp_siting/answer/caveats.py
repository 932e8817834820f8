"""What a reader must be told of a territory with any figure: what its tables lack, and what its manifest says."""

from collections.abc import Iterator, Sequence

import pandas as pd

from msp_siting.files import EVENTS_STEM, Text
from msp_siting.language import Fact
from msp_siting.problem import Instance
from msp_siting.scenario import Apl, Scenario
from msp_siting.territory import (
    ManifestFile,
    Territory,
    event_caveats,
    gp_statuses,
    island_caveats,
    large_point_caveats,
    status_of_places,
    unreached_caveats,
    without_balance,
)

HISTORICAL_APL_FLOOR = 2.5  # visits, of the zoning of 2017; that of 2025-26 has several criteria and no such floor


def territory_caveats(
    territory: Territory, scenario: Scenario, more: Sequence[Fact], *, wants_departures: bool
) -> list[Fact]:
    """Return the caveats of a territory: what its tables lack first, its manifest's and border last.

    Parameters
    ----------
    territory
        Its tables and manifest.
    scenario
        The question, whose model names the professions.
    more
        What stands between: caveats of what is asked of the territory.
    wants_departures
        Whether a figure needs ``retiring_share``.
    """
    return [
        *map(Fact, _missing_data(territory, wants_departures=wants_departures)),
        *event_caveats(territory, {name: kind.title for name, kind in scenario.model.professions.items()}),
        *_limited_zoning(territory),
        *_modelled_times(territory),
        *island_caveats(territory),
        *unreached_caveats(territory),
        *large_point_caveats(territory),
        *more,
        *(Fact("caveat_stated", {"text": text}) for text in territory.manifest.caveats),
        *_unstated(territory, scenario),
        *_beyond_the_limit(territory),
        *territory.repairs,
    ]


def freedom_caveats(apl: Apl) -> Iterator[Fact]:
    """Yield what no plan decides, and what the floor of the APL is where it is the historical one."""
    yield Fact("caveat_freedom")
    yield Fact("caveat_team")
    if apl.floor_visits_per_year.value == HISTORICAL_APL_FLOOR:
        yield Fact("caveat_apl_floor", {"floor": HISTORICAL_APL_FLOOR})


def departure_caveats(territory: Territory, scenario: Scenario) -> Iterator[Fact]:
    """Yield how many posts leave, where the supply says so of some profession: by the horizon, or not taken out."""
    supply, year = territory.supply, scenario.question.horizon_year
    if "retiring_share" not in supply.columns:
        return
    if territory.trend is not None:
        supply = without_balance(supply, territory.trend)  # the others have a caveat of their own
    leaving = (supply["practitioners"] * supply["retiring_share"]).groupby(supply["profession"]).sum(min_count=1)
    posts = [
        Fact("caveat_posts", {"profession": kind.title, "posts": float(leaving[name])})
        for name, kind in scenario.model.professions.items()
        if name in leaving.index and pd.notna(leaving[name])
    ]
    if year is None:
        if posts:
            yield Fact("caveat_departures_not_taken_out", {"posts": posts})
        return
    if posts:
        yield Fact("caveat_departures", {"year": year, "posts": posts})
    rim = territory.rim
    if rim is not None and not rim.supply.empty and "retiring_share" not in rim.supply.columns:
        yield Fact("caveat_rim_departures")


def zone_limit_caveats(instance: Instance, scenario: Scenario, territory: Territory) -> Iterator[Fact]:
    """Yield where recruits are limited by the zoning of their profession, and for which professions none is loaded."""
    if not scenario.model.constraints.recruitment_by_zone:
        return
    titles = {name: kind.title for name, kind in scenario.model.professions.items()}
    limits = instance.zone_limits
    told = []
    for name, title in titles.items():
        closed = sum(profession == name for _, profession in limits.one_for_one)
        team_only = sum(profession == name for _, profession in limits.composition_only)
        if closed or team_only:
            values = {"profession": title, "one_for_one": closed, "composition_only": team_only}
            told.append(Fact("caveat_zone_limits_of", values))
    if told:
        yield Fact("caveat_zone_limits", {"professions": told})
    others = [name for name in titles if name != scenario.model.apl.profession]
    unzoned = [titles[name] for name in others if not status_of_places(territory, name)]
    if unzoned:
        yield Fact("caveat_no_zoning_of", {"professions": unzoned})


def _unstated(territory: Territory, scenario: Scenario) -> Iterator[Fact]:
    """Yield the professions that the supply has no row of, and the files whose source the manifest does not state.

    Events state their own, row by row.
    """
    listed = set(territory.supply["profession"])
    absent = [kind.title for name, kind in scenario.model.professions.items() if name not in listed]
    if absent:
        yield Fact("caveat_no_supply", {"professions": absent})
    described = {entry.path for entry in territory.manifest.files}
    files = [path.name for path in territory.files if path.name not in described and path.stem != EVENTS_STEM]
    if files:
        yield Fact("caveat_sources_not_stated", {"files": files})


def _beyond_the_limit(territory: Territory) -> Iterator[Fact]:
    """Yield what is said of the other side of the territory's limit: its rim, or that none is used."""
    if territory.rim is not None:
        around = territory.rim.demand["inhabitants"]
        times = [entry for entry in territory.manifest.files if entry.path.startswith("rim_travel_times")]
        estimated = any(entry.kind == "modelled" for entry in times)
        yield Fact(
            "caveat_rim_estimated" if estimated else "caveat_rim",
            {"points": len(around), "inhabitants": float(around.sum())},
        )
        accuracy = next((entry.accuracy for entry in times if entry.accuracy is not None), None)
        if estimated and accuracy is not None and not has_modelled_times(territory):
            yield Fact("caveat_stated", {"text": accuracy})
        return
    demand = territory.demand
    if "border" in demand.columns and demand["border"].any():
        near = demand.loc[demand["border"], "inhabitants"]
        share = float(near.sum() / demand["inhabitants"].sum())
        yield Fact("caveat_border", {"points": len(near), "share": share})


def has_existing_structures(territory: Territory) -> bool:
    """Return whether it is known where MSPs stand already."""
    return territory.existing_msps is not None


def has_zoning(territory: Territory) -> bool:
    """Return whether any zone has a status of the zoning of GPs (ZIP, ZAC, ZAR, none), valid or not."""
    return bool(gp_statuses(territory))


def has_modelled_times(territory: Territory) -> bool:
    """Return whether the travel times are estimated rather than taken from roads."""
    return any(entry.kind == "modelled" for entry in _times(territory))


def times_accuracy(territory: Territory) -> Text | None:
    """Return how far the estimated times are off, and the APL on them, where their manifest says so."""
    return next((entry.accuracy for entry in _times(territory) if entry.accuracy is not None), None)


def _limited_zoning(territory: Territory) -> Iterator[Fact]:
    """Yield the days on which the zoning of GPs is valid, where there are others."""
    told = []
    for zone in gp_statuses(territory):
        if zone.valid_from is not None or zone.valid_until is not None:
            fact = Fact("caveat_zoning_limited", {"when": zone.when, "validity": zone.validity})
            told += [] if fact in told else [fact]
    yield from told


def _modelled_times(territory: Territory) -> Iterator[Fact]:
    """Yield that travel times are estimated, and how far they are off."""
    if has_modelled_times(territory):
        yield Fact("caveat_modelled_times")
        text = times_accuracy(territory)
        yield Fact("caveat_times_error_unknown") if text is None else Fact("caveat_stated", {"text": text})


def _times(territory: Territory) -> list[ManifestFile]:
    return [entry for entry in territory.manifest.files if entry.path.startswith("travel_times")]


def _missing_data(territory: Territory, *, wants_departures: bool) -> Iterator[str]:
    """Yield the caveat of every kind of data that the territory does not hold."""
    if not has_existing_structures(territory):
        yield "caveat_no_existing_structures"
    if not has_zoning(territory):
        yield "caveat_no_zoning"
    if wants_departures and "retiring_share" not in territory.supply.columns:
        yield "caveat_no_departures"
