"""Turns official open data into the folder of a territory."""

from msp_siting.sources.build import Built, Options, build_tables
from msp_siting.sources.catalogue import read_catalogue
from msp_siting.sources.differences import Comparison, Difference, compare_territories
from msp_siting.sources.france import France, read_france
from msp_siting.sources.selection import Choice, read_choice, select_communes
from msp_siting.sources.strangers import strangers_told
from msp_siting.sources.writing import write_territory
from msp_siting.sources.zone_adding import NOT_STATED, Origin, add_zones
from msp_siting.sources.zone_lists import communes_of, read_zone_list
from msp_siting.sources.zone_words import KINDS

__all__ = [
    "KINDS",
    "NOT_STATED",
    "Built",
    "Choice",
    "Comparison",
    "Difference",
    "France",
    "Options",
    "Origin",
    "add_zones",
    "build_tables",
    "communes_of",
    "compare_territories",
    "read_catalogue",
    "read_choice",
    "read_france",
    "read_zone_list",
    "select_communes",
    "strangers_told",
    "write_territory",
]
