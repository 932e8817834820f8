"""Shares of the need that are to be served, in all and by zone: what a plan leaves uncovered, held against them."""

from collections.abc import Iterator

import pandas as pd

from msp_siting.errors import Sentence, problem
from msp_siting.problem.instance import Instance
from msp_siting.problem.terms import ZoneTerms

LEAST_TOLERANCE = 1e-2  # standardised inhabitants: what a solver's rounding may leave
TOLERANCE_SHARE = 1e-6  # of the need: the same for large ones


def tolerance(need: float) -> float:
    """Return by how much (standardised inhabitants) a limit on uncovered need may be exceeded by rounding."""
    return max(LEAST_TOLERANCE, TOLERANCE_SHARE * need)


def problems_of_targets(instance: Instance, uncovered: pd.DataFrame) -> Iterator[Sentence]:
    """Yield the shares that are not reached; ``uncovered`` has ``demand_id``, ``profession``, ``inhabitants``."""
    if not instance.targeted:
        return
    left = _left(instance, uncovered)
    for name, most in instance.limits_uncovered.items():
        need = instance.need(name)
        found = sum(amount for (_, other), amount in left.items() if other == name)
        if not found <= most + tolerance(need):
            yield _short(name, found, most, need).at("coverage_target")
    for zone, name, most, found in _by_zone(instance, left):
        need = instance.need_at(zone.points, name)
        if not found <= most + tolerance(need):
            yield _short(name, found, most, need).at(f"{zone.kind} {zone.zone_id}").at("zone_coverage")


def short_by_zone(instance: Instance, uncovered: pd.DataFrame) -> set[str]:
    """Return the professions of which some zone's share is not reached."""
    if instance.is_levelled:
        return set()
    return {
        name
        for zone, name, most, found in _by_zone(instance, _left(instance, uncovered))
        if found > most + tolerance(instance.need_at(zone.points, name))
    }


def _left(instance: Instance, uncovered: pd.DataFrame) -> dict[tuple[str, str], float]:
    index = {name: terms.need_index for name, terms in instance.professions.items()}
    return {
        (point, name): people * index[name].get(point, 0.0)
        for point, name, people in uncovered.itertuples(index=False, name=None)
        if name in index  # else told among the problems of who is served
    }


def _by_zone(instance: Instance, left: dict[tuple[str, str], float]) -> Iterator[tuple[ZoneTerms, str, float, float]]:
    """Yield zone, profession, the need that may be left uncovered there, and what is."""
    for zone, name, most in instance.limits_uncovered_by_zone:
        yield zone, name, most, sum(left.get((point, name), 0.0) for point in zone.points)


def _short(profession: str, left: float, most: float, need: float) -> Sentence:
    return problem(
        "{served:.4%} of the need for {profession} is served, at least {least:.4%} is asked",
        served=1.0 - left / need,
        profession=profession,
        least=1.0 - most / need,
    )
