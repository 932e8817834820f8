"""What the gates of funders say of the places that a plan proposes: in words, as rows and as a table of the page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from msp_siting.answer import Answer
from msp_siting.language import Fact, Language, tell
from msp_siting.report.findings import tell_finding
from msp_siting.report.page_table import PageTable
from msp_siting.report.wording import Wording
from msp_siting.requests import Finding, Gates, mark_record, marks_of

COLUMNS = ("site_id", "place_id", "name", "funder", "gate_id", "title", "outcome", "loaded", "finding")


def gate_marks(answer: Answer, gates: Gates, on: date, language: Language) -> list[dict[str, Any]]:
    """Return the rows of ``gates.csv``: what each gate says of each proposed site, held on a day."""
    rows = []
    for site_id, finding in marks_of(answer, gates, on):
        title, zoning = finding.values["title"], finding.values.get("zoning")
        words = {
            "title": title[language] if isinstance(title, dict) else str(title),
            "loaded": tell(zoning, language) if isinstance(zoning, Fact) else "",
            "finding": tell_finding(_of_place(finding), language),
        }
        rows.append(mark_record(answer, (site_id, finding)) | words)
    return rows


def gate_table(summary: Mapping[str, Any]) -> pd.DataFrame:
    """Return ``gates.csv`` from the summary that holds its rows."""
    return pd.DataFrame(summary["gates"], columns=[*COLUMNS], dtype="str")


def gate_page_table(summary: Mapping[str, Any], wording: Wording) -> tuple[PageTable | None, str]:
    """Return the proposed sites by the gates that can be told of any, and those that can be told of none in words.

    A zoning that is not valid that day is shown, and to be checked.
    """
    rows: list[dict[str, str]] = summary["gates"]
    titles = {row["gate_id"]: row["title"] for row in rows}
    shown = {row["gate_id"] for row in rows if row["outcome"] != "to_check" or row["loaded"]}
    told = [gate for gate in titles if gate in shown]
    outcomes = {(row["site_id"], row["gate_id"]): _word(row, wording) for row in rows}
    names = {row["site_id"]: row["name"] for row in rows}
    # A gate that holds at some sites only says nothing of the others.
    cells = [[name, *(outcomes.get((site_id, gate), "") for gate in told)] for site_id, name in names.items()]
    head = [wording.say("page_site"), *(wording.typeset(titles[gate]) for gate in told)]
    untold = [title for gate, title in titles.items() if gate not in told]
    note = wording.say("page_gates_to_check", titles=wording.say("sheet_separator").join(untold)) if untold else ""
    return (PageTable(head, cells, word_columns=len(head)) if told else None), wording.typeset(note)


def _word(row: Mapping[str, str], wording: Wording) -> str:
    if row["loaded"]:
        return wording.say("page_gate_to_check_loaded", loaded=row["loaded"])
    return wording.say(f"page_gate_{row['outcome']}")


def _of_place(finding: Finding) -> Finding:
    """Return what is to be checked at a place in words that ask no applicant for columns."""
    if finding.outcome != "missing":
        return finding
    return replace(finding, key="gate_place_zoning_invalid" if "zoning" in finding.values else "gate_place_to_check")
