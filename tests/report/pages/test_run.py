"""The page, its map, its tables and its layers, on three communes in a row and one site.

    Aix (1,000, one GP) ---- Bor (2,000, the site) ---- Cluz (1,000)

A GP has room for 1,000, so 3,000 find no room before; two recruits at Bor leave the 1,000 of Cluz.
"""

import json
import re
import string
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from markupsafe import escape

from msp_siting.answer.coverage import tabulate
from msp_siting.answer.summary import summarise
from msp_siting.answer.value import Answer
from msp_siting.language.sentences import LANGUAGES, Language, catalogue, percent, whole
from msp_siting.problem.building import build_instance
from msp_siting.problem.plan import Assignment, Conflict, Plan, Solution, SolverReport, Status
from msp_siting.report.caveats import tell_caveats
from msp_siting.report.maps.canvas import wrap
from msp_siting.report.maps.explorer import Explorer
from msp_siting.report.maps.explorer_drawing import draw_explorer
from msp_siting.report.maps.layers import write_layers
from msp_siting.report.maps.legend import COLOURS, DIFFERENCE_COLOURS, NOBODY_COLOUR
from msp_siting.report.maps.plan import plan_explorer
from msp_siting.report.maps.scales import uncovered_scale
from msp_siting.report.maps.shapes import demand_shapes
from msp_siting.report.marks import gate_marks
from msp_siting.report.pages.run import render_page
from msp_siting.report.wording import Wording
from msp_siting.requests import gates_of
from msp_siting.runs.tables import site_effects, site_table, staff_table
from msp_siting.scenario.model import parse_model
from msp_siting.scenario.model_file import read_model
from msp_siting.scenario.question import Question, SiteCount
from msp_siting.scenario.scenario import Scenario
from msp_siting.territory.manifest import Manifest, ManifestFile
from msp_siting.territory.territory import Rim, Territory

TOY = Path(__file__).parents[2] / "toy"
ON = date(2026, 11, 25)
HOSTILE = "<script>alert('x')</script>"
SITE_COLUMNS = [
    *("site_id", "place_id", "name", "action", "parent_place_id", "format", "lon", "lat"),
    *("capex_eur", "cost_eur", "aid_eur"),
    *("aci_eur_per_year", "staff_gp", "staff_nurse", "staff_midwife", "inhabitants_served_gp"),
    *("inhabitants_served_nurse", "inhabitants_served_midwife", "owner_eur"),
]
MakeAnswer = Callable[..., Answer]


def _territory(folder: Path, name: str) -> Territory:
    points = {"lon": [5.0, 5.1, 5.2], "lat": [45.0, 45.02, 45.0]}
    ids = ["a", "b", "c"]
    file = ManifestFile(
        path="demand.csv", sha256="0", source="S", url="javascript:x", licence="L", vintage="V", kind="measured"
    )
    return Territory(
        folder=folder,
        manifest=Manifest(name="row", title={"fr": "Rangée", "en": "Row"}, crs="EPSG:2154", files=[file]),
        demand=pd.DataFrame(
            {"demand_id": ids, "name": ["Aix", name, "Cluz"], "inhabitants": [1000.0, 2000.0, 1000.0], **points}
        ).assign(border=[False, False, True], epci_id=["z1", "z1", "z2"]),
        supply=pd.DataFrame({"place_id": ["a"], "profession": ["gp"], "practitioners": [1.0]}),
        sites=pd.DataFrame(
            {"site_id": ["s"], "place_id": ["b"], "name": [name], "lon": [5.1], "lat": [45.02], "status": ["candidate"]}
        ),
        travel_times=pd.DataFrame({"demand_id": ids, "place_id": ids, "minutes": [0.0, 0.0, 0.0]}),
        places=pd.DataFrame({"place_id": [], "name": [], "lon": [], "lat": []}),
        zones=pd.DataFrame({"kind": ["epci"] * 2, "zone_id": ["z1", "z2"], "name": ["CC du Levant", "CC Ouest"]}),
        flows=pd.DataFrame({"profession": []}),
        sha256="0",
    )


