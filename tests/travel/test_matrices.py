from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from msp_siting.errors import RoadsError
from msp_siting.files import Mended
from msp_siting.travel.matrices import read_matrix
from msp_siting.travel.matrix_cells import MatrixForm
from msp_siting.travel.points import Points

# On the equator, 0.1 degrees apart: 11.12 km from a to b and from b to 01004.
#     a ---- b ---- 01004
POINTS = pd.DataFrame({"point_id": ["a", "b", "01004"], "lon": [0.0, 0.1, 0.2], "lat": [0.0, 0.0, 0.0]})
SPEED = "km/h as the crow flies between points more than 5 km apart, expected 3 to 130"
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
    points = Points(choices.pop("demand", POINTS), choices.pop("places", POINTS))
    cutoff = choices.pop("cutoff_minutes", 20.0)
    return read_matrix(file, MatrixForm(**{"layout": "wide", "unit": "seconds", **choices}), points, cutoff)


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
    form = MatrixForm(**{"layout": "wide", "unit": "seconds", **stated})
    found = read_matrix(file, form, Points(POINTS, POINTS), 20.0)
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
    ],
    ids=["index", "numbers"],
)
def test_wrong_parquet_is_named(tmp_path: Path, frame: pd.DataFrame, expected: str) -> None:
    file = tmp_path / "matrix.parquet"
    frame.to_parquet(file)
    with pytest.raises(RoadsError) as caught:
        read_matrix(file, MatrixForm("wide", "seconds"), Points(POINTS, POINTS), 20)
    assert str(caught.value) == f"{file}: {expected}"


def test_parquet_with_numbers_for_names_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "matrix.parquet"
    pd.DataFrame([["a", 0.0]], columns=[0, 38001]).to_parquet(file)
    with pytest.raises(RoadsError, match=r"names of columns must be text; write codes as text with their leading"):
        read_matrix(file, MatrixForm("wide", "seconds"), Points(POINTS, POINTS), 20)


