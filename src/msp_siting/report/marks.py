"""What the gates of funders say of the places that a plan proposes: in words, as rows and as a table of the page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from msp_siting.answer import Answer
from msp_siting.language import Language
from msp_siting.report.findings import tell_finding
from msp_siting.report.page_table import PageTable
from msp_siting.report.wording import Wording
from msp_siting.requests import Finding, mark_record, marks_of

COLUMNS = ("site_id", "place_id", "name", "funder", "gate_id", "title", "outcome", "finding")


def gate_marks(answer: Answer, on: date, language: Language) -> list[dict[str, Any]]:
    """Return the rows of ``gates.csv``: what each gate says of each proposed site."""
    rows = []
    for site_id, finding in marks_of(answer, on):
        title = finding.values["title"]
        text = title[language] if isinstance(title, dict) else str(title)
        rows.append(mark_record(answer, (site_id, finding), text, tell_finding(_of_place(finding), language)))
    return rows


def gate_table(summary: Mapping[str, Any]) -> pd.DataFrame:
    """Return ``gates.csv`` from the summary that holds its rows."""
    return pd.DataFrame(summary["gates"], columns=[*COLUMNS], dtype="str")


def gate_page_table(summary: Mapping[str, Any], wording: Wording) -> tuple[PageTable | None, str]:
    """Return the proposed sites by the gates that can be told of any, and those that can be told of none in words."""
    rows: list[dict[str, str]] = summary["gates"]
    titles = {row["gate_id"]: row["title"] for row in rows}
    told = [gate for gate in titles if any(row["gate_id"] == gate and row["outcome"] != "to_check" for row in rows)]
    outcomes = {(row["site_id"], row["gate_id"]): wording.say(f"page_gate_{row['outcome']}") for row in rows}
    names = {row["site_id"]: row["name"] for row in rows}
    # A gate that holds at some sites only says nothing of the others.
    cells = [[name, *(outcomes.get((site_id, gate), "") for gate in told)] for site_id, name in names.items()]
    head = [wording.say("page_site"), *(wording.typeset(titles[gate]) for gate in told)]
    untold = [title for gate, title in titles.items() if gate not in told]
    note = wording.say("page_gates_to_check", titles=wording.say("sheet_separator").join(untold)) if untold else ""
    return (PageTable(head, cells, word_columns=len(head)) if told else None), wording.typeset(note)


def _of_place(finding: Finding) -> Finding:
    """Return what is to be checked at a place in words that ask no applicant for columns."""
    if finding.outcome != "missing":
        return finding
    return replace(finding, key="gate_place_zoning_invalid" if "zoning" in finding.values else "gate_place_to_check")