def _scenario(folder: Path) -> Scenario:
    path = TOY / "models" / "allocation.yaml"
    question = Question(question={"fr": "Où ?", "en": "Where?"}, territory="row", model="allocation", budget_eur=1e6)
    return Scenario(
        name="row",
        question=question,
        model=parse_model(read_model(path), "model"),
        folder=folder,
        recruitable={"gp": 2, "nurse": 1, "midwife": 0},
        site_count=SiteCount(),
    )


def _assignment(served: dict[tuple[str, str], float], people: dict[str, float]) -> Assignment:
    rows = [(place, place, profession, number) for (place, profession), number in served.items()]
    left = [(i, p, n - served.get((i, p), 0.0)) for p in ("gp", "nurse", "midwife") for i, n in people.items()]
    return Assignment(
        pd.DataFrame(rows, columns=["demand_id", "place_id", "profession", "inhabitants"]),
        pd.DataFrame(left, columns=["demand_id", "profession", "inhabitants"]),
    )


@pytest.fixture
def make_answer(tmp_path: Path) -> MakeAnswer:
    def make(name: str = "Bor", *, opens: bool = True, status: Status = "optimal", bound: float = 95.0) -> Answer:
        territory, scenario = _territory(tmp_path, name), _scenario(tmp_path)
        instance = build_instance(territory, scenario)
        before = _assignment({("a", "gp"): 1000.0}, instance.inhabitants)
        plan, after = Plan.empty(), before
        if opens:
            staff = {"site_id": ["s", "s"], "profession": ["gp", "nurse"], "recruited": [2, 1]}
            plan = Plan(pd.DataFrame({"site_id": ["s"], "format": ["small"]}), pd.DataFrame(staff))
            served = {("a", "gp"): 1000.0, ("b", "gp"): 2000.0, ("b", "nurse"): 651.0}
            after = _assignment(served, instance.inhabitants)
        report = SolverReport(1, 1, 10, 10, 10, 1, "gap", conflicts=(Conflict("budget", 925_000.0),))
        if status in {"infeasible", "no_plan"}:
            empty = Solution(status, None, None, None, None, report)
            return Answer(scenario, territory, instance, before, 200.0, empty, None)
        coverage = tabulate(territory, instance, scenario.model.apl, before, plan, after)
        solution = Solution(status, 100.0, bound, plan, after, report)
        return Answer(scenario, territory, instance, before, 200.0, solution, coverage)

    return make


def _page(answer: Answer, language: Language = "fr") -> str:
    return render_page(answer, tell_caveats(summarise(answer), language) | _judged(answer, language), language)


def _judged(answer: Answer, language: Language) -> dict[str, Any]:
    gates = gate_marks(answer, gates_of(answer.scenario), ON, language)
    return {"gates_on": ON.isoformat(), "gates": gates, "build_s": 0.1, "solve_s": 0.2}


def _explorer(answer: Answer, language: Language = "fr") -> Explorer:
    assert answer.coverage is not None
    shapes, actions = demand_shapes(answer.territory), {"s": "création"}
    return plan_explorer(answer, answer.coverage, shapes, ON, actions, Wording(language))


def _draw(answer: Answer) -> ET.Element:
    figure = str(draw_explorer(_explorer(answer), Wording("fr")))
    svg = figure[figure.index('<svg xmlns="http://www.w3.org/2000/svg" class="map"') :]
    return ET.fromstring(svg[: svg.index("</svg>") + len("</svg>")])  # noqa: S314 - our own text


def _fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_both_languages_have_the_same_keys_and_values_to_put_in() -> None:
    french, english = catalogue("fr"), catalogue("en")
    assert french.keys() == english.keys()
    assert {key: _fields(text) for key, text in french.items()} == {key: _fields(text) for key, text in english.items()}


def test_numbers_are_written_as_each_language_does() -> None:
    assert whole(1284948, "fr") == "1\u202f284\u202f948"
    assert whole(1284948, "en") == "1,284,948"
    assert percent(0.0408, "fr") == "4,1\u202f%"


