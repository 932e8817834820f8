"""Maps of sites on what the territory's own tables say: of requests, of good plans, and of the plans of a sweep."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd
from markupsafe import Markup

from msp_siting.report.findings import verdict_words
from msp_siting.report.maps import Spot, draw_explorer, sites_explorer
from msp_siting.report.wording import Subject, Wording, lead_profession, profession_title
from msp_siting.requests import GP, Appraisal, Evaluation
from msp_siting.runs import Examined
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory

# How a map shows them: a full circle, a ring, a broken ring, a faint one.
REQUEST_SIGNS = {"chosen": "site", "eligible": "added", "incomplete": "dropped", "refused": "faint"}
SITE_SIGNS = {"in_all": "site", "replaceable": "added", "undecided": "dropped", "elsewhere": "faint"}


@dataclass(frozen=True)
class Asked:
    """A question and where it is asked."""

    scenario: Scenario
    territory: Territory


def requests_map(evaluation: Evaluation, wording: Wording) -> Markup | None:
    """Return the map of requests by verdict, those within the envelope apart; None where nothing is known to colour."""
    points = evaluation.territory.place_points
    spots = [
        _request_spot(each, evaluation, points, wording)
        for each in evaluation.appraisals
        if each.request.place_id in points.index
    ]
    signs = {sign: wording.say(f"map_request_{name}") for name, sign in REQUEST_SIGNS.items()}
    return _drawn(evaluation, evaluation.on, spots, signs, wording)


def good_plans_map(examined: Examined, on: date, wording: Wording) -> Markup | None:
    """Return the map of a plan's sites, by whether all good plans open them, and of those that others open instead.

    Parameters
    ----------
    on
        The day whose zoning counts.
    """
    spots = list(_good_spots(examined, wording))
    signs = {sign: wording.say(f"map_good_{label}") for label, sign in SITE_SIGNS.items()}
    return _drawn(Asked(examined.found.scenario, examined.territory), on, spots, signs, wording)


def sweep_map(asked: Asked, order: pd.DataFrame, on: date, wording: Wording) -> Markup | None:
    """Return the map of the sites that a sweep's nested plans open; the number is the step at which each opens.

    Parameters
    ----------
    order
        ``order.csv``.
    """
    lead, points = lead_profession(asked), asked.territory.sites.set_index("site_id")
    profession = profession_title(asked, lead, wording)
    spots = []
    for site_id, rows in order[order["site_id"].ne("")].groupby("site_id", sort=False):
        first, last = rows.iloc[0], rows.iloc[-1]
        place = points.loc[site_id]
        facts = [
            (wording.say("map_sweep_from"), wording.eur(first["budget_eur"])),
            (wording.say("page_posts_of", profession=profession), wording.whole(last[f"staff_{lead}"])),
        ]
        posts, text = float(last[f"staff_{lead}"]), wording.whole(first["step"])
        spots.append(Spot(place["name"], place["place_id"], place["lon"], place["lat"], posts, facts, text=text))
    return _drawn(asked, on, spots, {"site": wording.say("map_sign_step")}, wording)


def _drawn(subject: Subject, on: date, spots: list[Spot], signs: dict[str, str], wording: Wording) -> Markup | None:
    explorer = sites_explorer(subject, on, spots, signs, wording)
    return None if explorer is None else draw_explorer(explorer, wording)


def _request_spot(appraisal: Appraisal, evaluation: Evaluation, points: pd.DataFrame, wording: Wording) -> Spot:
    request, place = appraisal.request, points.loc[appraisal.request.place_id]
    is_chosen, verdict = appraisal.request_id in evaluation.chosen, appraisal.gates.verdict
    name = "chosen" if is_chosen else verdict if verdict in REQUEST_SIGNS else "refused"
    posts = request.new_posts.get(GP)
    place_name = evaluation.place_name(appraisal)
    told = verdict_words(appraisal.gates, evaluation.gates, wording.language)
    facts = [
        (wording.say("map_request_place"), place_name),
        (wording.say("map_request_project"), request.project_name or wording.unknown),
        (wording.say("map_request_verdict"), wording.typeset(told)),
        (wording.say("map_request_in_envelope"), wording.say("map_request_yes" if is_chosen else "map_request_no")),
        (wording.say("map_request_new_gps"), wording.whole(posts)),
        (wording.say("map_request_asked"), _eur(request.requested_total_eur, wording)),
    ]
    lon, lat = request.lon, request.lat
    if lon is None or lat is None:
        lon, lat = float(place["lon"]), float(place["lat"])
    text = wording.whole(posts) if posts is not None else "?"
    return Spot(appraisal.request_id, request.place_id, lon, lat, float(posts or 0), facts, REQUEST_SIGNS[name], text)


def _good_spots(examined: Examined, wording: Wording) -> Iterator[Spot]:
    """Yield the plan's sites with their posts, then those of other good plans, with how many of them open each."""
    found, points = examined.found, examined.territory.sites.set_index("site_id")
    lead = found.preference.profession
    profession = profession_title(Asked(found.scenario, examined.territory), lead, wording)
    staff = found.own.plan.staff
    posts = staff[staff["profession"].eq(lead)].set_index("site_id")["recruited"]
    opened = Counter(site_id for plan in found.known for site_id in plan.site_ids)
    label_of: dict[str, str] = {site.site_id: site.label for site in found.sites}
    for site_id in [*label_of, *sorted(set(opened) - set(label_of))]:
        place, label = points.loc[site_id], label_of.get(site_id, "elsewhere")
        number = float(posts.get(site_id, 0))
        facts = [
            (wording.say("map_good_label"), wording.say(f"map_good_{label}")),
            (
                wording.say("map_good_plans"),
                wording.say("map_good_of", some=wording.whole(opened[site_id]), all=wording.whole(len(found.known))),
            ),
        ]
        if site_id in label_of:
            facts.append((wording.say("page_posts_of", profession=profession), wording.whole(number)))
        text, sign = "" if site_id in label_of else "\u2022", SITE_SIGNS[label]
        yield Spot(place["name"], place["place_id"], place["lon"], place["lat"], number, facts, sign, text)


def _eur(amount_eur: float | None, wording: Wording) -> str:
    return wording.unknown if amount_eur is None else wording.eur(amount_eur)
