"""Pairs of a point and a site: made from a table or a matrix, and narrowed."""

import numpy as np

from msp_siting.problem.location.values import Reach


def reach_of_pairs(count: int, points: np.ndarray, sites: np.ndarray, minutes: np.ndarray) -> Reach:
    """Return the pairs of ``count`` points, given in any order and none twice, in the order of a `Reach`."""
    order = np.lexsort((sites, minutes, points))
    first = np.concatenate([[0], np.cumsum(np.bincount(points, minlength=count))]).astype(np.int64)
    return Reach(first, np.asarray(sites, np.int64)[order], np.asarray(minutes, float)[order])


def reach_of_matrix(minutes: np.ndarray) -> Reach:
    """Return the pairs of a matrix of minutes (n x m); what is not finite is no pair."""
    order = np.argsort(minutes, axis=1, kind="stable")
    there = np.take_along_axis(np.isfinite(minutes), order, axis=1)
    first = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int64)
    return Reach(first, order[there], np.take_along_axis(minutes, order, axis=1)[there].astype(float))


def points_of(reach: Reach) -> np.ndarray:
    """Return the index of the point, by pair."""
    return np.repeat(np.arange(len(reach.first) - 1), np.diff(reach.first))


def narrowed(reach: Reach, cutoff: float | None, sites: np.ndarray) -> Reach:
    """Return the pairs within a cut-off (its end included) whose site is marked (m, bool)."""
    keep = sites[reach.sites]
    if cutoff is not None:
        keep &= reach.minutes <= cutoff
    first = np.concatenate([[0], np.cumsum(keep)])[reach.first]
    return Reach(first, reach.sites[keep], reach.minutes[keep])


def matrix_of(reach: Reach, count: int) -> np.ndarray:
    """Return the minutes as a matrix (n x count of sites), infinite where there is no pair."""
    minutes = np.full((len(reach.first) - 1, count), np.inf)
    minutes[points_of(reach), reach.sites] = reach.minutes
    return minutes
