"""The map of compared plans: where a plan leaves more or fewer people uncovered than the reference, and which sites."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd

from msp_siting.report.maps.choropleth import map_frame, outlined_kind, told_kind
from msp_siting.report.maps.explorer import Explorer, Layer, Spot
from msp_siting.report.maps.explorer_layers import difference_layer, structure_marks, uncovered_layer
from msp_siting.report.maps.panel import people_and_share
from msp_siting.report.titles import lead_title, run_titles
from msp_siting.report.wording import Wording
from msp_siting.runs import Comparison, site_changes
from msp_siting.territory import Territory

MOST_MAPPED = 3
SIGNS = {"kept": "site", "added": "added", "dropped": "dropped"}


def mapped_runs(comparison: Comparison) -> list[int]:
    """Return the positions of the runs that have layers: the last ones of those that have the lead profession."""
    with_lead = [
        number for number in comparison.others if comparison.lead in comparison.runs[number].summary.uncovered_after
    ]
    return with_lead[-MOST_MAPPED:]


def comparison_explorer(
    comparison: Comparison, territory: Territory, shapes: gpd.GeoDataFrame, wording: Wording
) -> Explorer:
    """Return the map of compared runs: the difference of each to the reference, and who is uncovered with each.

    Sites of both plans, of the run alone and of the reference alone have signs of their own.

    Parameters
    ----------
    shapes
        `demand_shapes` of the territory.
    """
    titles, positions = run_titles(comparison, wording), mapped_runs(comparison)
    profession = lead_title(comparison, wording)
    frame = map_frame(territory, shapes).drop(columns="inhabitants")
    for position in (0, *positions):
        frame = frame.merge(_points(comparison, position), on="demand_id", validate="one_to_one")
    frame = frame.assign(inhabitants=frame["inhabitants_0"])
    table = comparison.sites.drop_duplicates("site_id")
    layers: list[Layer] = []
    for position in positions:
        texts = (
            wording.say("comparison_map_caption", run=titles[position], reference=titles[0]),
            wording.say("map_legend_difference", profession=profession),
        )
        layer = difference_layer(f"difference_{position}", frame[f"difference_{position}"], texts, wording)
        layers.append(replace(layer, signs=_signs(comparison, position, table["site_id"])))
    for position in (0, *positions):
        title = wording.say("map_layer_uncovered_with", run=titles[position])
        rows = frame.assign(inhabitants=frame[f"inhabitants_{position}"])
        layer = uncovered_layer(rows, f"uncovered_{position}", title, profession, wording)
        layers.append(replace(layer, signs=_signs_of_run(comparison, position, table["site_id"])))
    figures = [(wording.say("page_inhabitants"), [wording.whole(people) for people in frame["inhabitants"]])]
    for position in (0, *positions):
        counted = zip(frame[f"uncovered_{position}"], frame[f"inhabitants_{position}"], strict=True)
        label = wording.say("map_layer_uncovered_with", run=titles[position])
        figures.append((label, [people_and_share(people, of, wording) for people, of in counted]))
    place = wording.of(territory.manifest.title)
    return Explorer(
        name="comparison",
        label=wording.say("map_label_comparison", profession=profession, territory=place, reference=titles[0]),
        territory=territory,
        frame=frame,
        layers=layers,
        figures=figures,
        titles=[
            _title(row, titles[0], titles[positions[0]], positions[0], wording) for row in frame.to_dict("records")
        ],
        zone_kind=outlined_kind(territory),
        zone_figures=_zone_figures(comparison, (0, *positions), told_kind(territory), titles, wording),
        sites=[_spot(comparison, row, titles, wording) for row in table.to_dict("records")],
        site_signs={sign: wording.say(f"map_sign_{change}") for change, sign in SIGNS.items()},
        marks=list(structure_marks(territory, wording)),
        note=wording.say("map_panel_note"),
    )


def _points(comparison: Comparison, position: int) -> pd.DataFrame:
    """Return one row per demand point: inhabitants, uncovered in a run, and the difference to the reference."""
    rows = comparison.points[comparison.points["profession"].eq(comparison.lead)]
    here = rows[rows["run"].eq(comparison.labels[position])]
    names = {"inhabitants": "inhabitants", "uncovered_after": "uncovered", "difference_share": "difference"}
    return here[["demand_id", *names]].rename(columns={old: f"{new}_{position}" for old, new in names.items()})


def _signs(comparison: Comparison, position: int, site_ids: pd.Series) -> list[tuple[str, str]]:
    """Return the sign of every site where a run is held against the reference, and its posts in whichever opens it."""
    sign_of = {site: SIGNS[change] for change, sites in site_changes(comparison, position).items() for site in sites}
    posts, before = _posts(comparison, position), _posts(comparison, 0)
    return [(sign_of.get(site, ""), posts.get(site, before.get(site, ""))) for site in site_ids]


def _signs_of_run(comparison: Comparison, position: int, site_ids: pd.Series) -> list[tuple[str, str]]:
    posts = _posts(comparison, position)
    return [("site" if site in posts else "", posts.get(site, "")) for site in site_ids]


def _posts(comparison: Comparison, position: int) -> dict[str, str]:
    rows = comparison.sites[comparison.sites["run"].eq(comparison.labels[position])]
    return {site: f"{posts:g}" for site, posts in zip(rows["site_id"], rows[f"staff_{comparison.lead}"], strict=True)}


def _spot(comparison: Comparison, row: Mapping[Hashable, Any], titles: list[str], wording: Wording) -> Spot:
    """Return a site with its posts in every run."""
    profession = lead_title(comparison, wording)
    rows = comparison.sites[comparison.sites["site_id"].eq(row["site_id"])]
    posts = dict(zip(rows["run"], rows[f"staff_{comparison.lead}"], strict=True))
    facts = [
        (
            wording.say("map_site_posts_with", run=title, profession=profession),
            wording.whole(posts[label]) if label in posts else wording.say("map_site_closed"),
        )
        for label, title in zip(comparison.labels, titles, strict=True)
    ]
    name, place_id = str(row["name"]), str(row["place_id"])
    return Spot(name, place_id, float(row["lon"]), float(row["lat"]), float(max(posts.values())), facts, "kept")


def _zone_figures(
    comparison: Comparison, positions: Sequence[int], kind: str | None, titles: list[str], wording: Wording
) -> dict[str, list[tuple[str, str]]]:
    """Return by zone how many each run leaves uncovered, and its share of those who live there."""
    rows = comparison.zones[comparison.zones["kind"].eq(kind) & comparison.zones["profession"].eq(comparison.lead)]
    found: dict[str, list[tuple[str, str]]] = {}
    for position in positions:
        label = wording.say("map_layer_uncovered_with", run=titles[position])
        here = rows[rows["run"].eq(comparison.labels[position])]
        for zone_id, people in here[["zone_id", "uncovered_after"]].itertuples(index=False):
            found.setdefault(zone_id, []).append((label, wording.whole(people)))
    return found


def _title(row: Mapping[Hashable, Any], reference: str, run: str, position: int, wording: Wording) -> str:
    def uncovered(number: int) -> str:
        return people_and_share(row[f"uncovered_{number}"], row[f"inhabitants_{number}"], wording)

    lines = [
        wording.say("map_title_name", name=row["name"], inhabitants=wording.whole(row[f"inhabitants_{position}"])),
        wording.say(
            "map_title_difference", reference=reference, before=uncovered(0), run=run, after=uncovered(position)
        ),
    ]
    return "\n".join([*lines, wording.say("map_title_border")] if row["border"] else lines)
