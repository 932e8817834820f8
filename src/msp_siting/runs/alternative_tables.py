"""The tables of good plans beside those of some runs (docs/files.md, "Alternatives")."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.answer import ZONES
from msp_siting.problem import cost_eur
from msp_siting.runs.alternatives import Examined
from msp_siting.runs.files import RunFile
from msp_siting.runs.kept_alternatives import keep_alternatives
from msp_siting.runs.writing import rounded, write_json, write_sheet_csv
from msp_siting.solver import GoodPlan
from msp_siting.territory import Territory

Row = dict[str, Any]


def write_alternatives(
    folder: Path, examined: Sequence[Examined], summary: Mapping[str, Any], provenance: Mapping[str, Any]
) -> None:
    """Write every file of alternatives into an empty folder (docs/files.md, "Alternatives")."""
    write_json(summary, folder / RunFile.SUMMARY)
    write_json(provenance, folder / RunFile.PROVENANCE)
    (folder / RunFile.SEARCHED).write_text(keep_alternatives(examined), encoding="utf-8", newline="\n")
    for name, table in tabulate_alternatives(examined).items():
        write_sheet_csv(rounded(table), folder / name)


def tabulate_alternatives(examined: Sequence[Examined]) -> dict[RunFile, pd.DataFrame]:
    """Return every table in long form, by its file; runs stand one below the other."""
    professions = list(dict.fromkeys(name for each in examined for name in each.found.instance.professions))
    staff = [f"staff_{name}" for name in professions]
    place = ["site_id", "place_id", "name"]
    given_up = ["apl_given_up_share_least", "apl_given_up_share_most"]
    instead = ["instead_plan", "instead_differing_sites"]
    posts = ["posts", "posts_least_bound", "posts_least", "posts_most", "posts_most_bound", "decided"]
    figures = ["objective", "gain_given_up_share", "shortfall", "apl_given_up_share", "unlike"]
    columns = {
        RunFile.SITES: (_sites, ["run", *place, "format", *staff, "label", *given_up, *instead]),
        RunFile.REPLACEMENTS: (
            _hosts,
            [
                *("run", "site_id", "name", "host_site_id", "host_name", "minutes"),
                *("apl_cost_share", "apl_given_up_share", "gain_given_up_share", "good"),
            ],
        ),
        RunFile.ZONES: (_zones, ["run", "kind", "zone_id", "name", *posts]),
        RunFile.GOOD_PLANS: (_plans, ["run", "plan", "sites", *staff, "cost_eur", *figures]),
        RunFile.PLAN_SITES: (_plan_sites, ["run", "plan", *place, "format", *staff]),
        RunFile.PAIRS: (_pairs, ["run", "plan", "other_plan", "shared_sites", "moved_posts"]),
    }
    tables = {
        file: _table((row for each in examined for row in rows(each)), names) for file, (rows, names) in columns.items()
    }
    tables[RunFile.SHARED_SITES] = _shared(examined)
    return tables


def _table(rows: Iterable[Row], names: list[str]) -> pd.DataFrame:
    whole = [name for name in names if name.startswith(("staff_", "instead_"))]
    table = pd.DataFrame(rows, columns=names)
    return table.astype(dict.fromkeys(whole, "Int64"))


def _sites(examined: Examined) -> Iterator[Row]:
    found = examined.found
    number = _numbers(examined)
    for site in found.sites:
        is_none = math.isinf(site.bound)
        yield {
            **_opened(examined, found.own, site.site_id),
            "label": site.label,
            "apl_given_up_share_least": None if is_none else found.apl_given_up_share(site.bound),
            "apl_given_up_share_most": (
                None if is_none or site.least is None else found.apl_given_up_share(site.least.shortfall)
            ),
            "instead_plan": None if site.instead is None else number[site.instead.decisions],
            "instead_differing_sites": (
                None if site.instead is None else len(found.own.site_ids - site.instead.site_ids)
            ),
        }


def _hosts(examined: Examined) -> Iterator[Row]:
    names = _names(examined.territory)
    for row in examined.found.hosts.to_dict("records"):
        site, host = str(row["site_id"]), str(row["host_site_id"])
        yield {"run": examined.chosen.label, **row, "name": names[site], "host_name": names[host]}


def _zones(examined: Examined) -> Iterator[Row]:
    zones = examined.territory.zones
    names = zones[zones["kind"].eq(ZONES)].set_index("zone_id")["name"].to_dict()
    for zone in examined.found.zones or ():
        yield {
            "run": examined.chosen.label,
            "kind": ZONES,
            "zone_id": zone.zone_id,
            "name": names.get(zone.zone_id, zone.zone_id),
            "posts": zone.posts,
            "posts_least_bound": zone.fewest_bound,
            "posts_least": zone.fewest,
            "posts_most": zone.most,
            "posts_most_bound": zone.most_bound,
            "decided": zone.is_decided,
        }


def _plans(examined: Examined) -> Iterator[Row]:
    found = examined.found
    unlike = {plan.decisions for plan in found.plans}
    for number, plan in enumerate(found.known, start=1):
        staff = plan.plan.staff.groupby("profession")["recruited"].sum()
        yield {
            "run": examined.chosen.label,
            "plan": number,
            "sites": len(plan.site_ids),
            **{f"staff_{name}": int(staff.get(name, 0)) for name in found.instance.professions},
            "cost_eur": cost_eur(found.instance, plan.plan),
            "objective": plan.objective,
            "gain_given_up_share": found.gain_given_up_share(plan.objective),
            "shortfall": plan.shortfall,
            "apl_given_up_share": found.apl_given_up_share(plan.shortfall),
            "unlike": plan.decisions in unlike,
        }


def _plan_sites(examined: Examined) -> Iterator[Row]:
    for number, plan in enumerate(examined.found.known, start=1):
        for site in sorted(plan.site_ids):
            yield {**_opened(examined, plan, site), "plan": number}


def _pairs(examined: Examined) -> Iterator[Row]:
    found, number = examined.found, _numbers(examined)
    for position, plan in enumerate(found.plans):
        for other in found.plans[position + 1 :]:
            yield {
                "run": examined.chosen.label,
                "plan": number[plan.decisions],
                "other_plan": number[other.decisions],
                "shared_sites": len(plan.site_ids & other.site_ids),
                "moved_posts": None if found.zones is None else found.moved_posts(plan, other),
            }


def _shared(examined: Sequence[Examined]) -> pd.DataFrame:
    """Return the sites of good plans: in how many runs, and in how many of these in all of them."""
    names, sites = _names(examined[0].territory), {}
    for each in examined:
        sites.update(each.found.instance.sites)
    rows: list[Row] = [
        {
            "site_id": site,
            "place_id": sites[site],
            "name": names[site],
            "runs": sum(site in each.opened for each in examined),
            "runs_in_all": sum(site in each.in_all for each in examined),
            "good_plans": sum(site in plan.site_ids for each in examined for plan in each.found.known),
        }
        for site in set().union(*(each.opened for each in examined))
    ]
    rows.sort(key=lambda row: (-row["runs_in_all"], -row["runs"], -row["good_plans"], row["site_id"]))
    return pd.DataFrame(rows, columns=["site_id", "place_id", "name", "runs", "runs_in_all", "good_plans"])


def _opened(examined: Examined, plan: GoodPlan, site_id: str) -> Row:
    """Return the cells of a site that a plan opens."""
    territory = examined.territory
    staff = plan.plan.staff[plan.plan.staff["site_id"].eq(site_id)].set_index("profession")["recruited"]
    return {
        "run": examined.chosen.label,
        "site_id": site_id,
        "place_id": examined.found.instance.sites[site_id],
        "name": _names(territory)[site_id],
        "format": plan.plan.sites.set_index("site_id")["format"][site_id],
        **{f"staff_{name}": int(staff.get(name, 0)) for name in examined.found.instance.professions},
    }


def _names(territory: Territory) -> dict[str, str]:
    return dict(zip(territory.sites["site_id"], territory.sites["name"], strict=True))


def _numbers(examined: Examined) -> dict[tuple[tuple[object, ...], ...], int]:
    return {plan.decisions: number for number, plan in enumerate(examined.found.known, start=1)}
