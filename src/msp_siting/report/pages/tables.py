"""Tables of a page below its first screen: sites, zones, measures, sources and assumptions, ready to print."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from msp_siting.answer import Answer, Coverage, has_existing_structures
from msp_siting.files import Strict
from msp_siting.report.page_table import Cell, Code, PageTable
from msp_siting.report.pages.asked import asked_rows
from msp_siting.report.pages.headline import moment_title
from msp_siting.report.wording import Subject, Wording, epci_of, lead_profession, profession_title, sentence, zone_names
from msp_siting.runs import near_host_table, site_effects, site_table

KNOWN, ASSUMED = ("measured", "published", "derived"), ("assumed",)  # how parameters are known


def action_text(answer: Answer, site: Mapping[Hashable, Any], wording: Wording) -> str:
    """Return what opening a site is called; to be checked where no existing structure is loaded.

    A satellite is named with the place of its parent.
    """
    if not has_existing_structures(answer.territory):
        return wording.say("page_action_creation_unverified")
    parent = _place_name(answer, str(site["parent_place_id"]))
    return wording.say(f"page_action_{site['action']}", parent=parent)


def sites_page_table(answer: Answer, wording: Wording) -> PageTable:
    """Return the opened sites: where, action, format, where else the team might work, and money."""
    formats, zones, hosts = answer.scenario.model.formats, epci_of(answer.territory), hosts_by_site(answer, wording)
    keys = ("page_site", "zone_kind_epci", "page_action", "page_format", "page_hosts")
    purses = ("page_cost", "page_aid", "page_aci")
    rows = [
        [
            str(row["name"]),
            zones.get(str(row["place_id"]), wording.unknown),
            action_text(answer, row, wording),
            wording.of(formats[str(row["format"])].title),
            hosts.get(str(row["site_id"]), wording.say("page_no_hosts")),
            wording.eur(row["cost_eur"]),
            wording.eur(row["aid_eur"]),
            wording.eur(row["aci_eur_per_year"]),
        ]
        for row in site_table(answer).to_dict("records")
    ]
    return PageTable([*map(wording.say, (*keys, *purses))], rows, word_columns=len(keys))


def hosts_by_site(answer: Answer, wording: Wording) -> dict[str, str]:
    """Return the near hosts of each opened site that has any, in the order of the APL that moving there costs."""
    told = [
        (site, wording.say("page_host", name=name, minutes=wording.whole(minutes)))
        for site, name, minutes in near_host_table(answer)[["site_id", "host_name", "minutes"]].itertuples(index=False)
    ]
    return {site: ", ".join(each for other, each in told if other == site) for site, _ in told}


def team_page_table(answer: Answer, wording: Wording) -> PageTable:
    """Return the team of each opened site: posts to fill beside who practises in its commune, and whom they serve."""
    professions, lead = answer.instance.professions, lead_profession(answer)
    rows = [
        [
            str(row["name"]),
            *(
                wording.say(
                    "page_team",
                    posts=wording.whole(row[f"staff_{name}"]),
                    there=wording.decimal(terms.existing.get(str(row["place_id"]), 0.0)),
                )
                for name, terms in professions.items()
            ),
            wording.whole(row[f"inhabitants_served_{lead}"]),
        ]
        for row in site_table(answer).to_dict("records")
    ]
    titles = [sentence(profession_title(answer, name, wording)) for name in professions]
    served = wording.say("page_served_by", profession=profession_title(answer, lead, wording))
    return PageTable([wording.say("page_site"), *titles, served], rows)


def purses_page_table(summary: Mapping[str, Any], wording: Wording) -> PageTable:
    """Return the four purses, never added up: what of each the plan takes, and its limit."""
    most, aid_most = summary["budget_eur"], summary["aid_budget_eur"]
    not_costed, nothing = wording.say("page_not_costed"), wording.say("page_unknown_value")
    rows = [
        ("page_purse_investment", wording.eur(summary["cost_eur"]), wording.eur(most)),
        (
            "page_purse_aid",
            wording.eur(summary["aid_eur"]),
            wording.say("page_no_limit") if aid_most is None else wording.eur(aid_most),
        ),
        ("page_purse_owner", not_costed, nothing),
        ("page_purse_aci", wording.eur(summary["aci_eur_per_year"]), nothing),
    ]
    head = [wording.say(key) for key in ("page_purse", "page_amount", "page_limit")]
    return PageTable(head, [(wording.say(key), *cells) for key, *cells in rows])


def effects_page_table(answer: Answer, wording: Wording) -> PageTable:
    """Return whom each site's new posts serve, where they come from and how full the posts are."""
    rows = [
        [
            str(row["name"]),
            profession_title(answer, row["profession"], wording),
            ", ".join(f"{name} ({wording.whole(people)})" for name, people in row["origins"]),
            wording.whole(row["posts"]),
            wording.whole(row["inhabitants_served"]),
            wording.percent(row["filled_share"], 0),
        ]
        for row in site_effects(answer).to_dict("records")
    ]
    keys = ("page_site", "page_profession", "page_origins", "page_posts", "page_served", "page_filled")
    return PageTable([*map(wording.say, keys)], rows, word_columns=3)


