"""The model written down for another solver: its best plan is the best of the problem."""

from collections.abc import Callable
from pathlib import Path

import highspy
import pytest
from click.testing import CliRunner

from drawn import drawn, drawn_with_moves, least_objective
from msp_siting.cli import main
from msp_siting.problem.formulation import write_model
from msp_siting.problem.instance import Instance


def least(path: Path) -> float | None:
    """Return the least objective of a model in a file; None where it has no plan."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", "false")
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("threads", 1)
    assert highs.readModel(str(path)) == highspy.HighsStatus.kOk
    highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return highs.getInfo().objective_function_value


@pytest.mark.parametrize("kind", [".lp", ".mps"])
def test_of_a_scenario(kind: str, toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)
    file = f"models-of-mine/toy{kind}"
    result = CliRunner().invoke(main, ["solve", "scenarios/toy.yaml", "--lang", "en", "--write-model", file])
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        (
            f"The model as it is stated is in {file}, for another solver: its objective is stage 1, the weighted need "
            "left uncovered. Nothing was solved."
        )
    ]
    assert least(Path(file)) == pytest.approx(3517.5)  # one MSP, at Clairval (tests/conftest.py)
    assert "open(site_c_small)" in Path(file).read_text(encoding="utf-8")
    assert not Path("runs").exists()


def test_another_kind_of_file_is_refused(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)
    result = CliRunner().invoke(main, ["solve", "scenarios/toy.yaml", "--lang", "en", "--write-model", "toy.txt"])
    assert result.exit_code == 2
    assert "--write-model: must end in .lp / .mps, got toy.txt" in result.stderr
    assert not Path("toy.txt").exists()


def test_a_place_that_cannot_be_written_is_one_error(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)
    Path("taken").write_text("", encoding="utf-8")
    result = CliRunner().invoke(main, ["solve", "scenarios/toy.yaml", "--lang", "en", "--write-model", "taken/toy.lp"])
    assert result.exit_code == 4
    assert "could not be written" in result.stderr


@pytest.mark.parametrize("draw", [drawn, drawn_with_moves])
def test_of_random_problems(draw: Callable[[int], Instance], tmp_path: Path) -> None:
    for seed in range(4):
        instance = draw(seed)
        expected = least_objective(instance)
        write_model(instance, tmp_path / "drawn.lp")
        found = least(tmp_path / "drawn.lp")
        assert (found is None) == (expected is None)
        assert expected is None or found == pytest.approx(expected, rel=1e-6, abs=1e-4)
