"""Travel times estimated from crow-fly distance, for territories without roads."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from msp_siting.errors import RoadsError, problem
from msp_siting.files import NotNegative, Parameter, Positive, Share, Strict, Text, read_record, read_yaml
from msp_siting.language import Fact
from msp_siting.territory import EARTH_RADIUS_KM, crow_fly_km, island_of
from msp_siting.travel.pairs import od_table
from msp_siting.travel.roads import unit_vectors

BLOCK_PAIRS = 2_000_000  # pairs held at once before those out of reach are left out
TREE_SLACK = 1e-6  # share by which the tree searches further than wanted, so that no pair is lost to rounding
OLD_FORM = "intercept_minutes"  # at the top of a file: one line for all trips, with a mean error only


class Line(Strict):
    """Minutes by crow-fly km: from an intercept, a slope up to the knot and another beyond it."""

    intercept_minutes: Parameter[NotNegative]
    near_minutes_per_km: Parameter[Positive]
    far_minutes_per_km: Parameter[Positive]

    def minutes(self, km: np.ndarray, knot_km: float) -> np.ndarray:
        """Return the minutes of so many km."""
        near, far = np.minimum(km, knot_km), np.maximum(km - knot_km, 0.0)
        slopes = self.near_minutes_per_km.value, self.far_minutes_per_km.value
        return np.asarray(self.intercept_minutes.value + slopes[0] * near + slopes[1] * far)

    def reach_km(self, minutes: float, knot_km: float) -> float:
        """Return how far one gets in so many minutes; below 0 if nowhere."""
        near = (minutes - self.intercept_minutes.value) / self.near_minutes_per_km.value
        beyond = (near - knot_km) * self.near_minutes_per_km.value / self.far_minutes_per_km.value
        return near if near <= knot_km else knot_km + beyond


class Errors(Strict):
    """How far estimated minutes are from those of roads, on pairs that the fit has not seen, under 20 km.

    The bias is above 0 where the estimates are too long; a pair is on the wrong side of some minutes where its estimate
    is within them and its time is not, or the other way round.
    """

    mean_error_minutes: Parameter[NotNegative]
    bias_minutes: Parameter[float]
    wrong_side_of_10_minutes_share: Parameter[Share]
    wrong_side_of_15_minutes_share: Parameter[Share]
    wrong_side_of_20_minutes_share: Parameter[Share]

    @property
    def told(self) -> Fact:
        """What there is to say of them."""
        return Fact(
            "times_errors",
            {
                "error": self.mean_error_minutes.value,
                "bias": self.bias_minutes.value,
                "wrong_10": self.wrong_side_of_10_minutes_share.value,
                "wrong_15": self.wrong_side_of_15_minutes_share.value,
                "wrong_20": self.wrong_side_of_20_minutes_share.value,
            },
        )


class AplErrors(Strict):
    """How far the APL on estimated times is from that on road times: mean gap, as a share of the latter."""

    commune_share: Parameter[Share]
    zone_share: Parameter[Share]
    territory_share: Parameter[Share]


class Surrogate(Strict):
    """From crow-fly km to minutes: a line for the plain and one for mountains, how far they hold, how well they fit.

    Attributes
    ----------
    plain, mountain
        A trip is one in mountains where both its ends lie in a massif; any other takes the line of the plain.
    errors
        On pairs of the plain, on pairs in mountains, and in another region than that of the fit.
    """

    name: str
    title: Text
    plain: Line
    mountain: Line
    knot_km: Parameter[Positive]
    longest_km: Parameter[Positive]
    plain_errors: Errors
    mountain_errors: Errors
    elsewhere_errors: Errors
    apl_errors: AplErrors

    def minutes(self, km: np.ndarray, in_mountains: np.ndarray) -> np.ndarray:
        """Return the minutes of trips of so many km, which are in mountains or not."""
        knot = self.knot_km.value
        return np.where(in_mountains, self.mountain.minutes(km, knot), self.plain.minutes(km, knot))

    def reach_km(self, cutoff_minutes: float) -> float:
        """Return how far a trip within a cut-off can lead; below 0 if nowhere."""
        knot = self.knot_km.value
        reach = max(line.reach_km(cutoff_minutes, knot) for line in (self.plain, self.mountain))
        return min(self.longest_km.value, reach)

    def label(self, key: str) -> Fact:
        """Return a label of the catalogues with the mean errors put in."""
        errors = {"plain": self.plain_errors, "mountain": self.mountain_errors}
        return Fact(key, {name: one.mean_error_minutes.value for name, one in errors.items()})

    def accuracy(self) -> Fact:
        """Return how good the times are, and the APL that rests on them."""
        apl = self.apl_errors
        return Fact(
            "times_accuracy",
            {
                "plain": self.plain_errors.told,
                "mountain": self.mountain_errors.told,
                "elsewhere": self.elsewhere_errors.told,
                "zone": apl.zone_share.value,
                "commune": apl.commune_share.value,
                "territory": apl.territory_share.value,
            },
        )


def read_surrogate(path: Path) -> Surrogate:
    """Return the lines a file declares.

    Raises
    ------
    RoadsError
        With every problem of the file; for one of an earlier form (one line for all trips), what to do.
    """
    if OLD_FORM in read_yaml(path, RoadsError):
        old = problem(
            "is of an earlier form, one line for all trips; put its values under plain and mountain, as in the "
            "models/parameters/surrogate.yaml that msp-siting new writes"
        )
        raise RoadsError(old.at(path))
    return read_record(path, Surrogate, RoadsError, [*Line.model_fields, *Errors.model_fields, *Parameter.model_fields])


def surrogate_times(
    demand: pd.DataFrame, places: pd.DataFrame, parameters: Surrogate, cutoff_minutes: float
) -> pd.DataFrame:
    """Return minutes by crow-fly km for the pairs within reach.

    A demand point and the place of the same id are 0 minutes apart, wherever they are. No pair crosses between an
    island that no road reaches and anywhere else.

    Parameters
    ----------
    demand, places
        One row per point: ``point_id``, ``lon``, ``lat`` (degrees); where known, ``massif`` (empty: in the plain) and
        ``commune_id``. Without a column ``massif`` all lie in the plain.
    parameters
        The lines; a pair further apart than their longest km (that distance is within) has no time.
    cutoff_minutes
        The longest time (the cut-off is within).

    Returns
    -------
    One row per pair: ``demand_id``, ``place_id``, ``minutes`` to 4 decimals, sorted by both ids.
    """
    own = pd.Index(places["point_id"]).get_indexer(demand["point_id"])  # -1 where no place has the id
    at_home = np.flatnonzero(own >= 0)
    blocks = [(at_home, own[at_home], np.zeros(len(at_home)))]
    (begins, ends), (begins_high, ends_high) = (
        [what(points) for points in (demand, places)] for what in (_islands, in_massif)
    )
    for home, care, km in _near_pairs(demand, places, parameters.reach_km(cutoff_minutes)):
        minutes = parameters.minutes(km, begins_high[home] & ends_high[care])
        kept = (km <= parameters.longest_km.value) & (minutes <= cutoff_minutes) & (own[home] != care)
        kept &= begins[home] == ends[care]
        blocks.append((home[kept], care[kept], minutes[kept]))
    home, care, minutes = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return od_table(demand, places, home, care, minutes, cutoff_minutes)


def _islands(points: pd.DataFrame) -> np.ndarray:
    return np.asarray(island_of(points), dtype=object)


def in_massif(points: pd.DataFrame) -> np.ndarray:
    """Return which points lie in a massif: those that have the name of one."""
    if "massif" not in points.columns:
        return np.zeros(len(points), dtype=bool)
    return np.asarray(points["massif"].fillna("").ne(""), dtype=bool)


def _near_pairs(
    demand: pd.DataFrame, places: pd.DataFrame, reach_km: float
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield positions and crow-fly km of all pairs about ``reach_km`` apart at most, block by block."""
    if reach_km < 0 or demand.empty or places.empty:
        return
    chord = 2 * np.sin(min(reach_km / EARTH_RADIUS_KM, np.pi) / 2) * (1 + TREE_SLACK)
    tree, spots = cKDTree(unit_vectors(places)), unit_vectors(demand)
    begins, ends = (points[["lon", "lat"]].to_numpy(float).T for points in (demand, places))
    size = max(1, BLOCK_PAIRS // len(places))
    for begin in range(0, len(demand), size):
        block = cKDTree(spots[begin : begin + size])
        pairs = block.sparse_distance_matrix(tree, chord + TREE_SLACK / EARTH_RADIUS_KM, output_type="ndarray")
        home, care = pairs["i"] + begin, pairs["j"]
        yield home, care, crow_fly_km(*begins[:, home], *ends[:, care])
