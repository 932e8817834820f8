"""What all requests promise together, in words: beside a year's installations, where these are known or assumed."""

from collections.abc import Iterator

from msp_siting.language import Language, decimal, say, whole
from msp_siting.report.wording import Wording, profession_title
from msp_siting.requests import Evaluation

FEW = 10.0  # installations a year: fewer are told with a decimal


def promise_sentences(evaluation: Evaluation, language: Language) -> Iterator[str]:
    """Yield a sentence for each profession whose installations are known, and one for the other new posts."""
    requests, known, others = len(evaluation.appraisals), evaluation.scenario.model.professions, []
    for promise in evaluation.promised:
        name, posts, yearly = promise.profession, promise.posts, promise.installations_per_year
        title = profession_title(evaluation, name, Wording(language)) if name in known else name
        if yearly is None:
            others.append(say("page_pair", language, name=title, value=str(posts)))
            continue
        told = whole(yearly, language) if yearly >= FEW else decimal(yearly, language)
        yield say("evaluation_promised", language, requests=requests, posts=posts, profession=title, yearly=told)
    if others:
        yield say("evaluation_promised_others", language, parts=", ".join(others))
