"""``msp-siting travel-times``: from roads, matrices and distance to a table, with its record."""

import errno
import html
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import main
from msp_siting.commands import timing
from msp_siting.errors import RoadsError
from msp_siting.files.projects import bundled_folder
from msp_siting.files.yaml import read_yaml
from msp_siting.language import Fact, tell
from msp_siting.territory.reading import read_territory
from msp_siting.territory.unreached import names_of

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the raw files in ../shared/data")
ANDORRA = SHARED / "roads" / "andorra-20230502.osm.pbf"


def run(*options: object) -> Result:
    return CliRunner().invoke(main, ["travel-times", "--lang", "en", *map(str, options)])


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of its own, and no network."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")


@needs_shared
def test_andorra_in_one_command(tmp_path: Path) -> None:
    out = tmp_path / "times.parquet"
    command = ("--roads", ANDORRA, "--points", "osm:town,village,hamlet", "--out", out)
    result = run(*command)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Roads: ")
    assert "Ways left out: " in result.stdout
    table, record = pd.read_parquet(out), json.loads(out.with_suffix(".json").read_text())
    assert list(table.columns) == ["demand_id", "place_id", "minutes"]
    assert table["demand_id"].nunique() == len(pd.read_csv(out.with_suffix(".points.csv"))) == 71
    assert (record["kind"], record["licence"]) == ("derived", "ODbL 1.0")
    assert record["components"] > 1
    again = run(*command)
    assert "kept from an earlier search" in again.stdout
    pd.testing.assert_frame_equal(pd.read_parquet(out), table)


@needs_shared
def test_the_matrix_of_isere_gives_the_bundled_table(tmp_path: Path) -> None:
    bundled = bundled_folder() / "data" / "isere"
    shutil.copytree(bundled, tmp_path / "isere")
    (tmp_path / "isere" / "travel_times.parquet").unlink()
    matrix = ("--matrix", SHARED / "isere" / "TimeDistCarIsere.csv", "--layout", "wide", "--unit", "seconds")
    result = run("--territory", tmp_path / "isere", *matrix, "--origins", "columns", "--licence", "ODbL 1.0")
    assert result.exit_code == 0, result.output
    made, expected = read_territory(tmp_path / "isere").travel_times, read_territory(bundled).travel_times
    assert len(made) == 120_539
    pd.testing.assert_frame_equal(made, expected)


@needs_shared
def test_an_extract_of_another_country(tmp_path: Path) -> None:
    shutil.copytree(bundled_folder() / "data" / "isere", tmp_path / "isere")
    before = (tmp_path / "isere" / "travel_times.parquet").read_bytes()
    result = run("--territory", tmp_path / "isere", "--roads", ANDORRA)
    assert result.exit_code == 2
    assert "and no point does: another region's extract, or lon and lat swapped?" in result.stderr
    assert (tmp_path / "isere" / "travel_times.parquet").read_bytes() == before


@needs_shared
def test_a_matrix_in_the_wrong_unit_is_refused(tmp_path: Path) -> None:
    shutil.copytree(bundled_folder() / "data" / "isere", tmp_path / "isere")
    matrix = ("--matrix", SHARED / "isere" / "TimeDistCarIsere.csv", "--layout", "wide", "--unit", "minutes")
    result = run("--territory", tmp_path / "isere", *matrix, "--origins", "columns")
    assert result.exit_code == 2
    assert "km/h" in result.stderr


def test_estimated_times_are_flagged_in_every_output(toy_project: Path) -> None:
    (toy_project / "data" / "toy" / "travel_times.csv").unlink()
    result = run("--territory", toy_project / "data" / "toy", "--surrogate")
    assert result.exit_code == 0, result.output
    assert "Travel times are modelled" in result.stdout
    assert read_territory(toy_project / "data" / "toy").manifest.files[0].kind == "modelled"
    solved = CliRunner().invoke(
        main, ["solve", str(toy_project / "scenarios/toy.yaml"), "--out", str(toy_project / "run"), "--lang", "en"]
    )
    assert solved.exit_code == 0, solved.output
    summary = json.loads((toy_project / "run" / "summary.json").read_text())
    assert any(caveat.startswith("Travel times are modelled") for caveat in summary["caveats"])
    assert "Travel times are modelled" in (toy_project / "run" / "report.html").read_text()


