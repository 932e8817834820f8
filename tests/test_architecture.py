"""Who may import whom: a module imports only from lower layers, and outside libraries stay behind their fences."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import msp_siting

SOURCE = Path(msp_siting.__file__).parent

# From the lowest to the highest; modules of one layer never import one another. A sub-package is one entry, and
# free inside itself as long as it has no cycle. There are no exceptions.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"__init__", "errors", "units", "folding", "request_words"}),
    frozenset({"text_files", "messages"}),
    frozenset({"yaml_files", "json_files", "csv_files", "coordinates", "outlines"}),
    frozenset({"tables", "assumptions", "solution", "request_cells"}),
    frozenset({"manifest"}),
    frozenset({"territory", "scenario", "roads", "request_rows"}),
    frozenset({"place_names"}),
    frozenset({"request_values"}),
    frozenset({"funding_requests"}),
    frozenset({"gate_figures"}),
    frozenset({"gate_rules", "gate_findings"}),
    frozenset({"gates"}),
    frozenset({"matrices", "points", "rim", "horizon", "earlier_run"}),
    frozenset({"surrogate", "servers", "routing"}),
    frozenset({"routing_cache"}),
    frozenset({"demand", "supply", "candidates", "accessibility", "caveats"}),
    frozenset({"travel_times"}),
    frozenset({"instance"}),
    frozenset({"reduction", "pricing"}),
    frozenset({"formulation", "verify", "sources"}),
    frozenset({"solver", "coverage"}),
    frozenset({"answer", "reservation", "rollout", "curve", "side_by_side"}),
    frozenset({"diagnosis", "comparison"}),
    frozenset({"evaluation"}),
    frozenset({"pipeline", "report"}),
    frozenset({"runs", "checking", "timetables", "building"}),
    frozenset({"sweep", "comparing"}),
    frozenset({"evaluating"}),
    frozenset({"cli"}),
    frozenset({"__main__"}),
)

# Outside libraries, and the only modules that may import them.
FENCES: dict[str, frozenset[str]] = {
    "pyomo": frozenset({"formulation", "solver"}),
    "highspy": frozenset({"solver"}),
    "osmnx": frozenset({"roads"}),
    "osmium": frozenset({"roads"}),
    "click": frozenset({"cli"}),
    "rich": frozenset({"cli"}),
    "jinja2": frozenset({"report"}),
    "matplotlib": frozenset({"report"}),
    "openpyxl": frozenset({"report", "sources"}),
    "dask": frozenset({"sweep"}),
    "distributed": frozenset({"sweep"}),
    "geopandas": frozenset({"outlines", "report", "sources"}),
    "shapely": frozenset({"outlines", "report", "sources", "roads"}),
    "pyogrio": frozenset({"outlines", "sources"}),
    "pyproj": frozenset({"coordinates", "report", "sources"}),
    "ruamel": frozenset({"yaml_files", "messages"}),
    "pydantic": frozenset(
        {
            *("yaml_files", "assumptions", "manifest", "scenario", "earlier_run", "roads", "surrogate", "sources"),
            *("gate_rules", "evaluation", "sweep"),
        }
    ),
    "routingpy": frozenset({"servers"}),
}

LAYER_OF = {name: layer for layer, names in enumerate(LAYERS) for name in names}


def imports(file: Path, source: Path) -> Iterator[tuple[int, str]]:
    """Return line and dotted name of every import of a file, wherever it stands in it."""
    package = [source.name, *file.relative_to(source).parts[:-1]]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*parents, *filter(None, [node.module])])
            yield from ((node.lineno, f"{module}.{name.name}") for name in node.names)


def module_of(dotted: str, source: Path) -> str:
    """Return the module or sub-package of the package that a dotted name lies in."""
    first = dotted.split(".")[1] if "." in dotted else "__init__"
    return first if (source / first).is_dir() or (source / f"{first}.py").is_file() else "__init__"


def offences(source: Path) -> list[str]:
    """Return one sentence per import that is not allowed, and per module without a layer."""
    found = []
    for file in sorted(source.rglob("*.py")):
        where = file.relative_to(source)
        own = where.parts[0].removesuffix(".py")
        if own not in LAYER_OF:
            found.append(f"{where}: {own} has no layer; add it to LAYERS")
            continue
        for line, dotted in imports(file, source):
            library = dotted.split(".")[0]
            if own not in FENCES.get(library, frozenset({own})):
                found.append(f"{where}:{line} imports {library}, allowed in {', '.join(sorted(FENCES[library]))}")
            if library == source.name:
                other = module_of(dotted, source)
                if other != own and LAYER_OF.get(other, len(LAYERS)) >= LAYER_OF[own]:
                    found.append(f"{where}:{line} imports {other}, which is not in a lower layer")
    return found


def files_graph(source: Path) -> dict[str, set[str]]:
    """Return for every file the files of the package that it imports, both as dotted names."""
    names = {".".join([source.name, *file.relative_to(source).with_suffix("").parts]) for file in source.rglob("*.py")}
    graph: dict[str, set[str]] = {}
    for file in source.rglob("*.py"):
        own = ".".join([source.name, *file.relative_to(source).with_suffix("").parts])
        used = {dotted for _, dotted in imports(file, source)}
        used |= {dotted.rpartition(".")[0] for dotted in used}
        graph[own] = (used & names) - {own}
    return graph


def plant(folder: Path, **modules: str) -> Path:
    """Return a package that holds the given source texts."""
    source = folder / "msp_siting"
    for name, text in {"__init__": "", **modules}.items():
        file = source / f"{name.replace('__in__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return source


def test_every_import_is_allowed() -> None:
    assert offences(SOURCE) == []


def test_no_file_imports_itself_through_others() -> None:
    order = list(TopologicalSorter(files_graph(SOURCE)).static_order())
    assert "msp_siting.cli.terminal" in order


def test_every_module_of_the_table_exists() -> None:
    there = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert set(LAYER_OF) == there


@pytest.mark.parametrize(
    ("module", "text", "expected"),
    [
        (
            "demand",
            "import json\n\nfrom msp_siting.supply import supply_at_horizon\n",
            "demand.py:3 imports supply, which is not in a lower layer",
        ),
        (
            "errors",
            "def f():\n    from msp_siting import units\n",
            "errors.py:2 imports units, which is not in a lower layer",
        ),
        ("errors", "import msp_siting.supply\n", "errors.py:1 imports supply, which is not in a lower layer"),
        ("errors", "from . import supply\n", "errors.py:1 imports supply, which is not in a lower layer"),
        (
            "report__in__page",
            "from ..runs import Run\n",
            "report/page.py:1 imports runs, which is not in a lower layer",
        ),
        ("verify", "import pyomo.environ as pyo\n", "verify.py:1 imports pyomo, allowed in formulation, solver"),
        (
            "formulation__in__build",
            "x = 1\nfrom highspy import Highs\n",
            "formulation/build.py:2 imports highspy, allowed in solver",
        ),
        ("instance", "from osmnx import graph\n", "instance.py:1 imports osmnx, allowed in roads"),
        ("helpers", "", "helpers.py: helpers has no layer; add it to LAYERS"),
    ],
)
def test_a_planted_fault_is_found(tmp_path: Path, module: str, text: str, expected: str) -> None:
    others = {"supply": "", "units": "", "runs": ""}
    assert offences(plant(tmp_path, **{**others, module: text})) == [expected]


def test_an_allowed_import_is_no_fault(tmp_path: Path) -> None:
    source = plant(
        tmp_path,
        units="",
        instance="from msp_siting import __version__, units\n",
        solver__in__highs="import highspy\n\nfrom msp_siting.instance import Instance\n",
        solver__in__stages="from msp_siting.solver import highs\n",
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
