"""The bundled territory of Hautes-Alpes: its known totals, and what its scenario proposes."""

import pytest

from msp_siting.answer.pipeline import answer
from msp_siting.answer.summary import summarise
from msp_siting.files.projects import bundled_folder
from msp_siting.scenario.scenario import read_scenario
from msp_siting.solver import Settings
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory


@pytest.fixture(scope="module")
def hautes_alpes() -> Territory:
    return read_territory(bundled_folder() / "data" / "hautes-alpes")


def test_demand_has_the_known_totals(hautes_alpes: Territory) -> None:
    assert len(hautes_alpes.demand) == 162
    assert hautes_alpes.demand["inhabitants"].sum() == 140_976
    assert set(hautes_alpes.demand["massif"]) == {"03 - Massif des Alpes"}
    assert hautes_alpes.places["msps"].sum() == 12  # BPE 2024


@pytest.mark.slow
def test_what_lacks_there_is_nearness_and_no_gp() -> None:
    scenario = read_scenario(bundled_folder() / "scenarios" / "hautes-alpes-3m.yaml")
    settings = Settings(time_limit_s=240, relative_gap=0.001, improvement_gap=0.002, threads=1, seed=1)
    found = answer(scenario, settings)
    assert found.solution.status == "optimal"
    summary = summarise(found)
    assert summary["shortage_after"]["gp"] == pytest.approx(0, abs=1e-6)
    assert summary["uncovered_after"]["gp"] < 0.5 * summary["uncovered_before"]["gp"]
    names = found.plan.sites["site_id"].map(found.territory.sites.set_index("site_id")["place_id"])
    hosts = found.territory.places.set_index("place_id").loc[names]
    assert hosts["centre_level"].ne("none").all()
    assert hosts["pharmacies"].gt(0).all()
