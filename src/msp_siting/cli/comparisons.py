"""Commands about several plans or projects: sweep, evaluate, compare."""

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from msp_siting import comparing, evaluating
from msp_siting.cli.options import LANGUAGE_OPTION, SET_OPTION
from msp_siting.cli.terminal import INTERRUPTED, show_counts, tell, translated_errors
from msp_siting.curve import BUDGET
from msp_siting.errors import ScenarioError
from msp_siting.messages import Language, say
from msp_siting.scenario import add_override, find_file, parse_overrides, read_scenario
from msp_siting.sweep import Workers, ask, sweep_and_write

SEARCHES = "How many requests, those with the largest effect first, are held against all other plans."


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
    language: Language,
    *,
    resume: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Solve SCENARIO for many budgets, or many values of anything: the curve, the knee, an order of opening.

    Example: msp-siting sweep scenarios/isere-20m.yaml --budgets 2000000:40000000:2000000
    """
    with translated_errors(language):
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
            with show_counts("told_points", language, quiet=quiet) as report:
                run = sweep_and_write(question, folder, language, team, report, resume=resume)
        except KeyboardInterrupt:
            click.echo(say("told_sweep_interrupted", language), err=True)
            sys.exit(INTERRUPTED)
    tell(run, as_json=as_json)
    sys.exit(run.exit_code)


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="RUN...")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("runs") / "comparison",
    show_default=True,
    help="Folder of the comparison.",
)
@LANGUAGE_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print summary.json on stdout instead of sentences.")
def compare(folders: tuple[Path, ...], out: Path, language: Language, *, as_json: bool) -> None:
    """Put two to ten RUN folders side by side; the first is the reference.

    Example: msp-siting compare runs/isere-5m runs/isere-20m --out runs/isere-compared
    """
    with translated_errors(language):
        run = comparing.compare_and_write(folders, out, language)
    tell(run, as_json=as_json)


@click.command()
@click.argument("scenario")
@click.argument("requests", type=click.Path(path_type=Path))
@click.option("--envelope", type=float, metavar="EUR", help="Money given out (default: the scenario's budget).")
@click.option("--weights", metavar="NAME=NUMBER,...", help="Weights of criteria, or 'proposed'; none by default.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day whose gates hold (default: today).")
@click.option("--searches", type=click.IntRange(min=0), default=40, show_default=True, help=SEARCHES)
@click.option("--workers", type=click.IntRange(min=1), help="Processes (default: one per processor).")
@click.option("--out", type=click.Path(path_type=Path), help="Folder (default: runs/<scenario>-requests).")
@SET_OPTION
@LANGUAGE_OPTION
@click.option("--quiet", is_flag=True, help="No progress on stderr.")
@click.option("--json", "as_json", is_flag=True, help="Print summary.json on stdout instead of sentences.")
def evaluate(  # noqa: PLR0913, PLR0917 - one argument per option
    scenario: str,
    requests: Path,
    envelope: float | None,
    weights: str | None,
    on: datetime | None,
    searches: int,
    workers: int | None,
    out: Path | None,
    settings: tuple[str, ...],
    language: Language,
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    """Judge the funding REQUESTS (a CSV file) by what they change under SCENARIO: gates, effects, ranks, portfolio.

    Example: msp-siting evaluate scenarios/isere-20m.yaml requests.csv --envelope 2000000 --lang fr
    """
    with translated_errors(language):
        if envelope is not None and not 0 <= envelope < float("inf"):
            raise ScenarioError(f"--envelope {envelope:g}: expected an amount of at least 0 EUR")
        question = read_scenario(scenario, parse_overrides(settings))
        order = evaluating.Order(
            envelope, weights, (on or datetime.now().astimezone()).date(), searches, workers or os.cpu_count() or 1
        )
        folder = out or Path("runs") / f"{question.name}-requests"
        beside = find_file(scenario, "scenarios", Path()).parent
        with show_counts("told_searches", language, quiet=quiet) as report:
            run = evaluating.evaluate_and_write(question, beside, requests, order, folder, language, report)
    tell(run, as_json=as_json)
