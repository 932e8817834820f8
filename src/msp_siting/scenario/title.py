"""A question in words that says what is solved: the author's own, or a new one where his would say something else."""

import re
from collections.abc import Collection

from msp_siting.files import Text
from msp_siting.language import LANGUAGES, say
from msp_siting.scenario.question import PLACEHOLDERS, Question, placeholders_of
from msp_siting.units import cents_of

# What a text may speak of too: no placeholder stands for it, so that a text is not kept where it was set.
UNSAID = {"territory", "sites", "site_count"}
SAID_BY = {"budget_eur": "budget", "horizon_year": "horizon_year"}
NUMBER = r"[0-9]+(?:[ \u00a0\u2009\u202f,.][0-9]+)*"
SPACE = r"[ \u00a0\u2009\u202f]?"
MILLIONS = rf"M{SPACE}(?:€|EUR\b|euros?\b)|millions?{SPACE}(?:d['\u2019]euros?\b|€|EUR\b|(?:of )?euros?\b)"
EUROS = r"€|EUR\b|euros?\b"
THOUSANDS = rf"k{SPACE}(?:€|EUR\b|euros?\b)"
AMOUNT = re.compile(
    rf"({NUMBER}){SPACE}(?:({MILLIONS})|({THOUSANDS})|(?:{EUROS}))|(?:€|EUR){SPACE}({NUMBER})", re.IGNORECASE
)
BEFORE_A_YEAR = (
    r"d['\u2019]ici(?: à)?(?: l['\u2019]an)?|avant|jusqu['\u2019]en|horizon|\bby(?: the end of)?|\b(?:until|before)"
)
YEAR_TO_COME = re.compile(rf"(?:{BEFORE_A_YEAR}) (20[0-9]{{2}})\b", re.IGNORECASE)
YEAR = re.compile(r"\b20[0-9]{2}\b")
LAST_YEAR_OF_DATA = 2026  # a later one, whatever stands before it, is to come


def text_that_fits(question: Question, overrides: Collection[str], lead: str) -> Text:
    """Return the question in words as it may stand over its answer: the author's own, or a new one.

    A new one is made where the budget, the horizon or the cut-off of the lead profession was set apart from the file,
    and the text has no placeholder for it; where the territory, its sites or their number were, of which a text may
    speak too; and where the text names another amount or another year to come than what is solved.

    Parameters
    ----------
    overrides
        Paths of values that replace the file's.
    lead
        The profession that the cut-off is about.
    """
    first_steps = {path.split(".")[0] for path in overrides}
    if "question" in first_steps:
        first_steps = set()
    has_cutoff = bool(first_steps) and any(_concerns(path, f"professions.{lead}.cutoff_minutes") for path in overrides)
    asked = {name for key, name in SAID_BY.items() if key in first_steps} | ({"cutoff"} if has_cutoff else set())
    held = set.intersection(*(placeholders_of(text) for text in question.question.values()))
    without_horizon = question.horizon_year is None and "horizon_year" in held and "horizon_year" in asked
    unsaid = UNSAID if question.territory_sha256 is None else UNSAID - {"territory"}  # else only its place is another
    fits = asked <= held and not without_horizon and not first_steps & unsaid
    if fits and not any(_contradicts(text, question) for text in question.question.values()):
        return question.question
    return new_text(has_horizon=question.horizon_year is not None, has_cutoff="cutoff" in asked)


def new_text(*, has_horizon: bool, has_cutoff: bool = False) -> Text:
    """Return a question in words with a placeholder for its budget, and for its horizon and its cut-off where asked."""
    more = [*(["title_horizon"] if has_horizon else []), *(["title_cutoff"] if has_cutoff else [])]
    stand_ins = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    return {
        language: say(
            "title_generated",
            language,
            budget=stand_ins["budget"],
            more="".join(say(key, language, **stand_ins) for key in more),
        )
        for language in LANGUAGES
    }


def _concerns(path: str, parameter: str) -> bool:
    """Return whether a path is that of a parameter, lies in it, or leads to it."""
    return f"{path}.".startswith(f"{parameter}.") or f"{parameter}.".startswith(f"{path}.")


def _contradicts(text: str, question: Question) -> bool:
    """Return whether a text names amounts and none is the budget, or a year to come that is not the horizon."""
    amounts = [_eur_of(found) for found in AMOUNT.finditer(text)]
    years = [int(found[1]) for found in YEAR_TO_COME.finditer(text)]
    years += [year for year in map(int, YEAR.findall(text)) if year > LAST_YEAR_OF_DATA]
    other_amount = bool(amounts) and not any(cents_of(question.budget_eur) in meant for meant in amounts)
    return other_amount or any(year != question.horizon_year for year in years)


def _eur_of(found: re.Match[str]) -> set[int]:
    """Return the cents that an amount in words may mean: a comma or a point may stand for decimals or thousands."""
    number, millions, thousands, behind = found.groups()
    digits = re.sub(r"[ \u00a0\u2009\u202f]", "", number or behind)
    factor = 1_000_000 if millions else 1_000 if thousands else 1
    readings = {re.sub(r"[.,]", "", digits), digits.replace(",", "."), digits.replace(",", "")}
    return {cents_of(float(reading) * factor) for reading in readings if re.fullmatch(r"[0-9]+(\.[0-9]+)?", reading)}
