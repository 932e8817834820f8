"""Caveats of a folder in words, and the facts beside them, from which they can be made again in either language."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from msp_siting.cli import main
from msp_siting.language.facts import Fact, tell
from msp_siting.language.sentences import LANGUAGES, Language
from msp_siting.runs.caveats import join_facts, read_facts

TOY = Path(__file__).parents[1] / "toy"
COMMANDS = {
    "solve": ("solve", "scenarios/toy.yaml", "--quiet"),
    "diagnose": ("diagnose", "data/toy", "--quiet"),
    "sweep": ("sweep", "scenarios/toy.yaml", "--budgets", "0,1000000", "--workers", "1", "--quiet"),
}


def folder_of(name: str, language: str) -> Path:
    return Path(f"runs/{name}-{language}")


def ask(name: str, language: str, *arguments: str) -> None:
    result = CliRunner().invoke(main, [*arguments, "--out", str(folder_of(name, language)), "--lang", language])
    assert result.exit_code == 0, result.output


def summary(name: str, language: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder_of(name, language) / "summary.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module", autouse=True)
def _project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A toy project with runs in both languages, in which we stand."""
    project = tmp_path_factory.mktemp("told") / "project"
    shutil.copytree(TOY, project)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        for language in LANGUAGES:
            for name, arguments in COMMANDS.items():
                ask(name, language, *arguments)
            ask("other", language, *COMMANDS["solve"], "--set", "budget_eur=0")
        yield


def told(facts: list[dict[str, Any]], language: Language) -> list[str]:
    return [tell(Fact(**record), language) for record in facts]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_sentences_of_both_languages_come_from_the_facts_of_either(name: str) -> None:
    french, english = summary(name, "fr"), summary(name, "en")
    assert french["caveat_facts"] == english["caveat_facts"]
    assert told(french["caveat_facts"], "en") == english["caveats"]
    assert told(english["caveat_facts"], "fr") == french["caveats"]
    assert len(french["caveats"]) > 5


def test_caveats_of_a_comparison_stand_once() -> None:
    for language in LANGUAGES:
        runs = [str(folder_of(name, language)) for name in ("solve", "other")]
        ask("compared", language, "compare", *runs)
        found = summary("compared", language)
        assert told(found["caveat_facts"], language) == found["caveats"]
        assert [found["caveat_facts"].count(each) for each in found["caveat_facts"]] == [1] * len(found["caveats"])
    assert summary("compared", "fr")["caveat_facts"] == summary("compared", "en")["caveat_facts"]


def test_a_comparison_of_runs_in_another_language_has_their_facts_all_the_same() -> None:
    ask("mixed", "fr", "compare", "runs/solve-en", "runs/other-fr")
    ask("compared", "fr", "compare", "runs/solve-fr", "runs/other-fr")
    found = summary("mixed", "fr")
    assert "Les réserves reprises des calculs sont dans la langue où chacun a été écrit." in found["caveats"]
    assert set(summary("solve", "en")["caveats"]) <= set(found["caveats"])
    assert told(found["caveat_facts"], "fr") == summary("compared", "fr")["caveats"]


def test_facts_of_several_runs_stand_once_those_of_before_as_sentences() -> None:
    own, other = Fact("caveat_ties"), Fact("caveat_rim", {"points": 2, "inhabitants": 3.5})
    of_now = read_facts(["whatever"], [own.record(), other.record()])
    of_before = read_facts([tell(own, "fr"), "Said."], None)
    assert join_facts([own], [*of_now, *of_before, *of_before]) == [
        {"key": "caveat_ties", "values": {}},
        {"key": "caveat_rim", "values": {"points": 2, "inhabitants": 3.5}},
        {"key": "caveat_stated", "values": {"text": "Said."}},
    ]
