"""Command line: options to arguments, errors to exit codes, nothing else."""

import json
import locale
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, Never

import click
from rich.console import Console
from rich.live import Live

from msp_siting import __version__, building, checking, runs, timetables
from msp_siting.errors import MspSitingError
from msp_siting.messages import LANGUAGES, Language, say
from msp_siting.scenario import add_override, parse_overrides, question_before_any_decision, read_scenario
from msp_siting.solver import Progress

INTERRUPTED = 130


class Failure(click.ClickException):
    """One of our errors, shown as click shows its own, with our exit code."""

    def __init__(self, error: MspSitingError) -> None:
        super().__init__("\n".join(error.problems))
        self.exit_code = error.exit_code  # type: ignore[misc]

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - click's signature
        """Print every problem on a line of its own."""
        for problem in self.message.splitlines():
            click.echo(f"error: {problem}", file=file, err=file is None)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn our errors into click's; the only place where this happens."""
    try:
        yield
    except MspSitingError as error:
        raise Failure(error) from error
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.stdout.flush()
        os._exit(INTERRUPTED)  # HiGHS's own threads may still run, and would bring an ordinary exit down


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="msp-siting")
def main() -> None:
    """Decide where to open maisons de santé pluriprofessionnelles (MSP), and how good that decision is."""


def _default_language() -> Language:
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "fr" if (name or locale.getlocale()[0] or "").lower().startswith("fr") else "en"


LANGUAGE_OPTION = click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default=None,
    help="Language of results (default: French where the system is French, else English).",
)
SET_OPTION = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Change one value, such as budget_eur=5000000 or professions.gp.cutoff_minutes=15.",
)


@main.command()
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
    language: Language | None,
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    """Find the plan that answers SCENARIO (a file, or the name of a bundled scenario).

    Example: msp-siting solve scenarios/isere-20m.yaml --set budget_eur=10000000 --out runs/isere-10m
    """
    chosen = language or _default_language()
    with translated_errors():
        overrides = parse_overrides(settings)
        options = {"time_limit_s": time_limit, "relative_gap": gap, "threads": threads}
        for name, value in options.items():
            if value is not None:
                add_override(overrides, f"solve.{name}", value)
        question = read_scenario(scenario, overrides)
        folder = out or Path("runs") / question.name
        with _interruptible() as interrupted, _progress(quiet=quiet) as report:
            run = runs.solve_and_write(question, folder, chosen, interrupted, report, start=start)
    _tell(run, as_json=as_json)
    _exit(INTERRUPTED if interrupted.is_set() else run.exit_code)


@main.command()
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
    language: Language | None,
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    """Describe TERRITORY (a folder, or the name of a bundled territory) before any decision.

    Example: msp-siting diagnose isere --lang fr
    """
    chosen = language or _default_language()
    with translated_errors():
        text = {each: say("diagnosis_question", each) for each in LANGUAGES}
        question = question_before_any_decision(territory, text, model, horizon, parse_overrides(settings))
        folder = out or Path("runs") / question.name
        with _progress(quiet=quiet) as report:
            run = runs.diagnose_and_write(question, folder, chosen, report)
    _tell(run, as_json=as_json)


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@SET_OPTION
@LANGUAGE_OPTION
def check(paths: tuple[str, ...], settings: tuple[str, ...], language: Language | None) -> None:
    """Validate scenarios, models and territory folders; all problems at once."""
    with translated_errors():
        for sentence in checking.check(paths, parse_overrides(settings), language or _default_language()):
            click.echo(sentence)


