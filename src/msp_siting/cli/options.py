"""Options that several commands share."""

import locale
import os
from collections.abc import Sequence
from itertools import pairwise, takewhile

import click

from msp_siting.messages import LANGUAGES, Language


def default_language() -> Language:
    """Return French where the system is French, else English."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "fr" if (name or locale.getlocale()[0] or "").lower().startswith("fr") else "en"


def asked_language(arguments: Sequence[str]) -> Language:
    """Return the language that a command line asks for, whatever else is wrong with it, else the system's."""
    options = [*takewhile(lambda argument: argument != "--", arguments), ""]
    given = [
        value if option == "--lang" else option.removeprefix("--lang=")
        for option, value in pairwise(options)
        if option == "--lang" or option.startswith("--lang=")
    ]
    known = [language for value in given for language in LANGUAGES if language == value]
    return known[-1] if known else default_language()


LANGUAGE_OPTION = click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default=default_language,
    help="Language of results and errors (default: French where the system is French, else English).",
)
SET_OPTION = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Change one value, such as budget_eur=5000000 or professions.gp.cutoff_minutes=15.",
)
