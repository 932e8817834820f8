from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return the command line, called in the toy project's folder."""
    monkeypatch.chdir(toy_project)
    return lambda *arguments: CliRunner().invoke(main, arguments)


def errors(result: Result) -> list[str]:
    """Return the problems told on stderr by a command that failed on its input."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    return [line.removeprefix("error: ") for line in result.stderr.splitlines()]


@pytest.mark.parametrize("command", ["solve", "check"])
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "territory: toy",
            "territory: 01004",
            (
                "scenarios/toy.yaml: territory: expected text, got 1004; "
                "quote it (a code without quotes loses its leading zero)"
            ),
        ),
        (
            "model: allocation",
            "model: allocation\nmodel: apl",
            'scenarios/toy.yaml: line 4: key "model" is given twice; keep one',
        ),
        ("budget_eur", "budget_euro", "scenarios/toy.yaml: budget_eur: missing; this key must be given"),
        ("gp: 4", "gp: many", "scenarios/toy.yaml: recruitable.gp: expected a whole number, got 'many'"),
        ("changes:", "changes:\n  a.b: 1", "scenarios/toy.yaml: changes.a.b: no such parameter"),
    ],
)
def test_a_wrong_scenario_ends_with_2(run: Run, command: str, old: str, new: str, expected: str) -> None:
    file = Path("scenarios/toy.yaml")
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert errors(run(command, str(file)))[0] == expected
    assert not Path("runs").exists()


@pytest.mark.parametrize("command", ["solve", "check"])
@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "supply.csv",
            "place_id;profession;practitioners\nb;gp;2 00,5\n",
            "row 2: practitioners: expected a number (thousands parted by spaces), got '2 00,5'",
        ),
        (
            "supply.csv",
            "place_id,profession,practitioners\nb,gp,nan\n",
            "row 2: practitioners: expected a number (with a decimal point), got 'nan'",
        ),
        ("supply.csv", "place_id,profession,practitioners\nx,gp,2\n", "row 2: place_id: no such place 'x'"),
        (
            "supply.csv",
            "place_id,profession,practitioners\nb,dentist,2\n",
            (
                "profession 'dentist' is not one of the model's (gp, nurse, midwife); "
                "add it to the model or take its rows out"
            ),
        ),
        ("manifest.yaml", "name: toy\n", "title: missing; this key must be given"),
    ],
)
def test_wrong_data_end_with_2(run: Run, command: str, name: str, text: str, expected: str) -> None:
    (Path("data/toy") / name).write_text(text, encoding="utf-8")
    assert errors(run(command, "scenarios/toy.yaml"))[0] == f"data/toy/{name}: {expected}"
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--set", "budget_eur"], "--set budget_eur: expected PATH=VALUE"),
        (["--set", "solve.seed=1", "--set", "solve.seed=2"], "--set solve.seed: given twice; keep one"),
        (["--set", "budget=5"], "--set budget: no such parameter; did you mean budget_eur?"),
        (["--set", "budget_eur=-5"], "--set budget_eur: must be at least 0, got -5"),
        (
            ["--set", "professions.gp.cutoff_minute=5"],
            "--set professions.gp.cutoff_minute: no such parameter; did you mean cutoff_minutes?",
        ),
        (
            ["--set", "sites.force_open=[site-a]", "--set", "sites.exclude=[site-a]"],
            "scenarios/toy.yaml: sites: 'site-a' is both forced open and excluded; keep one",
        ),
        (
            ["--set", "sites.force_open=[site-e]"],
            "scenario toy: sites.force_open: no candidate site 'site-e'; did you mean site-c?",
        ),
    ],
)
def test_wrong_options_end_with_2(run: Run, arguments: list[str], expected: str) -> None:
    assert errors(run("solve", "scenarios/toy.yaml", *arguments)) == [expected]
    assert errors(run("check", "scenarios/toy.yaml", *arguments)) == [expected]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--gap", "-1"], "solve.relative_gap: must be at least 0, got -1.0"),
        (["--time-limit", "nan"], "solve.time_limit_s: expected a finite number, got nan"),
        (["--time-limit", "0"], "solve.time_limit_s: must be above 0, got 0.0"),
        (["--threads", "0"], "solve.threads: must be at least 1, got 0"),
    ],
)
def test_limits_of_the_search_are_checked(run: Run, arguments: list[str], expected: str) -> None:
    (found,) = errors(run("solve", "scenarios/toy.yaml", *arguments))
    assert found.endswith(expected)


def test_unknown_names_end_with_2(run: Run) -> None:
    assert errors(run("solve", "toi")) == ["'toi': no such file, and no such name in scenarios/; did you mean toy?"]
    assert errors(run("solve", "scenarios")) == ["scenarios: is a folder, expected a file"]


def test_check_tells_every_problem_of_every_path(run: Run) -> None:
    Path("data/toy/supply.csv").write_text("place_id,profession\n", encoding="utf-8")
    found = errors(run("check", "nowhere", "data/toy", "data"))
    assert found == [
        "'nowhere': no such file, and no such name in scenarios/",
        "data/toy/supply.csv: column practitioners is missing",
        "data/manifest.yaml: this file is missing",
    ]


def test_check_speaks_the_language_asked_for(run: Run) -> None:
    assert run("check", "data/toy", "--lang", "en").stdout == (
        "data/toy: sound; 4 demand points, 2,700 inhabitants, 3 sites.\n"
    )
    assert "2\u202f700 habitants" in run("check", "data/toy", "--lang", "fr").stdout


def test_a_current_folder_that_is_gone_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    expected = "current folder: is gone, or a new run stands in its place; enter it again with cd"
    assert errors(run("solve", "isere-5m", "--lang", "en")) == [expected]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("evaluate", "scenarios/toy.yaml", "x" * 300), f"{'x' * 300}: cannot be read: File name too long"),
        (
            ("travel-times", "--points", "a.csv", "--surrogate", "--out", "b.csv", "--speeds", "x" * 300),
            f"'{'x' * 300}': no such file, and no such name in models/parameters/",
        ),
    ],
)
def test_a_name_that_no_file_can_have_is_told(run: Run, arguments: tuple[str, ...], expected: str) -> None:
    assert errors(run(*arguments, "--lang", "en")) == [expected]
