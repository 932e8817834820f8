"""What stands at the end of a plan's page: the method in plain words, a glossary, the files of the run."""

from collections.abc import Sequence

from msp_siting.answer import Answer
from msp_siting.language import catalogue
from msp_siting.report.page_table import Link
from msp_siting.report.wording import Wording, lead_profession, profession_title

METHOD = ("need", "places", "plan", "choice", "apl", "proof")
METHOD_OF_APL = ("need", "places", "plan_apl", "choice", "apl", "proof")
METHOD_OF_COST = ("need", "places", "plan_least", "apl", "proof")
TERMS = (
    *("apl", "zoning", "uncovered", "shortage", "posts", "proposed", "action", "msp", "block"),
    *("catchment", "aci", "epci", "tvs", "precision"),
)


def method_sentences(answer: Answer, wording: Wording) -> list[str]:
    """Return how the plan was found, a sentence per step."""
    lead = lead_profession(answer)
    terms = answer.scenario.model.professions[lead]
    values = {
        "profession": profession_title(answer, lead, wording),
        "minutes": wording.decimal(terms.cutoff_minutes.value, 0),
        "places": wording.whole(answer.instance.professions[lead].capacity),
    }
    steps: tuple[str, ...] = METHOD if answer.instance.goal is None else METHOD_OF_APL
    if answer.instance.measure == "cost":
        steps = METHOD_OF_COST
    return [wording.say(f"method_{name}", **values) for name in steps]


def glossary(wording: Wording) -> list[tuple[str, str]]:
    """Return the words of the page that a reader may not know, each with what it means."""
    return [(wording.say(f"term_{name}"), wording.say(f"term_{name}_means")) for name in TERMS]


def file_links(names: Sequence[str], wording: Wording) -> list[tuple[Link, str]]:
    """Return the files beside the page with what each holds; one that the catalogue does not know stands alone."""
    keys = {name: f"run_file_{name.replace('.', '_')}" for name in names}
    known = catalogue(wording.language)
    return [(Link(name, name), wording.say(key) if key in known else "") for name, key in keys.items()]
