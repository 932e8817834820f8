"""The map of Isère's page in Chromium, from ``file://``: layers, legends, search, panel, keyboard, a phone's width."""

import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from isere import SHORT, solved_isere
from msp_siting.cli import main
from msp_siting.commands import solving
from msp_siting.files.projects import bundled_folder
from msp_siting.report.maps.legend import CLASS_UPPER_SHARES, STEPS_FROM_FLOOR, UPPER_MINUTES
from msp_siting.report.wording import Wording

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on PATH")
sync_api: Any = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
COMMUNES = 512
WAIT_MS = 400  # two frames of drawing, and then some


@pytest.fixture(scope="session")
def folders(once: Callable[[str, Callable[[], Any]], Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of Isère's run in both languages, written from one answer."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "answer", lambda *_: solved_isere(once, 20_000_000))
        for language in ("fr", "en"):
            found[language] = tmp_path_factory.mktemp("isere") / language
            arguments = ["solve", "isere-20m", "--out", str(found[language]), "--lang", language, *SHORT]
            assert CliRunner().invoke(main, arguments).exit_code == 0
    return found


@pytest.fixture(scope="module")  # another module has a browser of its own
def browser() -> "Iterator[Browser]":
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: "Browser", folders: dict[str, Path]) -> "Iterator[Callable[..., Page]]":
    """Return an opener of the page in a language and width; whatever it asks of the network or complains of fails."""
    asked: list[str] = []
    contexts = []

    def open_it(language: str = "fr", width: int = 1280, *, scripted: bool = True) -> "Page":
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripted)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: request.url.startswith("file://") or asked.append(request.url))
        page.on("console", lambda message: asked.append(message.text))
        page.on("pageerror", lambda error: asked.append(str(error)))
        page.goto((folders[language] / "report.html").as_uri())
        page.wait_for_timeout(WAIT_MS)
        return page

    yield open_it
    assert asked == []
    for context in contexts:
        context.close()


def coverage(folder: Path) -> pd.DataFrame:
    table = pd.read_csv(folder / "coverage.csv", dtype={"demand_id": str})
    return table[table["profession"].eq("gp")].set_index("demand_id")


def demand() -> pd.DataFrame:
    table = pd.read_csv(bundled_folder() / "data" / "isere" / "demand.csv", dtype={"demand_id": str})
    return table.set_index("demand_id")


def choose(page: "Page", title: str) -> None:
    page.get_by_label(title, exact=True).check()
    page.wait_for_timeout(WAIT_MS)


def legend(page: "Page") -> list[str]:
    return page.locator(".map-legend:visible small").all_inner_texts()


def counted(values: pd.Series, people: pd.Series, edges: list[float], *, above: bool, wording: Wording) -> list[str]:
    """Return what a legend says of some values between edges; ``above``: a value at an edge belongs above it."""
    number = np.searchsorted(np.array(edges) + (0 if above else 1e-6), values, side="right")
    return [count(number == each, people, wording) for each in range(len(edges) + 1)]


def count(is_in: Any, people: pd.Series, wording: Wording) -> str:  # noqa: ANN401 - a row of flags
    counts = {"n": int(is_in.sum()), "count": wording.whole(is_in.sum()), "people": wording.whole(people[is_in].sum())}
    return wording.say("map_class_count", **counts)


def panel(page: "Page") -> dict[str, str]:
    """Return what the panel says of its first subject, by label."""
    labels, texts = (page.locator(f".map-panel dl >> nth=0 >> {tag}").all_inner_texts() for tag in ("dt", "dd"))
    return dict(zip(labels, texts, strict=True))


def view(page: "Page") -> list[float]:
    return [float(each) for each in (page.locator("svg.map").get_attribute("viewBox") or "").split()]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_commune_is_drawn_and_legends_are_those_of_the_files(
    open_page: "Callable[..., Page]", folders: dict[str, Path], language: str
) -> None:
    page, wording = open_page(language), Wording("fr" if language == "fr" else "en")
    rows, official = coverage(folders[language]), demand()
    people = rows["inhabitants"]
    assert page.locator(".areas path").count() == COMMUNES == len(rows)
    effect = (rows["uncovered_after"] - rows["uncovered_before"]) / people
    edges = [-0.05 - 1e-6, -0.02 - 1e-6, -0.005 - 1e-6, 0.005 + 1e-6, 0.02 + 1e-6, 0.05 + 1e-6]
    assert legend(page) == counted(effect, people, edges, above=True, wording=wording)
    upper, floor = list(CLASS_UPPER_SHARES[:-1]), 2.5
    for name in ("before", "after"):
        choose(page, wording.say(f"map_layer_uncovered_{name}"))
        shown = counted(rows[f"uncovered_{name}"] / people, people, upper, above=False, wording=wording)
        assert legend(page) == shown
    blocks = pd.read_csv(folders[language] / "blocks.csv").query("profession == 'gp'").set_index("block")
    choose(page, wording.say("map_layer_blocks"))
    levels = rows["block"].map(blocks["uncovered_share_after"])
    assert legend(page) == counted(levels, people, upper, above=False, wording=wording)
    for column in ("apl_official", "apl_under_65_official"):
        choose(page, wording.say(f"map_layer_{column}"))
        limits = [floor + step for step in STEPS_FROM_FLOOR]
        values = official[column].reindex(rows.index)
        assert legend(page) == counted(values, people, limits, above=True, wording=wording)
    choose(page, wording.say("map_layer_minutes"))
    shown = counted(rows["nearest_minutes_after"], people, list(UPPER_MINUTES), above=False, wording=wording)
    assert legend(page)[: len(shown)] == shown
    choose(page, wording.say("map_layer_zoning"))
    zoning = official["gp_zoning_id"].reindex(rows.index)
    shown = [count(zoning.eq(word), people, wording) for word in ("ZIP", "ZAC", "ZAR", "none")]
    assert legend(page)[:4] == shown
    fills = page.locator(".areas path").evaluate_all("paths => paths.map(path => path.getAttribute('fill'))")
    assert fills.count("#5e1460") == zoning.eq("ZIP").sum()


