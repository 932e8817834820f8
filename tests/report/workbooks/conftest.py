"""Runs of every kind on the toy territory, in French, where names would do harm if they were more than text."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from documented_runs import REQUESTS, RUNS, project
from msp_siting.cli import main

SCRIPT, PLUS, MINUS = "<script>alert(1)</script>", "+1+1", "-1+1"
NAMES = {"Aubois": f"Aubois {SCRIPT}", "Bourg": '"Bourg ""; drop"', "Clairval": PLUS}


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a run of every kind, called by its kind."""
    folder = tmp_path_factory.mktemp("workbooks") / "project"
    with project(folder):
        territory = Path("data/toy")
        for file in ("demand.csv", "sites.csv"):
            text = (territory / file).read_text(encoding="utf-8")
            for plain, hostile in NAMES.items():
                text = text.replace(f",{plain},", f",{hostile},")
            (territory / file).write_text(text, encoding="utf-8")
        zones = (territory / "zones.csv").read_text(encoding="utf-8").replace("Pays de l'Ouest", MINUS)
        until = zones.replace("status\n", "status,valid_until\n").replace("ZAC\n", "ZAC,2026-12-31\n")
        (territory / "zones.csv").write_text(until.replace("ZIP\n", "ZIP,2025-12-31\n"), encoding="utf-8")
        named = REQUESTS.replace("west;Aubois;", "west;a;").replace("colour", "project_name").replace("red", PLUS)
        Path("requests.csv").write_text(named.replace("blue", SCRIPT), encoding="utf-8")
        for name, command in RUNS.items():
            options = () if name in {"no plan", "siting"} else ("--csv", "excel-fr")
            result = CliRunner().invoke(main, [*command, "--out", name, *options, "--lang", "fr"])
            assert result.exit_code in {0, 3}, result.output + repr(result.exception)
        english = CliRunner().invoke(main, [*RUNS["solve"], "--out", "english", "--lang", "en"])
        assert english.exit_code == 0, english.output
    return folder
