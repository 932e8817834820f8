"""The bundled scenarios explain themselves: every key there is, given or in a comment that can be uncommented."""

import re
from pathlib import Path

import pytest

from msp_siting.files.projects import bundled_folder
from msp_siting.files.yaml import parse_yaml
from msp_siting.scenario.question import Question, SolveSettings
from msp_siting.scenario.scenario import read_scenario
from msp_siting.scenario.site_rules import SiteRules

NAMES = ("hautes-alpes-3m", "isere-5m", "isere-20m", "occitanie-40m")


def text_of(name: str) -> str:
    return (bundled_folder() / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8")


def uncommented(text: str) -> str:
    """Return a scenario with the keys that stand in comments taken in."""
    return re.sub(r"^# (?=(\w+|  \w+|  professions\.[\w.]+):)", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_every_key_of_a_scenario_is_named(name: str) -> None:
    """Of those that a person gives: territory_sha256 and sites.fails_gates are a run's."""
    whole = parse_yaml(uncommented(text_of(name)))
    assert set(whole) == set(Question.model_fields) - {"territory_sha256"}
    assert set(whole["solve"]) == set(SolveSettings.model_fields)
    assert set(whole["sites"]) == set(SiteRules.model_fields) - {"fails_gates"}
    assert set(parse_yaml(text_of(name))) == {*("question", "territory", "model", "budget_eur", "recruitable", "solve")}


@pytest.mark.parametrize("name", NAMES)
def test_the_keys_in_comments_can_be_used(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.yaml"
    file.write_text(uncommented(text_of(name)), encoding="utf-8")
    scenario = read_scenario(file)
    assert scenario.name == "my-name"
    assert (scenario.site_count.max, scenario.question.horizon_year, scenario.question.rim) == (4, 2030, False)
    assert scenario.model.professions["gp"].cutoff_minutes.value == 15
    sites = (scenario.folder / "sites.csv").read_text(encoding="utf-8")
    rules = scenario.question.sites
    assert [f"\n{site}," in sites for site in (*rules.forced_ids, *rules.excluded_ids)] == [True, True]


@pytest.mark.parametrize("name", NAMES)
def test_what_holds_for_a_key_left_out_is_what_the_comment_says(name: str) -> None:
    said = dict(re.findall(r"^  (\w+): .*\[([\d.]+)\]", text_of(name), re.MULTILINE))
    assert {key: float(value) for key, value in said.items()} == SolveSettings().model_dump()


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_explained(name: str) -> None:
    plain = [line for line in text_of(name).splitlines() if "#" not in line]
    assert [line.split(":")[0].strip() for line in plain] == ["fr", "en", "gp", "nurse", "physiotherapist", "midwife"]
