"""The line of villages, as a project in whose folder one stands."""

from pathlib import Path

import pytest

from siting_line import Line


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    """The project, in whose folder one stands."""
    project = Line(tmp_path / "project")
    monkeypatch.chdir(project.folder)
    return project
