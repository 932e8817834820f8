"""How runs that stand side by side are called."""

from msp_siting.language import decimal
from msp_siting.report.wording import Wording
from msp_siting.runs import Comparison, label_with_budget
from msp_siting.units import EUR_PER_MILLION_EUR


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
