"""The wheel, as somebody meets it who has no checkout: a project and a plan in an empty folder."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUNDLED = ("data", "models", "scenarios")
OTHERS = ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE")
NO_REGISTRY = re.compile(r"connection|resolve|network|timed out|No matching distribution|proxy", re.IGNORECASE)


def pip(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of the checkout, built as pip does it, with the build backend fetched."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in ("src", *BUNDLED):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in OTHERS:
        shutil.copyfile(ROOT / name, copy / name)
    folder = tmp_path_factory.mktemp("wheel")
    done = pip("wheel", "--no-deps", "--wheel-dir", folder, ".", cwd=copy)
    if done.returncode != 0 and NO_REGISTRY.search(done.stderr) and "hatchling" in done.stderr:
        pytest.skip("the build backend cannot be fetched here (no package registry)")
    assert done.returncode == 0, done.stderr
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the installed package and nothing else; what it needs is this environment's."""
    target = tmp_path_factory.mktemp("installed")
    done = pip("install", "--no-deps", "--no-index", "--target", target, wheel, cwd=target)
    assert done.returncode == 0, done.stderr
    return target


def python(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_the_wheel_holds_all_that_is_bundled(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    bundled = {
        f"msp_siting/bundled/{path.relative_to(ROOT).as_posix()}"
        for name in BUNDLED
        for path in (ROOT / name).rglob("*")
        if path.is_file()
    }
    package = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "msp_siting").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert bundled >= {
        "msp_siting/bundled/data/occitanie/travel_times.parquet",
        "msp_siting/bundled/models/parameters/professions.yaml",
        "msp_siting/bundled/scenarios/isere-5m.yaml",
    }
    assert {path.rpartition(".")[2] for path in package} >= {"py", "yaml", "j2"}
    assert sorted((bundled | package) - held) == []
    assert sorted(name for name in held - bundled - package if ".dist-info/" not in name) == []


def test_a_project_and_a_plan_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    where = python(installed, tmp_path, "-c", "import msp_siting; print(msp_siting.__file__)")
    assert where.stdout.strip() == str(installed / "msp_siting" / "__init__.py")
    new = python(installed, tmp_path, "-m", "msp_siting", "new", "x")
    assert (new.returncode, new.stderr) == (0, "")
    assert new.stdout.splitlines()[1] == "Next: cd x && msp-siting solve scenarios/isere-5m.yaml"
    project = tmp_path / "x"
    assert sorted(path.name for path in project.iterdir()) == ["README.md", "data", "models", "scenarios"]
    solved = python(installed, project, "-m", "msp_siting", "solve", "scenarios/isere-5m.yaml", "--time-limit", "900")
    assert (solved.returncode, solved.stderr) == (0, "")
    assert solved.stdout.startswith("Plan proven: within ")
    assert {path.name for path in (project / "runs" / "isere-5m").iterdir()} >= {
        *("allocation.csv", "coverage.csv", "plan.gpkg", "prices.csv", "report.html", "run.json", "run.log"),
        *("scenario.resolved.yaml", "sites.csv", "sites.geojson", "staff.csv", "summary.json", "zones.csv"),
    }
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
