"""Which zoning of GPs a diagnosis speaks of, and what of it is valid on its day."""

from msp_siting.answer.diagnosis import Diagnosis
from msp_siting.language import Fact
from msp_siting.territory import gp_statuses


def zoning_kind(diagnosis: Diagnosis) -> str | None:
    """Return the first kind of zone that has a status of the zoning of GPs; None without zoning."""
    zoned = {each.kind for each in gp_statuses(diagnosis.territory)}
    return next((kind for kind in diagnosis.territory.zone_kinds if kind in zoned), None)


def valid_zones(diagnosis: Diagnosis, kind: str) -> set[str]:
    """Return the ids of the zones of a kind whose status in the zoning of GPs is valid that day."""
    zones = gp_statuses(diagnosis.territory)
    return {each.zone_id for each in zones if each.kind == kind and each.holds_on(diagnosis.on)}


def invalid_zonings(diagnosis: Diagnosis) -> list[Fact]:
    """Return the zonings of GPs by the first kind that has one which are not valid that day: replaced, or not yet."""
    kind = zoning_kind(diagnosis)
    zones = [zone for zone in gp_statuses(diagnosis.territory) if zone.kind == kind]
    told = [zone.told(diagnosis.on) for zone in zones if not zone.holds_on(diagnosis.on)]
    return [fact for place, fact in enumerate(told) if fact not in told[:place]]