@pytest.mark.parametrize("name", ["absent.csv", "absent.parquet"])
@pytest.mark.parametrize("layout", ["wide", "long"])
def test_a_missing_file_is_named(tmp_path: Path, name: str, layout: Any) -> None:  # noqa: ANN401 - a literal
    with pytest.raises(RoadsError) as caught:
        read_matrix(tmp_path / name, MatrixForm(layout, "seconds"), Points(POINTS, POINTS), 20)
    assert str(caught.value) == f"{tmp_path / name}: this file is missing"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["the file is empty"]),
        ("id,a,b,01004\n", ["there is no row"]),
        ("\n", ["the file is empty"]),
        (LONG, ["has columns demand_id and place_id, as a long matrix; state the layout long"]),
        (WIDE.replace("b,660", "b,-1"), ["row 3: a must be at least 0, got -1"]),
        (
            WIDE.replace("b,660", "b,-inf"),
            ["row 3: a must be finite, got -inf"],
        ),
        (WIDE.replace("b,660", "b,11 min"), ["row 3: a: expected a number (with a decimal point), got '11 min'"]),
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
        (LONG.replace("a,b,10", "a,b,-1"), ["row 4: minutes must be at least 0, got -1"]),
        (LONG + "a,b,10\n", ["row 8: demand_id, place_id 'a', 'b' is there already"]),
        (
            LONG.replace("01004,01004,0\n", "01004,B,0\n"),
            ["row 6: place_id: no such point 'B'; did you mean b?"],
        ),
        (
            "demand_id,place_id,minutes\na,a,0\nb,b,0\n01004,b,10\n",
            ["no row to place '01004'; if no trip is possible, give one with an empty time"],
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


# Mens, Clelles, Valbonnais and seven villages around them; seconds by road, and three sites.
TRIEVES = pd.DataFrame(
    [
        ("38226", "Mens", 5.752, 44.8178),
        ("38456", "Châtel-en-Trièves", 5.7986, 44.8478),
        ("38403", "Saint-Jean-d'Hérans", 5.7622, 44.8533),
        ("38366", "Saint-Baudille-et-Pipet", 5.7685, 44.7845),
        ("38113", "Clelles", 5.6228, 44.827),
        ("38103", "Chichilianne", 5.5735, 44.812),
        ("38518", "Valbonnais", 5.9048, 44.8999),
        ("38413", "Saint-Laurent-en-Beaumont", 5.8492, 44.8774),
        ("38470", "La Salle-en-Beaumont", 5.8642, 44.8633),
        ("38154", "Entraigues", 5.9485, 44.902),
    ],
    columns=["point_id", "name", "lon", "lat"],
)
SITES = TRIEVES[TRIEVES["point_id"].isin(["38226", "38113", "38518"])]
TO_SITES = """\
id,38226,38113,38518
38226,0.0,1309.1,1694.9
38456,891.1,1611.0,1304.1
38403,817.1,1398.8,1478.0
38366,808.9,1482.3,1823.6
38113,1309.1,0.0,2371.7
38103,1614.3,833.1,2706.4
38518,1694.9,2371.7,0.0
38413,1300.4,1979.5,897.5
38470,1305.1,2038.8,908.0
38154,1931.4,2635.6,771.2
"""


def trieves(file: Path, text: str, **choices: Any) -> tuple[dict[tuple[str, str], float], list[Mended]]:  # noqa: ANN401 - keywords
    """Return minutes by pair, and what was mended."""
    file.write_text(text, encoding="utf-8")
    mended: list[Mended] = []
    form = MatrixForm(**{"layout": "wide", "unit": "seconds", **choices})
    table = read_matrix(file, form, Points(TRIEVES, SITES), 60.0, mended)
    return {(home, care): minutes for home, care, minutes in table.itertuples(index=False)}, mended


@pytest.mark.parametrize(
    "word",
    ["", "null", "NULL", "NaN", "nan", "NA", "None", "inf", "Infinity", "4294967295", "4294967295.0", "2147483647"],
)
def test_unreachable_as_tools_write_it(tmp_path: Path, word: str) -> None:
    complete, mended = trieves(tmp_path / "m.csv", TO_SITES)
    assert (len(complete), mended) == (30, [])
    found, mended = trieves(tmp_path / "m.csv", TO_SITES.replace("2706.4", word))
    assert found == {pair: minutes for pair, minutes in complete.items() if pair != ("38103", "38518")}
    assert mended == [Mended("repair_unreachable", {"count": 1, "pairs": 27})]


@pytest.mark.parametrize(
    ("value", "stated"), [("-1", "-1"), ("9999999", "9999999.0"), ("-", "-"), ("sans route", "Sans route")]
)
def test_what_else_stands_for_unreachable_is_stated(tmp_path: Path, value: str, stated: str) -> None:
    text = TO_SITES.replace("2706.4", value)
    with pytest.raises(RoadsError):
        trieves(tmp_path / "m.csv", text)
    found, mended = trieves(tmp_path / "m.csv", text, unreachable=("n.d.", stated))
    assert (len(found), mended) == (29, [Mended("repair_unreachable", {"count": 1, "pairs": 27})])


def test_what_is_unreachable_is_no_speed(tmp_path: Path) -> None:
    rows = [line.split(",") for line in TO_SITES.splitlines()]
    most = "\n".join(
        ",".join([row[0], row[1], *("4294967295.0" if float(cell) else cell for cell in row[2:])])
        if at
        else ",".join(row)
        for at, row in enumerate(rows)
    )
    found, mended = trieves(tmp_path / "m.csv", most)
    assert mended == [Mended("repair_unreachable", {"count": 18, "pairs": 27})]
    assert sorted(care for _, care in found) == ["38113", *["38226"] * 10, "38518"]


def test_unreachable_in_parquet(tmp_path: Path) -> None:
    trieves(tmp_path / "m.csv", TO_SITES)
    frame = pd.read_csv(tmp_path / "m.csv", dtype={"id": str})
    frame.loc[5, "38518"] = np.nan
    frame.loc[9, "38113"] = np.float32(4294967.295)  # as pandana writes it, in 32 bits
    frame.to_parquet(tmp_path / "m.parquet", index=False)
    mended: list[Mended] = []
    form = MatrixForm("wide", "seconds")
    table = read_matrix(tmp_path / "m.parquet", form, Points(TRIEVES, SITES), 60.0, mended)
    assert (len(table), mended) == (28, [Mended("repair_unreachable", {"count": 2, "pairs": 27})])


def test_a_point_is_at_no_distance_from_itself(tmp_path: Path) -> None:
    complete, _ = trieves(tmp_path / "m.csv", TO_SITES)
    found, mended = trieves(tmp_path / "m.csv", TO_SITES.replace("0.0,", ",").replace(",0.0", ","))
    assert found == complete
    assert mended == [Mended("repair_own_places", {"count": 3})]
    long = "demand_id,place_id,minutes\na,b,10\nb,a,11\nb,01004,10\n01004,b,12\n"  # no row of a point to itself
    assert rows(read(tmp_path / "long.csv", long, layout="long", unit="minutes"))[:2] == [
        ("01004", "01004", 0.0),
        ("01004", "b", 12.0),
    ]


def test_an_empty_time_is_unreachable_in_a_long_matrix_too(tmp_path: Path) -> None:
    text = LONG.replace("a,b,10", "a,b,")
    found = rows(read(tmp_path / "matrix.csv", text, layout="long", unit="minutes"))
    assert [row[:2] for row in found] == [("01004", "01004"), ("a", "a"), ("b", "a"), ("b", "b")]


@pytest.mark.parametrize(
    "header",
    [
        "from_id,to_id,travel_time",
        "from_id,to_id,travel_time_p50",
        "fromId,toId,travel_time",
        ",from_id,to_id,travel_time",
    ],
)
def test_the_columns_of_r5py_and_r5r(tmp_path: Path, header: str) -> None:
    body = ["b,a,11", "a,a,", "a,b,10", "b,b,0", "01004,01004,0", "a,01004,"]
    if header.startswith(","):  # pandas writes its index, too
        body = [f"{at},{row}" for at, row in enumerate(body)]
    found = rows(read(tmp_path / "matrix.csv", "\n".join([header, *body]), layout="long", unit="minutes"))
    assert found == [
        ("01004", "01004", 0.0),
        ("a", "a", 0.0),
        ("a", "b", 10.0),
        ("b", "a", 11.0),
        ("b", "b", 0.0),
    ]


def test_of_several_percentiles_of_r5r_the_median_counts(tmp_path: Path) -> None:
    text = "from_id,to_id,travel_time_p25,travel_time_p50,travel_time_p75\na,b,9,10,NA\n"
    table = read(tmp_path / "m.csv", text, layout="long", unit="minutes", demand=POINTS[:1], places=POINTS[1:2])
    assert rows(table) == [("a", "b", 10.0)]
    wrong = problems(tmp_path, text.replace("travel_time_p50", "travel_time_p60"), layout="long", unit="minutes")
    assert wrong == ["column minutes is missing"]


def test_a_long_matrix_of_r5_is_told_from_a_wide_one(tmp_path: Path) -> None:
    assert problems(tmp_path, "from_id,to_id,travel_time\na,b,10\n") == [
        "has columns from_id and to_id, as a long matrix; state the layout long"
    ]


def wrong(file: Path, text: str, **choices: Any) -> list[str]:  # noqa: ANN401 - keywords
    with pytest.raises(RoadsError) as caught:
        trieves(file, text, **choices)
    return [each.removeprefix(f"{file}: ") for each in caught.value.problems]


def test_a_column_of_zeros_is_refused_with_its_place(tmp_path: Path) -> None:
    lines = TO_SITES.splitlines()
    text = "\n".join([lines[0], *(f"{line.rpartition(',')[0]},0.0" for line in lines[1:])])
    column = (
        "'38518' (Valbonnais): 0 seconds on 9 of 9 trips of more than 2 km, the longest 27.9 km as the crow flies: "
        "no car drives that; if 0 stands for unreachable, say --unreachable 0"
    )
    assert wrong(tmp_path / "m.csv", text) == [f"column 4: {column}"]
    turned = pd.DataFrame([line.split(",") for line in text.splitlines()]).T.to_csv(index=False, header=False)
    assert wrong(tmp_path / "m.csv", turned, origins="columns") == [f"row 4: {column}"]
    found, mended = trieves(tmp_path / "m.csv", text, unreachable=("0",))
    assert len(found) == 21
    assert mended == [
        Mended("repair_unreachable", {"count": 9, "pairs": 27}),
        Mended("repair_own_places", {"count": 3}),
    ]


def test_zeros_here_and_there_are_refused_with_their_places(tmp_path: Path) -> None:
    text = TO_SITES.replace("2706.4", "0").replace("833.1", "0").replace("808.9", "0")
    assert wrong(tmp_path / "m.csv", text) == [
        (
            "row 7: '38103' (Chichilianne): 0 seconds on 2 of 3 trips of more than 2 km, the longest 27.9 km as the "
            "crow flies: no car drives that; if 0 stands for unreachable, say --unreachable 0"
        ),
        (
            "row 5, column 2: 0 seconds from '38366' (Saint-Baudille-et-Pipet) to '38226' (Mens), 3.9 km apart as the "
            "crow flies: no car is that fast; if 0 stands for unreachable, say --unreachable 0"
        ),
    ]


def test_a_column_in_minutes_among_seconds_is_refused(tmp_path: Path) -> None:
    lines = [line.rpartition(",") for line in TO_SITES.splitlines()]
    text = "\n".join([",".join(lines[0][::2]), *(f"{before},{float(last) / 60:.2f}" for before, _, last in lines[1:])])
    assert wrong(tmp_path / "m.csv", text) == [
        (
            "column 4: '38518' (Valbonnais): median speed 1,808.6 km/h as the crow flies on 9 trips of more than 2 km, "
            "29.7 km/h elsewhere: is it in another unit than seconds?"
        )
    ]


def test_rows_of_a_long_matrix_in_another_unit_are_told_by_their_point(tmp_path: Path) -> None:
    lines = [line.split(",") for line in TO_SITES.splitlines()]
    long = ["demand_id,place_id,seconds"]
    for row in lines[1:]:
        scale = 60 if row[0] == "38154" else 1
        long += (f"{row[0]},{place},{float(cell) * scale}" for place, cell in zip(lines[0][1:], row[1:], strict=True))
    assert wrong(tmp_path / "m.csv", "\n".join(long), layout="long") == [
        (
            "rows from '38154' (Entraigues): median speed 0.6 km/h as the crow flies on 3 trips of more than 2 km, "
            "29.7 km/h elsewhere: is it in another unit than seconds?"
        )
    ]


def test_a_number_for_unreachable_that_is_not_stated_is_asked_for(tmp_path: Path) -> None:
    text = TO_SITES.replace("833.1", "99999")
    assert wrong(tmp_path / "m.csv", text) == [
        (
            "row 7, column 3: 99999 seconds from '38103' (Chichilianne) to '38113' (Clelles), 4.2 km apart as the crow "
            "flies: no car is that slow; if 99999 stands for unreachable, say --unreachable 99999"
        )
    ]


@pytest.mark.parametrize("layout", ["wide", "long"])
def test_an_answer_of_a_server_names_no_points(tmp_path: Path, layout: Any) -> None:  # noqa: ANN401 - a literal
    file = tmp_path / "table.json"
    file.write_text('{"code": "Ok", "durations": [[0, 1], [1, 0]]}', encoding="utf-8")
    with pytest.raises(RoadsError) as caught:
        read_matrix(file, MatrixForm(layout, "seconds"), Points(POINTS, POINTS), 20)
    assert str(caught.value) == (
        f"{file}: an answer of a routing server names no points; write its durations as CSV, the ids of the points in "
        "the first row and column"
    )
