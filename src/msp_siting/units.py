"""Named conversions, and units that names say; everything else in the package is already in the unit its name says."""

import re
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache

from msp_siting.errors import Sentence, problem

SECONDS_PER_MINUTE = 60.0
MINUTES_PER_HOUR = 60.0
EUR_PER_MILLION_EUR = 1_000_000.0
BYTES_PER_MEGABYTE = 1_000_000.0
METRES_PER_KILOMETRE = 1_000.0
EUR_PER_100K_EUR = 100_000.0
EUR_PER_KEUR = 1_000.0
CENTS_PER_EUR = 100
CENTS_PER_MILLION_EUR = 100_000_000
EUR_DIGITS = 6  # less is what a sum of floating-point numbers leaves behind

# The unit of a parameter whose name has such an ending: how it is called, and how its text begins. The first counts.
_UNITS = (
    ("minutes_per_km", "minutes per km", "minutes per (crow-fly )?km"),
    ("minutes", "minutes", "minutes(?! per)"),
    ("_seconds", "seconds", "seconds"),
    ("_km_per_h", "km/h", "km/h"),
    ("_km", "km", "(crow-fly )?km(?!/)"),
    ("_eur_per_year", "EUR per year", "EUR per year"),
    ("_eur", "EUR", "EUR(?! per year)"),
    ("shares?(_per_year)?", "share", "share"),
    ("visits_per(_gp_per)?_year", "visits per ... year", "visits per .*year"),
    ("_inhabitants_per_post", "inhabitants per post", "(standardised )?inhabitants per post"),
    ("_inhabitants_(fewest|most)", "inhabitants", "inhabitants"),
)


def unit_problem(name: str, unit: str) -> Sentence | None:
    """Return what is wrong with the stated unit of a parameter of some name, or None."""
    for ending, called, begins in _UNITS:
        if re.search(f"{ending}$", name):
            if re.match(rf"(?:{begins})\b", unit):
                return None
            return problem(
                "must begin with {called!r}, as the name says, got {unit!r}; convert the value",
                called=called,
                unit=unit,
            ).at("unit")
    return None


def cents_of(eur: float) -> int:
    """Return an amount in whole cents, to the nearest; half a cent counts as one."""
    return int(_cents(eur).to_integral_value(ROUND_HALF_UP))


def cents_within(eur: float) -> int:
    """Return the whole cents that an amount covers: a part of a cent buys nothing."""
    return int(_cents(eur).to_integral_value(ROUND_FLOOR))


def whole_cents(eur: float) -> float:
    """Return an amount to the nearest cent."""
    return cents_of(eur) / CENTS_PER_EUR


def digits_of_money(eur: float) -> int:
    """Return the decimals that an amount is shown with: 2 where it is whole cents but no whole EUR, else 0."""
    return 2 if is_whole_cents(eur) and cents_of(eur) % CENTS_PER_EUR else 0


def is_whole_cents(eur: float) -> bool:
    """Return whether an amount has no fraction of a cent."""
    cents = _cents(eur)
    return cents == cents.to_integral_value()


@lru_cache(maxsize=10_000)
def _cents(eur: float) -> Decimal:
    """Return an amount in cents as it is written: by the fewest digits that mean the number, without sums' noise."""
    return Decimal(repr(round(float(eur), EUR_DIGITS))) * CENTS_PER_EUR
