"""``msp-siting territory build``: what may be chosen, where it is written, what the manifest and the sentences say."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from msp_siting.answer.apl import apl_by_point, need, visits_per_gp
from msp_siting.cli import main
from msp_siting.files.projects import bundled_folder
from msp_siting.scenario.model import parse_model
from msp_siting.scenario.model_file import read_model
from msp_siting.territory.manifest import read_manifest
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import supply_at_horizon

Run = Callable[..., Result]
Build = Callable[..., Path]
Refuse = Callable[..., list[str]]
AddSource = Callable[[str], None]
GPS = "bpe2024_health_by_commune.csv"


def communes(folder: Path) -> list[str]:
    """Return the demand points of a territory."""
    return pd.read_csv(folder / "demand.csv", dtype=str)["demand_id"].tolist()


def listed(workplace: Path, *codes: str, name: str = "Pays inventé.csv") -> str:
    """Write a list of communes and return its name."""
    (workplace / name).write_text("\n".join(["commune_id", *codes, ""]), encoding="utf-8")
    return name


@pytest.mark.parametrize(
    ("options", "name", "title", "count"),
    [
        (("--department", "38"), "isere", "Isère (38)", 7),
        (("--department", "05"), "hautes-alpes", "Hautes-Alpes (05)", 4),
        (("--department", "38", "--department", "05"), "hautes-alpes-isere", "Hautes-Alpes (05), Isère (38)", 11),
        (("--department", "38", "--department", "38"), "isere", "Isère (38)", 7),
        (("--region", "84"), "auvergne-rhone-alpes", "Auvergne-Rhône-Alpes", 7),
        (("--region", "93"), "provence-alpes-cote-d-azur", "Provence-Alpes-Côte d'Azur", 4),
    ],
)
def test_departments_and_regions_give_communes_name_and_title(
    build: Build, options: tuple[str, ...], name: str, title: str, count: int
) -> None:
    folder = build(*options)
    manifest = read_manifest(folder)
    assert (manifest.name, manifest.title["fr"]) == (name, title)
    assert len(communes(folder)) == count


def test_all_of_france_has_no_rim(build: Build) -> None:
    folder = build("--department", "05", "--department", "38")
    assert not list(folder.glob("rim_*"))
    assert set(pd.read_csv(folder / "demand.csv", dtype=str)["border"]) == {"false"}


def test_the_folder_is_called_after_the_territory(run: Run, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run("--department", "38", "--out", "data/isere")
    assert result.exit_code == 0
    elsewhere = workplace / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)  # without --out it is data/<name> there
    words = ["--department", "38", "--sources", "../sources", "--catalogue", "../catalogue.yaml"]
    assert CliRunner().invoke(main, ["territory", "build", *words]).exit_code == 0
    there, here = workplace / "data" / "isere", elsewhere / "data" / "isere"
    assert (here / "demand.csv").read_bytes() == (there / "demand.csv").read_bytes()


def test_a_list_of_communes_takes_earlier_codes_for_todays(build: Build, workplace: Path) -> None:
    # 38992 joined 38902, 38981 is an arrondissement of 38901, 38907 counts the people of 38908.
    folder = build("--communes", listed(workplace, "38992", "38981", "38908", "38902"))
    assert communes(folder) == ["38901", "38902", "38907"]
    manifest = read_manifest(folder)
    assert (manifest.name, manifest.title["fr"]) == ("pays-invente", "Pays inventé")


def test_an_earlier_code_that_became_two_communes_is_that_of_its_delegated_commune(
    build: Build, workplace: Path
) -> None:
    # 38993 merged into 38903 and is a commune déléguée of 38906.
    assert communes(build("--communes", listed(workplace, "38993", "38901"))) == ["38901", "38906"]


def test_a_territory_without_any_site_is_refused(refuse: Refuse, workplace: Path) -> None:
    assert refuse("--communes", listed(workplace, "38906")) == [  # 499 inhabitants
        "Pays inventé: no commune of at least 500 inhabitants and no existing MSP, so no site; take in more communes"
    ]


def test_what_cannot_be_read_back_is_named_by_its_file(
    refuse: Refuse, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("msp_siting.sources.communes.SMALLEST_NEED_INDEX", 0)  # so that the reader lets it through
    path = workplace / "sources" / "DREES_apl_generalistes_2022_2023.xlsx"
    book = openpyxl.load_workbook(path)
    book["APL 2023"]["E16"] = 1
    book.save(path)
    assert refuse() == [
        "what was built is no sound territory: demand.csv: row 5: need_index_gp must be at least 0.01, got 0.002"
    ]


def test_a_list_whose_name_has_no_letter_gives_a_folder_a_name(build: Build, workplace: Path) -> None:
    folder = build("--communes", listed(workplace, "38901", name="町村.csv"))
    assert (read_manifest(folder).name, read_manifest(folder).title["en"]) == ("communes", "町村")


@pytest.mark.parametrize(
    ("codes", "problems"),
    [
        (
            ("5901", "38999", "38909"),
            [
                (
                    "row 2: commune_id: no inhabited metropolitan commune '5901'; did you mean 05901? "
                    "Write its leading zero"
                ),
                "row 3: commune_id: no inhabited metropolitan commune '38999'",
                "row 4: commune_id: no inhabited metropolitan commune '38909'",
            ],
        ),
        (
            ("38901", "97199", "98818", "Mens", "123456"),
            [
                "row 3: commune_id: 97199: not covered (metropolitan France only)",
                "row 4: commune_id: 98818: not covered (metropolitan France only)",
                "row 5: commune_id: expected an INSEE code of 5 characters such as 01004, got 'Mens'",
                "row 6: commune_id: expected an INSEE code of 5 characters such as 01004, got '123456'",
            ],
        ),
        ((), ["there is no row"]),
        (("38901", "38901"), ["row 3: commune_id '38901' is there already"]),
    ],
)
def test_a_list_with_unknown_communes_is_refused(
    refuse: Refuse, workplace: Path, codes: tuple[str, ...], problems: list[str]
) -> None:
    name = listed(workplace, *codes)
    assert refuse("--communes", name) == [f"{name}: {problem}" for problem in problems]


ONE_OF_THREE = "give --department, --region, --communes or --france, one of the four"
REGIONS_OF_FRANCE = (
    "11 Île-de-France, 24 Centre-Val de Loire, 27 Bourgogne-Franche-Comté, 28 Normandie, 32 Hauts-de-France, "
    "44 Grand Est, 52 Pays de la Loire, 53 Bretagne, 75 Nouvelle-Aquitaine, 76 Occitanie, 84 Auvergne-Rhône-Alpes, "
    "93 Provence-Alpes-Côte d'Azur, 94 Corse"
)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--department", "38", "--region", "84"), ONE_OF_THREE),
        (("--department", "38", "--communes", "nowhere.csv"), ONE_OF_THREE),
        (("--no-rim",), ONE_OF_THREE),
        (("--department", "971"), "--department 971: not covered (metropolitan France only)"),
        (("--department", "976"), "--department 976: not covered (metropolitan France only)"),
        (("--department", "988"), "--department 988: not covered (metropolitan France only)"),
        (("--department", "La Réunion"), "--department La Réunion: not covered (metropolitan France only)"),
        (("--department", "20"), "--department 20: no such metropolitan department; Corsica is 2A and 2B"),
        (
            ("--department", "5"),
            "--department 5: no such metropolitan department; did you mean 05? Write its leading zero",
        ),
        (("--department", "isere"), "--department isere: no such metropolitan department; did you mean 38?"),
        (("--department", "2a"), "Corse-du-Sud (2A): the list of communes has no inhabited commune there"),
        (("--department", "02B"), "Haute-Corse (2B): the list of communes has no inhabited commune there"),
        (("--department", ""), "--department : no such metropolitan department"),
        (("--department", "75"), "Paris (75): the list of communes has no inhabited commune there"),
        (("--region", "04"), "--region 04: not covered (metropolitan France only)"),
        (("--region", "00"), f"--region 00: no such metropolitan region; they are {REGIONS_OF_FRANCE}"),
        (("--communes", "nowhere.csv"), "nowhere.csv: this file is missing"),
        (("--communes", "sources"), "sources: is a folder, expected a file"),
        (("--department", "38", "--sources", "nowhere"), "--sources nowhere: no such folder"),
        (
            ("--department", "38", "--catalogue", "nowhere.yaml"),
            "nowhere.yaml: this file is missing",
        ),
        (("--department", "38", "--against", "nowhere"), "--against nowhere: no territory folder"),
        (
            ("--department", "38", "--out", "sources"),
            "sources: holds something else than an earlier territory; give another folder with --out",
        ),
        (
            ("--department", "38", "--out", "catalogue.yaml"),
            "catalogue.yaml: is a file; give another folder with --out",
        ),
        (
            ("--department", "38", "--out", "catalogue.yaml/isere"),
            "catalogue.yaml/isere: cannot be written: Not a directory; give another with --out",
        ),
    ],
)
def test_wrong_options_are_refused(refuse: Refuse, workplace: Path, options: tuple[str, ...], problem: str) -> None:
    assert refuse(*options) == [problem.format(workplace=workplace)]


def test_an_earlier_territory_is_replaced_whole(build: Build, workplace: Path) -> None:
    build("--department", "05")
    (workplace / "out" / "old.csv").write_text("", encoding="utf-8")
    folder = build("--department", "38", "--no-rim")
    assert communes(folder)[0] == "38901"
    assert not (folder / "old.csv").exists()
    assert not (folder / "rim_demand.csv").exists()


def test_an_earlier_territory_stays_where_the_new_one_fails(build: Build, refuse: Refuse, workplace: Path) -> None:
    before = (build() / "demand.csv").read_bytes()
    (workplace / "sources" / GPS).write_bytes(b"")
    refuse("--department", "05")
    assert (workplace / "out" / "demand.csv").read_bytes() == before


def test_an_earlier_territory_with_events_is_not_replaced(build: Build, refuse: Refuse, workplace: Path) -> None:
    build()
    (workplace / "out" / "events.csv").write_text("date,place_id,profession,posts,kind,source\n", encoding="utf-8")
    assert refuse("--department", "38") == [
        "out: holds events, which would be lost with the earlier territory; keep them elsewhere meanwhile"
    ]
    assert (workplace / "out" / "events.csv").is_file()


@pytest.mark.parametrize("option", ["--sources", "--communes", "--catalogue"])
def test_an_earlier_territory_that_holds_the_inputs_is_not_replaced(
    build: Build, refuse: Refuse, workplace: Path, option: str
) -> None:
    build()
    listed(workplace, "38901", name="list.csv")
    name = {"--sources": "sources", "--communes": "list.csv", "--catalogue": "catalogue.yaml"}[option]
    (workplace / name).rename(workplace / "out" / name)
    chosen = () if option == "--communes" else ("--department", "38")
    assert refuse(*chosen, option, f"out/{name}") == [
        (
            f"out: holds {option} out/{name}, which would be lost with the earlier territory; "
            "give another folder with --out"
        )
    ]


def test_the_same_sources_give_the_same_bytes(build: Build, add_source: AddSource) -> None:
    for name in ("zonage_medecins_commune_cartosante.csv", "TD_POP1B_2021.csv", "carreaux_200m_met.csv"):
        add_source(name)
    first, second = (build("--department", "38", "--squares", "--out", name) for name in ("first", "second"))
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    assert "boundaries.gpkg" in names
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_the_manifest_holds_the_fingerprint_of_every_source_and_file(build: Build, workplace: Path) -> None:
    folder = build()
    manifest = read_manifest(folder)
    assert [source.key for source in manifest.sources] == [
        *("communes", "code_changes", "drees_apl", "bpe_counts", "liberal_practitioners"),
        *("living_areas", "living_area_names"),
        *("living_area_health", "living_area_ages", "nurse_zoning", "finess", "diabetes", "polygons"),
    ]
    for source in manifest.sources:
        content = (workplace / "sources" / source.file).read_bytes()
        assert source.sha256 == hashlib.sha256(content).hexdigest(), source.file
    assert {entry.path for entry in manifest.files} == {path.name for path in folder.iterdir()} - {"manifest.yaml"}
    for entry in manifest.files:
        assert entry.sha256 == hashlib.sha256((folder / entry.path).read_bytes()).hexdigest(), entry.path
    kinds = {entry.path: entry.kind for entry in manifest.files}
    assert (kinds["demand.csv"], kinds["travel_times.parquet"], kinds["rim_travel_times.parquet"]) == (
        "measured",
        "modelled",
        "modelled",
    )


def test_the_manifest_declares_what_was_mended_and_what_is_missing(build: Build) -> None:
    manifest = read_manifest(build())
    repairs = {source.key: [repair["en"] for repair in source.repairs] for source in manifest.sources}
    moved = "rows whose code is no longer current, moved to today's commune:"
    assert {key: found for key, found in repairs.items() if found} == {
        "drees_apl": [f"{moved} 3"],
        "bpe_counts": [f"{moved} 3"],
        "living_areas": [f"{moved} 1"],
        "living_area_health": [
            (
                "Part des bénéf. en ALD dans la pop 2024: figures not given by the publisher "
                '("N/A - secret statistique"), left empty: 1'
            )
        ],
        "nurse_zoning": [
            ('Zonage infirmiers: figures not given by the publisher ("N/A - résultat non disponible"), left empty: 1')
        ],
        "finess": [f"{moved} 1"],
        "diabetes": ["dept: codes completed or cleaned: 1 (the first: 05)"],
    }
    assert [missing.key for missing in manifest.missing_sources] == [
        "drees_apl_others",
        "bpe_2021",
        "commune_types",
        "diabetes_standardised",
        "gp_zoning",
        "tvs",
        "tvs_like",
        "cpts",
        "age_shares",
        "ages",
        "gp_ages",
        "squares",
    ]


def test_the_sentences_add_up_the_territory(run: Run) -> None:
    lines = run("--department", "38").stdout.splitlines()
    assert lines[:2] == [
        ("Isère (38): 7 communes, 7,499 inhabitants, 6 candidate sites, 4 existing MSPs, 8 GPs (FTE), written to out"),
        "Around it: 4 communes and 2,450 inhabitants, served but not counted.",
    ]
    french = run("--department", "38", "--lang", "fr").stdout
    assert "7\u202f499 habitants" in french


def test_against_names_what_is_the_same_and_what_differs(run: Run, build: Build, workplace: Path) -> None:
    build("--department", "38", "--out", "before")
    path = workplace / "sources" / GPS
    path.write_text(path.read_text(encoding="utf-8").replace('"38907",3', '"38907",4'), encoding="utf-8")
    (workplace / "sources" / "pathologie_clean.csv").unlink()
    lines = run("--department", "38", "--against", "before").stdout.splitlines()
    compared = lines[[line.startswith("The same bytes") for line in lines].index(True) :]
    publishers, vintages = "INSEE, BPE; CNAM, data.ameli.fr", "BPE 2024; 2024"
    assert compared == [
        (
            "The same bytes as in before: boundaries.gpkg, places.csv, rim_demand.csv, rim_supply.csv, "
            "rim_travel_times.parquet, sites.csv, travel_times.parquet, zones.csv"
        ),
        (
            "demand.csv: inhabitants_diabetes: only in before "
            "(source: CNAM, cartographie des pathologies; INSEE, Statistiques locales, 2023; 2022)"
        ),
        f"supply.csv: practitioners: 4 cells differ; both say {publishers}, {vintages}",
    ]


def test_against_the_same_territory_everything_is_the_same(run: Run, build: Build) -> None:
    build("--department", "38", "--out", "before")
    (line,) = [
        line for line in run("--department", "38", "--against", "before").stdout.splitlines() if "before" in line
    ]
    assert line == (
        "The same bytes as in before: boundaries.gpkg, demand.csv, places.csv, rim_demand.csv, rim_supply.csv, "
        "rim_travel_times.parquet, sites.csv, supply.csv, travel_times.parquet, zones.csv"
    )


def test_against_another_territory_rows_and_outlines_differ(run: Run, build: Build) -> None:
    build("--department", "05", "--out", "before")
    lines = run("--department", "38", "--against", "before").stdout.splitlines()
    assert any(line.startswith("demand.csv: 11 rows are in one of the two only") for line in lines)
    assert any(line.startswith("boundaries.gpkg: demand: 11 outlines differ") for line in lines)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("manifest.yaml", "before/manifest.yaml: name: missing; this key must be given"),
        ("demand.csv", "before/demand.csv: column demand_id is missing"),
        ("boundaries.gpkg", "before/boundaries.gpkg: cannot be read as polygons; restore the file, or remove it"),
    ],
)
def test_nothing_is_written_where_the_other_territory_is_broken(
    build: Build, refuse: Refuse, workplace: Path, name: str, problem: str
) -> None:
    build("--department", "38", "--out", "before")
    (workplace / "before" / name).write_text("a: 1\n", encoding="utf-8")
    assert problem in refuse("--department", "38", "--against", "before")


def test_against_the_folder_to_write_is_refused(build: Build, refuse: Refuse) -> None:
    build()
    problem = "--against out: is the folder to write; give another with --out"
    assert refuse("--department", "38", "--against", "out") == [problem]


def test_what_is_built_can_be_read_again(build: Build) -> None:
    for options in (("--department", "38"), ("--department", "05", "--no-rim"), ("--region", "93", "--no-local")):
        territory = read_territory(build(*options))
        assert len(territory.demand) in {4, 7}


def stated_visits(folder: Path) -> tuple[float, str]:
    stated = read_manifest(folder).visits_per_gp_per_year
    assert stated is not None
    return stated.value, stated.source


def mean_apl(folder: Path) -> float:
    """Return the mean APL weighted by need with the visits that the manifest states."""
    territory = read_territory(folder)
    path = bundled_folder() / "models" / "allocation.yaml"
    apl = parse_model(read_model(path), f"{path}: ").apl
    supply = supply_at_horizon(territory.with_rim, with_retirements=False)
    gps = supply[supply["profession"].eq("gp")].set_index("place_id")["practitioners"]
    values = apl_by_point(territory, apl, gps, visits_per_gp(territory, apl))
    weights = need(territory, "gp")
    return float((values * weights).sum() / weights.sum())


def test_the_visits_of_a_gp_are_taken_from_the_supply_once(run: Run, build: Build) -> None:
    folder = build()
    territory = read_territory(folder)
    weights = need(territory, "gp").to_numpy()
    official = float((territory.demand["apl_official"] * weights).sum() / weights.sum())
    assert mean_apl(folder) == pytest.approx(official, rel=1e-4)
    visits, source = stated_visits(folder)
    assert "FTE of supply.csv (INSEE, BPE; CNAM, data.ameli.fr" in source
    # Built again it keeps what a GP offers; with twice the GPs in it the mean rises (the rim's GPs stay as they are).
    supply = pd.read_csv(folder / "supply.csv", dtype={"place_id": str})
    supply["practitioners"] *= 2
    result = run("--department", "38")
    assert result.exit_code == 0
    assert stated_visits(folder) == (visits, source)
    assert f"APL: {visits:,.0f} visits a year and GP, kept when the supply changes (" in result.stdout
    supply.to_csv(folder / "supply.csv", index=False)
    manifest = (folder / "manifest.yaml").read_text(encoding="utf-8")
    entry = next(entry for entry in read_manifest(folder).files if entry.path == "supply.csv")
    new = hashlib.sha256((folder / "supply.csv").read_bytes()).hexdigest()
    (folder / "manifest.yaml").write_text(manifest.replace(entry.sha256, new), encoding="utf-8")
    assert mean_apl(folder) > 1.2 * official


def test_another_territory_at_the_same_place_has_its_own_visits(build: Build) -> None:
    first = stated_visits(build("--department", "05"))
    second = stated_visits(build("--department", "38"))
    assert first != second
    assert stated_visits(build("--department", "38", "--out", "other")) == second
