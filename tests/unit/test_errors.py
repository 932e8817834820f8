from msp_siting.errors import DataError


def test_problems_can_be_shown_whatever_a_file_holds() -> None:
    error = DataError(["a.yaml: key '\ud800' is given twice", "b\udce9.csv: this file is missing"])
    assert error.problems == ("a.yaml: key '\\ud800' is given twice", "b\\udce9.csv: this file is missing")
    assert str(error).encode().count(b"\n") == 1
