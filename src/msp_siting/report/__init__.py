"""Files that a run writes: tables, map layers and the page."""
