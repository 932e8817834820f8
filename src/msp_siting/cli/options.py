"""Options that several commands share, each declared once; and the examples that end a command's help."""

from collections.abc import Callable, Sequence
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

import click

from msp_siting.cli.completion import complete_setting
from msp_siting.language import LANGUAGES, Language, default_language


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
    shell_complete=complete_setting,
    help="Change one value, such as budget_eur=5000000 or professions.gp.cutoff_minutes=15.",
)
TIME_LIMIT_OPTION = click.option("--time-limit", type=float, metavar="SECONDS", help="Seconds to search for a plan.")
GAP_OPTION = click.option(
    "--gap", type=float, metavar="SHARE", help="Relative gap at which a plan counts as proven (0.01: 1%)."
)
WORKERS_OPTION = click.option("--workers", type=click.IntRange(min=1), help="Processes (default: one per processor).")
QUIET_OPTION = click.option("--quiet", is_flag=True, help="No progress on stderr.")
TERRITORY_OPTION = click.option(
    "--territory",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the territory is now, if not where RUN says.",
)
CSV_OPTION = click.option(
    "--csv", type=click.Choice(["excel-fr"]), help="Write the tables into excel/ too, for French spreadsheets."
)
JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print summary.json on stdout instead of sentences.")


def out_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option ``--out``, its default as words."""
    return click.option("--out", type=click.Path(path_type=Path), help=f"Folder to write (default: {default}).")


def examples(*commands: str) -> str:
    """Return the end of a command's help: lines to copy, which click leaves as they are."""
    return "\b\nExamples:\n" + "\n".join(f"  {command}" for command in commands)
