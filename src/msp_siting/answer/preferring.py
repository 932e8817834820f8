"""What a territory says of plans that are as good: the APL that posts add, and how good a host each place is."""

import pandas as pd
import scipy.sparse as sp

from msp_siting.answer.apl import apl_by_point, decayed_times, need, visits_per_gp
from msp_siting.answer.coverage import posts_by_place
from msp_siting.problem import Instance, Plan, Preference
from msp_siting.scenario import Apl, Choice, Scenario
from msp_siting.territory import Territory, status_of_places


def preference_of(territory: Territory, scenario: Scenario, instance: Instance) -> Preference | None:
    """Return the terms of the choice; None where the model asks for none.

    Parameters
    ----------
    territory
        At the horizon.
    """
    choice, apl = scenario.model.choice, scenario.model.apl
    if choice is None or choice.gain_share.value <= 0:
        return None
    per_gp = visits_per_gp(territory, apl)
    today = apl_by_point(territory, apl, posts_by_place(instance, apl.profession, Plan.empty()), per_gp)
    floor = apl.floor_visits_per_year.value
    gaps, weights = floor - today, need(territory, apl.profession)
    drops, most = _drops_of_a_recruit(territory, apl, instance, per_gp)
    visits = _visits_of_a_post(territory, apl, instance, per_gp)
    points = [point for point in gaps.index[(gaps + drops * most).gt(0)] if weights[point] > 0]
    rows = visits.reindex(index=points).fillna(0.0)
    is_changed = rows.gt(0).any(axis="columns").to_numpy() | drops[points].gt(0).to_numpy()
    elsewhere = float((gaps[points] * weights[points]).to_numpy()[~is_changed].sum())
    own = rows[is_changed]
    return Preference(
        profession=apl.profession,
        gain_share=choice.gain_share.value,
        apl_share=choice.apl_share.value,
        site_ids=tuple(own.columns),
        need=weights[own.index].to_numpy(float),
        gaps=gaps[own.index].to_numpy(float),
        visits=sp.csr_array(own.to_numpy(float)),
        drops=drops[own.index].to_numpy(float),
        elsewhere=elsewhere,
        scores=_host_scores(territory, choice, instance, apl.profession),
    )


def _visits_of_a_post(territory: Territory, apl: Apl, instance: Instance, per_gp: float) -> pd.DataFrame:
    """Return the visits that a post at each site adds, one row per demand point, one column per site."""
    times, pressure = decayed_times(territory, apl)
    own = times[
        times["demand_id"].isin(territory.demand["demand_id"]) & times["place_id"].isin(instance.sites.values())
    ]
    added = own["decay"] * per_gp / own["place_id"].map(pressure).astype(float)
    table = own.assign(added=added).pivot_table(index="demand_id", columns="place_id", values="added", fill_value=0.0)
    places = pd.Series(instance.sites)
    by_site = table.reindex(columns=places.to_numpy(), fill_value=0.0)
    return by_site.set_axis(places.index, axis="columns")


def _drops_of_a_recruit(territory: Territory, apl: Apl, instance: Instance, per_gp: float) -> tuple[pd.Series, float]:
    """Return the visits that each demand point loses with each recruit, and the most recruits who are drawn."""
    terms = instance.professions[apl.profession]
    none = pd.Series(0.0, index=territory.demand["demand_id"])
    if not terms.is_drawn:
        return none, 0.0
    lost = apl_by_point(territory, apl, pd.Series(terms.drawn_posts), per_gp)
    return lost.reindex(none.index).fillna(0.0), terms.most_drawing


def _host_scores(territory: Territory, choice: Choice, instance: Instance, profession: str) -> dict[str, float]:
    """Return the points of each site's host commune."""
    people = territory.demand.set_index("demand_id")["inhabitants"]
    gps = posts_by_place(instance, profession, Plan.empty())
    places = territory.places.set_index("place_id")
    levels = places["centre_level"] if "centre_level" in places.columns else pd.Series(dtype=str)
    # A zoning that has an end counts for nothing: a house outlives it.
    statuses = status_of_places(territory, profession)
    zoning = {place: each.status for place, each in statuses.items() if each.valid_until is None}
    scores = {}
    for site, place in instance.sites.items():
        inhabitants = min(float(people.get(place, 0.0)) / choice.host_inhabitants_most.value, 1.0)
        present = min(float(gps.get(place, 0.0)) / choice.host_gps_most.value, 1.0)
        scores[site] = (
            choice.host_inhabitants_weight.value * inhabitants
            + choice.host_gps_weight.value * present
            + choice.host_centre_points.value.get(str(levels.get(place, "")), 0.0)
            + choice.host_zoning_points.value.get(zoning.get(place, ""), 0.0)
        )
    return scores
