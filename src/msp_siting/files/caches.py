"""The user's cache folder: what was made once and can be made again."""

import os
from pathlib import Path


def user_cache() -> Path:
    """Return the user's cache folder: under XDG_CACHE_HOME, or ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "msp-siting"
