"""Commands about one question or territory: solve, verify, diagnose, check."""

import json
import sys
from pathlib import Path

import click

from msp_siting import checking, runs, verifying
from msp_siting.cli.options import LANGUAGE_OPTION, SET_OPTION
from msp_siting.cli.terminal import INTERRUPTED, interruptible, print_text, show_progress, tell, translated_errors
from msp_siting.errors import VerificationError
from msp_siting.messages import LANGUAGES, Language, say
from msp_siting.scenario import add_override, parse_overrides, question_before_any_decision, read_scenario


@click.command()
@click.argument("scenario")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the run (default: runs/<scenario>).")
@click.option("--time-limit", type=float, metavar="SECONDS", help="Seconds to search for a plan.")
@click.option("--gap", type=float, metavar="SHARE", help="Relative gap at which a plan counts as proven.")
@click.option("--threads", type=int, help="Threads of the solver (1: two runs with one seed give the same plan).")
@click.option("--start", type=click.Path(path_type=Path), metavar="RUN", help="Begin with the plan of an earlier run.")
@SET_OPTION
@LANGUAGE_OPTION
@click.option("--quiet", is_flag=True, help="No progress on stderr.")
@click.option("--json", "as_json", is_flag=True, help="Print summary.json on stdout instead of sentences.")
def solve(  # noqa: PLR0913, PLR0917 - one argument per option
    scenario: str,
    out: Path | None,
    time_limit: float | None,
    gap: float | None,
    threads: int | None,
    start: Path | None,
    settings: tuple[str, ...],
    language: Language,
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    """Find the plan that answers SCENARIO (a file, or the name of a bundled scenario).

    Example: msp-siting solve scenarios/isere-20m.yaml --set budget_eur=10000000 --out runs/isere-10m
    """
    with translated_errors(language):
        overrides = parse_overrides(settings)
        options = {"time_limit_s": time_limit, "relative_gap": gap, "threads": threads}
        for name, value in options.items():
            if value is not None:
                add_override(overrides, f"solve.{name}", value)
        question = read_scenario(scenario, overrides)
        folder = out or Path("runs") / question.name
        with interruptible() as interrupted, show_progress(language, quiet=quiet) as report:
            run = runs.solve_and_write(question, folder, language, interrupted, report, start=start)
    tell(run, as_json=as_json)
    sys.exit(INTERRUPTED if interrupted.is_set() else run.exit_code)


@click.command()
@click.argument("territory")
@click.option("--model", default="allocation", show_default=True, help="Model whose parameters hold.")
@click.option("--horizon", type=click.IntRange(2000, 2100), metavar="YEAR", help="Take expected departures out.")
@SET_OPTION
@click.option("--out", type=click.Path(path_type=Path), help="Folder (default: runs/diagnosis-<territory>).")
@LANGUAGE_OPTION
@click.option("--quiet", is_flag=True, help="No progress on stderr.")
@click.option("--json", "as_json", is_flag=True, help="Print summary.json on stdout instead of sentences.")
def diagnose(  # noqa: PLR0913, PLR0917 - one argument per option
    territory: str,
    model: str,
    horizon: int | None,
    settings: tuple[str, ...],
    out: Path | None,
    language: Language,
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    """Describe TERRITORY (a folder, or the name of a bundled territory) before any decision.

    Example: msp-siting diagnose isere --lang fr
    """
    with translated_errors(language):
        text = {each: say("diagnosis_question", each) for each in LANGUAGES}
        question = question_before_any_decision(territory, text, model, horizon, parse_overrides(settings))
        folder = out or Path("runs") / question.name
        with show_progress(language, quiet=quiet) as report:
            run = runs.diagnose_and_write(question, folder, language, report)
    tell(run, as_json=as_json)


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@SET_OPTION
@LANGUAGE_OPTION
def check(paths: tuple[str, ...], settings: tuple[str, ...], language: Language) -> None:
    """Validate scenarios, models, gates and territory folders; all problems at once."""
    with translated_errors(language):
        print_text("\n".join(checking.check(paths, parse_overrides(settings), language)))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="RUN")
@click.option(
    "--territory",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the territory is now, if not where RUN says.",
)
@LANGUAGE_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON on stdout.")
def verify(folder: Path, territory: Path | None, language: Language, *, as_json: bool) -> None:
    """Recompute RUN (the folder of a run, or of a sweep) from its written files and its territory.

    Example: msp-siting verify runs/isere-20m
    """
    with translated_errors(language):
        found = verifying.verify_folder(folder, territory)
        if as_json:
            print_text(json.dumps(verifying.summary_of(found, language), indent=2, ensure_ascii=False))
        if found.problems:
            raise VerificationError(found.problems)
        if not as_json:
            print_text("\n".join(verifying.sentences_of(found, language)))
