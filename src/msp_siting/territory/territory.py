"""The validated tables of one territory, its rim, and what is often asked of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.files import is_file, is_there
from msp_siting.language import Fact
from msp_siting.territory.manifest import Manifest
from msp_siting.territory.rim import Rim, stack, stack_supply
from msp_siting.territory.tables import ENDINGS, EVENTS, RIM_STEMS, STEMS
from msp_siting.territory.trend import Trend

BOUNDARIES = "boundaries.gpkg"
WHOLE = "territory"  # the kind of the one zone that holds everything


@dataclass(frozen=True)
class Territory:
    """The validated tables of one territory.

    What is made of them and asked for often is made once and kept; another territory, such as one at the horizon,
    makes its own.

    Attributes
    ----------
    demand, supply, sites, travel_times, places, zones, flows
        One row per key of the tables declared in ``tables.py`` (``supply``, ``places``, ``zones`` and ``flows`` may
        have none).
    sha256
        Fingerprint of all the files read.
    rim
        What lies around the territory, where that is known.
    repairs
        What was mended in its files as they were read.
    sha256_by_name
        Fingerprints of its files as they were read.
    trend
        What is expected of practitioners until the horizon, where a balance of them is known.
    as_counted
        The same territory in the years of its files, where this one is at a horizon.
    events
        What corrects ``supply`` and ``places``, one row each.
    corrected_until
        The last day whose events ``supply`` and ``places`` have; None where none is in them yet.
    """

    folder: Path
    manifest: Manifest
    demand: pd.DataFrame
    supply: pd.DataFrame
    sites: pd.DataFrame
    travel_times: pd.DataFrame
    places: pd.DataFrame
    zones: pd.DataFrame
    flows: pd.DataFrame
    sha256: str
    rim: Rim | None = None
    repairs: tuple[Fact, ...] = ()
    sha256_by_name: Mapping[str, str] = field(default_factory=dict)
    trend: Trend | None = None
    as_counted: "Territory | None" = None
    events: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[each.name for each in EVENTS.columns]))
    corrected_until: date | None = None

    def __repr__(self) -> str:
        """Return its name, and how much it holds, on one line."""
        people = self.demand["inhabitants"].sum()
        rim = "" if self.rim is None else f", {len(self.rim.demand):,} demand points in the rim"
        return (
            f"Territory({self.manifest.name!r}: {len(self.demand):,} demand points, {people:,.0f} inhabitants, "
            f"{len(self.sites):,} sites, {len(self.travel_times):,} travel times{rim})"
        )

    def __getstate__(self) -> dict[str, Any]:
        """Travel between processes without what is kept: it is larger than what it is made of."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @property
    def boundaries(self) -> Path | None:
        """The file of polygons, or None."""
        path = self.folder / BOUNDARIES
        return path if is_there(path) else None

    def path_of(self, stem: str) -> Path:
        """Return the file of one of its tables (``demand``): a CSV, or a workbook."""
        workbook = self.folder / f"{stem}.xlsx"
        return workbook if is_there(workbook) else self.folder / f"{stem}.csv"

    @property
    def files(self) -> list[Path]:
        """The files that it consists of but for its manifest; those of a rim only where one is used."""
        stems = STEMS if self.rim is None else (*STEMS, *RIM_STEMS)
        paths = [self.folder / f"{stem}{ending}" for stem in stems for ending in ENDINGS]
        return [path for path in paths if is_file(path)]

    @property
    def with_rim(self) -> "Territory":
        """The territory with the people, practitioners and travel times of its rim among its own.

        Of demand and supply the columns that both have are kept. A territory without a rim is itself.
        """
        return self if self.rim is None else self._with_rim

    @cached_property
    def times_from_home(self) -> pd.DataFrame:
        """The travel times of the territory's own demand points, to places of the rim too.

        One row per (``demand_id``, ``place_id``) with ``minutes``.
        """
        if self.rim is None:
            return self.travel_times
        times = self.rim.travel_times
        return stack(self.travel_times, times[times["demand_id"].isin(self.demand["demand_id"])])

    @cached_property
    def place_points(self) -> pd.DataFrame:
        """``name``, ``lon`` and ``lat`` of every place, one row per ``place_id`` (the index)."""
        columns = ["place_id", "name", "lon", "lat"]
        known = [self.places[columns], _as_places(self.demand)[columns], self.sites[columns]]
        if self.rim is not None:
            known.append(_as_places(self.rim.demand)[columns])
        return pd.concat(known).drop_duplicates("place_id").set_index("place_id")

    @cached_property
    def existing_msps(self) -> pd.Series | None:
        """How many MSPs stand at a place, by ``place_id``, places without any left out; None where nothing is known.

        What ``places`` counts; existing sites where they are more, or where it does not know.
        """
        own = self.sites.loc[self.sites["status"].eq("existing"), "place_id"].value_counts().astype(float)
        counted = self.places.set_index("place_id")["msps"].dropna() if "msps" in self.places.columns else own.iloc[:0]
        if own.empty and counted.empty:
            return None
        most = pd.concat([own, counted]).groupby(level=0).max()
        return most[most > 0]

    @property
    def is_of_squares(self) -> bool:
        """Whether demand points are squares, each in a commune, rather than communes."""
        return "commune_id" in self.demand.columns

    @property
    def communes(self) -> pd.Series:
        """The commune of each demand point, in their order: itself, or the one that its square lies in."""
        return self.demand["commune_id" if self.is_of_squares else "demand_id"]

    @cached_property
    def zone_kinds(self) -> tuple[str, ...]:
        """Kinds of zone that demand points belong to (``epci``, ``living_area`` ...)."""
        return tuple(
            name.removesuffix("_id") for name in self.demand.columns if name.endswith("_id") and name != "demand_id"
        )

    @cached_property
    def _with_rim(self) -> "Territory":
        if self.rim is None:
            return self
        return replace(
            self,
            demand=stack(self.demand, self.rim.demand),
            supply=stack_supply(self.supply, self.rim.supply),
            travel_times=stack(self.travel_times, self.rim.travel_times),
            rim=None,
        )


