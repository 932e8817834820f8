"""Writes the page of every kind of run, one HTML file that opens offline."""
