from pathlib import Path

import pytest

from msp_siting.errors import DataError
from msp_siting.files.json import read_json


def test_keys_and_values_are_read(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text('{"a": [1, 2.5, null, true, "\\u00e9 \\ud83d\\udca5"]}', encoding="utf-8")
    assert read_json(file, DataError) == {"a": [1, 2.5, None, True, "é 💥"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "not valid JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[]", "expected keys and values"),
        ('{"a": NaN}', "not valid JSON: NaN is no number"),
        ('{"a": -Infinity}', "not valid JSON: -Infinity is no number"),
        ('{"a": 1e400}', "not valid JSON: 1e400 is too large a number"),
        ('{"a": 1' + "0" * 300 + "}", "not valid JSON: a number has too many digits"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', 'not valid JSON: key "c" is given twice'),
        ('{"a": "\\ud800"}', "not valid JSON: half of a character"),
        ('{"a": ' + "[" * 100_000 + "}", "not valid JSON: nested too deeply"),
        ('{"a": 1} x', "not valid JSON: Extra data: line 1 column 10 (char 9)"),
    ],
    ids=str,
)
def test_what_is_no_json_is_named(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_json(file, DataError)
    assert caught.value.problems == (f"{file}: {expected}",)
