"""Tables of a page of compared runs: the runs, their figures, their sites, and who wins and loses by zone."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from msp_siting.report.page_table import PageTable
from msp_siting.report.pages.headline import proof_sentences
from msp_siting.report.titles import lead_title, run_titles, title_of
from msp_siting.report.wording import Wording, with_epci
from msp_siting.runs import Comparison, differing_questions, zone_kinds
from msp_siting.territory import Territory

UNCOVERED = ("uncovered_before", "uncovered_after", "shortage_after", "distance_after")


SHOWN_SHA256 = 16  # characters of a fingerprint; run.json holds them all
DIGITS_OF_MEASURES = {"apl_mean_after": 2}  # 0 for the others


def runs_page_table(comparison: Comparison, wording: Wording) -> PageTable:
    """Return the runs: whether each is proven, how good it is known to be, what it may spend and spends.

    What each was asked stands there too, where the questions differ in more than their budget.
    """
    says_asked = bool(set(differing_questions(comparison)) - {"budget"})
    rows = [
        [
            wording.say("comparison_is_reference", run=title) if number == 0 else title,
            *([_asked(comparison, number, wording)] if says_asked else []),
            wording.say("comparison_proven" if run.summary.status == "optimal" else "comparison_not_proven"),
            proof_sentences(run.summary.status, run.summary.gap, run.summary.improvement_gap, wording),
            wording.eur(run.summary.budget_eur),
            wording.eur(run.summary.cost_eur),
        ]
        for number, (run, title) in enumerate(zip(comparison.runs, run_titles(comparison, wording), strict=True))
    ]
    words = ["comparison_plan", *(["page_asked"] if says_asked else []), "comparison_status", "comparison_quality"]
    head = [*words, "page_budget", "comparison_invested"]
    return PageTable([*map(wording.say, head)], rows, word_columns=len(words))


def figures_page_table(comparison: Comparison, wording: Wording) -> PageTable:
    """Return the figures of every run, and in brackets the difference to the reference; the lead profession's only."""
    lead, title = comparison.lead, lead_title(comparison, wording)
    floors = {run.model.apl.floor_visits_per_year.value for run in comparison.runs}
    floor = " / ".join(wording.apl_floor(value) for value in sorted(floors))

    names = {
        ("sites_opened", ""): wording.say("page_sites"),
        **{
            ("staff", name): wording.say("page_posts_of", profession=title_of(comparison, name, wording))
            for name in comparison.professions
        },
        ("cost_eur", ""): wording.say("comparison_invested_eur"),
        ("aid_eur", ""): wording.say("comparison_aid_eur"),
        ("aci_eur_per_year", ""): wording.say("comparison_aci_eur"),
        **{(name, lead): wording.say(f"comparison_{name}", profession=title) for name in _uncovered(comparison)},
        ("beyond_20_minutes_after", ""): wording.say("page_far", profession=title),
        ("inhabitants_below_apl_floor_after", ""): wording.say("page_below_floor", floor=floor),
        ("apl_shortfall_visits_per_year_after", ""): wording.say("comparison_apl_shortfall", floor=floor),
        ("apl_mean_after", ""): wording.say("comparison_apl_mean"),
    }
    head = [wording.say("page_measure"), *run_titles(comparison, wording)]
    return PageTable(head, [_figure_row(comparison, *key, name, wording) for key, name in names.items()])


def _uncovered(comparison: Comparison) -> tuple[str, ...]:
    """Return which figures of the uncovered stand side by side: those at a horizon where some run has one."""
    there = set(comparison.measures["measure"])
    at_horizon = ("uncovered_today", *UNCOVERED, "uncovered_after_drawn", "uncovered_after_additional")
    return tuple(name for name in at_horizon if name in UNCOVERED or name in there)


def professions_page_table(comparison: Comparison, wording: Wording) -> PageTable | None:
    """Return the uncovered of the other professions, split into shortage and distance; None where there are none."""
    rows = [
        _figure_row(
            comparison,
            measure,
            name,
            wording.say(f"comparison_{measure}", profession=title_of(comparison, name, wording)),
            wording,
        )
        for name in comparison.professions[1:]
        for measure in UNCOVERED
    ]
    return PageTable([wording.say("page_measure"), *run_titles(comparison, wording)], rows) if rows else None


def site_page_tables(comparison: Comparison, territory: Territory | None, wording: Wording) -> dict[str, PageTable]:
    """Return the sites that all runs open, and those that only some do: format and posts in every run."""
    titles = run_titles(comparison, wording)
    rows: dict[str, list[list[str]]] = {"common": [], "changing": []}
    sites: dict[str, list[str]] = {"common": [], "changing": []}
    for _, group in comparison.sites.groupby("site_id", sort=False):
        cells = {row["run"]: _site_cell(comparison, row, wording) for row in group.to_dict("records")}
        first = group.iloc[0]
        place = "common" if first["kept"] == "all" else "changing"
        count = [wording.say("comparison_in_plans", count=len(cells), runs=len(titles))] if place == "changing" else []
        absent = wording.say("page_unknown_value")
        sites[place].append(str(first["site_id"]))
        rows[place].append([str(first["name"]), *(cells.get(label, absent) for label in comparison.labels), *count])
    heads = {
        "common": [wording.say("page_site"), *titles],
        "changing": [wording.say("page_site"), *titles, wording.say("comparison_opened_in")],
    }
    tables = {
        place: PageTable(
            heads[place], found, word_columns=len(heads[place]), title=wording.say(f"comparison_sites_{place}")
        )
        for place, found in rows.items()
        if found
    }
    if territory is None:
        return tables
    place_of = territory.sites.set_index("site_id")["place_id"]
    return {
        place: with_epci(table, pd.Series(sites[place]).map(place_of).fillna(""), territory, wording)
        for place, table in tables.items()
    }


