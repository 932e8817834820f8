from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from msp_siting.errors import RoadsError
from msp_siting.travel.matrices import od_table, read_matrix, speed_problem

# On the equator, 0.1 degrees apart: 11.12 km from a to b and from b to 01004.
#     a ---- b ---- 01004
POINTS = pd.DataFrame({"point_id": ["a", "b", "01004"], "lon": [0.0, 0.1, 0.2], "lat": [0.0, 0.0, 0.0]})
SPEED = "km/h as the crow flies between points more than 5 km apart, expected 10 to 130"
WIDE = """\
id,a,b,01004
a,0,600,1200
b,660,0,600
01004,1260,720,0
"""
LONG = """\
demand_id,place_id,minutes
b,a,11
a,a,0
a,b,10
b,b,0
01004,01004,0
a,01004,20.1
"""


def read(file: Path, text: str, **choices: Any) -> pd.DataFrame:  # noqa: ANN401 - keywords of what is tested
    file.write_text(text, encoding="utf-8")
    stated = {"layout": "wide", "unit": "seconds", "origins": "rows", "cutoff_minutes": 20.0}
    demand, places = choices.pop("demand", POINTS), choices.pop("places", POINTS)
    return read_matrix(file, demand, places, **{**stated, **choices})


def rows(table: pd.DataFrame) -> list[tuple[str, str, float]]:
    assert list(table.columns) == ["demand_id", "place_id", "minutes"]
    assert list(table.index) == list(range(len(table)))
    return [tuple(row) for row in table.to_numpy().tolist()]


def problems(tmp_path: Path, text: str, **choices: Any) -> list[str]:  # noqa: ANN401 - as above
    file = tmp_path / "matrix.csv"
    with pytest.raises(RoadsError) as caught:
        read(file, text, **choices)
    assert all(problem.startswith(f"{file}: ") for problem in caught.value.problems)
    return [problem.removeprefix(f"{file}: ") for problem in caught.value.problems]


def test_wide_with_origins_in_rows_sorted_and_cut_off(tmp_path: Path) -> None:
    assert rows(read(tmp_path / "matrix.csv", WIDE)) == [
        ("01004", "01004", 0.0),
        ("01004", "b", 12.0),  # 01004 to a takes 21 minutes
        ("a", "01004", 20.0),  # the cut-off itself is within
        ("a", "a", 0.0),
        ("a", "b", 10.0),
        ("b", "01004", 10.0),
        ("b", "a", 11.0),
        ("b", "b", 0.0),
    ]


def test_wide_with_origins_in_columns_is_the_transpose(tmp_path: Path) -> None:
    assert rows(read(tmp_path / "matrix.csv", WIDE, origins="columns", cutoff_minutes=11.0)) == [
        ("01004", "01004", 0.0),
        ("01004", "b", 10.0),
        ("a", "a", 0.0),
        ("a", "b", 11.0),
        ("b", "a", 10.0),
        ("b", "b", 0.0),
    ]


def test_long_leaves_absent_pairs_unreachable(tmp_path: Path) -> None:
    table = read(tmp_path / "matrix.csv", LONG, layout="long", unit="minutes")
    assert rows(table) == [
        ("01004", "01004", 0.0),
        ("a", "a", 0.0),
        ("a", "b", 10.0),
        ("b", "a", 11.0),
        ("b", "b", 0.0),
    ]


def test_long_in_seconds_is_kept_to_four_decimals(tmp_path: Path) -> None:
    text = "demand_id,place_id,seconds\na,b,700\n"
    table = read(tmp_path / "matrix.csv", text, layout="long", demand=POINTS[:1], places=POINTS[1:2])
    assert rows(table) == [("a", "b", 11.6667)]


def test_trips_that_nobody_asks_for_are_left_out(tmp_path: Path) -> None:
    table = read(tmp_path / "matrix.csv", WIDE, demand=POINTS[:2], places=POINTS[2:])
    assert rows(table) == [("a", "01004", 20.0), ("b", "01004", 10.0)]


def test_the_first_column_of_a_wide_matrix_may_have_any_name_or_none(tmp_path: Path) -> None:
    expected = rows(read(tmp_path / "matrix.csv", WIDE))
    for name in ("", "place_id", '"commune, code"'):
        assert rows(read(tmp_path / "matrix.csv", WIDE.replace("id,", f"{name},", 1))) == expected


