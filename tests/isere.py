"""The bundled Isère solved for several budgets, each once for all who test it."""

from collections.abc import Callable
from typing import Any

from msp_siting.answer.pipeline import answer
from msp_siting.answer.value import Answer
from msp_siting.files.projects import bundled_folder
from msp_siting.scenario.scenario import read_scenario
from msp_siting.solver import Settings

GAP = 0.01
# A GP's list as it was in 2021 on average, where the model's is longer: GPs are short everywhere, so that money binds.
SHORT_LIST = {"professions.gp.capacity_inhabitants_per_post": 1000}
SHORT = ("--set", "professions.gp.capacity_inhabitants_per_post=1000")
Once = Callable[[str, Callable[[], Any]], Any]


def solved_isere(once: Once, budget_eur: int) -> Answer:
    """Return the answer to isere-20m with another budget and a short list, proven within 1 %."""
    path = bundled_folder() / "scenarios" / "isere-20m.yaml"
    settings = Settings(time_limit_s=240, relative_gap=GAP, improvement_gap=0.05, threads=1, seed=1)
    found: Answer = once(
        f"isere-{budget_eur}", lambda: answer(read_scenario(path, {"budget_eur": budget_eur} | SHORT_LIST), settings)
    )
    return found
