"""Maps of a territory as it is known: of a diagnosis, and of sites on nothing but the official figures."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from msp_siting.answer import Diagnosis
from msp_siting.report.maps.choropleth import map_frame, outlined_kind, told_kind
from msp_siting.report.maps.explorer import Explorer, Layer, Spot
from msp_siting.report.maps.explorer_layers import (
    UNDER_65,
    apl_layers,
    block_layer,
    computed_apl_layer,
    minutes_layer,
    structure_marks,
    territory_layers,
    uncovered_layer,
)
from msp_siting.report.maps.panel import block_figure, figures_of, local_figures, zone_figures
from msp_siting.report.maps.shapes import demand_shapes
from msp_siting.report.wording import Subject, Wording, lead_profession, profession_title


def diagnosis_explorer(diagnosis: Diagnosis, shapes: gpd.GeoDataFrame, wording: Wording) -> Explorer:
    """Return the map of a diagnosis: the official APL first, the computed one where none is official.

    Parameters
    ----------
    shapes
        `demand_shapes` of the territory.
    """
    territory, lead, on = diagnosis.territory, lead_profession(diagnosis), diagnosis.on
    points = diagnosis.points[diagnosis.points["profession"].eq(lead)]
    columns = ["uncovered", "uncovered_today", "block", "nearest_minutes", "apl", "apl_official", UNDER_65, "seasonal"]
    columns = [name for name in columns if name in points.columns]
    frame = map_frame(territory, shapes).drop(columns=columns, errors="ignore")
    frame = frame.merge(points[["demand_id", *columns]], on="demand_id", validate="one_to_one")
    blocks = diagnosis.blocks[diagnosis.blocks["profession"].eq(lead)]
    kind, year = outlined_kind(territory), diagnosis.scenario.question.horizon_year
    profession = profession_title(diagnosis, lead, wording)
    shown = "apl_official" if frame["apl_official"].notna().any() else "apl"
    place = wording.of(territory.manifest.title)
    return Explorer(
        name="diagnosis",
        label=wording.say(f"map_label_{shown}", territory=place, profession=profession),
        territory=territory,
        frame=frame,
        layers=list(_diagnosis_layers(diagnosis, frame, blocks, wording)),
        figures=[
            *figures_of(frame, wording, year),
            block_figure(frame, blocks, "uncovered_share", wording),
            *local_figures(frame, diagnosis, on, wording),
        ],
        titles=[_title(row, wording) for row in frame.itertuples(index=False)],
        zone_kind=kind,
        zone_figures=zone_figures(diagnosis.zones, told_kind(territory), lead, wording, year),
        marks=list(structure_marks(territory, wording)),
        note=wording.say("map_panel_note"),
    )


def sites_explorer(
    subject: Subject, on: date, sites: Sequence[Spot], site_signs: Mapping[str, str], wording: Wording
) -> Explorer | None:
    """Return a map of sites, such as those of requests, on what the territory's own tables say; None without any layer.

    Parameters
    ----------
    on
        The day whose zoning counts.
    site_signs
        What the signs of the sites mean.
    """
    territory = subject.territory
    frame = map_frame(territory, demand_shapes(territory))
    layers = [*apl_layers(frame, subject, wording), *territory_layers(frame, subject, on, wording)]
    if not layers:
        return None
    place = wording.of(territory.manifest.title)
    return Explorer(
        name="sites",
        label=wording.say("map_label_sites", territory=place, what=", ".join(site_signs.values())),
        territory=territory,
        frame=frame,
        layers=layers,
        figures=[*figures_of(frame, wording), *local_figures(frame, subject, on, wording)],
        titles=[
            wording.say("map_title_name", name=name, inhabitants=wording.whole(people))
            for name, people in zip(frame["name"], frame["inhabitants"], strict=True)
        ],
        zone_kind=outlined_kind(territory),
        sites=sites,
        site_signs=site_signs,
        marks=list(structure_marks(territory, wording)),
    )


def _diagnosis_layers(
    diagnosis: Diagnosis, frame: gpd.GeoDataFrame, blocks: pd.DataFrame, wording: Wording
) -> Iterator[Layer]:
    profession = profession_title(diagnosis, lead_profession(diagnosis), wording)
    official = list(apl_layers(frame, diagnosis, wording))
    yield from official or [computed_apl_layer(frame, diagnosis, wording)]
    for column in ("uncovered_today", "uncovered"):
        if column in frame.columns:
            yield uncovered_layer(frame, column, wording.say(f"map_figure_{column}"), profession, wording)
    yield block_layer(frame, blocks, "uncovered_share", profession, wording)
    yield minutes_layer(frame, "nearest_minutes", diagnosis, wording)
    yield from territory_layers(frame, diagnosis, diagnosis.on, wording)


def _title(row: Any, wording: Wording) -> str:  # noqa: ANN401 - a row of a data frame
    lines = [
        wording.say("map_title_name", name=row.name, inhabitants=wording.whole(row.inhabitants)),
        wording.say(
            "map_title_three_apl",
            official=wording.decimal(row.apl_official),
            under_65=wording.decimal(row.apl_under_65_official),
            computed=wording.decimal(row.apl),
        ),
    ]
    if row.seasonal is True:
        lines.append(wording.say("map_title_seasonal"))
    return "\n".join([*lines, wording.say("map_title_border")] if row.border else lines)
