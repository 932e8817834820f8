"""Public instances as territory folders, through `solve`: the published optimum, proven, and sound by `verify`."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from msp_siting.cli import main

ROOT = Path(__file__).parents[2]
INSTANCES = ROOT.parent / "shared" / "data" / "instances"
needs_instances = pytest.mark.skipif(
    not INSTANCES.is_dir(), reason="the instances (../shared/data/instances) are absent"
)

# Family, instance, published optimum.
PUBLISHED = [
    ("pmed-median", "pmed1", 5819),
    ("pmed-center", "pmed1", 127),
    ("pmed-median", "pmed6", 7824),
    ("cap", "cap41", 1040444.375),
    ("pmedcap", "pmedcap1_1", 713),
    ("holmberg", "p1", 8848),
]


@needs_instances
@pytest.mark.parametrize(("family", "name", "best"), PUBLISHED)
def test_the_published_optimum_is_proven(
    family: str, name: str, best: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    from instance_folders import cases, write_project  # noqa: PLC0415 - a benchmark's converter

    (case,) = cases(family, INSTANCES, {name})
    scenario = write_project(case, tmp_path / "project")
    run = tmp_path / "project" / "run"
    solved = CliRunner().invoke(main, ["solve", str(scenario), "--out", str(run), "--quiet", "--lang", "en"])
    assert solved.exit_code == 0, solved.output + repr(solved.exception)
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    assert (summary["status"], summary["gap"]) == ("optimal", pytest.approx(0, abs=1e-9))
    assert summary["objective"] == pytest.approx(best, rel=1e-9)
    found = CliRunner().invoke(main, ["verify", str(run), "--lang", "en"])
    assert found.exit_code == 0, found.output
