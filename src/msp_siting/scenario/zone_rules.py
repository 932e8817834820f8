"""What a question asks of single zones: openings, money, people served, access."""

from collections.abc import Mapping
from typing import Self

from pydantic import model_validator

from msp_siting.errors import problem
from msp_siting.files import Count, Positive, Share, Strict
from msp_siting.scenario.money import Money

EACH = "each"  # stands for every zone of its kind that is not named


class _Between(Strict):
    @model_validator(mode="after")
    def _in_order(self) -> Self:
        least, most = self.min, self.max  # type: ignore[attr-defined]
        if most is not None and least > most:
            raise ValueError(problem("min {least} is above max {most}", least=f"{least:g}", most=f"{most:g}"))
        return self


class SitesBetween(_Between):
    """How many candidate sites of a zone open."""

    min: Count = 0
    max: Count | None = None


class MoneyBetween(_Between):
    """What is spent in a zone on works and equipment, EUR."""

    min: Money = 0.0
    max: Money | None = None


class ShareAtLeast(Strict):
    """The least share (0-1) of a zone's need that is served."""

    min: Share


class AplAtLeast(Strict):
    """The least mean APL of a zone, visits a year and standardised inhabitant."""

    min: Positive


class ZoneRule(Strict):
    """What is asked of one zone, or of each; what is None, or of no profession, is not asked."""

    sites: SitesBetween | None = None
    budget_eur: MoneyBetween | None = None
    covered_share: dict[str, ShareAtLeast] | None = None
    apl_mean: AplAtLeast | None = None


KEYS_OF_ZONES = (*ZoneRule.model_fields, "min", "max")
ZoneRules = dict[str, dict[str, ZoneRule]]  # by kind of zone, then by zone_id or EACH


def rules_by_zone(rules: Mapping[str, Mapping[str, ZoneRule]], kind: str, zone_ids: list[str]) -> dict[str, ZoneRule]:
    """Return what is asked of each zone of a kind: its own record, else that of ``each``; of others nothing."""
    of_kind = rules.get(kind, {})
    found = {zone: of_kind.get(zone, of_kind.get(EACH)) for zone in zone_ids}
    return {zone: rule for zone, rule in found.items() if rule is not None}
