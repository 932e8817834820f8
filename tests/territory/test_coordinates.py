"""Points against the area of use of a projection: Lambert-93 is for lon -9.86 to 10.38 and lat 41.15 to 51.56."""

from pathlib import Path

import pandas as pd
import pytest

from msp_siting.territory.coordinates import check_projection, misplaced

ADVICE = "correct them, or crs in the manifest"
REUNION = "EPSG:2975 is for lon 54 to 58.24 and lat -24.72 to -18.28"


def found(crs: str, *spots: tuple[float, float]) -> list[str]:
    points = pd.DataFrame(spots, columns=["lon", "lat"])
    return list(misplaced(Path("demand.csv"), points, crs))


def test_points_where_they_can_be() -> None:
    assert found("EPSG:2154", (5.0, 45.0), (-4.8, 48.4), (9.5, 42.0), (11.3, 40.2)) == []  # a degree outside is within
    assert found("EPSG:2975", (55.5, -21.1)) == []  # Réunion
    assert found("EPSG:5490", (-61.0, 14.6)) == []  # Martinique
    assert found("EPSG:3832", (178.0, -17.0), (-178.0, -17.0)) == []  # across the line of 180 degrees
    assert found("EPSG:4326", (5.0, 45.0), (45.0, 5.0), (-180.0, -90.0)) == []  # used everywhere
    assert found("+proj=lcc +lat_1=49 +lat_2=44 +lat_0=46 +lon_0=3 +units=m", (45.0, 5.0)) == []  # nobody knows where


def test_points_exchanged_and_points_far_away_are_told_apart() -> None:
    where = "EPSG:2154 is for lon -9.86 to 10.38 and lat 41.15 to 51.56"
    assert found("EPSG:2154", (5.0, 45.0), (45.0, 5.0), (5.0, 39.0), (44.0, 6.0)) == [
        f"demand.csv: row 3: lon 45 and lat 5 (rows like this: 2) look swapped: {where}",
        f"demand.csv: row 4: lon 5 and lat 39 (rows like this: 1) are far from where they can be: {where}; {ADVICE}",
    ]
    assert found("EPSG:2975", (-21.1, 55.5)) == [
        f"demand.csv: row 2: lon -21.1 and lat 55.5 (rows like this: 1) look swapped: {REUNION}"
    ]


@pytest.mark.parametrize("crs", ["EPSG:2154", "epsg:2154", "IGNF:LAMB93", "EPSG:4326", "EPSG:3857"])
def test_projections(crs: str) -> None:
    check_projection(crs)


@pytest.mark.parametrize(
    ("crs", "expected"),
    [
        ("", "no such projection ''; write a code such as EPSG:2154"),
        ("Lambert", "no such projection 'Lambert'; write a code such as EPSG:2154"),
        ("+init=epsg:2154", "no such projection '+init=epsg:2154'; write a code such as EPSG:2154"),
        ("EPSG:5720", "'EPSG:5720' is no projection of longitude and latitude; write a code such as EPSG:2154"),
        ("EPSG:4978", "'EPSG:4978' is no projection of longitude and latitude; write a code such as EPSG:2154"),
    ],
)
def test_what_is_no_projection_is_refused(crs: str, expected: str) -> None:
    with pytest.raises(ValueError, match="projection") as caught:
        check_projection(crs)
    assert str(caught.value) == expected
