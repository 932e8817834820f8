"""README's tutorial, word for word: its files are saved, its commands run in an empty folder, its answers compared."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

import msp_siting
from msp_siting.files.projects import bundled_folder
from msp_siting.language.sentences import LANGUAGES, Language

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
TITLE = "## From a spreadsheet of ten towns to a plan\n"
SECTION = README.partition(TITLE)[2].partition("\n## ")[0]
BLOCK = re.compile(r"(?P<before>.*?)^```(?P<kind>\w+)\n(?P<text>.*?)^```\n", re.MULTILINE | re.DOTALL)
LOCALES: dict[Language, str] = {"en": "C.UTF-8", "fr": "fr_FR.UTF-8"}


@dataclass(frozen=True)
class Block:
    """A block of the section: a file (``csv``, ``yaml``), commands (``sh``) or an answer (``text``)."""

    before: str
    kind: str
    text: str

    @property
    def path(self) -> Path:
        """Where a file is to be saved, which both languages say."""
        (english,) = re.findall(r"Save as\s+`(.+?)`", self.before)
        (french,) = re.findall(r"Enregistrez sous\s+(?:> )?`(.+?)`", self.before)
        assert english == french
        return Path(english)


@dataclass(frozen=True)
class Step:
    """Commands and the answers shown after them, English first."""

    commands: str
    answers: tuple[str, ...]


BLOCKS = [Block(found["before"], found["kind"], found["text"]) for found in BLOCK.finditer(SECTION)]
KINDS = [block.kind for block in BLOCKS]


def steps() -> list[Block | Step]:
    """Return files and commands in their order, the answers with the commands they belong to."""
    found: list[Block | Step] = []
    for block in BLOCKS:
        if block.kind == "text":
            last = found.pop()
            assert isinstance(last, Step)
            found.append(Step(last.commands, (*last.answers, block.text)))
        else:
            found.append(Step(block.text, ()) if block.kind == "sh" else block)
    return found


def shim(folder: Path, language: Language) -> Path:
    """Return a folder for PATH that holds ``msp-siting``: this environment's, on a system of that language."""
    file = folder / "bin" / "msp-siting"
    file.parent.mkdir()
    command = f'LC_ALL={LOCALES[language]} exec "{sys.executable}" -m msp_siting "$@"'
    file.write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
    file.chmod(0o755)
    return file.parent


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tutorial_word_for_word(tmp_path: Path, language: Language) -> None:
    environment = {
        **os.environ,
        "PATH": f"{shim(tmp_path, language)}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(msp_siting.__file__).parents[1]),
    }
    folder = tmp_path / "empty"
    folder.mkdir()
    compared = 0
    for step in steps():
        if isinstance(step, Block):
            (folder / step.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / step.path).write_text(step.text, encoding="utf-8")
            continue
        script = f"set -e\ntrap 'pwd > \"{tmp_path}/where\"' EXIT\n{step.commands}"
        done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True)  # noqa: PLW1510
        folder = Path((tmp_path / "where").read_text(encoding="utf-8").strip())
        said = done.stdout + done.stderr
        wrong_on_purpose = step.answers != () and step.answers[0].startswith("error: ")
        assert done.returncode == (2 if wrong_on_purpose else 0), said
        shown = step.answers[LANGUAGES[::-1].index(language) :][:1]
        if shown:
            compared += 1
            shortened = shown[0].removesuffix("...\n")
            assert (said[: len(shortened)] if shortened != shown[0] else said) == shortened
    assert compared == {"en": 6, "fr": 3}[language]
    caveats = " ".join(json.loads(Path(folder, "runs/trieves/summary.json").read_text(encoding="utf-8"))["caveats"])
    for file in ("demand.csv", "supply.csv", "sites.csv"):
        assert file in caveats
    assert Path(folder, "runs/trieves/report.html").is_file()


def test_the_section_has_the_blocks_it_should() -> None:
    """So that the test above cannot pass by finding nothing."""
    assert [
        *("sh", "csv", "csv", "csv", "yaml", "sh", "text", "text", "csv", "sh", "text", "yaml"),
        *("sh", "text", "text", "sh", "text", "sh", "text", "text", "sh", "sh", "text"),
    ] == KINDS
    assert [block.path.as_posix() for block in BLOCKS if block.kind in {"csv", "yaml"}] == [
        *("data/trieves/demand.csv", "data/trieves/supply.csv", "data/trieves/sites.csv"),
        *("data/trieves/manifest.yaml", "data/trieves/sites.csv", "scenarios/trieves.yaml"),
    ]


def test_every_step_is_said_in_both_languages() -> None:
    english = re.findall(r"^\*\*(\d)\. ", SECTION, re.MULTILINE)
    french = re.findall(r"^> \*\*(\d)\. ", SECTION, re.MULTILINE)
    assert english == french == [str(number) for number in range(1, len(english) + 1)]


def test_what_varies_is_not_shown() -> None:
    assert [block.text for block in BLOCKS if block.kind == "text" and re.search(r"\d s\b", block.text)] == []


def test_the_towns_are_those_of_isere(tmp_path: Path) -> None:
    """What the section says of its figures: those of data/isere, the GPs rounded to whole posts."""
    tables = {}
    for block in BLOCKS:
        if block.kind == "csv":
            (tmp_path / block.path.name).write_text(block.text, encoding="utf-8")
            tables[block.path.name] = pd.read_csv(tmp_path / block.path.name, dtype={"demand_id": str, "place_id": str})
    isere = bundled_folder() / "data" / "isere"
    demand = pd.read_csv(isere / "demand.csv", dtype={"demand_id": str}).set_index("demand_id")
    supply = pd.read_csv(isere / "supply.csv", dtype={"place_id": str})
    gps = supply[supply["profession"] == "gp"].set_index("place_id")["practitioners"].round()
    towns = tables["demand.csv"].set_index("demand_id")
    columns = ["name", "inhabitants", "lon", "lat"]
    pd.testing.assert_frame_equal(towns[columns], demand.loc[towns.index, columns].round({"lon": 4, "lat": 4}))
    posts = tables["supply.csv"].set_index("place_id")["practitioners"]
    assert posts.to_dict() == gps[gps.index.isin(towns.index)].to_dict()
    assert sorted(tables["sites.csv"]["place_id"]) == sorted(towns.index[towns["inhabitants"] >= 500])
    assert len(towns) == 10
