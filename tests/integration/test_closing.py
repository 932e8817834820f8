"""What if a practice closes: ``diagnose --without`` on the toy by hand, and as a diagnosis of a supply edited by hand.

Two GPs at Bourg and one at Aubois, lists of 1,000. Aubois (900), Bourg (600) and Dole (300) reach both, Clairval (900)
reaches nobody. Nearby, Aubois goes to Aubois (100 to spare) and the other 900 to Bourg. Without Bourg there is room for
1,000 of 1,800: everyone goes 4/9 short, and Aubois takes 333.3 of Bourg and 166.7 of Dole.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from ruamel.yaml import YAML

from msp_siting.cli import main
from msp_siting.files.projects import bundled_folder

OUT = Path("runs/diagnosis-toy")
SUPPLY = "place_id,profession,practitioners\nb,gp,2\na,gp,1\n"
FILES = {"closing.csv", "closing_places.csv"}


@pytest.fixture(autouse=True)
def _in_project(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)
    Path("data/toy/supply.csv").write_text(SUPPLY, encoding="utf-8")


def diagnose(*arguments: str, language: str = "en") -> Result:
    return CliRunner().invoke(main, ["diagnose", *arguments, "--lang", language])


def without() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((OUT / "summary.json").read_text(encoding="utf-8"))["without"]
    return found


def test_who_is_left_without_room_and_who_goes_farther() -> None:
    assert diagnose("toy", "--without", "Bourg:gp").exit_code == 0
    points = pd.read_csv(OUT / "closing.csv").set_index("demand_id")
    assert list(points.columns) == [
        *("name", "profession", "inhabitants", "uncovered_before", "uncovered_after", "minutes_before", "minutes_after")
    ]
    assert points["uncovered_before"].tolist() == [0, 0, 900, 0]
    assert points["uncovered_after"].tolist() == pytest.approx([400, 800 / 3, 900, 400 / 3])
    assert points["minutes_before"].tolist() == [0, 0, 25, 10]
    assert points["minutes_after"].fillna(-1).tolist() == [0, 10, -1, 20]
    figures = without()
    assert figures["closings"] == [
        {"place_id": "b", "name": "Bourg", "profession": "gp", "posts": 2.0, "posts_before": 2.0}
    ]
    expected = {
        "uncovered_before": 900,
        "uncovered_after": 1700,
        "going_there": 900,
        "minutes_before": 10 / 3,  # 600 at 0, 300 at 10
        "minutes_after": 40 / 3,  # 600 at 10, 300 at 20
        "farther": 1800,  # and 900 of Clairval, who have nobody within the table
        "farther_minutes": 10,
        "without_anyone": 900,
        "taken": 500,
        "places_that_can_take": 1,
        "room_left_before": 100,
        "room_left_after": 0,
    }
    assert {name: figures[name]["gp"] for name in expected} == pytest.approx(expected)


def test_who_can_take_them() -> None:
    diagnose("toy", "--without", "b:gp")
    (row,) = pd.read_csv(OUT / "closing_places.csv").to_dict("records")
    assert row == {
        "place_id": "a",
        "name": "Aubois",
        "profession": "gp",
        "inhabitants_taken": 500,
        "room_left_before": 100,
        "room_left_after": 0,
        "minutes": pytest.approx(40 / 3, abs=1e-4),
        "inhabitants_within_reach": 900,
    }


def test_a_part_of_a_practice() -> None:
    assert diagnose("toy", "--without", "b:gp:0,5").exit_code == 0
    figures = without()
    assert (figures["uncovered_before"]["gp"], figures["uncovered_after"]["gp"]) == (900, 900)
    places = pd.read_csv(OUT / "closing_places.csv")
    assert places["place_id"].tolist() == ["b", "a"]
    assert places["room_left_before"].tolist() == pytest.approx([1100, 100])
    assert places["room_left_after"].tolist() == pytest.approx([600, 100])
    assert places["inhabitants_taken"].tolist() == [0, 0]


def test_what_is_said_and_shown() -> None:
    result = diagnose("toy", "--without", "b:gp")
    told = [
        (
            "Without Bourg (b), 2.0 FTE of 2.0 (GP): +800 inhabitants without room (best case), 900 before and 1,700 "
            "after."
        ),
        (
            "For the 900 inhabitants who would go there at best, the nearest is 3.3 minutes away on average now, 13.3 "
            "after."
        ),
        "The nearest is farther away for 1,800 inhabitants, by 10.0 minutes on average.",
        "Nobody is left within the travel times known of 900 inhabitants.",
    ]
    assert result.stdout.splitlines()[3:7] == told
    page = (OUT / "report.html").read_text(encoding="utf-8")
    for text in (*told, "If this practice closes", "GP: where most lose their room"):
        assert text in page
    assert diagnose("toy", "--without", "b:gp", language="fr").exit_code == 0
    page = (OUT / "report.html").read_text(encoding="utf-8")
    assert "Si ce cabinet ferme" in page
    assert "If this practice closes" not in page


def test_on_estimated_times_no_commune_is_named() -> None:
    Path("data/toy/travel_times.csv").unlink()
    assert CliRunner().invoke(main, ["travel-times", "--territory", "data/toy", "--surrogate"]).exit_code == 0
    assert diagnose("toy", "--without", "b:gp").exit_code == 0
    page = (OUT / "report.html").read_text(encoding="utf-8")
    assert "If this practice closes" in page
    assert "So no commune is named here." in page
    assert "where most lose their room" not in page


def test_without_a_closing_nothing_is_written_of_one() -> None:
    assert diagnose("toy").exit_code == 0
    assert without() is None
    assert not FILES & {path.name for path in OUT.iterdir()}
    assert "If this practice closes" not in (OUT / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("rest", [0.5, 0])
def test_it_is_the_diagnosis_of_a_supply_edited_by_hand(rim_folder: Path, rest: float) -> None:
    options = ("--set", "professions.gp.capacity_inhabitants_per_post=300", "--horizon", "2030")
    supply = rim_folder / "supply.csv"
    supply.write_text("place_id,profession,practitioners,retiring_share\nb,gp,4,0.25\na,gp,1,0\n", encoding="utf-8")
    assert diagnose("toy", "--without", f"b:gp:{4 - rest}", "--without", "a:gp", *options).exit_code == 0
    edited = f"place_id,profession,practitioners,retiring_share\nb,gp,{rest},0.25\na,gp,0,0\n"
    supply.write_text(edited, encoding="utf-8")
    assert diagnose("toy", *options, "--out", "by-hand").exit_code == 0
    check_same(OUT, Path("by-hand"))


def check_same(closing: Path, by_hand: Path) -> None:
    """Check that what is said of a closing is what a diagnosis of the supply edited by hand says."""
    points, edited = pd.read_csv(closing / "closing.csv"), pd.read_csv(by_hand / "coverage.csv")
    edited = edited[edited["profession"].isin(points["profession"])].reset_index(drop=True)
    before = pd.read_csv(closing / "coverage.csv")
    before = before[before["profession"].isin(points["profession"])].reset_index(drop=True)
    for moment, expected in (("before", before), ("after", edited)):
        assert points["demand_id"].astype(str).tolist() == expected["demand_id"].astype(str).tolist()
        assert points[f"uncovered_{moment}"].tolist() == pytest.approx(expected["uncovered"].tolist(), abs=1e-5)
        minutes = expected["nearest_minutes"].fillna(-1).tolist()
        assert points[f"minutes_{moment}"].fillna(-1).tolist() == minutes
    assert points["uncovered_after"].sum() > points["uncovered_before"].sum()


@pytest.mark.parametrize("posts", ["1", ""])
@pytest.mark.slow
def test_mens(posts: str) -> None:
    """Isère without a GP of Mens, or without all of them."""
    folder = Path("data/edited")
    shutil.copytree(bundled_folder() / "data" / "isere", folder)
    supply = pd.read_csv(folder / "supply.csv", dtype={"place_id": str})
    here = supply["place_id"].eq("38226") & supply["profession"].eq("gp")
    there = float(supply.loc[here, "practitioners"].iloc[0])
    supply.loc[here, "practitioners"] = there - 1 if posts else 0.0
    supply.to_csv(folder / "supply.csv", index=False, lineterminator="\n")
    yaml = YAML(typ="safe")
    manifest = yaml.load(folder / "manifest.yaml")
    manifest["files"] = [entry for entry in manifest["files"] if entry["path"] != "supply.csv"]
    with (folder / "manifest.yaml").open("w", encoding="utf-8", newline="\n") as file:
        yaml.dump(manifest, file)
    model = ("--model", str(bundled_folder() / "models" / "allocation.yaml"))
    mens = f"38226:gp:{posts}".rstrip(":")
    assert diagnose("isere", *model, "--without", mens, "--out", str(OUT)).exit_code == 0
    assert diagnose("data/edited", *model, "--out", "by-hand").exit_code == 0
    if posts:
        figures = without()
        assert figures["uncovered_before"]["gp"] == pytest.approx(figures["uncovered_after"]["gp"])
        return
    check_same(OUT, Path("by-hand"))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (["b"], "expected PLACE:PROFESSION or PLACE:PROFESSION:POSTS, such as 38226:gp:1"),
        (["Burg:gp"], "'Burg' is no place of the territory; did you mean b (Bourg)?"),
        (["b:dentist"], "the model has no such profession"),
        (["b:nurse"], "no nurse practises at b (Bourg)"),
        (["b:gp:3"], "takes 3 posts away, where there are 2"),
        (["b:gp:0"], "expected posts above 0, got '0'"),
        (["b:gp:nan"], "expected posts above 0, got 'nan'"),
        (["b:gp:1", "Bourg:gp:1"], "the same practice is given twice; give its posts once"),
    ],
)
def test_what_cannot_close_is_told(asked: list[str], expected: str) -> None:
    result = diagnose("toy", *(part for text in asked for part in ("--without", text)))
    assert result.exit_code == 2
    assert f"--without {asked[-1]}: {expected}" in result.stderr
    assert not Path("runs").exists()


def test_all_that_is_wrong_is_told_at_once() -> None:
    result = diagnose("toy", "--without", "z:gp", "--without", "b:gp:9", "--without", "a:gp")
    assert result.exit_code == 2
    assert "--without z:gp: " in result.stderr
    assert "--without b:gp:9: " in result.stderr
    assert "--without a:gp" not in result.stderr


def test_the_last_practitioners_may_close() -> None:
    supply = "place_id,profession,practitioners,retiring_share\nb,gp,0,0.5\n"  # as if by hand
    Path("data/toy/supply.csv").write_text(supply, encoding="utf-8")
    assert diagnose("toy").exit_code == 0
    Path("data/toy/supply.csv").write_text(supply.replace(",0,", ",1,"), encoding="utf-8")
    assert diagnose("toy", "--without", "b:gp").exit_code == 0
    assert without()["uncovered_after"]["gp"] == 2700


def test_events_come_first() -> None:
    event = "date,place_id,profession,posts,kind,source\n2026-01-01,b,gp,-1,departure,CPTS\n"
    Path("data/toy/events.csv").write_text(event, encoding="utf-8")
    assert diagnose("toy", "--on", "2026-01-01", "--without", "b:gp").exit_code == 0
    assert without()["closings"][0]["posts_before"] == 1.0
    result = diagnose("toy", "--on", "2026-01-01", "--without", "b:gp:2")
    assert "takes 2 posts away, where there are 1" in result.stderr
