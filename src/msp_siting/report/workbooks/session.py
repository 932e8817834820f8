"""The workbook of a session that votes on requests (``seance.xlsx``): asked, proposed, voted, by funder, with sums."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msp_siting.report.findings import verdict_words
from msp_siting.report.pages.evaluation_tables import in_order
from msp_siting.report.sheets.facts import funder_title
from msp_siting.report.workbooks.book import (
    HEADING_ROW,
    Book,
    Cell,
    Column,
    Formula,
    Note,
    Sheet,
    letter_of,
    write_book,
)
from msp_siting.report.workbooks.lexicon import Lexicon
from msp_siting.report.workbooks.run_book import Cover, general_notes
from msp_siting.requests import Appraisal, Evaluation
from msp_siting.runs import RunFile

EUR = "#,##0.00"
STEPS = ("requested", "proposed", "voted")


def write_session_book(
    folder: Path, evaluation: Evaluation, summary: Mapping[str, Any], cover: Cover, lexicon: Lexicon
) -> None:
    """Write ``seance.xlsx``: requests with what is asked, proposed and voted, and what is left of the envelope.

    What is voted, the opinion and remarks are for people to fill; all sums are formulas.
    """
    wording = lexicon.wording
    funders = list(dict.fromkeys(name for a in evaluation.appraisals for name in a.request.requested_eur))
    session = _session(evaluation, funders, lexicon)
    sheets = [session, _envelope(evaluation, funders, session, lexicon)]
    title = wording.say("book_title_session")
    notes = [*_notes(evaluation, cover, lexicon), *general_notes(cover, summary["caveats"], lexicon)]
    write_book(Book(title, notes, sheets, evaluation.on), folder / RunFile.SESSION, wording)


def _notes(evaluation: Evaluation, cover: Cover, lexicon: Lexicon) -> Iterator[Note]:
    wording = lexicon.wording
    yield wording.say("book_question"), cover.question
    yield wording.say("book_territory"), cover.territory
    yield wording.say("session_rules_on"), evaluation.on
    yield wording.say("book_counts"), wording.say("session_counts")
    if evaluation.portfolio.status != "optimal":
        yield "", wording.say("sheet_portfolio_unproven")
    if not evaluation.is_ranked:
        yield "", wording.say("sheet_portfolio_times")
    yield "", wording.say("session_to_fill")
    yield "", wording.say("session_not_stated")


def _session(evaluation: Evaluation, funders: Sequence[str], lexicon: Lexicon) -> Sheet:
    """Return one row per request, in the order of the page: totals of all funders, then funder by funder."""
    wording, heading = lexicon.wording, lexicon.heading
    columns = [Column(heading(name)) for name in ("request_id", "project_name", "place_name", "verdict", "chosen")]
    columns.append(Column(heading("investment_eur"), EUR, is_summed=True))
    columns += [Column(wording.say(f"session_{step}"), EUR, is_summed=True) for step in STEPS]
    for funder in funders:
        title = funder_title(evaluation.gates, funder, wording)
        columns += [
            Column(wording.say(f"session_{step}_of", funder=title), EUR, is_summed=True, is_to_fill=step == "voted")
            for step in STEPS
        ]
    columns += [Column(wording.say(f"session_{name}"), is_to_fill=True) for name in ("opinion", "remarks")]
    rows = [
        _row(evaluation, appraisal, funders, row, lexicon)
        for row, appraisal in enumerate(in_order(evaluation), start=HEADING_ROW + 1)
    ]
    return Sheet(wording.say("session_sheet"), wording.say("session_note"), columns, rows, 2)


def _row(
    evaluation: Evaluation, appraisal: Appraisal, funders: Sequence[str], row: int, lexicon: Lexicon
) -> list[Cell]:
    wording, request = lexicon.wording, appraisal.request
    chosen = appraisal.request_id in evaluation.chosen
    cells: list[Cell] = [
        appraisal.request_id,
        request.project_name or None,
        evaluation.place_name(appraisal),
        verdict_words(appraisal.gates, evaluation.gates, wording.language),
        wording.say("request_word_true" if chosen else "request_word_false"),
        request.investment_eur,
    ]
    first = len(cells) + len(STEPS)
    for step in range(len(STEPS)):
        of_funders = [f"{letter_of(first + step + len(STEPS) * number)}{row}" for number in range(len(funders))]
        is_known = bool(of_funders) and (step > 0 or bool(request.requested_eur))
        cells.append(Formula(f"=SUM({','.join(of_funders)})") if is_known else None)
    for funder in funders:
        asked = request.requested_eur.get(funder)
        cells += [asked, asked if chosen else None if asked is None else 0.0, None]
    return [*cells, None, None]


def _envelope(evaluation: Evaluation, funders: Sequence[str], session: Sheet, lexicon: Lexicon) -> Sheet:
    """Return what each funder and all together ask, propose and vote, and what is left of the envelope."""
    wording = lexicon.wording
    keys = ("session_funder", "session_envelope", *(f"session_{step}" for step in STEPS), "session_left")
    columns = [
        Column(wording.say(key), "@" if key == "session_funder" else EUR, is_to_fill=key == "session_envelope")
        for key in keys
    ]
    whole = session.columns.index(Column(wording.say("session_requested"), EUR, is_summed=True))
    names = [wording.say("session_all"), *(funder_title(evaluation.gates, name, wording) for name in funders)]
    count = len(session.rows)
    rows: list[list[Cell]] = []
    for number, name in enumerate(names):
        row, first = HEADING_ROW + 1 + number, whole + len(STEPS) * number
        sums: list[Cell] = [
            Formula(f"=SUM('{session.title}'!{letter}{HEADING_ROW + 1}:{letter}{HEADING_ROW + count})")
            for letter in (letter_of(first + step) for step in range(len(STEPS)))
        ]
        left = Formula(f'=IF(ISNUMBER(B{row}),B{row}-E{row},"")')
        rows.append([name, evaluation.envelope_eur if number == 0 else None, *sums, left])
    return Sheet(wording.say("session_envelope_sheet"), wording.say("session_envelope_note"), columns, rows)
