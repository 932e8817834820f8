"""What posts are worth at prices of visits that lack to the floor of the APL: the part of the bound that is theirs.

Whoever lacks a visit pays its price less what it costs, a site is paid what its posts help: a unit (demand point or
zone) by no more than it can lack. So each unit and each site can be looked at alone, a site at every number of posts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from msp_siting.problem.apl_terms import AplGoal, ZoneApl
from msp_siting.problem.instance import Instance


@dataclass(frozen=True)
class WorthOfPosts:
    """What posts of the goal's profession are worth at prices.

    Attributes
    ----------
    by_site
        Of 0, 1, 2 ... posts at a site, by ``site_id``.
    lost
        What each recruit takes away, as ordinary installations end.
    """

    profession: str
    by_site: Mapping[str, np.ndarray]
    lost: float

    def least_cost(self, site: str, price: float, fewest: int, most: int) -> float:
        """Return the least cost of a team of so many posts at a site, each at a price, less what they are worth."""
        posts = np.arange(fewest, most + 1)
        worth = self.by_site.get(site)
        return float((price * posts - (0.0 if worth is None else worth[posts])).min())


def zones_at_prices(
    asked: ZoneApl | None, prices: Mapping[tuple[str, str], float]
) -> tuple[float, dict[tuple[str, str], float], float]:
    """Return what zones cost at prices of their mean APL, what a post at a site is worth, what a recruit takes away.

    The second by (``site_id``, profession).
    """
    if asked is None:
        return 0.0, {}, 0.0
    price = np.maximum(0.0, np.array([prices.get(key, 0.0) for key in asked.keys], float))
    worth = asked.visits.T @ price
    by_site = {(site, asked.profession): float(each) for site, each in zip(asked.site_ids, worth, strict=True)}
    return float(price @ asked.gaps), by_site, float(price @ asked.drops)


def visits_at_prices(instance: Instance, goal: AplGoal, prices: Mapping[str, float]) -> tuple[float, WorthOfPosts]:
    """Return the least that units cost at prices of visits (below 0 count as 0), and what posts are worth."""
    price = np.maximum(0.0, np.array([prices.get(unit, 0.0) for unit in goal.unit_ids], float))
    most = goal.most_lacks(instance.most_recruited(goal.profession))
    saved = np.minimum(0.0, goal.costs(most) - price[:, np.newaxis])
    lacking = float(price @ goal.gaps + (saved * goal.widths(most)).sum())
    rows = np.repeat(np.arange(len(price)), np.diff(goal.visits.indptr))
    sites, priced = goal.visits.indices, price[rows]
    largest = max((terms.most[goal.profession] for terms in instance.formats.values()), default=0)
    worth = np.zeros((len(goal.site_ids), largest + 1))
    for posts in range(1, largest + 1):
        helped = priced * np.minimum(most[rows], goal.visits.data * posts)
        worth[:, posts] = np.bincount(sites, helped, minlength=len(goal.site_ids))
    by_site = dict(zip(goal.site_ids, worth, strict=True))
    return lacking, WorthOfPosts(goal.profession, by_site, float(price @ goal.drops))
