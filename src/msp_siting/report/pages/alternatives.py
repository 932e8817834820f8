"""The page of good plans beside those of some runs: how flat the optimum is, and what can replace what."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from msp_siting.language import Language
from msp_siting.report.page_table import PageTable
from msp_siting.report.pages import reference
from msp_siting.report.pages.data_sources import data_labels, file_page_table, modelled_note
from msp_siting.report.pages.site_maps import good_plans_map
from msp_siting.report.rendering import render
from msp_siting.report.titles import question_title
from msp_siting.report.wording import Wording, epci_of, profession_title, sentence
from msp_siting.runs import Examined, RunFile, rounded, tabulate_alternatives

MOST_NAMED = 12  # sites in a sentence
Tables = Mapping[RunFile, pd.DataFrame]


def render_alternatives(
    examined: Sequence[Examined], summary: Mapping[str, Any], day: date, language: Language, files: Sequence[str] = ()
) -> str:
    """Return the page of alternatives.

    Parameters
    ----------
    summary
        The content of ``summary.json``; its caveats are in the language of the page, or in that of their run.
    day
        Of the run.
    files
        What stands beside the page, which leads there.
    """
    wording, first = Wording(language), examined[0]
    tables = {name: rounded(table) for name, table in tabulate_alternatives(examined).items()}
    several = len(examined) > 1
    return render(
        "alternatives.html.j2",
        language=language,
        say=wording.say,
        day=wording.day(day),
        title=wording.say("alternatives_title"),
        context=" · ".join([wording.of(first.territory.manifest.title), *(each.chosen.label for each in examined)]),
        runs=[_run(each, said, tables, day, wording) for each, said in zip(examined, summary["runs"], strict=True)],
        shared=_shared_table(first, tables[RunFile.SHARED_SITES], wording) if several else None,
        shared_sentence=wording.say("alternatives_line_shared", runs=len(examined), **summary["shared_sites"]),
        profession=profession_title(first, first.found.preference.profession, wording),
        labels=data_labels(first, wording),
        modelled_note=modelled_note(first, wording),
        files=file_page_table(first, wording),
        beside=reference.file_links(files, wording),
        caveats=[sentence(wording.typeset(text)) for text in summary["caveats"]],
    )


def alternative_sentences(examined: Examined, said: Mapping[str, Any], wording: Wording) -> Iterator[str]:
    """Yield what is said of one run: what a good plan is, how flat the optimum is, which sites and how many plans.

    Parameters
    ----------
    said
        What the summary says of it.
    """
    found = examined.found
    names = dict(examined.territory.sites[["site_id", "name"]].itertuples(index=False, name=None))
    profession = profession_title(examined, found.preference.profession, wording)
    yield wording.say(
        "alternatives_line_good",
        run=examined.chosen.label,
        gain_share=wording.percent(said["gain_share"], 1),
        apl_share=wording.percent(said["apl_share"], 1),
    )
    yield wording.say(
        "alternatives_line_flat",
        sites=said["sites_opened"],
        found=said["differing_sites"]["found"],
        bound=said["differing_sites"]["bound"],
        points=said["largest_block"]["demand_points"],
        inhabitants=wording.whole(said["largest_block"]["inhabitants"]),
    )
    if found.zones is None:
        yield wording.say("alternatives_line_no_zones")
    else:
        yield wording.say(
            "alternatives_line_posts",
            posts=said["posts"],
            profession=profession,
            **said["moved_posts"],
            decided=said["zones_decided"],
            zones=said["zones"],
        )
    yield wording.say("alternatives_line_sites", **said["sites"])
    for label in ("in_all", "undecided"):
        sites = [names[site.site_id] for site in found.sites if site.label == label]
        if sites:
            more = ["..."] if len(sites) > MOST_NAMED else []
            yield wording.say(f"alternatives_line_{label}", names=", ".join([*sites[:MOST_NAMED], *more]))
    yield wording.say("alternatives_line_plans", count=said["unlike_plans"], known=said["good_plans"])
    if found.ended_by != "exhausted":
        yield wording.say(f"alternatives_line_{found.ended_by}")


def _run(examined: Examined, said: Mapping[str, Any], tables: Tables, day: date, wording: Wording) -> dict[str, Any]:
    """Return what the page shows of one run."""
    own = {name: _of_run(table, examined.chosen.label) for name, table in tables.items()}
    shares = {name: wording.percent(said[name]) for name in ("gain_share", "apl_share")}
    _, *sentences = alternative_sentences(examined, said, wording)  # the first names the run
    return {
        "question": question_title(examined.scenario, wording),
        "label": examined.chosen.label,
        "sentences": [wording.say("alternatives_good_means", **shares), *sentences],
        "map": good_plans_map(examined, day, wording),
        "sites": _sites_table(examined, own, wording),
        "hosts": _hosts_table(examined, own[RunFile.REPLACEMENTS], wording),
        "zones": _zones_table(own[RunFile.ZONES], wording),
        "plans": _plans_table(examined, own, wording),
    }


def _sites_table(examined: Examined, own: Tables, wording: Wording) -> PageTable:
    """Return the sites of the plan: those of all good plans first, then by what doing without them costs at least."""
    zones, formats = epci_of(examined.territory), examined.scenario.model.formats
    good = own[RunFile.REPLACEMENTS]
    good = good[good["good"].astype(bool)]
    order = {"in_all": 0, "undecided": 1, "replaceable": 2}
    rows = own[RunFile.SITES].assign(order=own[RunFile.SITES]["label"].map(order))
    rows = rows.sort_values(["order", "apl_given_up_share_most", "name"], ascending=[True, False, True])
    lead = f"staff_{examined.found.preference.profession}"
    cells = [
        [
            str(row["name"]),
            zones.get(str(row["place_id"]), wording.unknown),
            wording.of(formats[str(row["format"])].title),
            wording.say(f"alternatives_label_{row['label']}"),
            _instead(row, good[good["site_id"].eq(row["site_id"])], wording),
            wording.whole(row[lead]),
            wording.percent(row["apl_given_up_share_most"]),
        ]
        for row in rows.to_dict("records")
    ]
    keys = ("page_site", "zone_kind_epci", "page_format", "alternatives_class", "alternatives_instead")
    title = profession_title(examined, examined.found.preference.profession, wording)
    posts = wording.say("page_posts_of", profession=title)
    return PageTable([*map(wording.say, keys), posts, wording.say("alternatives_without")], cells, word_columns=5)


def _instead(site: Mapping[Any, Any], hosts: pd.DataFrame, wording: Wording) -> str:
    """Return who can take a site's place alone; else the good plan that does without it, and how much that changes."""
    if len(hosts):
        return ", ".join(
            wording.say("alternatives_host", name=row.host_name, minutes=wording.decimal(row.minutes, 0))
            for row in hosts.itertuples(index=False)
        )
    if pd.isna(site["instead_plan"]):
        return wording.unknown
    return wording.say(
        "alternatives_other_plan", plan=int(site["instead_plan"]), others=int(site["instead_differing_sites"]) - 1
    )