def zone_page_tables(answer: Answer, coverage: Coverage, wording: Wording) -> list[PageTable]:
    """Return one table per kind of zone, the zone with the largest share left uncovered first."""
    return [_zone_page_table(answer, coverage, kind, wording) for kind in answer.territory.zone_kinds]


def measures_page_table(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> PageTable:
    """Return uncovered inhabitants of every profession before and after, split into shortage and distance."""
    keys = ("page_uncovered", "page_shortage", "page_distance")
    head = [
        wording.say("page_column_at", what=wording.say(key), moment=moment_title(answer, moment, wording))
        for moment in answer.moments
        for key in keys
    ]
    rows = []
    for name in answer.instance.professions:
        cells = [profession_title(answer, name, wording)]
        for moment in answer.moments:
            total, shortage = summary[f"uncovered_{moment}"][name], summary[f"shortage_{moment}"][name]
            cells += [wording.whole(number) for number in (total, shortage, total - shortage)]
        rows.append(cells)
    return PageTable([wording.say("page_profession"), *head], rows)


def apl_page_table(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> PageTable:
    """Return the official mean APL of today, ours as a change beside it, and how the two agree."""
    apl = answer.scenario.model.apl
    official, before, after = (summary.get(f"apl_mean_{name}") for name in ("official", "before", "after"))
    rows = [
        ("page_apl_mean_official", wording.decimal(official, 2)),
        ("page_apl_before", with_change(before, official, "page_beside_official", wording)),
        ("page_apl_after", with_change(after, before, "page_by_the_plan", wording)),
        ("page_apl_correlation", wording.decimal(summary.get("apl_correlation_with_official"), 2)),
        ("page_visits", wording.whole(summary.get("visits_per_gp_per_year"))),
        ("page_floor", wording.apl_floor(apl.floor_visits_per_year.value)),
    ]
    head = [wording.say("page_measure"), wording.say("page_value")]
    return PageTable(head, [(wording.say(key), value) for key, value in rows])


def visits_note(subject: Subject, wording: Wording) -> str:
    """Return where the visits of a GP come from, if the territory's manifest states them; else nothing."""
    stated = subject.territory.manifest.visits_per_gp_per_year
    return "" if stated is None else wording.say("page_visits_source", source=wording.source(stated.source))


def with_change(value: float | None, other: float | None, key: str, wording: Wording) -> str:
    """Return a mean APL and, where both are known, its change from another one, in a sentence of the catalogue."""
    if value is None or other is None:
        return wording.decimal(value, 2)
    return wording.say(key, value=wording.decimal(value, 2), change=wording.signed(value - other, 2))


def assumptions_page_table(model: Strict, wording: Wording, kinds: Collection[str] = KNOWN + ASSUMED) -> PageTable:
    """Return every parameter of the model that is known in some ways: path, value, unit, how, source, origin."""
    rows: list[list[Cell]] = [
        [
            Code(path),
            Code(_value(entry["value"])),
            wording.source(entry["unit"]),
            wording.say(f"page_kind_{entry['kind']}"),
            wording.source(entry["source"]),
            _origin(entry["origin"], wording),
        ]
        for path, entry in _parameters(model.model_dump(), "")
        if entry["kind"] in kinds
    ]
    keys = ("page_parameter", "page_value", "page_unit", "page_kind", "page_source", "page_origin")
    return PageTable([*map(wording.say, keys)], rows, word_columns=6)


def question_page_table(answer: Answer, wording: Wording) -> PageTable:
    """Return what was asked: budget, pools, number of sites, forced and excluded sites, horizon, rules, changes."""
    scenario = answer.scenario
    count = scenario.site_count
    pools = [
        wording.say("page_pair", name=profession_title(answer, name, wording), value=wording.whole(posts))
        for name, posts in scenario.recruitable.items()
    ]
    aid = scenario.question.aid_budget_eur
    most = wording.say("page_no_limit") if count.max is None else wording.whole(count.max)
    rows: dict[str, Cell] = {
        "page_budget": wording.eur(scenario.question.budget_eur),
        "page_aid_budget": wording.say("page_no_limit") if aid is None else wording.eur(aid),
        "page_recruitable": ", ".join(pools),
        "page_site_count": wording.say("page_range", least=wording.whole(count.min), most=most),
        "page_forced": _site_names(answer, scenario.question.sites.forced_ids, wording),
        "page_excluded": _site_names(answer, scenario.question.sites.excluded_ids, wording),
        **asked_rows(answer),
        "page_horizon": str(scenario.question.horizon_year or wording.say("page_none")),
        "page_rules": Code(", ".join(sorted(answer.instance.constraints))),
        "page_changes": Code("; ".join(scenario.changes)) if scenario.changes else wording.say("page_none"),
    }
    head = [wording.say("page_asked"), wording.say("page_value")]
    return PageTable(head, [(wording.say(key), value) for key, value in rows.items()], word_columns=2)


def order_zones(rows: pd.DataFrame, kind: str, column: str, *, ascending: bool) -> pd.DataFrame:
    """Return the zones of a kind by a column, then by id; communes by id alone, since no page ranks them."""
    if kind == "commune":
        return rows.sort_values("zone_id")
    return rows.sort_values([column, "zone_id"], ascending=[ascending, True])


def _zone_page_table(answer: Answer, coverage: Coverage, kind: str, wording: Wording) -> PageTable:
    rows = coverage.zones[coverage.zones["kind"].eq(kind) & coverage.zones["profession"].eq(lead_profession(answer))]
    rows = rows.assign(share=rows["uncovered_after"] / rows["inhabitants"].where(rows["inhabitants"] > 0))
    names, moments = zone_names(answer, kind), answer.moments
    ordered = order_zones(rows, kind, "share", ascending=False).to_dict("records")
    cells = [
        [
            names.get(row["zone_id"], row["zone_id"]),
            *(wording.whole(row[name]) for name in ("inhabitants", *(f"uncovered_{each}" for each in moments))),
            wording.signed(row["uncovered_after"] - row["uncovered_before"]),
            wording.percent(row["share"]),
            wording.decimal(row.get("apl_official"), 2),
            wording.signed(row["apl_after"] - row["apl_before"], 2),
            *(wording.decimal(row[f"nearest_minutes_{moment}"]) for moment in ("before", "after")),
        ]
        for row in ordered
    ]
    uncovered = [
        wording.say("page_column_at", what=wording.say("page_uncovered"), moment=moment_title(answer, moment, wording))
        for moment in moments
    ]
    keys = (
        *("page_change", "page_share_after", "page_apl_official", "page_apl_change"),
        *("page_minutes_before", "page_minutes_after"),
    )
    title = wording.kind_title(kind)
    head = [title, wording.say("page_inhabitants"), *uncovered, *map(wording.say, keys)]
    return PageTable(head, cells, title=title)


def _parameters(node: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: ANN401 - a dumped model
    if not isinstance(node, dict):
        return
    if {"value", "unit", "source", "kind"} <= set(node):
        yield path, node
        return
    for key, inner in node.items():
        yield from _parameters(inner, f"{path}.{key}" if path else str(key))


def _value(value: Any) -> str:  # noqa: ANN401 - a parameter's
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_value(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return "; ".join(_value(inner) for inner in value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _origin(origin: str, wording: Wording) -> str:
    change = origin.removeprefix("changed ")
    return wording.say("page_from_model") if change == origin else wording.say("page_changed", change=change)


def _place_name(answer: Answer, place_id: str) -> str:
    """Return the name of a place; its id where the territory has none."""
    named = ((answer.territory.demand, "demand_id"), (answer.territory.places, "place_id"))
    found = (name for table, key in named for name in table.loc[table[key].eq(place_id), "name"])
    return str(next(found, place_id))


def _site_names(answer: Answer, site_ids: Iterable[str], wording: Wording) -> str:
    names = answer.territory.sites.set_index("site_id")["name"]
    return ", ".join(names[site_id] for site_id in site_ids) or wording.say("page_none")
