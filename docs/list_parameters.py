"""Writes docs/parameters.md, the table of every parameter of models/: run again when one changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).parent
MODELS = HERE.parent / "models"
PAGE = HERE / "parameters.md"
KEYS = {"value", "unit", "source", "kind"}
KINDS = {
    "assumed": "nobody publishes it: chosen here, and said on every page that uses it",
    "derived": "reckoned from published or measured figures, as its source says",
    "published": "as somebody publishes it",
    "measured": "counted in data by this project",
}


def parameters_of(content: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: ANN401 - any YAML
    """Yield every parameter of a file: its path and its value, unit, source and kind."""
    if isinstance(content, dict):
        if content.keys() >= KEYS:
            yield path, content
            return
        for key, inner in content.items():
            yield from parameters_of(inner, f"{path}.{key}".removeprefix("."))
    if isinstance(content, list):
        for number, inner in enumerate(content, start=1):
            yield from parameters_of(inner, f"{path}[{number}]")


def page() -> str:
    """Return the text of docs/parameters.md."""
    reader = YAML(typ="safe", pure=True)
    found = [
        (file.relative_to(MODELS).as_posix(), path, entry)
        for file in sorted(MODELS.rglob("*.yaml"))
        for path, entry in parameters_of(reader.load(file.read_text(encoding="utf-8")))
    ]
    lines = [
        "# Parameters",
        "",
        "Every number that a model or an appraisal uses, with its unit, its source and how it is known; written by",
        "`python docs/list_parameters.py` from the files of `models/`. A scenario may change those of its model",
        "(`changes:`, `--set`).",
    ]
    for kind, means in KINDS.items():
        rows = [(file, path, entry) for file, path, entry in found if entry["kind"] == kind]
        lines += ["", f"## {kind.capitalize()} ({len(rows)}): {means}", ""]
        lines += ["| file | parameter | value | unit | source |", "|---|---|---|---|---|"]
        lines += [
            _row(f"`{file}`", f"`{path}`", entry["value"], entry["unit"], entry["source"]) for file, path, entry in rows
        ]
    return "\n".join(lines) + "\n"


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell).replace('|', '/').replace(chr(10), ' ') for cell in cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
