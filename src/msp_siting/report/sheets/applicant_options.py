"""What an applicant can ask for instead, who decides what, and what comes next; no effect is invented for either."""

from collections.abc import Iterator

from msp_siting.answer import has_modelled_times
from msp_siting.problem import find_parents
from msp_siting.report.page_table import PageTable
from msp_siting.report.sheets.applicant_rules import funders_asked
from msp_siting.report.sheets.facts import short
from msp_siting.report.sheets.localities import Localities
from msp_siting.report.sheets.tables import SMALLEST_CHANGE_TOLD
from msp_siting.report.wording import Wording
from msp_siting.requests import MSP_STANDS, Appraisal, Evaluation

LOCAL_AUTHORITIES = frozenset({"commune", "epci", "mixed_syndicate", "department", "region"})


def is_weak(evaluation: Evaluation, appraisal: Appraisal) -> bool:
    """Return whether something else is worth asking for: a rule is not met, nobody is covered, an MSP stands near."""
    keys = {finding.key for finding in appraisal.gates.findings}
    no_gain = appraisal.newly_covered(evaluation.lead) < SMALLEST_CHANGE_TOLD
    return appraisal.gates.verdict != "eligible" or no_gain or MSP_STANDS in keys


def options(evaluation: Evaluation, appraisal: Appraisal, places: Localities, wording: Wording) -> Iterator[str]:
    """Yield what can be asked for instead: of the MSP there or nearest, an ESP, visiting consultations."""
    yield _of_msp(evaluation, appraisal, places, wording)
    yield wording.say("applicant_option_esp")
    yield wording.say("applicant_option_visiting")


def nearest_msp(evaluation: Evaluation, place_id: str) -> tuple[str, float] | None:
    """Return the place of the MSP that a structure would belong to and the minutes to it, as `find_parents` does."""
    return find_parents(evaluation.territory, evaluation.scenario, [place_id]).get(place_id)


def _of_msp(evaluation: Evaluation, appraisal: Appraisal, places: Localities, wording: Wording) -> str:
    territory, place_id = evaluation.territory, appraisal.request.place_id
    if territory.existing_msps is None:
        return wording.say("applicant_option_msps_not_loaded")
    formats = evaluation.scenario.model.formats.values()
    prices = {each.action.value: wording.eur(each.capex_eur.value) for each in formats}
    limits = [each.parent_minutes.value for each in formats if each.parent_minutes is not None]
    parent = nearest_msp(evaluation, place_id)
    if parent is not None and parent[0] == place_id:
        said = [wording.say("applicant_option_extension", place=places.name_of(place_id))]
        asked = ["extension"]
    elif parent is not None:
        key = "applicant_option_nearest_estimated" if has_modelled_times(territory) else "applicant_option_nearest"
        minutes, limit = wording.decimal(parent[1]), wording.whole(max(limits))
        said = [wording.say(key, place=places.name_of(parent[0]), minutes=minutes, limit=limit)]
        asked = ["extension", "satellite"]
    elif limits:
        return wording.say("applicant_option_no_msp_within", limit=wording.whole(max(limits)))
    else:
        return wording.say("applicant_option_no_msp")
    known = [wording.say(f"applicant_price_{kind}", amount=prices[kind]) for kind in asked if kind in prices]
    said += [wording.say("applicant_option_prices", prices=", ".join(known))] if known else []
    return " ".join(said)


def deciders_table(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> PageTable:
    """Return who decides what of a project, with a blank for the contact."""
    request = appraisal.request
    rows = [(wording.say(f"applicant_who_{key}"), f"applicant_decides_{key}") for key in ("ars", "cpam")]
    rows += [
        (short(title), f"applicant_decides_{kind}") for kind, title in funders_asked(evaluation, appraisal, wording)
    ]
    owner = "authority" if request.owner_type in LOCAL_AUTHORITIES else "owner"
    rows += [(wording.say(f"applicant_who_{key}"), f"applicant_decides_{key}") for key in (owner, "cpts")]
    head = [wording.say(key) for key in ("applicant_who", "applicant_decides", "applicant_contact")]
    return PageTable(head, [(who, wording.say(key), "") for who, key in rows], word_columns=3)


def next_steps(evaluation: Evaluation, appraisal: Appraisal, places: Localities, wording: Wording) -> Iterator[str]:
    """Yield what to do next, in its order."""
    outcomes = {finding.outcome for finding in appraisal.gates.findings}
    keys = {finding.key for finding in appraisal.gates.findings}
    if "failed" in outcomes:
        yield wording.say("applicant_step_failed")
    if "missing" in outcomes:
        yield wording.say("applicant_step_missing")
    if appraisal.request.projet_sante_status != "validated":
        yield wording.say("applicant_step_health_project")
    parent = nearest_msp(evaluation, appraisal.request.place_id)
    if MSP_STANDS in keys and parent is not None:
        yield wording.say("applicant_step_msp", place=places.name_of(parent[0]))
    if not {"failed", "missing"} & outcomes:
        yield wording.say("applicant_step_wait")
    yield wording.say("applicant_step_funders")
