"""The names of a run's files stand in one module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import msp_siting
from msp_siting.runs.files import FILES_OF, KINDS, OF_FRAMES, ON_REQUEST, RunFile

SOURCE = Path(msp_siting.__file__).parent
ROOMS = ("answer", "runs", "requests", "report", "commands", "cli")


def written_out(source: Path) -> Iterator[str]:
    """Yield where the name of a file of a run is written out, but for where it is given."""
    for file in sorted(path for room in ROOMS for path in (source / room).rglob("*.py")):
        where = file.relative_to(source).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and "." in str(node.value) and node.value in list(RunFile):
                yield f"{where}:{node.lineno} {node.value}"


def test_names_are_given_once() -> None:
    assert {found.split(":")[0] for found in written_out(SOURCE)} == {"runs/files.py"}


def test_a_name_written_out_elsewhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "moon.py").write_text('x = 1\nprint(folder / "sites.csv")\n', encoding="utf-8")
    assert list(written_out(tmp_path)) == ["report/moon.py:2 sites.csv"]


def test_every_name_is_that_of_a_kind() -> None:
    assert tuple(FILES_OF) == KINDS == ("solve", "diagnose", "sweep", "evaluate", "compare", "alternatives", "siting")
    assert {name for names in FILES_OF.values() for name in names} | {*ON_REQUEST, *OF_FRAMES} == set(RunFile)
    assert all({"run.json", "summary.json", "report.html"} <= {*names} for names in FILES_OF.values())
