"""The page of an evaluation of funding requests, for the commission: one file that opens offline."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msp_siting.language import Language
from msp_siting.report.pages import evaluation_tables as tables
from msp_siting.report.pages.data_sources import data_labels, file_page_table
from msp_siting.report.pages.headline import FIRST_CAVEATS, Card
from msp_siting.report.pages.site_maps import requests_map
from msp_siting.report.pages.tables import assumptions_page_table
from msp_siting.report.promises import promise_sentences
from msp_siting.report.rendering import render
from msp_siting.report.sheets.facts import day_words
from msp_siting.report.sheets.sheet import cases_sentence
from msp_siting.report.sheets.standing_words import good_plan_sentence, share_words, weights_word
from msp_siting.report.wording import Wording, profession_title
from msp_siting.requests import CASES, VERDICTS, Evaluation

METHOD = ("gates", "with_without", "cases", "supply", "best_case", "good_plan", "regret", "ranks", "portfolio", "rim")


def render_evaluation(evaluation: Evaluation, summary: Mapping[str, Any], day: date, language: Language) -> str:
    """Return the page of an evaluation.

    Parameters
    ----------
    summary
        The content of ``summary.json``; its caveats are in the language of the page.
    day
        Of the run.
    """
    wording = Wording(language)
    envelope = wording.eur(evaluation.envelope_eur)
    requests = tables.requests_page_table(evaluation, wording)
    return render(
        "evaluation.html.j2",
        language=language,
        say=wording.say,
        day=wording.day(day),
        title=wording.say("evaluation_title", envelope=envelope),
        context=_context(evaluation, wording),
        profession=profession_title(evaluation, evaluation.lead, wording),
        cards=_cards(evaluation, wording),
        requests=requests,
        first_requests=tables.first_rows(requests),
        map=requests_map(evaluation, wording),
        promises=[wording.typeset(text) for text in promise_sentences(evaluation, language)],
        order=wording.say("evaluation_order_ranked" if evaluation.is_ranked else "sheet_no_rank_times"),
        cases=cases_sentence(evaluation, wording),
        good_plan=good_plan_sentence(evaluation, wording),
        is_firm=evaluation.portfolio.status == "optimal" and evaluation.is_ranked,
        choice=_choice(evaluation, wording),
        together=_together(evaluation, wording),
        chosen=tables.chosen_page_table(evaluation, wording),
        weights=tables.weights_page_table(evaluation, wording),
        weights_note=_weights_note(evaluation, wording),
        refused=tables.refused_page_table(evaluation, wording),
        to_check=tables.to_check_page_table(evaluation, wording),
        read_as=tables.read_as_page_table(evaluation, wording),
        method=[wording.say(f"evaluation_method_{name}", **_method_terms(evaluation, wording)) for name in METHOD],
        labels=data_labels(evaluation, wording),
        files=file_page_table(evaluation, wording),
        parameters=assumptions_page_table(evaluation.parameters, wording),
        gates=tables.gates_page_table(evaluation, wording),
        assumptions=assumptions_page_table(evaluation.scenario.model, wording),
        caveats=[wording.typeset(text) for text in summary["caveats"]],
        first_caveats=FIRST_CAVEATS,
    )


def _context(evaluation: Evaluation, wording: Wording) -> str:
    scenario = evaluation.scenario
    parts = [
        wording.of(evaluation.territory.manifest.title),
        wording.say("evaluation_scenario", name=scenario.name),
        wording.say("evaluation_on", on=day_words(evaluation.on, wording)),
    ]
    year = scenario.question.horizon_year
    return " · ".join([*parts, wording.say("page_horizon_year", year=year)] if year else parts)


def _cards(evaluation: Evaluation, wording: Wording) -> list[Card]:
    verdicts = [a.gates.verdict for a in evaluation.appraisals]
    doubtful = sum(a.gates.has_doubtful_amounts for a in evaluation.appraisals)
    clear = [a.request.requested_total_eur for a in evaluation.appraisals if not a.gates.has_doubtful_amounts]
    asked = [amount for amount in clear if amount is not None]
    counts = {"unstated": len(clear) - len(asked), "doubtful": doubtful}
    lines = tuple(wording.say(f"evaluation_card_{key}", count=count) for key, count in counts.items() if count)
    chosen = [a for a in evaluation.appraisals if a.request_id in evaluation.chosen]
    given = sum(a.request.requested_total_eur or 0.0 for a in chosen)
    return [
        Card(
            wording.whole(len(verdicts)),
            wording.say("evaluation_card_requests", count=len(verdicts)),
            tuple(wording.say(f"evaluation_card_{verdict}", count=verdicts.count(verdict)) for verdict in VERDICTS),
        ),
        Card(wording.eur(sum(asked)), wording.say("evaluation_card_asked"), lines),
        Card(wording.eur(evaluation.envelope_eur), wording.say("evaluation_card_envelope")),
        Card(
            wording.whole(len(chosen)),
            wording.say("evaluation_card_chosen", count=len(chosen)),
            (wording.say("evaluation_card_given", amount=wording.eur(given)),),
        ),
    ]


def _choice(evaluation: Evaluation, wording: Wording) -> str:
    """Return how good the choice within the envelope is known to be."""
    if evaluation.portfolio.plan is None:
        return wording.say("sheet_portfolio_none", envelope=wording.eur(evaluation.envelope_eur))
    is_proven = evaluation.portfolio.status == "optimal"
    key = "evaluation_choice" if is_proven else "evaluation_choice_unproven"
    said = wording.say(key, envelope=wording.eur(evaluation.envelope_eur))
    return said if evaluation.is_ranked else f"{said} {wording.say('sheet_portfolio_times')}"


def _together(evaluation: Evaluation, wording: Wording) -> str:
    """Return what the chosen requests cover together, beside the sum of each alone."""
    assignment, lead = evaluation.portfolio.assignment, evaluation.lead
    if assignment is None or not evaluation.chosen:
        return ""
    left = assignment.uncovered.loc[assignment.uncovered["profession"].eq(lead), "inhabitants"].sum()
    alone = sum(a.newly_covered(lead) for a in evaluation.appraisals if a.request_id in evaluation.chosen)
    together = evaluation.without.uncovered[lead] - float(left)
    said = wording.say(
        "evaluation_together" if len(evaluation.chosen) > 1 else "evaluation_alone",
        together=together,
        alone=alone,
        profession=profession_title(evaluation, lead, wording),
    )
    return said if abs(together - alone) < 1 else f"{said} {wording.say('evaluation_together_differ')}"


def _weights_note(evaluation: Evaluation, wording: Wording) -> str:
    if not evaluation.is_ranked:
        return wording.say("sheet_no_rank_times")
    if not evaluation.weights:
        return wording.say("evaluation_no_weights")
    return wording.say("evaluation_weights_note", whose=weights_word(evaluation, wording))


def _method_terms(evaluation: Evaluation, wording: Wording) -> dict[str, str]:
    parameters, lead = evaluation.parameters, evaluation.ground.instance.professions[evaluation.lead]
    return {
        "filled": wording.percent(parameters.cases.of(CASES[0]).posts_filled_share.value, 0),
        "share": share_words(parameters.good_plan_share.value, wording),
        "budget": wording.eur(evaluation.scenario.question.budget_eur),
        "envelope": wording.eur(evaluation.envelope_eur),
        "minutes": wording.whole(lead.cutoff_minutes),
        "places": wording.whole(lead.capacity),
        "rim": wording.say("evaluation_rim" if evaluation.territory.rim is not None else "evaluation_no_rim"),
        "horizon": wording.say(
            "evaluation_horizon" if evaluation.scenario.question.horizon_year else "evaluation_no_horizon"
        ),
    }
