"""Every problem that the package can tell has its French: its templates are extracted as gettext's are, by Babel."""

import csv
import errno
import io
import json
import os
import pickle
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest
from babel.messages.extract import extract_from_dir
from pydantic import TypeAdapter, ValidationError

import msp_siting
from msp_siting.cli.misuse import CLICK_SENTENCES
from msp_siting.errors import DataError, Sentence, foreign, listed, problem, told
from msp_siting.files.csv import CSV_SENTENCES
from msp_siting.files.records import schema_problems
from msp_siting.files.yaml import YAML_SENTENCES, parse_yaml
from msp_siting.language.problems import catalogue, french_of, has_words, key_of, translate
from msp_siting.sources.catalogue import read_catalogue

SOURCE = Path(msp_siting.__file__).parent
SYSTEM = ("EACCES", "ECONNREFUSED", "EISDIR", "ENAMETOOLONG", "ENOENT", "ENOSPC", "ENOTDIR", "EROFS")
YAML = (
    *("a: b: c", "a: 1\nb\nc: 1", "a: - 1", "a: @b", "a: 'b", 'a: "\\q"', "a: *b", "a: [1 2", "a: [b: 1", "a: {b: 1"),
    "a:\n  - 1\n b: 2",
)
JSON = ("", "{1: 2}", '{"a": 1 "b"}', '{"a" 1}', "{} {}")
CSV = ('"a', '"a"b')
OTHERS = (
    *("error: ", "Error: ", "Usage: ", "Try '{command} --help' for help."),
    *("car", "None"),  # a vehicle of models/parameters/speeds.yaml, and a limit that is not set
)


def extracted(source: Path = SOURCE) -> dict[str, str]:
    """Return where each template stands that a call of `problem`, or of a function that takes one, writes out."""
    found = [
        row
        for keywords in ({"problem": None}, {"listed": (2,)})
        for row in extract_from_dir(source, [("**.py", "python")], keywords=keywords)
    ]
    return {key_of(str(text)): f"{file}:{line}" for file, line, text, _, _ in found}


def lacking(templates: dict[str, str]) -> list[str]:
    """Return the entries that the catalogue should have, ready to paste."""
    return [
        f'{json.dumps(template)}: ""  # {where}'
        for template, where in sorted(templates.items())
        if french_of(template) is None and has_words(template)
    ]


def pieces(template: str) -> Iterator[str]:
    """Yield the entries that tell a template: itself, or its pieces."""
    yield from [template] if template in catalogue() else template.split(": ")


def test_every_problem_has_its_french() -> None:
    found = extracted()
    assert len(found) > 400
    assert lacking(found) == []


def test_a_problem_without_french_is_named(tmp_path: Path) -> None:
    (tmp_path / "moon.py").write_text(
        'raise DataError(problem("row {row}: the moon is {colour!r}, {km:,.0f} km off", row=1, colour="red", km=4))\n',
        encoding="utf-8",
    )
    assert lacking(extracted(tmp_path)) == [
        '"row {row}: the moon is {colour!r}, {km} km off": ""  # moon.py:1',
    ]


def test_every_entry_is_used() -> None:
    known = (*OTHERS, *YAML_SENTENCES, *CSV_SENTENCES, *CLICK_SENTENCES)
    templates = {*extracted(), *known, *(each.template for each in foreigners())}
    assert sorted(set(catalogue()) - {piece for template in templates for piece in pieces(template)}) == []


def test_both_languages_have_the_same_values() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    assert [english for english, french in catalogue().items() if names(english) != names(french)] == []
    forms = {form for text in catalogue().values() for _, name, form, _ in Formatter().parse(text) if name is not None}
    assert forms == {"", "count", "number"}