@pytest.mark.parametrize(
    ("typed", "name"), [("saint egreve", "Saint-Égrève"), ("La Mure", "La Mure"), ("LA MURE", "La Mure")]
)
def test_search_finds_a_commune_and_its_panel_says_what_the_file_does(
    open_page: "Callable[..., Page]", folders: dict[str, Path], typed: str, name: str
) -> None:
    page, wording = open_page(), Wording("fr")
    page.get_by_label("Ma commune", exact=True).first.fill(typed)
    page.keyboard.press("Enter")
    page.wait_for_timeout(WAIT_MS)
    assert page.locator(".map-panel h3").inner_text() == name
    assert view(page)[2] < 6000  # it is zoomed to
    place = demand().query("name == @name").iloc[0]
    row, told = coverage(folders["fr"]).loc[place.name], panel(page)
    share = wording.percent(row["uncovered_after"] / row["inhabitants"])
    assert told["Habitants"] == wording.whole(row["inhabitants"])
    assert told["Sans place avec le plan"] == f"{wording.whole(row['uncovered_after'])} ({share})"
    assert told[wording.say("page_apl_official")] == wording.decimal(row["apl_official"], 2)
    assert told["Minutes vers le plus proche, avec le plan"] == wording.decimal(row["nearest_minutes_after"])
    zones = pd.read_csv(folders["fr"] / "zones.csv", dtype={"zone_id": str})
    zones = zones.query("kind == 'epci' and profession == 'gp'")
    epci = zones.set_index("zone_id").loc[str(place["epci_id"])]
    heading = page.locator(".map-panel h4")
    assert heading.inner_text() == epci["name"]
    assert wording.whole(epci["inhabitants"]) in page.locator(".map-panel dl >> nth=1").inner_text()
    sites = pd.read_csv(folders["fr"] / "sites.csv", dtype={"place_id": str})
    assert any(told["Implantation proposée la plus proche"].startswith(each) for each in sites["name"])


def test_search_offers_names_and_says_that_there_is_none(open_page: "Callable[..., Page]") -> None:
    page = open_page()
    field = page.locator(".map-search input")
    field.fill("st mar")
    assert "Saint-Martin-d" in page.locator(".map-search li").first.inner_text()
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == page.locator("[aria-selected=true]").get_attribute("id")
    field.press("Escape")
    assert page.locator(".map-search ul").is_hidden()
    field.fill("Nulleville")
    field.press("Enter")
    assert page.locator(".map-panel").inner_text() == Wording("fr").say("map_search_nothing")


def test_the_panel_of_a_site_is_its_row_and_its_catchment_is_outlined(
    open_page: "Callable[..., Page]", folders: dict[str, Path]
) -> None:
    page, wording = open_page("en"), Wording("en")
    sites = pd.read_csv(folders["en"] / "sites.csv")
    rows = pd.read_csv(folders["en"] / "allocation.csv", dtype=str).query("profession == 'gp'")
    assert page.locator(".sites .site").count() == len(sites) > 0
    for number, site in enumerate(sites.to_dict("records")):
        page.locator(".sites .site").nth(number).focus()
        told = panel(page)
        assert page.locator(".map-panel h3").inner_text() == site["name"]
        assert told["Cost"] == wording.eur(site["cost_eur"])
        assert told["Aid to practitioners"] == wording.eur(site["aid_eur"])
        assert told["Posts, GP"] == wording.whole(site["staff_gp"])
        assert told["Inhabitants served (GP)"].startswith(f"{wording.whole(site['inhabitants_served_gp'])}, ")
        assert page.locator(".sites .site text").nth(number).text_content() == str(site["staff_gp"])
        served = rows["site_id"].eq(site["site_id"]).sum()
        outline = page.locator(".catchment").get_attribute("d") or ""
        drawn = page.locator(".areas path").evaluate_all(
            "(paths, outline) => paths.filter(path => outline.includes(path.getAttribute('d'))).length", outline
        )
        assert drawn == served > 0
        assert f"{wording.whole(served)} commune" in page.locator(".map-panel .note").inner_text()


