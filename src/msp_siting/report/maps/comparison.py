"""Maps of compared plans: where a plan leaves more or fewer people uncovered than the reference, and which sites."""

from typing import Any

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from msp_siting.report.maps.choropleth import Choropleth, draw_svg, map_frame, outlined_kind
from msp_siting.report.maps.legend import difference_classes, difference_colour
from msp_siting.report.maps.shapes import WGS_84
from msp_siting.report.titles import lead_title, run_titles
from msp_siting.report.wording import Wording
from msp_siting.runs import Comparison, site_changes
from msp_siting.territory import Territory

MOST_MAPS = 3
SIGNS = {"kept": "site", "added": "added", "dropped": "dropped"}


def mapped_runs(comparison: Comparison) -> list[int]:
    """Return the positions of the runs that have a map: the last ones of those that have the lead profession."""
    with_lead = [
        number for number in comparison.others if comparison.lead in comparison.runs[number].summary.uncovered_after
    ]
    return with_lead[-MOST_MAPS:]


def draw_comparison_map(
    comparison: Comparison, position: int, territory: Territory, shapes: gpd.GeoDataFrame, wording: Wording
) -> Markup:
    """Return an SVG: demand points coloured by the difference in uncovered share between a run and the reference.

    Sites of both plans, of the run alone and of the reference alone have signs of their own.

    Parameters
    ----------
    shapes
        `demand_shapes` of the territory.
    """
    titles = run_titles(comparison, wording)
    frame = (
        map_frame(territory, shapes)
        .drop(columns="inhabitants")
        .merge(_points(comparison, position), on="demand_id", validate="one_to_one")
    )
    kind = outlined_kind(territory)
    zones = territory.zones[territory.zones["kind"].eq(kind)]
    profession = lead_title(comparison, wording)
    content = Choropleth(
        name=f"run-{position}",
        label=wording.say("map_label_difference", run=titles[position], reference=titles[0], profession=profession),
        legend_title=wording.say("map_legend_difference", profession=profession),
        frame=frame,
        colours=[difference_colour(share) for share in frame["difference_share"]],
        titles=[_title(row, titles[0], titles[position], wording) for row in frame.itertuples(index=False)],
        classes=difference_classes(wording, with_nobody=bool(frame["difference_share"].isna().any())),
        zone_kind=kind,
        zone_names=dict(zip(zones["zone_id"], zones["name"], strict=True)),
        sites=_sites(comparison, position),
        site_signs={sign: wording.say(f"map_sign_{change}") for change, sign in SIGNS.items()},
    )
    return draw_svg(content, wording)


def _points(comparison: Comparison, position: int) -> pd.DataFrame:
    """Return one row per demand point: uncovered in the reference and in a run, and the difference."""
    rows = comparison.points[comparison.points["profession"].eq(comparison.lead)]
    first, here = (rows[rows["run"].eq(comparison.labels[number])] for number in (0, position))
    columns = ["demand_id", "inhabitants", "uncovered_after", "difference_share"]
    return here[columns].merge(
        first[["demand_id", "inhabitants", "uncovered_after"]],
        on="demand_id",
        suffixes=("", "_reference"),
        validate="one_to_one",
    )


def _sites(comparison: Comparison, position: int) -> gpd.GeoDataFrame:
    """Return the sites of a run and of the reference, each once: ``name``, ``sign`` and a point in WGS 84."""
    sign_of = {site: SIGNS[change] for change, sites in site_changes(comparison, position).items() for site in sites}
    rows = comparison.sites.drop_duplicates("site_id")
    rows = rows[rows["site_id"].isin(sign_of)]
    points = gpd.points_from_xy(rows["lon"], rows["lat"], crs=WGS_84)
    return gpd.GeoDataFrame({"name": rows["name"], "sign": rows["site_id"].map(sign_of)}, geometry=points)


def _title(row: Any, reference: str, run: str, wording: Wording) -> str:  # noqa: ANN401 - a row of a data frame
    def uncovered(people: float, inhabitants: float) -> str:
        share = people / inhabitants if inhabitants > 0 else None
        return wording.say("comparison_people_and_share", people=wording.whole(people), share=wording.percent(share))

    lines = [
        wording.say("map_title_name", name=row.name, inhabitants=wording.whole(row.inhabitants)),
        wording.say(
            "map_title_difference",
            reference=reference,
            before=uncovered(row.uncovered_after_reference, row.inhabitants_reference),
            run=run,
            after=uncovered(row.uncovered_after, row.inhabitants),
        ),
    ]
    return "\n".join([*lines, wording.say("map_title_border")] if row.border else lines)
