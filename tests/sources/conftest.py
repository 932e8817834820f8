"""The made-up France of `miniature`, to build from and to spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from miniature import write_miniature
from msp_siting.cli import main

Problems = Callable[..., list[str]]


@pytest.fixture(scope="session")
def miniature_france(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``sources`` (files that exist), ``more`` (those added one by one) and ``catalogue.yaml``."""
    folder = tmp_path_factory.mktemp("miniature")
    write_miniature(folder)
    return folder


@pytest.fixture
def workplace(miniature_france: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a copy of the sources and the catalogue to spoil."""
    shutil.copytree(miniature_france / "sources", tmp_path / "sources")
    shutil.copy(miniature_france / "catalogue.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def add_source(workplace: Path, miniature_france: Path) -> Callable[[str], None]:
    """Return what puts one more file into the sources, by name."""
    return lambda name: shutil.copy(miniature_france / "more" / name, workplace / "sources")


@pytest.fixture
def run(workplace: Path) -> Callable[..., Result]:
    """Return ``msp-siting territory build`` on the miniature France, into ``out`` unless another is given."""

    def call(*options: str) -> Result:
        given = ["--sources", "sources", "--catalogue", "catalogue.yaml", "--out", "out", "--lang", "en"]
        kept = [word for pair in zip(given[::2], given[1::2], strict=True) if pair[0] not in options for word in pair]
        assert Path.cwd() == workplace
        return CliRunner().invoke(main, ["territory", "build", *options, *kept])

    return call


@pytest.fixture
def build(run: Callable[..., Result], workplace: Path) -> Callable[..., Path]:
    """Return a build that must succeed; it gives the folder."""

    def call(*options: str) -> Path:
        result = run(*(options or ("--department", "38")))
        assert result.exit_code == 0, result.output + repr(result.exception)
        return workplace / (options[options.index("--out") + 1] if "--out" in options else "out")

    return call


@pytest.fixture
def refuse(run: Callable[..., Result], workplace: Path) -> Problems:
    """Return a build that must end with 2 and write nothing; it gives the problems told."""

    def call(*options: str) -> list[str]:
        before = sorted(workplace.rglob("*"))
        result = run(*(options or ("--department", "38")))
        assert result.exit_code == 2, result.output + repr(result.exception)
        assert result.stdout == ""
        assert sorted(workplace.rglob("*")) == before
        return [line.removeprefix("error: ") for line in result.stderr.splitlines()]

    return call


@pytest.fixture
def edit(workplace: Path) -> Callable[[str, str, str], None]:
    """Return what replaces a text in a source; the text must be there."""

    def call(name: str, old: str, new: str) -> None:
        path = workplace / "sources" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return call