def test_zoom_pan_and_focus_by_keyboard_alone(open_page: "Callable[..., Page]", folders: dict[str, Path]) -> None:
    page = open_page()
    page.locator(".map-tools button").last.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('svg.map')")
    outline = page.locator("svg.map").evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline == "solid"
    assert view(page)[:3] == [0, 0, 6000]
    for key in "++":
        page.keyboard.press(key)
    page.wait_for_timeout(WAIT_MS)
    left, _, across, _ = view(page)
    assert math.isclose(across, 6000 / 1.5**2)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(WAIT_MS)
    assert math.isclose(view(page)[0], left + 0.2 * across)
    page.keyboard.press("Enter")  # the commune in the middle
    names = set(demand()["name"])
    assert page.locator(".map-panel h3").inner_text() in names
    page.keyboard.press("0")
    page.wait_for_timeout(WAIT_MS)
    assert view(page)[:3] == [0, 0, 6000]
    page.keyboard.press("Tab")
    first = pd.read_csv(folders["fr"] / "sites.csv")["name"].iloc[0]
    assert page.locator(".map-panel h3").inner_text() == first
    page.keyboard.press("Enter")
    page.wait_for_timeout(WAIT_MS)
    assert math.isclose(view(page)[2], 1500)


def test_wheel_buttons_and_two_fingers_zoom(open_page: "Callable[..., Page]") -> None:
    page = open_page()
    page.locator("[data-zoom=in]").click()
    page.wait_for_timeout(WAIT_MS)
    assert math.isclose(view(page)[2], 3000)
    page.locator("[data-zoom=home]").click()
    box = page.locator("svg.map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.wheel(0, -400)  # a map that is not in use lets the page scroll
    page.wait_for_timeout(WAIT_MS)
    assert view(page)[2] == 6000
    page.locator("svg.map").focus()
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(WAIT_MS)
    assert math.isclose(view(page)[2], 3000)
    page.locator("[data-zoom=home]").click()
    pinch = """svg => {
      const box = svg.getBoundingClientRect();
      const touch = (type, id, x) => svg.dispatchEvent(new PointerEvent(type, {
        pointerId: id, pointerType: "touch", bubbles: true, clientX: box.left + x, clientY: box.top + 100 }));
      touch("pointerdown", 1, 300); touch("pointerdown", 2, 400); touch("pointermove", 2, 500);
      touch("pointerup", 1, 300); touch("pointerup", 2, 500);
    }"""
    page.locator("svg.map").evaluate(pinch)
    page.wait_for_timeout(WAIT_MS)
    assert math.isclose(view(page)[2], 3000)


def test_marks_are_shown_on_request_and_names_do_not_grow(open_page: "Callable[..., Page]") -> None:
    page = open_page()
    places = pd.read_csv(bundled_folder() / "data" / "isere" / "places.csv")
    drawn = page.locator("[data-marks=pharmacies] .dot")
    assert (drawn.get_attribute("d") or "").count("M") == (places["pharmacies"] > 0).sum()
    assert drawn.is_hidden()
    page.locator("[data-show=pharmacies]").check()
    assert page.locator("[data-marks=pharmacies]").get_attribute("display") == "inline"
    msps = page.locator("[data-marks=msps] .dot").get_attribute("d") or ""
    assert msps.count("M") == (places["msps"] > 0).sum() == 59

    def height() -> float:
        box = page.locator(".town-names text").first.bounding_box()
        assert box is not None
        return box["height"]

    before = height()
    page.locator("[data-zoom=in]").click()
    page.wait_for_timeout(WAIT_MS)
    assert height() == pytest.approx(before, rel=0.05)


def test_a_phone_shows_the_map_and_nothing_runs_over(open_page: "Callable[..., Page]") -> None:
    page = open_page(width=390)
    box = page.locator("svg.map").bounding_box()
    assert box is not None
    assert 300 < box["width"] <= 390
    beyond = "parts => parts.filter(part => part.getBoundingClientRect().right > 391 && !part.closest('svg')).length"
    wide = page.locator(".explorer *").evaluate_all(beyond)
    assert wide == 0
    page.locator(".map-search input").fill("grenoble")
    page.keyboard.press("Enter")
    assert page.locator(".map-panel h3").inner_text() == "Grenoble"


def test_without_a_script_the_first_layer_stands_with_its_legend(open_page: "Callable[..., Page]") -> None:
    page = open_page(scripted=False)
    assert page.locator(".areas path").count() == COMMUNES
    assert page.locator(".map-legend:visible").count() == 1
    for each in (".map-choice", ".map-search", ".map-panel", ".map-tools"):
        assert page.locator(each).is_hidden()
    assert page.locator(".site-names text").count() > 0


def test_the_page_is_small_enough(folders: dict[str, Path]) -> None:
    assert (folders["fr"] / "report.html").stat().st_size < 600_000
