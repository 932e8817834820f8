import re
from pathlib import Path
from string import Formatter

import pytest

from msp_siting.language.sentences import LANGUAGES, catalogue, decimal, percent, say, whole
from msp_siting.solver import best


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_both_languages_have_the_same_keys() -> None:
    assert set(catalogue("fr")) == set(catalogue("en"))


def test_both_languages_put_in_the_same_values() -> None:
    differing = [key for key in catalogue("en") if fields(catalogue("en")[key]) != fields(catalogue("fr")[key])]
    assert differing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_text(language: str) -> None:
    sentences = catalogue(language).values()  # type: ignore[arg-type]
    assert [sentence for sentence in sentences if not isinstance(sentence, str) or not sentence.strip()] == []


def test_say_puts_values_in() -> None:
    assert say("line_written", "en", folder="runs/isere") == "Written to runs/isere"
    assert say("line_written", "fr", folder="runs/isere") == "Écrit dans runs/isere"


def test_an_unknown_key_or_a_value_left_out_is_an_error() -> None:
    with pytest.raises(KeyError, match="no_such_sentence"):
        say("no_such_sentence", "en")
    with pytest.raises(KeyError, match="folder"):
        say("line_written", "en")


def test_whole_numbers() -> None:
    assert whole(1_284_948, "en") == "1,284,948"
    assert whole(1_284_948, "fr") == "1\u202f284\u202f948"
    assert whole(0.4, "en") == "0"
    assert whole(999.6, "fr") == "1\u202f000"


def test_decimals() -> None:
    assert decimal(1234.56, "en") == "1,234.6"
    assert decimal(1234.56, "fr") == "1\u202f234,6"
    assert decimal(2.5, "fr", 2) == "2,50"


def test_percentages() -> None:
    assert percent(0.1234, "en") == "12.3%"
    assert percent(0.1234, "fr") == "12,3\u202f%"
    assert percent(1, "en", 0) == "100%"


def test_every_stage_of_a_search_has_a_name() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in Path(best.__file__).parent.glob("*.py"))
    stages = set(re.findall(r'stage(?:: Stage)? = "(\w+)"', source))
    assert stages == {"relaxation", "start", "search"}
    assert {f"told_stage_{stage}" for stage in stages} <= set(catalogue("fr"))


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 requests: 1 eligible", "0 demande : 1 recevable,"),
        (1, "1 request: 1 eligible", "1 demande : 1 recevable,"),
        (2, "2 requests: 1 eligible", "2 demandes : 1 recevable,"),
    ],
)
def test_nouns_follow_their_number(count: int, english: str, french: str) -> None:
    values = {"requests": count, "eligible": 1, "incomplete": 0, "rule_not_met": 0, "ineligible": 0}
    assert say("evaluation_line_requests", "en", **values).startswith(english)
    assert say("evaluation_line_requests", "fr", **values).startswith(french)


def test_a_number_that_is_rounded_takes_the_noun_of_what_is_shown() -> None:
    assert "1 départ annoncé par les demandes est déduit" in say("evaluation_caveat_leaving", "fr", posts=1.4)
    assert "2 departures announced by the requests are taken" in say("evaluation_caveat_leaving", "en", posts=1.6)
