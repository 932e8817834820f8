import re
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field, ValidationError

from msp_siting.errors import DataError, ScenarioError
from msp_siting.files.hints import near_name, show_value
from msp_siting.files.records import Count, NotNegative, Positive, Share, Strict, Text, schema_problems
from msp_siting.files.yaml import parse_yaml, read_yaml, write_yaml


class Record(Strict):
    code: str = ""
    title: Text | None = None
    posts: Count = 0
    share: Share = 0.0
    minutes: Positive = 1.0
    budget_eur: NotNegative = 0.0
    open: bool = False
    status: Literal["ZIP", "ZAC"] = "ZIP"
    names: list[str] = Field(default_factory=list)


def problems(text: str) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        Record.model_validate(parse_yaml(text))
    return schema_problems(caught.value, Record.model_fields)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code: 01004", "code: expected text, got 1004; quote it (a code without quotes loses its leading zero)"),
        ("code: true", "code: expected text, got true; put quotes around it"),
        ("code: 2030-01-01", "code: expected text, got 2030-01-01; put quotes around it"),
        ("code:", "code: expected text, got nothing"),
        ("cod: '01004'", "cod: unknown key; did you mean code?"),
        ("colour: red", "colour: unknown key"),
        ("budget: 3", "budget: unknown key; did you mean budget_eur?"),
        ("posts: 1.5", "posts: expected a whole number, got 1.5"),
        ("posts: 2.0", "posts: expected a whole number, got 2.0"),
        ("posts: '2'", "posts: expected a whole number, got '2'"),
        ("posts: true", "posts: expected a whole number, got true"),
        ("posts: -1", "posts: must be at least 0, got -1"),
        ("posts: 1000000001", "posts: must be at most 1000000000, got 1000000001"),
        ("share: 1.01", "share: must be at most 1, got 1.01"),
        ("minutes: 0", "minutes: must be above 0, got 0"),
        ("minutes: .nan", "minutes: expected a finite number, got nan"),
        ("budget_eur: .inf", "budget_eur: expected a finite number, got inf"),
        ("budget_eur: 1e400", "budget_eur: expected a finite number, got inf"),
        ("budget_eur: 1,5", "budget_eur: expected a number, got '1,5'"),
        ("open: 1", "open: expected true or false, got 1"),
        ("open: 'yes'", "open: expected true or false, got 'yes'"),
        ("status: ZIC", "status: must be 'ZIP' or 'ZAC', got 'ZIC'"),
        ("names: a", "names: expected a list, got 'a'"),
        (
            "names: [a, 38001]",
            "names.1: expected text, got 38001; quote it (a code without quotes loses its leading zero)",
        ),
        ("title: hello", "title: expected keys and values, got 'hello'"),
        ("title: {fr: a}", "title: en missing; give the text in fr and in en"),
        ("title: {}", "title: fr and en missing; give the text in fr and in en"),
        ("title: {fr: a, en: b, de: c}", "title.de: unknown key; must be 'fr' or 'en'"),
    ],
)
def test_each_wrong_value_is_named(text: str, expected: str) -> None:
    assert problems(text) == [expected]


def test_all_problems_of_a_record_are_told_at_once() -> None:
    assert problems("{posts: x, share: 2, cod: 1}") == [
        "posts: expected a whole number, got 'x'",
        "share: must be at most 1, got 2",
        "cod: unknown key; did you mean code?",
    ]


def test_a_missing_key_is_named() -> None:
    class Needy(Strict):
        name: str

    with pytest.raises(ValidationError) as caught:
        Needy.model_validate({})
    assert schema_problems(caught.value) == ["name: missing; this key must be given"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", 'line 3: key "a" is given twice; keep one'),
        ("a: {b: 1, b: 2}\n", 'line 1: key "b" is given twice; keep one'),
        ("a: {1: x}\n", "key 1 must be text; put quotes around it"),
        ("a: [1, 2\n", "line 2: not valid YAML: expected ',' or ']', but got '<stream end>'"),
        ("a: *b\n", "line 1: not valid YAML: found undefined alias 'b'"),
        ("a: &b [*b]\n", "nested too deeply; does an alias (*) hold itself?"),
        ("a: !!python/name:os.system\n", "line 1: not valid YAML: could not determine a constructor for the tag"),
        ("a: !!int x\n", "not valid YAML: invalid literal for int() with base 10: 'x'"),
        ("a: !!bool x\n", "not valid YAML: 'x'"),
        ("a: 2030-13-45\n", "not valid YAML: month must be in 1..12"),
        ("a: 1\n---\nb: 2\n", "line 2: not valid YAML: but found another document"),
        (f"a: {'[' * 101}{']' * 101}", "nested too deeply"),
        (f"a: {'{b: ' * 500}", "nested too deeply"),
        ("- " * 500, "nested too deeply"),
        (f"a: {'9' * 301}", "a number has too many digits"),
        (f"a: {'9' * 5000}", "not valid YAML: a number has too many digits"),
        ('a: "\\udc00"', "half of a character (a surrogate)"),
        ('"\\udc00": 1', "half of a character (a surrogate)"),
    ],
)
def test_text_that_is_no_yaml_is_refused(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}"):
        parse_yaml(text)


