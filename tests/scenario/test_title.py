"""The title says what was solved: placeholders filled, and no text over an answer to something else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.errors import ScenarioError
from msp_siting.files.projects import bundled_folder
from msp_siting.report.titles import money_title, question_title
from msp_siting.report.wording import Wording
from msp_siting.scenario.question import Question
from msp_siting.scenario.scenario import Scenario, read_scenario
from msp_siting.scenario.title import text_that_fits

WITH_ALL = (
    'question: {fr: "Avec {budget}, d\'ici {horizon_year}, à {cutoff} ?", '
    'en: "With {budget}, by {horizon_year}, within {cutoff}?"}'
)
PLAIN = 'question: {fr: "Où ouvrir, avec 1 M€ ?", en: "Where to open, with 1 M EUR?"}'
BUDGET_ONLY = 'question: {fr: "Où ouvrir, avec {budget} ?", en: "Where to open, with {budget}?"}'


@pytest.fixture
def read(toy_project: Path) -> Callable[..., Scenario]:
    """Return a function from lines of a scenario and overrides to the scenario."""

    def read(lines: str, **overrides: object) -> Scenario:
        file = toy_project / "scenarios" / "x.yaml"
        rest = "territory: toy\nmodel: allocation\n"
        budget = "" if "budget_eur" in lines else "budget_eur: 1000000\n"
        file.write_text(f"{lines}\n{rest}{budget}", encoding="utf-8")
        return read_scenario(file, {name.replace("__", "."): value for name, value in overrides.items()})

    return read


def in_both(scenario: Scenario) -> tuple[str, str]:
    """Return the title in both languages, with ordinary spaces."""
    french, english = (question_title(scenario, Wording(language)).replace("\u00a0", " ") for language in ("fr", "en"))
    return french.replace("\u202f", " "), english


def test_placeholders_are_filled_from_what_is_solved(read: Callable[..., Scenario]) -> None:
    written = f"{WITH_ALL}\nhorizon_year: 2030"
    assert in_both(read(written)) == (
        "Avec 1 M€, d\u2019ici 2030, à 20 minutes ?",
        "With 1 M EUR, by 2030, within 20 minutes?",
    )
    changed = read(written, budget_eur=2_500_000, horizon_year=2035, professions__gp__cutoff_minutes=12.5)
    assert in_both(changed) == (
        "Avec 2,5 M€, d\u2019ici 2035, à 12,5 minutes ?",
        "With 2.5 M EUR, by 2035, within 12.5 minutes?",
    )


def test_a_run_s_resolved_scenario_keeps_its_placeholders(read: Callable[..., Scenario], tmp_path: Path) -> None:
    resolved = read(BUDGET_ONLY, budget_eur=3_000_000).resolved("0", tmp_path)
    assert resolved["question"] == {"fr": "Où ouvrir, avec {budget} ?", "en": "Where to open, with {budget}?"}


def test_a_unit_that_stands_behind_a_placeholder_is_said_once(read: Callable[..., Scenario]) -> None:
    text = 'question: {fr: "Avec {budget} M€, à {cutoff} minutes ?", en: "With {budget} EUR, within {cutoff} min?"}'
    assert in_both(read(text)) == ("Avec 1 M€, à 20 minutes ?", "With 1 M EUR, within 20 minutes?")


@pytest.mark.parametrize(
    ("overrides", "french", "english"),
    [
        ({"budget_eur": 5_000_000}, "avec 5 M€ ?", "with 5 M EUR?"),
        ({"budget_eur": 1_000_000}, "avec 1 M€ ?", "with 1 M EUR?"),
        ({"horizon_year": 2030}, "avec 1 M€, avec l\u2019offre de 2030 ?", "with 1 M EUR, on the supply of 2030?"),
        (
            {"professions.gp.cutoff_minutes": 15.0},
            "avec 1 M€, à 15 minutes au plus ?",
            "with 1 M EUR, within 15 minutes?",
        ),
        ({"site_count": 1}, "avec 1 M€ ?", "with 1 M EUR?"),
        ({"sites.exclude": ["site-a"]}, "avec 1 M€ ?", "with 1 M EUR?"),
    ],
)
def test_without_its_placeholder_the_title_is_made_from_what_is_solved(
    read: Callable[..., Scenario], overrides: dict[str, object], french: str, english: str
) -> None:
    assert in_both(read(PLAIN, **overrides)) == (
        f"Où ouvrir des maisons de santé {french}",
        f"Where should MSPs open {english}",
    )


def test_what_no_title_speaks_of_leaves_it_as_it_is(read: Callable[..., Scenario]) -> None:
    written = ("Où ouvrir, avec 1 M€ ?", "Where to open, with 1 M EUR?")
    for overrides in ({}, {"recruitable.gp": 3}, {"solve.seed": 2}, {"professions.nurse.cutoff_minutes": 10.0}):
        assert in_both(read(PLAIN, **overrides)) == written


def test_a_placeholder_of_one_thing_does_not_stand_for_another(read: Callable[..., Scenario]) -> None:
    assert in_both(read(BUDGET_ONLY, budget_eur=2_000_000))[1] == "Where to open, with 2 M EUR?"
    assert in_both(read(BUDGET_ONLY, horizon_year=2030))[1] == (
        "Where should MSPs open with 1 M EUR, on the supply of 2030?"
    )


def test_the_author_s_new_text_is_kept(read: Callable[..., Scenario]) -> None:
    new = {"fr": "Et avec {budget} ?", "en": "And with {budget}?"}
    assert in_both(read(PLAIN, question=new, budget_eur=2_000_000)) == ("Et avec 2 M€ ?", "And with 2 M EUR?")


def test_taking_the_horizon_away_takes_it_out_of_the_title(read: Callable[..., Scenario]) -> None:
    written = f"{WITH_ALL}\nhorizon_year: 2030"
    assert in_both(read(written, horizon_year=None))[1] == "Where should MSPs open with 1 M EUR?"


@pytest.mark.parametrize(
    ("text", "budget_eur", "horizon_year", "is_kept"),
    [
        ("With 20 M EUR?", 20_000_000, None, True),
        ("With 20 M EUR?", 5_000_000, None, False),
        ("Avec 20 M€ ?", 5_000_000, None, False),
        ("Avec 20 millions d'euros ?", 5_000_000, None, False),
        ("Avec 2,5 M€, dont 1 M€ de la Région ?", 2_500_000, None, True),
        ("Avec 2 500 000 € ?", 2_500_000, None, True),
        ("With EUR 2,500,000?", 2_500_000, None, True),
        ("Avec 800 k€ ?", 900_000, None, False),
        ("Où ouvrir d'ici 2030 ?", 1_000_000, None, False),
        ("Où ouvrir d'ici 2030 ?", 1_000_000, 2030, True),
        ("Where in 2035?", 1_000_000, 2030, False),
        ("À moins de 20 minutes, sur les données de 2023 ?", 1_000_000, None, True),
    ],
)
def test_a_text_that_names_another_amount_or_year_is_not_kept(
    text: str, budget_eur: float, horizon_year: int | None, *, is_kept: bool
) -> None:
    question = Question(
        question={"fr": text, "en": text},
        territory="toy",
        model="allocation",
        budget_eur=float(budget_eur),
        horizon_year=horizon_year,
    )
    fitting = text_that_fits(question, {}, "gp")
    assert (fitting == question.question) is is_kept


def test_an_unknown_placeholder_is_an_error_that_names_the_three(read: Callable[..., Scenario]) -> None:
    with pytest.raises(ScenarioError) as caught:
        read('question: {fr: "Avec {buget} ?", en: "With {budget}, {year}?"}')
    (only,) = caught.value.problems
    assert str(only).endswith(
        "x.yaml: question: no such placeholder {buget}, {year}; a question may hold {budget}, {horizon_year} "
        "and {cutoff}"
    )


def test_a_horizon_that_is_not_given_cannot_be_named(read: Callable[..., Scenario]) -> None:
    with pytest.raises(ScenarioError, match=r"question: holds \{horizon_year\}, and no horizon_year is given"):
        read(WITH_ALL)


def test_a_sweep_s_title_has_both_ends(read: Callable[..., Scenario]) -> None:
    scenario = read(BUDGET_ONLY, budget_eur=2_000_000)
    assert question_title(scenario, Wording("en"), {"budget": 12_500_000}).replace("\u00a0", " ") == (
        "Where to open, with 2 M EUR to 12.5 M EUR?"
    )
    same = question_title(scenario, Wording("en"), {"budget": 2_000_000})
    assert same.replace("\u00a0", " ") == "Where to open, with 2 M EUR?"


@pytest.mark.parametrize(
    ("amount_eur", "english", "french"),
    [
        (20_000_000, "20 M EUR", "20 M€"),
        (1_250_000, "1.25 M EUR", "1,25 M€"),
        (1_234_567, "1,234,567 EUR", "1 234 567 €"),
        (800_000, "800,000 EUR", "800 000 €"),
        (999_999.5, "999,999.50 EUR", "999 999,50 €"),
        (0, "0 EUR", "0 €"),
    ],
)
def test_money_is_written_whole(amount_eur: float, english: str, french: str) -> None:
    assert money_title(amount_eur, Wording("en")).replace("\u00a0", " ") == english
    assert money_title(amount_eur, Wording("fr")).replace("\u00a0", " ").replace("\u202f", " ") == french


ASKS_WHAT_IT_COSTS = bundled_folder() / "scenarios" / "isere-15-minutes.yaml"
BUNDLED = sorted({*bundled_folder().glob("scenarios/*.yaml")} - {ASKS_WHAT_IT_COSTS})


@pytest.mark.parametrize("file", BUNDLED, ids=lambda file: file.stem)
def test_every_bundled_scenario_names_its_budget_and_no_year_but_its_horizon(file: Path) -> None:
    scenario = read_scenario(file, {"budget_eur": 7_000_000})
    for language, amount in (("fr", "7 M€"), ("en", "7 M EUR")):
        title = question_title(scenario, Wording(language)).replace("\u00a0", " ")
        assert amount in title
        assert not title.startswith(("Où ouvrir des maisons de santé avec 7", "Where should MSPs open with 7"))
        assert ("2030" in title) is (scenario.question.horizon_year == 2030)
