"""Maps of requests and of a sweep's sites, on the toy territory."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from markupsafe import Markup

from appraised import evaluation_of, portfolio
from msp_siting.report.pages.site_maps import Asked, requests_map, sweep_map
from msp_siting.report.wording import Wording
from msp_siting.requests.evaluation.appraisals import Evaluation
from msp_siting.scenario.scenario import Scenario
from msp_siting.territory.reading import read_territory

ON = date(2026, 11, 25)
REQUESTS = """\
request_id;project_name;owner_type;place_id;zoning_status;projet_sante_status;gp_present;gp_new_committed;\
gp_joining_from_place_ids;gp_leaving_by_2030;nurses;physiotherapists;excluded_eur;capex_ht_eur;requested_eur_region;owner_eur
west;MSP de l'Ouest;commune;a;ZIP;validé;0;2;;0;1;0;0;900000;300000;600000
east;</script><b>;;c;;déposé;;2;;;;;;;;
beside;Autre;commune;a;none;validé;0;1;;0;1;0;0;400000;100000;300000
"""


def told(drawing: Markup | None) -> dict[str, Any]:
    """Return what the script of a map is told."""
    assert drawing is not None
    found = re.search(r'<script type="application/json">(.*?)</script>', str(drawing), re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


@pytest.fixture
def evaluation(toy_project: Path, toy_scenario: Callable[..., Scenario]) -> Evaluation:
    path = toy_project / "requests.csv"
    path.write_text(REQUESTS, encoding="utf-8")
    return evaluation_of(path, toy_scenario())


def test_requests_stand_side_by_side_with_what_they_ask_for(evaluation: Evaluation) -> None:
    drawing = requests_map(evaluation, Wording("en"))
    west, east, beside = told(drawing)["sites"]
    assert [each["name"] for each in (west, east, beside)] == ["west", "east", "beside"]
    assert west["at"][1] == beside["at"][1]
    assert beside["at"][0] - west["at"][0] >= west["r"] + beside["r"] - 20
    facts = dict(west["facts"])
    assert facts["Commune"] == "Aubois"
    assert facts["New GPs"] == "2"
    assert facts["Aid asked for"] == "300,000 EUR"
    assert facts["Chosen within the envelope"] == "no"
    assert dict(east["facts"])["Project"] == "</script><b>"
    assert "<b>" not in str(drawing)


def test_a_request_that_is_chosen_has_a_sign_of_its_own(evaluation: Evaluation) -> None:
    project_id = evaluation.appraisals[0].project.project_id
    chosen = replace(evaluation, portfolio=portfolio([project_id]))
    assert chosen.chosen == {"west"}
    signs = [
        re.findall(r'data-sign="(\w+)" transform', str(requests_map(each, Wording("fr"))))
        for each in (evaluation, chosen)
    ]
    assert signs[1][0] == "site"
    assert signs[0][0] != "site"
    assert signs[0][1:] == signs[1][1:]


def test_a_site_of_a_sweep_has_the_step_at_which_it_opens(toy_scenario: Callable[..., Scenario]) -> None:
    scenario = toy_scenario()
    order = pd.DataFrame(
        {
            "step": [1, 2, 3],
            "budget_eur": [0.0, 1e6, 2e6],
            "site_id": ["", "site-c", "site-a"],
            "staff_gp": [0, 2, 2],
        }
    )
    drawing = sweep_map(Asked(scenario, read_territory(scenario.folder)), order, ON, Wording("en"))
    east, west = told(drawing)["sites"]
    assert (east["name"], west["name"]) == ("Clairval", "Aubois")
    assert dict(east["facts"])["Opens from a budget of"] == "1,000,000 EUR"
    assert re.findall(r'<text y="40">(\w+)</text>', str(drawing)) == ["2", "3"]
