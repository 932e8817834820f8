"""What a notebook shows of a plan: its question, the answer in sentences, one map and the sites."""

from collections.abc import Mapping
from typing import Any

from msp_siting.answer import Answer, explanations, has_modelled_times
from msp_siting.errors import ScenarioError, problem
from msp_siting.files import near_name
from msp_siting.language import Language, tell
from msp_siting.report.maps import Explorer, draw_layer, with_layer
from msp_siting.report.pages import decision, tables
from msp_siting.report.pages.run import context_of, explorer_of
from msp_siting.report.rendering import draw
from msp_siting.report.titles import question_title
from msp_siting.report.wording import Wording, sentence


def render_excerpt(answer: Answer, summary: Mapping[str, Any], language: Language) -> str:
    """Return a piece of HTML without a script, every name in it escaped; without a plan, why there is none.

    Parameters
    ----------
    summary
        The content of ``summary.json``.
    """
    wording = Wording(language)
    values: dict[str, Any] = {
        "say": wording.say,
        "question": question_title(answer.scenario, wording),
        "context": context_of(answer, wording),
        "drawing": None,
        "ended": wording.say(
            f"first_line_{answer.solution.status}",
            ending=wording.say(f"ending_{answer.solution.report.ended_by}"),
            gap=wording.percent(answer.gap),
            improvement=wording.percent(answer.improvement_gap),
        ),
        "sentences": [tell(fact, language) for fact in explanations(answer)],
    }
    if answer.coverage is not None:
        explorer = explorer_of(answer, answer.coverage, summary, wording)
        values |= {
            "drawing": draw_layer(explorer, wording),
            "title": wording.say("page_map_caption"),
            "sentences": [sentence(text) for text in decision.answer_sentences(answer, summary, wording)],
            "notes": _notes(answer, explorer, wording),
            "sites": None if answer.plan.sites.empty else tables.sites_page_table(answer, wording),
        }
    return str(draw("excerpt.html.j2", **values))


def map_layers(explorer: Explorer) -> dict[str, str]:
    """Return what each layer of a map is called for people, by its name."""
    return {layer.name: layer.title for layer in explorer.layers}


def draw_map(explorer: Explorer, layer: str | None, wording: Wording) -> str:
    """Return one layer of a map as SVG that stands by itself, the first one where none is named.

    Raises
    ------
    ScenarioError
        For a layer that the map does not have.
    """
    known = list(map_layers(explorer))
    if layer is not None and layer not in known:
        values = {"layer": layer, "layers": ", ".join(known)}
        unknown = problem("the map has no layer {layer!r}, only {layers}", **values)
        raise ScenarioError(unknown + near_name(str(layer), known))
    return str(draw_layer(explorer if layer is None else with_layer(explorer, layer), wording))


def _notes(answer: Answer, explorer: Explorer, wording: Wording) -> list[str]:
    """Return what has to be said of the map."""
    keys = ["page_maps_note"]
    keys += ["page_cells_note"] if explorer.frame["is_cell"].any() else []
    keys += ["modelled_figures"] if has_modelled_times(answer.territory) else []
    return [wording.say(key) for key in keys]
