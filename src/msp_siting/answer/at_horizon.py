"""What summary.json says of a question with a horizon: today, trend, both ends of the gain, and who is worse off."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from msp_siting.answer.coverage import shortage_and_distance
from msp_siting.answer.ends import ADDITIONAL, DRAWN
from msp_siting.answer.value import Answer
from msp_siting.language import Fact
from msp_siting.scenario import Scenario
from msp_siting.territory import Balance, Territory

WORSE_OFF = 0.5  # inhabitants without room more than with nothing opened, from which on a demand point is worse off
MOST_NAMED = 5


def own_balances(territory: Territory, profession: str) -> list[Balance]:
    """Return the balances of a profession in the territory itself, none where none is known."""
    trend = territory.trend
    return [] if trend is None else [b for b in trend.balances if b.profession == profession and not b.is_around]


def trend_figures(territory: Territory, profession: str) -> dict[str, Any] | None:
    """Return what is expected of a profession until the horizon; None where no balance is known."""
    balances, trend = own_balances(territory, profession), territory.trend
    if trend is None or not balances:
        return None
    posts = sum(each.posts for each in balances)
    return {
        "first_year": trend.first_year,
        "last_year": trend.last_year,
        "posts_today": posts,
        "departures": sum(each.departures for each in balances),
        "installations": sum(each.installations for each in balances),
        "posts": posts + sum(each.installations - each.departures for each in balances),
        "posts_low": posts + sum(each.net_low for each in balances),
        "posts_high": posts + sum(each.net_high for each in balances),
        "is_assumed": any(each.is_assumed for each in balances),
        "periods": sorted({each.period for each in balances}),
        "sources": sorted({each.source for each in balances}),
    }


def summarise_horizon(answer: Answer) -> dict[str, Any]:
    """Return the keys of ``summary.json`` that a horizon adds; None without one, or without a plan."""
    scenario, professions = answer.scenario, list(answer.instance.professions)
    flows, year = scenario.model.flows, scenario.question.horizon_year
    trends = {name: trend_figures(answer.territory, name) for name in professions}
    keys: dict[str, Any] = {
        "horizon_year": year,
        "decided_by_year": None if year is None or flows is None else year - flows.opening_delay_years.value,
        "trend": trends if year is not None else None,
        "recruits_drawn_from_installations_share": None
        if flows is None
        else flows.recruits_drawn_from_installations_share.value,
        "recruits_per_installation": None,
        "worse_off": None,
    }
    for end in (DRAWN, ADDITIONAL):
        keys |= _end_figures(answer, end)
    if answer.coverage is None or answer.ends is None:
        return keys
    coming = {name: answer.instance.professions[name].ordinary for name in professions}
    keys["recruits_per_installation"] = {
        name: answer.plan.recruits(name) / coming[name] if coming[name] > 0 else None for name in professions
    }
    worse = worse_off(answer)
    keys["worse_off"] = {
        name: {"demand_points": len(rows), "inhabitants": float(rows["more"].sum())}
        for name in professions
        for rows in [worse[worse["profession"].eq(name)]]
    }
    return keys


def _end_figures(answer: Answer, end: str) -> dict[str, Any]:
    """Return uncovered inhabitants, objective and people below the APL's floor at one end of the gain."""
    names = ("uncovered_after", "objective_after", "inhabitants_below_apl_floor_after")
    uncovered, objective, below = (f"{name}_{end}" for name in names)
    if answer.coverage is None or answer.ends is None:
        return dict.fromkeys((uncovered, objective, below))
    found, points, people = answer.ends[end], answer.coverage.points, answer.instance.inhabitants
    short = found.apl < answer.scenario.model.apl.floor_visits_per_year.value
    return {
        uncovered: {
            name: float(points.loc[points["profession"].eq(name), uncovered].sum())
            for name in answer.instance.professions
        },
        objective: found.objective,
        below: float(sum(people[str(point)] for point in found.apl.index[short])),
    }