def test_an_alias_bomb_is_refused() -> None:
    levels = [f"l{level}: &l{level} [{', '.join([f'*l{level - 1}'] * 10)}]" for level in range(1, 9)]
    with pytest.raises(ValueError, match=r"too many values; use fewer aliases \(\*\)"):
        parse_yaml("l0: &l0 [x]\n" + "\n".join(levels))


def test_merge_keys_that_multiply_are_refused() -> None:
    levels = [f"l{level}: &l{level} {{<<: [*l{level - 1}, *l{level - 1}]}}" for level in range(1, 60)]
    with pytest.raises(ValueError, match=r"too many values; use fewer aliases \(\*\)"):
        parse_yaml("l0: &l0 {x: 1}\n" + "\n".join(levels))


def test_many_brackets_that_are_not_nested_are_read() -> None:
    assert parse_yaml(f"a: [{'[], ' * 500}]") == {"a": [[]] * 500}
    assert parse_yaml(f"a: {'[' * 99}{']' * 99}")["a"] is not None


def test_an_alias_is_a_value_of_its_own() -> None:
    content = parse_yaml("a: &a {value: 1}\nb: *a\n")
    content["a"]["value"] = 2
    assert content["b"] == {"value": 1}


def test_merged_keys_and_yaml_1_2_words() -> None:
    assert parse_yaml("base: &b {x: 1}\nown: {<<: *b, y: no}\n") == {"base": {"x": 1}, "own": {"x": 1, "y": "no"}}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "expected keys and values, got nothing"),
        (b"# only a comment\n", "expected keys and values, got nothing"),
        (b"- a\n- b\n", "expected keys and values, got ['a', 'b']"),
        (b"hello\n", "expected keys and values, got 'hello'"),
        ("name: Isère".encode("latin-1"), "not UTF-8 text (byte 8); save the file as UTF-8"),
        (b"a: 1\na: 2\n", 'line 2: key "a" is given twice; keep one'),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes, expected: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        read_yaml(file, ScenarioError)
    assert caught.value.problems == (f"{file}: {expected}",)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_yaml(tmp_path / "x.yaml", DataError)
    assert str(caught.value) == f"{tmp_path / 'x.yaml'}: this file is missing"
    with pytest.raises(DataError) as caught:
        read_yaml(tmp_path, DataError)
    assert str(caught.value) == f"{tmp_path}: is a folder, expected a file"


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfa: 1\nb: 2\n", b"a: 1\r\nb: 2\r\n"], ids=["BOM", "CRLF"])
def test_files_of_other_systems_are_read(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    assert read_yaml(file, ScenarioError) == {"a": 1, "b": 2}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    content = {
        "code": "01004",
        "word": "null",
        "number": "1e3",
        "flag": "true",
        "day": "2030-01-01",
        "empty": "",
        "title": {"fr": "Où ouvrir ? «ici» : oui", "en": "two\nlines"},
        "long": "word " * 60,
        "share": 0.1,
        "posts": 3,
        "none": None,
        "list": ["38001", 2, 3.5, []],
    }
    write_yaml(content, tmp_path / "x.yaml")
    assert read_yaml(tmp_path / "x.yaml", ScenarioError) == content
    assert (tmp_path / "x.yaml").read_text(encoding="utf-8").startswith("code: '01004'\nword: 'null'\n")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cutof_minutes", "; did you mean cutoff_minutes?"),
        ("Cutoff_Minutes", "; did you mean cutoff_minutes?"),
        ("cutoff", "; did you mean cutoff_minutes?"),
        ("weight", ""),
        ("", ""),
    ],
)
def test_near_name(name: str, expected: str) -> None:
    assert near_name(name, ["weight", "cutoff_minutes"] if name != "weight" else ["weight"]) == expected


def test_values_are_shown_as_in_yaml() -> None:
    assert [show_value(value) for value in (None, True, 0.5, "a", date(2030, 1, 2))] == [
        "nothing",
        "true",
        "0.5",
        "'a'",
        "2030-01-02",
    ]
    assert show_value("x" * 100) == "'" + "x" * 56 + "..."
