"""The command that one meets first: new."""

from pathlib import Path

import click

from msp_siting.cli.completion import complete_bundled_territory
from msp_siting.cli.options import LANGUAGE_OPTION, examples
from msp_siting.cli.terminal import print_text, translated_errors
from msp_siting.language import Language


@click.command(
    epilog=examples(
        "msp-siting new my-project",
        "msp-siting new mon-projet --territory occitanie --lang fr",
    )
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--territory",
    default="isere",
    show_default=True,
    shell_complete=complete_bundled_territory,
    metavar="NAME",
    help="Bundled territory to take.",
)
@LANGUAGE_OPTION
def new(folder: Path, territory: str, language: Language) -> None:
    """Write a project to edit into the new folder DIR.

    It holds a bundled territory, all the models, the territory's scenarios (every key explained) and a README with
    the next commands. What is run inside it uses its own files.
    """
    with translated_errors(language):
        from msp_siting.commands import make_project

        print_text("\n".join(make_project(folder, territory, language)))
