import copy
import shutil
from pathlib import Path
from typing import Any

import pytest

from msp_siting.errors import ScenarioError
from msp_siting.files.projects import bundled_folder
from msp_siting.scenario.changes import apply_changes
from msp_siting.scenario.model import parse_model
from msp_siting.scenario.model_file import read_model
from msp_siting.scenario.siting_model import is_siting_model, parse_siting_model

MODELS = bundled_folder() / "models"


@pytest.fixture(scope="module")
def allocation() -> dict[str, Any]:
    return read_model(MODELS / "allocation.yaml")


@pytest.fixture
def models(tmp_path: Path) -> Path:
    shutil.copytree(MODELS, tmp_path / "models")
    return tmp_path / "models"


def parameter(value: object) -> dict[str, Any]:
    return {"value": value, "unit": "minutes", "source": "a study", "kind": "published"}


SMALL = {"gp": {"cutoff_minutes": parameter(20.0), "staff": parameter({"gp": 2, "nurse": 3})}, "bands": True}


GONE = "is no parameter any more (who stays uncovered is exact); take it out, and solve a run that has it again"
NO_MODELS = {MODELS / "gates.yaml", MODELS / "appraisal.yaml"}


@pytest.mark.parametrize("file", sorted({*MODELS.glob("*.yaml")} - NO_MODELS), ids=lambda file: file.stem)
def test_every_bundled_model_is_sound(file: Path) -> None:
    content = read_model(file)
    parse = parse_siting_model if is_siting_model(content) else parse_model
    assert parse(content, f"{file}: ").name == file.stem


def test_every_parameter_is_from_the_model_at_first(allocation: dict[str, Any]) -> None:
    model = parse_model(allocation, "")
    assert model.professions["gp"].cutoff_minutes.value == 20.0
    assert model.professions["gp"].cutoff_minutes.origin == "from model"


def test_a_parameter_of_earlier_versions_is_refused_in_words(allocation: dict[str, Any]) -> None:
    content = copy.deepcopy(allocation)
    content["need"]["evenness_step_share"] = parameter(0.02)
    with pytest.raises(ScenarioError) as caught:
        parse_model(content, "m.yaml: ")
    assert caught.value.problems == (f"m.yaml: need: evenness_step_share: {GONE}",)


def test_a_change_by_path_leaves_the_model_as_it_was() -> None:
    changed, log = apply_changes(SMALL, {"gp.cutoff_minutes": 15, "bands": False}, "x: changes.")
    assert log == ["gp.cutoff_minutes: 20.0 -> 15", "bands: True -> False"]
    assert changed["gp"]["cutoff_minutes"] == {
        "value": 15,
        "unit": "minutes",
        "source": "the scenario, instead of: a study",
        "kind": "assumed",
        "origin": "changed 20.0 -> 15",
    }
    assert changed["bands"] is False
    assert SMALL["gp"]["cutoff_minutes"] == parameter(20.0)


def test_earlier_changes_stay_in_the_origin() -> None:
    once, _ = apply_changes(SMALL, {"gp.cutoff_minutes": 15}, "")
    twice, log = apply_changes(once, {"gp.cutoff_minutes": 12}, "")
    assert log == ["gp.cutoff_minutes: 15 -> 12"]
    assert twice["gp"]["cutoff_minutes"]["origin"] == "changed 20.0 -> 15; 15 -> 12"
    assert twice["gp"]["cutoff_minutes"]["source"] == "the scenario, instead of: a study"


def test_a_change_inside_a_parameter_names_the_part() -> None:
    changed, log = apply_changes(SMALL, {"gp.staff.gp": 4, "gp.staff.nurse": 5}, "")
    assert log == ["gp.staff.gp: 2 -> 4", "gp.staff.nurse: 3 -> 5"]
    assert changed["gp"]["staff"]["value"] == {"gp": 4, "nurse": 5}
    assert changed["gp"]["staff"]["origin"] == "changed gp: 2 -> 4; nurse: 3 -> 5"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("gp.cutof_minutes", "no such parameter; did you mean cutoff_minutes?"),
        ("band.slopes", "no such parameter; did you mean bands?"),
        ("gp.cutoff_minutes.value", "no such parameter"),
        ("gp.cutoff_minutes.unit", "no such parameter"),
        ("gp.staff.midwif", "no such parameter"),
        ("bands.slopes", "no such parameter"),
        ("", "no such parameter"),
        ("gp.", "no such parameter"),
    ],
)
def test_a_path_that_leads_nowhere(path: str, expected: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        apply_changes(SMALL, {path: 1}, "nord.yaml: changes.")
    assert caught.value.problems == (f"nord.yaml: changes.{path}: {expected}",)


def test_all_wrong_paths_are_told_at_once_and_one_inside_another() -> None:
    with pytest.raises(ScenarioError) as caught:
        apply_changes(SMALL, {"a": 1, "gp": {}, "gp.cutoff_minutes": 15}, "nord.yaml: changes.")
    assert caught.value.problems == (
        "nord.yaml: changes.a: no such parameter",
        "nord.yaml: changes.gp.cutoff_minutes: lies inside gp, which is changed too; keep one",
    )


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("professions.gp.cutoff_minutes", "far", "professions.gp.cutoff_minutes.value: expected a number, got 'far'"),
        ("professions.gp.cutoff_minutes", 0, "professions.gp.cutoff_minutes.value: must be above 0, got 0"),
        ("professions.gp.weight", -1, "professions.gp.weight.value: must be at least 0, got -1"),
        (
            "professions.gp.weight",
            1e13,
            "professions.gp.weight.value: must be at most 1000000000000, got 10000000000000.0",
        ),
        ("formats", {}, "formats: at least one is needed"),
        ("formats.small.staff_most.gp", 1, "formats.small: staff_fewest.gp is 2, above staff_most (1)"),
        (
            "formats.small.staff_most",
            {"gp": 2, "nurse": 3, "midwive": 1},
            "formats.small.staff_most.midwive: no such profession; did you mean midwife?",
        ),
        ("need.bands.slopes", [1.0, 2.0], "need.bands: upper_shares and slopes must be equally many, got 5 and 2"),
        (
            "need.bands.slopes",
            [1.0, 1.0, 2.0, 2.5, 3.0],
            "need.bands: slopes must rise strictly, got [1.0, 1.0, 2.0, 2.5, 3.0]",
        ),
        (
            "need.bands.upper_shares",
            [0.1, 0.2, 0.3, 0.4, 0.5],
            "need.bands: upper_shares must rise strictly from above 0 to 1, got [0.1, 0.2, 0.3, 0.4, 0.5]",
        ),
        ("apl.profession", "gpp", "apl.profession: no such profession 'gpp'; did you mean gp?"),
        ("apl.decay", [], "apl: decay must have below_minutes that rise and weights that fall, got [] and []"),
        ("apl.last_minutes", 25.0, "apl: decay ends at 20.0 minutes, but last_minutes is 25.0; make them equal"),
        ("constraints.capacity", False, "constraints.capacity: must be true, got false"),
        ("coverage", "shared", "coverage: must be 'allocated' or 'apl', got 'shared'"),
        (
            "coverage",
            "apl",
            "coverage: coverage is apl with a measure of the APL, else allocated; got apl with uncovered",
        ),
    ],
)
def test_a_wrong_value_is_named(allocation: dict[str, Any], path: str, value: object, expected: str) -> None:
    changed, _ = apply_changes(allocation, {path: value}, "")
    with pytest.raises(ScenarioError) as caught:
        parse_model(changed, "models/nord.yaml: ")
    assert caught.value.problems[0] == f"models/nord.yaml: {expected}"


