"""A territory folder's content from the official files: its tables, its outlines, and what they come from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from msp_siting.errors import DataError, problem
from msp_siting.files import find_parameters
from msp_siting.sources.france import France
from msp_siting.sources.neighbours import find_rim
from msp_siting.sources.placing import commune_outlines, outline_layers, place_communes
from msp_siting.sources.published_flows import published_flows
from msp_siting.sources.selection import Selection
from msp_siting.sources.squares import demand_squares
from msp_siting.sources.tables import (
    FEWEST_INHABITANTS_OF_A_SITE,
    commune_points,
    demand_points,
    demand_table,
    places_table,
    rim_tables,
    sites_table,
    supply_table,
    travel_times,
    zone_table,
)
from msp_siting.sources.zoning import zonings
from msp_siting.travel import Surrogate, read_surrogate


@dataclass(frozen=True)
class Options:
    """How a territory is built.

    Attributes
    ----------
    squares
        Whether demand points are squares of 1 km rather than communes.
    rim
        Whether communes near by are served too.
    local
        Whether sources that cover only a department (car times, centres) are used there.
    horizon_year
        By when GPs leave whose ages are loaded.
    """

    squares: bool = False
    rim: bool = True
    local: bool = True
    horizon_year: int = 2030


@dataclass(frozen=True)
class Built:
    """The content of a territory folder.

    Attributes
    ----------
    tables
        By file name: ``demand.csv``, ``supply.csv``, ``sites.csv``, ``places.csv``, ``zones.csv``,
        ``travel_times.parquet``, the rim's, and ``flows.csv`` where a balance is published.
    layers
        Outlines by layer of ``boundaries.gpkg``; none without a file of polygons.
    kinds
        Kinds of zone.
    times
        Key of the source of travel times; None where they are estimated.
    centres
        Key of the source of coordinates.
    outlines
        Key of the source of outlines, or None.
    without_outline
        Demand points that no outline was found for.
    uncovered
        Keys of sources that are there but hold no department of the territory.
    surrogate
        How times are estimated.
    """

    selection: Selection
    tables: Mapping[str, pd.DataFrame]
    layers: Mapping[str, gpd.GeoDataFrame]
    kinds: tuple[str, ...]
    times: str | None
    centres: str
    outlines: str | None
    surrogate: Surrogate
    without_outline: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = field(default=())


def build_tables(france: France, selection: Selection, options: Options) -> Built:
    """Return the content of a territory's folder.

    Raises
    ------
    DataError
        Where the files do not fit together: places, structures, times, outlines.
    """
    surrogate = read_surrogate(find_parameters("surrogate", Path()))
    inside = pd.Index(selection.commune_ids)
    outlines = france.outlines
    france, filled = place_communes(france, inside, outlines)
    local = _local_sources(france, inside) if options.local else {}
    centres = local.get("centres")
    polygons = commune_outlines(france, centres, outlines, inside)
    if centres is not None and polygons is not None:
        moved = polygons[["lon", "lat"]].combine_first(france.communes[["lon", "lat"]])
        france = replace(france, communes=france.communes.assign(lon=moved["lon"], lat=moved["lat"]))
    communes = france.communes.loc[inside]
    rim = find_rim(commune_points(france.communes), inside, surrogate)
    zones = zonings(france, inside)
    demand = demand_table(france, communes, rim.border, zones.of_commune)
    sites = _some_sites(france, communes, selection)
    kinds = list(zones.kinds)
    if options.squares:
        demand = _squares(france, demand)
        kinds.append("commune")
    homes, places = demand_points(demand), commune_points(communes)
    times_key = None if options.squares else local.get("times")
    tables = {
        "demand.csv": demand,
        "supply.csv": supply_table(france, inside, options.horizon_year),
        "sites.csv": sites,
        "places.csv": places_table(france, communes),
        "zones.csv": zone_table(zones.table, communes, kinds),
        "travel_times.parquet": travel_times(france, times_key, homes, places, surrogate),
    }
    if options.rim and len(rim.first):
        around = rim.first.union(rim.second)
        tables["rim_supply.csv"] = supply_table(france, around, options.horizon_year)
        tables |= rim_tables(france, around, homes, places, surrogate)
    served = pd.concat([table["department_id"] for name, table in tables.items() if name.endswith("demand.csv")])
    flows = published_flows(set(served))
    if len(flows):
        tables["flows.csv"] = flows
    layers, without_outline = outline_layers(polygons, demand, kinds, filled)
    departments = set(communes["department_id"])
    return Built(
        selection=selection,
        tables=tables,
        layers=layers,
        kinds=tuple(kinds),
        times=times_key,
        centres=centres or "communes",
        outlines=None if polygons is None else centres or "polygons",
        surrogate=surrogate,
        without_outline=without_outline,
        uncovered=tuple(_without_rows(france, departments)),
    )


def _some_sites(france: France, communes: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """Return ``sites``, refusing a territory without any."""
    sites = sites_table(france, communes)
    if sites.empty:
        raise DataError(
            problem(
                "no commune of at least {fewest} inhabitants and no existing MSP, so no site; take in more communes",
                fewest=FEWEST_INHABITANTS_OF_A_SITE,
            ).at(selection.title["en"])
        )
    return sites


def _squares(france: France, demand: pd.DataFrame) -> pd.DataFrame:
    """Return ``demand`` by squares in place of communes."""
    if "squares" not in france.files:
        entry = france.entry("squares")
        raise DataError(
            problem(
                "{file} is missing; published by {publisher}, {page}",
                file=entry.files[0],
                publisher=entry.publisher,
                page=entry.page,
            ).at("--squares")
        )
    counted = [name for name in demand.columns if name.startswith("inhabitants_")]
    return demand_squares(france, demand, counted)


def _without_rows(france: France, departments: set[str]) -> Iterator[str]:
    """Yield keys of sources that are there and say nothing of some departments, themselves or by another source."""
    if not _covers(france, "finess", departments):
        yield "finess"
    if not _covers(france, "diabetes", departments) and "diabetes_standardised" not in france.tables:
        yield "diabetes"
    if not _covers(france, "drees_apl_others", departments):
        yield "drees_apl_others"


def _covers(france: France, key: str, departments: set[str]) -> bool:
    """Return whether a source is absent, or has a row of one of some departments."""
    if key not in france.tables:
        return True
    table, covered = france.tables[key], france.files[key].departments
    if covered is not None:
        return not covered.isdisjoint(departments)
    rows = table["department_id"] if "department_id" in table.columns else table["commune_id"].str[:2]
    return bool(rows.isin(departments).any())


def _local_sources(france: France, commune_ids: pd.Index) -> dict[str, str]:
    """Return keys of the sources that cover the whole territory better than the national ones, by what they give."""
    departments = set(france.communes.loc[commune_ids, "department_id"])
    return {
        entry.local.gives: key
        for key, entry in france.catalogue.sources.items()
        if entry.local is not None and key in france.paths and departments <= set(entry.local.departments)
    }
