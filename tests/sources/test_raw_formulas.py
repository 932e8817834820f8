"""Cells of official files that a spreadsheet would run as formulas."""

import pandas as pd

from msp_siting.language import Repair, tell
from msp_siting.sources.catalogue import RawColumn
from msp_siting.sources.raw_cells import _convert_text


def test_a_name_that_a_spreadsheet_would_run_loses_its_sign_and_it_is_told() -> None:
    column = RawColumn(header="rs", kind="text")
    repairs: list[Repair] = []
    names, wrong = _convert_text(pd.Series(["MSP", "@DOM", "=1+1", "-Nord"], index=[2, 3, 4, 5]), column, repairs)
    assert names.tolist() == ["MSP", "DOM", "1+1", "-Nord"]
    assert [len(rows) for rows, _ in wrong] == [0]
    assert [tell(repair, "en") for repair in repairs] == [
        (
            "column rs, row 3, 4: a sign that spreadsheets take for the beginning of a formula was left out before "
            "2 names (such as @DOM)"
        )
    ]


def test_an_id_that_a_spreadsheet_would_run_is_refused() -> None:
    column = RawColumn(header="nofinesset", kind="id")
    _, wrong = _convert_text(pd.Series(["010000024", "=1"], index=[2, 3]), column, [])
    rows, say_why = wrong[0]
    assert rows.tolist() == [3]
    assert say_why(3) == (
        "expected text that does not begin with =, @, a tab or a return, which spreadsheets run as a formula (write it "
        "without), got '=1'"
    )
