"""Points that the same sites reach are one: exactly merged, what they weigh and their number kept."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from msp_siting.problem.location import Reach, points_of


@dataclass(frozen=True, eq=False)
class Classes:
    """Points by the set of sites that reach them.

    Attributes
    ----------
    rows
        1 where a site reaches the points of a class (k x m).
    weights, counts
        What the points of a class weigh, and how many they are (k).
    """

    rows: sp.csr_array
    weights: np.ndarray
    counts: np.ndarray


def merge(reach: Reach, sites: int, weights: np.ndarray, among: np.ndarray | None = None) -> Classes:
    """Return the classes of points that at least one site reaches, of some of them (n, bool) or all."""
    indices = reach.sites
    rows = sp.csr_array((np.ones(len(indices)), indices.copy(), reach.first.copy()), shape=(len(weights), sites))
    rows.sort_indices()
    kept = np.diff(reach.first) > 0
    if among is not None:
        kept &= among
    rows, weights = sp.csr_array(rows[kept]), weights[kept]
    return merge_rows(rows, weights, np.ones(len(weights)))


def merge_rows(rows: sp.csr_array, weights: np.ndarray, counts: np.ndarray) -> Classes:
    """Return rows with equal sites (sorted within a row) as one, weights and counts summed."""
    if not rows.shape[0]:
        return Classes(rows, weights, counts)
    lengths = np.diff(rows.indptr)
    marks = np.random.default_rng(1).integers(1, 2**63, size=(rows.shape[1], 2), dtype=np.uint64)
    sums = [np.concatenate([[np.uint64(0)], np.cumsum(marks[rows.indices, at])]) for at in (0, 1)]
    keys = np.stack([each[rows.indptr[1:]] - each[rows.indptr[:-1]] for each in sums], axis=1)
    order = np.lexsort((keys[:, 1], keys[:, 0]))
    is_new = np.concatenate([[True], (keys[order][1:] != keys[order][:-1]).any(axis=1)])
    class_of = np.empty(len(order), np.int64)
    class_of[order] = np.cumsum(is_new) - 1
    first = order[is_new]
    if not _are_equal(rows, lengths, first[class_of]):  # two sets with one pair of sums: told apart one by one
        names = [rows.indices[rows.indptr[i] : rows.indptr[i + 1]].tobytes() for i in range(rows.shape[0])]
        _, first, class_of = np.unique(np.array(names, object), return_index=True, return_inverse=True)
    size = len(first)
    return Classes(
        sp.csr_array(rows[first]),
        np.bincount(class_of, weights, minlength=size),
        np.bincount(class_of, counts, minlength=size),
    )


def _are_equal(rows: sp.csr_array, lengths: np.ndarray, others: np.ndarray) -> bool:
    """Return whether each row has the sites of another."""
    if not np.array_equal(lengths, lengths[others]):
        return False
    within = np.arange(len(rows.indices)) - np.repeat(rows.indptr[:-1], lengths)
    return bool(np.array_equal(rows.indices, rows.indices[np.repeat(rows.indptr[:-1][others], lengths) + within]))


def reached_by(reach: Reach, sites: np.ndarray, often: int = 1) -> np.ndarray:
    """Return which points at least so many of the marked sites reach (n, bool)."""
    near = sites[reach.sites]
    return np.bincount(points_of(reach)[near], minlength=len(reach.first) - 1) >= often
