"""What a territory says of plans that are as good: the APL that posts add, and how good a host each place is."""

import pandas as pd
import scipy.sparse as sp

from msp_siting.answer.apl_posts import apl_of_posts
from msp_siting.answer.coverage import posts_by_place
from msp_siting.problem import Instance, Plan, Preference
from msp_siting.scenario import Choice, Scenario
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
    posts = apl_of_posts(territory, apl, instance)
    floor = apl.floor_visits_per_year.value
    is_short = (posts.most_lacks(floor) > 0) & (posts.need > 0)
    is_changed = is_short & ((posts.visits.sum(axis=1) > 0) | (posts.drops > 0))
    gaps = floor - posts.nothing
    return Preference(
        profession=apl.profession,
        gain_share=choice.gain_share.value,
        apl_share=choice.apl_share.value,
        site_ids=posts.site_ids,
        need=posts.need[is_changed],
        gaps=gaps[is_changed],
        visits=sp.csr_array(posts.visits[is_changed]),
        drops=posts.drops[is_changed],
        elsewhere=float((gaps * posts.need)[is_short & ~is_changed].sum()),
        scores=_host_scores(territory, choice, instance, apl.profession),
    )


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
