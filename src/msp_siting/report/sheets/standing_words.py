"""Where a request stands, in the words of those who decide: plans, regret, ranks, points, portfolio."""

import math
from collections.abc import Iterator, Mapping

from msp_siting.report.wording import PERCENT_STEPS, Wording, at_most
from msp_siting.requests import CRITERIA, Appraisal, Evaluation

MOST_POINTS = 100


def place_word(appraisal: Appraisal, wording: Wording) -> str:
    """Return a request's place in the good plans in a few words."""
    standing = appraisal.standing
    return wording.say("sheet_place_word_unknown" if standing is None else f"sheet_place_word_{standing.place}")


def place_sentence(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> str:
    """Return what a request's place in the good plans means."""
    standing = appraisal.standing
    if standing is None:
        return _not_searched(appraisal, wording)
    return wording.say(f"sheet_place_{standing.place}", **_terms(evaluation, wording))


def good_plan_sentence(evaluation: Evaluation, wording: Wording) -> str:
    """Return what a good plan is."""
    return wording.say("sheet_good_plan", **_terms(evaluation, wording))


def regret_interval(appraisal: Appraisal, wording: Wording) -> str:
    """Return the share of the gain that is missed against the best use of the same means, as an interval."""
    regret = appraisal.regret
    if regret is None:
        return wording.say("sheet_not_searched")
    if regret.low is None or regret.high is None:
        return wording.say("sheet_regret_word_no_gain" if _is_searched_out(appraisal) else "sheet_regret_word_unknown")
    least = _at_least(regret.low)
    if least <= 0:
        return wording.say("sheet_at_most", share=at_most(regret.high, wording))
    return wording.say("sheet_interval", low=wording.percent(least), high=at_most(regret.high, wording))


def regret_sentence(appraisal: Appraisal, wording: Wording) -> str:
    """Return what is missed by a request against the best use of the same money and recruits."""
    regret = appraisal.regret
    if regret is None:
        return _not_searched(appraisal, wording)
    if regret.low is None or regret.high is None:
        return wording.say("sheet_regret_no_gain" if _is_searched_out(appraisal) else "sheet_regret_open")
    if regret.low >= 1:
        return wording.say("sheet_regret_all")
    key = "sheet_regret_none" if _at_least(regret.low) <= 0 else "sheet_regret"
    return wording.say(key, interval=regret_interval(appraisal, wording))


def rank_sentences(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> list[str]:
    """Return the ranks of a request, or why it has none."""
    if not evaluation.is_ranked:
        return [wording.say("sheet_no_rank_times")]
    verdict = appraisal.gates.verdict
    if verdict != "eligible":
        is_asked = verdict == "incomplete" and appraisal.gates.has_doubtful_amounts
        return [wording.say("sheet_no_rank_amounts" if is_asked else f"sheet_no_rank_{verdict}")]
    name = appraisal.request_id
    sentences = [wording.say("sheet_rank_effect", rank=rank_text(evaluation.rank_by_effect, name, wording))]
    if name in evaluation.rank_per_eur:
        sentences.append(wording.say("sheet_rank_eur", rank=rank_text(evaluation.rank_per_eur, name, wording)))
    else:
        sentences.append(wording.say("sheet_no_rank_eur"))
    if name in evaluation.points:
        sentences.append(
            wording.say(
                "sheet_rank_weights",
                rank=rank_text(evaluation.rank_by_weights, name, wording),
                points=evaluation.points[name],
                criteria=points_text(evaluation, appraisal, wording),
                whose=weights_word(evaluation, wording),
            )
        )
    else:
        sentences.append(wording.say("sheet_no_weights"))
    return sentences


def rank_text(ranks: Mapping[str, int], request_id: str, wording: Wording) -> str:
    """Return a rank among how many, and whether others share it."""
    rank = ranks[request_id]
    is_shared = sum(other == rank for other in ranks.values()) > 1
    return wording.say("sheet_rank_tied" if is_shared else "sheet_rank", rank=rank, count=len(ranks))


def points_text(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> str:
    """Return the points of a request by criterion, each of how many."""
    weights, scores = evaluation.weights, evaluation.scores[appraisal.request_id]
    total = math.fsum(weights.values())
    return ", ".join(
        wording.say(
            "sheet_points",
            criterion=wording.of(evaluation.parameters.criteria.of(name).title),
            points=wording.whole(MOST_POINTS * weights[name] * scores[name] / total),
            most=wording.whole(MOST_POINTS * weights[name] / total),
        )
        for name in CRITERIA
        if weights.get(name)
    )


def weights_word(evaluation: Evaluation, wording: Wording) -> str:
    """Return whose the weights are: the user's own, or those proposed here."""
    criteria = evaluation.parameters.criteria
    proposed = {name: criteria.of(name).proposed_weight.value for name in CRITERIA}
    return wording.say("sheet_weights_proposed" if dict(evaluation.weights) == proposed else "sheet_weights_own")


def portfolio_sentence(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> str:
    """Return whether a request is part of the best choice within the envelope."""
    envelope = wording.eur(evaluation.envelope_eur)
    if appraisal.gates.verdict != "eligible" or not appraisal.request.requested_total_eur:
        return wording.say("sheet_portfolio_not_looked_at", envelope=envelope)
    if evaluation.portfolio.plan is None:
        return wording.say("sheet_portfolio_none", envelope=envelope)
    side = "in" if appraisal.request_id in evaluation.chosen else "out"
    return " ".join([wording.say(f"sheet_portfolio_{side}", envelope=envelope), *choice_cautions(evaluation, wording)])


def choice_cautions(evaluation: Evaluation, wording: Wording) -> Iterator[str]:
    """Yield what takes weight off the best choice within the envelope."""
    if evaluation.portfolio.status != "optimal":
        yield wording.say("sheet_portfolio_unproven")
    if not evaluation.is_ranked:
        yield wording.say("sheet_portfolio_times")


def share_words(share: float, wording: Wording) -> str:
    """Return a share as a percentage, without decimals where it has none."""
    return wording.percent(share, 0 if round(100 * share, 6).is_integer() else 1)


def _not_searched(appraisal: Appraisal, wording: Wording) -> str:
    if appraisal.gates.has_doubtful_amounts:
        return wording.say("sheet_not_searched_amounts")
    is_priced = appraisal.request.investment_eur is not None
    return wording.say("sheet_not_searched_effect" if is_priced else "sheet_not_searched_cost")


def _terms(evaluation: Evaluation, wording: Wording) -> dict[str, str]:
    return {
        "budget": wording.eur(evaluation.scenario.question.budget_eur),
        "share": share_words(evaluation.parameters.good_plan_share.value, wording),
    }


def _is_searched_out(appraisal: Appraisal) -> bool:
    """Return whether the best use of a request's means is known, so that having no share means having no gain."""
    regret = appraisal.regret
    return regret is not None and regret.alternative.objective is not None and regret.alternative.bound is not None


def _at_least(share: float) -> float:
    """Return a share rounded down to a tenth of a percent, so that "at least" stays true."""
    return math.floor(round(share * PERCENT_STEPS, 6)) / PERCENT_STEPS
