"""Commands about one question or territory: solve, verify, report, diagnose, check."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Literal

import click

from msp_siting.cli.completion import (
    complete_input,
    complete_model,
    complete_scenario,
    complete_territory,
    complete_zone_kind,
)
from msp_siting.cli.options import (
    CSV_OPTION,
    GAP_OPTION,
    JSON_OPTION,
    LANGUAGE_OPTION,
    QUIET_OPTION,
    SET_OPTION,
    TERRITORY_OPTION,
    TIME_LIMIT_OPTION,
    examples,
    out_option,
)
from msp_siting.cli.progress import show_progress
from msp_siting.cli.terminal import INTERRUPTED, print_text, tell, translated_errors
from msp_siting.errors import VerificationError
from msp_siting.language import LANGUAGES, Language, default_language, say


@click.command(
    epilog=examples(
        "msp-siting solve isere-5m",
        "msp-siting solve scenarios/isere-20m.yaml --lang fr",
        "msp-siting solve scenarios/isere-20m.yaml --set budget_eur=10000000 --out runs/isere-10m",
    )
)
@click.argument("scenario", shell_complete=complete_scenario)
@out_option("runs/<scenario>")
@TIME_LIMIT_OPTION
@GAP_OPTION
@click.option("--threads", type=int, help="Threads of the solver (1: two runs with one seed give the same plan).")
@click.option("--start", type=click.Path(path_type=Path), metavar="RUN", help="Begin with the plan of an earlier run.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Keep the plan of an earlier run: its sites open again, in their formats, with at least their posts.",
)
@click.option(
    "--write-model",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the model for another solver (.lp or .mps), and solve nothing.",
)
@SET_OPTION
@CSV_OPTION
@LANGUAGE_OPTION
@QUIET_OPTION
@JSON_OPTION
def solve(  # noqa: PLR0913, PLR0917 - one argument per option
    scenario: str,
    out: Path | None,
    time_limit: float | None,
    gap: float | None,
    threads: int | None,
    start: Path | None,
    keep: Path | None,
    write_model: Path | None,
    settings: tuple[str, ...],
    csv: Literal["excel-fr"] | None,
    language: Language,
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    """Find the plan that answers SCENARIO.

    SCENARIO is a file, or the name of one in scenarios/ here or bundled. The first line says whether the plan is
    proven.
    """
    with translated_errors(language), show_progress(language, quiet=quiet) as course:
        from msp_siting.commands import Output, kept_sites, site_and_write, solve_and_write, state_model
        from msp_siting.scenario import (
            SitingScenario,
            add_override,
            parse_overrides,
            read_any_scenario,
            refuse_options,
        )

        overrides = parse_overrides(settings)
        if keep is not None:
            add_override(overrides, "sites.keep", kept_sites(keep))
        options = {"time_limit_s": time_limit, "relative_gap": gap, "threads": threads}
        for name, value in options.items():
            if value is not None:
                add_override(overrides, f"solve.{name}", value)
        question = read_any_scenario(scenario, overrides)
        folder = out or Path("runs") / question.name
        with course.interruptible() as interrupted:
            if isinstance(question, SitingScenario):
                refuse_options({"--start": start, "--write-model": write_model, "--csv": csv})
                run = site_and_write(question, Output(folder, language, None), interrupted, course)
            elif write_model is None:
                run = solve_and_write(question, Output(folder, language, csv), interrupted, course, start=start)
            else:
                run = state_model(question, write_model, language, course)
    tell(run, as_json=as_json)
    sys.exit(INTERRUPTED if interrupted.is_set() else run.exit_code)


@click.command(
    epilog=examples(
        "msp-siting diagnose isere --lang fr",
        "msp-siting diagnose data/isere --horizon 2030 --out runs/isere-in-2030",
        "msp-siting diagnose isere --without Mens:gp:1",
        "msp-siting diagnose isere --sheets epci --lang fr",
    )
)
@click.argument("territory", shell_complete=complete_territory)
@click.option(
    "--model",
    default="allocation",
    show_default=True,
    shell_complete=complete_model,
    help="Model whose parameters hold.",
)
@click.option("--horizon", type=click.IntRange(2000, 2100), metavar="YEAR", help="Take expected departures out.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Day whose zoning and events count (default: today).",
)
@click.option(
    "--without",
    multiple=True,
    metavar="PLACE:PROFESSION[:POSTS]",
    help="What if this practice closes: a place by code or name, posts of a profession (default: all); repeatable.",
)
@click.option(
    "--sheets",
    metavar="KIND",
    shell_complete=complete_zone_kind,
    help="A page per zone of a kind that the territory has, such as epci, tvs, cpts or canton.",
)
@SET_OPTION
@out_option("runs/diagnosis-<territory>")
@CSV_OPTION
@LANGUAGE_OPTION
@QUIET_OPTION
@JSON_OPTION
def diagnose(  # noqa: PLR0913, PLR0917 - one argument per option
    territory: str,
    model: str,
    horizon: int | None,
    on: datetime | None,
    without: tuple[str, ...],
    sheets: str | None,
    settings: tuple[str, ...],
    out: Path | None,
    csv: Literal["excel-fr"] | None,
    language: Language,
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    """Describe TERRITORY before any decision.

    TERRITORY is a folder, or the name of one in data/ here or bundled.
    """
    with translated_errors(language), show_progress(language, quiet=quiet) as course:
        from msp_siting.commands import DiagnosisOrder, Output, diagnose_and_write
        from msp_siting.scenario import parse_overrides, question_before_any_decision

        text = {each: say("diagnosis_question", each) for each in LANGUAGES}
        day = (on or datetime.now().astimezone()).date()
        question = question_before_any_decision(territory, text, model, horizon, parse_overrides(settings), day)
        folder = out or Path("runs") / question.name
        order = DiagnosisOrder(day, without, sheets)
        run = diagnose_and_write(question, Output(folder, language, csv), course, order)
    tell(run, as_json=as_json)


@click.command(
    epilog=examples(
        "msp-siting check scenarios/isere-5m.yaml",
        "msp-siting check data/isere models/allocation.yaml scenarios/isere-20m.yaml",
    )
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=complete_input)
@SET_OPTION
@LANGUAGE_OPTION
def check(paths: tuple[str, ...], settings: tuple[str, ...], language: Language) -> None:
    """Check scenarios, models and territories.

    PATH is a scenario, a model, gates, or a territory folder. All problems of all of them are told at once.
    """
    with translated_errors(language):
        from msp_siting.commands import check as check_inputs
        from msp_siting.scenario import parse_overrides

        print_text("\n".join(check_inputs(paths, parse_overrides(settings), language)))


@click.command(epilog=examples("msp-siting verify runs/isere-5m", "msp-siting verify moved/run --territory data/isere"))
@click.argument("folder", type=click.Path(path_type=Path), metavar="RUN")
@TERRITORY_OPTION
@LANGUAGE_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON on stdout.")
def verify(folder: Path, territory: Path | None, language: Language, *, as_json: bool) -> None:
    """Recompute a run from its written files.

    RUN is the folder of a run, or of a sweep, whose runs are all recomputed. Whatever differs is told with its place.
    """
    with translated_errors(language):
        from msp_siting.commands import sentences_of, summary_of
        from msp_siting.runs import verify_folder

        found = verify_folder(folder, territory)
        if as_json:
            print_text(json.dumps(summary_of(found, language), indent=2, ensure_ascii=False))
        if found.problems:
            raise VerificationError(found.problems)
        if not as_json:
            print_text("\n".join(sentences_of(found, language)))


@click.command(
    epilog=examples(
        "msp-siting report runs/isere-20m --lang fr",
        "msp-siting report runs/isere-20m --pdf",
        "msp-siting report moved/run --territory data/isere",
    )
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="RUN")
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    help="Language of pages, and of errors (default: of pages the run's own).",
)
@click.option("--pdf", "as_pdf", is_flag=True, help="Print the page as report.pdf too (by Chromium or Chrome).")
@TERRITORY_OPTION
@CSV_OPTION
@QUIET_OPTION
@JSON_OPTION
def report(  # noqa: PLR0913 - one argument per option
    folder: Path,
    language: Language | None,
    territory: Path | None,
    csv: Literal["excel-fr"] | None,
    *,
    as_pdf: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Write the pages of a finished run again.

    RUN is the folder of a run of any kind. Its pages, maps and other files for people are made anew from its files, in
    either language; its figures stay as they are.
    """
    told = language or default_language()
    with translated_errors(told), show_progress(told, quiet=quiet) as course:
        from msp_siting.commands import ReportOrder, report_and_write

        run = report_and_write(folder, ReportOrder(language, territory, csv, as_pdf), told, course)
    tell(run, as_json=as_json)
