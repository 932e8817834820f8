"""Judges a request by gates, each with its rule, its figures and its finding."""
