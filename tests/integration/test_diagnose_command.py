"""The command diagnose: what it writes, says and refuses, on the toy territory and on Isère."""

import hashlib
import json
import re
import struct
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from markupsafe import escape
from matplotlib.image import imread
from ruamel.yaml import YAML

from msp_siting.cli import main
from msp_siting.files.folders import seal
from msp_siting.language.sentences import LANGUAGES, Language, catalogue
from msp_siting.report.maps.legend import APL_COLOURS, NOBODY_COLOUR
from msp_siting.report.maps.scales import apl_scale
from msp_siting.report.wording import Wording

FILES = {
    *("summary.json", "coverage.csv", "zones.csv", "blocks.csv", "fragility.csv", "map.png", "report.html", "run.json"),
    *("plan.xlsx", "communes.xlsx", "scenario.resolved.yaml"),
}
SUMMARY_KEYS = {
    *("territory", "model", "horizon_year", "inhabitants", "need"),
    *("practitioners", "practitioners_per_10000_inhabitants", "departing_fte", "departing_share"),
    *("uncovered", "uncovered_today", "trend", "shortage", "distance", "nearest_minutes", "beyond_20_minutes"),
    *("apl_floor_visits_per_year", "apl_mean", "apl_mean_official", "apl_mean_under_65_official"),
    *("inhabitants_below_apl_floor", "inhabitants_below_apl_floor_official"),
    "inhabitants_below_apl_floor_under_65_official",
    *("apl_official_known_of_inhabitants", "apl_under_65_official_known_of_inhabitants"),
    "apl_official_fte_per_100000",
    *("apl_correlation_with_official", "visits_per_gp_per_year", "groups"),
    *("existing_structures", "inhabitants_by_zoning_status", "zoning_on", "invalid_zonings", "gps_since_2021"),
    *("border_points", "border_inhabitants", "seasonal_points", "seasonal_inhabitants"),
    *(
        "sheets_kind",
        "without",
        "seed",
        "versions",
        "input_sha256",
        "caveats",
        "caveat_facts",
        "total_s",
        "peak_memory_mb",
    ),
}
DEMAND = """\
demand_id,name,inhabitants,lon,lat,epci_id,inhabitants_75_plus,inhabitants_odd_ones,apl_official,border
a,<b>Aubois</b>,900,5.00,45.00,west,90,9,2.0,false
b,Bourg,600,5.10,45.00,west,60,,3.0,false
c,Clairval,900,5.40,45.00,east,,,1.0,true
d,Dole,300,5.10,44.90,west,30,3,7.0,false
"""
OUT = Path("runs/diagnosis-toy")


@pytest.fixture(autouse=True)
def _in_project(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)


@pytest.fixture
def rich_toy() -> None:
    """Give the toy territory groups, official APL, border and departures."""
    Path("data/toy/demand.csv").write_text(DEMAND, encoding="utf-8")
    Path("data/toy/supply.csv").write_text("place_id,profession,practitioners,retiring_share\nb,gp,2,0.25\n")


def diagnose(*arguments: str, language: Language = "en") -> Result:
    return CliRunner().invoke(main, ["diagnose", *arguments, "--lang", language])


def dark_pixels() -> int:
    """Count the pixels of the map in the colour of the lowest class."""
    first = tuple(bytes.fromhex(APL_COLOURS[0].removeprefix("#")))
    pixels = (imread(OUT / "map.png")[:, :, :3] * 255).round().astype(int)
    return int((pixels == first).all(axis=2).sum())


def summary() -> dict[str, object]:
    return json.loads((OUT / "summary.json").read_text(encoding="utf-8"))


def test_a_diagnosis_writes_every_promised_file_and_nothing_else() -> None:
    result = diagnose("toy")
    assert result.exit_code == 0, result.output
    assert {path.name for path in OUT.iterdir()} == FILES
    assert [path.name for path in Path("runs").iterdir()] == ["diagnosis-toy"]
    assert set(summary()) == SUMMARY_KEYS
    assert json.loads((OUT / "run.json").read_text(encoding="utf-8"))["territory"]["name"] == "toy"


