"""The rules of candidates: which candidate sites may open by what their places are, which may not, and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from msp_siting.errors import ScenarioError, Sentence, problem
from msp_siting.scenario import Scenario
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
        One row per candidate site: ``site_id``, ``place_id``, ``name``, ``kept``, ``reasons`` (a word of `REASONS` for
        each rule that it breaks, whether it is kept or not) and ``exception`` (`FORCED`, `STATED` or none).
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


def review_candidates(territory: Territory, scenario: Scenario) -> CandidateReview:
    """Return which candidate sites may open by the rules of a scenario's model.

    A fact that is not known of a place excludes nobody. A site that the scenario forces open is kept, and so is one
    that the territory gives a format or a cost of its own: it is a stated project.
    """
    table = territory.sites[territory.sites["status"].eq("candidate")].reset_index(drop=True)
    failing = set(scenario.question.sites.fails_gates)
    breaks = _breaks(territory, table["place_id"]) | {"gates": [site in failing for site in table["site_id"]]}
    rules = scenario.model.candidates or ()  # a model of before them asks for none
    asked = [rule for rule, switch in rules if switch.value]
    reasons = [
        " ".join(REASONS[rule] for rule, is_broken in zip(asked, row, strict=True) if is_broken is True)
        for row in zip(*(breaks[rule] for rule in asked), strict=True)
    ] or [""] * len(table)
    forced = table["site_id"].isin(scenario.question.sites.force_open)
    stated = _cells(table, "format").notna() | _cells(table, "capex_eur").notna()
    exceptions = [
        "" if not reason else FORCED if is_forced else STATED if is_stated else ""
        for reason, is_forced, is_stated in zip(reasons, forced, stated, strict=True)
    ]
    kept = [not reason or bool(exception) for reason, exception in zip(reasons, exceptions, strict=True)]
    columns = {"kept": kept, "reasons": reasons, "exception": exceptions}
    kinds = {"kept": bool, "reasons": "str", "exception": "str"}
    sites = table[["site_id", "place_id", "name"]].assign(**columns).astype(kinds)
    unknown = {rule: sum(each is None for each in breaks[rule]) for rule in asked if rule != "gates"}
    return CandidateReview(sites, unknown)


def check_candidates_left(territory: Territory, scenario: Scenario) -> CandidateReview:
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


def problems_of_hosts(review: CandidateReview, opened: Iterable[str]) -> Iterator[Sentence]:
    """Yield which opened sites the rules of candidates exclude."""
    reasons = dict(zip(review.excluded["site_id"], review.excluded["reasons"], strict=True))
    for site in opened:
        if site in reasons:
            yield problem("{site} is opened, which the rules exclude ({reasons})", site=site, reasons=reasons[site]).at(
                "candidates"
            )


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
