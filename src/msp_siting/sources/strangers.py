"""Files of the folder of sources that are none of the catalogue, each with the source that it is most like."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from msp_siting.files import SEPARATORS, fold
from msp_siting.language import Fact
from msp_siting.sources.catalogue import Catalogue

LOOKED_INTO_BYTES = 20_000  # where headings stand
LOOKED_INTO_ROWS = 40
MOST_LOOKED_INTO = 500  # of a folder full of other things
LONGEST_LETTER_BYTES = 4
TEXT_ENDINGS = (".csv", ".txt", ".tsv")
TEXT_LAYOUTS = ("csv", "any", "equipment")
LEAST_ALIKE = 0.5  # of 1: below, two names have nothing to do with one another
MOST_SHOWN = 10
SAYING_NOTHING = {"commune", "communes", "par", "des", "les", "ensemble", "stock", "csv", "from"}
FINESS_MARK = "finess;etalab"


@dataclass(frozen=True)
class Stranger:
    """A file that is no source of the catalogue.

    Attributes
    ----------
    name
        Its place within the folder.
    nearest_key, nearest_file
        The source that it is most like and the name of that one's file; None where it is like none.
    by_columns
        Whether it has all the columns of that source.
    """

    name: str
    nearest_key: str | None = None
    nearest_file: str | None = None
    by_columns: bool = False


def strangers(catalogue: Catalogue, folder: Path, paths: Sequence[Path]) -> Iterator[Stranger]:
    """Yield the files that are no source, but for hidden ones."""
    shown = [path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    for place, path in enumerate(shown):
        name = path.relative_to(folder).as_posix()
        by_columns = _by_columns(catalogue, path) if place < MOST_LOOKED_INTO else None
        key = by_columns or _by_name(catalogue, path)
        yield Stranger(name, key, None if key is None else catalogue.sources[key].files[0], by_columns is not None)


def strangers_told(found: Sequence[Stranger]) -> Iterator[Fact]:
    """Yield which files were not read, with what each is most like; beyond ten, how many."""
    if not found:
        return
    ordered = sorted(found, key=lambda each: (each.nearest_key is None, not each.by_columns))
    files: list[str | Fact] = [_told(each) for each in ordered[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        files.append(Fact("names_more", {"count": len(found) - MOST_SHOWN}))
    yield Fact("built_not_recognised", {"files": files})


def _told(stranger: Stranger) -> str | Fact:
    if stranger.nearest_file is None:
        return stranger.name
    key = "built_like_columns" if stranger.by_columns else "built_like_name"
    return Fact(key, {"file": stranger.name, "nearest": stranger.nearest_file})


def _by_columns(catalogue: Catalogue, path: Path) -> str | None:
    """Return the source with the most columns of those that a text file has all the columns of."""
    if path.suffix.lower() not in TEXT_ENDINGS:
        return None
    try:
        with path.open("rb") as file:
            content = file.read(LOOKED_INTO_BYTES)
    except OSError:
        return None
    text = content.decode("utf-8-sig" if _is_utf8(content) else "cp1252", errors="replace")
    lines = text.splitlines()[:LOOKED_INTO_ROWS]
    if lines and lines[0].lower().startswith(FINESS_MARK):
        return next((key for key, entry in catalogue.sources.items() if entry.layout.kind == "finess"), None)
    rows = [{fold(cell.strip(' "')) for cell in line.split(each)} for line in lines for each in SEPARATORS]
    wanted = {
        key: {fold(column.header) for column in entry.columns.values()}
        for key, entry in catalogue.sources.items()
        if entry.layout.kind in TEXT_LAYOUTS
    }
    alike = {key: len(names) for key, names in wanted.items() if any(names <= row for row in rows)}
    return max(alike, key=lambda key: alike[key], default=None)


def _is_utf8(content: bytes) -> bool:
    """Return whether bytes are UTF-8, but perhaps for a letter that is cut at their end."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as fault:
        return len(content) - fault.start < LONGEST_LETTER_BYTES
    return True


def _by_name(catalogue: Catalogue, path: Path) -> str | None:
    """Return the source whose file is called most like it, by letters and by words."""
    alike = {key: max(_likeness(path.name, name) for name in entry.files) for key, entry in catalogue.sources.items()}
    best = max(alike, key=lambda key: alike[key])
    return best if alike[best] >= LEAST_ALIKE else None


def _likeness(name: str, other: str) -> float:
    words, others = _words(name), _words(other)
    shared = len(words & others) / max(1, min(len(words), len(others)))
    return (shared + difflib.SequenceMatcher(None, fold(name), fold(other)).ratio()) / 2


def _words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", fold(name.rpartition(".")[0]))) - SAYING_NOTHING
