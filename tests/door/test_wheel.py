"""What the wheel holds; `.ci/every_command` installs it alone and runs every command."""

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
    assert package >= {
        "msp_siting/py.typed",
        "msp_siting/language/catalogues/problems.fr.toml",
        "msp_siting/report/templates/report.html.j2",
    }
    assert sorted((bundled | package) - held) == []
    assert sorted(name for name in held - bundled - package if ".dist-info/" not in name) == []
