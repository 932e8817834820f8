"""Tables of the page of an evaluation: every request, the choice, weights, refusals, gates."""

from dataclasses import replace

from msp_siting.files import SECOND_SHEET
from msp_siting.language import tell
from msp_siting.report.findings import tell_finding, verdict_words
from msp_siting.report.page_table import LONGEST_OPEN_TABLE, Link, PageTable
from msp_siting.report.sheets.facts import day_words, project_title
from msp_siting.report.sheets.localities import localities_of
from msp_siting.report.sheets.sheet import conditions
from msp_siting.report.sheets.standing_words import place_word, points_text, rank_text, regret_interval
from msp_siting.report.wording import Wording
from msp_siting.requests import CASES, VERDICTS, Appraisal, Evaluation, Gate
from msp_siting.runs import RunFile

Row = list[str | Link]


def requests_page_table(evaluation: Evaluation, wording: Wording) -> PageTable:
    """Return every request: by rank, then those without; links to their sheets."""
    places = localities_of(evaluation.territory, evaluation.on)
    lead, none = evaluation.lead, wording.say("page_unknown_value")
    keys = ("request", "applicant", "commune", "verdict", "in_plans", "chosen", "rank")
    head = [wording.say(f"evaluation_column_{key}") for key in keys]
    titles = {name: wording.of(evaluation.parameters.cases.of(name).title) for name in CASES}
    head.append(wording.say("evaluation_column_covered", **titles))
    head += [wording.say(f"evaluation_column_{key}") for key in ("per_100k", "asked", "regret")]
    rows: list[Row] = []
    for appraisal in in_order(evaluation):
        request, name = appraisal.request, appraisal.request_id
        covered = {case: wording.whole(appraisal.effects.newly_covered[case][lead]) for case in CASES}
        per_100k = appraisal.per_100k_eur(lead)
        rank = evaluation.rank_by_effect.get(name)
        rows.append(
            [
                sheet_link(appraisal, wording),
                Link(wording.say("evaluation_applicant"), _address(appraisal, SECOND_SHEET)),
                places.name_of(request.place_id),
                verdict_words(appraisal.gates, evaluation.gates, wording.language),
                place_word(appraisal, wording),
                wording.say("request_word_true" if name in evaluation.chosen else "request_word_false"),
                none if rank is None else str(rank),
                wording.say("evaluation_covered", **covered),
                wording.say("sheet_not_stated") if per_100k is None else wording.whole(per_100k),
                _eur(request.requested_total_eur, wording),
                regret_interval(appraisal, wording),
            ]
        )
    return PageTable(head, rows, word_columns=6)


def first_rows(content: PageTable) -> PageTable:
    """Return a table with no more rows than a page shows unfolded."""
    return replace(content, rows=content.rows[:LONGEST_OPEN_TABLE])


def chosen_page_table(evaluation: Evaluation, wording: Wording) -> PageTable:
    """Return the requests of the best choice: what they ask for, invest and cover alone."""
    keys = ("request", "asked", "investment", "covered_alone")
    rows: list[Row] = [
        [
            sheet_link(a, wording),
            _eur(a.request.requested_total_eur, wording),
            _eur(a.request.investment_eur, wording),
            wording.whole(a.newly_covered(evaluation.lead)),
        ]
        for a in in_order(evaluation)
        if a.request_id in evaluation.chosen
    ]
    return PageTable([wording.say(f"evaluation_column_{key}") for key in keys], rows)


def weights_page_table(evaluation: Evaluation, wording: Wording) -> PageTable | None:
    """Return ranks by the user's weights beside those by effect, with the points by criterion; None without weights."""
    if not evaluation.points:
        return None
    keys = ("request", "points_by_criterion", "rank_by_weights", "points", "rank", "rank_per_eur")
    none = wording.say("page_unknown_value")
    rows: list[Row] = [
        [
            sheet_link(a, wording),
            points_text(evaluation, a, wording),
            rank_text(evaluation.rank_by_weights, a.request_id, wording),
            wording.whole(evaluation.points[a.request_id]),
            str(evaluation.rank_by_effect[a.request_id]),
            str(evaluation.rank_per_eur.get(a.request_id, none)),
        ]
        for a in sorted(evaluation.appraisals, key=lambda a: evaluation.rank_by_weights.get(a.request_id, 0))
        if a.request_id in evaluation.points
    ]
    return PageTable([wording.say(f"evaluation_column_{key}") for key in keys], rows, word_columns=2)


