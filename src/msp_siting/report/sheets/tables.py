"""Effects on a decision sheet: with and without by case, for whom, and which communes lose."""

from collections.abc import Iterator, Mapping

from msp_siting.answer import ADDITIONAL, DRAWN
from msp_siting.report.page_table import PageTable
from msp_siting.report.sheets.facts import short
from msp_siting.report.sheets.localities import Localities
from msp_siting.report.wording import Wording, profession_title
from msp_siting.requests import CASES, CENTRAL, GP, Appraisal, CaseName, Evaluation, Situation
from msp_siting.units import EUR_PER_100K_EUR

MOST_ZONES = 3
MOST_GROUPS = 3
MOST_LOSERS = 3
LONGEST_ZONE = 44
SMALLEST_CHANGE_TOLD = 0.5  # inhabitants


def effect_table(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> PageTable:
    """Return the measures of the lead profession without the project, and with it in every case."""
    lead, effects, without = evaluation.lead, appraisal.effects, evaluation.without
    title = profession_title(evaluation, lead, wording)
    floor = wording.apl_floor(evaluation.ground.apl.floor_visits_per_year.value)
    money = appraisal.public_eur

    def measured(key: str, measure: str, **values: str) -> list[str]:
        with_it = [_measure(effects.cases[name], lead, measure) for name in CASES]
        return [wording.say(key, **values), *map(wording.whole, [_measure(without, lead, measure), *with_it])]

    def gained(key: str, numbers: Mapping[CaseName, float | None]) -> list[str]:
        cells = [
            wording.say("sheet_not_stated") if number is None else wording.whole(number) for number in numbers.values()
        ]
        return [wording.say(key, profession=title), wording.say("page_unknown_value"), *cells]

    covered: dict[CaseName, float | None] = {name: effects.newly_covered[name][lead] for name in CASES}
    hundreds = None if not money else money / EUR_PER_100K_EUR
    per_100k = {name: None if hundreds is None else effects.newly_covered[name][lead] / hundreds for name in CASES}
    rows = [
        gained("sheet_newly_covered", covered),
        gained("sheet_list_sizes", recruits_room(evaluation, appraisal)),
        gained("sheet_per_100k", per_100k),
        measured("sheet_uncovered", "uncovered"),
        measured("sheet_shortage", "shortage"),
        measured("sheet_distance", "distance"),
        measured("sheet_below_floor", "below", floor=floor),
        measured("sheet_far", "far"),
    ]
    titles = [wording.of(evaluation.parameters.cases.of(name).title) for name in CASES]
    head = [wording.say("sheet_measure"), wording.say("sheet_without")]
    return PageTable([*head, *titles], rows)


def recruits_room(evaluation: Evaluation, appraisal: Appraisal) -> dict[CaseName, float | None]:
    """Return by case the posts of the lead profession that are filled anew times the list size of one."""
    lead, project = evaluation.lead, appraisal.project
    size = evaluation.ground.instance.professions[lead].capacity
    room: dict[CaseName, float | None] = {}
    for name in CASES:
        case = evaluation.parameters.cases.of(name)
        replaced = project.leaving if case.leaving_replaced.value else 0.0
        room[name] = size * (project.new_posts[lead] * case.posts_filled_share.value + replaced)
    return room


def beside_effects(evaluation: Evaluation, appraisal: Appraisal, wording: Wording) -> Iterator[str]:
    """Yield the patients that the new GPs could take with lists as papers have them, their aid, and other professions.

    Of the professions besides the lead one newly covered inhabitants, in the central case.
    """
    ends = appraisal.effects.newly_covered_ends
    if ends is not None and appraisal.request.new_posts.get(GP):
        least, most = (wording.whole(ends[end]) for end in (DRAWN, ADDITIONAL))
        yield wording.say("sheet_ends", least=least, most=most)
    room, posts = evaluation.patients_of_new_gps(appraisal), appraisal.request.new_posts.get(GP)
    if posts:
        sizes = evaluation.parameters.patients_per_gp.by_name
        lists = {f"per_gp_{name}": wording.whole(size) for name, size in sizes.items()}
        patients = {name: wording.whole(count) for name, count in room.items() if count is not None}
        yield wording.say("sheet_patients", posts=posts, **patients, **lists)
    aid = evaluation.aid_eur(appraisal)
    if aid:
        yield wording.say("sheet_aid", aid=wording.eur(aid))
    covered = appraisal.effects.newly_covered[CENTRAL]
    parts = [
        wording.say("page_pair", name=profession_title(evaluation, name, wording), value=wording.signed(people))
        for name, people in covered.items()
        if name != evaluation.lead and abs(people) >= SMALLEST_CHANGE_TOLD
    ]
    if parts:
        yield wording.say("sheet_other_professions", parts=", ".join(parts))


def whom_table(evaluation: Evaluation, appraisal: Appraisal, places: Localities, wording: Wording) -> PageTable:
    """Return the effect on the zones that the project lies in and on groups, in the central case."""
    effects, place_id = appraisal.effects, appraisal.request.place_id
    people = evaluation.territory.demand["inhabitants"].sum()
    rows = []
    for kind in places.zones:
        zone_id = places.zones[kind].get(place_id)
        found = effects.zones[effects.zones["kind"].eq(kind) & effects.zones["zone_id"].eq(zone_id)]
        for row in found.to_dict("records"):
            if row["inhabitants"] < people:
                name = wording.say("page_pair", name=wording.kind_title(kind), value=short(row["name"], LONGEST_ZONE))
                rows.append(_whom_row(name, row, wording))
    rows = rows[:MOST_ZONES]
    for row in effects.groups.head(MOST_GROUPS).to_dict("records"):
        rows.append(_whom_row(wording.group_title(row["group"]), row, wording))
    keys = ("sheet_whom", "page_inhabitants", "sheet_without", "sheet_with")
    return PageTable([*map(wording.say, keys)], rows)


def neighbours(evaluation: Evaluation, appraisal: Appraisal, places: Localities, wording: Wording) -> str:
    """Return which communes lose by the project in the central case, or that none does."""
    losses = appraisal.effects.losses
    if losses.empty:
        return wording.say("sheet_no_losers")
    more, people = float(losses["more_uncovered"].sum()), float(losses["inhabitants"].sum())
    head = wording.say(
        "sheet_losers",
        count=len(losses),
        inhabitants=people,
        more=more,
    )
    if not evaluation.is_ranked:
        return f"{head} {wording.say('sheet_losers_not_named', count=len(losses))}"
    shown = [
        wording.say(
            "sheet_loser",
            name=places.name_of(row["demand_id"]),
            inhabitants=wording.whole(row["inhabitants"]),
            loss=wording.say("sheet_separator").join(_loss(row, wording)),
        )
        for row in losses.head(MOST_LOSERS).to_dict("records")
    ]
    if len(losses) > MOST_LOSERS:
        shown.append(wording.say("sheet_more_losers", count=len(losses) - MOST_LOSERS))
    return f"{head} {wording.say('sheet_losers_named', names=wording.say('sheet_separator').join(shown))}"


def _loss(row: Mapping[str, float], wording: Wording) -> Iterator[str]:
    if row["more_uncovered"] > 0:
        yield wording.say("sheet_loss_uncovered", more=wording.signed(row["more_uncovered"]))
    if row["apl_fall"] > 0:
        yield wording.say("sheet_loss_apl", fall=wording.signed(-row["apl_fall"], 2))


def _whom_row(name: str, row: Mapping[str, float], wording: Wording) -> list[str]:
    return [name, *(wording.whole(row[key]) for key in ("inhabitants", "uncovered_without", "uncovered_with"))]


def _measure(situation: Situation, lead: str, measure: str) -> float:
    match measure:
        case "uncovered":
            return situation.uncovered[lead]
        case "shortage":
            return situation.shortage[lead]
        case "distance":
            return situation.uncovered[lead] - situation.shortage[lead]
        case "below":
            return situation.inhabitants_below_apl_floor
        case _:
            return situation.beyond_20_minutes