def zone_page_tables(comparison: Comparison, wording: Wording) -> list[PageTable]:
    """Return one table per kind of zone: the uncovered of every run, the zone with the largest loss first."""
    return [_zone_page_table(comparison, kind, wording) for kind in zone_kinds(comparison)]


def technical_page_table(comparison: Comparison, wording: Wording) -> PageTable:
    """Return what was asked and how the search ended, in the solver's words, by run."""
    cells: Mapping[str, Sequence[str]] = {
        "comparison_label": comparison.labels,
        "comparison_folder": [run.folder.as_posix() for run in comparison.runs],
        "comparison_model": [wording.of(run.model.title) for run in comparison.runs],
        "page_horizon": [str(run.question.horizon_year or wording.say("page_none")) for run in comparison.runs],
        "page_budget": [wording.eur(run.question.budget_eur) for run in comparison.runs],
        "page_aid_budget": [
            wording.say("page_no_limit")
            if run.question.aid_budget_eur is None
            else wording.eur(run.question.aid_budget_eur)
            for run in comparison.runs
        ],
        "page_changes": ["; ".join(run.provenance.changes) or wording.say("page_none") for run in comparison.runs],
        "page_status": [run.summary.status for run in comparison.runs],
        "page_objective_before": [wording.decimal(run.summary.objective_before, 3) for run in comparison.runs],
        "page_objective": [wording.decimal(run.summary.objective, 3) for run in comparison.runs],
        "page_bound": [wording.decimal(run.summary.bound, 3) for run in comparison.runs],
        "page_gap": [wording.percent(run.summary.gap, 3) for run in comparison.runs],
        "page_improvement_gap": [wording.percent(run.summary.improvement_gap, 3) for run in comparison.runs],
        "comparison_finished": [run.provenance.finished for run in comparison.runs],
        "page_input_sha256": [f"{run.summary.input_sha256[:SHOWN_SHA256]}…" for run in comparison.runs],
    }
    head = [wording.say("page_asked"), *run_titles(comparison, wording)]
    return PageTable(head, [[wording.say(key), *row] for key, row in cells.items()], word_columns=len(head))


def _asked(comparison: Comparison, position: int, wording: Wording) -> str:
    """Return a run's model and horizon, and changes of its model that the reference does not have."""
    run = comparison.runs[position]
    year = run.question.horizon_year
    parts = [wording.of(run.model.title), *([wording.say("page_horizon_year", year=year)] if year else [])]
    own = comparison.reference.provenance.changes if position else []
    return "; ".join([*parts, *(change for change in run.provenance.changes if change not in own)])


def _figure_row(comparison: Comparison, measure: str, profession: str, name: str, wording: Wording) -> list[str]:
    """Return a figure of every run, and in brackets its difference to the reference."""
    digits = DIGITS_OF_MEASURES.get(measure, 0)
    rows = comparison.measures
    rows = rows[rows["measure"].eq(measure) & rows["profession"].eq(profession)].set_index("run")
    cells = []
    for label in comparison.labels:
        row = rows.loc[label] if label in rows.index else {"value": math.nan, "difference": math.nan}
        value, difference = float(row["value"]), float(row["difference"])
        shown = wording.decimal(value, digits)
        cells.append(shown if math.isnan(difference) else f"{shown} ({wording.signed(difference, digits)})")
    return [name, *cells]


def _site_cell(comparison: Comparison, row: Mapping[str, object], wording: Wording) -> str:
    run = comparison.runs[comparison.labels.index(str(row["run"]))]
    posts = [
        wording.say(
            "page_pair", name=title_of(comparison, name, wording), value=wording.whole(float(str(row[f"staff_{name}"])))
        )
        for name in comparison.professions
        if row[f"staff_{name}"]
    ]
    return wording.say(
        "comparison_site_cell", format=wording.of(run.model.formats[str(row["format"])].title), posts=", ".join(posts)
    )


def _zone_page_table(comparison: Comparison, kind: str, wording: Wording) -> PageTable:
    zones = comparison.zones
    zones = zones[zones["kind"].eq(kind) & zones["profession"].eq(comparison.lead)]
    rows = {str(zone_id): group.set_index("run") for zone_id, group in zones.groupby("zone_id", sort=False)}
    largest_loss = {zone_id: float(group["difference_inhabitants"].max()) for zone_id, group in rows.items()}
    ordered = sorted(rows, key=lambda zone_id: (0.0 if kind == "commune" else -largest_loss[zone_id], zone_id))
    cells = [
        [
            str(rows[zone_id]["name"].iloc[0]),
            wording.whole(rows[zone_id]["inhabitants"].iloc[0]),
            *(_zone_cell(rows[zone_id], label, wording) for label in comparison.labels),
        ]
        for zone_id in ordered
    ]
    title = wording.kind_title(kind)
    head = [title, wording.say("page_inhabitants"), *run_titles(comparison, wording)]
    return PageTable(head, cells, title=title)


def _zone_cell(rows: pd.DataFrame, label: str, wording: Wording) -> str:
    if label not in rows.index:
        return wording.say("page_unknown_value")
    row = rows.loc[label]
    if math.isnan(row["difference_inhabitants"]):
        return wording.whole(row["uncovered_after"])
    return wording.say(
        "comparison_zone_cell",
        people=wording.whole(row["uncovered_after"]),
        difference=wording.signed(row["difference_inhabitants"]),
        points=wording.signed(100 * row["difference_share"], 1),
    )
