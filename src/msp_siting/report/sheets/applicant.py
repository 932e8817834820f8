"""The sheet for an applicant: one A4 page on a request alone; nothing of another request, and no rank, stands on it."""

from collections.abc import Iterator

from msp_siting.answer import ADDITIONAL, DRAWN
from msp_siting.language import Language
from msp_siting.report.findings import verdict_words
from msp_siting.report.page_table import PageTable
from msp_siting.report.rendering import render
from msp_siting.report.sheets import facts as sheet_facts
from msp_siting.report.sheets.applicant_options import deciders_table, is_weak, next_steps, options
from msp_siting.report.sheets.applicant_rules import notes, rules_table
from msp_siting.report.sheets.localities import Localities
from msp_siting.report.sheets.tables import LONGEST_ZONE, MOST_ZONES, SMALLEST_CHANGE_TOLD
from msp_siting.report.sheets.where import request_locator
from msp_siting.report.wording import Wording, profession_title
from msp_siting.requests import CASES, GP, SURROUNDINGS, Appraisal, Evaluation

GROUPS = ("75_plus",)


def render_applicant_sheet(evaluation: Evaluation, appraisal: Appraisal, places: Localities, language: Language) -> str:
    """Return the page of one request for its applicant; it leads to no other file."""
    wording, request = Wording(language), appraisal.request
    drawing, keys = request_locator(evaluation, appraisal, places, wording, with_others=False)
    lead = evaluation.ground.instance.professions[evaluation.lead]
    return render(
        "applicant_sheet.html.j2",
        language=language,
        say=wording.say,
        title=sheet_facts.project_title(request, wording),
        object=sheet_facts.object_sentence(evaluation, appraisal, places, wording),
        asked=sheet_facts.asked_sentence(evaluation, appraisal, wording),
        territory=wording.of(evaluation.territory.manifest.title),
        request_id=request.request_id,
        map=drawing,
        map_keys=keys,
        verdict=appraisal.gates.verdict,
        verdict_word=verdict_words(appraisal.gates, evaluation.gates, language),
        on=sheet_facts.day_words(evaluation.on, wording),
        zoning=sheet_facts.zoning_words(request, places, wording),
        rules=rules_table(evaluation, appraisal, wording),
        notes=notes(appraisal, wording),
        profession=profession_title(evaluation, evaluation.lead, wording),
        effect=effect_table(evaluation, appraisal, places, wording),
        minutes=wording.whole(lead.cutoff_minutes),
        effect_words=" ".join(effect_sentences(evaluation, appraisal, wording)),
        options=list(options(evaluation, appraisal, places, wording)) if is_weak(evaluation, appraisal) else [],
        deciders=deciders_table(evaluation, appraisal, wording),
        sources=sheet_facts.sources_sentence(evaluation, wording),
        steps=list(next_steps(evaluation, appraisal, places, wording)),
    )


def effect_table(evaluation: Evaluation, appraisal: Appraisal, places: Localities, wording: Wording) -> PageTable:
    """Return the project's own effect in the central case: around its place, on its zones, on those of 75 and over."""
    place_id, effects = appraisal.request.place_id, appraisal.effects
    people = evaluation.territory.demand["inhabitants"].sum()
    rows = [
        [wording.say("applicant_around", place=places.name_of(place_id)), *_cells(row, wording)]
        for row in effects.zones[effects.zones["kind"].eq(SURROUNDINGS)].to_dict("records")
    ]
    for kind in places.zones:
        own = effects.zones["kind"].eq(kind) & effects.zones["zone_id"].eq(places.zones[kind].get(place_id))
        for row in effects.zones[own].to_dict("records"):
            if row["inhabitants"] < people:
                name = sheet_facts.short(str(row["name"]), LONGEST_ZONE)
                title = wording.say("page_pair", name=wording.kind_title(kind), value=name)
                rows.append([title, *_cells(row, wording)])
    rows = rows[: 1 + MOST_ZONES]
    for row in effects.groups[effects.groups["group"].isin(GROUPS)].to_dict("records"):
        title = wording.say("applicant_group", group=wording.group_title(str(row["group"])))
        rows.append([title, *_cells(row, wording)])
    keys = ("applicant_for_whom", "page_inhabitants", "applicant_uncovered_without", "applicant_uncovered_with")
    return PageTable([*map(wording.say, (*keys, "applicant_apl_without", "applicant_apl_with"))], rows)


def effect_sentences(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> Iterator[str]:
    """Yield what a project brings by case and at both ends, its new GPs' patients, and how a gain of 0 is read."""
    lead, effects = evaluation.lead, appraisal.effects
    covered = {case: effects.newly_covered[case][lead] for case in CASES}
    filled = wording.percent(evaluation.parameters.cases.low.posts_filled_share.value, 0)
    whole = {case: wording.whole(people) for case, people in covered.items()}
    alike = len(set(whole.values())) == 1
    yield wording.say("applicant_covered_alike" if alike else "applicant_covered", filled=filled, **whole)
    ends, posts = effects.newly_covered_ends, appraisal.request.new_posts.get(GP)
    if ends is not None and posts:
        least, most = (wording.whole(ends[end]) for end in (DRAWN, ADDITIONAL))
        yield wording.say("sheet_ends", least=least, most=most)
    if posts:
        sizes = evaluation.parameters.patients_per_gp.by_name
        lists = {f"per_gp_{name}": wording.whole(size) for name, size in sizes.items()}
        room = evaluation.patients_of_new_gps(appraisal)
        patients = {name: wording.whole(count) for name, count in room.items() if count is not None}
        yield wording.say("sheet_patients", posts=posts, **patients, **lists)
    if covered["central"] < SMALLEST_CHANGE_TOLD:
        yield wording.say("applicant_no_gain")


def _cells(row: dict[str, float], wording: Wording) -> list[str]:
    counts = [wording.whole(row[name]) for name in ("inhabitants", "uncovered_without", "uncovered_with")]
    return [*counts, *(wording.decimal(row.get(name), 2) for name in ("apl_without", "apl_with"))]
