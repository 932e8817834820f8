"""What a run is called: its question in words with what was solved, or its label beside others."""

import re
from collections.abc import Mapping

from msp_siting.language import decimal
from msp_siting.report.wording import Wording
from msp_siting.runs import Comparison, label_with_budget
from msp_siting.scenario import Scenario, SitingScenario
from msp_siting.units import EUR_PER_MILLION_EUR, digits_of_money

MOST_DECIMALS = 3  # of millions of EUR, or of minutes; an amount that needs more is written in EUR
SPACE = r"[ \u00a0\u202f]?"
UNIT_BEHIND = {  # what an author may write behind a placeholder, and its value says already
    "budget": rf"(?:{SPACE}(?:M{SPACE}(?:€|EUR\b)|€|EUR\b|euros?\b))?",
    "horizon_year": "",
    "cutoff": rf"(?:{SPACE}(?:minutes?|min)\b)?",
}


def question_title(scenario: Scenario, wording: Wording, until: Mapping[str, float] | None = None) -> str:
    """Return a scenario's question in words, its placeholders filled with what is solved.

    Parameters
    ----------
    until
        By placeholder, the last value of what a sweep varies, of which the scenario has the first.
    """
    lead = scenario.model.professions[scenario.model.apl.profession]
    numbers = {"budget": scenario.question.budget_eur, "cutoff": lead.cutoff_minutes.value}
    if scenario.question.horizon_year is not None:
        numbers["horizon_year"] = scenario.question.horizon_year
    return _filled(wording.of(scenario.question.question), numbers, until or {}, wording)


def siting_title(scenario: SitingScenario, wording: Wording) -> str:
    """Return the question in words to a model without professions, its placeholders filled with what is solved."""
    cutoff = scenario.model.cutoff_minutes
    known = {"budget": scenario.budget_eur, "cutoff": None if cutoff is None else cutoff.value}
    numbers = {name: number for name, number in known.items() if number is not None}
    return _filled(wording.of(scenario.question.question), numbers, {}, wording)


def _filled(said: str, numbers: Mapping[str, float], until: Mapping[str, float], wording: Wording) -> str:
    """Return a question with each placeholder replaced by its number, or by the range up to its last one."""
    for name, number in numbers.items():
        text, last = (_written(name, value, wording) for value in (number, until.get(name, number)))
        filled = text if last == text else wording.say("title_range", first=text, last=last)
        said = re.sub(rf"\{{{name}\}}{UNIT_BEHIND[name]}", filled, said)
    return said


def money_title(amount_eur: float, wording: Wording) -> str:
    """Return an amount in millions where that says it whole (``2,5 M€``, ``2.5 M EUR``), else in EUR."""
    millions = amount_eur / EUR_PER_MILLION_EUR
    if millions >= 1 and round(millions, MOST_DECIMALS) == millions:
        return wording.say("title_millions", amount=_plain(millions, wording))
    return wording.say("title_eur", amount=wording.decimal(amount_eur, digits_of_money(amount_eur)))


def _written(name: str, value: float, wording: Wording) -> str:
    if name == "budget":
        return money_title(value, wording)
    return str(int(value)) if name == "horizon_year" else wording.say("title_minutes", minutes=_plain(value, wording))


def _plain(number: float, wording: Wording) -> str:
    """Return a number with as few decimals as say it."""
    digits = next((digits for digits in range(MOST_DECIMALS) if round(number, digits) == number), MOST_DECIMALS)
    return wording.decimal(number, digits)


def run_titles(comparison: Comparison, wording: Wording) -> list[str]:
    """Return what each run is called on the page: its label as the language writes it; of one scenario, its budget."""

    def budget(amount_eur: float) -> str:
        millions = amount_eur / EUR_PER_MILLION_EUR
        digits = len(f"{millions:g}".partition(".")[2])
        return decimal(millions, wording.language, digits)

    with_budget = [
        label == label_with_budget(run) for run, label in zip(comparison.runs, comparison.labels, strict=True)
    ]
    one_scenario = len({run.summary.scenario for run in comparison.runs}) == 1
    key = "comparison_run_of_budget" if all(with_budget) and one_scenario else "comparison_run"
    return [
        wording.say(key, scenario=run.summary.scenario, budget=budget(run.summary.budget_eur)) if has_budget else label
        for run, label, has_budget in zip(comparison.runs, comparison.labels, with_budget, strict=True)
    ]


def title_of(comparison: Comparison, profession: str, wording: Wording) -> str:
    """Return what a profession is called in the first model that has it."""
    models = (run.model.professions for run in comparison.runs)
    return next(wording.of(model[profession].title) for model in models if profession in model)


def lead_title(comparison: Comparison, wording: Wording) -> str:
    """Return what the lead profession is called."""
    return title_of(comparison, comparison.lead, wording)