def foreigners() -> Iterator[Sentence]:
    """Yield what others say, each made to say it: the system, readers of YAML, JSON and CSV, pydantic, titles."""
    yield from (foreign(os.strerror(getattr(errno, name))) for name in SYSTEM)
    for text in YAML:
        with pytest.raises(ValueError, match="line") as caught:
            parse_yaml(text)
        yield from parts(told(caught.value))
    for text in JSON:
        with pytest.raises(json.JSONDecodeError) as broken:
            json.loads(text)
        yield foreign(broken.value.msg)
    for text in CSV:
        with pytest.raises(csv.Error) as wrong:
            list(csv.reader([text], strict=True))
        yield foreign(str(wrong.value), *CSV_SENTENCES)
    with pytest.raises(pd.errors.EmptyDataError) as empty:
        pd.read_csv(io.StringIO(""))
    yield told(empty.value)
    with pytest.raises(ValidationError) as no_day:
        TypeAdapter[object](date).validate_python("tomorrow", strict=True)
    for sentence in schema_problems(no_day.value):
        yield from parts(sentence)
    for entry in read_catalogue().sources.values():
        yield from map(foreign, [entry.title["en"], *([entry.without["en"]] if entry.required else [])])


def parts(sentence: Sentence) -> Iterator[Sentence]:
    """Yield a sentence and the sentences in it."""
    yield sentence
    for value in sentence.values.values():
        if isinstance(value, Sentence):
            yield from parts(value)


def test_what_others_say_has_its_french() -> None:
    assert lacking({key_of(each.template): each for each in foreigners()}) == []


def test_titles_of_official_files_are_those_of_their_catalogue() -> None:
    for entry in read_catalogue().sources.values():
        for text in [entry.title, entry.without] if entry.required else [entry.title]:
            assert translate(foreign(text["en"]), "fr") == text["fr"]


@pytest.mark.parametrize(
    ("sentence", "english", "french"),
    [
        (
            problem("row {row}: {column} is empty", row=3, column="x").at(Path("data/a: b/demand.csv")),
            "data/a: b/demand.csv: row 3: x is empty",
            "data/a: b/demand.csv : ligne 3 : x est vide",
        ),
        (
            problem("this file is missing").at("{lost}; a: b"),
            "{lost}; a: b: this file is missing",
            "{lost}; a: b : ce fichier manque",
        ),
        (
            problem(
                "{expected}, got {value}", expected=problem("expected {expected}", expected=problem("text")), value=1
            ),
            "expected text, got 1",
            "il faut du texte, et non 1",
        ),
        (
            problem("unknown key") + problem("; did you mean {name}?", name=listed(["a", "b"], "{some} or {other}")),
            "unknown key; did you mean a or b?",
            "clé inconnue ; vouliez-vous dire a ou b ?",
        ),
        (
            problem("{size:,.1f} MB, expected at most {most:g} MB; is it the right file?", size=1234.5, most=20),
            "1,234.5 MB, expected at most 20 MB; is it the right file?",
            "1\u202f234,5 Mo, pour 20 Mo au plus ; est-ce le bon fichier ?",
        ),
        (
            problem("no such {what} {value!r}", what=problem("place"), value="Val-d'Or"),
            'no such place "Val-d\'Or"',
            'pas de lieu "Val-d\'Or"',
        ),
        (problem("the moon is blue").at("a"), "a: the moon is blue", "a : the moon is blue"),
    ],
)
def test_a_problem_in_both_languages(sentence: Sentence, english: str, french: str) -> None:
    assert sentence == english
    assert translate(sentence, "en") == english
    assert translate(sentence, "fr") == french


def test_a_problem_travels_between_processes() -> None:
    error = DataError([problem("row {row}", row=3), problem("this file is missing").at("a{b}")])
    found = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    assert [translate(each, "fr") for each in found.problems] == ["ligne 3", "a{b} : ce fichier manque"]


def test_what_a_value_holds_is_never_taken_for_a_template() -> None:
    sentence = problem("{column} is empty", column="{row!r}: text").at("row {row}")
    assert translate(sentence, "fr") == "row {row} : {row!r}: text est vide"
