"""What ``map.png`` shows of each kind of run: the ground, its colours, and the sites on it."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from msp_siting.answer import LABELS, Answer, Coverage
from msp_siting.report.findings import verdict_word
from msp_siting.report.maps.choropleth import Choropleth, map_frame, outlined_kind
from msp_siting.report.maps.layers import site_points
from msp_siting.report.maps.scales import Scale, apl_change_scale, difference_scale, uncovered_scale
from msp_siting.report.maps.shapes import WGS_84, Shapes, demand_shapes
from msp_siting.report.titles import lead_title, run_titles
from msp_siting.report.wording import Wording, lead_profession, profession_title
from msp_siting.requests import VERDICTS, Evaluation
from msp_siting.runs import Comparison, Examined, site_changes
from msp_siting.territory import Territory

NEUTRAL_COLOUR = "#f3f1ea"
CHOSEN = "_chosen"  # how the signs of requests within the envelope end
CHANGES = {"kept": "site", "added": "added", "dropped": "dropped"}


@dataclass(frozen=True)
class Ground:
    """What pictures are drawn on."""

    territory: Territory
    wording: Wording
    shapes: Shapes

    @classmethod
    def of(cls, territory: Territory, wording: Wording) -> "Ground":
        """Return the ground of a territory."""
        return cls(territory, wording, demand_shapes(territory))

    def shares(self, demand_ids: pd.Series, shares: pd.Series) -> gpd.GeoDataFrame:
        """Return the shapes with a ``share`` each."""
        own = pd.DataFrame({"demand_id": demand_ids.to_numpy(), "share": shares.to_numpy(float)})
        return map_frame(self.territory, self.shapes).merge(own, on="demand_id", validate="one_to_one")

    def need(self, points: pd.DataFrame) -> gpd.GeoDataFrame:
        """Return the shapes with the ``share`` of inhabitants that is ``uncovered``."""
        return self.shares(points["demand_id"], points["uncovered"] / _people(points))

    def picture(
        self,
        legend: str,
        frame: gpd.GeoDataFrame,
        scale: Scale | None,
        sites: gpd.GeoDataFrame,
        signs: Mapping[str, str],
    ) -> Choropleth:
        """Return a picture of shares in the colours of a scale, on blank ground without one; with sites and signs."""
        kind = outlined_kind(self.territory)
        zones = self.territory.zones[self.territory.zones["kind"].eq(kind)]
        entries = [] if scale is None else scale.entries if frame["share"].isna().any() else scale.classes
        return Choropleth(
            name="picture",
            label=legend,
            legend_title=legend,
            frame=frame,
            colours=[NEUTRAL_COLOUR] * len(frame) if scale is None else scale.colours(frame["share"]),
            titles=[""] * len(frame),
            classes=entries,
            zone_kind=kind,
            zone_names=dict(zip(zones["zone_id"], zones["name"], strict=True)),
            sites=sites,
            site_signs=signs,
        )


def plan_picture(ground: Ground, answer: Answer, coverage: Coverage) -> Choropleth:
    """Return what a plan changes, the share uncovered after less before, and the opened sites, numbered.

    Of a plan about the APL it is the change in that.
    """
    wording, points = ground.wording, coverage.points[coverage.points["profession"].eq(lead_profession(answer))]
    shares = (points["uncovered_after"] - points["uncovered_before"]) / _people(points)
    sites = site_points(answer)
    sites.insert(0, "number", np.arange(1, len(sites) + 1))
    profession, scale = profession_title(answer, lead_profession(answer), wording), difference_scale(wording)
    legend = wording.say("picture_difference", profession=profession)
    if answer.aims_at_apl:
        shares, scale = points["apl_after"] - points["apl_before"], apl_change_scale(wording)
        legend = wording.say("map_legend_apl_change", profession=profession)
    signs = {"site": wording.say("map_sign_site")}
    return ground.picture(legend, ground.shares(points["demand_id"], shares), scale, sites, signs)


def comparison_picture(ground: Ground, comparison: Comparison, position: int) -> Choropleth:
    """Return the share uncovered with a run less that with the reference, and the sites of both plans."""
    wording, titles = ground.wording, run_titles(comparison, ground.wording)
    rows = comparison.points[comparison.points["run"].eq(comparison.labels[position])]
    points = rows[rows["profession"].eq(comparison.lead)]
    sign_of = {site: CHANGES[change] for change, sites in site_changes(comparison, position).items() for site in sites}
    sites = comparison.sites.drop_duplicates("site_id")
    sites = sites[sites["site_id"].isin(sign_of)]
    legend = wording.say("map_legend_difference", profession=lead_title(comparison, wording))
    caption = wording.say("comparison_map_caption", run=titles[position], reference=titles[0])
    return ground.picture(
        f"{legend}, {caption}",
        ground.shares(points["demand_id"], points["difference_share"]),
        difference_scale(wording),
        _placed(sites.assign(sign=sites["site_id"].map(sign_of))),
        {sign: wording.say(f"map_sign_{change}") for change, sign in CHANGES.items()},
    )


def evaluation_picture(ground: Ground, evaluation: Evaluation) -> Choropleth:
    """Return where need is without any request, and the requests by verdict; those within the envelope stand out."""
    wording, rows = ground.wording, evaluation.without.points
    profession = profession_title(evaluation, evaluation.lead, wording)
    signs: dict[str, str] = {}
    for verdict in VERDICTS:
        text = verdict_word(verdict, wording.language)
        signs |= {verdict: text, f"{verdict}{CHOSEN}": wording.say("picture_sign_chosen", verdict=text)}
    return ground.picture(
        wording.say("picture_need_of_requests", profession=profession),
        ground.need(rows[rows["profession"].eq(evaluation.lead)]),
        uncovered_scale(wording),
        _requests(evaluation),
        signs,
    )


def sweep_picture(ground: Ground, points: pd.DataFrame, sites: pd.DataFrame, legend: str, sign: str) -> Choropleth:
    """Return where need is before any plan, and sites with their number.

    Parameters
    ----------
    points
        One row per demand point: ``inhabitants`` and ``uncovered`` of the lead profession.
    sites
        ``site_id`` and ``number``.
    sign
        What the sites are.
    """
    placed = _at_sites(ground.territory, sites)
    return ground.picture(legend, ground.need(points), uncovered_scale(ground.wording), placed, {"site": sign})


def alternatives_picture(ground: Ground, examined: Examined) -> Choropleth:
    """Return the sites of a plan on blank ground: in all good plans, replaceable, or undecided."""
    wording, demand = ground.wording, ground.territory.demand
    frame = ground.shares(demand["demand_id"], pd.Series(0.0, demand.index))
    rows = pd.DataFrame(
        [(site.site_id, site.label) for site in examined.found.sites], columns=["site_id", "sign"], dtype="str"
    )
    signs: dict[str, str] = {label: wording.say(f"picture_sign_{label}") for label in LABELS}
    legend = wording.say("picture_alternatives")
    return ground.picture(legend, frame, None, _at_sites(ground.territory, rows), signs)


def _people(points: pd.DataFrame) -> pd.Series:
    return points["inhabitants"].where(points["inhabitants"] > 0)


def _requests(evaluation: Evaluation) -> gpd.GeoDataFrame:
    """Return one row per request whose place is known: its place, its number in the file, and its sign."""
    places, rows = evaluation.territory.place_points, []
    for number, each in enumerate(evaluation.appraisals, start=1):
        request = each.request
        lon, lat = request.lon, request.lat
        if (lon is None or lat is None) and request.place_id in places.index:
            lon, lat = places.loc[request.place_id, ["lon", "lat"]]
        sign = f"{each.gates.verdict}{CHOSEN if each.request_id in evaluation.chosen else ''}"
        if lon is not None and lat is not None:
            rows.append((number, evaluation.place_name(each), sign, float(lon), float(lat)))
    return _placed(pd.DataFrame(rows, columns=["number", "name", "sign", "lon", "lat"]))


def _at_sites(territory: Territory, rows: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return rows with the name and the point of their ``site_id``."""
    known = territory.sites.set_index("site_id")[["name", "lon", "lat"]]
    return _placed(rows.merge(known, left_on="site_id", right_index=True, validate="one_to_one"))


def _placed(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(rows["lon"], rows["lat"], crs=WGS_84))
