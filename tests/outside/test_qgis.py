"""QGIS opens what a run writes for it, shows it as it is meant and draws it, where it is installed."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from documented_runs import TABLES
from msp_siting.cli import main

PYTHON = Path("/usr/bin/python3")
SCRIPT = Path(__file__).with_name("open_in_qgis.py")
RENDERERS = {
    "sites": "categorizedSymbol",
    "candidates": "categorizedSymbol",
    "allocation": "categorizedSymbol",
    "supply": "RuleRenderer",
    "demand": "graduatedSymbol",
    "blocks": "graduatedSymbol",
}


def has_qgis() -> bool:
    if not PYTHON.exists():
        return False
    command = [PYTHON, "-c", "import qgis.core"]
    return subprocess.run(command, env=clean(), capture_output=True, check=False).returncode == 0


def clean() -> dict[str, str]:
    """Return the environment without what leads a Python to the packages of another."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


pytestmark = [
    pytest.mark.skipif(not has_qgis(), reason="needs QGIS (Debian's python3-qgis)"),
    pytest.mark.slow,  # it takes seconds to start
]


def opened(folder: Path, pictures: Path) -> dict[str, Any]:
    pictures.mkdir()
    command = [str(PYTHON), str(SCRIPT), str(folder.resolve()), str(pictures)]
    done = subprocess.run(command, env=clean(), capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "partially supported" not in done.stderr  # by a GIS of some years ago
    return json.loads(done.stdout.splitlines()[-1])


def solve(scenario: str, out: Path, *options: str) -> Path:
    result = CliRunner().invoke(main, ["solve", scenario, "--out", str(out), "--lang", "fr", *options])
    assert result.exit_code == 0, result.output
    return out


def rows(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / name, dtype=str, keep_default_na=False)


def check(folder: Path, told: dict[str, Any]) -> None:
    """Check that all layers are there, with as many rows as the files, in French."""
    assert told["opened"]
    assert all(layer["is_valid"] for layer in [*told["layers"], *told["alone"].values()])
    alone, allocation = told["alone"], rows(folder, "allocation.csv")
    opened_sites, candidates = rows(folder, "sites.csv"), rows(folder, "candidates.csv")
    assert alone["sites"]["features"] == len(opened_sites) > 0
    assert alone["sites"]["names"] == list(opened_sites["name"])
    assert alone["candidates"]["features"] == (~candidates["site_id"].isin(opened_sites["site_id"])).sum()
    assert alone["allocation"]["features"] == allocation["supply"].eq("new").sum() > 0
    assert alone["demand"]["features"] == rows(folder, "coverage.csv")["demand_id"].nunique()
    assert alone["blocks"]["features"] == len(rows(folder, "blocks.csv"))
    assert {name: alone[name]["renderer"] for name in RENDERERS} == RENDERERS
    assert alone["sites"]["titles"]["staff_gp"].startswith("Postes à pourvoir (")
    assert alone["demand"]["titles"]["uncovered_share_after_gp"].startswith("Part sans place avec le plan (0 à 1)")
    assert alone["candidates"]["legend"][0] == "pouvait ouvrir, non retenu"
    named = {layer["name"]: layer for layer in told["layers"]}
    assert named["Implantations proposées"]["legend"] == ["création", "extension", "antenne"]
    assert named["Implantations proposées"]["labels"]
    assert told["layers"][0]["name"] == "Implantations proposées"
    assert {layer["group"] for layer in told["layers"]} == {"Plan", "Offre et zonages", "Accès aux soins"}
    shown = [layer["name"] for layer in told["layers"] if layer["shown"]]
    assert [name for name in shown if "écart par le plan" in name]
    assert not [name for name in shown if "Blocs" in name or "candidats" in name]


def test_the_toy_opens_without_boundaries(toy_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)
    for name in ("demand.csv", "zones.csv"):
        (toy_project / "data" / "toy" / name).write_text(TABLES[name], encoding="utf-8")
    folder = solve("scenarios/toy.yaml", tmp_path / "run")
    told = opened(folder, tmp_path / "pictures")
    check(folder, told)
    assert told["crs"] == "EPSG:2154"
    assert told["alone"]["allocation"]["features"] == 2  # GPs and nurse, of Clairval to its site
    blank = [layer["name"] for layer in told["layers"] if layer["colours"] < 2]
    assert blank == ["Qui irait où (nouveaux postes)"]  # it stands where they live
    assert told["whole"] > 20
    west, south, east, north = told["extent"]
    assert west < east
    assert south < north


def test_isere_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = solve("isere-5m", tmp_path / "run", "--time-limit", "60", "--quiet")
    told = opened(folder, tmp_path / "pictures")
    check(folder, told)
    assert (told["alone"]["demand"]["features"], told["alone"]["epci"]["features"]) == (512, 18)
    assert {"CC du Trièves", "Grenoble-Alpes-Métropole"} <= set(told["alone"]["epci"]["names"])
    named = {layer["name"]: layer for layer in told["layers"]}
    (difference,) = [layer for name, layer in named.items() if "écart par le plan" in name]
    assert (difference["legend"][0], difference["legend"][3]) == ("au-delà de \u22125", "égal, à 0,5 près")
    (official,) = [layer for name, layer in named.items() if name.startswith("APL officielle")]
    assert official["legend"] == ["moins de 1,5", "de 1,5 à 2,5", "de 2,5 à 3,5", "de 3,5 à 4,5", "4,5 et plus"]
    assert told["whole"] > 500
    assert [layer["name"] for layer in told["layers"] if layer["colours"] < 50] == []