@main.command("travel-times")
@click.option("--territory", type=click.Path(path_type=Path), help="Territory folder: its points, and where to write.")
@click.option("--points", help="Points to route between: a CSV (point_id,name,lon,lat), or osm:town,village,hamlet.")
@click.option("--roads", type=click.Path(path_type=Path), help="An extract (.osm.pbf, .osm) or a .graphml of osmnx.")
@click.option("--place", help="A place name, fetched from OpenStreetMap through osmnx (needs the network).")
@click.option("--polygon", type=click.Path(path_type=Path), help="A GeoJSON polygon, fetched likewise.")
@click.option("--matrix", type=click.Path(path_type=Path), help="A ready matrix (.csv, .parquet).")
@click.option("--layout", type=click.Choice(["wide", "long"]), help="Of the matrix.")
@click.option("--unit", type=click.Choice(["seconds", "minutes"]), help="Of the matrix; never guessed.")
@click.option("--origins", type=click.Choice(["rows", "columns"]), help="Where a wide matrix has its origins.")
@click.option("--server", metavar="KIND=URL", help="A routing server: osrm=URL, valhalla=URL or ors=URL.")
@click.option("--api-key", envvar="ORS_API_KEY", help="Key of an ORS server (or ORS_API_KEY in the environment).")
@click.option("--surrogate", is_flag=True, help="Estimate times from crow-fly distance; flagged as modelled.")
@click.option("--speeds", default="speeds", show_default=True, help="Declared speeds: a file or a bundled name.")
@click.option(
    "--cutoff", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True, metavar="MINUTES"
)
@click.option("--reference", type=click.Path(path_type=Path), help="Travel times to calibrate to.")
@click.option("--leave-out-unsnapped", "leave_out", is_flag=True, help="List points far from any road; do not fail.")
@click.option("--processes", type=click.IntRange(min=0), default=0, help="How many search at once (0: all processors).")
@click.option("--cache", type=click.Path(path_type=Path), help="Cache folder (default: the user's).")
@click.option("--no-cache", is_flag=True, help="Search again whatever is kept.")
@click.option("--source", "source_text", help="What the manifest says of the source.")
@click.option("--licence", help="What the manifest says of the licence.")
@click.option("--vintage", help="What the manifest says of the vintage.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write, with --points (.parquet or .csv).")
@click.option("--quiet", is_flag=True, help="No progress on stderr.")
@LANGUAGE_OPTION
def travel_times(**options: Any) -> None:  # noqa: ANN401 - one keyword per option
    """Make travel times by road, from a ready matrix, from a server, or estimated.

    Example: msp-siting travel-times --roads andorra.osm.pbf --points osm:town,village,hamlet --out times.parquet
    """
    language = options.pop("language") or _default_language()
    with translated_errors():
        with _searches(quiet=options.pop("quiet")) as report:
            source = timetables.Source(**{field.name: options.pop(field.name) for field in fields(timetables.Source)})
            request = timetables.Request(source=source, **options)
            sentences = list(timetables.make_and_write(request, language, report))
        click.echo("\n".join(sentences))


@main.group()
def territory() -> None:
    """Make territory folders."""


@territory.command("build")
@click.option("--department", "departments", multiple=True, metavar="CODE", help="A department, such as 38 or 2A.")
@click.option("--region", "regions", multiple=True, metavar="CODE", help="A region by INSEE code, such as 76.")
@click.option("--communes", type=click.Path(path_type=Path), help="A CSV with a column commune_id.")
@click.option(
    "--sources", type=click.Path(path_type=Path), required=True, help="Folder that holds the official files, anywhere."
)
@click.option("--catalogue", type=click.Path(path_type=Path), help="Another catalogue of files (default: the bundled).")
@click.option("--squares", is_flag=True, help="Demand points are squares of 1 km, not communes.")
@click.option("--rim/--no-rim", default=True, show_default=True, help="Whether communes near by are loaded too.")
@click.option("--local/--no-local", default=True, show_default=True, help="Use sources of one department only.")
@click.option(
    "--horizon",
    type=click.IntRange(2000, 2100),
    default=2030,
    show_default=True,
    metavar="YEAR",
    help="By when GPs leave whose ages are loaded.",
)
@click.option("--against", type=click.Path(path_type=Path), help="A territory to compare with: what differs, and why.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write (default: data/<name>).")
@LANGUAGE_OPTION
def territory_build(**options: Any) -> None:  # noqa: ANN401 - one keyword per option
    """Build a territory folder from official open data (data/catalogue.yaml lists the files and where they are).

    Example: msp-siting territory build --department 38 --sources downloads --out data/isere
    """
    language = options.pop("language") or _default_language()
    with translated_errors():
        request = building.Request(**options)
        for sentence in building.build_and_write(request, language):
            click.echo(sentence)


def _tell(run: runs.Run, *, as_json: bool) -> None:
    """Print what a run has to say on stdout."""
    click.echo(json.dumps(run.summary, indent=2, ensure_ascii=False) if as_json else "\n".join(run.sentences))


def _exit(code: int) -> Never:
    sys.exit(code)


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Let the first Ctrl-C ask for the best plan so far, and a second one stop at once."""
    interrupted = threading.Event()

    def on_interrupt(_signal: int, _frame: object) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    earlier = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, earlier)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """Show stage, time, incumbent, bound and gap on a live line of stderr, where it is a terminal."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    last = 0.0
    with Live(console=console, transient=True, auto_refresh=False) as live:

        def show(progress: Progress) -> None:
            nonlocal last
            if time.monotonic() - last > REFRESH_S:
                last = time.monotonic()
                live.update(_progress_line(progress), refresh=True)

        yield show


@contextmanager
def _searches(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show how many searches over the roads are done, where stderr is a terminal."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _done, _all: None
        return
    with console.status("reading") as status:
        yield lambda done, all_of_them: status.update(f"searched from {done:,} of {all_of_them:,} points")


REFRESH_S = 0.25


def _progress_line(progress: Progress) -> str:
    def shown(value: float | None) -> str:
        return "-" if value is None else f"{value:,.0f}"

    gap = runs.gap_of(progress)
    return (
        f"{progress.stage}  {progress.seconds:5.0f} s  incumbent {shown(progress.incumbent)}  "
        f"bound {shown(progress.bound)}  gap {'-' if gap is None else f'{gap:.2%}'}"
    )
