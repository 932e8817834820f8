"""What a question asks besides money, recruits and sites: by path, as its file says it."""

from collections.abc import Iterator, Mapping
from typing import Any

from msp_siting.answer import Answer
from msp_siting.problem import Instance
from msp_siting.report.page_table import Cell, Code, PageTable
from msp_siting.report.wording import Wording, profession_title, zone_names

KEYS = {"zones": "page_zones_asked", "targets": "page_targets", "weights": "page_weights"}


def asked_rows(answer: Answer) -> dict[str, Cell]:
    """Return the rows of what is asked of zones, of shares of need and of an earlier plan; none where nothing is."""
    question = answer.scenario.question
    rows: dict[str, Cell] = {}
    if question.sites.keep:
        names = answer.territory.sites.set_index("site_id")["name"]
        rows["page_kept"] = ", ".join(f"{names[each.site]} ({each.format})" for each in question.sites.keep)
    asked = question.model_dump(include=set(KEYS), exclude_none=True)
    for key, heading in KEYS.items():
        if paths := list(_paths(asked[key], "")):
            rows[heading] = Code("; ".join(paths))
    return rows


def shares_page_table(answer: Answer, wording: Wording) -> PageTable | None:
    """Return the shares of need that are asked, before and after: in all, and of zones those short of it before.

    None where no share is asked.
    """
    instance, coverage = answer.instance, answer.coverage
    if coverage is None or not instance.targeted:
        return None
    points = coverage.points.set_index(["demand_id", "profession"])
    names = {kind: zone_names(answer, kind) for kind in answer.territory.zone_kinds}
    rows = []
    for where, name, demand_ids, asked in _asked(instance):
        own = points.loc[[(point, name) for point in demand_ids]]
        need = own["need"].sum()
        index = own["need"] / own["inhabitants"].where(own["inhabitants"] > 0)
        met = {moment: 1.0 - (own[f"uncovered_{moment}"] * index).sum() / need for moment in ("before", "after")}
        if where is None or met["before"] < asked:
            zone = wording.say("page_whole_territory") if where is None else names[where[0]].get(where[1], where[1])
            title = profession_title(answer, name, wording)
            rows.append([zone, title, *(wording.percent(each) for each in (asked, met["before"], met["after"]))])
    head = ("page_asked_where", "page_asked_profession", "page_asked_share", "page_before", "page_after")
    return PageTable([wording.say(key) for key in head], rows, word_columns=2)


def _asked(instance: Instance) -> Iterator[tuple[tuple[str, str] | None, str, list[str], float]]:
    """Yield zone (None: everywhere), profession, demand points and the share of their need that is asked."""
    for name, most in instance.limits_uncovered.items():
        points = list(instance.professions[name].need_index)
        yield None, name, points, 1.0 - most / instance.need(name)
    for zone, name, _ in instance.limits_uncovered_by_zone:
        yield zone.key, name, list(zone.points), zone.covered_share[name]


def _paths(node: Mapping[str, Any], above: str) -> Iterator[str]:
    for key, inner in node.items():
        if isinstance(inner, Mapping):
            yield from _paths(inner, f"{above}{key}.")
        else:
            yield f"{above}{key}: {inner:.12g}"