def refused_page_table(evaluation: Evaluation, wording: Wording) -> PageTable:
    """Return the requests that do not meet a rule or are incomplete, with their reasons."""
    rows: list[Row] = [
        [
            sheet_link(a, wording),
            verdict_words(a.gates, evaluation.gates, wording.language),
            " ".join(conditions(a, wording)),
        ]
        for verdict in reversed(VERDICTS)
        for a in evaluation.appraisals
        if a.gates.verdict == verdict != "eligible"
    ]
    keys = ("request", "verdict", "reasons")
    return PageTable([wording.say(f"evaluation_column_{key}") for key in keys], rows, word_columns=3)


def to_check_page_table(evaluation: Evaluation, wording: Wording) -> PageTable:
    """Return what has to be checked of requests and changes no verdict, in the order of the file."""
    rows: list[Row] = [
        [sheet_link(a, wording), wording.typeset(tell_finding(finding, wording.language))]
        for a in evaluation.appraisals
        for finding in a.gates.to_check
    ]
    return PageTable([wording.say(f"evaluation_column_{key}") for key in ("request", "to_check")], rows, word_columns=2)


def read_as_page_table(evaluation: Evaluation, wording: Wording) -> PageTable:
    """Return what was read otherwise than it is written, in the order of the file."""
    rows: list[Row] = [
        [sheet_link(a, wording), wording.typeset(tell(note, wording.language))]
        for a in evaluation.appraisals
        for note in a.request.notes
    ]
    return PageTable([wording.say(f"evaluation_column_{key}") for key in ("request", "read_as")], rows, word_columns=2)


def gates_page_table(evaluation: Evaluation, wording: Wording) -> PageTable:
    """Return the rules that are switched on: whose, in words, since and until when, source and kind."""
    gates = evaluation.gates
    rows = [_gate_row(wording.say("evaluation_all_funders"), gate, wording) for gate in gates.common if gate.enabled]
    rows += [
        _gate_row(wording.of(funder.title), gate, wording)
        for funder in gates.funders.values()
        for gate in funder.gates
        if gate.enabled
    ]
    keys = ("evaluation_column_funder", "evaluation_column_rule", "evaluation_column_from", "evaluation_column_until")
    return PageTable([*map(wording.say, (*keys, "page_kind", "page_source"))], rows, word_columns=6)


def in_order(evaluation: Evaluation) -> list[Appraisal]:
    """Return the requests by rank, then those without one by verdict; else in the order of the file."""
    ranks = evaluation.rank_by_effect
    last = len(ranks) + 1
    return sorted(evaluation.appraisals, key=lambda a: (ranks.get(a.request_id, last), VERDICTS.index(a.gates.verdict)))


def sheet_link(appraisal: Appraisal, wording: Wording) -> Link:
    """Return a request's name, which leads to its sheet."""
    return Link(project_title(appraisal.request, wording), _address(appraisal))


def _address(appraisal: Appraisal, second: str = "") -> str:
    return f"{RunFile.SHEETS}/{appraisal.request.sheet_name}{second}.html"


def _gate_row(whose: str, gate: Gate, wording: Wording) -> list[str]:
    days = [
        wording.say("page_unknown_value") if day is None else day_words(day, wording)
        for day in (gate.valid_from, gate.valid_until)
    ]
    return [whose, wording.of(gate.title), *days, wording.say(f"page_kind_{gate.kind}"), wording.source(gate.source)]


def _eur(amount: float | None, wording: Wording) -> str:
    return wording.say("sheet_not_stated") if amount is None else wording.eur(amount)
