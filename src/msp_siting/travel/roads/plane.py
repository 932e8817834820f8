"""Mercator's plane, true to scale in every direction about a point: what is nearest on the globe is nearest there."""

import numpy as np

from msp_siting.territory import EARTH_RADIUS_KM

KM_PER_DEGREE = EARTH_RADIUS_KM * np.pi / 180  # of latitude
FARTHEST_LATITUDE = 89.0  # on the plane, where the poles are infinitely far


def on_plane(degrees: np.ndarray) -> np.ndarray:
    """Return longitudes and latitudes, one row each, on the plane."""
    lat = np.radians(np.clip(degrees[:, 1], -FARTHEST_LATITUDE, FARTHEST_LATITUDE))
    return np.column_stack([degrees[:, 0], np.degrees(np.arctanh(np.sin(lat)))])


def in_degrees(plane: np.ndarray) -> np.ndarray:
    """Return rows of the plane as longitudes and latitudes."""
    return np.column_stack([plane[:, 0], np.degrees(np.arcsin(np.tanh(np.radians(plane[:, 1]))))])


def reach(km: float, lat: np.ndarray) -> np.ndarray:
    """Return how far some km are on the plane at latitudes, where they are longest; a little more for roundings."""
    farthest = np.minimum(np.abs(lat) + km / KM_PER_DEGREE, FARTHEST_LATITUDE)
    found: np.ndarray = 1.001 * km / KM_PER_DEGREE / np.cos(np.radians(farthest))
    return found
