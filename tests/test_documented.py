"""What README promises is what there is."""

import re
from pathlib import Path

from click.testing import CliRunner

from msp_siting import errors
from msp_siting.cli import INTERRUPTED, main
from msp_siting.files.folders import RUN_MARKER
from msp_siting.report.folders import run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_is_in_readme_and_no_other() -> None:
    documented = re.findall(r"^\| `msp-siting ([\w-]+)", README, re.MULTILINE)
    assert sorted(documented) == sorted(main.commands)


def test_every_option_of_solve_is_in_readme() -> None:
    options = {name for parameter in main.commands["solve"].params for name in parameter.opts if name[:2] == "--"}
    assert {name for name in options if name not in README} == set()


def test_every_command_explains_itself() -> None:
    for name in main.commands:
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0
        assert len(result.stdout.splitlines()) > 5


def test_exit_codes_are_in_readme() -> None:
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    kinds = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.MspSitingError)
    }
    assert documented == {0, INTERRUPTED, *kinds} - {errors.MspSitingError.exit_code}


def test_ci_runs_readmes_test_command() -> None:
    command = next(line for line in README.splitlines() if line.endswith("python -m pytest"))
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_every_file_of_a_run_is_in_readme() -> None:
    source = Path(run.__file__).read_text(encoding="utf-8")
    files = set(re.findall(r'"([\w.]+\.(?:json|csv|yaml|html|gpkg|geojson))"', source)) | {RUN_MARKER}
    assert len(files) > 5
    assert {name for name in files if name not in README} == set()