def test_who_has_no_time_to_anywhere_is_named_everywhere(toy_project: Path) -> None:
    folder = toy_project / "data" / "toy"
    (folder / "travel_times.csv").unlink()
    (toy_project / "m.csv").write_text("id,a,b,c\na,0,10,30\nb,10,0,25\nc,30,25,0\nd,,,null\n", encoding="utf-8")
    form = ("--layout", "wide", "--unit", "minutes", "--origins", "rows")
    result = run("--territory", folder, "--matrix", toy_project / "m.csv", *form)
    assert result.exit_code == 0, result.output
    assert "m.csv, as it was read: pairs without a time, taken as unreachable: 3 of 9" in result.stdout
    assert (
        "Demand points without a time to any place within 60 minutes, 1 of 4: Dole (d). Nobody there can be served."
    ) in result.stdout
    record = json.loads((folder / "travel_times.json").read_text())
    assert record["repairs"] == [{"key": "repair_unreachable", "values": {"count": 3, "pairs": 9}}]
    caveat = "Without a travel time to any place: 1 of 4 demand points, 300 inhabitants: Dole (d)."
    scenario = str(toy_project / "scenarios" / "toy.yaml")
    for path in (str(folder), scenario):
        assert caveat in CliRunner().invoke(main, ["check", path, "--lang", "en"]).stdout
    for command, asked in (("solve", scenario), ("diagnose", str(folder))):
        out = toy_project / command
        done = CliRunner().invoke(main, [command, asked, "--out", str(out), "--lang", "en"])
        assert done.exit_code == 0, done.output
        assert any(each.startswith(caveat) for each in json.loads((out / "summary.json").read_text())["caveats"])
        assert caveat in html.unescape((out / "report.html").read_text())


def test_an_island_among_many_points_is_named_by_its_first_points() -> None:
    points = pd.DataFrame({"point_id": [f"p{n:02d}" for n in range(23)], "name": ["", *["Sein"] * 22]})
    names = names_of(points)
    assert names[:2] == ["p00", "Sein (p01)"]
    assert [tell(each, "en") for each in names[20:] if isinstance(each, Fact)] == ["3 more"]
    assert len(names) == 21


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--points", "p.csv", "--out", "t.csv"], "give exactly one of --roads, --place, --polygon, --matrix"),
        (["--surrogate", "--roads", "x.pbf", "--points", "p.csv", "--out", "t.csv"], "give exactly one of --roads"),
        (["--matrix", "m.csv", "--points", "p.csv", "--out", "t.csv"], "--matrix needs --unit; it is never guessed"),
        (["--surrogate"], "give exactly one of --territory and --points"),
        (["--surrogate", "--points", "p.csv"], "--out goes with --points"),
        (["--surrogate", "--points", "osm:town", "--out", "t.csv"], "needs an OpenStreetMap extract as --roads"),
        (["--surrogate", "--points", "p.csv", "--out", "t.csv"], "p.csv: this file is missing"),
        (["--roads", "x.osm.pbf", "--points", "q.csv", "--out", "t.csv"], "x.osm.pbf: this file is missing"),
        (["--roads", "x.shp", "--points", "q.csv", "--out", "t.csv"], "x.shp: expected .osm.pbf"),
        (
            ["--place", "Vif, Isère", "--points", "q.csv", "--out", "t.csv"],
            "Vif, Isère: the roads could not be fetched",
        ),
        (["--polygon", "q.csv", "--points", "q.csv", "--out", "t.csv"], "q.csv: not a GeoJSON polygon"),
        (
            ["--speeds", "bicycle", "--surrogate", "--points", "q.csv", "--out", "t.csv"],
            "'bicycle': no such file, and no such name in models/parameters/",
        ),
    ],
)
def test_wrong_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], expected: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "q.csv").write_text("point_id,name,lon,lat\na,A,5.0,45.0\n")
    result = run(*options)
    assert result.exit_code == 2, result.output
    assert expected in result.stderr
    assert not (tmp_path / "t.csv").exists()


OSM = """<osm version="0.6">
<node id="1" lon="5.0" lat="45.0"/><node id="2" lon="5.1" lat="45.0"/><node id="3" lon="5.1" lat="44.9"/>
<way id="9"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="maxspeed" v="60"/></way>
</osm>"""


def test_points_far_from_roads_fail_or_are_listed_in_the_manifest(toy_project: Path, tmp_path: Path) -> None:
    folder = toy_project / "data" / "toy"
    (folder / "travel_times.csv").unlink()
    (tmp_path / "roads.osm").write_text(OSM)
    command = ("--territory", folder, "--roads", tmp_path / "roads.osm")
    result = run(*command)
    assert result.exit_code == 2
    assert "c (Clairval) at 5.40000, 45.00000: no road within 2 km" in result.stderr
    assert not (folder / "travel_times.parquet").exists()
    result = run(*command, "--leave-out-unsnapped")
    assert result.exit_code == 0, result.output
    assert "Points without a road near by, left out: c." in result.stdout
    entry = read_yaml(folder / "manifest.yaml", RoadsError)["files"][0]
    assert entry["points_left_out"] == ["c"]
    assert (entry["kind"], entry["licence"]) == ("derived", "ODbL 1.0")
    table = pd.read_parquet(folder / "travel_times.parquet").set_index(["demand_id", "place_id"])["minutes"]
    # 0.1 degree of longitude at 45 degrees north is 7.863 km, at 85 % of 60 km/h: 9.25 minutes.
    assert table["a", "b"] == pytest.approx(9.25, abs=0.01)
    assert ("c", "c") not in table.index


