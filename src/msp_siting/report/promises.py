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
        name, posts, installations = promise.profession, promise.posts, promise.installations
        title = profession_title(evaluation, name, Wording(language)) if name in known else name
        if installations is None:
            others.append(say("page_pair", language, name=title, value=str(posts)))
            continue
        yearly = installations.posts
        told = whole(yearly, language) if yearly >= FEW else decimal(yearly, language)
        key = "evaluation_promised_assumed" if installations.is_assumed else "evaluation_promised"
        yield say(key, language, requests=requests, posts=posts, profession=title, yearly=told)
    if others:
        yield say("evaluation_promised_others", language, parts=", ".join(others))
