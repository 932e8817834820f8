"""Decision sheets: one A4 page per funding request, self-contained, in the order a commission reads."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msp_siting.language import LANGUAGES, Language
from msp_siting.report.findings import tell_finding, verdict_words
from msp_siting.report.rendering import render
from msp_siting.report.sheets import facts as sheet_facts
from msp_siting.report.sheets import money as sheet_money
from msp_siting.report.sheets import standing_words
from msp_siting.report.sheets import tables as sheet_tables
from msp_siting.report.sheets.localities import Localities, localities_of
from msp_siting.report.wording import Wording, profession_title
from msp_siting.requests import Appraisal, Evaluation
from msp_siting.runs import RunFile

LINES, LINE, HALF_LINE = 64, 120, 54  # of the changing parts of a page: lines, and characters of one
LEAST_ROOM = 110  # characters of conditions that are always shown
LONGEST_SOURCES = 640
MOST_TURNS = 6
LIMITS = ("sheet_limit_best_case", "evaluation_caveat_commitments")
LONGEST_SENTENCE = 220
OF_GATES = ("failed", "missing")
OUTCOMES = ("failed", "to_check", "missing", "noted")  # in the order of their weight; the verdict names what is missing
WITHOUT_CONSEQUENCE = {"gate_not_in_force", "gate_not_applicable"}
RESTS_ON = ("demand", "supply", "travel_times")


def render_sheets(evaluation: Evaluation, of_run: Language) -> Iterator[tuple[str, str]]:
    """Yield path and page of every request in every language: of the run in ``sheets/``, of others one folder deeper.

    Parameters
    ----------
    of_run
        The language of the run, in which ``report.html`` is.
    """
    places = localities_of(evaluation.territory, evaluation.on)
    for language in LANGUAGES:
        deeper, home = ("", "..") if language == of_run else (f"/{language}", "../..")
        for appraisal in evaluation.appraisals:
            page = render_sheet(evaluation, appraisal, places, language, home)
            yield f"{RunFile.SHEETS}{deeper}/{appraisal.request.sheet_name}.html", page


def render_sheet(
    evaluation: Evaluation, appraisal: Appraisal, places: Localities, language: Language, home: str
) -> str:
    """Return the page of one request.

    Parameters
    ----------
    home
        Relative address of the folder of the evaluation, from that of the page.
    """
    wording, request = Wording(language), appraisal.request
    turns = turn_sentences(evaluation, appraisal, wording)
    values: dict[str, Any] = {
        "title": sheet_facts.project_title(request, wording),
        "object": sheet_facts.object_sentence(evaluation, appraisal, places, wording),
        "asked": sheet_facts.asked_sentence(evaluation, appraisal, wording),
        "reasons": sheet_facts.verdict_reasons(appraisal, wording),
        "situation": sheet_facts.situation(evaluation, appraisal, places, wording),
        "project": sheet_facts.project(evaluation, appraisal, places, wording),
        "effect": sheet_tables.effect_table(evaluation, appraisal, wording),
        "cases": f"{wording.say('sheet_read_together')} {cases_sentence(evaluation, wording)}",
        "others": " ".join(sheet_tables.beside_effects(evaluation, appraisal, wording)),
        "whom": sheet_tables.whom_table(evaluation, appraisal, places, wording),
        "neighbours": sheet_tables.neighbours(evaluation, appraisal, places, wording),
        "standing": _standing(evaluation, appraisal, wording),
        "expenses": sheet_money.expenses_table(request, wording),
        "resources": sheet_money.resources_table(evaluation, request, wording),
        "rent": sheet_money.rent(request, wording),
        "limits": " ".join([*turns[:MOST_TURNS], *map(wording.say, LIMITS)]),
        "sources": _sources(evaluation, wording),
    }
    return render(
        "sheet.html.j2",
        language=language,
        say=wording.say,
        home=home,
        territory=wording.of(evaluation.territory.manifest.title),
        request_id=request.request_id,
        verdict=appraisal.gates.verdict,
        verdict_word=verdict_words(appraisal.gates, evaluation.gates, language),
        on=sheet_facts.day_words(evaluation.on, wording),
        profession=profession_title(evaluation, evaluation.lead, wording),
        conditions=conditions(appraisal, wording, room=_room(values)),
        has_turns=bool(turns),
        **values,
    )


def _room(values: Mapping[str, Any]) -> int:
    """Return how many characters of conditions a page still holds below everything else."""
    full = ("object", "asked", "reasons", "neighbours", "limits", "sources")
    used = sum(_lines([values[name]], LINE) for name in full) + _lines([values["cases"] + values["others"]], LINE)
    used += _lines(map(" - ".join, values["standing"]), LINE)
    used += max(_lines(map(" - ".join, values[name]), HALF_LINE) for name in ("situation", "project"))
    used += max(len(values["effect"].rows), len(values["whom"].rows))
    rent = _lines([" - ".join(map(" - ".join, values["rent"]))], HALF_LINE)
    used += max(len(values["expenses"].rows), len(values["resources"].rows) + rent)
    return max(LEAST_ROOM, 2 * HALF_LINE * (LINES - used))


def _lines(texts: Iterable[str], width: int) -> int:
    """Return how many lines some texts take, each beginning one."""
    return sum(math.ceil(len(text) / width) for text in texts)


def cases_sentence(evaluation: Evaluation, wording: Wording) -> str:
    """Return what the three cases are."""
    low = evaluation.parameters.cases.low
    return wording.say("sheet_cases", filled=wording.percent(low.posts_filled_share.value, 0))


def turn_sentences(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> list[str]:
    """Return what could turn the picture of a request."""
    filled = wording.percent(evaluation.parameters.cases.low.posts_filled_share.value, 0)
    return [wording.say(key, filled=filled) for key in evaluation.warnings(appraisal)]


def conditions(appraisal: Appraisal, wording: Wording, *, room: int | None = None) -> list[str]:
    """Return what is missing or not kept, the weightiest first, then notes; a long list is cut and says so.

    Parameters
    ----------
    room
        How many characters there is room for; None: for all that makes a verdict.
    """
    outcomes = OF_GATES if room is None else OUTCOMES
    findings = [
        finding
        for outcome in outcomes
        for finding in appraisal.gates.findings
        if finding.outcome == outcome and finding.key not in WITHOUT_CONSEQUENCE
    ]
    sentences: list[str] = []
    for finding in findings:
        sentence = sheet_facts.short(wording.typeset(tell_finding(finding, wording.language)), LONGEST_SENTENCE)
        if room is not None and sentences and sum(map(len, [*sentences, sentence])) > room:
            break
        sentences.append(sentence)
    if len(findings) > len(sentences):
        sentences.append(wording.say("sheet_more_findings", count=len(findings) - len(sentences)))
    if not any(finding.outcome in OF_GATES for finding in findings):
        sentences.insert(0, wording.say("sheet_no_conditions"))
    return sentences


def _standing(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> Sequence[tuple[str, str]]:
    facts = [
        ("sheet_in_plans", standing_words.place_sentence(evaluation, appraisal, wording)),
        ("sheet_same_money", standing_words.regret_sentence(appraisal, wording)),
        ("sheet_ranks", " ".join(standing_words.rank_sentences(evaluation, appraisal, wording))),
        ("sheet_envelope", standing_words.portfolio_sentence(evaluation, appraisal, wording)),
    ]
    return [
        *((wording.say(key), text) for key, text in facts),
        (wording.say("sheet_words"), standing_words.good_plan_sentence(evaluation, wording)),
    ]


def _sources(evaluation: Evaluation, wording: Wording) -> str:
    files = [entry for entry in evaluation.territory.manifest.files if entry.path.partition(".")[0] in RESTS_ON]
    # The label of a file says more than its source.
    texts = dict.fromkeys(wording.of(entry.label) if entry.label else wording.source(entry.source) for entry in files)
    data = wording.say("sheet_separator").join(text.rstrip(".") for text in texts)
    return wording.say(
        "sheet_sources",
        data=sheet_facts.short(data, LONGEST_SOURCES) or wording.say("sheet_not_stated"),
        on=sheet_facts.day_words(evaluation.on, wording),
    )