def _hosts_table(examined: Examined, hosts: pd.DataFrame, wording: Wording) -> PageTable:
    """Return the near hosts of every site, in the order of the APL that each swap costs."""
    zones, places = epci_of(examined.territory), examined.found.instance.sites
    cells = [
        [
            str(row.name),
            str(row.host_name),
            zones.get(places[row.host_site_id], wording.unknown),
            wording.say("alternatives_good" if row.good else "alternatives_not_good"),
            wording.decimal(row.minutes),
            wording.percent(row.apl_cost_share),
        ]
        for row in hosts.itertuples(index=False)
    ]
    keys = ("page_site", "alternatives_host_head", "zone_kind_epci", "alternatives_with_it", "people_minutes")
    return PageTable([*map(wording.say, keys), wording.say("alternatives_cost")], cells, word_columns=4)


def _zones_table(zones: pd.DataFrame, wording: Wording) -> PageTable | None:
    if zones.empty:
        return None
    cells = [
        [
            row.name,
            wording.whole(row.posts),
            _range(row.posts_least_bound, row.posts_least, wording),
            _range(row.posts_most, row.posts_most_bound, wording),
            wording.say("comparison_proven" if row.decided else "comparison_not_proven"),
        ]
        for row in zones.itertuples(index=False)
    ]
    keys = ("zone_kind_epci", "alternatives_own", "alternatives_fewest", "alternatives_most", "alternatives_known")
    return PageTable([*map(wording.say, keys)], cells)


def _range(low: float, high: float, wording: Wording) -> str:
    if low == high:
        return wording.whole(low)
    return wording.say("sweep_interval", low=wording.whole(low), high=wording.whole(high))


def _plans_table(examined: Examined, own: Tables, wording: Wording) -> PageTable:
    """Return the plans that share few sites, each with what it opens that the run's own does not."""
    sites = own[RunFile.PLAN_SITES]
    opened = {int(plan): dict(zip(of["site_id"], of["name"], strict=True)) for plan, of in sites.groupby("plan")}
    plans = own[RunFile.GOOD_PLANS]
    lead = examined.found.preference.profession
    cells = [
        [
            wording.say("alternatives_plan_own" if row["plan"] == 1 else "alternatives_plan", plan=int(row["plan"])),
            ", ".join(name for site, name in opened[row["plan"]].items() if site not in opened[1]),
            wording.whole(row["sites"]),
            wording.whole(len(opened[1].keys() & opened[row["plan"]].keys())),
            wording.whole(row[f"staff_{lead}"]),
            wording.eur(row["cost_eur"]),
            wording.percent(row["gain_given_up_share"], 2),
            wording.percent(row["apl_given_up_share"]),
        ]
        for row in plans[plans["unlike"].astype(bool)].to_dict("records")
    ]
    title = profession_title(examined, lead, wording)
    head = [
        *map(wording.say, ("comparison_plan", "alternatives_opens", "page_card_sites", "alternatives_shared")),
        wording.say("page_posts_of", profession=title),
        *map(wording.say, ("page_cost", "alternatives_gain", "alternatives_apl")),
    ]
    return PageTable([sentence(name) for name in head], cells, word_columns=2)


def _shared_table(first: Examined, shared: pd.DataFrame, wording: Wording) -> PageTable:
    zones = epci_of(first.territory)
    cells = [
        [
            str(row.name),
            zones.get(str(row.place_id), wording.unknown),
            *map(wording.whole, (row.runs, row.runs_in_all, row.good_plans)),
        ]
        for row in shared.itertuples(index=False)
    ]
    keys = ("page_site", "zone_kind_epci", "alternatives_runs", "alternatives_runs_in_all", "alternatives_good_plans")
    return PageTable([*map(wording.say, keys)], cells, word_columns=2)


def _of_run(table: pd.DataFrame, label: str) -> pd.DataFrame:
    return table[table["run"].eq(label)] if "run" in table.columns else table