def test_page_says_what_is_opened_and_what_changes(make_answer: MakeAnswer) -> None:
    page = _page(make_answer())
    assert '<html lang="fr">' in page
    for expected in (
        "900\u202f000\u00a0€",
        "25\u202f000\u00a0€",
        "3\u202f000",
        "pénurie 1\u202f000",
        "à moins de 5,0\u202f% du meilleur possible dans le modèle",
        (
            "2\u202f000 habitants trouvent une place, pour 2 postes à pourvoir \u00d7 1\u202f000 patients = "
            "2\u202f000 places"
        ),
        "création \u2013 à vérifier\u00a0: structures existantes non chargées",
        "calcul du 25 novembre 2026",
        "Bor (2\u202f000)",
        "cellules de Voronoï",
        "ne vaut ni avis de l\u2019ARS",
    ):
        assert expected in page


@pytest.mark.parametrize(("need", "said"), [(200.0, "settlements"), (201.0, "nearer")])
def test_page_says_what_posts_are_for_that_find_few_without_room(
    make_answer: MakeAnswer, need: float, said: str
) -> None:
    # 2 posts have room for 2,000: for 1,800 and more of them the sentence is about people without room.
    answer = make_answer()
    summary = tell_caveats(summarise(answer), "en")
    summary["uncovered_need_after"]["gp"] += need
    page = render_page(answer, summary | _judged(answer, "en"), "en")
    assert ("follows mostly from the settlements hoped for" in page) == (said == "settlements")
    assert ("most of the posts bring GPs nearer" in page) == (said == "nearer")


