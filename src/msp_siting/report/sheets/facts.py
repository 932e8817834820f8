"""Facts of a decision sheet: who asks for what, where, with whom; what is not stated is said to be so."""

from collections import Counter
from datetime import date

from msp_siting.answer import has_existing_structures
from msp_siting.language import tell
from msp_siting.report.findings import tell_finding
from msp_siting.report.sheets.localities import Localities
from msp_siting.report.wording import Wording, profession_title
from msp_siting.requests import Appraisal, Evaluation, Finding, FundingRequest, Gates, action_of

LONGEST_NAME = 75  # characters; longer ones are cut, so that a sheet stays one page
LONGEST_FUNDER = 24
MOST_ORIGINS = 3
MOST_TITLES = 3
MOST_FUNDERS = 5
MOST_ASKED = 3
LONGEST_SOURCES = 640
RESTS_ON = ("demand", "supply", "travel_times")
Facts = list[tuple[str, str]]


def project_title(request: FundingRequest, wording: Wording) -> str:
    """Return what a project is called, else its id."""
    return short(request.project_name or wording.say("sheet_request", name=request.request_id))


def funder_title(gates: Gates, name: str, wording: Wording) -> str:
    """Return what a funder is called: its title, an abbreviation such as DETR, or its name in the request."""
    funder = gates.funder_of(name)
    if funder is None:
        return short(name.replace("_", " "), LONGEST_FUNDER)
    return wording.of(gates.funders[funder].title) if funder == name else name.upper()


def object_sentence(evaluation: Evaluation, appraisal: Appraisal, places: Localities, wording: Wording) -> str:
    """Return what is applied for: action, place, owner."""
    request = appraisal.request
    owner = stated(request.owner_name and short(request.owner_name), wording)
    if request.owner_type is not None:
        kind = wording.say(f"request_word_{request.owner_type}")
        owner = wording.say("sheet_with_kind", what=owner, kind=kind)
    place = places.name_of(request.place_id)
    return wording.say("sheet_object", action=action_words(evaluation, appraisal, wording), place=place, owner=owner)


