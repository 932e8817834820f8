from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.errors import ScenarioError
from msp_siting.files.projects import bundled_folder, find_file
from msp_siting.files.yaml import write_yaml
from msp_siting.scenario.changes import parse_overrides
from msp_siting.scenario.question import SiteCount
from msp_siting.scenario.scenario import Scenario, read_scenario

TEXT = """
question: {fr: "Où ?", en: "Where?"}
territory: toy
model: allocation
budget_eur: 1000000
"""

GROWTH_TOO_LARGE = "changes.need.population_growth_share_per_year.value: must be at most 0.1, got 5"


@pytest.fixture
def project(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The toy project; the current folder is an empty one elsewhere."""
    elsewhere = toy_project.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    return toy_project


@pytest.fixture
def problems(project: Path) -> Callable[..., list[str]]:
    """Return a function from a scenario's text and overrides to its problems, without the file's name."""

    def read(text: str, **overrides: object) -> list[str]:
        file = project / "scenarios" / "x.yaml"
        file.write_text(text.lstrip("\n"), encoding="utf-8")
        paths = {name.replace("__", "."): value for name, value in overrides.items()}
        with pytest.raises(ScenarioError) as caught:
            read_scenario(file, paths)
        assert caught.value.exit_code == 2
        return [problem.replace(f"{file}: ", "").replace(f"{file}", "x.yaml") for problem in caught.value.problems]

    return read


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("site_count: 3.5", "site_count: expected a whole number (0 or more), or min and max, got 3.5"),
        ("site_count: '3'", "site_count: expected a whole number (0 or more), or min and max, got '3'"),
        ("site_count: true", "site_count: expected a whole number (0 or more), or min and max, got true"),
        ("site_count: -1", "site_count: expected a whole number (0 or more), or min and max, got -1"),
        ("site_count:", "site_count: expected a whole number (0 or more), or min and max, got nothing"),
        ("site_count: {min: -1}", "site_count.min: must be at least 0, got -1"),
        ("site_count: {mim: 1}", "site_count.mim: unknown key; did you mean min?"),
        ("site_count: {min: 3, max: 1}", "site_count: min 3 is above max 1"),
        ("horizon_year: 1999", "horizon_year: must be at least 2000, got 1999"),
        ("asked_on: tomorrow", "asked_on: expected a day such as 2025-12-31, got 'tomorrow'"),
        ("horizon_year: '2030'", "horizon_year: expected a whole number, got '2030'"),
        (
            "sites: {force_open: [38001]}",
            "sites.force_open.0: expected text, got 38001; quote it (a code without quotes loses its leading zero)",
        ),
        ("sites: {force_open: site-a}", "sites.force_open: expected a list, got 'site-a'"),
        (
            "sites: {force_open: [site-a], exclude: [site-a]}",
            "sites: 'site-a' is both forced open and excluded; keep one",
        ),
        ("sites: {exclude: [site-a, site-a]}", "sites.exclude: 'site-a' is given twice"),
        ("sites:", "sites: expected keys and values, got nothing"),
        ("recruitable: {gps: 1}", "recruitable.gps: the model has no such profession; did you mean gp?"),
        ("recruitable: {gp: 1.5}", "recruitable.gp: expected a whole number, got 1.5"),
        ("recruitable: {gp: 1, gp: 2}", 'line 5: key "gp" is given twice; keep one'),
        ("solve: {threads: 1000}", "solve.threads: must be at most 256, got 1000"),
        ("solve: {relative_gap: 1.5}", "solve.relative_gap: must be at most 1, got 1.5"),
        ("solve: {time_limit_s: .nan}", "solve.time_limit_s: expected a finite number, got nan"),
        ("solve: {sede: 1}", "solve.sede: unknown key; did you mean seed?"),
        ("changes: [a]", "changes: expected keys and values, got ['a']"),
        (
            "changes: {professions.gp.cutof_minutes: 15}",
            "changes.professions.gp.cutof_minutes: no such parameter; did you mean cutoff_minutes?",
        ),
        (
            "changes: {professions.gp.cutoff_minutes: far}",
            "changes.professions.gp.cutoff_minutes.value: expected a number, got 'far'",
        ),
        (
            "changes: {professions.gp.weight: 1, professions.gp: {}}",
            "changes.professions.gp.weight: lies inside professions.gp, which is changed too; keep one",
        ),
        ("budget_eu: 1", "budget_eu: unknown key; did you mean budget_eur?"),
        ("rims: false", "rims: unknown key; did you mean rim?"),
        ("rim: outer", "rim: expected true or false, got 'outer'"),
        ("horizon_year: 2030\nchanges: {need.population_growth_share_per_year: 5}", GROWTH_TOO_LARGE),
    ],
)
def test_a_wrong_line_gives_one_clear_message(problems: Callable[..., list[str]], line: str, expected: str) -> None:
    assert problems(TEXT + line) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("model: allocation", "model: 12", "model: expected the name of a model, got 12"),
        ("model: allocation", "model: [a]", "model: expected the name of a model, got ['a']"),
        (
            "model: allocation",
            "model: alocation",
            "model: 'alocation': no such file, and no such name in models/; did you mean allocation?",
        ),
        ("model: allocation", "model: {}", "model.name: missing; this key must be given"),
        (
            "territory: toy",
            "territory: 01",
            "territory: expected text, got 1; quote it (a code without quotes loses its leading zero)",
        ),
        ("territory: toy", "territory: toi", "territory: no folder 'toi' with a manifest.yaml; did you mean toy?"),
        ("budget_eur: 1000000", "budget_eur: 1,000,000", "budget_eur: expected a number, got '1,000,000'"),
        ("budget_eur: 1000000", "budget_eur: -1", "budget_eur: must be at least 0, got -1"),
        ("budget_eur: 1000000\n", "", "budget_eur: missing; this key must be given"),
        (', en: "Where?"', "", "question: en missing; give the text in fr and in en"),
        ('{fr: "Où ?", en: "Where?"}', "Where?", "question: expected keys and values, got 'Where?'"),
    ],
)
def test_a_wrong_value_of_a_compulsory_key(
    problems: Callable[..., list[str]], old: str, new: str, expected: str
) -> None:
    assert old in TEXT
    assert problems(TEXT.replace(old, new))[0] == expected


def test_all_problems_are_told_at_once(problems: Callable[..., list[str]]) -> None:
    assert problems("territory: 38\nbudget_eur: .inf\nseed: 1\n") == [
        "question: missing; this key must be given",
        "territory: expected text, got 38; quote it (a code without quotes loses its leading zero)",
        "model: missing; this key must be given",
        "budget_eur: expected a finite number, got inf",
        "seed: unknown key",
    ]
    assert problems(TEXT.replace("toy", "nowhere").replace("allocation", "none")) == [
        "model: 'none': no such file, and no such name in models/",
        "territory: no folder 'nowhere' with a manifest.yaml",
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", SiteCount(min=0, max=None)),
        ("site_count: 3", SiteCount(min=3, max=3)),
        ("site_count: 0", SiteCount(min=0, max=0)),
        ("site_count: {min: 3}", SiteCount(min=3, max=None)),
        ("site_count: {max: 12}", SiteCount(min=0, max=12)),
        ("site_count: {min: 3, max: 12}", SiteCount(min=3, max=12)),
    ],
)
def test_forms_of_site_count(project: Path, line: str, expected: SiteCount) -> None:
    file = project / "scenarios" / "x.yaml"
    file.write_text(TEXT + line, encoding="utf-8")
    assert read_scenario(file).site_count == expected


def test_what_is_left_out(project: Path) -> None:
    file = project / "scenarios" / "x.yaml"
    file.write_text(TEXT, encoding="utf-8")
    scenario = read_scenario(file)
    assert scenario.recruitable == {"gp": 0, "nurse": 0, "midwife": 0}
    assert scenario.question.horizon_year is None
    assert scenario.question.solve.model_dump() == {
        "time_limit_s": 120.0,
        "relative_gap": 0.01,
        "improvement_gap": 0.02,
        "threads": 2,
        "seed": 1,
    }
    assert scenario.changes == ()


def test_changes_are_logged_and_noted(project: Path) -> None:
    file = project / "scenarios" / "x.yaml"
    file.write_text(TEXT + "changes: {professions.gp.cutoff_minutes: 15, objective.bands: false}", encoding="utf-8")
    scenario = read_scenario(file)
    assert scenario.changes == ("professions.gp.cutoff_minutes: 20.0 -> 15", "objective.bands: True -> False")
    cutoff = scenario.model.professions["gp"].cutoff_minutes
    assert (cutoff.value, cutoff.origin, cutoff.kind) == (15, "changed 20.0 -> 15", "assumed")
    assert scenario.model.professions["nurse"].cutoff_minutes.origin == "from model"


def test_set_reaches_the_scenario_and_its_model(project: Path) -> None:
    overrides = parse_overrides(
        ["budget_eur=5", "recruitable.gp=7", "solve.seed=3", "professions.gp.cutoff_minutes=15"]
    )
    scenario = read_scenario(project / "scenarios" / "toy.yaml", overrides)
    assert scenario.question.budget_eur == 5
    assert scenario.recruitable == {"gp": 7, "nurse": 4, "midwife": 1}
    assert scenario.question.solve.seed == 3
    assert scenario.changes[-1] == "professions.gp.cutoff_minutes: 20.0 -> 15"


def test_set_replaces_a_change_of_the_file(project: Path) -> None:
    path = "professions.gp.capacity_inhabitants_per_post"  # 300 in toy.yaml, 1000 in the model
    scenario = read_scenario(project / "scenarios" / "toy.yaml", {path: 500})
    assert [line for line in scenario.changes if line.startswith(path)] == [f"{path}: 1000.0 -> 500"]


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"budget": 1}, "--set budget: no such parameter; did you mean budget_eur?"),
        ({"budget_eur": -1}, "--set budget_eur: must be at least 0, got -1"),
        ({"solve__sede": 1}, "--set solve.sede: unknown key; did you mean seed?"),
        ({"solve__seed__x": 1}, "--set solve.seed.x: solve.seed holds no keys"),
        ({"solve": {}, "solve__seed": 1}, "--set solve.seed: lies inside solve, which is set too; keep one"),
        ({"site_count": "many"}, "--set site_count: expected a whole number (0 or more), or min and max, got 'many'"),
        (
            {"professions__gp__cutof_minutes": 15},
            "--set professions.gp.cutof_minutes: no such parameter; did you mean cutoff_minutes?",
        ),
        (
            {"professions__gp__cutoff_minutes": "far"},
            "--set professions.gp.cutoff_minutes.value: expected a number, got 'far'",
        ),
        (
            {"changes__professions__gp__weight": 2},
            "--set changes.professions.gp.weight: write it as --set professions.gp.weight",
        ),
    ],
)
def test_a_wrong_override_is_blamed_on_the_option(
    problems: Callable[..., list[str]], overrides: dict[str, object], expected: str
) -> None:
    assert problems(TEXT + "solve: {seed: 1}", **overrides) == [expected]


def test_a_fault_of_the_file_is_not_blamed_on_the_option(problems: Callable[..., list[str]]) -> None:
    assert problems(TEXT + "horizon_year: soon", budget_eur=5) == ["horizon_year: expected a whole number, got 'soon'"]
    wrong = TEXT + "changes: {professions.gp.weight: heavy}"
    assert problems(wrong, professions__gp__cutoff_minutes=15) == [
        "changes.professions.gp.weight.value: expected a number, got 'heavy'"
    ]


def test_overrides_are_yaml_values() -> None:
    pairs = ["budget_eur=5e6", "sites.force_open=[a, b]", "objective.bands=false", "model=apl", "x=a=b", "y='01'"]
    assert parse_overrides(pairs) == {
        "budget_eur": 5e6,
        "sites.force_open": ["a", "b"],
        "objective.bands": False,
        "model": "apl",
        "x": "a=b",
        "y": "01",
    }


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (["budget_eur"], ["--set budget_eur: expected PATH=VALUE"]),
        (["=5"], ["--set =5: expected PATH=VALUE"]),
        (["seed=1", "seed=2"], ["--set seed: given twice; keep one"]),
        (["a=[1"], ["--set a: line 1: not valid YAML: expected ',' or ']', but got '<stream end>'"]),
        (["a={b: 1, b: 2}"], ['--set a: line 1: key "b" is given twice; keep one']),
        (["a=2030-99-99"], ["--set a: not valid YAML: month must be in 1..12"]),
        (["a", "b=1", "b=1"], ["--set a: expected PATH=VALUE", "--set b: given twice; keep one"]),
    ],
)
def test_overrides_that_cannot_be_read(pairs: list[str], expected: list[str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_overrides(pairs)
    assert list(caught.value.problems) == expected


def test_a_name_is_a_path_first_then_beside_then_here_then_bundled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = tmp_path / "project" / "scenarios"
    here = tmp_path / "here"
    for folder in (beside, tmp_path / "project" / "models", here / "models"):
        folder.mkdir(parents=True)
    monkeypatch.chdir(here)

    def found() -> Path:
        return find_file("allocation", "models", beside).resolve()

    assert found() == bundled_folder() / "models" / "allocation.yaml"
    (here / "models" / "allocation.yaml").touch()
    assert found() == here / "models" / "allocation.yaml"
    (tmp_path / "project" / "models" / "allocation.yaml").touch()
    assert found() == tmp_path / "project" / "models" / "allocation.yaml"
    (here / "allocation").touch()
    assert found() == here / "allocation"
    (beside / "allocation").touch()
    assert found() == beside / "allocation"


def test_a_territory_beside_the_scenario_hides_the_bundled_one(project: Path) -> None:
    (project / "data" / "toy").rename(project / "data" / "isere")
    file = project / "scenarios" / "x.yaml"
    file.write_text(TEXT.replace("territory: toy", "territory: isere"), encoding="utf-8")
    assert read_scenario(file).folder.resolve() == project / "data" / "isere"
    file.write_text(TEXT.replace("territory: toy", "territory: ../data/isere"), encoding="utf-8")
    assert read_scenario(file).folder.resolve() == project / "data" / "isere"


def test_a_scenario_is_found_from_its_own_folder(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, name in (("scenarios", "toy.yaml"), ("data", "../scenarios/toy.yaml"), (".", "toy")):
        monkeypatch.chdir(project / folder)
        assert read_scenario(name).folder.resolve() == project / "data" / "toy"


def test_an_unknown_scenario_is_offered_a_near_name() -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario("isere-20")
    assert str(caught.value) == "'isere-20': no such file, and no such name in scenarios/; did you mean isere-20m?"


@pytest.mark.parametrize("site_count", [None, 2, {"min": 1, "max": 2}])
def test_a_resolved_scenario_asks_the_same_question(project: Path, site_count: object) -> None:
    overrides = {"professions.gp.cutoff_minutes": 15, "horizon_year": 2030, "sites.exclude": ["site-a"]}
    if site_count is not None:
        overrides["site_count"] = site_count
    first = read_scenario(project / "scenarios" / "toy.yaml", overrides)
    run = project / "runs" / "toy"
    run.mkdir(parents=True)
    write_yaml(first.resolved("abc", run), run / "scenario.resolved.yaml")
    again = read_scenario(run / "scenario.resolved.yaml")
    assert again.name == "toy"
    assert again.sha256("abc") == first.sha256("abc")
    assert again.model == first.model
    assert again.model.professions["gp"].cutoff_minutes.origin == "changed 20.0 -> 15"
    assert again.resolved("abc", run) == first.resolved("abc", run)
    assert again.question.territory_sha256 == "abc"


def test_a_resolved_scenario_moves_with_its_project(project: Path, toy_scenario: Callable[..., Scenario]) -> None:
    run = project / "runs" / "toy"
    run.mkdir(parents=True)
    write_yaml(toy_scenario().resolved("abc", run), run / "scenario.resolved.yaml")
    moved = project.rename(project.parent / "moved")
    again = read_scenario(moved / "runs" / "toy" / "scenario.resolved.yaml")
    assert again.question.territory == "../../data/toy"
    assert again.folder.resolve() == moved / "data" / "toy"


def test_a_bundled_territory_keeps_its_name(tmp_path: Path) -> None:
    assert read_scenario("isere-20m").resolved("abc", tmp_path)["territory"] == "isere"


def test_the_fingerprint_follows_question_model_and_territory(toy_scenario: Callable[..., Scenario]) -> None:
    first = toy_scenario()
    prints = {
        first.sha256("abc"),
        first.sha256("abd"),
        toy_scenario(budget_eur=5).sha256("abc"),
        toy_scenario(professions__gp__cutoff_minutes=15).sha256("abc"),
    }
    assert len(prints) == 4
    assert toy_scenario().sha256("abc") == first.sha256("abc")


def test_a_rim_is_used_unless_it_is_refused(toy_scenario: Callable[..., Scenario], tmp_path: Path) -> None:
    assert toy_scenario().question.rim is True
    ignored = toy_scenario(rim=False)
    assert ignored.question.rim is False
    assert ignored.resolved("abc", tmp_path)["rim"] is False
    assert toy_scenario().sha256("abc") != ignored.sha256("abc")