ISLAND = """<osm version="0.6">
<node id="1" lon="-2.9" lat="47.6"/><node id="2" lon="-2.85" lat="47.6"/><node id="3" lon="-2.7" lat="47.6"/>
<node id="4" lon="-2.85" lat="47.593"/><node id="5" lon="-2.84" lat="47.593"/>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="secondary"/></way>
<way id="2"><nd ref="4"/><nd ref="5"/><tag k="highway" v="residential"/></way>
<way id="3"><nd ref="2"/><nd ref="4"/><tag k="route" v="ferry"/><tag k="foot" v="yes"/></way>
</osm>"""


def test_people_of_an_island_stay_there_and_are_named_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "island.osm").write_text(ISLAND, encoding="utf-8")
    points = "point_id,name,lon,lat\nw,Bourg,-2.85,47.593\ne,Phare,-2.84,47.593\np,Port,-2.9,47.6\nm,Ville,-2.85,47.6\n"
    (tmp_path / "points.csv").write_text(points, encoding="utf-8")
    command = ("--points", tmp_path / "points.csv", "--roads", tmp_path / "island.osm", "--out", tmp_path / "t.csv")
    result = run(*command)
    assert result.exit_code == 0, result.output
    assert "2 of 4 points are reached by no road or car ferry from where most points are: Bourg (w), Phare (e)." in (
        result.stdout
    )
    assert (
        "2 points sur 4 ne sont joints par aucune route ni aucun ferry pour voitures"
        in run(*command, "--lang", "fr").stdout
    )
    minutes = pd.read_csv(tmp_path / "t.csv").set_index(["demand_id", "place_id"])["minutes"]
    # 0.7498 km at 85 % of 30 km/h and 3.7490 km at 85 % of 80; no pair leads over the water.
    assert {pair: time for pair, time in minutes.items() if time} == {
        ("w", "e"): pytest.approx(1.764, abs=0.001),
        ("e", "w"): pytest.approx(1.764, abs=0.001),
        ("p", "m"): pytest.approx(3.308, abs=0.001),
        ("m", "p"): pytest.approx(3.308, abs=0.001),
    }


@pytest.mark.parametrize(
    ("out", "code", "expected"),
    [
        ("points.csv", 2, "would overwrite points.csv, which is read; give another file"),
        (".", 2, "is a folder, expected a file"),
        ("points.csv/times.csv", 2, "points.csv/times.csv: cannot be written: Not a directory"),
        ("x.json", 2, "--out x.json: expected the name of a table, ending in .parquet or .csv"),
        ("x.points", 2, "--out x.points: expected the name of a table, ending in .parquet or .csv"),
        ("x", 2, "--out x: expected the name of a table, ending in .parquet or .csv"),
        ("folder.csv", 2, "--out folder.json: is a folder, expected a file"),
        ("other.csv", 2, "--out other.points.csv: is a folder, expected a file"),
        ("a\nb.csv", 2, "'a\\nb.csv': the name holds a line break or another control character; give another"),
    ],
)
def test_a_file_that_cannot_be_written_is_an_error_and_inputs_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str, code: int, expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    points = "point_id,name,lon,lat\na,A,5,45\nb,B,5.1,45\n"
    Path("points.csv").write_text(points, encoding="utf-8")
    for folder in ("folder.json", "other.points.csv"):
        Path(folder).mkdir()
    monkeypatch.setattr(timing, "_search", lambda *_: pytest.fail("it is checked before the search"))
    result = run("--points", "points.csv", "--surrogate", "--out", out)
    assert (result.exit_code, result.stderr.count("\n")) == (code, 1)
    assert expected in result.stderr
    assert Path("points.csv").read_text(encoding="utf-8") == points


def test_a_manifest_is_replaced_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    territory = tmp_path / "toy"
    shutil.copytree(Path(__file__).parents[1] / "toy" / "data" / "toy", territory)
    (territory / "travel_times.csv").unlink()
    manifest = (territory / "manifest.yaml").read_text(encoding="utf-8")

    def stop(_content: object, path: Path) -> None:
        path.write_text("name: to", encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(timing, "write_yaml", stop)
    result = run("--territory", territory, "--surrogate")
    assert (result.exit_code, result.stderr) == (
        4,
        f"error: {territory}: could not be written: No space left on device\n",
    )
    assert (territory / "manifest.yaml").read_text(encoding="utf-8") == manifest
