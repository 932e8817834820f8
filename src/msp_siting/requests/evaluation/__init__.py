"""Appraises what a request changes, beside every other use of the same money and staff."""
