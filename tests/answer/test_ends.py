"""What a plan's gain hangs on: posts that stay empty."""

from collections.abc import Callable

import pandas as pd
import pytest

from msp_siting.answer.ends import partly_filled
from msp_siting.problem.building import build_instance
from msp_siting.problem.plan import Plan
from msp_siting.scenario.scenario import Scenario
from msp_siting.territory.reading import read_territory

TEAM = pd.DataFrame({"site_id": ["site-c", "site-c"], "profession": ["gp", "nurse"], "recruited": [2, 1]})
PLAN = Plan(pd.DataFrame({"site_id": ["site-c"], "format": ["small"]}), TEAM)


@pytest.mark.parametrize(("share", "covered"), [(0.0, 0), (0.5, 300), (1.0, 600)])
def test_each_post_that_is_filled_covers_as_many(
    toy_scenario: Callable[..., Scenario], share: float, covered: int
) -> None:
    # Two GPs at Clairval serve 300 each of 2,700 people, of whom the GPs there serve 600.
    scenario = toy_scenario()
    territory = read_territory(scenario.folder)
    found = partly_filled(territory, build_instance(territory, scenario), PLAN, scenario.model.apl, share)
    left = sum(people for (_, name), people in found.uncovered.items() if name == "gp")
    assert left == pytest.approx(2_100 - covered)
