from pathlib import Path

import pytest

from msp_siting.errors import DataError
from msp_siting.travel.points import read_points_file, read_territory_points


def test_points_of_a_file_are_origins_and_destinations(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("point_id,name,lon,lat\n01004,Ambérieu,5.36,45.96\n")
    points = read_points_file(tmp_path / "p.csv")
    assert points.demand.to_dict("list") == {"point_id": ["01004"], "name": ["Ambérieu"], "lon": [5.36], "lat": [45.96]}
    assert points.places is points.demand


def test_points_of_a_territory_need_no_travel_times(toy_project: Path) -> None:
    folder = toy_project / "data" / "toy"
    (folder / "travel_times.csv").unlink()
    points = read_territory_points(folder)
    assert list(points.demand["point_id"]) == ["a", "b", "c", "d"]
    assert list(points.places["point_id"]) == ["a", "b", "c"]  # sites at a, b, c; supply at b
    assert points.places["lon"].tolist() == [5.0, 5.1, 5.4]


def test_a_place_of_its_own_has_its_coordinates_in_places(toy_project: Path) -> None:
    folder = toy_project / "data" / "toy"
    with (folder / "supply.csv").open("a") as file:
        file.write("clinic,gp,1\n")
    with pytest.raises(DataError, match=r"place 'clinic' has no coordinates; give it a row in places\.csv"):
        read_territory_points(folder)
    (folder / "places.csv").write_text("place_id,name,lon,lat\nclinic,Clinique,5.2,45.1\n")
    assert read_territory_points(folder).places.set_index("point_id").loc["clinic", "lat"] == 45.1