def test_the_territory_may_be_a_folder_and_the_target_chosen() -> None:
    result = diagnose("data/toy", "--out", "elsewhere", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["inhabitants"] == 2700
    assert Path("elsewhere/map.png").is_file()


@pytest.mark.usefixtures("rich_toy")
def test_what_it_says() -> None:
    assert diagnose("toy").stdout.splitlines() == [
        "Toy territory: 2,700 inhabitants, 2.0 FTE (GP). Nothing is decided.",
        (
            "Mean APL official 2.44, computed 2.44. Below 2.5 (historical floor, zoning of 2017): 1,800 inhabitants "
            "(all GPs), without a value here (GPs under 65)."
        ),
        (
            "More than 20 minutes from a GP: 900 inhabitants. "
            "Uncovered (best case): 900, 700 by shortage and 200 by distance."
        ),
        "Written to runs/diagnosis-toy",
    ]


@pytest.mark.usefixtures("rich_toy")
def test_tables() -> None:
    diagnose("toy")
    points, zones = (pd.read_csv(OUT / name, dtype=str) for name in ("coverage.csv", "zones.csv"))
    assert list(points.columns) == [
        *("demand_id", "name", "profession", "inhabitants", "need", "practitioners", "uncovered", "block"),
        "nearest_minutes",
        *("apl", "apl_official", "apl_under_65_official", "apl_official_fte_per_100000", "border", "seasonal"),
        *("inhabitants_75_plus", "inhabitants_odd_ones"),
    ]
    gp = points[points["profession"].eq("gp")].set_index("demand_id")
    assert gp.loc["d", ["border", "seasonal"]].tolist() == ["false", "true"]
    assert list(zones.groupby("kind", sort=False)["profession"].count().items()) == [("epci", 6), ("territory", 3)]
    whole = zones[zones["kind"].eq("territory") & zones["profession"].eq("gp")].iloc[0]
    assert [float(whole[name]) for name in ("uncovered", "shortage", "distance", "departing_fte")] == [
        900,
        700,
        200,
        0.5,
    ]


@pytest.mark.usefixtures("rich_toy")
def test_departures_are_told_by_epci_and_larger_only() -> None:
    lines = Path("data/toy/demand.csv").read_text(encoding="utf-8").splitlines()
    text = "\n".join([f"{lines[0]},living_area_id", *(f"{line},area" for line in lines[1:])])
    Path("data/toy/demand.csv").write_text(text + "\n", encoding="utf-8")
    Path("data/toy/zones.csv").write_text(
        "kind,zone_id,name\nepci,west,West\nepci,east,East\nliving_area,area,Bassin\n", encoding="utf-8"
    )
    assert diagnose("toy", "--horizon", "2030").exit_code == 0
    zones = pd.read_csv(OUT / "zones.csv")
    gp = zones[zones["profession"].eq("gp")].set_index("zone_id")
    assert gp["departing_fte"].fillna(-1).to_dict() == {"west": 0.5, "east": 0, "area": -1, "toy": 0.5}
    assert gp["departing_share"].isna().to_dict() == {"west": False, "east": True, "area": True, "toy": False}
    page = (OUT / "report.html").read_text(encoding="utf-8")
    say = Wording("en").say
    departures = page[page.index(say("diagnosis_departures", profession="GP")) : page.index(say("page_zones"))]
    assert say("zone_kind_epci") in departures
    assert say("zone_kind_living_area") not in departures


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_one_departure_is_felt_most(language: Language) -> None:
    assert (
        diagnose("toy", "--set", "professions.gp.capacity_inhabitants_per_post=300", language=language).exit_code == 0
    )
    table = pd.read_csv(OUT / "fragility.csv").to_dict("records")
    assert table == [
        {
            "place_id": "b",
            "name": "Bourg",
            "profession": "gp",
            "practitioners": 2,
            "posts_leaving": 1,
            "room_within_reach": 0,
            "inhabitants_left_without_room": 300,
            "rank": 1,
        }
    ]
    page = (OUT / "report.html").read_text(encoding="utf-8")
    assert escape(Wording(language).say("fragility_note")) in page
    assert "caveat_fragility_unranked" not in [fact["key"] for fact in summary()["caveat_facts"]]  # type: ignore[attr-defined]


def test_on_estimated_times_no_place_is_ranked() -> None:
    Path("data/toy/travel_times.csv").unlink()
    assert CliRunner().invoke(main, ["travel-times", "--territory", "data/toy", "--surrogate"]).exit_code == 0
    assert diagnose("toy").exit_code == 0
    assert pd.read_csv(OUT / "fragility.csv")["rank"].isna().all()
    assert Wording("en").say("caveat_fragility_unranked") in summary()["caveats"]  # type: ignore[operator]
    page = (OUT / "report.html").read_text(encoding="utf-8")
    assert Wording("en").say("fragility_note") not in page


def test_a_change_of_the_model_is_noted() -> None:
    diagnose("toy", "--set", "professions.gp.capacity_inhabitants_per_post=300")
    assert summary()["uncovered"]["gp"] == pytest.approx(2100)
    changes = json.loads((OUT / "run.json").read_text(encoding="utf-8"))["changes"]
    assert changes == ["professions.gp.capacity_inhabitants_per_post: 1000.0 -> 300"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["toi"], "territory: no folder 'toi' with a manifest.yaml; did you mean toy?"),
        (
            ["toy", "--model", "alocation"],
            "model: 'alocation': no such file, and no such name in models/",
        ),
        (["toy", "--set", "budget_eur=5"], "--set budget_eur: a diagnosis decides nothing"),
        (["toy", "--set", "apl.flor=5"], "--set apl.flor: no such parameter"),
        (["toy", "--out", "data"], "data: holds something else than an earlier run"),
    ],
)
def test_wrong_input_ends_with_2_and_writes_nothing(arguments: list[str], expected: str) -> None:
    result = diagnose(*arguments)
    assert result.exit_code == 2
    assert expected in result.stderr
    assert result.stdout == ""
    assert not Path("runs").exists()


