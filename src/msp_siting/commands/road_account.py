"""What a search of roads has to say: what was read, what was left out, and who is on a network apart."""

from collections.abc import Iterator, Mapping
from typing import Any

from msp_siting.language import Language, decimal, percent, say, whole


def road_sentences(record: Mapping[str, Any], language: Language) -> Iterator[str]:
    """Yield the sentences of a record (`Routed.record`); none where its times are of no roads."""
    if "nodes" not in record:
        return
    yield say(
        "roads_graph",
        language,
        nodes=whole(record["nodes"], language),
        edges=whole(record["edges"], language),
        km=whole(record["km"], language),
        components=record["components"],
        share=percent(record["main_component_km"] / record["km"], language),
    )
    if record["dropped_ways"]:
        yield say("roads_dropped", language, dropped=_counted(record["dropped_ways"]))
    if record["fragments"]:
        km = decimal(record["fragments_km"], language)
        yield say("roads_fragments", language, count=record["fragments"], km=km)
    if record["unread_limits"]:
        yield say("roads_unread_limits", language, limits=_counted(record["unread_limits"]))
    if record["ways_merged"]:
        yield say("roads_merged", language, count=record["ways_merged"])
    if record["tags_absent"]:
        yield say("roads_absent", language, tags=", ".join(record["tags_absent"]))
    if record["points_left_out"]:
        yield say("roads_left_out", language, points=", ".join(record["points_left_out"]))
    apart = record["points_apart"]
    if apart:
        yield say(
            "roads_apart",
            language,
            count=len(apart),
            points=whole(record["points"], language),
            names=", ".join(f"{point['name']} ({point['point_id']})" for point in apart),
        )


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} ({count})" for reason, count in sorted(counts.items(), key=lambda one: -one[1]))
