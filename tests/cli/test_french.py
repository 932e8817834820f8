"""Errors in French: with ``--lang fr``, and where the system is French."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import main

Run = Callable[..., Result]
SCENARIO = "scenarios/toy.yaml"


@pytest.fixture
def run(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return the command line, called in the toy project's folder."""
    monkeypatch.chdir(toy_project)
    return lambda *arguments, **system: CliRunner().invoke(main, arguments, env=system, prog_name="msp-siting")


def errors(result: Result) -> list[str]:
    """Return what a command that failed on its input told on stderr."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    return result.stderr.splitlines()


def rewrite(path: str, old: str, new: str) -> None:
    file = Path(path)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "solve:",
            "budget: 1\nsolve:",
            f"erreur : {SCENARIO} : budget : clé inconnue ; vouliez-vous dire budget_eur ?",
        ),
        ("gp: 4", "gp: many", f"erreur : {SCENARIO} : recruitable.gp : il faut un nombre entier, et non 'many'"),
        (
            "territory: toy",
            "territory: 01004",
            (
                f"erreur : {SCENARIO} : territory : il faut du texte, et non 1004 ; "
                "mettez des guillemets (sans eux, un code perd son zéro initial)"
            ),
        ),
        ("budget_eur: 1000000\n", "", f"erreur : {SCENARIO} : budget_eur : clé absente ; indiquez-la"),
        (
            "model: allocation",
            "model: allocation\nmodel: apl",
            f'erreur : {SCENARIO} : ligne 4 : la clé "model" figure deux fois ; gardez-en une',
        ),
        (
            "model: allocation",
            "model: allocation: apl",
            f"erreur : {SCENARIO} : ligne 3 : le YAML n'est pas valide : un « : » n'est pas permis ici",
        ),
        (
            "model: allocation",
            "model: alocation",
            (
                f"erreur : {SCENARIO} : model : 'alocation' : aucun fichier de ce nom, et rien de ce nom dans models/"
                " ; vouliez-vous dire allocation ?"
            ),
        ),
        ("changes:", "changes:\n  a.b: 1", f"erreur : {SCENARIO} : changes.a.b : ce paramètre n'existe pas"),
        (
            "changes:",
            "sites: {force_open: [site-e]}\nchanges:",
            "erreur : scénario toy : sites.force_open : aucun site candidat 'site-e' ; vouliez-vous dire site-c ?",
        ),
    ],
)
def test_a_wrong_scenario(run: Run, old: str, new: str, expected: str) -> None:
    rewrite(SCENARIO, old, new)
    assert errors(run("check", SCENARIO, "--lang", "fr")) == [expected]
    assert errors(run("solve", SCENARIO, LC_ALL="fr_FR.UTF-8")) == [expected]


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("supply.csv", "practitioners", "doctors", ["la colonne practitioners manque", "colonne inconnue 'doctors'"]),
        (
            "supply.csv",
            "b,gp,2",
            "b,gp,two",
            ["ligne 2 : practitioners : il faut un nombre (avec un point décimal), et non 'two'"],
        ),
        ("supply.csv", "b,gp,2", "x,gp,2", ["ligne 2 : place_id : pas de lieu 'x'"]),
        ("demand.csv", "b,Bourg", "a,Bourg", ["ligne 3 : demand_id 'a' figure déjà plus haut"]),
        (
            "demand.csv",
            "a,Aubois,900",
            "a,Aubois,-9",
            ["ligne 2 : inhabitants doit être au moins 0, et non -9"],
        ),
        (
            "manifest.yaml",
            "files: []",
            "files: [{path: demand.csv, source: INSEE, licence: ouverte, vintage: '2020', kind: measured}]",
            ["files.0.sha256 : clé absente ; indiquez-la"],
        ),
    ],
)
def test_wrong_data(run: Run, name: str, old: str, new: str, expected: list[str]) -> None:
    rewrite(f"data/toy/{name}", old, new)
    told = [f"erreur : data/toy/{name} : {problem}" for problem in expected]
    assert errors(run("check", SCENARIO, "--lang=fr")) == told
    assert errors(run("check", "data/toy", LC_ALL="", LC_MESSAGES="", LANG="fr_FR")) == told


@pytest.mark.parametrize(
    ("line", "usage", "expected"),
    [
        ("solve toy --gop 1", "solve [OPTIONS] SCENARIO", "option inconnue : "),
        ("solve toy --gap x", "solve [OPTIONS] SCENARIO", "valeur incorrecte pour '--gap' : 'x' n'est pas un nombre."),
        ("solve", "solve [OPTIONS] SCENARIO", "il manque l'argument 'SCENARIO'."),
        ("territory build", "territory build [OPTIONS]", "il manque l'option '--sources'."),
        (
            "sweep toy --workers 0",
            "sweep [OPTIONS] SCENARIO",
            "valeur incorrecte pour '--workers' : 0 n'est pas dans l'intervalle x>=1.",
        ),
        ("salve", "[OPTIONS] COMMAND [ARGS]...", "commande inconnue : 'salve'."),
    ],
)
def test_wrong_use_of_the_command_line(run: Run, line: str, usage: str, expected: str) -> None:
    told = errors(run(*line.split(), LC_ALL="fr_FR.UTF-8"))
    command = f"msp-siting {usage.partition('[')[0]}".rstrip()
    assert told[:3] == [f"Utilisation : msp-siting {usage}", f"Aide : {command} --help", ""]
    assert told[3].startswith(f"Erreur : {expected}")


def test_wrong_use_is_told_in_the_language_asked_for_anywhere_on_the_line(run: Run) -> None:
    missing = "Erreur : il manque l'argument 'SCENARIO'."
    assert errors(run("solve", "--lang", "fr"))[-1] == missing
    assert errors(run("solve", "--lang", "en", "--lang=fr"))[-1] == missing
    assert errors(run("solve", "--gap", "x", "toy", "--lang", "fr"))[-1].startswith("Erreur : valeur incorrecte")
    assert errors(run("compare", "--lang", "fr", "--out")) == ["Erreur : l'option '--out' demande une valeur."]
    assert errors(run("solve", "toy", "--", "--lang", "fr"))[-1].startswith("Error: Got unexpected")


@pytest.mark.parametrize("arguments", [["toi"], []])
def test_english_is_spoken_where_it_is_asked_for_or_the_system_is_not_french(run: Run, arguments: list[str]) -> None:
    expected = {
        ("toi",): ["error: 'toi': no such file, and no such name in scenarios/; did you mean toy?"],
        (): [
            *("Usage: msp-siting solve [OPTIONS] SCENARIO", "Try 'msp-siting solve --help' for help.", ""),
            "Error: Missing argument 'SCENARIO'.",
        ],
    }[tuple(arguments)]
    assert errors(run("solve", *arguments, "--lang", "en", LC_ALL="fr_FR.UTF-8")) == expected
    assert errors(run("solve", *arguments, LC_ALL="de_DE.UTF-8")) == expected


def test_all_problems_at_once(run: Run) -> None:
    rewrite(SCENARIO, "budget_eur: 1000000", "budget_eur: -1\nsite_count: few")
    rewrite("data/toy/supply.csv", "b,gp,2", "b,gp,")
    assert errors(run("check", "nulle-part", SCENARIO, "data/toy", "--lang", "fr")) == [
        "erreur : 'nulle-part' : aucun fichier de ce nom, et rien de ce nom dans scenarios/",
        "erreur : scenarios/toy.yaml : budget_eur : il faut au moins 0, et non -1",
        "erreur : scenarios/toy.yaml : site_count : il faut un nombre entier (0 ou plus), ou min et max, et non 'few'",
        "erreur : data/toy/supply.csv : ligne 2 : practitioners est vide",
    ]


def test_wrong_options(run: Run) -> None:
    assert errors(run("solve", "toy", "--set", "budget_eur", "--lang", "fr")) == [
        "erreur : --set budget_eur : il faut PATH=VALUE (chemin=valeur)"
    ]
    assert errors(run("solve", "toy", "--set", "professions.gp.cutoff_minute=5", "--lang", "fr")) == [
        "erreur : --set professions.gp.cutoff_minute : ce paramètre n'existe pas ; vouliez-vous dire cutoff_minutes ?"
    ]
    assert errors(run("compare", "runs/a", "--lang", "fr")) == [
        "erreur : compare : il faut 2 à 10 dossiers de calculs, et non 1"
    ]
    assert errors(run("solve", "toy", "--out", "data", "--lang", "fr")) == [
        "erreur : data : contient autre chose qu'un calcul antérieur ; indiquez un autre dossier avec --out"
    ]