def worse_off(answer: Answer) -> pd.DataFrame:
    """Return the demand points that a plan leaves worse off if its recruits would have settled in the territory anyway.

    Columns: ``demand_id``, ``profession``, ``more`` (inhabitants without room more than with nothing opened), the most
    first. No row without ends.
    """
    if answer.coverage is None or answer.ends is None:
        return pd.DataFrame({"demand_id": [], "profession": [], "more": []})
    points = answer.coverage.points
    more = points[f"uncovered_after_{DRAWN}"] - points["uncovered_before"]
    rows = points[["demand_id", "profession"]].assign(more=more)[more > WORSE_OFF]
    return rows.sort_values(["more", "demand_id"], ascending=[False, True], ignore_index=True)


def figures_of_today(answer: Answer, profession: str) -> dict[str, float] | None:
    """Return uncovered and shortage of a profession today (`shortage_and_distance`); None without a horizon."""
    if answer.today is None or answer.coverage is None:
        return None
    return shortage_and_distance(answer.today.instance, answer.coverage.points, profession, None, "today")


def worse_than_today(answer: Answer) -> Iterator[Fact]:
    """Yield that more people lack one of the lead profession at the horizon, with the plan, than today."""
    lead = answer.scenario.model.apl.profession
    today = figures_of_today(answer, lead)
    if today is None or answer.coverage is None:
        return
    own = answer.coverage.points[answer.coverage.points["profession"].eq(lead)]
    uncovered = {moment: float(own[f"uncovered_{moment}"].sum()) for moment in ("today", "before", "after")}
    if uncovered["after"] > uncovered["today"] + WORSE_OFF:
        title, year = answer.scenario.model.professions[lead].title, str(answer.scenario.question.horizon_year)
        yield Fact("caveat_worse_than_today", {"profession": title, "year": year, **uncovered})


def horizon_caveats(territory: Territory, scenario: Scenario) -> Iterator[Fact]:
    """Yield what the figures at the horizon rest on: the balance of each profession, and when a building opens."""
    year, flows = scenario.question.horizon_year, scenario.model.flows
    for name, kind in scenario.model.professions.items():
        figures = trend_figures(territory, name)
        if figures is not None:
            numbers = ("posts_today", "departures", "installations", "posts", "posts_low", "posts_high")
            values = {number: figures[number] for number in numbers}
            values |= {"profession": kind.title, "first": str(figures["first_year"]), "last": str(figures["last_year"])}
            values["source"] = figures["sources"]
            yield Fact("caveat_balance_assumed" if figures["is_assumed"] else "caveat_balance", values)
    if year is not None and flows is not None and flows.opening_delay_years.value > 0:
        delay = flows.opening_delay_years.value
        yield Fact("caveat_opening_delay", {"delay": delay, "year": str(year), "by": str(year - delay)})


def end_caveats(answer: Answer) -> Iterator[Fact]:
    """Yield between which ends the gain lies, beside ordinary installations, and which communes are worse off."""
    if answer.ends is None or answer.coverage is None:
        return
    points, demand = answer.coverage.points, answer.territory.demand.set_index("demand_id")["name"]
    worse_anywhere = worse_off(answer)
    for name, kind in answer.scenario.model.professions.items():
        coming = answer.instance.professions[name].ordinary
        recruits = answer.plan.recruits(name)
        if coming <= 0 or recruits <= 0:
            continue
        own = points[points["profession"].eq(name)]
        before = float(own["uncovered_before"].sum())
        least, most = (before - float(own[f"uncovered_after_{end}"].sum()) for end in (DRAWN, ADDITIONAL))
        values = {
            "profession": kind.title,
            "recruits": recruits,
            "installations": coming,
            "recruits_share": recruits / coming,
            "year": str(answer.scenario.question.horizon_year),
            "least": least,
            "most": most,
            "share": answer.instance.professions[name].drawn_share,
        }
        yield Fact("caveat_ends_alike" if abs(most - least) < WORSE_OFF else "caveat_ends", values)
        worse = worse_anywhere[worse_anywhere["profession"].eq(name)]
        if len(worse):
            named = [str(demand.get(point, point)) for point in worse["demand_id"].head(MOST_NAMED)]
            values = {
                "points": len(worse),
                "more": float(worse["more"].sum()),
                "named": named,
                "profession": kind.title,
            }
            yield Fact("caveat_worse_off", values)
