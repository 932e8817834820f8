"""Writes the folder of a run, a diagnosis, a comparison or an evaluation, file by file."""