def within_cutoff(territory: Territory, cutoff_minutes: float) -> pd.DataFrame:
    """Return the pairs at most ``cutoff_minutes`` apart (the cut-off itself is within), places of the rim included.

    One row per (``demand_id``, ``place_id``) with ``minutes`` from home to care.
    """
    times = territory.times_from_home
    return times[times["minutes"] <= cutoff_minutes].reset_index(drop=True)


def nearest_minutes(territory: Territory, places: pd.Index) -> pd.Series:
    """Return the minutes to the nearest of some places, by ``demand_id``; absent where none is in the table."""
    times = territory.times_from_home
    return times[times["place_id"].isin(places)].groupby("demand_id")["minutes"].min()


def supply_at_horizon(territory: Territory, *, with_retirements: bool) -> pd.DataFrame:
    """Return existing supply, one row per (place, profession): ``place_id``, ``profession``, ``practitioners`` (FTE).

    Parameters
    ----------
    territory
        Its ``supply`` table, with ``retiring_share`` (0-1) where known, and its trend.
    with_retirements
        Whether the horizon has come: those expected to leave have left and, where a balance is known, those who come
        anyway have come. Elsewhere nobody comes, and where no share is known either, nobody leaves.
    """
    table = territory.supply
    totals = table.groupby(["place_id", "profession"], as_index=False)["practitioners"].sum()
    if not with_retirements:
        return totals
    flows = flows_by_place(territory)
    moved = totals.merge(flows, on=["place_id", "profession"], how="left")
    staying = moved["practitioners"] - moved["departures"].fillna(0.0) + moved["installations"].fillna(0.0)
    return totals.assign(practitioners=staying.clip(lower=0.0))


def without_balance(supply: pd.DataFrame, trend: Trend) -> pd.DataFrame:
    """Return the rows of a supply of whose practitioners no balance is known."""
    keys = ["place_id", "profession"]
    is_known = pd.MultiIndex.from_frame(supply[keys]).isin(pd.MultiIndex.from_frame(trend.places[keys]))
    return supply[~is_known]


def flows_by_place(territory: Territory) -> pd.DataFrame:
    """Return ``departures`` and ``installations`` until the horizon (FTE), one row per (place, profession).

    Of places in a zone with a balance those of the trend; elsewhere the departures that ``retiring_share`` expects,
    missing where it is not known, and no installations.
    """
    keys, trend = ["place_id", "profession"], territory.trend
    table = territory.supply if trend is None else without_balance(territory.supply, trend)
    leaving = table[keys].assign(departures=table["practitioners"] * table.get("retiring_share", float("nan")))
    expected = leaving.groupby(keys)["departures"].sum(min_count=1).reset_index().assign(installations=0.0)
    if trend is None:
        return expected
    balanced = trend.places[trend.places["place_id"].isin(territory.supply["place_id"])]
    return stack(balanced[[*keys, "departures", "installations"]], expected)


def _as_places(demand: pd.DataFrame) -> pd.DataFrame:
    return demand.rename(columns={"demand_id": "place_id"})
