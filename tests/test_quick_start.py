"""The French quick start: every command is one, with options that are there; what is quick runs; pictures are there."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from msp_siting.cli import main
from msp_siting.scenario import scenario_names, territory_names

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "demarrage.md").read_text(encoding="utf-8")
LINES = [
    line for block in re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL) for line in block.splitlines()
]
COMMANDS = [shlex.split(line)[1:] for line in LINES if line.startswith("msp-siting ")]
LARGEST_PICTURE = 200_000  # bytes


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_is_understood(words: list[str]) -> None:
    """Parsed to its last option, not run."""
    command, rest, context = main, words, None
    while hasattr(command, "commands"):
        context = command.make_context(rest[0], [], parent=context, resilient_parsing=True)
        command, rest = command.commands[rest[0]], rest[1:]
    parsed = command.make_context(words[0], list(rest), parent=context)
    assert parsed.params["language"] == "fr"
    known = {"scenario": scenario_names, "territory": territory_names}
    for name in known.keys() & parsed.params.keys():
        if isinstance(parsed.params[name], str):
            assert parsed.params[name] in known[name]()


def test_a_project_and_its_check_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    quick = [words for words in COMMANDS if words[0] in {"new", "check"}]
    assert [words[0] for words in quick] == ["new", "check"]
    for words in quick:
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 0, result.output
        if words[0] == "new":
            monkeypatch.chdir(tmp_path / "mon-projet")


@pytest.mark.parametrize("page", ["README.md", "docs/demarrage.md"])
def test_pictures_and_links_are_there_and_small(page: str) -> None:
    file = ROOT / page
    text = file.read_text(encoding="utf-8")
    named = re.findall(r'(?:src="|\]\()((?!https?:|#)[^")#]+)', text)
    assert len(named) >= 2
    assert [name for name in named if not (file.parent / name).is_file()] == []
    pictures = [file.parent / name for name in named if name.endswith(".png")]
    assert [path.name for path in pictures if path.stat().st_size > LARGEST_PICTURE] == []


def test_every_picture_is_made_by_the_script_and_shown() -> None:
    folder = ROOT / "docs" / "pictures"
    script = (folder / "make_pictures.py").read_text(encoding="utf-8")
    made = set(re.findall(r'Picture\("(\w+)"', script))
    assert {path.stem for path in folder.glob("*.png")} == made
    shown = (ROOT / "README.md").read_text(encoding="utf-8") + TEXT
    assert [name for name in sorted(made) if f"pictures/{name}.png" not in shown] == []
