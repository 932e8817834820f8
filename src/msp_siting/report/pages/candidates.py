"""Tables of a page on its candidates: what each rule excludes, and whom by name."""

from collections.abc import Mapping
from typing import Any

from msp_siting.answer import Answer
from msp_siting.problem import REASONS, CandidateReview, improvement_gap
from msp_siting.report.page_table import PageTable
from msp_siting.report.wording import Wording


def candidate_page_tables(answer: Answer, wording: Wording) -> tuple[PageTable, PageTable | None]:
    """Return what the rules of candidates exclude, and every candidate site that breaks one, if any does."""
    review = answer.review
    return _rules(answer, review, wording), _sites(review, wording)


def price_of_rules(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> str:
    """Return what the rules of candidates cost at most, in a sentence; nothing where it is not known."""
    bound = summary.get("bound_without_candidate_rules")
    if bound is None:
        return ""
    before = answer.objective_before if answer.instance.opening_nothing_is_a_plan else None
    share = improvement_gap(summary["objective"], bound, before)
    return wording.say(
        "page_candidates_price_unshared" if share is None else "page_candidates_price",
        share=wording.percent(share, 2),
        bound=wording.decimal(bound),
        objective=wording.decimal(summary["objective"]),
        before=wording.decimal(before),
    )


def _rules(answer: Answer, review: CandidateReview, wording: Wording) -> PageTable:
    excluded = review.excluded_by_rule
    rows = [
        [
            wording.say(f"page_candidates_{rule}"),
            wording.say(f"page_candidates_{_state(answer, review, rule)}"),
            wording.whole(excluded.get(rule, 0)),
            wording.whole(review.unknown[rule]) if rule in review.unknown else "",
        ]
        for rule in REASONS
    ]
    total = [wording.say("page_candidates_all"), "", wording.whole(len(review.excluded)), ""]
    keys = ("page_candidates_rule", "page_candidates_state", "page_candidates_excluded", "page_candidates_unknown")
    return PageTable([*map(wording.say, keys)], [*rows, total], word_columns=2)


def _state(answer: Answer, review: CandidateReview, rule: str) -> str:
    rules = answer.scenario.model.candidates
    if rules is None or not getattr(rules, rule).value:
        return "relaxed"
    return "not_applied" if rule in review.not_applied else "applied"


def _sites(review: CandidateReview, wording: Wording) -> PageTable | None:
    words = {word: wording.say(f"page_candidates_{word}") for word in REASONS.values()}
    rows = [
        [
            str(row["name"]),
            str(row["site_id"]),
            ", ".join(words[word] for word in row["reasons"].split()),
            wording.say(f"page_candidates_{row['exception'] or 'closed'}"),
        ]
        for row in review.sites[review.sites["reasons"].ne("")].to_dict("records")
    ]
    keys = ("page_site", "page_candidates_site", "page_candidates_reasons", "page_candidates_decision")
    return PageTable([*map(wording.say, keys)], rows, word_columns=4) if rows else None
