"""The rules of candidates: which candidate sites may open by what their places are, which may not, and why."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from msp_siting.errors import ScenarioError, Sentence, problem
from msp_siting.problem.actions import Surroundings
from msp_siting.problem.parents import find_parents
from msp_siting.problem.plan import Plan
from msp_siting.scenario import ACTIONS, Action, HostScenario
from msp_siting.territory import Territory

# A rule (a switch of the model's ``candidates``), and the word for a site that breaks it.
REASONS: Mapping[str, str] = {
    "centre": "no_centre",
    "pharmacy": "no_pharmacy",
    "no_msp": "has_msp",
    "gates": "fails_gate",
}
FORCED, STATED = "forced", "stated"  # why a site that breaks a rule may open all the same


@dataclass(frozen=True)
class CandidateReview:
    """The candidate sites of a territory under the rules of a model.

    Attributes
    ----------
    sites
        One row per candidate site: ``site_id``, ``place_id``, ``name``, ``kept``, ``actions`` (as what it may open),
        ``reasons`` (a word of `REASONS` for each rule that keeps it from opening, or would), ``exception`` (`FORCED`,
        `STATED` or none), ``parent_place_id`` and ``parent_minutes`` (the MSP that an extension or a satellite there
        would belong to, where there is one).
    unknown
        How many candidate sites nothing is known of, by rule that is asked of places (not of gates).
    """

    sites: pd.DataFrame
    unknown: Mapping[str, int]

    @property
    def left(self) -> int:
        """How many candidate sites may open."""
        return int(self.sites["kept"].sum())

    @property
    def excluded(self) -> pd.DataFrame:
        """Those that may not, with the columns of ``sites``."""
        return self.sites[~self.sites["kept"]]

    @property
    def excluded_by_rule(self) -> dict[str, int]:
        """How many sites that may not open each rule alone would exclude, as far as any; one may break several."""
        words = [reasons.split() for reasons in self.excluded["reasons"]]
        counts = {rule: sum(word in each for each in words) for rule, word in REASONS.items()}
        return {rule: count for rule, count in counts.items() if count}

    @property
    def not_applied(self) -> list[str]:
        """Rules that are asked and say nothing, since nothing is known of any candidate site."""
        return [rule for rule, sites in self.unknown.items() if sites == len(self.sites) > 0]


def review_candidates(territory: Territory, scenario: HostScenario) -> CandidateReview:
    """Return which candidate sites may open by the rules of a scenario's model, and as what.

    A fact that is not known of a place excludes nobody. A site that the scenario forces open is kept, and so is one
    that the territory gives a format or a cost of its own: it is a stated project.
    """
    table = territory.sites[territory.sites["status"].eq("candidate")].reset_index(drop=True)
    formats, asked, places = scenario.model.formats, _asked(scenario), table["place_id"]
    failing, forced = set(scenario.question.sites.fails_gates), set(scenario.question.sites.decided_ids)
    breaks = _breaks(territory, places) | {"gates": [site in failing for site in table["site_id"]]}
    parents = find_parents(territory, scenario, places)
    known = {kind.action.value for kind in formats.values()}
    own = zip(_cells(table, "format"), _cells(table, "capex_eur").notna(), strict=True)
    rows = []
    for number, ((site, place, _), (given, has_cost)) in enumerate(
        zip(table[["site_id", "place_id", "name"]].itertuples(index=False), own, strict=True)
    ):
        broken = frozenset(rule for rule in REASONS if breaks[rule][number] is True)
        there = Surroundings(broken, known, asked, has_parent=place in parents)
        named = formats[given].action.value if given in formats else None
        rows.append(_verdict(there, named, is_stated=has_cost or pd.notna(given), is_forced=site in forced))
    verdicts = pd.DataFrame(rows, columns=["kept", "actions", "reasons", "exception"], index=table.index)
    found = [parents.get(place, ("", math.nan)) for place in places]
    near = pd.DataFrame(found, columns=["parent_place_id", "parent_minutes"], index=table.index)
    kinds = dict.fromkeys(("actions", "reasons", "exception", "parent_place_id"), "str")
    sites = pd.concat([table[["site_id", "place_id", "name"]], verdicts, near], axis=1)
    unknown = {rule: sum(each is None for each in breaks[rule]) for rule in REASONS if rule in asked - {"gates"}}
    return CandidateReview(sites.astype({"kept": bool, **kinds, "parent_minutes": float}), unknown)


def _asked(scenario: HostScenario) -> frozenset[str]:
    """Return the switches of the rules of candidates that are on."""
    rules = scenario.model.candidates or ()  # a model of before them asks for none
    return frozenset(rule for rule, switch in rules if switch.value)


def _verdict(
    there: Surroundings, named: Action | None, *, is_stated: bool, is_forced: bool
) -> tuple[bool, str, str, str]:
    """Return whether a site is kept, as what it may open, the rules that it breaks and why it may all the same.

    Parameters
    ----------
    named
        What opening the site's own format is, where the territory gives it one.
    """
    allowed = there.allowed
    if is_stated:
        actions = there.possible if named is None else {named}
        is_broken = not actions <= allowed
    else:
        actions = allowed or (there.forced if is_forced else set())
        is_broken = not allowed
    rules = there.broken & there.asked
    if not is_stated and "extension" in there.known:
        rules -= {"no_msp"}  # it keeps nobody from opening: it says as what
    reasons = [word for rule, word in REASONS.items() if rule in rules] if is_broken else []
    exception = "" if not reasons else FORCED if is_forced else STATED if is_stated else ""
    in_order = " ".join(action for action in ACTIONS if action in actions)
    return bool(actions), in_order, " ".join(reasons), exception


def check_candidates_left(territory: Territory, scenario: HostScenario) -> CandidateReview:
    """Return what the rules of candidates make of a territory's sites.

    Raises
    ------
    ScenarioError
        Where there are candidate sites and the rules leave none of them.
    """
    review = review_candidates(territory, scenario)
    if review.left or review.sites.empty:
        return review
    none_left = problem(
        "the rules leave none of the {sites} candidate sites ({counts}); relax one (--set candidates.{rule}=false), "
        "force a site open, or give one a format or a cost of its own in sites.csv",
        sites=len(review.sites),
        counts=", ".join(f"{REASONS[rule]} {count}" for rule, count in review.excluded_by_rule.items()),
        rule=next(iter(review.excluded_by_rule)),
    )
    raise ScenarioError(none_left.at("candidates").at(problem("scenario {name}", name=scenario.name)))


def problems_of_hosts(review: CandidateReview, scenario: HostScenario, plan: Plan) -> Iterator[Sentence]:
    """Yield which opened sites the rules of candidates exclude, or open as what they may not be."""
    known = review.sites.set_index("site_id")
    for site, kind in plan.sites.itertuples(index=False, name=None):
        terms = scenario.model.formats.get(kind)
        if site not in known.index or terms is None:
            continue  # told among the problems of sites
        row, action = known.loc[site], terms.action.value
        most = None if terms.parent_minutes is None else terms.parent_minutes.value
        if action == "extension" and row["parent_minutes"] != 0:
            yield problem("{site} opens as an extension, and no MSP stands there", site=site).at("candidates")
        elif most is not None and not 0 < row["parent_minutes"] <= most:
            wrong = problem(
                "{site} opens as a satellite, and no MSP stands around it within {minutes:g} minutes and not there",
                site=site,
                minutes=most,
            )
            yield wrong.at("candidates")
        elif not row["kept"]:
            reasons = row["reasons"]
            excluded = problem("{site} is opened, which the rules exclude ({reasons})", site=site, reasons=reasons)
            yield excluded.at("candidates")
        elif action not in row["actions"].split():
            yield problem(
                "{site} opens as {action}, it may as {actions}", site=site, action=action, actions=row["actions"]
            ).at("candidates")


def _breaks(territory: Territory, places: pd.Series) -> dict[str, list[bool | None]]:
    """Return by rule whether each of some places breaks it; None where that is not known."""
    known = territory.places.set_index("place_id")
    levels, pharmacies, msps = (places.map(_cells(known, name)) for name in ("centre_level", "pharmacies", "msps"))
    there, is_listed = territory.existing_msps, territory.sites["status"].eq("existing").any()
    hosts = set() if there is None else set(there.index)
    return {
        "centre": [None if pd.isna(level) else level == "none" for level in levels],
        "pharmacy": [None if pd.isna(count) else count == 0 for count in pharmacies],
        "no_msp": [
            place in hosts if place in hosts or is_listed or pd.notna(count) else None
            for place, count in zip(places, msps, strict=True)
        ],
    }


def _cells(table: pd.DataFrame, name: str) -> pd.Series:
    """Return a column that may be absent, empty cells as missing ones."""
    column = table.get(name, pd.Series(float("nan"), index=table.index))
    return column.mask(column.eq(""))
