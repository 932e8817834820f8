"""Windows and macOS: nothing is asked of the system that they lack, and what is written is the same everywhere."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

import msp_siting
from msp_siting.errors import problem
from msp_siting.language import say, translate
from msp_siting.runs import RunFile, provenance, verify_folder
from msp_siting.runs.files import FILES_OF

SOURCE = Path(msp_siting.__file__).parent
ELSEWHERE = Path(__file__).with_name("elsewhere.py")
NOT_ON_WINDOWS = set('<>:"|?*\\/')


def elsewhere(folder: Path, *arguments: str) -> str:
    """Return what a process says that lacks what Windows lacks; it must end well."""
    command = [sys.executable, str(ELSEWHERE), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_module_is_imported_and_a_planner_can_work_without_what_windows_lacks(toy_project: Path) -> None:
    lines = elsewhere(toy_project).splitlines()
    assert int(lines[0].removesuffix(" modules")) > 200
    assert lines[1] == "data/toy: sound; 4 demand points, 2,700 inhabitants, 3 sites."
    assert "Written to made: data/isere, models, scenarios, README.md. All of it is yours to edit." in lines
    assert lines.count("Written to runs/toy") == 2
    assert json.loads((toy_project / "runs/toy/summary.json").read_text(encoding="utf-8"))["peak_memory_mb"] is None
    assert verify_folder(toy_project / "runs" / "toy").problems == ()
    assert [path.name for path in (toy_project / "runs").iterdir()] == ["toy"]


def test_every_module_of_the_tests_is_imported_there_too(tmp_path: Path) -> None:
    assert int(elsewhere(tmp_path, "tests").splitlines()[-1].removesuffix(" modules of tests")) > 100


def test_memory_is_measured_where_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("resource", reason="this system does not say")
    here = provenance.peak_memory_mb()
    assert here is not None
    assert here > 10
    monkeypatch.setattr(provenance, "resource", None)
    assert provenance.measured_since(0.0)["peak_memory_mb"] is None


@pytest.mark.parametrize("path", [PurePosixPath("data/toy"), PureWindowsPath("data\\toy"), PureWindowsPath("data/toy")])
def test_a_path_is_told_with_forward_slashes(path: PurePosixPath) -> None:
    missing = problem("this file is missing").at(path)
    assert missing == "data/toy: this file is missing"
    assert translate(missing, "fr") == "data/toy : ce fichier manque"
    assert say("line_written", "en", folder=path) == "Written to data/toy"


def test_names_of_what_is_written_are_names_on_windows() -> None:
    names = {name for files in FILES_OF.values() for name in files} | {RunFile.MAP}
    assert [name for name in names if set(name) & NOT_ON_WINDOWS or name.endswith((".", " "))] == []


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node


def unstated(text: str) -> list[tuple[int, str]]:
    """Return the lines that open a text file, or write a table, and leave encoding or line ends to the system."""
    found = []
    for name, call in calls(ast.parse(text)):
        stated = {keyword.arg for keyword in call.keywords}
        modes = [each.value for each in [*call.args, *(k.value for k in call.keywords if k.arg == "mode")][:2]
                 if isinstance(each, ast.Constant) and isinstance(each.value, str)]  # fmt: skip
        mode = next((each for each in modes if set(each) <= set("rwaxbt+")), "r")
        needs = {
            "read_text": {"encoding"},
            "write_text": {"encoding", "newline"},
            "to_csv": {"lineterminator"},
            "open": set() if "b" in mode else {"encoding", "newline"} if set(mode) & set("wax") else {"encoding"},
        }.get(name, set())
        found += [(call.lineno, f"{name} without {each}") for each in sorted(needs - stated)]
    return found


def test_what_is_unstated_is_found() -> None:
    assert unstated('path.open("w")') == [(1, "open without encoding"), (1, "open without newline")]
    assert unstated('open(path, "a", encoding="utf-8")') == [(1, "open without newline")]
    assert unstated("path.read_text()") == [(1, "read_text without encoding")]
    assert unstated('path.write_text("", encoding="utf-8")') == [(1, "write_text without newline")]
    assert unstated("frame.to_csv(path)") == [(1, "to_csv without lineterminator")]
    assert unstated('path.open("rb+")') == []


def test_every_text_file_states_its_encoding_and_line_ends() -> None:
    found = {file.relative_to(SOURCE).as_posix(): unstated(file.read_text(encoding="utf-8"))
             for file in sorted(SOURCE.rglob("*.py"))}  # fmt: skip
    assert {name: lines for name, lines in found.items() if lines} == {}