def test_decay_must_rise_in_minutes_and_fall_in_weight(allocation: dict[str, Any]) -> None:
    unsorted = copy.deepcopy(allocation["apl"]["decay"]["value"])
    unsorted[0]["below_minutes"] = 17.0
    changed, _ = apply_changes(allocation, {"apl.decay": unsorted}, "")
    with pytest.raises(ScenarioError) as caught:
        parse_model(changed, "")
    assert str(caught.value) == (
        "apl: decay must have below_minutes that rise and weights that fall, "
        "got [17.0, 15.0, 20.0] and [1.0, 0.666667, 0.333333]"
    )


def test_a_parameter_needs_its_source(models: Path) -> None:
    file = models / "parameters" / "apl.yaml"
    text = file.read_text(encoding="utf-8").replace("  kind: derived", "  knd: derived")
    file.write_text(text, encoding="utf-8")
    path = models / "allocation.yaml"
    with pytest.raises(ScenarioError) as caught:
        parse_model(read_model(path), f"{path}: ")
    assert caught.value.problems == (
        f"{path}: apl.visits_per_gp_per_year.kind: missing; this key must be given",
        f"{path}: apl.visits_per_gp_per_year.knd: unknown key; did you mean kind?",
    )


def test_a_model_based_on_another(models: Path) -> None:
    (models / "nearer.yaml").write_text(
        "based_on: allocation\nname: nearer\nchanges: {professions.gp.cutoff_minutes: 15}\n", encoding="utf-8"
    )
    model = parse_model(read_model(models / "nearer.yaml"), "")
    assert model.name == "nearer"
    assert model.professions["gp"].cutoff_minutes.value == 15
    assert model.professions["gp"].cutoff_minutes.origin == "from model"
    assert model.professions["nurse"].cutoff_minutes.value == 20.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("based_on: m\n", "based_on: leads back to m.yaml"),
        ("based_on: alocation\n", "based_on: no file alocation.yaml in FOLDER; did you mean allocation?"),
        ("based_on:\n", "based_on: expected text, got nothing"),
        ("based_on: 12\n", "based_on: expected text, got 12"),
        ("based_on: allocation\nchanges: [a]\n", "changes: expected keys and values, got ['a']"),
        ("based_on: allocation\nchanges:\n", "changes: expected keys and values, got nothing"),
        (
            "based_on: allocation\nchanges: {objective.band: false}\n",
            "changes.objective.band: no such parameter; did you mean bands?",
        ),
        (
            "based_on: allocation\nchanges: {need.evenness_step_share: 0.01}\n",
            f"changes.need.evenness_step_share: {GONE}",
        ),
        ("parameters: [apl]\n", "parameters: expected keys and file names, got ['apl']"),
        ("parameters: {apl: 12}\n", "parameters.apl: expected text, got 12"),
        ("parameters: {apl: ap.yaml}\n", "parameters.apl: no file ap.yaml in FOLDER; did you mean apl.yaml?"),
        (
            "parameters: {apl: parameters/ap.yaml}\n",
            "parameters.apl: no file parameters/ap.yaml in FOLDER; did you mean apl.yaml?",
        ),
        ("apl: {}\nparameters: {apl: parameters/apl.yaml}\n", "apl: given here and in parameters/apl.yaml; keep one"),
    ],
)
def test_a_wrong_model_file_is_named(models: Path, text: str, expected: str) -> None:
    file = models / "m.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_model(file)
    assert caught.value.problems == (f"{file}: {expected.replace('FOLDER', str(models))}",)


def test_models_that_lead_back_to_each_other(models: Path) -> None:
    (models / "a.yaml").write_text("based_on: b\n", encoding="utf-8")
    (models / "b.yaml").write_text("based_on: a\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_model(models / "a.yaml")
    assert str(caught.value) == f"{models / 'b.yaml'}: based_on: leads back to a.yaml"
