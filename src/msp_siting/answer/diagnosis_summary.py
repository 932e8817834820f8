"""The figures of a diagnosis that summary.json holds, and its caveats."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pandas as pd

from msp_siting.answer.at_horizon import horizon_caveats, trend_figures
from msp_siting.answer.caveats import has_modelled_times, territory_caveats
from msp_siting.answer.closing import summarise_closing
from msp_siting.answer.diagnosis import (
    GROUP_PREFIX,
    OFFICIAL_COLUMNS,
    OFFICIAL_FTE,
    TODAY,
    Diagnosis,
    below_column,
    zones_by_id,
)
from msp_siting.answer.diagnosis_zonings import invalid_zonings, valid_zones, zoning_kind
from msp_siting.answer.summary import PACKAGES
from msp_siting.language import Fact
from msp_siting.territory import GP_STATUSES, WHOLE, Territory


def summarise_diagnosis(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the keys of ``summary.json`` but for caveats in words, times and memory; None without a value."""
    scenario, territory = diagnosis.scenario, diagnosis.territory
    apl = scenario.model.apl
    by_profession = {name: diagnosis.whole(name) for name in scenario.model.professions}
    lead = by_profession[apl.profession]
    border = _flagged(diagnosis, "border")
    seasonal = _flagged(diagnosis, "seasonal")

    def each(column: str) -> dict[str, float | None] | None:
        values = {name: _known(figures[column]) for name, figures in by_profession.items()}
        return None if all(value is None for value in values.values()) else values

    return {
        "territory": territory.manifest.name,
        "model": scenario.model.name,
        "horizon_year": scenario.question.horizon_year,
        "inhabitants": _known(lead["inhabitants"]),
        "need": each("need"),
        "practitioners": each("practitioners"),
        "practitioners_per_10000_inhabitants": each("practitioners_per_10000_inhabitants"),
        "departing_fte": each("departing_fte"),
        "departing_share": each("departing_share"),
        "uncovered": each("uncovered"),
        TODAY: None if diagnosis.today is None else each(TODAY),
        "trend": None
        if diagnosis.today is None
        else {name: trend_figures(territory, name) for name in scenario.model.professions},
        "shortage": each("shortage"),
        "distance": each("distance"),
        "nearest_minutes": each("nearest_minutes"),
        "beyond_20_minutes": _known(lead["beyond_20_minutes"]),
        "apl_floor_visits_per_year": apl.floor_visits_per_year.value,
        "apl_mean": _known(lead["apl"]),
        "apl_mean_official": _known(lead["apl_official"]),
        "apl_mean_under_65_official": _known(lead["apl_under_65_official"]),
        OFFICIAL_FTE: each(OFFICIAL_FTE),
        **{below_column(name): _known(lead[below_column(name)]) for name in ("apl", *OFFICIAL_COLUMNS)},
        "apl_official_known_of_inhabitants": _known(lead["apl_official_known_of_inhabitants"]),
        "apl_under_65_official_known_of_inhabitants": _known(lead["apl_under_65_official_known_of_inhabitants"]),
        "apl_correlation_with_official": _correlation(diagnosis),
        "visits_per_gp_per_year": diagnosis.visits_per_gp_per_year,
        "groups": {group: _group_figures(group, lead) for group in diagnosis.groups},
        "existing_structures": _known(lead["existing_structures"]),
        "gps_since_2021": _gps_since_2021(territory, apl.profession),
        "inhabitants_by_zoning_status": _zoning_figures(diagnosis),
        "zoning_on": diagnosis.on.isoformat(),
        "invalid_zonings": [fact.record() for fact in invalid_zonings(diagnosis)],
        "border_points": None if border is None else len(border),
        "border_inhabitants": None if border is None else float(border["inhabitants"].sum()),
        "seasonal_points": None if seasonal is None else len(seasonal),
        "seasonal_inhabitants": None if seasonal is None else float(seasonal["inhabitants"].sum()),
        "without": None if diagnosis.closed is None else summarise_closing(diagnosis.closed),
        "seed": scenario.question.solve.seed,
        "versions": {name: version(name) for name in PACKAGES},
        "input_sha256": scenario.sha256(territory.sha256),
        "caveat_facts": [fact.record() for fact in diagnosis_caveats(diagnosis)],
    }


