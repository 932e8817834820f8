"""Who may import whom: a package imports earlier ones only, through their doors; outside libraries stay fenced."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import msp_siting

SOURCE = Path(msp_siting.__file__).parent
MOST_LINES, MOST_PARAMETERS = 320, 6
PYTHON_DOOR = ("commands/door.py", "commands/given.py")
CONTRIBUTING = Path(__file__).parents[1] / "CONTRIBUTING.md"

# From the ground up; the two files stand for themselves, the others are packages. CONTRIBUTING has the same table.
ORDER: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("units",),
    ("files",),
    ("language",),
    ("scenario",),
    ("territory",),
    ("travel",),
    ("sources",),
    ("problem",),
    ("solver",),
    ("answer",),
    ("runs",),
    ("requests",),
    ("report",),
    ("commands",),
    ("locate",),
    ("cli",),
)
# Neighbours that do not know one another, though one stands earlier.
STRANGERS = (("scenario", "territory"), ("sources", "problem"), ("sources", "solver"), ("runs", "requests"))
# Rooms with a door of their own: they load what others can do without.
INNER_DOORS = (
    *("problem.formulation", "problem.location", "problem.sharing", "solver.location"),
    *("territory.outlines", "travel.roads", "report.maps"),
)
# Rooms inside a package, in rows from the ground up; files beside them come before all. Rooms of a row are strangers.
INNER_ORDER: dict[str, tuple[tuple[str, ...], ...]] = {
    "report": (("maps",), ("sheets",), ("pages",), ("workbooks",), ("documents",), ("folders",)),
    "requests": (("gates",), ("evaluation",)),
}
# Outside libraries, and the only places that may import them.
FENCES: dict[str, tuple[str, ...]] = {
    "pyomo": ("problem.formulation",),
    "highspy": ("solver",),
    "osmnx": ("travel",),
    "osmium": ("travel",),
    "routingpy": ("travel",),
    "shapely": ("territory", "travel.roads", "sources", "report.maps"),
    "geopandas": ("territory.outlines", "sources", "report.maps"),
    "pyogrio": ("territory.outlines", "sources", "report.maps"),
    "pyproj": ("territory.coordinates", "sources", "report.maps"),
    "ruamel": ("files.yaml",),
    "click": ("cli",),
    "rich": ("cli",),
    "jinja2": ("report",),
    "markupsafe": ("report",),
    "matplotlib": ("report",),
    "openpyxl": ("files", "sources", "report"),
    "docx": ("report.documents",),
    "distributed": ("answer.workers",),
    "filelock": ("files",),
    "dask": ("answer.workers",),
}
# What a door must not load, whoever opens it.
LIGHT_DOORS = ("scenario", "territory", "problem", "solver", "answer", "runs", "requests")
HEAVY = ("pyomo", "geopandas", "osmnx", "matplotlib", "distributed", "scipy.stats")
ROW_OF = {name: row for row, names in enumerate(ORDER) for name in names}


def dotted(file: Path, source: Path) -> str:
    """Return a file's name in the package: ``territory.reading``; a door is called as its package."""
    parts = file.relative_to(source).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def lies_in(name: str, place: str) -> bool:
    return name == place or name.startswith(f"{place}.")