@pytest.mark.parametrize(("separator", "comma"), [(";", ","), (";", "."), ("\t", ","), ("\t", ".")])
def test_other_separators_and_decimal_commas_are_read(tmp_path: Path, separator: str, comma: str) -> None:
    expected = rows(read(tmp_path / "matrix.csv", WIDE))
    text = WIDE.replace("600", "600.0").replace(",", separator).replace(".", comma)
    assert rows(read(tmp_path / "matrix.csv", text)) == expected


@pytest.mark.parametrize("text", [WIDE, LONG], ids=["wide", "long"])
def test_parquet_is_read_as_csv_is(tmp_path: Path, text: str) -> None:
    stated: dict[str, Any] = {"layout": "long", "unit": "minutes"} if text == LONG else {}
    expected = read(tmp_path / "matrix.csv", text, **stated)
    file = tmp_path / "matrix.parquet"
    keys = dict.fromkeys(["id", "demand_id", "place_id"], str)
    pd.read_csv(tmp_path / "matrix.csv", dtype=keys).to_parquet(file, index=False)
    found = read_matrix(
        file,
        POINTS,
        POINTS,
        **{"layout": "wide", "unit": "seconds", "origins": "rows", "cutoff_minutes": 20.0, **stated},
    )
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (
            pd.DataFrame({"a": [0.0]}, index=pd.Index(["a"], name="id")),
            "the ids stand in the index of the data frame; make them its first column",
        ),
        (
            pd.DataFrame({"id": [38001], "a": [0.0]}),
            "column id: expected text, got numbers; write codes as text with their leading zero",
        ),
        (pd.DataFrame({"id": ["a"], "a": [np.nan]}), "row 2: a is empty"),
    ],
    ids=["index", "numbers", "missing"],
)
def test_wrong_parquet_is_named(tmp_path: Path, frame: pd.DataFrame, expected: str) -> None:
    file = tmp_path / "matrix.parquet"
    frame.to_parquet(file)
    with pytest.raises(RoadsError) as caught:
        read_matrix(file, POINTS, POINTS, layout="wide", unit="seconds", origins="rows", cutoff_minutes=20)
    assert str(caught.value) == f"{file}: {expected}"


def test_parquet_with_numbers_for_names_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "matrix.parquet"
    pd.DataFrame([["a", 0.0]], columns=[0, 38001]).to_parquet(file)
    with pytest.raises(RoadsError, match=r"names of columns must be text; write codes as text with their leading"):
        read_matrix(file, POINTS, POINTS, layout="wide", unit="seconds", origins="rows", cutoff_minutes=20)


