"""What README and docs/files.md promise is what there is, and CONTRIBUTING leads to what is there."""

import ast
import re
import runpy
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner

from contract import covers, documented, expanded, json_paths, nameless, record_keys, sections
from documented_runs import content, make_runs, project, run
from msp_siting import errors
from msp_siting.cli import INTERRUPTED, main
from msp_siting.files import Table, parse_yaml
from msp_siting.files.records import Parameter, Strict
from msp_siting.requests.evaluation.parameters import AppraisalParameters
from msp_siting.requests.gates.rules import Gates
from msp_siting.requests.rows import COMPULSORY, FIXED, FUNDER, NEW_POSTS
from msp_siting.requests.words import WORDS
from msp_siting.runs import columns
from msp_siting.runs.files import FILES_OF, FORMAT, KINDS, RunFile
from msp_siting.scenario.model import Assumptions
from msp_siting.scenario.question import Question
from msp_siting.sources.catalogue import Catalogue
from msp_siting.sources.squares import Ages
from msp_siting.territory import tables
from msp_siting.territory.manifest import Manifest
from msp_siting.travel.distance import Surrogate
from msp_siting.travel.points import POINTS
from msp_siting.travel.roads.speeds import Speeds

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TRAVEL_TIMES = "`msp-siting travel-times`"
DECLARED = {
    "`demand.csv`": tables.DEMAND,
    "`supply.csv`": tables.SUPPLY,
    "`sites.csv`": tables.SITES,
    "`travel_times.parquet`": tables.TRAVEL_TIMES,
    "`places.csv`": tables.PLACES,
    "`zones.csv`": tables.ZONES,
    "`flows.csv`": tables.FLOWS,
    "`events.csv`": tables.EVENTS,
    TRAVEL_TIMES: POINTS,
}
READ_BACK = {
    "`sites.csv` of solve": (columns.PLAN_SITES, columns.RUN_SITES),
    "`staff.csv` of solve": (columns.PLAN_STAFF,),
    "`prices.csv` of solve": (columns.PLAN_PRICES,),
    "`allocation.csv` of solve": (columns.RUN_ALLOCATION,),
    "`coverage.csv` of solve": (columns.RUN_POINTS,),
    "`zones.csv` of solve": (columns.RUN_ZONES,),
    "`blocks.csv` of solve": (columns.RUN_BLOCKS,),
}
CELLS = {"required": (True, False), "optional": (False, False), "may be empty": (False, True)}
RECORDS: dict[str, type[Strict]] = {
    "`manifest.yaml`": Manifest,
    "A parameter": Parameter,
    "A model": Assumptions,
    "`models/gates.yaml`": Gates,
    "`models/appraisal.yaml`": AppraisalParameters,
    "`models/parameters/speeds.yaml`": Speeds,
    "`models/parameters/surrogate.yaml`": Surrogate,
    "`models/parameters/ages.yaml`": Ages,
    "`data/catalogue.yaml`": Catalogue,
    "Scenarios": Question,
}
SECTIONS = {
    "solve": "A run of solve",
    "diagnose": "A diagnosis",
    "sweep": "A sweep",
    "evaluate": "An evaluation",
    "compare": "A comparison",
    "alternatives": "Alternatives",
}
CSV_FILES = [
    *((kind, name) for kind in KINDS for name in FILES_OF[kind] if name.endswith(".csv")),
    ("vary", RunFile.CURVE),
]
WORDS_OF_THE_RUNS = {
    "profession": ["gp", "nurse", "midwife"],
    "lead": ["gp"],
    "group": ["75_plus"],
    "parameter": ["recruitable.gp"],
    "funder": ["region"],
}


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a run of every kind."""
    folder = tmp_path_factory.mktemp("documented") / "project"
    make_runs(folder)
    return folder


def commands() -> dict[str, click.Command]:
    return dict(commands_of(main))


def commands_of(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


def options_of(command: click.Command) -> dict[str, click.Option]:
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    return {name: option for option in options for name in (*option.opts, *option.secondary_opts) if name[:2] == "--"}


def heading_of(command: str) -> str:
    return next(name for name in sections() if re.match(rf"`msp-siting {command}( [A-Z.]+)*`", name))


def test_every_command_is_in_readme_and_no_other() -> None:
    named = re.findall(r"^\| `msp-siting ([\w-]+)", README, re.MULTILINE)
    assert sorted(set(named)) == sorted(main.commands)
    whole = re.findall(r"^\| `msp-siting ([a-z -]+[a-z])", README, re.MULTILINE)
    assert sorted(whole) == sorted(commands())


def test_every_option_of_solve_is_in_readme() -> None:
    assert {name for name in options_of(main.commands["solve"]) if name not in README} == set()


def test_every_command_explains_itself() -> None:
    for name in main.commands:
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0
        assert len(result.stdout.splitlines()) > 5


@pytest.mark.parametrize("text", [README, sections()["Exit codes"]], ids=["README", "docs/files.md"])
def test_exit_codes_are_documented(text: str) -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    kinds = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.MspSitingError)
    }
    assert codes == {0, INTERRUPTED, *kinds} - {errors.MspSitingError.exit_code}


def test_ci_runs_readmes_test_command() -> None:
    command = next(line for line in README.splitlines() if line.endswith("python -m pytest"))
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_ci_runs_every_command_from_the_wheel() -> None:
    script = (ROOT / ".ci" / "every_command").read_text(encoding="utf-8")
    assert {name for name in commands() if not re.search(rf"^run msp-siting {name} ", script, re.MULTILINE)} == set()


def test_every_file_of_a_run_is_in_readme() -> None:
    assert {name for name in FILES_OF["solve"] if f"`{name}`" not in README} == set()


@pytest.mark.parametrize("heading", DECLARED)
def test_columns_that_are_read_are_documented(heading: str) -> None:
    table = DECLARED[heading]
    found = {}
    for name, row in documented(heading, "column").items():
        column = table.column(nameless(name).replace("<>", "x"))
        assert column is not None, name
        assert column.pattern or column.name == name
        assert (column.required, column.may_be_empty) == CELLS[row["cells"]], name
        assert {word for word in column.values if f"`{word}`" not in row["meaning"]} == set(), name
        found[column.name] = column
    assert list(found.values()) == list(table.columns)


@pytest.mark.parametrize("heading", READ_BACK)
def test_columns_that_are_read_back_are_documented(heading: str) -> None:
    known = set(documented(heading, "column"))
    declared = {column.name for table in READ_BACK[heading] for column in table.columns if not column.pattern}
    assert declared <= known


def test_every_declared_table_is_held_against_the_document() -> None:
    declared = {id(each) for room in (tables, columns) for each in vars(room).values() if isinstance(each, Table)}
    assert declared == {id(each) for each in (*DECLARED.values(), *sum(READ_BACK.values(), ()))} - {id(POINTS)}


@pytest.mark.parametrize("heading", RECORDS)
def test_keys_of_files_are_documented_with_their_defaults(heading: str) -> None:
    rows = {nameless(name): row for name, row in documented(heading, "key").items()}
    keys = record_keys(RECORDS[heading])
    assert sorted(rows) == sorted(keys)
    for name, row in rows.items():
        if "default" in row:
            default = row["default"].strip("`")
            expected = "required" if keys[name].is_required() else keys[name].get_default(call_default_factory=True)
            assert (default if default == "required" else parse_yaml(default)) == expected, name


def test_every_command_has_its_section_and_no_other_has() -> None:
    named = [re.match(r"`msp-siting ([a-z -]*[a-z])", name) for name in sections()]
    assert sorted(each[1] for each in named if each) == sorted(commands())


@pytest.mark.parametrize("command", commands())
def test_options_are_documented(command: str) -> None:
    shared = documented("Options of several commands", "option").items()
    own = documented(heading_of(command), "option") if "| option |" in sections()[heading_of(command)] else {}
    rows = {name.split()[0]: (name, row) for name, row in own.items()}
    rows |= {name.split()[0]: (name, row) for name, row in shared if command in row["commands"].split(", ")}
    options = options_of(commands()[command])
    assert sorted(rows) == sorted(options)
    for name, option in options.items():
        said, row = rows[name]
        if isinstance(option.type, click.Choice):
            assert said == f"{name} {'|'.join(option.type.choices)}"
        assert option.is_flag == (said == name), name
        assert option.required == (row["default"] == "required"), name
        if option.show_default and not option.is_flag:
            assert str(parse_yaml(row["default"].strip("`"))) == str(option.default).removesuffix(".0"), name


@pytest.mark.parametrize("kind", KINDS)
def test_files_of_runs_are_documented(kind: str, runs: Path) -> None:
    rows = documented(SECTIONS[kind], "file")
    names = {name.split("/")[0] for name in rows}
    assert names == set(FILES_OF[kind])
    folders = {"points/<value>/": r"points/\d+/"}
    known = [name.replace("<other language>", "fr") for name in rows]
    patterns = [folders.get(name, re.sub("<[^>]+>", r"\\w+", name)) for name in known]
    found = [path.relative_to(runs / kind).as_posix() for path in (runs / kind).rglob("*") if path.is_file()]
    assert [path for path in found if not any(re.match(pattern, path) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not any(re.match(pattern, path) for path in found)] == []


def test_files_without_a_plan_are_documented(runs: Path) -> None:
    rows = documented(SECTIONS["solve"], "file")
    found = {path.name for path in (runs / "no plan").iterdir()}
    assert found == {name for name, row in rows.items() if not row["file"].endswith("*")}


@pytest.mark.parametrize(("kind", "file"), CSV_FILES, ids=[f"{kind}-{file}" for kind, file in CSV_FILES])
def test_columns_of_runs_are_documented_in_their_order(kind: str, file: str, runs: Path) -> None:
    rows = documented(f"`{file}` of {'sweep' if kind == 'vary' else kind}", "column")
    if kind == "sweep":
        rows.pop("<parameter>", None)
    where = "sweep/points/2000000" if file == RunFile.HOSTS else kind  # the other plan has no near host
    found = pd.read_csv(runs / where / file, dtype=str, keep_default_na=False)
    assert len(found) > 0
    if kind == "solve":  # without a horizon
        absent = "without a horizon", "no balance is known"
        rows = {name: row for name, row in rows.items() if not row["meaning"].endswith(absent)}
    names = {column: name for name in rows for column in expanded([name], WORDS_OF_THE_RUNS)}
    assert list(found.columns) == list(names)
    empty = {names[column] for column in found.columns if found[column].eq("").any()}
    assert {name for name in empty if not rows[name]["empty"]} == set()


@pytest.mark.parametrize("file", ["run.json", "summary.json"])
@pytest.mark.parametrize("kind", [*KINDS, "no plan", "sweep/points/2000000"])
def test_keys_of_runs_are_documented(kind: str, file: str, runs: Path) -> None:
    command = kind if kind in KINDS else "solve"
    if file == "run.json":
        rows = documented("Every run", "key")
        names = [name for name, row in rows.items() if {"every", command} & set(row.get("kinds", "").split(", "))]
    else:
        common = [name for name, row in documented("Every run", "key").items() if "kinds" not in row]
        own = documented(f"`summary.json` of {command}", "key")
        names = [*common, *own]
    check_keys(names, content(runs / kind / file))


def test_keys_of_other_json_are_documented(runs: Path) -> None:
    check_keys([*documented("`sweep.json` of sweep", "key")], content(runs / "sweep" / "sweep.json"))
    check_keys([*documented("`msp-siting verify RUN`", "key")], content(runs / "verified.json"))


def check_keys(names: list[str], written: object) -> None:
    """Check that every key written is one of these, and that each of these is written, if only as having no value."""
    paths = set(json_paths(written))
    unknown = [path for path, is_open in paths if not any(covers(name, path, is_open=is_open) for name in names)]
    assert unknown == []
    absent = [name for name in names if not any(covers(name, path, is_open=is_open) for path, is_open in paths)]
    assert absent == []


def test_what_a_run_is_stands_in_the_document(runs: Path) -> None:
    rows = documented("Every run", "key")
    for kind in KINDS:
        found = content(runs / kind / "run.json")
        assert isinstance(found, dict)
        assert (found["kind"], found["format"]) == (kind, FORMAT)
        assert f"`{kind}`" in rows["kind"]["meaning"]
    assert f"`{FORMAT}`" in rows["format"]["meaning"]


def test_keys_of_the_record_of_travel_times_are_documented(tmp_path: Path) -> None:
    rows = documented("`travel_times.json`", "key")
    with project(tmp_path / "project"):
        Path("data/toy/travel_times.csv").unlink()
        run("travel-times", "--territory", "data/toy", "--surrogate")
        check_keys(
            [name for name, row in rows.items() if row["from"] in {"any source", "distance"}],
            content(Path("data/toy/travel_times.json")),
        )
        Path("m.csv").write_text("id,a,b,c\na,0,10,30\nb,10,0,25\nc,30,25,0\nd,,,\n", encoding="utf-8")
        form = ("--layout", "wide", "--unit", "minutes", "--origins", "rows")
        run("travel-times", "--territory", "data/toy", "--matrix", "m.csv", *form)
        check_keys(
            [name for name, row in rows.items() if row["from"] in {"any source", "matrix"}],
            content(Path("data/toy/travel_times.json")),
        )
        Path("roads.osm").write_text(street(), encoding="utf-8")
        Path("reference.csv").write_text("demand_id,place_id,minutes\na,b,20\n", encoding="utf-8")
        Path("points.csv").write_text("point_id,name,lon,lat\na,A,5,45\nb,B,5.01,45\n", encoding="utf-8")
        command = ("travel-times", "--points", "points.csv", "--roads", "roads.osm", "--reference", "reference.csv")
        run(*command, "--out", "times.csv", "--cache", "cache")
        run(*command, "--out", "times.csv", "--cache", "cache")
        about = ("source", "licence", "vintage", "kind")
        names = [name for name, row in rows.items() if row["from"] not in {"distance", "matrix"}]
        check_keys(list(dict.fromkeys([*names, *about])), content(Path("times.json")))
        assert Path("times.points.csv").is_file()


def street() -> str:
    """Return a road of 800 m and a path that is not driven on, as OpenStreetMap writes them."""
    nodes = "".join(f'<node id="{n}" version="1" lon="{5 + n / 200}" lat="45"/>' for n in range(3))
    ways = "".join(
        f'<way id="{n}" version="1"><nd ref="0"/><nd ref="1"/><nd ref="2"/><tag k="highway" v="{kind}"/></way>'
        for n, kind in enumerate(("residential", "footway"), start=1)
    )
    return f'<osm version="0.6">{nodes}{ways}</osm>'


def test_columns_of_requests_are_documented() -> None:
    rows = documented("Funding requests", "column")
    fixed = {name for name in rows if "<" not in name}
    assert fixed == FIXED
    patterns = {nameless(name).replace("<>", "x") for name in rows} - FIXED
    assert sorted(name for name in patterns if FUNDER.fullmatch(name)) == ["acquired_eur_x", "requested_eur_x"]
    assert [name for name in patterns if NEW_POSTS.fullmatch(name)] == ["x_new_committed"]
    assert len(patterns) == 3
    assert {name for name, row in rows.items() if row["meaning"].startswith("required")} == set(COMPULSORY)
    for name, words in WORDS.items():
        assert re.findall(r"`(\w+)`", rows[name]["meaning"]) == list(words)


def test_what_cites_the_document_names_a_section_of_it() -> None:
    cited = [
        (path.name, section.replace("``", "`"))
        for folder in ("src", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != Path(__file__).name
        for section in re.findall(r'docs/files\.md, "([^"]+)"', path.read_text(encoding="utf-8"))
    ]
    assert len(cited) > 5
    assert [(path, section) for path, section in cited if section not in sections()] == []


def test_links_within_the_document_lead_to_a_section() -> None:
    anchors = {re.sub(r"[^\w -]", "", name.lower()).replace(" ", "-") for name in sections()}
    links = re.findall(r"\]\(#([^)]+)\)", "".join(sections().values()))
    assert len(links) > 5
    assert set(links) <= anchors


def stops(text: str) -> Iterator[tuple[str, str]]:
    """Yield file and name of every stop of a walk: ``1. `room/file.py: name` ...``."""
    yield from re.findall(r"^\d+\. `([\w/]+\.py): ([\w.]+)`", text, re.MULTILINE)


def test_the_walks_lead_through_what_there_is() -> None:
    walks = re.findall(r"^### The walk of .+?(?=^##)", CONTRIBUTING, re.MULTILINE | re.DOTALL)
    assert len(walks) == 2
    for walk in walks:
        found = list(stops(walk))
        assert len(found) <= 10
        assert len(found) == len(re.findall(r"^\d+\. ", walk, re.MULTILINE))
        rooms = [file.rpartition("/")[0] for file, _ in found]
        assert all(here != there for here, there in pairwise(rooms)), "one room, one stop"
        for file, name in found:
            assert defines(ROOT / "src" / "msp_siting" / file, name), f"{file}: {name}"


def defines(path: Path, dotted: str) -> bool:
    """Return whether a file defines a function or class, or a method as ``Class.method``."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for name in dotted.split("."):
        here = [each for each in body if isinstance(each, ast.FunctionDef | ast.ClassDef) and each.name == name]
        if not here:
            return False
        body = here[0].body
    return True


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "models/FORMULATION.md", "docs/files.md"])
def test_files_that_are_named_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*\.(?:py|md|yaml|csv|toml))", text))
    roots = (ROOT, ROOT / "src" / "msp_siting")
    made_by_the_reader = re.compile(r"(data|scenarios)/trieves|runs/")
    assert [
        name
        for name in sorted(named)
        if not (made_by_the_reader.match(name) or any((r / name).exists() for r in roots))
    ] == []


def test_the_page_of_parameters_is_that_of_the_models() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "list_parameters.py"))
    assert (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8") == made["page"]()  # run the script again
