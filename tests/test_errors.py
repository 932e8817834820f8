from msp_siting.errors import DataError, problem
from msp_siting.language.problems import translate


def test_problems_can_be_shown_whatever_a_file_holds() -> None:
    error = DataError(
        [
            problem("key {key} is given twice; keep one", key="'\ud800'").at("a.yaml"),
            problem("this file is missing").at("b\udce9.csv"),
        ]
    )
    assert error.problems == ("a.yaml: key '\\ud800' is given twice; keep one", "b\\udce9.csv: this file is missing")
    assert str(error).encode().count(b"\n") == 1
    assert [translate(each, "fr").encode() for each in error.problems][1] == b"b\\udce9.csv : ce fichier manque"
