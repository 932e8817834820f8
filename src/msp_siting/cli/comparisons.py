"""Commands about several plans or projects: sweep, evaluate, compare, alternatives."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Literal

import click

from msp_siting.cli.completion import complete_scenario
from msp_siting.cli.options import (
    CSV_OPTION,
    GAP_OPTION,
    JSON_OPTION,
    LANGUAGE_OPTION,
    QUIET_OPTION,
    SET_OPTION,
    TERRITORY_OPTION,
    TIME_LIMIT_OPTION,
    WORKERS_OPTION,
    examples,
    out_option,
)
from msp_siting.cli.progress import show_progress
from msp_siting.cli.terminal import INTERRUPTED, tell, translated_errors
from msp_siting.errors import ScenarioError, problem
from msp_siting.language import Language

SEARCHES = "How many requests, those with the largest effect first, are held against all other plans."


@click.command(
    epilog=examples(
        "msp-siting sweep scenarios/isere-20m.yaml --budgets 2000000:40000000:2000000",
        "msp-siting sweep scenarios/isere-5m.yaml --vary recruitable.gp=10,20,30 --out runs/recruits",
    )
)
@click.argument("scenario", shell_complete=complete_scenario)
@click.option("--budgets", metavar="FROM:TO:STEP", help="Budgets in EUR, both ends included; or values with commas.")
@click.option("--vary", metavar="PATH=FROM:TO:STEP", help="Another value by path, such as recruitable.gp=20:60:10.")
@WORKERS_OPTION
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler of a cluster of your own.")
@click.option("--resume", is_flag=True, help="Go on with an unfinished sweep of the same question.")
@out_option("runs/<scenario>-sweep")
@TIME_LIMIT_OPTION
@GAP_OPTION
@SET_OPTION
@CSV_OPTION
@LANGUAGE_OPTION
@QUIET_OPTION
@JSON_OPTION
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
    csv: Literal["excel-fr"] | None,
    language: Language,
    *,
    resume: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Solve SCENARIO for many budgets.

    Or for many values of anything else: the curve, its knee, and an order of opening.
    """
    with translated_errors(language), show_progress(language, quiet=quiet) as course:
        from msp_siting.commands import Output, Workers, ask, sweep_and_write
        from msp_siting.runs import BUDGET
        from msp_siting.scenario import add_override, parse_overrides

        overrides = parse_overrides(settings)
        for name, value in (("time_limit_s", time_limit), ("relative_gap", gap)):
            if value is not None:
                add_override(overrides, f"solve.{name}", value)
        path, _, values = (f"{BUDGET}={budgets}" if vary is None else vary).partition("=")
        if (budgets is None) == (vary is None) or not (path and values):
            raise ScenarioError(problem("give either --budgets FROM:TO:STEP or --vary PATH=FROM:TO:STEP"))
        question = ask(scenario, path, values, overrides)
        folder = out or Path("runs") / f"{question.name}-sweep"
        team = Workers(workers or os.cpu_count() or 1, scheduler)
        run = sweep_and_write(question, Output(folder, language, csv), team, course, resume=resume)
    tell(run, as_json=as_json)
    sys.exit(run.exit_code)


@click.command(
    epilog=examples("msp-siting compare runs/isere-5m runs/isere-20m --out runs/isere-compared"),
)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="RUN...")
@out_option("runs/comparison")
@CSV_OPTION
@LANGUAGE_OPTION
@JSON_OPTION
def compare(
    folders: tuple[Path, ...],
    out: Path | None,
    csv: Literal["excel-fr"] | None,
    language: Language,
    *,
    as_json: bool,
) -> None:
    """Put two to ten runs side by side.

    Each RUN is a folder that solve wrote; the first is the reference.
    """
    with translated_errors(language):
        from msp_siting.commands import Output, compare_and_write

        run = compare_and_write(folders, Output(out or Path("runs") / "comparison", language, csv))
    tell(run, as_json=as_json)


@click.command(
    epilog=examples(
        "msp-siting alternatives runs/isere-20m",
        "msp-siting alternatives runs/isere-5m runs/isere-20m --time-limit 600 --out runs/isere-alternatives",
    ),
)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="RUN...")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=240.0,
    show_default=True,
    metavar="SECONDS",
    help="Seconds for all searches together.",
)
@TERRITORY_OPTION
@out_option("runs/alternatives")
@CSV_OPTION
@LANGUAGE_OPTION
@QUIET_OPTION
@JSON_OPTION
def alternatives(  # noqa: PLR0913, PLR0917 - one argument per option
    folders: tuple[Path, ...],
    time_limit: float,
    territory: Path | None,
    out: Path | None,
    csv: Literal["excel-fr"] | None,
    language: Language,
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    """Say which sites of a plan are needed.

    And which can be had elsewhere at no or little loss. Each RUN is a folder that solve wrote, of one territory.
    """
    with translated_errors(language), show_progress(language, quiet=quiet) as course:
        from msp_siting.commands import Output, find_alternatives_and_write
        from msp_siting.solver import Settings

        with course.interruptible() as interrupted:
            settings = Settings(time_limit, 0.0, 0.0, 1, 1, interrupted=interrupted, report=course)
            target = out or Path("runs") / "alternatives"
            run = find_alternatives_and_write(folders, Output(target, language, csv), settings, territory=territory)
    tell(run, as_json=as_json)
    sys.exit(INTERRUPTED if interrupted.is_set() else run.exit_code)


@click.command(
    epilog=examples(
        "msp-siting evaluate scenarios/isere-20m.yaml requests.csv --envelope 2000000 --lang fr",
        "msp-siting evaluate scenarios/isere-20m.yaml requests.csv --weights need=30,team=25 --on 2026-12-31",
    )
)
@click.argument("scenario", shell_complete=complete_scenario)
@click.argument("requests", type=click.Path(path_type=Path))
@click.option("--envelope", type=float, metavar="EUR", help="Money given out (default: the scenario's budget).")
@click.option("--weights", metavar="NAME=NUMBER,...", help="Weights of criteria, or 'proposed'; none by default.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Day whose gates and events count (default: today).",
)
@click.option("--searches", type=click.IntRange(min=0), default=40, show_default=True, help=SEARCHES)
@WORKERS_OPTION
@out_option("runs/<scenario>-requests")
@SET_OPTION
@CSV_OPTION
@LANGUAGE_OPTION
@QUIET_OPTION
@JSON_OPTION
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
    csv: Literal["excel-fr"] | None,
    language: Language,
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    """Judge funding requests by what they change.

    REQUESTS is a CSV file with one project per row; SCENARIO says of which territory, with which money and posts.
    """
    with translated_errors(language), show_progress(language, quiet=quiet) as course:
        from msp_siting.commands import Output, check_envelope, evaluate_and_write
        from msp_siting.files import find_file
        from msp_siting.requests import Order
        from msp_siting.scenario import add_override, parse_overrides, read_scenario

        check_envelope(envelope)
        overrides = parse_overrides(settings)
        if on is not None:
            add_override(overrides, "asked_on", on.date())
        question = read_scenario(scenario, overrides)
        order = Order(
            beside=find_file(scenario, "scenarios", Path()).parent,
            envelope_eur=envelope,
            weights=weights,
            on=(on or datetime.now().astimezone()).date(),
            searches=searches,
            workers=workers or os.cpu_count() or 1,
        )
        folder = out or Path("runs") / f"{question.name}-requests"
        run = evaluate_and_write(question, requests, order, Output(folder, language, csv), course)
    tell(run, as_json=as_json)