@pytest.mark.parametrize("name", ["absent.csv", "absent.parquet"])
@pytest.mark.parametrize("layout", ["wide", "long"])
def test_a_missing_file_is_named(tmp_path: Path, name: str, layout: Any) -> None:  # noqa: ANN401 - a literal
    with pytest.raises(RoadsError) as caught:
        read_matrix(tmp_path / name, POINTS, POINTS, layout=layout, unit="seconds", origins="rows", cutoff_minutes=20)
    assert str(caught.value) == f"{tmp_path / name}: this file is missing"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["the file is empty"]),
        ("id,a,b,01004\n", ["there is no row"]),
        ("\n", ["the file is empty"]),
        (LONG, ["has columns demand_id and place_id, as a long matrix; state the layout long"]),
        (WIDE.replace("a,0,600", "a,0,"), ["row 2: b is empty"]),
        (
            WIDE.replace("600", "").replace("720", ""),
            ["row 2: b is empty", "row 4: b is empty", "row 3: 01004 is empty"],
        ),
        (WIDE.replace("b,660", "b,-1"), ["row 3: a must be at least 0, got -1"]),
        (WIDE.replace("b,660", "b,inf"), ["row 3: a must be finite, got inf"]),
        (WIDE.replace("b,660", "b,11 min"), ["row 3: a: expected a number (with a decimal point), got '11 min'"]),
        (WIDE.replace("b,660", "b,nan"), ["row 3: a: expected a number (with a decimal point), got 'nan'"]),
        (WIDE.replace("\nb,", "\na,"), ["row 3: id 'a' is there already"]),
        (WIDE.replace("id,a,b", "id,a,a"), ["column a is given twice"]),
        (WIDE.replace(",1200", ""), ["row 2: expected 4 cells, got 3"]),
        (WIDE + "b2,0,0,0\n", ["row 5: id: no such point 'b2'; did you mean b?"]),
        (
            WIDE.replace("01004", "1004"),
            [
                "row 4: id: no such point '1004'; did you mean 01004? Write codes as text with their leading zero",
                "column 4: no such point '1004'; did you mean 01004? Write codes as text with their leading zero",
                "no row for demand point '01004'",
                "no column for place '01004'",
            ],
        ),
        ("id,a,b,01004\na,0,600,1200\nb,660,0,600\n", ["no row for demand point '01004'"]),
        ("id,a,b\na,0,600\nb,660,0\n01004,1260,720\n", ["no column for place '01004'"]),
    ],
)
def test_wrong_wide_matrix(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert problems(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LONG.replace("minutes", "seconds"), ["column minutes is missing", "unknown column 'seconds'"]),
        (LONG.replace("a,b,10", "a,b,"), ["row 4: minutes is empty"]),
        (LONG.replace("a,b,10", "a,b,-1"), ["row 4: minutes must be at least 0, got -1"]),
        (LONG + "a,b,10\n", ["row 8: demand_id, place_id 'a', 'b' is there already"]),
        (
            LONG.replace("01004,01004,0\n", "01004,B,0\n"),
            ["row 6: place_id: no such point 'B'; did you mean b?"],
        ),
        (
            "demand_id,place_id,minutes\na,a,0\nb,b,0\n01004,b,10\n",
            ["no row to place '01004'; if no trip is possible, give one with a time above the cut-off"],
        ),
    ],
)
def test_wrong_long_matrix(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert problems(tmp_path, text, layout="long", unit="minutes") == expected


def test_only_the_first_problems_are_shown(tmp_path: Path) -> None:
    wrong = problems(tmp_path, "id,a\n" + "".join(f"x{number},-1\n" for number in range(25)))
    assert len(wrong) == 21
    assert wrong[-1] == "5 more problems"
    header = problems(tmp_path, ",".join(["id", *map(str, range(25))]) + "\n", layout="long")
    assert header[-2:] == ["unknown column '15'", "9 more problems"]  # of 3 missing and 26 unknown columns
    found = problems(tmp_path, WIDE + "".join(f"x{number},0,0,0\n" for number in range(25)))
    assert len(found) == 21
    assert found[0] == "row 5: id: no such point 'x0'"
    assert found[-1] == "5 more problems"


def test_seconds_taken_for_minutes_are_refused(tmp_path: Path) -> None:
    # The median of 66.7, 66.7, 66.7, 60.7, 55.6 and 63.5 km/h is 65.1; 1/60 of it is 1.09.
    assert problems(tmp_path, WIDE, unit="minutes") == [
        f"median speed 1.1 {SPEED}: are these really minutes? State the unit of the file"
    ]


def test_minutes_taken_for_seconds_are_refused(tmp_path: Path) -> None:
    text = "id,a,b,01004\na,0,10,20\nb,10,0,10\n01004,20,10,0\n"  # 11.12 km in 10 seconds
    assert problems(tmp_path, text) == [
        f"median speed 4,003.0 {SPEED}: are these really seconds? State the unit of the file"
    ]


def test_a_matrix_of_nothing_but_zeros_is_refused(tmp_path: Path) -> None:
    text = "id,a,b,01004\na,0,0,0\nb,0,0,0\n01004,0,0,0\n"
    assert problems(tmp_path, text)[0].startswith("median speed inf km/h as the crow flies")


@pytest.mark.parametrize(
    ("minutes", "plausible"),
    [(66.716, True), (66.718, False), (5.1322, True), (5.1320, False)],  # 11.1195 km at 10 and at 130 km/h
)
def test_bounds_of_plausible_speeds(minutes: float, *, plausible: bool) -> None:
    found = speed_problem(POINTS, POINTS, np.array([0]), np.array([1]), np.array([minutes]))
    assert (found is None) == plausible


def test_points_of_one_town_are_not_timed() -> None:
    near = POINTS.assign(lon=[0.0, 0.01, 0.02])  # at most 2.2 km apart
    assert speed_problem(near, near, np.array([0]), np.array([2]), np.array([0.0])) is None
    assert speed_problem(near, near, np.array([], dtype=int), np.array([], dtype=int), np.array([])) is None


def test_an_od_table_may_be_empty() -> None:
    table = od_table(POINTS, POINTS, np.array([0]), np.array([1]), np.array([20.01]), 20.0)
    assert rows(table) == []
    assert table.dtypes.map(str).tolist() == ["str", "str", "float64"]
