"""What a reader must be told of the rules of candidates: whom they exclude, whom not, and what they do not know."""

from collections.abc import Iterator

from msp_siting.language import Fact
from msp_siting.problem import CandidateReview


def candidate_caveats(review: CandidateReview) -> Iterator[Fact]:
    """Yield how many candidate sites each rule excludes, what is kept as an exception, and what is not known."""
    sites = len(review.sites)
    if not sites:
        return
    excluded = len(review.excluded)
    if excluded:
        reasons = [Fact(f"candidates_{rule}", {"sites": n}) for rule, n in review.excluded_by_rule.items()]
        yield Fact("caveat_candidates_excluded", {"sites": excluded, "all": sites, "reasons": reasons})
    exceptions = int(review.sites["exception"].ne("").sum())
    if exceptions:
        yield Fact("caveat_candidates_stated", {"sites": exceptions})
    idle = review.not_applied
    if idle:
        yield Fact("caveat_candidates_not_applied", {"rules": [Fact(f"candidates_rule_{rule}") for rule in idle]})
    unknown = [
        Fact(f"candidates_unknown_{rule}", {"sites": unseen})
        for rule, unseen in review.unknown.items()
        if unseen and rule not in idle
    ]
    if unknown:
        yield Fact("caveat_candidates_unknown", {"facts": unknown})
