"""Command line: options to arguments, errors to exit codes, nothing else."""

import click

from msp_siting import __version__
from msp_siting.cli.comparisons import compare, evaluate, sweep
from msp_siting.cli.decisions import check, diagnose, solve, verify
from msp_siting.cli.misuse import Commands
from msp_siting.cli.terminal import INTERRUPTED
from msp_siting.cli.territories import territory, travel_times

__all__ = ["INTERRUPTED", "main"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="msp-siting")
def main() -> None:
    """Decide where to open maisons de santé pluriprofessionnelles (MSP), and how good that decision is."""


for command in (solve, verify, sweep, evaluate, compare, diagnose, check, travel_times, territory):
    main.add_command(command)
