"""Sentences and numbers in French and English."""

from msp_siting.language.problems import translate
from msp_siting.language.sentences import LANGUAGES, Language, Repair, catalogue, decimal, percent, say, whole
from msp_siting.language.spelling import fold

__all__ = ["LANGUAGES", "Language", "Repair", "catalogue", "decimal", "fold", "percent", "say", "translate", "whole"]
