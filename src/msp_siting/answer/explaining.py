"""Why there is no plan, in words: the rules in the way and by how much each would have to give."""

import re
from collections.abc import Sequence
from typing import Any

from msp_siting.answer.value import Answer
from msp_siting.language import Fact
from msp_siting.problem import Instance, Shortfall

MOST_LIMITS = 4  # of one rule that are told; run.json has them all
ABOUT: dict[str, tuple[str, tuple[str, ...]]] = {  # the sentence of each limit, and what its ids are
    "budget": ("conflict_budget", ()),
    "aid_budget": ("conflict_aid_budget", ()),
    "recruitment_pool": ("conflict_recruitment_pool", ("profession",)),
    "recruitment_by_zone": ("conflict_recruitment_by_zone", ("place", "profession")),
    "site_count_min": ("conflict_site_count_min", ()),
    "site_count_max": ("conflict_site_count_max", ()),
    "spacing": ("conflict_spacing", ("sites",)),
    "spacing_by_commune": ("conflict_spacing_by_commune", ("sites",)),
    "composition": ("conflict_composition", ("site", "profession")),
    "composition_paramedical": ("conflict_composition_paramedical", ("site",)),
    "forced_sites": ("conflict_forced_sites", ("site",)),
    "forced_sites_format": ("conflict_forced_sites_format", ("site", "format")),
    "excluded_sites": ("conflict_excluded_sites", ("site",)),
    "excluded_sites_format": ("conflict_excluded_sites_format", ("site", "format")),
    "kept_sites": ("conflict_kept_sites", ("site", "format")),
    "kept_sites_posts": ("conflict_kept_sites_posts", ("site", "profession")),
    "zone_sites_min": ("conflict_zone_sites_min", ("zone",)),
    "zone_sites_max": ("conflict_zone_sites_max", ("zone",)),
    "zone_budget_min": ("conflict_zone_budget_min", ("zone",)),
    "zone_budget_max": ("conflict_zone_budget_max", ("zone",)),
    "coverage_target": ("conflict_coverage_target", ("profession",)),
    "zone_apl": ("conflict_zone_apl", ("zone",)),
    "zone_coverage": ("conflict_zone_coverage", ("zone", "profession")),
}


def explanations(answer: Answer) -> list[Fact]:
    """Return why there is no plan: one fact per rule in the way; of several together one that says so, then each."""
    facts = []
    for conflict in answer.solution.report.conflicts:
        parts = [_limit(answer, each) for each in conflict.limits]
        if conflict.rule is None:
            rules = {_rule(each) for each in conflict.limits}
            known = {"count": len(rules), "cost": conflict.cheapest_eur}
            facts += [Fact("conflict_together", known), *parts] if parts else [Fact("conflict_several")]
        elif parts:
            facts.append(_joined(parts))
        else:  # a rule of which nothing more is known, or a run of before
            facts.append(Fact("conflict_rule", {"rule": conflict.rule, "cost": conflict.cheapest_eur or 0.0}))
    return facts


def _rule(limit: Shortfall) -> str:
    """Return the rule that a limit belongs to: its name without its end."""
    return re.sub("_(min|max|format|posts|paramedical|by_commune)$", "", limit.limit)


def _joined(parts: Sequence[Fact]) -> Fact:
    if len(parts) > MOST_LIMITS:
        more = Fact("conflict_more", {"count": len(parts) - MOST_LIMITS + 1})
        parts = [*parts[: MOST_LIMITS - 1], more]
    first, *others = parts
    return Fact("conflict_and", {"some": first, "other": _joined(others)}) if others else first


def _limit(answer: Answer, limit: Shortfall) -> Fact:
    """Return the sentence of one limit, with the names of what it is about and what is lacking."""
    key, about = ABOUT[limit.limit]
    if limit.limit == "budget" and limit.needed == _cost_of_decided(answer.instance):
        key = "conflict_budget_decided"
    values: dict[str, Any] = {
        "asked": limit.asked,
        "needed": limit.needed,
        "short": abs(limit.needed - limit.asked),
        **_names(answer, limit, about),
    }
    if limit.inhabitants is not None:
        values["inhabitants"] = limit.inhabitants
    return Fact(key, values)


def _cost_of_decided(instance: Instance) -> float | None:
    """Return what the sites that open in any case cost at the least; None where there are none."""
    formats = {site: instance.forced_formats.get(site) for site in instance.forced_sites} | dict(instance.kept.keys())
    costs = [
        min(capex for (other, each), capex in instance.capex_eur.items() if other == site and each == (kind or each))
        for site, kind in formats.items()
    ]
    return sum(costs) if costs else None


def _names(answer: Answer, limit: Shortfall, about: Sequence[str]) -> dict[str, Any]:
    """Return the names of professions, sites, places, formats and zones that a limit is about."""
    model, ids = answer.scenario.model, list(limit.about)
    names: dict[str, Any] = {}
    for what in about:
        match what:
            case "sites":
                names[what] = [_site(answer, site) for site in ids]
            case "site":
                names[what] = _site(answer, ids.pop(0))
            case "zone":
                names[what] = _zone(answer, ids.pop(0), ids.pop(0))
            case "place":
                place = ids.pop(0)
                names[what] = str(answer.territory.place_points["name"].get(place, place))
            case "profession":
                names[what] = model.professions[ids.pop(0)].title
            case _:
                names[what] = model.formats[ids.pop(0)].title
    return names


def _site(answer: Answer, site_id: str) -> str:
    names = answer.territory.sites.set_index("site_id")["name"]
    return f"{names.get(site_id, site_id)} ({site_id})"


def _zone(answer: Answer, kind: str, zone_id: str) -> str:
    zones = answer.territory.zones
    found = zones.loc[zones["kind"].eq(kind) & zones["zone_id"].eq(zone_id), "name"]
    return f"{next(iter(found), zone_id)} ({kind} {zone_id})"
