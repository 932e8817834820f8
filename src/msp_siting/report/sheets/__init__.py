"""Writes decision sheets, one A4 page per funding request."""