def test_wrong_data_end_with_2() -> None:
    Path("data/toy/demand.csv").write_text(DEMAND.replace(",90,", ",many,"), encoding="utf-8")
    result = diagnose("toy")
    assert result.exit_code == 2
    assert "demand.csv: row 2: inhabitants_75_plus: expected a number" in result.stderr
    assert not Path("runs").exists()


def test_an_earlier_diagnosis_is_replaced_whole() -> None:
    diagnose("toy")
    (OUT / "left-over.txt").write_text("old")
    seal(OUT)  # as if an earlier version had written it
    assert diagnose("toy").exit_code == 0
    assert {path.name for path in OUT.iterdir()} == FILES


@pytest.mark.usefixtures("rich_toy")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_in_both_languages(language: Language) -> None:
    assert diagnose("toy", language=language).exit_code == 0
    page = (OUT / "report.html").read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in page
    assert not re.search(r"<(script src|link|img|iframe)\b|url\(['\"]?http", page)
    assert "&lt;b&gt;Aubois" in page
    assert "<b>Aubois" not in page
    other: Language = "en" if language == "fr" else "fr"
    for key in ("diagnosis_map", "diagnosis_groups", "diagnosis_zoning_not_loaded", "page_footer"):
        assert escape(Wording(language).say(key)) in page
        if key != "diagnosis_map":
            assert escape(Wording(other).say(key)) not in page
    assert {"fr": "2,44", "en": "2.44"}[language] in page


HEADINGS = ("diagnosis_map", "diagnosis_groups", "page_zones", "diagnosis_professions", "page_sources", "page_details")


@pytest.mark.usefixtures("rich_toy")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_keeps_its_order_and_its_first_screen_has_no_word_of_solvers(language: Language) -> None:
    diagnose("toy", language=language)
    page = (OUT / "report.html").read_text(encoding="utf-8")
    places = [page.index(f"<h2>{escape(Wording(language).say(key))}") for key in HEADINGS]
    assert places == sorted(places)
    first = page[page.index("<main>") : places[0]]
    assert not re.search(r"\b(gap|bound|borne|regret|p-cent\w+|solveur|solver|objecti\w+)\b", first, re.IGNORECASE)


@pytest.mark.usefixtures("rich_toy")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_with_everything_loaded(language: Language) -> None:
    with Path("data/toy/sites.csv").open("a", encoding="utf-8") as sites:
        sites.write("old,c,Clairval,5.40,45.00,existing\n")
    Path("data/toy/zones.csv").write_text(
        "kind,zone_id,name,status,status_source,status_date\n"
        "epci,west,CC du Ponant,none,ARS,2025-01-01\nepci,east,Est,ZIP,ARS,2025-01-01\n",
        encoding="utf-8",
    )
    text = DEMAND.replace("west,30,3,7.0", "west,30,3,")
    Path("data/toy/demand.csv").write_text(text, encoding="utf-8")
    assert diagnose("toy", "--horizon", "2030", language=language).exit_code == 0
    page = (OUT / "report.html").read_text(encoding="utf-8")
    wording = Wording(language)
    expected = (
        wording.say("diagnosis_context_horizon", year=2030),
        wording.say("zone_status_none"),
        wording.say("diagnosis_zoning_note", kind="EPCI", source="ARS 2025-01-01"),
        wording.say("map_apl_unknown"),
        wording.say("diagnosis_leaving_share"),
    )
    assert [text for text in expected if escape(text) not in page] == []
    for key in ("diagnosis_zoning_not_loaded", "diagnosis_structures_not_loaded", "caveat_no_departures"):
        assert escape(wording.say(key)) not in page


