"""map.png of every kind of run: what it shows equals the run's files, and it is drawn."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner
from matplotlib.image import imread

from documented_runs import project, run
from msp_siting.cli import main
from msp_siting.report.maps import png
from msp_siting.report.maps.choropleth import Choropleth
from msp_siting.report.maps.legend import DIFFERENCE_COLOURS
from msp_siting.report.maps.png import BLUE

ONE_PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")


@dataclass
class Pictures:
    """What was to be drawn, by folder."""

    drawn: dict[str, tuple[Choropleth, str, list[str]]] = field(default_factory=dict)

    def keep(self, content: Choropleth, path: Path, title: str, notes: list[str], _: object) -> None:
        self.drawn[path.parent.name] = content, title, notes
        path.write_bytes(ONE_PIXEL)  # which a note takes in

    @property
    def last(self) -> tuple[Choropleth, str, list[str]]:
        return list(self.drawn.values())[-1]


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch) -> Pictures:
    kept = Pictures()
    monkeypatch.setattr(png, "write_png", kept.keep)
    return kept


@pytest.fixture(autouse=True)
def _in_project(tmp_path: Path) -> Iterator[None]:
    with project(tmp_path / "project"):
        yield


def signs(content: Choropleth) -> dict[str, str]:
    assert content.sites is not None
    return dict(zip(content.sites["name"], content.sites["sign"], strict=True))


def shown(content: Choropleth) -> dict[str, Any]:
    return dict(zip(content.frame["demand_id"], content.frame["share"], strict=True))


def test_a_plan_is_shown_as_what_it_changes(pictures: Pictures) -> None:
    run("solve", "scenarios/toy.yaml", "--out", "solve")
    content, title, notes = pictures.last
    points = pd.read_csv("solve/coverage.csv").query("profession == 'gp'").set_index("demand_id")
    change = (points["uncovered_after"] - points["uncovered_before"]) / points["inhabitants"]
    assert shown(content) == pytest.approx(change.to_dict())
    assert content.sites is not None
    sites = pd.read_csv("solve/sites.csv")
    assert list(content.sites["number"]) == list(range(1, len(sites) + 1))
    assert list(content.sites["name"]) == list(sites["name"])
    assert title == "Where should an MSP open?"
    assert any(note.startswith("Sources: ") for note in notes)
    assert "neither an opinion of the ARS" in notes[-1]


def test_it_is_drawn_with_its_colours_and_signs() -> None:
    run("solve", "scenarios/toy.yaml", "--out", "solve")
    pixels = (imread("solve/map.png")[:, :, :3] * 255).round().astype(int)
    colours = {"#{:02x}{:02x}{:02x}".format(*pixel) for row in pixels[::3] for pixel in row[::3]}
    change = pd.read_csv("solve/coverage.csv").query("profession == 'gp'")
    assert (change["uncovered_after"] <= change["uncovered_before"]).all()
    assert {BLUE, DIFFERENCE_COLOURS[0], DIFFERENCE_COLOURS[3]} <= colours


def test_compared_plans_show_whose_sites_are_whose(pictures: Pictures) -> None:
    run("solve", "scenarios/toy.yaml", "--out", "one")
    run("solve", "scenarios/toy.yaml", "--set", "budget_eur=2000000", "--out", "two")
    run("compare", "two", "one", "--out", "compare")
    content, _, _ = pictures.last
    before, after = (set(pd.read_csv(f"{name}/sites.csv")["name"]) for name in ("two", "one"))
    expected = dict.fromkeys(before & after, "site") | dict.fromkeys(before - after, "dropped")
    assert signs(content) == expected | dict.fromkeys(after - before, "added")
    assert set(signs(content).values()) == {"site", "dropped"}


def test_requests_are_shown_by_verdict_and_envelope(pictures: Pictures) -> None:
    run("evaluate", "scenarios/toy.yaml", "requests.csv", "--on", "2026-11-01", "--out", "evaluate")
    content, _, _ = pictures.last
    requests, chosen = pd.read_csv("evaluate/requests.csv"), pd.read_csv("evaluate/portfolio.csv")
    inside = set(chosen.loc[chosen["chosen"], "request_id"])
    expected = [
        f"{verdict}_chosen" if name in inside else verdict
        for name, verdict in requests[["request_id", "verdict"]].itertuples(index=False)
    ]
    assert content.sites is not None
    assert list(content.sites["sign"]) == expected
    assert list(content.sites["number"]) == [1, 2, 3]
    assert any(sign.endswith("_chosen") for sign in expected)


def test_a_sweep_shows_from_which_budget_a_site_opens(pictures: Pictures) -> None:
    run("sweep", "scenarios/toy.yaml", "--budgets", "0,1000000,2500000", "--out", "sweep")
    content, _, _ = pictures.last
    order = pd.read_csv("sweep/order.csv").query("action == 'open'")
    assert content.sites is not None
    assert dict(zip(content.sites["site_id"], content.sites["number"], strict=True)) == {
        site: f"{budget / 1e6:g}" for site, budget in order[["site_id", "budget_eur"]].itertuples(index=False)
    }
    assert len(order) == 2
    assert shown(content) == pytest.approx({"a": 2 / 3, "b": 2 / 3, "c": 1.0, "d": 2 / 3})


def test_good_plans_show_what_all_of_them_open(pictures: Pictures) -> None:
    run("solve", "scenarios/toy.yaml", "--out", "solve")
    run("alternatives", "solve", "--time-limit", "20", "--out", "alternatives")
    content, _, _ = pictures.last
    sites = pd.read_csv("alternatives/sites.csv")
    assert signs(content) == dict(zip(sites["name"], sites["label"], strict=True))
    assert set(content.colours) == {"#f3f1ea"}


def test_there_is_no_map_without_a_plan() -> None:
    done = CliRunner().invoke(
        main, ["sweep", "scenarios/toy.yaml", "--vary", "site_count=3,4", "--set", "budget_eur=10", "--out", "sweep"]
    )
    assert done.exit_code == 3, done.output
    assert not Path("sweep/map.png").exists()
