"""Figures of pages are those of the files beside them; what the script of a page does, in a browser."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from documented_runs import project, run

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on PATH")
BUDGETS = "0,1000000,2000000,3000000"


class Tables(HTMLParser):
    """Gathers the tables of a page by their label, each as rows of cells, the head first."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._label, self._inside = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if held.get("role") == "region":
            self._label = held["aria-label"] or ""
            self.found[self._label] = []
        if tag == "tr" and self._label:
            self.found[self._label].append([])
        if tag in {"td", "th"} and self._label:
            self.found[self._label][-1].append("")
        self._inside = tag in {"td", "th"} or (self._inside and tag != "table")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in {"td", "th"}
        self._label = "" if tag == "table" else self._label

    def handle_data(self, data: str) -> None:
        if self._inside and self._label:
            self.found[self._label][-1][-1] += data


def number(cell: str) -> float:
    """Return the number that a cell in English begins with."""
    found = re.match(r"[+\u2212]?[\d,]+(\.\d+)?", cell)
    assert found, cell
    return float(found[0].replace(",", "").replace("\u2212", "-").replace("+", ""))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan at a horizon, a sweep, and good plans beside one of its points."""
    there = tmp_path_factory.mktemp("figures") / "project"
    with project(there):
        run("solve", "scenarios/toy.yaml", "--set", "horizon_year=2030", "--out", "plan")
        run("sweep", "scenarios/toy.yaml", "--budgets", BUDGETS, "--out", "sweep")
        run("alternatives", "sweep/points/2000000", "--out", "alternatives", "--time-limit", "20")
    return there


def tables(folder: Path) -> dict[str, list[list[str]]]:
    return Tables((folder / "report.html").read_text(encoding="utf-8")).found


def test_where_a_plan_opens_adds_up_to_its_sites(folder: Path) -> None:
    sites = pd.read_csv(folder / "plan" / "sites.csv")
    (where,) = (rows for label, rows in tables(folder / "plan").items() if label.startswith("Where, by EPCI"))
    _, *rows = where
    hosts = pd.read_csv(folder / "plan" / "hosts.csv").drop_duplicates("name").set_index("name")["host_name"]
    named = {f"{name} (or {hosts[name]})" if name in hosts.index else name for name in sites["name"]}
    assert {name for row in rows for name in row[1].split(", ")} == named
    assert sum(number(row[2]) for row in rows) == sites["staff_gp"].sum()
    assert sum(number(row[3]) for row in rows) == sites[["staff_nurse", "staff_midwife"]].to_numpy().sum()
    assert sum(number(row[4]) for row in rows) == sites["cost_eur"].sum()


def test_columns_by_epci_are_those_of_its_file(folder: Path) -> None:
    zones = pd.read_csv(folder / "plan" / "zones.csv")
    own = zones[zones["kind"].eq("epci") & zones["profession"].eq("gp")].set_index("name")
    _, *rows = tables(folder / "plan")["EPCI"]
    assert {row[0] for row in rows} == set(own.index)
    for row in rows:
        expected = [own.loc[row[0], f"uncovered_{moment}"] for moment in ("today", "before", "after")]
        assert [number(cell) for cell in row[2:5]] == [round(value) for value in expected]
        assert abs(number(row[5]) - (expected[2] - expected[1])) <= 0.5


def test_people_by_minutes_and_in_groups_follow_from_coverage(folder: Path) -> None:
    points = pd.read_csv(folder / "plan" / "coverage.csv")
    own = points[points["profession"].eq("gp")]
    found = tables(folder / "plan")
    (bands,) = (rows for label, rows in found.items() if label.startswith("Inhabitants by travel time"))
    near = own["nearest_minutes_after"] <= 5
    assert number(bands[1][3]) == own.loc[near, "inhabitants"].sum()
    assert sum(number(row[3]) for row in bands[1:]) == own["inhabitants"].sum()
    demand = pd.read_csv(folder / "data" / "toy" / "demand.csv").set_index("demand_id")
    share = own["uncovered_after"] / own["inhabitants"]
    (groups,) = (rows for label, rows in found.items() if label.startswith("Groups of inhabitants"))
    expected = (own["demand_id"].map(demand["inhabitants_75_plus"]) * share).sum()
    assert number(groups[1][5]) == round(expected)
    assert "the same share for all" in groups[0][5]


def test_a_sweep_tells_what_its_file_does_and_what_limits(folder: Path) -> None:
    curve = pd.read_csv(folder / "sweep" / "sweep.csv")
    _, *rows = tables(folder / "sweep")["One plan per value"]
    columns = {1: "cost_eur", 3: "sites_opened", 4: "staff_gp", 5: "uncovered_gp"}
    for row, (_, point) in zip(rows, curve.iterrows(), strict=True):
        assert [number(row[column]) for column in columns] == [round(point[name]) for name in columns.values()]
    assert number(rows[1][9]) == round(curve["marginal_inhabitants_per_100k_eur"][1])
    page = (folder / "sweep" / "report.html").read_text(encoding="utf-8")
    # Of 4 GPs two go to each house of 900,000 EUR: 2 M EUR pay for two, and then nobody is left.
    assert (
        "Money is what limits at 0 EUR, 1,000,000 EUR, 2,000,000 EUR: less is left than the cheapest structure costs"
        in page
    )
    assert "Posts are what limits at 2,000,000 EUR, 3,000,000 EUR: all that one may hope to fill are (GP: 4)" in page


def test_alternatives_tell_what_their_files_do(folder: Path) -> None:
    there, found = folder / "alternatives", tables(folder / "alternatives")
    by_start = {label.partition(" \u2013 ")[0]: rows for label, rows in found.items()}
    words = {"in_all": "in all good plans", "replaceable": "replaceable", "undecided": "undecided"}
    sites = pd.read_csv(there / "sites.csv").set_index("name")
    _, *rows = by_start["Each site: settled or replaceable"]
    assert {row[0]: row[3] for row in rows} == {name: words[label] for name, label in sites["label"].items()}
    hosts = pd.read_csv(there / "replacements.csv")
    for row in rows:
        for host in hosts.loc[hosts["name"].eq(row[0]) & hosts["good"], "host_name"]:
            assert host in row[4]
    zones = pd.read_csv(there / "zones.csv").set_index("name")
    (posts,) = (rows for label, rows in by_start.items() if label.startswith("Posts by EPCI"))
    for name, own, least, most, _ in posts[1:]:
        assert number(own) == zones.loc[name, "posts"]
        assert (number(least), number(most)) == (zones.loc[name, "posts_least_bound"], zones.loc[name, "posts_most"])
    plans = pd.read_csv(there / "plans.csv")
    _, *rows = by_start["Other good plans, as unlike as possible"]
    assert [number(row[5]) for row in rows] == list(plans.loc[plans["unlike"], "cost_eur"])


@pytest.fixture
def browser() -> Iterator["Page"]:
    """A page of Chromium that takes nothing from a network."""
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(offline=True)
        yield page
        chromium.close()


@needs_chromium
def test_tables_sort_filter_and_become_cards(folder: Path, browser: "Page") -> None:
    faults: list[str] = []
    browser.on("pageerror", lambda fault: faults.append(str(fault)))
    browser.goto((folder / "sweep" / "report.html").resolve().as_uri())
    table = browser.locator("#points table")
    heading = table.locator("thead th").nth(1)  # the investment

    def first_cells() -> list[str]:
        return table.locator("tbody th").all_inner_texts()

    rising = first_cells()
    heading.locator("button").focus()
    browser.keyboard.press("Enter")  # numbers: the greatest first
    assert heading.get_attribute("aria-sort") == "descending"
    assert first_cells()[-1] == rising[0]
    browser.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "ascending"
    assert first_cells()[0] == rising[0]
    browser.set_viewport_size({"width": 390, "height": 800})
    cell = table.locator("tbody tr").first.locator("td").nth(2)
    assert cell.get_attribute("data-label") == table.locator("thead th").nth(3).text_content()
    assert browser.evaluate("document.documentElement.scrollWidth") <= 390
    assert not faults


@needs_chromium
def test_the_slider_of_a_sweep_shows_its_points(folder: Path, browser: "Page") -> None:
    browser.goto((folder / "sweep" / "report.html").resolve().as_uri())
    slider, rows = browser.locator("#pick input"), tables(folder / "sweep")["One plan per value"]
    slider.focus()
    browser.keyboard.press("Home")
    for row in rows[1:]:
        assert browser.locator("#pick output").text_content() == row[0] == slider.get_attribute("aria-valuetext")
        assert browser.locator("#pick dd").all_text_contents() == row[1:]
        browser.keyboard.press("ArrowRight")
