"""The page of a plan without professions: answer, map, sites, the model in plain words and what it cannot say."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msp_siting.answer import SitingAnswer, siting_caveats, siting_obstacles, small_hosts, whose_practice
from msp_siting.language import Language, tell
from msp_siting.report.maps import demand_shapes, draw_explorer
from msp_siting.report.maps.siting import plain, siting_explorer
from msp_siting.report.page_table import Cell, Code, PageTable
from msp_siting.report.pages.data_sources import labels_of, page_table_of
from msp_siting.report.pages.reference import file_links
from msp_siting.report.pages.tables import assumptions_page_table
from msp_siting.report.rendering import render
from msp_siting.report.titles import siting_title
from msp_siting.report.wording import Wording, at_most, epci_of, sentence
from msp_siting.runs import siting_table

CANNOT = (  # caveats that say what the model leaves out
    *("siting_caveat_no_practitioners", "siting_caveat_not_capacity", "siting_caveat_capacity"),
    *("siting_caveat_supply", "siting_caveat_no_supply", "siting_caveat_ties"),
)
ANSWERED = "siting_caveat_small_hosts"  # stands in the answer


def render_siting_page(
    found: SitingAnswer, summary: Mapping[str, Any], day: date, language: Language, files: Sequence[str] = ()
) -> str:
    """Return the page of a plan without professions; without a plan, the page that explains why there is none.

    Parameters
    ----------
    summary
        The content of ``summary.json``.
    day
        On which the run began.
    files
        What stands beside the page, which leads there.
    """
    wording, scenario, territory = Wording(language), found.scenario, found.territory
    context = [
        wording.of(territory.manifest.title),
        wording.say("page_model", title=wording.of(scenario.model.title)),
        wording.say("page_run_on", day=wording.day(day)),
    ]
    facts = [(fact.key, sentence(wording.typeset(tell(fact, language)))) for fact in siting_caveats(found)]
    values: dict[str, Any] = {
        "language": language,
        "say": wording.say,
        "question": siting_title(scenario, wording),
        "context": " · ".join(context),
        "day": wording.day(day),
        "has_practitioners": not territory.supply.empty,
        "status": summary["status"],
        "ending": wording.say(ending_key(summary)),
        "obstacles": [sentence(wording.typeset(tell(fact, language))) for fact in siting_obstacles(found)],
        "cannot": [text for key, text in facts if key in CANNOT],
        "caveats": [text for key, text in facts if key not in {*CANNOT, ANSWERED}],
        "method": method_sentences(found, summary, wording),
        "labels": labels_of(territory.manifest.files, wording),
        "assumptions": assumptions_page_table(scenario.model, wording),
        "asked": _asked(found, wording),
        "technical": _technical(summary, wording),
        "sources": page_table_of(territory.manifest.files, wording),
        "beside": file_links(files, wording),
        "is_proven": summary["status"] == "optimal",
    }
    plan = {"has_plan": False} if not found.has_plan else _plan(found, summary, wording)
    return render("siting.html.j2", **values, **plan)


def ending_key(summary: Mapping[str, Any]) -> str:
    """Return the key of what ended a search that proved nothing."""
    return "ending_interrupt" if summary.get("interrupted") else "ending_time_limit"


def proof_sentence(summary: Mapping[str, Any], wording: Wording) -> str:
    """Return how sure the plan is."""
    gap = summary["gap"]
    if summary["status"] == "optimal" and not gap:
        return wording.say("siting_first_exact")
    told = wording.unknown if gap is None else at_most(gap, wording)
    return wording.say(f"siting_first_{summary['status']}", gap=told, ending=wording.say(ending_key(summary)))


def siting_sentences(found: SitingAnswer, summary: Mapping[str, Any], wording: Wording) -> list[str]:
    """Return what is said of a plan: how sure it is, then the answer."""
    return [proof_sentence(summary, wording), *answer_sentences(found, summary, wording)]


def answer_sentences(found: SitingAnswer, summary: Mapping[str, Any], wording: Wording) -> Iterator[str]:
    """Yield the answer in one to four sentences."""
    measure = found.case.model.measure.replace("-", "_")
    if measure == "p_dispersion" and summary["objective"] is None:
        measure = "p_dispersion_far"
    yield sentence(wording.say(f"siting_answer_{measure}", **_values(found, summary, wording)))
    cost, budget = summary["cost_eur"], summary["budget_eur"]
    if measure == "cost_to_target":
        people = summary["uncovered_before"]["all"] - summary["uncovered_after"]["all"]
        if people > 0 and cost:
            told = {"per_head": wording.eur(round(cost / people)), "people": wording.whole(people)}
            yield wording.say("siting_answer_per_head", **told)
    elif cost is not None and measure not in {"fixed_charge", "p_dispersion", "p_dispersion_far"} and cost > 0:
        key = "siting_answer_cost" if budget is None else "siting_answer_cost_of"
        yield wording.say(key, cost=wording.eur(cost), budget=wording.eur(budget))
    yield from (sentence(wording.typeset(tell(fact, wording.language))) for fact in small_hosts(found))


def method_sentences(found: SitingAnswer, summary: Mapping[str, Any], wording: Wording) -> list[str]:
    """Return the model in plain words."""
    measure = found.case.model.measure.replace("-", "_")
    said = [sentence(wording.say(f"siting_method_{measure}", **_values(found, summary, wording)))]
    if summary["gap"] is not None:
        said.append(wording.say("siting_method_proof", gap=wording.percent(summary["gap"], 2)))
    return said


def open_words(found: SitingAnswer, wording: Wording) -> str:
    """Return what counts as open: sites, or places where some profession practises too."""
    supply = found.scenario.model.existing_supply_covers
    if supply is None or supply.value is None:
        return wording.say("siting_open")
    who = whose_practice(supply.value)
    return wording.say("siting_open_supply", profession=who if isinstance(who, str) else tell(who, wording.language))


def _values(found: SitingAnswer, summary: Mapping[str, Any], wording: Wording) -> dict[str, object]:
    """Return what sentences of an answer or a method may name."""
    model, people = found.case.model, summary["inhabitants"]
    objective, before = summary["objective"], summary["uncovered_before"]["all"]
    after = None if summary["uncovered_after"] is None else summary["uncovered_after"]["all"]
    share = {
        name: None if left is None or not people else (people - left) / people
        for name, left in (("before", before), ("after", after))
    }
    shown = {"eur": wording.eur, "inhabitants": wording.whole, "points": wording.whole}
    value = shown.get(summary["objective_unit"], wording.decimal)(objective)
    cost = summary["cost_eur"]
    ways = None if objective is None or cost is None else objective - cost
    return {
        "sites": summary["sites_opened"] or 0,
        "open": open_words(found, wording),
        "cutoff": "" if model.cutoff_minutes is None else plain(model.cutoff_minutes, wording),
        "before": wording.whole(people - before),
        "before_share": wording.percent(share["before"], 2),
        "after": wording.whole(None if after is None else people - after),
        "after_share": wording.percent(share["after"], 2),
        "bound": wording.whole(None if summary["bound"] is None else math.ceil(summary["bound"] - 1e-6)),
        "value": value,
        "unit": wording.say(f"siting_unit_{summary['objective_unit']}"),
        "mean": wording.decimal(None if objective is None or not people else objective / people),
        "longest": wording.decimal(summary["longest_minutes_after"]),
        "nearest": str(model.nearest),
        "cost": wording.eur(cost),
        "ways": wording.eur(None if ways is None else round(ways, 2)),
        "target": wording.percent(model.covered_share, 1),
    }


def _plan(found: SitingAnswer, summary: Mapping[str, Any], wording: Wording) -> dict[str, Any]:
    shapes = demand_shapes(found.territory)
    drawing = draw_explorer(siting_explorer(found, shapes, wording), wording)
    zones = [_zone_table(found, kind, wording) for kind in found.territory.zone_kinds]
    return {
        "has_plan": True,
        "answers": list(answer_sentences(found, summary, wording)),
        "measures": _measures(summary, wording),
        "map": drawing,
        "is_cells": bool(shapes["is_cell"].any()),
        "sites": _sites(found, wording) if len(found.opened) else None,
        "reached": _reached(found, wording),
        "zones": zones,
        "proof": proof_sentence(summary, wording),
    }


def _measures(summary: Mapping[str, Any], wording: Wording) -> PageTable:
    """Return figures of access before and after."""

    def moments(key: str) -> tuple[Any, Any]:
        before, after = summary[f"{key}_before"], summary[f"{key}_after"]
        return (before["all"], after["all"]) if isinstance(before, dict) else (before, after)

    rows = [
        ("siting_page_uncovered", *map(wording.whole, moments("uncovered"))),
        ("siting_page_points_uncovered", *map(wording.whole, moments("points_uncovered"))),
        ("siting_page_beyond", *map(wording.whole, moments("beyond_20_minutes"))),
        ("siting_page_mean", *map(wording.decimal, moments("mean_minutes"))),
        ("siting_page_longest", *map(wording.decimal, moments("longest_minutes"))),
    ]
    head = [sentence(wording.say(key)) for key in ("page_measure", "siting_page_before", "siting_page_after")]
    return PageTable(head, [(wording.say(key), *cells) for key, *cells in rows])


def _sites(found: SitingAnswer, wording: Wording) -> PageTable:
    """Return the sites that open, numbered as on the picture: where, as what, for how much, and who goes there."""
    zones, formats, table = epci_of(found.territory), found.scenario.model.formats, siting_table(found)
    has_zones, has_cost = bool(zones), table["cost_eur"].notna().any()
    has_capacity = table["capacity_inhabitants"].notna().any()
    rows = []
    for number, row in enumerate(table.to_dict("records"), start=1):
        kind = row["format"]
        as_what = wording.of(formats[kind].title) if kind in formats else wording.say("siting_page_own_cost")
        rows.append(
            [
                wording.say("siting_numbered", number=str(number), name=row["name"]),
                *([zones.get(str(row["place_id"]), wording.unknown)] if has_zones else []),
                *([as_what, wording.eur(row["cost_eur"])] if has_cost else []),
                *([wording.whole(row["capacity_inhabitants"])] if has_capacity else []),
                wording.whole(row["inhabitants_served_all"]),
                wording.decimal(row["farthest_minutes"]),
            ]
        )
    head = [
        wording.say("page_site"),
        *([wording.say("zone_kind_epci")] if has_zones else []),
        *([wording.say("page_format"), wording.say("page_cost")] if has_cost else []),
        *([wording.say("siting_page_capacity")] if has_capacity else []),
        wording.say("siting_page_served"),
        wording.say("siting_page_farthest"),
    ]
    return PageTable(head, rows, word_columns=1 + has_zones + int(has_cost))


def _reached(found: SitingAnswer, wording: Wording) -> PageTable | None:
    """Return the demand points that come within reach, by id, and by which site; None where reach is not sought."""
    if found.case.model.cutoff_minutes is None:
        return None
    points = found.points[found.points["sites_before"].eq(0) & found.points["sites_after"].gt(0)]
    goes = found.allocation.drop_duplicates("demand_id").set_index("demand_id")["site_id"]
    names = found.territory.demand.set_index("demand_id")["name"]
    sites = found.territory.sites.set_index("site_id")["name"]
    rows = [
        [
            str(names[row["demand_id"]]),
            str(sites.get(goes.get(row["demand_id"], ""), wording.unknown)),
            wording.whole(row["inhabitants"]),
            wording.decimal(row["nearest_minutes_before"]),
            wording.decimal(row["nearest_minutes_after"]),
        ]
        for row in points.to_dict("records")
    ]
    minutes = wording.say("page_minutes_short")
    moments = [wording.say(f"siting_page_{moment}") for moment in ("before", "after")]
    columns = [wording.say("page_column_at", what=minutes, moment=moment) for moment in moments]
    head = [wording.say("siting_page_point"), wording.say("page_site"), wording.say("page_inhabitants"), *columns]
    return PageTable(head, rows, word_columns=2) if rows else None


def _zone_table(found: SitingAnswer, kind: str, wording: Wording) -> PageTable:
    """Return the figures of each zone of a kind, those with most inhabitants out of reach today first."""
    rows = found.zones[found.zones["kind"].eq(kind)]
    ordered = rows.sort_values(["uncovered_before", "zone_id"], ascending=[False, True])
    cells = [
        [
            str(row["name"]),
            wording.whole(row["inhabitants"]),
            *(wording.whole(row[f"uncovered_{moment}"]) for moment in ("before", "after")),
            *(wording.decimal(row[f"nearest_minutes_{moment}"]) for moment in ("before", "after")),
        ]
        for row in ordered.to_dict("records")
    ]
    moments = [wording.say(f"siting_page_{moment}") for moment in ("before", "after")]
    columns = [
        wording.say("page_column_at", what=wording.say(key), moment=moment)
        for key in ("siting_page_uncovered", "page_minutes_short")
        for moment in moments
    ]
    title = wording.kind_title(kind)
    return PageTable([title, wording.say("page_inhabitants"), *columns], cells, title=title)


def _asked(found: SitingAnswer, wording: Wording) -> PageTable:
    scenario = found.scenario
    question, names = scenario.question, found.territory.sites.set_index("site_id")["name"]
    count, none = question.site_count, wording.say("page_none")
    most = wording.say("page_no_limit") if count.max is None else wording.whole(count.max)
    rules = [name for name, is_on in scenario.model.constraints if is_on]
    budget = wording.say("page_no_limit") if scenario.budget_eur is None else wording.eur(scenario.budget_eur)
    rows: dict[str, Cell] = {
        "page_budget": budget,
        "page_site_count": wording.say("page_range", least=wording.whole(count.min), most=most),
        "page_forced": ", ".join(str(names[site]) for site in question.sites.forced_ids) or none,
        "page_excluded": ", ".join(str(names[site]) for site in question.sites.excluded_ids) or none,
        "page_rules": Code(", ".join(rules)),
        "page_changes": Code("; ".join(scenario.changes)) if scenario.changes else none,
    }
    head = [wording.say("page_asked"), wording.say("page_value")]
    return PageTable(head, [(wording.say(key), value) for key, value in rows.items()], word_columns=2)


def _technical(summary: Mapping[str, Any], wording: Wording) -> PageTable:
    unit = wording.say(f"siting_unit_{summary['objective_unit']}")

    def value(key: str) -> str:
        number = summary[key]
        return (
            wording.unknown
            if number is None
            else wording.say("siting_with_unit", value=wording.decimal(number, 3), unit=unit)
        )

    rows: list[tuple[str, Cell]] = [
        ("page_status", Code(summary["status"])),
        ("page_objective", value("objective")),
        ("page_bound", value("bound")),
        ("page_gap", wording.percent(summary["gap"], 3)),
        ("page_build_s", wording.decimal(summary["build_s"])),
        ("page_solve_s", wording.decimal(summary["solve_s"])),
        ("page_seed", str(summary["seed"])),
        ("page_versions", ", ".join(f"{name} {version}" for name, version in summary["versions"].items())),
        ("page_input_sha256", Code(summary["input_sha256"])),
    ]
    head = [wording.say("page_measure"), wording.say("page_value")]
    return PageTable(head, [(wording.say(key), cell) for key, cell in rows], word_columns=2)
