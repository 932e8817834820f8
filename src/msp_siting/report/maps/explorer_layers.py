"""The layers of a map: who has no place, blocks, official APL, minutes, zoning and existing supply."""

from collections.abc import Iterator
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from msp_siting.answer import has_modelled_times
from msp_siting.language import Fact, tell
from msp_siting.report.maps.explorer import Layer, Marks
from msp_siting.report.maps.legend import NOBODY_COLOUR, ZONING_COLOURS
from msp_siting.report.maps.scales import (
    Scale,
    apl_change_scale,
    apl_scale,
    difference_scale,
    minutes_scale,
    posts_scale,
    uncovered_scale,
)
from msp_siting.report.wording import Subject, Wording, lead_profession, profession_title
from msp_siting.territory import Territory, ZoneStatus, gp_statuses

UNDER_65 = "apl_under_65_official"


def scaled(name: str, values: pd.Series, scale: Scale, texts: tuple[str, str], note: str = "") -> Layer:
    """Return a layer of a figure by its scale; ``texts`` are its title and what stands above its classes."""
    title, legend = texts
    return Layer(name, title, legend, scale.entries, scale.numbers(values), note)


def shares(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return the share (0-1) of inhabitants that a column counts; missing where nobody lives."""
    return frame[column] / frame["inhabitants"].where(frame["inhabitants"] > 0)


def uncovered_layer(frame: pd.DataFrame, column: str, title: str, profession: str, wording: Wording) -> Layer:
    """Return the layer of the share of inhabitants whom a column says to be uncovered."""
    legend = wording.say("map_legend_title", profession=profession)
    return scaled(
        column, shares(frame, column), uncovered_scale(wording), (title, legend), wording.say("map_note_even")
    )


def difference_layer(name: str, values: pd.Series, texts: tuple[str, str], wording: Wording) -> Layer:
    """Return the layer of a difference in uncovered share (-1 to 1)."""
    return scaled(name, values, difference_scale(wording), texts, wording.say("map_note_even"))


def block_layer(frame: pd.DataFrame, blocks: pd.DataFrame, column: str, profession: str, wording: Wording) -> Layer:
    """Return the layer of blocks: each demand point in the class of its block's uncovered share of need."""
    texts = wording.say("map_layer_blocks"), wording.say("map_legend_blocks", profession=profession)
    levels = frame["block"].map(blocks.set_index("block")[column])
    return scaled("blocks", levels, uncovered_scale(wording), texts, wording.say("map_note_blocks"))


def apl_change_layer(frame: pd.DataFrame, profession: str, wording: Wording) -> Layer:
    """Return the layer of what a plan changes in the computed APL."""
    texts = wording.say("map_layer_apl_change"), wording.say("map_legend_apl_change", profession=profession)
    return scaled("apl_change", frame["apl_after"] - frame["apl_before"], apl_change_scale(wording), texts)


def minutes_layer(frame: pd.DataFrame, column: str, subject: Subject, wording: Wording) -> Layer:
    """Return the layer of minutes to the nearest practitioner, called modelled where the times are."""
    key = "map_legend_minutes_modelled" if has_modelled_times(subject.territory) else "map_legend_minutes"
    profession = profession_title(subject, lead_profession(subject), wording)
    texts = wording.say("map_layer_minutes"), wording.say(key, profession=profession)
    return scaled("minutes", frame[column], minutes_scale(wording), texts)


def apl_layers(frame: pd.DataFrame, subject: Subject, wording: Wording) -> Iterator[Layer]:
    """Yield the layers of the official APL, of all GPs and of those under 65, as far as it is known."""
    floor = subject.scenario.model.apl.floor_visits_per_year.value
    profession = profession_title(subject, lead_profession(subject), wording)
    for column in ("apl_official", UNDER_65):
        if column in frame.columns and frame[column].notna().any():
            texts = wording.say(f"map_layer_{column}"), wording.say(f"map_legend_{column}", profession=profession)
            yield scaled(column, frame[column], apl_scale(wording, floor), texts)


def computed_apl_layer(frame: pd.DataFrame, subject: Subject, wording: Wording) -> Layer:
    """Return the layer of the computed APL, called modelled where the times are."""
    key = "map_legend_apl_modelled" if has_modelled_times(subject.territory) else "map_legend_apl"
    profession = profession_title(subject, lead_profession(subject), wording)
    scale = apl_scale(wording, subject.scenario.model.apl.floor_visits_per_year.value)
    texts = wording.say("map_layer_apl"), wording.say(key, profession=profession)
    return scaled("apl", frame["apl"], scale, texts)


def territory_layers(frame: gpd.GeoDataFrame, subject: Subject, on: date, wording: Wording) -> Iterator[Layer]:
    """Yield the layers of what a territory's own tables say besides the APL: zoning of GPs and existing supply."""
    territory, lead = subject.territory, lead_profession(subject)
    status_of = statuses_of_points(frame, territory)
    if status_of:
        yield _zoning_layer(frame, status_of, on, wording)
    posts = posts_of_points(frame, territory, lead)
    if (posts > 0).any():
        profession = profession_title(subject, lead, wording)
        texts = wording.say("map_layer_supply"), wording.say("map_legend_supply", profession=profession)
        yield scaled("supply", posts, posts_scale(wording), texts, wording.say("map_note_supply"))


def posts_of_points(frame: pd.DataFrame, territory: Territory, profession: str) -> pd.Series:
    """Return how many practitioners (FTE) of a profession the files count in the commune of every row."""
    supply = (territory.as_counted or territory).supply
    here = supply[supply["profession"].eq(profession)].groupby("place_id")["practitioners"].sum()
    return frame["demand_id"].map(here).fillna(0.0)


def statuses_of_points(frame: pd.DataFrame, territory: Territory) -> dict[str, ZoneStatus]:
    """Return by demand point the status of its zone in the zoning of GPs; nothing where none is loaded."""
    found: dict[str, ZoneStatus] = {}
    for kind in territory.zone_kinds:
        known = {each.zone_id: each for each in gp_statuses(territory) if each.kind == kind}
        rows = frame[["demand_id", f"{kind}_id"]].itertuples(index=False) if known else ()
        found |= {demand_id: known[zone] for demand_id, zone in rows if zone in known and demand_id not in found}
    return found


def _zoning_layer(frame: pd.DataFrame, status_of: dict[str, ZoneStatus], on: date, wording: Wording) -> Layer:
    """Return the zoning of GPs as its source words it, with its date, and whether it holds that day."""
    words = list(ZONING_COLOURS)
    past = {each.status for each in status_of.values() if not each.holds_on(on)}
    entries = [(colour, _status_word(word, wording, is_past=word in past)) for word, colour in ZONING_COLOURS.items()]
    numbers = [words.index(status_of[name].status) if name in status_of else len(words) for name in frame["demand_id"]]
    told = dict.fromkeys(
        tell(each.origin(on), wording.language)
        if each.holds_on(on)
        else tell(Fact("diagnosis_zoning_to_check", {"zoning": each.origin(on)}), wording.language)
        for each in status_of.values()
    )
    return Layer(
        "zoning",
        wording.say("map_layer_zoning"),
        wording.say("zone_kind_gp_zoning"),
        [*entries, (NOBODY_COLOUR, wording.say("map_apl_unknown"))],
        np.array(numbers),
        wording.typeset("; ".join(told)),
    )


def _status_word(word: str, wording: Wording, *, is_past: bool) -> str:
    """Return a status, to be checked where its zoning is not valid that day."""
    said = wording.say(f"zone_status_{word}")
    return wording.say("map_zoning_to_check", status=said) if is_past else said


def structure_marks(territory: Territory, wording: Wording) -> Iterator[Marks]:
    """Yield the MSPs that stand already, and the pharmacies, as far as they are known."""
    msps = territory.existing_msps
    if msps is not None:
        points = territory.place_points
        there = points[points.index.isin(msps.index)]
        yield Marks("msps", _count("map_marks_msps", there, wording), there, is_shown=True)
    if "pharmacies" in territory.places.columns:
        there = territory.places[territory.places["pharmacies"].gt(0)]
        yield Marks("pharmacies", _count("map_marks_pharmacies", there, wording), there)


def _count(key: str, there: pd.DataFrame, wording: Wording) -> str:
    return wording.say(key, n=len(there), count=wording.whole(len(there)))
