"""What a type checker knows of the door; mypy reads this file with the package, nothing runs it."""

from collections.abc import Callable
from pathlib import Path
from typing import assert_type

import msp_siting as msp


def check(plan: msp.Solved, territory: msp.Territory, progress: Callable[[object], None]) -> None:
    assert_type(msp.solve("isere-5m", changes={"budget_eur": 3e6}, report=progress), msp.Solved)
    assert_type(msp.scenario_from(territory, budget_eur=1e6, recruitable={"gp": 2}), msp.Scenario)
    assert_type(msp.sweep("isere-5m", [1e6, 2e6]), msp.Swept)
    assert_type(msp.evaluate("isere-5m", Path("requests.csv")), msp.Evaluated)
    assert_type(msp.compare([plan, "runs/other"]), msp.Compared)
    assert_type(msp.diagnose(territory), msp.Diagnosed)
    assert_type(msp.read_run("runs/isere"), msp.Run)
    assert_type(msp.verify("runs/isere"), msp.Verified)
    assert_type(msp.read_territory("isere"), msp.Territory)
    assert_type(msp.read_scenario("isere-5m"), msp.Scenario)
    assert_type(plan.gap, float | None)
    assert_type(plan.uncovered, dict[str, float] | None)
    assert_type(plan.page(), str)
    assert_type(plan.write("runs/isere"), Path)
    assert_type(msp.__version__, str)
