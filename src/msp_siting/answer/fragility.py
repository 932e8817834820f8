"""Places by what one departure there would leave without room: all of them, from one largest flow."""

from dataclasses import replace

import numpy as np
import pandas as pd

from msp_siting.answer.caveats import has_modelled_times
from msp_siting.problem import Instance, Plan, build_instance
from msp_siting.problem.sharing import losses_of_room, network_of
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory, within_cutoff

MOST_POSTS = 1.0  # that leave at once
LOST = "inhabitants_left_without_room"
SAME_DIGITS = 6  # of amounts that are told as one
COLUMNS = ("place_id", "name", "profession", "practitioners", "posts_leaving", "room_within_reach", LOST, "rank")


def tabulate_fragility(territory: Territory, scenario: Scenario) -> pd.DataFrame:
    """Return a row per place of the territory and profession that practises there: ``fragility.csv``.

    Nobody has retired, whatever the horizon: by place, retirements would tell who is how old. People of the rim count
    as the territory's own. On estimated times the rows are in the order of their ids, without ranks: one place would be
    held against another by minutes that nobody drove.

    Parameters
    ----------
    territory
        At the horizon.
    """
    question = scenario.question.model_copy(update={"horizon_year": None})
    today = build_instance(territory.with_rim, replace(scenario, question=question).without_aims())
    own = set(territory.supply["place_id"])
    ranked = not has_modelled_times(territory)
    tables = [_of_profession(territory, today, name, own, ranked=ranked) for name in today.professions]
    return pd.concat(tables, ignore_index=True).astype({"rank": "Int64"})


def _of_profession(
    territory: Territory, today: Instance, profession: str, own: set[str], *, ranked: bool
) -> pd.DataFrame:
    terms, network = today.professions[profession], network_of(today, profession, Plan.empty())
    posts = pd.Series(terms.existing, dtype=float)
    leaving = posts.reindex(list(network.place_ids)).fillna(0.0).clip(upper=MOST_POSTS).to_numpy()
    lost = pd.Series(losses_of_room(network, terms.capacity * leaving), list(network.place_ids))
    posts = posts[posts.index.isin(own)]
    table = pd.DataFrame(
        {
            "place_id": posts.index.astype("str"),
            "name": territory.place_points["name"].reindex(posts.index).to_numpy(),
            "profession": profession,
            "practitioners": posts.to_numpy(),
            "posts_leaving": posts.clip(upper=MOST_POSTS).to_numpy(),
            "room_within_reach": _room_within_reach(territory, today, profession).reindex(posts.index).to_numpy(),
            LOST: lost.reindex(posts.index).fillna(0.0).round(SAME_DIGITS).to_numpy(),  # nobody reaches some
            "rank": np.nan,
        },
        columns=list(COLUMNS),
    )
    if not ranked:
        return table.sort_values("place_id", ignore_index=True)
    order = [LOST, "room_within_reach"]
    table = table.sort_values([*order, "place_id"], ascending=[False, True, True], ignore_index=True)
    first = ~table[order].round(SAME_DIGITS).duplicated()
    table["rank"] = pd.Series(table.index + 1).where(first).ffill()
    return table


def _room_within_reach(territory: Territory, today: Instance, profession: str) -> pd.Series:
    """Return the room at other places within the cut-off of each place that is a demand point, by ``place_id``."""
    terms = today.professions[profession]
    room = terms.capacity * pd.Series(terms.existing, dtype=float)
    pairs = within_cutoff(territory, terms.cutoff_minutes)
    others = pairs[pairs["demand_id"].ne(pairs["place_id"])]
    there = room.reindex(others["place_id"]).fillna(0.0).to_numpy()
    found = pd.Series(there, others["demand_id"]).groupby(level=0).sum()
    return found.reindex(territory.demand["demand_id"]).fillna(0.0)
