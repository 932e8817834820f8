"""The caveats of a summary in words: its facts told in one language; of several runs, their sentences as they stand."""

from collections.abc import Iterable, Mapping
from typing import Any

from msp_siting.language import LANGUAGES, Fact, Language, say, tell
from msp_siting.runs import Comparison, EarlierRun, comparison_caveats, written_caveats


def tell_caveats(summary: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return the keys of ``summary.json`` with the caveats that its facts are in a language."""
    return put_caveats(summary, (tell(Fact(**record), language) for record in summary["caveat_facts"]))


def put_caveats(summary: Mapping[str, Any], sentences: Iterable[str]) -> dict[str, Any]:
    """Return the keys of ``summary.json`` with its caveats in words, before the facts."""
    facts = {"caveat_facts": summary["caveat_facts"]}
    return {**{key: value for key, value in summary.items() if key not in facts}, "caveats": list(sentences), **facts}


def comparison_sentences(comparison: Comparison, language: Language) -> list[str]:
    """Return what a reader must be told: of the comparison, then every caveat of the runs once, as they wrote it."""
    sentences = [tell(fact, language) for fact in comparison_caveats(comparison)]
    if any(_language(run) != language for run in comparison.runs):
        sentences.append(say("comparison_caveat_languages", language))
    return list(dict.fromkeys([*sentences, *written_caveats(comparison)[0]]))


def _language(run: EarlierRun) -> Language | None:
    """Return the language of a run's caveats: that of the one which every run has."""
    return next((each for each in LANGUAGES if say("caveat_best_case", each) in run.summary.caveats), None)
