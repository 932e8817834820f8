"""Options that several commands share."""

import locale
import os

import click

from msp_siting.messages import LANGUAGES, Language


def default_language() -> Language:
    """Return French where the system is French, else English."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "fr" if (name or locale.getlocale()[0] or "").lower().startswith("fr") else "en"


LANGUAGE_OPTION = click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default=None,
    help="Language of results (default: French where the system is French, else English).",
)
SET_OPTION = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Change one value, such as budget_eur=5000000 or professions.gp.cutoff_minutes=15.",
)
