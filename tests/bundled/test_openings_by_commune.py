"""The bundled territories have one candidate site in a commune: how many may open there limits none of their plans."""

import pytest

from msp_siting.files.projects import bundled_folder
from msp_siting.problem.building import build_instance
from msp_siting.problem.horizon import territory_at_horizon
from msp_siting.scenario.scenario import read_scenario
from msp_siting.territory.reading import read_territory


@pytest.mark.parametrize("name", ["isere-20m", "isere-10m-forced", "occitanie-40m", "hautes-alpes-3m"])
def test_no_commune_has_more_sites_than_openings(name: str) -> None:
    scenario = read_scenario(bundled_folder() / "scenarios" / f"{name}.yaml")
    assert scenario.model.spacing is not None
    assert scenario.model.spacing.inhabitants_per_opening is not None
    instance = build_instance(territory_at_horizon(read_territory(scenario.folder), scenario), scenario)
    assert instance.openings_by_commune == ()
    for group in instance.near_sites:
        assert len({instance.sites[site] for site in group}) == len(group)
