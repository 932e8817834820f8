"""Says sentences and numbers in French and English."""

from msp_siting.files import fold
from msp_siting.language.facts import Fact, Repair, mended_facts, tell
from msp_siting.language.problems import translate
from msp_siting.language.sentences import (
    LANGUAGES,
    Language,
    catalogue,
    decimal,
    default_language,
    percent,
    say,
    whole,
)
from msp_siting.language.sources import source_catalogue, tell_source
from msp_siting.language.typography import typeset, typeset_page

__all__ = [
    "LANGUAGES",
    "Fact",
    "Language",
    "Repair",
    "catalogue",
    "decimal",
    "default_language",
    "fold",
    "mended_facts",
    "percent",
    "say",
    "source_catalogue",
    "tell",
    "tell_source",
    "translate",
    "typeset",
    "typeset_page",
    "whole",
]
