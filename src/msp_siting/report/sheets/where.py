"""The small map of a request's sheet: its place among MSPs, and for a commission the other requests of the choice."""

from markupsafe import Markup

from msp_siting.report.maps.locator import Mark, draw_locator, locator_kind
from msp_siting.report.sheets.localities import Localities
from msp_siting.report.wording import Wording
from msp_siting.requests import Appraisal, Evaluation

Keys = list[tuple[str, str]]  # signs and what each means


def request_locator(
    evaluation: Evaluation, appraisal: Appraisal, places: Localities, wording: Wording, *, with_others: bool
) -> tuple[Markup | None, Keys]:
    """Return the map of a request and its legend; None where its place is not known.

    Parameters
    ----------
    with_others
        Whether the other requests of the best choice are shown: never to an applicant.
    """
    territory, place_id = evaluation.territory, appraisal.request.place_id
    chosen = [a for a in evaluation.appraisals if a.request_id in evaluation.chosen and a is not appraisal]
    others = [a.request.place_id for a in chosen if a.request.place_id != place_id] if with_others else []
    existing = territory.existing_msps
    marks = [
        *(Mark(place, "msp") for place in ([] if existing is None else map(str, existing.index))),
        *(Mark(place, "other") for place in dict.fromkeys(others)),
        Mark(place_id, "here", places.name_of(place_id)),
    ]
    kind = locator_kind(territory)
    zone_id = None if kind is None else places.zones.get(kind, {}).get(place_id)
    label = wording.say("locator_label", place=places.name_of(place_id))
    drawing = draw_locator(places.ground, marks, label, zone_id)
    keys = [("here", wording.say("locator_here"))]
    keys += [] if existing is None else [("msp", wording.say("locator_msp"))]
    keys += [("other", wording.say("locator_other"))] if others else []
    keys += [] if zone_id is None or kind is None else [("zone", wording.kind_title(kind))]
    return drawing, keys
