from pathlib import Path

import pytest

from msp_siting.commands import checking
from msp_siting.commands.checking import check
from msp_siting.errors import ScenarioError, SolverError
from msp_siting.files.projects import bundled_folder


def test_sound_inputs_are_said_to_be_sound(toy_project: Path) -> None:
    territory, scenario = str(toy_project / "data" / "toy"), str(toy_project / "scenarios" / "toy.yaml")
    model = str(bundled_folder() / "models" / "allocation-plain.yaml")
    assert check([territory, scenario, model], {}, "en") == [
        f"{territory}: sound; 4 demand points, 2,700 inhabitants, 3 sites.",
        f"{scenario}: sound; Where should an MSP open?",
        "  changed professions.gp.capacity_inhabitants_per_post: 1000.0 -> 300",
        "  changed professions.nurse.weight: 0.1 -> 0",
        "  changed professions.midwife.weight: 0.01 -> 0",
        "  3 of 3 candidate sites may open by the rules of candidates.",
        (
            "Not asked of the candidate sites, since nothing is known of any: whether the place is a centre, "
            "whether it has a pharmacy, whether an MSP stands there already."
        ),
        f"{model}: sound; Fewest uncovered inhabitants.",
    ]


def test_gates_are_checked_too(tmp_path: Path) -> None:
    gates = tmp_path / "gates.yaml"
    gates.write_text("common: []\nfunders: {ars: {title: {fr: ARS, en: ARS}}}\n", encoding="utf-8")
    assert check([str(gates)], {}, "en") == [f"{gates}: sound; gates: 0, funders: 1."]
    gates.write_text("common: []\nfunder: {}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        check([str(gates)], {}, "en")
    assert caught.value.problems == (
        f"{gates}: funders: missing; this key must be given",
        f"{gates}: funder: unknown key; did you mean funders?",
    )


def test_how_requests_are_appraised_is_checked_too(tmp_path: Path) -> None:
    file = tmp_path / "appraisal.yaml"
    text = (bundled_folder() / "models" / "appraisal.yaml").read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    assert check([str(file)], {}, "en") == [f"{file}: sound; a plan is good if it misses at most 1.0% of the gain."]
    file.write_text(
        text.replace("value: 0.73", "value: 73").replace("leaving_replaced", "leaving", 1), encoding="utf-8"
    )
    with pytest.raises(ScenarioError) as caught:
        check([str(file)], {}, "en")
    assert caught.value.problems == (
        f"{file}: cases.low.posts_filled_share.value: must be at most 1, got 73",
        f"{file}: cases.low.leaving_replaced: missing; this key must be given",
        f"{file}: cases.low.leaving: unknown key; did you mean leaving_replaced?",
    )


def test_overrides_are_checked_with_the_scenario(toy_project: Path) -> None:
    scenario = str(toy_project / "scenarios" / "toy.yaml")
    sentences = check([scenario], {"professions.gp.cutoff_minutes": 15}, "fr")
    asked = sentences[0].replace("\u00a0", " ")
    assert asked == f"{scenario} : correct ; Où ouvrir des maisons de santé avec 1 M€, à 15 minutes au plus ?"
    assert "professions.gp.cutoff_minutes: 20.0 -> 15" in sentences[4]


def test_all_problems_of_all_inputs_are_told_at_once(toy_project: Path) -> None:
    territory, scenario = toy_project / "data" / "toy", toy_project / "scenarios" / "toy.yaml"
    scenario.write_text(scenario.read_text(encoding="utf-8") + "seed: 1\n", encoding="utf-8")
    supply = territory / "supply.csv"
    supply.write_text("place_id,profession,practitioners\nb,gp,-2\nb,gp,x\n", encoding="utf-8")
    model = toy_project / "model.yaml"
    model.write_text("based_on: nothing\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        check([str(scenario), str(territory), str(model), "nowhere"], {}, "en")
    assert caught.value.exit_code == 2
    assert caught.value.problems == (
        f"{scenario}: seed: unknown key",
        f"{supply}: row 3: practitioners: expected a number (with a decimal point), got 'x'",
        f"{model}: based_on: no file nothing.yaml in {toy_project}",
        "'nowhere': no such file, and no such name in scenarios/",
    )


def test_a_scenario_and_its_territory_must_fit_together(toy_project: Path) -> None:
    scenario = toy_project / "scenarios" / "toy.yaml"
    with pytest.raises(ScenarioError) as caught:
        check([str(scenario)], {"sites.force_open": ["site-x"]}, "en")
    assert caught.value.problems == (
        "scenario toy: sites.force_open: no candidate site 'site-x'; did you mean site-c?",
    )


PLACES = "place_id,name,lon,lat,pharmacies,msps,centre_level\n"


def test_candidates_that_are_left_are_counted(toy_project: Path) -> None:
    scenario = str(toy_project / "scenarios" / "toy.yaml")
    (toy_project / "data" / "toy" / "places.csv").write_text(
        PLACES + "a,Aubois,5,45,1,0,local\nb,Bourg,5.1,45,0,0,local\nc,Clairval,5.4,45,0,1,\n", encoding="utf-8"
    )
    assert check([scenario], {}, "en")[4:] == [
        "  1 of 3 candidate sites may open by the rules of candidates.",
        (
            "The rules of candidates exclude 2 of 3 candidate sites: no pharmacy 2, an MSP there already 1 "
            "(one may break several)."
        ),
        "What is not known excludes no candidate site: whether the place is a centre at 1.",
    ]
    assert check([scenario], {"sites.force_open": ["site-c"]}, "en")[4:7] == [
        "  2 of 3 candidate sites may open by the rules of candidates.",
        "The rules of candidates exclude 1 of 3 candidate sites: no pharmacy 1 (one may break several).",
        (
            "1 candidate site breaks a rule of candidates and may open all the same: the scenario forces it open, "
            "or the territory gives it a format or a cost."
        ),
    ]
    relaxed = {"candidates.pharmacy": False, "candidates.no_msp": False}
    assert check([scenario], relaxed, "fr")[4:7] == [
        "  modifié : candidates.pharmacy: True -> False",
        "  modifié : candidates.no_msp: True -> False",
        "  3 sites candidats sur 3 peuvent ouvrir selon les règles de candidature.",
    ]


def test_a_scenario_that_no_candidate_is_left_to_is_refused(toy_project: Path) -> None:
    (toy_project / "data" / "toy" / "places.csv").write_text(
        PLACES + "a,Aubois,5,45,0,0,local\nb,Bourg,5.1,45,0,0,local\nc,Clairval,5.4,45,1,1,local\n", encoding="utf-8"
    )
    with pytest.raises(ScenarioError) as caught:
        check([str(toy_project / "scenarios" / "toy.yaml")], {}, "en")
    assert caught.value.exit_code == 2
    assert caught.value.problems == (
        (
            "scenario toy: candidates: the rules leave none of the 3 candidate sites (no_pharmacy 2, has_msp 1); relax "
            "one (--set candidates.pharmacy=false), force a site open, or give one a format or a cost of its own in "
            "sites.csv"
        ),
    )


def test_a_folder_that_is_no_territory(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        check([str(tmp_path)], {}, "en")
    assert str(caught.value) == f"{tmp_path / 'manifest.yaml'}: this file is missing"


def test_a_failure_of_the_solver_keeps_its_exit_code(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SolverError("HiGHS refused the model")

    monkeypatch.setattr(checking, "before_any_decision", fail)
    with pytest.raises(SolverError) as caught:
        check([str(toy_project / "scenarios" / "toy.yaml")], {}, "en")
    assert caught.value.exit_code == 4
