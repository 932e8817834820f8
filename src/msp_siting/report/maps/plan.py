"""The map of a plan: what it changes, who stays uncovered, and the proposed sites with their catchment."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from msp_siting.answer import Answer, Coverage
from msp_siting.report.maps.choropleth import map_frame, outlined_kind, told_kind
from msp_siting.report.maps.explorer import Explorer, Layer, Marks, Spot
from msp_siting.report.maps.explorer_layers import (
    apl_change_layer,
    apl_layers,
    block_layer,
    difference_layer,
    minutes_layer,
    shares,
    structure_marks,
    territory_layers,
    uncovered_layer,
)
from msp_siting.report.maps.panel import block_figure, figures_of, local_figures, nearest_site, zone_figures
from msp_siting.report.wording import Wording, lead_profession, profession_title
from msp_siting.runs import candidate_table, site_table


def plan_explorer(  # noqa: PLR0913, PLR0917 - what the map of a plan is made of
    answer: Answer,
    coverage: Coverage,
    shapes: gpd.GeoDataFrame,
    on: date,
    actions: Mapping[str, str],
    wording: Wording,
) -> Explorer:
    """Return the map of a plan, for the APL's profession.

    Parameters
    ----------
    shapes
        `demand_shapes` of the territory.
    on
        The day whose zoning counts.
    actions
        What opening each site is called, by ``site_id``.
    """
    territory, lead = answer.territory, lead_profession(answer)
    year = answer.scenario.question.horizon_year
    points = coverage.points[coverage.points["profession"].eq(lead)].drop(
        columns=["inhabitants", "apl_official"], errors="ignore"
    )
    frame = map_frame(territory, shapes).merge(points, on="demand_id", validate="one_to_one")
    blocks = coverage.blocks[coverage.blocks["profession"].eq(lead)]
    sites, kind = site_table(answer), outlined_kind(territory)
    figures = [
        *figures_of(frame, wording, year),
        block_figure(frame, blocks, "uncovered_share_after", wording),
        *local_figures(frame, answer, on, wording),
    ]
    if len(sites):
        figures.append(
            nearest_site(frame, territory, dict(zip(sites["place_id"], sites["name"], strict=True)), wording)
        )
    profession = profession_title(answer, lead, wording)
    return Explorer(
        name="plan",
        label=wording.say("map_label_plan", profession=profession, territory=wording.of(territory.manifest.title)),
        territory=territory,
        frame=frame,
        layers=list(_layers(answer, frame, blocks, on, wording)),
        figures=figures,
        titles=[_title(row, wording) for row in frame.itertuples(index=False)],
        zone_kind=kind,
        zone_figures=zone_figures(coverage.zones, told_kind(territory), lead, wording, year),
        sites=list(_sites(answer, coverage, sites, actions, wording)),
        site_signs={"site": wording.say("map_sign_site")},
        marks=[*structure_marks(territory, wording), *_candidates(answer, sites, wording)],
        note=wording.say("map_panel_note"),
    )


def _layers(
    answer: Answer, frame: gpd.GeoDataFrame, blocks: pd.DataFrame, on: date, wording: Wording
) -> Iterator[Layer]:
    """Yield the layers, that of what the plan is about first."""
    profession = profession_title(answer, lead_profession(answer), wording)
    year = answer.scenario.question.horizon_year
    change = shares(frame, "uncovered_after") - shares(frame, "uncovered_before")
    texts = wording.say("map_layer_effect"), wording.say("map_legend_effect", profession=profession)
    if answer.aims_at_apl:
        yield apl_change_layer(frame, profession, wording)
    yield difference_layer("effect", change, texts, wording)
    yield block_layer(frame, blocks, "uncovered_share_after", profession, wording)
    titles = {
        "uncovered_today": wording.say("map_layer_uncovered_today"),
        "uncovered_before": wording.say("map_layer_uncovered_before")
        if year is None
        else wording.say("map_layer_uncovered_trend", year=year),
        "uncovered_after": wording.say("map_layer_uncovered_after"),
    }
    for column, title in titles.items():
        if column in frame.columns:
            yield uncovered_layer(frame, column, title, profession, wording)
    yield from apl_layers(frame, answer, wording)
    if not answer.aims_at_apl:
        yield apl_change_layer(frame, profession, wording)
    yield minutes_layer(frame, "nearest_minutes_after", answer, wording)
    yield from territory_layers(frame, answer, on, wording)


def _sites(
    answer: Answer, coverage: Coverage, sites: pd.DataFrame, actions: Mapping[str, str], wording: Wording
) -> Iterator[Spot]:
    lead = lead_profession(answer)
    titles = {name: profession_title(answer, name, wording) for name in answer.instance.professions}
    fill = coverage.fill[coverage.fill["profession"].eq(lead)].set_index("site_id")["filled_share"]
    served = coverage.allocation[coverage.allocation["profession"].eq(lead)]
    for row in sites.to_dict("records"):
        site_id, posts = str(row["site_id"]), {name: row[f"staff_{name}"] for name in titles}
        facts: list[tuple[str, str]] = [
            (wording.say("page_action"), actions[site_id]),
            (wording.say("page_format"), wording.of(answer.scenario.model.formats[str(row["format"])].title)),
            *(
                (
                    wording.say("page_posts_of", profession=profession_title(answer, name, wording)),
                    wording.whole(number),
                )
                for name, number in posts.items()
                if number
            ),
            (wording.say("page_cost"), wording.eur(row["cost_eur"])),
            (wording.say("page_aid"), wording.eur(row["aid_eur"])),
        ]
        people, share = wording.whole(row[f"inhabitants_served_{lead}"]), wording.percent(fill.get(site_id), 0)
        served_by = wording.say("map_site_served", profession=titles[lead])
        facts.append((served_by, wording.say("map_site_filled", people=people, share=share)))
        catchment = served.loc[served["site_id"].eq(site_id), "demand_id"]
        yield Spot(
            name=str(row["name"]),
            place_id=str(row["place_id"]),
            lon=row["lon"],
            lat=row["lat"],
            posts=float(posts[lead]),
            facts=facts,
            note=wording.say("map_site_catchment", n=len(catchment), count=wording.whole(len(catchment))),
            catchment=list(catchment),
        )


def _candidates(answer: Answer, sites: pd.DataFrame, wording: Wording) -> Iterator[Marks]:
    """Yield the candidate sites that the rules keep and the plan does not open."""
    table = candidate_table(answer)
    kept = table.loc[table["kept"].eq("true") & ~table["site_id"].isin(sites["site_id"]), "site_id"]
    points = answer.territory.sites
    there = points[points["site_id"].isin(kept)]
    yield Marks("candidates", wording.say("map_marks_candidates", count=wording.whole(len(there))), there)


def _title(row: Any, wording: Wording) -> str:  # noqa: ANN401 - a row of a data frame
    lines = [
        wording.say("map_title_name", name=row.name, inhabitants=wording.whole(row.inhabitants)),
        wording.say(
            "map_title_uncovered",
            before=wording.whole(row.uncovered_before),
            after=wording.whole(row.uncovered_after),
        ),
        wording.say(
            "map_title_apl",
            official=wording.decimal(getattr(row, "apl_official", None)),
            change=wording.signed(row.apl_after - row.apl_before, 1),
            before=wording.decimal(row.apl_before),
            after=wording.decimal(row.apl_after),
        ),
    ]
    return "\n".join([*lines, wording.say("map_title_border")] if row.border else lines)
