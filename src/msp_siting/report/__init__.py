"""Shows a run to people: pages, maps, decision sheets and layers, and the folders that hold them.

What writes a kind of folder is loaded when it is first asked for: a diagnosis needs no requests.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msp_siting.report.caveats import comparison_sentences, put_caveats, tell_caveats
    from msp_siting.report.folders.alternatives import write_alternatives
    from msp_siting.report.folders.comparison import write_comparison
    from msp_siting.report.folders.diagnosis import write_diagnosis
    from msp_siting.report.folders.evaluation import evaluation_sentences, summarise_evaluation, write_evaluation
    from msp_siting.report.folders.run import write_run
    from msp_siting.report.folders.siting import write_siting
    from msp_siting.report.folders.sweep import Swept, write_sweep
    from msp_siting.report.marks import gate_marks
    from msp_siting.report.pages.alternatives import alternative_sentences
    from msp_siting.report.pages.closing import closing_sentences
    from msp_siting.report.pages.comparison import render_comparison
    from msp_siting.report.pages.diagnosis import render_diagnosis
    from msp_siting.report.pages.evaluation import render_evaluation
    from msp_siting.report.pages.excerpt import draw_map, map_layers, render_excerpt
    from msp_siting.report.pages.headline import choice_sentence, proof_sentences
    from msp_siting.report.pages.measures import bounds_sentence, goal_sentence, measures_sentence, zones_sentence
    from msp_siting.report.pages.run import explorer_of, render_page
    from msp_siting.report.pages.siting import siting_sentences
    from msp_siting.report.printing import find_browser, print_page
    from msp_siting.report.titles import lead_title, question_title, run_titles, siting_title
    from msp_siting.report.wording import Wording

__all__ = [
    "Swept",
    "Wording",
    "alternative_sentences",
    "bounds_sentence",
    "choice_sentence",
    "closing_sentences",
    "comparison_sentences",
    "draw_map",
    "evaluation_sentences",
    "explorer_of",
    "find_browser",
    "gate_marks",
    "goal_sentence",
    "lead_title",
    "map_layers",
    "measures_sentence",
    "print_page",
    "proof_sentences",
    "put_caveats",
    "question_title",
    "render_comparison",
    "render_diagnosis",
    "render_evaluation",
    "render_excerpt",
    "render_page",
    "run_titles",
    "siting_sentences",
    "siting_title",
    "summarise_evaluation",
    "tell_caveats",
    "write_alternatives",
    "write_comparison",
    "write_diagnosis",
    "write_evaluation",
    "write_run",
    "write_siting",
    "write_sweep",
    "zones_sentence",
]
_ROOMS = {
    "Swept": "folders.sweep",
    "Wording": "wording",
    "alternative_sentences": "pages.alternatives",
    "comparison_sentences": "caveats",
    "draw_map": "pages.excerpt",
    "evaluation_sentences": "folders.evaluation",
    "explorer_of": "pages.run",
    "find_browser": "printing",
    "gate_marks": "marks",
    "lead_title": "titles",
    "map_layers": "pages.excerpt",
    "bounds_sentence": "pages.measures",
    "choice_sentence": "pages.headline",
    "goal_sentence": "pages.measures",
    "measures_sentence": "pages.measures",
    "zones_sentence": "pages.measures",
    "closing_sentences": "pages.closing",
    "print_page": "printing",
    "proof_sentences": "pages.headline",
    "put_caveats": "caveats",
    "question_title": "titles",
    "render_comparison": "pages.comparison",
    "render_diagnosis": "pages.diagnosis",
    "render_evaluation": "pages.evaluation",
    "render_excerpt": "pages.excerpt",
    "render_page": "pages.run",
    "run_titles": "titles",
    "siting_sentences": "pages.siting",
    "siting_title": "titles",
    "summarise_evaluation": "folders.evaluation",
    "tell_caveats": "caveats",
    "write_alternatives": "folders.alternatives",
    "write_comparison": "folders.comparison",
    "write_diagnosis": "folders.diagnosis",
    "write_evaluation": "folders.evaluation",
    "write_run": "folders.run",
    "write_siting": "folders.siting",
    "write_sweep": "folders.sweep",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever stands in the rooms
    """Load the room of a name when it is first used."""
    if name not in _ROOMS:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
