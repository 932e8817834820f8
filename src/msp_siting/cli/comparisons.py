"""Commands about several plans: sweep."""

import os
import sys
from pathlib import Path

import click

from msp_siting.cli.options import LANGUAGE_OPTION, SET_OPTION, default_language
from msp_siting.cli.terminal import INTERRUPTED, show_points, tell, translated_errors
from msp_siting.curve import BUDGET
from msp_siting.errors import ScenarioError
from msp_siting.messages import Language
from msp_siting.scenario import add_override, parse_overrides
from msp_siting.sweep import Workers, ask, sweep_and_write


@click.command()
@click.argument("scenario")
@click.option("--budgets", metavar="FROM:TO:STEP", help="Budgets in EUR, both ends included; or values with commas.")
@click.option("--vary", metavar="PATH=FROM:TO:STEP", help="Another value by path, such as recruitable.gp=20:60:10.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes (default: one per processor).")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, whose workers are used instead.")
@click.option("--resume", is_flag=True, help="Go on with an unfinished sweep of the same question.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the sweep (default: runs/<scenario>-sweep).")
@click.option("--time-limit", type=float, metavar="SECONDS", help="Seconds to search for each plan.")
@click.option("--gap", type=float, metavar="SHARE", help="Relative gap at which a plan counts as proven.")
@SET_OPTION
@LANGUAGE_OPTION
@click.option("--quiet", is_flag=True, help="No progress on stderr.")
@click.option("--json", "as_json", is_flag=True, help="Print summary.json on stdout instead of sentences.")
def sweep(  # noqa: PLR0913, PLR0917 - one argument per option
    scenario: str,
    budgets: str | None,
    vary: str | None,
    workers: int | None,
    scheduler: str | None,
    out: Path | None,
    time_limit: float | None,
    gap: float | None,
    settings: tuple[str, ...],
    language: Language | None,
    *,
    resume: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Solve SCENARIO for many budgets, or many values of anything: the curve, the knee, an order of opening.

    Example: msp-siting sweep scenarios/isere-20m.yaml --budgets 2000000:40000000:2000000
    """
    with translated_errors():
        overrides = parse_overrides(settings)
        for name, value in (("time_limit_s", time_limit), ("relative_gap", gap)):
            if value is not None:
                add_override(overrides, f"solve.{name}", value)
        path, _, values = (f"{BUDGET}={budgets}" if vary is None else vary).partition("=")
        if (budgets is None) == (vary is None) or not (path and values):
            raise ScenarioError("give either --budgets FROM:TO:STEP or --vary PATH=FROM:TO:STEP")
        question = ask(scenario, path, values, overrides)
        folder = out or Path("runs") / f"{question.name}-sweep"
        team = Workers(workers or os.cpu_count() or 1, scheduler)
        try:
            with show_points(quiet=quiet) as report:
                run = sweep_and_write(question, folder, language or default_language(), team, report, resume=resume)
        except KeyboardInterrupt:
            click.echo("interrupted; finished points are kept: go on with --resume", err=True)
            sys.exit(INTERRUPTED)
    tell(run, as_json=as_json)
    sys.exit(run.exit_code)
