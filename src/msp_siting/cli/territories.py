"""Commands that make territories and their travel times."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from msp_siting.cli.completion import complete_territory_folder
from msp_siting.cli.options import LANGUAGE_OPTION, QUIET_OPTION, examples, out_option
from msp_siting.cli.progress import show_progress
from msp_siting.cli.terminal import print_text, translated_errors

KINDS = ("gp_zoning", "nurse_zoning", "tvs", "cpts", "canton", "cls", "qpv", "epci")
DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    "travel-times",
    epilog=examples(
        "msp-siting travel-times --territory data/trieves --surrogate",
        "msp-siting travel-times --territory data/nord --roads nord-pas-de-calais.osm.pbf",
        "msp-siting travel-times --territory data/nord --matrix times.csv --layout long --unit minutes",
        "msp-siting travel-times --points osm:town,village --roads andorra.osm.pbf --out times.parquet",
    ),
)
@click.option(
    "--territory",
    type=click.Path(path_type=Path),
    shell_complete=complete_territory_folder,
    help="Territory folder: its points, and where to write.",
)
@click.option("--points", help="Points to route between: a CSV (point_id,name,lon,lat), or osm:town,village,hamlet.")
@click.option("--roads", type=click.Path(path_type=Path), help="An extract (.osm.pbf, .osm) or a .graphml of osmnx.")
@click.option("--place", help="A place name, fetched from OpenStreetMap through osmnx (needs the network).")
@click.option("--polygon", type=click.Path(path_type=Path), help="A GeoJSON polygon, fetched likewise.")
@click.option("--matrix", type=click.Path(path_type=Path), help="A ready matrix (.csv, .parquet).")
@click.option("--layout", type=click.Choice(["wide", "long"]), help="Of the matrix.")
@click.option("--unit", type=click.Choice(["seconds", "minutes"]), help="Of the matrix; never guessed.")
@click.option("--origins", type=click.Choice(["rows", "columns"]), help="Where a wide matrix has its origins.")
@click.option(
    "--unreachable",
    multiple=True,
    metavar="VALUE",
    help="What the matrix has for unreachable, if not empty; repeatable.",
)
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
@QUIET_OPTION
@LANGUAGE_OPTION
def travel_times(**options: Any) -> None:  # noqa: ANN401 - one keyword per option
    """Make travel times of a territory.

    By road from OpenStreetMap, from a ready matrix, from a routing server, or estimated from distance.
    """
    from msp_siting.commands import TravelOrder, make_and_write
    from msp_siting.travel import SourceOptions

    language = options.pop("language")
    with translated_errors(language):
        with show_progress(language, quiet=options.pop("quiet")) as course:
            source = SourceOptions(**{field.name: options.pop(field.name) for field in fields(SourceOptions)})
            sentences = list(make_and_write(TravelOrder(source=source, **options), language, course))
        print_text("\n".join(sentences))


@click.group(epilog=examples("msp-siting territory build --department 38 --sources downloads --out data/isere"))
def territory() -> None:
    """Make territory folders from open data."""


@territory.command(
    "build",
    epilog=examples(
        "msp-siting territory build --department 38 --sources downloads --out data/isere",
        "msp-siting territory build --communes list.csv --sources downloads --out data/pays --against data/earlier",
    ),
)
@click.option("--department", "departments", multiple=True, metavar="CODE", help="A department, such as 38 or 2A.")
@click.option("--region", "regions", multiple=True, metavar="CODE", help="A region by INSEE code, such as 76.")
@click.option(
    "--communes", type=click.Path(path_type=Path), help="A CSV or a sheet (FILE.xlsx#sheet) with a column commune_id."
)
@click.option("--france", is_flag=True, help="All of metropolitan France.")
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
@out_option("data/<name>")
@LANGUAGE_OPTION
def territory_build(**options: Any) -> None:  # noqa: ANN401 - one keyword per option
    """Build a territory folder from official open data.

    data/catalogue.yaml lists the files and where they are published.
    """
    from msp_siting.commands import BuildOrder, build_and_write

    language = options.pop("language")
    with translated_errors(language):
        print_text("\n".join(build_and_write(BuildOrder(**options), language)))


@territory.group(
    epilog=examples("msp-siting territory zones add zonage.xlsx --kind gp_zoning --territory data/isere"),
)
def zones() -> None:
    """Add zonings and kinds of zone to a territory."""


@zones.command(
    "add",
    epilog=examples(
        "msp-siting territory zones add zonage.xlsx --kind gp_zoning --territory data/isere --valid-from 2026-01-01",
        'msp-siting territory zones add cpts.csv --kind cpts --territory data/isere --column "Nom de la CPTS"',
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What the zones are.")
@click.option(
    "--territory",
    type=click.Path(path_type=Path),
    required=True,
    shell_complete=complete_territory_folder,
    help="Territory folder to add them to; zones of this kind that it has are replaced.",
)
@click.option("--column", metavar="HEADING", help="Column that names the zone or its status, where it is not found.")
@click.option("--valid-from", type=DAY, metavar="DATE", help="First day on which a zoning holds.")
@click.option("--valid-until", type=DAY, metavar="DATE", help="Last day on which a zoning holds.")
@click.option("--source", help="What the manifest says of the source.")
@click.option("--licence", help="What the manifest says of the licence.")
@click.option(
    "--vintage", help="What the manifest says of the vintage, such as 2026-01 (default: month of --valid-from)."
)
@click.option("--leave-out-unknown", "leave_out", is_flag=True, help="List rows that fit no commune; do not fail.")
@LANGUAGE_OPTION
def zones_add(**options: Any) -> None:  # noqa: ANN401 - one keyword per option
    """Add the zones of a list of communes to a territory.

    FILE is a .csv or a sheet (FILE.xlsx#sheet) with a column of codes or names of communes and one of zones. Codes of
    earlier communes mean today's; rows of communes elsewhere are counted; communes without a row are listed.
    """
    from msp_siting.commands import ZonesOrder, add_zones_and_write

    language = options.pop("language")
    for name in ("valid_from", "valid_until"):
        options[name] = options[name] and options[name].date()
    with translated_errors(language):
        order = ZonesOrder(**options)
        print_text("\n".join(add_zones_and_write(order, language)))
