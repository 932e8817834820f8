"""Which file of a folder is which source of the catalogue: by its name, or a pattern of names; and what is neither."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from msp_siting.errors import DataError, Sentence, foreign, problem
from msp_siting.files import is_file, is_folder
from msp_siting.sources.catalogue import Catalogue, CatalogueEntry
from msp_siting.sources.strangers import Stranger, strangers

MOST_NEAR = 3  # files that may be the missing one


@dataclass(frozen=True)
class FoundFiles:
    """The files of a folder.

    Attributes
    ----------
    catalogue
        The catalogue as it holds here: a source whose file is there in another layout has that entry, the other
        layouts are gone, and a vintage that the name of the file tells is filled in.
    paths
        The file of every source that is there, by key.
    strangers
        Files that are no source of the catalogue.
    """

    catalogue: Catalogue
    paths: Mapping[str, Path]
    strangers: tuple[Stranger, ...]


def find_files(catalogue: Catalogue, folder: Path) -> FoundFiles:
    """Return the file of every source that is there; files are found by name anywhere in the folder.

    Raises
    ------
    DataError
        If the folder is not there, a required file is missing, or two files could be the same source.
    """
    if not is_folder(folder):
        raise DataError(problem("no such folder").at(f"--sources {folder}"))
    named = _Named(catalogue, folder)
    sources: dict[str, CatalogueEntry] = {}
    paths: dict[str, Path] = {}
    problems: list[Sentence] = []
    for key, entry in catalogue.sources.items():
        if entry.instead_of is not None or entry.only_with is not None:
            continue
        layouts = [key, *(other for other, each in catalogue.sources.items() if each.instead_of == key)]
        chosen = next((layout for layout in layouts if named.files[layout]), key)
        beside = [other for other, each in catalogue.sources.items() if each.only_with == chosen]
        problems += named.problems(key, layouts)
        problems += (each for other in beside if named.files[chosen] for each in named.problems(other, [other]))
        for name, layout in ((key, chosen), *((other, other) for other in beside)):
            if name == key or named.files[chosen]:
                sources[name] = _dated(catalogue.sources[layout], named.files[layout])
                if named.files[layout]:
                    paths[name] = named.files[layout][0]
    if problems:
        raise DataError(problems)
    return FoundFiles(catalogue.model_copy(update={"sources": sources}), paths, named.strangers)


class _Named:
    """The files of a folder by the source that each is called like."""

    def __init__(self, catalogue: Catalogue, folder: Path) -> None:
        self.catalogue = catalogue
        self.folder = folder
        self.files: dict[str, list[Path]] = {key: [] for key in catalogue.sources}
        self.folders: dict[str, list[Path]] = {key: [] for key in catalogue.sources}
        others: list[Path] = []
        for path in sorted(folder.rglob("*")):
            keys = [key for key, entry in catalogue.sources.items() if _is_called(path.name, entry)]
            for key in keys:
                (self.files if is_file(path) else self.folders)[key].append(path)
            if not keys and is_file(path):
                others.append(path)
        self.strangers = tuple(strangers(catalogue, folder, others))

    def problems(self, key: str, layouts: Sequence[str]) -> Iterator[Sentence]:
        """Yield that a source has more than one file, or none and must have one, or a folder in its place."""
        entry = self.catalogue.sources[key]
        title = foreign(entry.title["en"])
        paths = [path for layout in layouts for path in self.files[layout]]
        folders = [path for layout in layouts for path in self.folders[layout]]
        if len(paths) > 1:
            several = ", ".join(path.relative_to(self.folder).as_posix() for path in paths)
            twice = problem("{several}: more than one file of {title}; keep one", several=several, title=title)
            yield twice.at(f"--sources {self.folder}")
        elif folders and not paths:
            no_file = problem("is no file, expected one ({title}); put the file itself there", title=title)
            yield no_file.at(folders[0])
        elif not paths and entry.required:
            yield self._absent(key, entry).at(f"--sources {self.folder}")

    def _absent(self, key: str, entry: CatalogueEntry) -> Sentence:
        absent = problem(
            "{file} is missing ({title}): without it {without}; published by {publisher}, {page}",
            file=entry.files[0],
            title=foreign(entry.title["en"]),
            without=foreign(entry.without["en"]),
            publisher=entry.publisher,
            page=entry.page,
        )
        near = [each.name for each in self.strangers if each.nearest_key == key][:MOST_NEAR]
        return absent + problem("; is it {files}, under another name?", files=", ".join(near)) if near else absent


def _is_called(name: str, entry: CatalogueEntry) -> bool:
    composed = _composed(name)
    names = {_composed(each) for each in entry.files}
    return composed in names or any(re.fullmatch(each, composed, re.IGNORECASE) for each in entry.patterns)


def _dated(entry: CatalogueEntry, paths: Sequence[Path]) -> CatalogueEntry:
    """Return an entry whose vintage has what the name of its file tells of it."""
    for path in paths:
        for pattern in entry.patterns:
            match = re.fullmatch(pattern, _composed(path.name), re.IGNORECASE)
            if match is not None:
                vintage = entry.vintage
                for name, told in match.groupdict().items():
                    vintage = vintage.replace(f"{{{name}}}", told)
                return entry.model_copy(update={"vintage": vintage})
    return entry


def _composed(name: str) -> str:
    """Return a file's name with each accent and its letter as one character; some systems keep them apart."""
    return unicodedata.normalize("NFC", name)