def diagnosis_caveats(diagnosis: Diagnosis) -> Iterator[Fact]:
    """Yield what a reader must be told with any figure of the diagnosis."""
    territory, apl = diagnosis.territory, diagnosis.scenario.model.apl
    own = [Fact("caveat_best_case"), *([Fact("caveat_groups")] if diagnosis.groups else [])]
    yield from territory_caveats(territory, diagnosis.scenario, own, wants_departures=True)
    yield from horizon_caveats(territory, diagnosis.scenario)
    if has_modelled_times(territory) and not diagnosis.fragility.empty:
        yield Fact("caveat_fragility_unranked")
    seasonal = _flagged(diagnosis, "seasonal")
    if seasonal is not None and len(seasonal):
        values = {
            "points": len(seasonal),
            "share": float(seasonal["inhabitants"].sum() / territory.demand["inhabitants"].sum()),
            "visits": apl.seasonal_flag_visits_per_year.value,
            "most": apl.seasonal_flag_inhabitants_most.value,
        }
        yield Fact("caveat_seasonal", values)
    lead = diagnosis.whole(apl.profession)
    known, people = (float(lead[name]) for name in ("apl_official_known_of_inhabitants", "inhabitants"))
    if 0 < known < people:
        yield Fact("caveat_official_apl_partly_known", {"known": known, "people": people})
    if known == 0:
        yield Fact("caveat_no_official_apl")
    lost = territory.supply[~territory.supply["place_id"].isin(_places_in_zones(territory))]
    if territory.zone_kinds and len(lost):
        yield Fact("caveat_places_without_zone", {"places": int(lost["place_id"].nunique())})


def _places_in_zones(territory: Territory) -> pd.Index:
    """Return the places that lie in some zone."""
    zones = zones_by_id(territory)[1].drop(columns=WHOLE)
    return zones.index[zones.notna().any(axis="columns")]


def _flagged(diagnosis: Diagnosis, flag: str) -> pd.DataFrame | None:
    """Return the demand points with a flag, one row each; None where it is not known of any."""
    points = diagnosis.points[diagnosis.points["profession"].eq(diagnosis.scenario.model.apl.profession)]
    return None if points[flag].isna().all() else points[points[flag].eq(True)]  # noqa: FBT003 - a value of the column


def _group_figures(group: str, lead: dict[str, Any]) -> dict[str, float | None]:
    column = GROUP_PREFIX + group
    figures = {"inhabitants": lead[column]}
    figures |= {name.removeprefix(f"{column}_"): value for name, value in lead.items() if name.startswith(f"{column}_")}
    return {name: _known(value) for name, value in figures.items()}


def _zoning_figures(diagnosis: Diagnosis) -> dict[str, float] | None:
    """Return inhabitants by status of the first kind of zone that has any; None without zoning that is valid."""
    kind = zoning_kind(diagnosis)
    valid = set() if kind is None else valid_zones(diagnosis, kind)
    if not valid:
        return None
    lead = diagnosis.scenario.model.apl.profession
    rows = diagnosis.zones[diagnosis.zones["kind"].eq(kind) & diagnosis.zones["profession"].eq(lead)]
    rows = rows[rows["zone_id"].isin(valid)]
    sums = rows.groupby("status")["inhabitants"].sum()
    return {status: float(sums.get(status, 0.0)) for status in GP_STATUSES}


def _gps_since_2021(territory: Territory, profession: str) -> dict[str, float] | None:
    """Return where GPs practised in 2021 and none does, and the reverse; None where the places of 2021 are not known.

    Places of practice are compared, so it is a net change: one may have left and another come.
    """
    if "gps_2021" not in territory.places.columns:
        return None
    supply, demand = territory.supply, territory.demand
    before = territory.places.set_index("place_id")["gps_2021"].dropna()
    posts = supply[supply["profession"].eq(profession)].groupby("place_id")["practitioners"].sum()
    today = posts.reindex(before.index).fillna(0.0)
    lost, gained = before.gt(0) & today.eq(0), before.eq(0) & today.gt(0)
    return {
        "places_that_lost_their_last": int(lost.sum()),
        "inhabitants_there": float(demand.loc[territory.communes.isin(before.index[lost]), "inhabitants"].sum()),
        "places_that_gained_a_first": int(gained.sum()),
    }


def _correlation(diagnosis: Diagnosis) -> float | None:
    points = diagnosis.points[diagnosis.points["profession"].eq(diagnosis.scenario.model.apl.profession)]
    known = points[["apl", "apl_official"]].dropna()
    spread = known.std(ddof=0).min() if len(known) else 0.0
    return float(known["apl"].corr(known["apl_official"])) if spread > 0 else None


def _known(value: Any) -> float | None:  # noqa: ANN401 - a cell
    return None if pd.isna(value) else float(value)
