"""A sweep of Isère to loose gaps: what must hold between its points, and the order of opening."""

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from msp_siting.answer.pipeline import read_problem
from msp_siting.cli import main
from msp_siting.scenario.scenario import read_scenario
from msp_siting.solver import Settings
from swept import check_curve, check_order, content

pytestmark = pytest.mark.slow
BUDGETS = "5000000:35000000:15000000"
GAPS = ("--gap", "0.02", "--set", "solve.improvement_gap=0.05")
SHORT = ("--set", "professions.gp.capacity_inhabitants_per_post=1000")  # a list by which GPs are short everywhere


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("isere") / "sweep"
    options = ["--budgets", BUDGETS, *GAPS, *SHORT, "--workers", "2", "--lang", "en", "--out", str(out)]
    result = CliRunner().invoke(main, ["sweep", "isere-20m", *options])
    assert result.exit_code == 0, result.output
    return out


def test_every_point_is_proven_and_agrees_with_the_others(folder: Path) -> None:
    table = pd.read_csv(folder / "sweep.csv")
    assert table["status"].tolist() == 3 * ["optimal"]
    assert (table["gap"] <= 0.02).all()
    assert (table["improvement_gap"] <= 0.05).all()
    check_curve(folder)


def test_money_buys_less_once_nobody_is_left_to_recruit(folder: Path) -> None:
    # 60 GPs can be recruited; 5 M EUR house 30 of them, in ten extensions (600 people for 100,000 EUR), 20 M EUR the
    # other 30 too, in dearer houses (200).
    table = pd.read_csv(folder / "sweep.csv")
    assert table["staff_gp"].tolist() == [30, 60, 60]
    assert content(folder / "summary.json")["knee"] == 5_000_000
    before, after = (table[f"marginal_inhabitants_{end}_per_100k_eur"] for end in ("low", "high"))
    assert before[:2].min() > after[2]
    # A GP's list is 1,000: no plan covers more than its recruits can take on.
    taken_on = content(folder / "points" / "35000000" / "summary.json")["uncovered_need_before"]["gp"]
    assert taken_on - table["uncovered_need_gp"].iloc[-1] <= 60_000 + 1


def test_the_order_of_opening_is_nested(folder: Path) -> None:
    scenario = read_scenario("isere-20m", {"professions.gp.capacity_inhabitants_per_post": 1000})
    settings = Settings(time_limit_s=60, relative_gap=0.02, improvement_gap=0.05, threads=1, seed=1)
    _, instance = read_problem(scenario, settings)
    check_order(folder, instance, settings)
