"""The folders that a run of each kind writes."""