def imports(file: Path, source: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, module and name of every import of a file, wherever it stands in it."""
    package = [source.name, *file.relative_to(source).parts[:-1]]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name, "") for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*parents, *filter(None, [node.module])])
            yield from ((node.lineno, module, name.name) for name in node.names)


def is_module(name: str, source: Path) -> bool:
    path = source.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def offences(source: Path) -> list[str]:
    """Return one sentence per import that is not allowed, per room outside the table, and per wrong name of a door."""
    found = []
    for file in sorted(source.rglob("*.py")):
        where, own = file.relative_to(source), dotted(file, source)
        room = own.split(".")[0]
        if room not in {*ROW_OF, "", "__main__"}:
            found.append(f"{where}: {room} is not in ORDER")
            continue
        for line, module, name in imports(file, source):
            library, _, inner = module.partition(".")
            if library == source.name:
                inner = f"{inner}.{name}".strip(".") if is_module(f"{inner}.{name}".strip("."), source) else inner
                fault = _inner_fault(room, inner)
            else:
                fences = FENCES.get(library, (own,))
                fault = (
                    "" if any(lies_in(own, fence) for fence in fences) else f"{library}, allowed in {', '.join(fences)}"
                )
            if fault:
                found.append(f"{where}:{line} imports {fault}")
        if file.name == "__init__.py" and own:
            inside = {path.stem for path in file.parent.iterdir() if path.suffix in {"", ".py"} and path != file}
            found += [
                f"{where}:{line} hands on {name}, which is also a file or folder there"
                for line, _, name in imports(file, source)
                if name in inside
            ]
    return found


def _inner_fault(room: str, other: str) -> str:
    """Return what is wrong with the import of a module of the package, or nothing."""
    if not other or room == "__main__" or lies_in(other, room):
        return ""
    target = other.split(".", maxsplit=1)[0]
    row = ROW_OF[room] if room else len(ORDER)  # the door of the whole hands on what stands in any row
    if ROW_OF.get(target, len(ORDER)) >= row:
        return f"{target}, which is not in an earlier row"
    if {room, target} in [set(pair) for pair in STRANGERS]:
        return f"{target}, which {room} does not know"
    doors = (target, *INNER_DOORS)
    return "" if other in doors else f"{other} past its door; take the name from {_door_of(other)}"


def _door_of(module: str) -> str:
    return next((door for door in INNER_DOORS if lies_in(module, door)), module.split(".", maxsplit=1)[0])


def inner_offences(source: Path) -> list[str]:
    """Return one sentence per import, inside a package, of an inner room that does not stand in an earlier row."""
    found = []
    for package, order in INNER_ORDER.items():
        row_of = {room: row for row, rooms in enumerate(order) for room in rooms}
        door = source / package / "__init__.py"
        for file in sorted({*(source / package).rglob("*.py")} - {door}):
            own = _inner_room(dotted(file, source), package)
            for line, module, name in imports(file, source):
                other = _inner_room(f"{module}.{name}".removeprefix(f"{source.name}."), package)
                if other in row_of and other != own and row_of[other] >= row_of.get(own, -1):
                    found.append(f"{file.relative_to(source)}:{line} imports {package}.{other}, not in an earlier row")
    return found


def _inner_room(module: str, package: str) -> str:
    """Return the room of a package that a module lies in (a file beside the rooms is its own), or nothing."""
    return module.removeprefix(f"{package}.").split(".")[0] if lies_in(module, package) else ""


def files_graph(source: Path) -> dict[str, set[str]]:
    """Return for every file the files of the package that it imports, both as dotted names."""
    graph: dict[str, set[str]] = {}
    names = {dotted(file, source): file for file in source.rglob("*.py")}
    for own, file in names.items():
        used = set()
        for _, module, name in imports(file, source):
            inner = module.removeprefix(source.name).strip(".")
            if module.split(".")[0] == source.name:
                used.add(f"{inner}.{name}".strip(".") if f"{inner}.{name}".strip(".") in names else inner)
        graph[own] = {name for name in used & set(names) if name not in {own, ""}}
    return graph


def plant(folder: Path, **modules: str) -> Path:
    """Return a package that holds the given source texts; ``__in__`` stands for a folder."""
    source = folder / "msp_siting"
    for name, text in {"__init__": "", **modules}.items():
        file = source / f"{name.replace('__in__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return source


def test_every_import_is_allowed() -> None:
    assert offences(SOURCE) == []


def test_inner_rooms_import_earlier_ones() -> None:
    assert inner_offences(SOURCE) == []


def test_inner_rooms_are_those_of_the_package() -> None:
    for package, order in INNER_ORDER.items():
        there = {folder.parent.name for folder in (SOURCE / package).glob("*/__init__.py")}
        assert there == {room for row in order for room in row}


def test_no_file_imports_itself_through_others() -> None:
    order = list(TopologicalSorter(files_graph(SOURCE)).static_order())
    assert order.index("errors") < order.index("territory.reading") < order.index("cli.terminal")


def test_the_folder_is_the_table() -> None:
    there = {path.stem for path in SOURCE.iterdir() if path.name not in {"__pycache__", "py.typed", "bundled"}}
    assert there == {*ROW_OF, "__init__", "__main__"}
    assert len(ORDER) <= 17
    assert sum((SOURCE / name).is_dir() for name in ROW_OF) == 15


def test_the_table_is_the_one_in_contributing() -> None:
    rows = re.findall(r"^\| \d+ \| ((?:`\w+`(?:, )?)+) \|", CONTRIBUTING.read_text(encoding="utf-8"), re.MULTILINE)
    assert [tuple(re.findall(r"\w+", row)) for row in rows] == list(ORDER)


def test_doors_load_no_more_than_they_must() -> None:
    for door in LIGHT_DOORS:
        told = f"import sys, msp_siting.{door}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
        found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
        assert (door, found.stdout.split()) == (door, [])


@pytest.mark.parametrize(
    ("module", "text", "expected"),
    [
        (
            "territory__in__rim",
            "import json\n\nfrom msp_siting.answer import tabulate\n",
            "territory/rim.py:3 imports answer, which is not in an earlier row",
        ),
        (
            "errors",
            "def f():\n    from msp_siting import units\n",
            "errors.py:2 imports units, which is not in an earlier row",
        ),
        (
            "files__in__csv",
            "import msp_siting.answer\n",
            "files/csv.py:1 imports answer, which is not in an earlier row",
        ),
        (
            "report__in__pages__in__run",
            "from ...commands import solve\n",
            "report/pages/run.py:1 imports commands, which is not in an earlier row",
        ),
        (
            "report__in__chart",
            "from msp_siting.answer.value import Answer\n",
            "report/chart.py:1 imports answer.value past its door; take the name from answer",
        ),
        (
            "solver__in__start",
            "from msp_siting.problem.formulation.model import build\n",
            (
                "solver/start.py:1 imports problem.formulation.model past its door; "
                "take the name from problem.formulation"
            ),
        ),
        (
            "territory__in__reading",
            "from msp_siting.scenario import Scenario\n",
            "territory/reading.py:1 imports scenario, which territory does not know",
        ),
        (
            "problem__in__soundness",
            "import pyomo.environ as pyo\n",
            "problem/soundness.py:1 imports pyomo, allowed in problem.formulation",
        ),
        (
            "problem__in__formulation__in__model",
            "x = 1\nfrom highspy import Highs\n",
            "problem/formulation/model.py:2 imports highspy, allowed in solver",
        ),
        ("helpers", "", "helpers.py: helpers is not in ORDER"),
        (
            "answer__in____init__",
            "from msp_siting.answer.value import value\n",
            "answer/__init__.py:1 hands on value, which is also a file or folder there",
        ),
    ],
)
def test_a_planted_fault_is_found(tmp_path: Path, module: str, text: str, expected: str) -> None:
    others = {
        "units": "",
        "answer__in__value": "",
        "scenario__in____init__": "",
        "commands__in____init__": "",
        "problem__in__formulation__in____init__": "",
        "problem__in__formulation__in__model": "",
    }
    assert offences(plant(tmp_path, **{**others, module: text})) == [expected]


@pytest.mark.parametrize(
    ("module", "text", "expected"),
    [
        (
            "report__in__chart",
            "import json\nfrom msp_siting.report.maps import draw_svg\n",
            ["report/chart.py:2 imports report.maps, not in an earlier row"],
        ),
        (
            "report__in__maps__in__plan",
            "from msp_siting.report import sheets\n",
            ["report/maps/plan.py:1 imports report.sheets, not in an earlier row"],
        ),
        (
            "report__in__pages__in__run",
            "from ..folders.run import write_run\n",
            ["report/pages/run.py:1 imports report.folders, not in an earlier row"],
        ),
        (
            "requests__in__gates__in__rules",
            "from msp_siting.requests.evaluation.effects import Effects\n",
            ["requests/gates/rules.py:1 imports requests.evaluation, not in an earlier row"],
        ),
        (
            "report__in__folders__in__run",
            "from msp_siting.report.folders import csv\nfrom msp_siting.report.pages.run import render\n",
            [],
        ),
        ("report__in____init__", "from msp_siting.report.folders.run import write_run\n", []),
    ],
)
def test_a_planted_fault_between_inner_rooms_is_found(
    tmp_path: Path, module: str, text: str, expected: list[str]
) -> None:
    assert inner_offences(plant(tmp_path, **{module: text})) == expected


def test_an_allowed_import_is_no_fault(tmp_path: Path) -> None:
    source = plant(
        tmp_path,
        units="",
        problem__in____init__="from msp_siting.problem.instance import Instance\n",
        problem__in__instance="from msp_siting import __version__, units\n",
        problem__in__formulation__in____init__="",
        solver__in__highs="import highspy\n\nfrom msp_siting.problem import Instance\n",
        solver__in__stages="from msp_siting.problem.formulation import build\nfrom msp_siting.solver import highs\n",
    )
    assert offences(source) == []


def test_a_planted_cycle_is_found(tmp_path: Path) -> None:
    source = plant(
        tmp_path,
        report__in__page="from msp_siting.report.map import draw\n",
        report__in__map="from msp_siting.report import page\n",
    )
    with pytest.raises(CycleError):
        TopologicalSorter(files_graph(source)).prepare()


def oversized(source: Path) -> list[str]:
    """Return the modules of a tree that are too long, and the functions outside ``cli`` with too many parameters."""
    found = []
    for path in sorted(source.rglob("*.py")):
        name, text = path.relative_to(source).as_posix(), path.read_text(encoding="utf-8")
        lines = len(text.splitlines())
        if lines > MOST_LINES:
            found.append(f"{name}: {lines} lines")
        if name.startswith("cli/") or name in PYTHON_DOOR:
            continue  # a command has as many as it has options, and a function of Python's door as many as its command
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                asked = [each for each in arguments if each.arg not in {"self", "cls"}]
                if len(asked) > MOST_PARAMETERS:
                    found.append(f"{name}: {node.name} has {len(asked)} parameters")
    return found


def test_modules_and_functions_are_small_enough_to_read() -> None:
    assert oversized(SOURCE) == []


def test_what_is_too_large_is_named(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = 1\n" * (MOST_LINES + 1), encoding="utf-8")
    (tmp_path / "wide.py").write_text("def f(a, b, c, d, *, e, f, g): ...\n", encoding="utf-8")
    assert oversized(tmp_path) == [f"long.py: {MOST_LINES + 1} lines", "wide.py: f has 7 parameters"]
