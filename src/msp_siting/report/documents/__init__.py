"""Writes what an office edits: the note of a plan."""