@pytest.mark.usefixtures("rich_toy")
@pytest.mark.parametrize(("on", "is_valid"), [("2025-12-31", True), ("2026-01-01", False)])
def test_a_zoning_that_is_replaced_is_shown_as_such(on: str, *, is_valid: bool) -> None:
    Path("data/toy/zones.csv").write_text(
        "kind,zone_id,name,status,status_source,status_date,valid_until\n"
        "epci,west,CC du Ponant,ZAC,ARS,2025-06,2025-12-31\nepci,east,Est,ZIP,ARS,2025-06,2025-12-31\n",
        encoding="utf-8",
    )
    assert diagnose("toy", "--on", on, language="fr").exit_code == 0
    page = (OUT / "report.html").read_text(encoding="utf-8")
    replaced = "zonage de juin 2025, remplacé (valable jusqu\u2019au 31/12/2025)"
    assert (re.search(rf">{re.escape(replaced)}\s: à vérifier<", page) is None) is is_valid
    assert (re.search(rf">ZIP, {re.escape(replaced)}\s: à vérifier<", page) is None) is is_valid
    assert (">ZIP<" in page) is is_valid
    assert json.loads((OUT / "summary.json").read_text(encoding="utf-8"))["zoning_on"] == on


@pytest.mark.usefixtures("rich_toy")
def test_a_group_without_a_title_keeps_its_name() -> None:
    diagnose("toy")
    assert "odd ones" in (OUT / "report.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("rich_toy")
def test_modelled_times_forbid_a_verdict_on_a_commune() -> None:
    diagnose("toy")
    sentence = catalogue("en")["diagnosis_no_commune_verdict"]
    assert sentence not in (OUT / "report.html").read_text(encoding="utf-8")
    times = Path("data/toy/travel_times.csv")
    manifest = Path("data/toy/manifest.yaml")
    entry = {
        "path": times.name,
        "sha256": hashlib.sha256(times.read_bytes()).hexdigest(),
        "source": "S",
        "licence": "L",
        "vintage": "V",
        "kind": "modelled",
        "label": {"fr": "Temps estimé, erreur moyenne 7 min", "en": "Estimated times, mean error 7 min"},
    }
    content = YAML(typ="safe").load(manifest) | {"files": [entry]}
    YAML(typ="safe").dump(content, manifest)
    diagnose("toy")
    page = (OUT / "report.html").read_text(encoding="utf-8")
    assert page.count(sentence) == 2
    assert "Estimated times, mean error 7 min" in page
    communes = re.findall(r"<t[hd][^>]*>(Bourg|Clairval|Dole)<", page)
    assert communes == []


@pytest.mark.usefixtures("rich_toy")
def test_the_map_is_a_picture() -> None:
    diagnose("toy")
    content = (OUT / "map.png").read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert width == 1600
    assert height > 400
    # Clairval below 1.5 is a large patch of the first colour; in the legend alone the patch is small.
    there = dark_pixels()
    text = DEMAND.replace("east,,,1.0", "east,,,7.0")
    Path("data/toy/demand.csv").write_text(text, encoding="utf-8")
    diagnose("toy")
    assert there > 3 * dark_pixels() > 0


def test_a_limit_of_the_apl_belongs_to_the_class_above() -> None:
    scale = apl_scale(Wording("en"), 2.5)
    assert scale.colours([0.0, 1.5, 2.4999, 2.5, 3.5, 4.5, 9.0]) == [
        APL_COLOURS[number] for number in (0, 1, 1, 2, 3, 4, 4)
    ]
    assert scale.colours([float("nan")]) == [NOBODY_COLOUR]
    texts = [text for _, text in scale.entries]
    assert texts == ["below 1.5", "1.5 to 2.5", "2.5 to 3.5", "3.5 to 4.5", "4.5 and more", "not known"]


def test_isere_has_the_known_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # outside the toy project, whose model knows no physiotherapists
    result = diagnose("isere", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["inhabitants"] == 1_284_948
    assert found["apl_mean_official"] == pytest.approx(3.82, abs=0.005)
    assert found["inhabitants_below_apl_floor_official"] == 164_747
    assert found["inhabitants_below_apl_floor_under_65_official"] == 292_028
    assert (found["border_points"], found["seasonal_points"]) == (188, 14)
    assert found["shortage"]["gp"] + found["distance"]["gp"] == pytest.approx(found["uncovered"]["gp"])
    points = pd.read_csv("runs/diagnosis-isere/coverage.csv", dtype={"demand_id": str})
    seasonal = set(points.loc[points["seasonal"].astype(bool), "name"])
    assert {"Huez", "Les Deux Alpes", "Chamrousse"} <= seasonal
    assert not {"Meylan", "Grenoble", "Gières"} & seasonal
