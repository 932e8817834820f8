"""Turns options into arguments and errors into exit codes, and does nothing else."""

import click

from msp_siting import __version__
from msp_siting.cli.comparisons import alternatives, compare, evaluate, sweep
from msp_siting.cli.decisions import check, diagnose, report, solve, verify
from msp_siting.cli.misuse import Commands
from msp_siting.cli.options import examples
from msp_siting.cli.projects import new
from msp_siting.cli.terminal import INTERRUPTED, end_at_once
from msp_siting.cli.territories import territory, travel_times

__all__ = ["INTERRUPTED", "end_at_once", "main"]


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "msp-siting new my-project",
        "msp-siting solve isere-5m",
        "msp-siting verify runs/isere-5m",
        "msp-siting solve --help",
    ),
)
@click.version_option(__version__, prog_name="msp-siting")
def main() -> None:
    """Decide where to open maisons de santé pluriprofessionnelles (MSP), and how good that decision is.

    Begin with 'new', which writes a project to edit: data, models, scenarios, and a README with the next commands.
    Then 'check' what you edit, and 'solve' it; 'verify' recomputes a run from its files.
    """


COMMANDS = (new, check, diagnose, solve, verify, report, sweep, evaluate, compare, alternatives)
for command in (*COMMANDS, travel_times, territory):
    main.add_command(command)
