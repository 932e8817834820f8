"""Named conversions; everything else in the package is already in the unit its name says."""

SECONDS_PER_MINUTE = 60.0
EUR_PER_MILLION_EUR = 1_000_000.0
INHABITANTS_PER_DENSITY_UNIT = 10_000.0
BYTES_PER_MEGABYTE = 1_000_000.0
METRES_PER_KILOMETRE = 1_000.0
EUR_PER_100K_EUR = 100_000.0