def action_words(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> str:
    """Return what a project is; to be checked where no existing structure is loaded."""
    action = wording.say(f"request_word_{action_of(appraisal.request, evaluation.territory)}")
    return action if has_existing_structures(evaluation.territory) else wording.say("sheet_unverified", action=action)


def asked_sentence(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> str:
    """Return the decision asked for: amounts by funder."""
    asked = {name: amount for name, amount in appraisal.request.requested_eur.items() if amount > 0}
    if not asked:
        return wording.say("sheet_asked_nothing")
    names = sorted(asked, key=lambda name: -asked[name])
    parts = [_pair(funder_title(evaluation.gates, name, wording), asked[name], wording) for name in names]
    if len(parts) > MOST_ASKED:
        parts = [*parts[:MOST_ASKED], wording.say("sheet_others", count=len(parts) - MOST_ASKED)]
    return wording.say("sheet_asked", parts=", ".join(parts), total=wording.eur(sum(asked.values())))


def verdict_reasons(appraisal: Appraisal, wording: Wording) -> str:
    """Return in short what a verdict rests on: rules not kept, then those that something is missing for."""
    sentences = []
    for outcome in ("failed", "missing"):
        titles = [_title(finding, wording) for finding in appraisal.gates.findings if finding.outcome == outcome]
        if titles:
            shown = titles[:MOST_TITLES]
            if len(titles) > len(shown):
                shown.append(wording.say("sheet_others", count=len(titles) - len(shown)))
            sentences.append(wording.say(f"sheet_reasons_{outcome}", titles=wording.say("sheet_separator").join(shown)))
    return " ".join(sentences) or wording.say("sheet_reasons_passed")


def situation(evaluation: Evaluation, appraisal: Appraisal, places: Localities, wording: Wording) -> Facts:
    """Return zoning, official APL, announced departures, and how short room is around."""
    request, place_id = appraisal.request, appraisal.request.place_id
    under_65, everyone = (places.figure(place_id, name) for name in ("apl_under_65_official", "apl_official"))
    apl_key = "sheet_apl" if under_65 is not None or everyone is not None else "sheet_apl_not_loaded"
    lead = evaluation.ground.instance.professions[evaluation.lead]
    inhabitants = places.figure(place_id, "inhabitants")
    zone = next((name for kind in ("epci", "tvs") if (name := places.zone_name_of(place_id, kind))), None)
    where = (
        places.name_of(place_id)
        if inhabitants is None
        else wording.say("sheet_commune", name=places.name_of(place_id), inhabitants=inhabitants)
    )
    facts = [
        ("sheet_where", where if zone is None else wording.say("sheet_in_zone", where=where, zone=short(zone))),
        ("sheet_zoning", zoning_words(request, places, wording)),
        (
            "sheet_official_apl",
            wording.say(
                apl_key,
                under_65=_decimal(under_65, wording),
                everyone=_decimal(everyone, wording),
                floor=wording.apl_floor(evaluation.ground.apl.floor_visits_per_year.value),
            ),
        ),
        ("sheet_departures", wording.say("sheet_leaving", count=count_words(request.gp_leaving_by_2030, wording))),
        (
            "sheet_need",
            wording.say(
                "sheet_need_share" if place_id in set(lead.pairs.place_ids) else "sheet_need_nobody",
                share=wording.percent(appraisal.need_share, 0),
                minutes=wording.whole(lead.cutoff_minutes),
            ),
        ),
    ]
    signs = []
    if places.is_seasonal(place_id, evaluation.ground.apl):
        signs.append(wording.say("sheet_seasonal"))
    if places.is_border(place_id) and evaluation.territory.rim is None:
        signs.append(wording.say("sheet_border"))
    facts += [("sheet_sign", " ".join(signs))] if signs else []
    return said(facts, wording)


def zoning_words(request: FundingRequest, places: Localities, wording: Wording) -> str:
    """Return the zoning as loaded and as the request states it; nothing is inferred."""
    loaded = places.facts.zoning_of(request)
    parts = []
    if loaded is not None:
        parts.append(wording.say("sheet_zoning_loaded", zoning=wording.say(f"request_word_{loaded}")))
    if request.zoning_status is not None and request.zoning_status != loaded:
        parts.append(wording.say("sheet_zoning_stated", zoning=wording.say(f"request_word_{request.zoning_status}")))
    if request.qpv is not None:
        parts.append(_flag(request, "qpv", wording))
    invalid = places.facts.invalid_zoning_of(request)
    if invalid is not None:
        parts.append(wording.say("sheet_zoning_invalid", zoning=tell(invalid, wording.language)))
    elif loaded is None:
        key = "sheet_zoning_unknown" if places.facts.has_zoning else "diagnosis_zoning_not_loaded"
        parts.append(wording.say(key))
    return wording.say("sheet_separator").join(parts)


def project(evaluation: Evaluation, appraisal: Appraisal, places: Localities, wording: Wording) -> Facts:
    """Return health project, team and what it commits itself to."""
    request = appraisal.request
    status = request.projet_sante_status and wording.say(f"request_word_{request.projet_sante_status}")
    if status and request.validation_date:
        status = wording.say("sheet_on_day", what=status, day=day_words(request.validation_date, wording))
    opening = None if request.opening_date is None else day_words(request.opening_date, wording)
    opinion = request.cpts_opinion and wording.say(f"request_word_{request.cpts_opinion}")
    others = {"nurses": request.nurses, "physiotherapists": request.physiotherapists, "midwives": request.midwives}
    also = {"others": request.others, "assistants": request.assistants}
    team = [(name, count_words(count, wording)) for name, count in others.items()]
    team += [(name, count_words(count, wording)) for name, count in also.items() if count is not None]
    access = ("unscheduled_care", "sector1", "clinical_training", "cls")
    flags = [_flag(request, name, wording) for name in access]
    facts = [
        ("sheet_health_project", stated(status, wording)),
        ("sheet_gps", _gps(request, places, wording)),
        ("sheet_team", ", ".join(_say_pair(f"sheet_team_{name}", count, wording) for name, count in team)),
        *_other_new_posts(evaluation, request, wording),
        ("sheet_access", ", ".join(flags)),
        ("sheet_cpts", stated(opinion, wording)),
        ("sheet_opening", stated(opening, wording)),
    ]
    return said(facts, wording)


def sources_sentence(evaluation: Evaluation, wording: Wording) -> str:
    """Return where the figures come from, what the applicant stated, and the rules' day."""
    files = [entry for entry in evaluation.territory.manifest.files if entry.path.partition(".")[0] in RESTS_ON]
    # The label of a file says more than its source.
    texts = dict.fromkeys(wording.of(entry.label) if entry.label else entry.source for entry in files)
    data = wording.say("sheet_separator").join(text.rstrip(".") for text in texts)
    return wording.say(
        "sheet_sources",
        data=short(data, LONGEST_SOURCES) or wording.say("sheet_not_stated"),
        on=day_words(evaluation.on, wording),
    )


def stated(text: str | None, wording: Wording) -> str:
    """Return a text, or that it is not stated."""
    return text or wording.say("sheet_not_stated")


def count_words(count: int | None, wording: Wording) -> str:
    """Return a number of people, or that it is not stated."""
    return wording.say("sheet_not_stated") if count is None else wording.whole(count)


def day_words(day: date, wording: Wording) -> str:
    """Return a day as the language writes it."""
    return day.strftime("%d/%m/%Y") if wording.language == "fr" else day.isoformat()


def said(facts: Facts, wording: Wording) -> Facts:
    """Return facts with their labels in words."""
    return [(wording.say(key), text) for key, text in facts]


def short(text: str, most: int = LONGEST_NAME) -> str:
    """Return a text that is cut where it is longer than so many characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _gps(request: FundingRequest, places: Localities, wording: Wording) -> str:
    joining = count_words(None if request.gp_joining_from is None else len(request.gp_joining_from), wording)
    if request.gp_joining_from:
        origins = Counter(places.name_of(place_id) for place_id in request.gp_joining_from)
        shown = [
            name if count == 1 else wording.say("page_times", count=count, what=name)
            for name, count in origins.most_common(MOST_ORIGINS)
        ]
        if len(origins) > MOST_ORIGINS:
            shown.append(wording.say("sheet_others", count=len(origins) - MOST_ORIGINS))
        joining = wording.say("sheet_from", count=joining, places=", ".join(shown))
    counts = {
        "present": count_words(request.gp_present, wording),
        "joining": joining,
        "new": count_words(request.new_posts.get("gp"), wording),
        "leaving": count_words(request.gp_leaving_by_2030, wording),
    }
    return ", ".join(_say_pair(f"sheet_gp_{name}", text, wording) for name, text in counts.items())


def _other_new_posts(evaluation: Evaluation, request: FundingRequest, wording: Wording) -> Facts:
    posts = {name: count for name, count in request.new_posts.items() if name != evaluation.lead and count}
    if not posts:
        return []
    known = evaluation.scenario.model.professions
    titles = {name: profession_title(evaluation, name, wording) if name in known else name for name in posts}
    text = ", ".join(wording.say("page_pair", name=titles[name], value=count) for name, count in posts.items())
    return [("sheet_new_others", text)]


def _title(finding: Finding, wording: Wording) -> str:
    title = finding.values.get("title")
    return wording.of(title) if isinstance(title, dict) else tell_finding(finding, wording.language)


def _flag(request: FundingRequest, name: str, wording: Wording) -> str:
    answer: bool | None = getattr(request, name)
    if answer is None:
        said = wording.say("sheet_not_stated")
    else:
        said = wording.say("request_word_true" if answer else "request_word_false")
    return wording.say("request_flag", fact=wording.say(f"request_fact_{name}"), answer=said)


def _pair(name: str, amount: float, wording: Wording) -> str:
    return wording.say("page_pair", name=name, value=wording.eur(amount))


def _say_pair(key: str, value: str, wording: Wording) -> str:
    return wording.say("page_pair", name=wording.say(key), value=value)


def _decimal(number: float | None, wording: Wording) -> str:
    return wording.say("sheet_not_known") if number is None else wording.decimal(number)