def test_page_rounds_the_distance_to_the_best_upwards(make_answer: MakeAnswer) -> None:
    assert "within 5.1% of the best possible" in _page(make_answer(bound=94.99), "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_screen_has_no_word_of_solvers(make_answer: MakeAnswer, language: Language) -> None:
    page = _page(make_answer(), language)
    first = page[page.index("<main>") : page.index('<h2 class="apart">')]
    assert not re.search(r"\b(gap|bound|borne|regret|p-cent\w+|solveur|solver)\b", first, re.IGNORECASE)


@pytest.mark.parametrize(("language", "words"), [("fr", "Non prouvé"), ("en", "Not proven")])
def test_page_says_that_a_plan_is_not_proven(make_answer: MakeAnswer, language: Language, words: str) -> None:
    assert words in _page(make_answer(status="feasible"), language)
    assert words not in _page(make_answer(), language)


def test_page_escapes_names(make_answer: MakeAnswer) -> None:
    answer = make_answer(HOSTILE)
    page = _page(answer)
    assert page.count("<script") == 2  # the page's own, and what the map knows
    assert HOSTILE not in page
    assert "&lt;script&gt;alert" in page
    assert "javascript:" not in page


def test_page_needs_nothing_from_elsewhere_and_names_no_folder(make_answer: MakeAnswer) -> None:
    answer = make_answer()
    page = _page(answer)
    assert not re.search(r"<(script src|link|img|iframe)\b|url\(['\"]?http", page)
    assert str(answer.territory.folder) not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_of_a_plan_that_opens_nothing(make_answer: MakeAnswer, language: Language) -> None:
    page = _page(make_answer(opens=False), language)
    assert str(escape(catalogue(language)["page_no_sites"])) in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", ["infeasible", "no_plan"])
def test_page_without_a_plan_explains_why(make_answer: MakeAnswer, status: str, language: Language) -> None:
    page = _page(make_answer(status=status), language)
    assert "925" in page
    assert "<svg" not in page
    assert 'id="caveats"' in page


def test_creation_needs_no_check_where_existing_sites_are_loaded(make_answer: MakeAnswer) -> None:
    answer = make_answer()
    there = answer.territory.sites.assign(site_id="there", status="existing")
    sites = pd.concat([answer.territory.sites, there], ignore_index=True)
    known = replace(answer, territory=replace(answer.territory, sites=sites))
    assert "structures existantes non chargées" not in _page(known)


@pytest.mark.parametrize(("place_id", "action"), [("b", "extension"), ("c", "creation")])
def test_opening_where_a_structure_is_already_is_an_extension(
    make_answer: MakeAnswer, place_id: str, action: str
) -> None:
    answer = make_answer()
    there = answer.territory.sites.assign(site_id="there", status="existing", place_id=place_id)
    sites = pd.concat([answer.territory.sites, there], ignore_index=True)
    known = replace(answer, territory=replace(answer.territory, sites=sites))
    assert site_table(known)["action"].tolist() == [action]  # the site that opens is at b
    assert ("<td>extension</td>" in _page(known)) == (action == "extension")


@pytest.mark.parametrize(("opens", "circles"), [(False, 0), (True, 1)])
def test_map_has_one_titled_path_per_demand_point(make_answer: MakeAnswer, *, opens: bool, circles: int) -> None:
    drawing = _draw(make_answer(HOSTILE, opens=opens))
    space = "{http://www.w3.org/2000/svg}"
    titles = [path.findtext(f"{space}title") for path in drawing.iter(f"{space}path")]
    assert len([title for title in titles if title]) == 3
    sites = [group for group in drawing.iter(f"{space}g") if group.get("class") == "site"]
    assert [site.findtext(f"{space}text") for site in sites] == ["2"] * circles  # the GPs of the site
    assert drawing.get("role") == "group"
    assert drawing.get("aria-label")


def test_layers_put_every_demand_point_into_its_class(make_answer: MakeAnswer) -> None:
    # Nobody of Aix, everybody of Bor and Cluz before; only Cluz after.
    layers = {layer.name: layer for layer in _explorer(make_answer()).layers}
    assert list(layers["uncovered_before"].numbers) == [0, 5, 5]
    assert list(layers["uncovered_after"].numbers) == [0, 0, 5]
    assert list(layers["effect"].numbers) == [3, 0, 3]
    assert list(layers["supply"].numbers) == [1, 0, 0]
    assert "apl_official" not in layers  # which the territory does not know
    assert "zoning" not in layers
    fills = [path.get("fill") for path in _draw(make_answer()).iter("{http://www.w3.org/2000/svg}path")]
    assert fills[1:4] == [DIFFERENCE_COLOURS[number] for number in (3, 0, 3)]  # the first is of a pattern


def test_legends_count_communes_and_inhabitants(make_answer: MakeAnswer) -> None:
    figure = str(draw_explorer(_explorer(make_answer(), "en"), Wording("en")))
    legends = [re.findall(r"<small>([^<]*)</small>", part) for part in figure.split('<div class="map-legend"')[1:]]
    assert (
        legends[0]
        == ["1 commune, 2,000 inh.", *["0 communes, 0 inh."] * 2, "2 communes, 2,000 inh."] + ["0 communes, 0 inh."] * 3
    )


def test_what_the_map_knows_is_json_that_no_name_can_end(make_answer: MakeAnswer) -> None:
    figure = str(draw_explorer(_explorer(make_answer("</script>" + HOSTILE)), Wording("fr")))
    told = figure[figure.index('<script type="application/json">') + 32 : figure.rindex("</script>")]
    assert "<" not in told
    data = json.loads(told)
    assert data["names"] == ["Aix", "</script>" + HOSTILE, "Cluz"]
    assert [data["zones"][number]["name"] for number in data["zone"]] == ["CC du Levant"] * 2 + ["CC Ouest"]
    assert data["sites"][0]["catchment"] == [1]
    inhabitants = next(texts for label, texts in data["figures"] if label == "Habitants")
    assert inhabitants == ["1\u202f000", "2\u202f000", "1\u202f000"]


def test_border_points_are_hatched_while_no_rim_is_used(make_answer: MakeAnswer) -> None:
    answer = make_answer()
    rim = Rim(answer.territory.demand.head(0), answer.territory.supply.head(0), answer.territory.travel_times.head(0))
    known = replace(answer, territory=replace(answer.territory, rim=rim))
    for shown, hatched in ((answer, True), (known, False)):
        text = str(draw_explorer(_explorer(shown, "en"), Wording("en")))
        assert ("border catchment" in text) is hatched
        assert ("Its catchment leaves the territory" in text) is hatched


def test_an_upper_limit_belongs_to_its_class() -> None:
    scale = uncovered_scale(Wording("en"))
    assert scale.colours([0.0, 0.01, 0.0101, 0.1, 0.1 + 1e-9, 1.0]) == [
        COLOURS[number] for number in (0, 0, 1, 3, 3, 5)
    ]
    assert scale.colours([float("nan")]) == [NOBODY_COLOUR]


def test_cells_hold_their_points_and_do_not_overlap(make_answer: MakeAnswer) -> None:
    shapes = demand_shapes(make_answer().territory)
    assert list(shapes["demand_id"]) == ["a", "b", "c"]
    assert shapes["is_cell"].all()
    assert shapes.union_all().area == pytest.approx(shapes.area.sum())


def test_boundaries_are_used_where_they_name_every_demand_point(make_answer: MakeAnswer) -> None:
    territory = make_answer().territory
    polygons = demand_shapes(territory).iloc[::-1]
    polygons[["demand_id", "geometry"]].to_file(territory.folder / "boundaries.gpkg", layer="demand")
    shapes = demand_shapes(territory)
    assert list(shapes["demand_id"]) == ["a", "b", "c"]
    assert not shapes["is_cell"].any()
    polygons.head(2)[["demand_id", "geometry"]].to_file(territory.folder / "boundaries.gpkg", layer="demand")
    assert demand_shapes(territory)["is_cell"].all()


def test_lines_break_at_spaces_and_hyphens() -> None:
    assert wrap("Saint-Romain-de-Jalionas", 16) == ["Saint-Romain-de-", "Jalionas"]
    assert wrap("Les Vals du Dauphiné", 40) == ["Les Vals du Dauphiné"]


def test_site_table(make_answer: MakeAnswer) -> None:
    table = site_table(make_answer())
    assert list(table.columns) == SITE_COLUMNS
    row = table.iloc[0]
    assert (row["action"], row["format"], row["cost_eur"], row["staff_gp"]) == ("creation", "small", 900_000, 2)
    assert (row["inhabitants_served_gp"], row["inhabitants_served_nurse"]) == (2000, 651)


def test_staff_and_effects(make_answer: MakeAnswer) -> None:
    answer = make_answer()
    assert staff_table(answer).to_dict("list") == {
        "site_id": ["s", "s"],
        "profession": ["gp", "nurse"],
        "recruited": [2, 1],
        "moved": [0, 0],
        "aid_eur": [20_000, 5_000],
    }
    effects = site_effects(answer)
    assert list(effects["origins"]) == [(("Bor", 2000.0),), (("Bor", 651.0),)]
    assert list(effects["filled_share"]) == [1, 1]


def test_tables_of_a_plan_that_opens_nothing_have_the_same_columns(make_answer: MakeAnswer) -> None:
    opened, nothing = make_answer(), make_answer(opens=False)
    for table_of in (site_table, staff_table, site_effects):
        assert len(table_of(nothing)) == 0
        assert list(table_of(nothing).columns) == list(table_of(opened).columns)


@pytest.mark.parametrize("opens", [True, False])
def test_layers(make_answer: MakeAnswer, tmp_path: Path, opens: bool) -> None:  # noqa: FBT001 - a parameter of the test
    write_layers(make_answer(opens=opens), tmp_path, date(2026, 11, 30), Wording("en"))
    sites = gpd.read_file(tmp_path / "plan.gpkg", layer="sites")
    demand = gpd.read_file(tmp_path / "plan.gpkg", layer="demand")
    assert len(sites) == int(opens)
    assert set(SITE_COLUMNS) <= set(sites.columns)
    assert list(demand["uncovered_before_gp"]) == [0, 2000, 1000]
    assert demand.crs == "EPSG:2154"
    blocks = gpd.read_file(tmp_path / "plan.gpkg", layer="blocks")
    assert blocks.crs == "EPSG:2154"
    assert sorted(blocks.loc[blocks["profession"].eq("gp"), "demand_points"]) == [1, 2]
    assert set(demand.geom_type) == {"Point"}
    features = json.loads((tmp_path / "sites.geojson").read_text(encoding="utf-8"))["features"]
    assert [feature["geometry"]["coordinates"] for feature in features] == [[5.1, 45.02]] * int(opens)
