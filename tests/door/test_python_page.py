"""docs/python.md, block by block as it stands: what it prints is what it shows."""

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
BLOCKS = BLOCK.findall(PAGE)


def test_every_block_does_what_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    names: dict[str, Any] = {}
    said = ""
    for number, (kind, text) in enumerate(BLOCKS):
        if kind == "text":
            assert (number, said) == (number, text)
            continue
        stream = io.StringIO()
        with contextlib.redirect_stdout(stream):
            exec(compile(text, f"docs/python.md, block {number}", "exec"), names)  # noqa: S102 - our own page
        said = stream.getvalue()
        assert bool(said) == (BLOCKS[number + 1 : number + 2] != [] and BLOCKS[number + 1][0] == "text")


def test_the_page_has_the_blocks_it_should() -> None:
    """So that the test above cannot pass by finding nothing."""
    assert [kind for kind, _ in BLOCKS].count("python") == 11
    used = set(re.findall(r"msp\.([a-z_]+)\(", PAGE))
    verbs = {"solve", "read_run", "verify", "travel_times", "territory_from", "scenario_from", "diagnose", "sweep"}
    assert used >= verbs | {"evaluate", "compare"}
