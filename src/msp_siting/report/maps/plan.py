"""The maps of a plan: who is uncovered before and after, and the opened sites."""

from typing import Any, Literal

import geopandas as gpd
from markupsafe import Markup

from msp_siting.answer import Answer, Coverage
from msp_siting.language import Language
from msp_siting.report.maps.choropleth import Choropleth, draw_svg, map_frame, outlined_kind
from msp_siting.report.maps.layers import site_points
from msp_siting.report.maps.legend import colour, uncovered_classes
from msp_siting.report.wording import Wording, lead_profession, profession_title, zone_names

Moment = Literal["before", "after"]


def draw_map(
    answer: Answer, coverage: Coverage, shapes: gpd.GeoDataFrame, moment: Moment, language: Language
) -> Markup:
    """Return an SVG: demand points coloured by the share of inhabitants uncovered, for the APL's profession.

    Both moments have the same classes. A demand point's title holds its figures before and after. Border
    points are hatched where no rim is used; zones of the first kind with few enough are outlined and named where the
    name fits; the map of ``after`` shows the opened sites.

    Parameters
    ----------
    shapes
        `demand_shapes` of the territory.
    """
    wording = Wording(language)
    frame = _frame(answer, coverage, shapes)
    kind = outlined_kind(answer.territory)
    profession = profession_title(answer, lead_profession(answer), wording)
    title = wording.of(answer.territory.manifest.title)
    shares = frame[f"uncovered_{moment}"] / frame["inhabitants"].where(frame["inhabitants"] > 0)
    content = Choropleth(
        name=moment,
        label=wording.say(f"map_label_{moment}", profession=profession, territory=title),
        legend_title=wording.say("map_legend_title", profession=profession),
        frame=frame,
        colours=[colour(share) for share in shares],
        titles=[_title(row, wording) for row in frame.itertuples(index=False)],
        classes=uncovered_classes(wording),
        zone_kind=kind,
        zone_names=zone_names(answer, kind) if kind else {},
        sites=site_points(answer) if moment == "after" else None,
    )
    return draw_svg(content, wording)


def _frame(answer: Answer, coverage: Coverage, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row per demand point: its columns, its coverage by the APL's profession, a simple shape in metres."""
    points = coverage.points[coverage.points["profession"].eq(lead_profession(answer))]
    points = points.drop(columns=["inhabitants", "apl_official"], errors="ignore")
    return map_frame(answer.territory, shapes).merge(points, on="demand_id", validate="one_to_one")


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
