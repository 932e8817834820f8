"""A territory made of data frames: held to what the files of one are held to, and kept while Python runs."""

import atexit
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.errors import DataError, Sentence, problem, told
from msp_siting.files import MANIFEST, Mended, Table, near_name, read_frame, write_yaml
from msp_siting.language import LANGUAGES, fold, mended_facts, tell
from msp_siting.territory.coordinates import check_projection
from msp_siting.territory.reading import read_territory
from msp_siting.territory.tables import DEMAND, PLACES, SITES, SUPPLY, TRAVEL_TIMES, ZONES
from msp_siting.territory.territory import Territory

FRAMES: Mapping[str, Table] = {  # by the stem of the file that would hold it
    "demand": DEMAND,
    "supply": SUPPLY,
    "sites": SITES,
    "travel_times": TRAVEL_TIMES,
    "places": PLACES,
    "zones": ZONES,
    "rim_demand": DEMAND,
    "rim_supply": SUPPLY,
    "rim_travel_times": TRAVEL_TIMES,
}
LARGE = ("travel_times", "rim_travel_times")  # which are kept as Parquet
ABOUT = "about"  # attribute of a frame of travel times: what a manifest says of where they come from
FLAGS = {True: "true", False: "false"}
UNNAMED, RIM = "territory", "rim_"


def make_territory(frames: Mapping[str, pd.DataFrame], crs: str, title: str | Mapping[str, str] | None) -> Territory:
    """Return the territory that some data frames are; the frames stay as they are.

    It is kept, as the files that would hold it, in a temporary folder until Python ends.

    Parameters
    ----------
    frames
        By the names of `FRAMES`.
    crs
        Projection of its maps.
    title
        One in both languages, or one for each (``{"fr": ..., "en": ...}``).

    Raises
    ------
    DataError
        With every problem, as the files would have; in place of a file stands the name of its frame.
    """
    problems, caveats = _problems_of_terms(crs, title), []
    typed: dict[str, pd.DataFrame] = {}
    for name, frame in frames.items():
        mended: list[Mended] = []
        if name not in FRAMES:
            problems.append(_no_such(name))
            continue
        try:
            typed[name] = read_frame(frame, name, FRAMES[name], mended)
        except DataError as fault:
            problems += fault.problems
        caveats += mended_facts(name, mended)
    if problems:
        raise DataError(problems)
    titles = {language: str(title or UNNAMED) for language in LANGUAGES} if not isinstance(title, Mapping) else title
    manifest = {
        "name": _name_of(titles["en"]),
        "title": dict(titles),
        "crs": crs,
        "caveats": [{language: tell(fact, language) for language in LANGUAGES} for fact in caveats],
    }
    folder = _keep({_file_name(name): _content(name, frame) for name, frame in typed.items()}, manifest, frames)
    try:
        return read_territory(folder)
    except DataError as fault:
        places = {(folder / _file_name(name)).as_posix(): name for name in FRAMES} | {
            path.as_posix(): UNNAMED for path in (folder, folder / MANIFEST)
        }
        shutil.rmtree(folder.parent)
        raise DataError(_placed(each, places) for each in fault.problems) from None


def is_of_frames(folder: Path) -> bool:
    """Return whether a territory's folder is the temporary one of a territory made of data frames."""
    return folder.resolve().is_relative_to(session_folder())


@cache
def session_folder() -> Path:
    """Return a folder of this process, which is gone when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="msp-siting-")).resolve()
    atexit.register(_remove, folder, os.getpid())
    return folder


def _remove(folder: Path, process: int) -> None:
    if os.getpid() == process:  # not in a copy of the process
        shutil.rmtree(folder, ignore_errors=True)


def _problems_of_terms(crs: str, title: object) -> list[Sentence]:
    problems = []
    try:
        check_projection(crs)
    except ValueError as fault:
        problems.append(told(fault).at("crs"))
    if isinstance(title, Mapping) and set(title) != set(LANGUAGES):
        both = problem("expected {expected}", expected=problem("a text, or one for each of fr and en"))
        problems.append(both.at("title"))
    return problems


def _no_such(name: str) -> Sentence:
    """Return that a rim has no such table."""
    bare = name.removeprefix(RIM)
    known = [each.removeprefix(RIM) for each in FRAMES if each.startswith(RIM)]
    return (problem("no such table {name!r}", name=bare) + near_name(bare, known)).at("rim")


def _name_of(title: str) -> str:
    """Return the id of a territory, fit to name a folder: the letters and digits of its title."""
    return re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:60] or UNNAMED


def _file_name(name: str) -> str:
    return f"{name}.parquet" if name in LARGE else f"{name}.csv"


def _content(name: str, frame: pd.DataFrame) -> bytes:
    """Return the file that holds a typed table."""
    if name in LARGE:
        plain = frame.reset_index(drop=True)
        plain.attrs = {}
        return bytes(plain.to_parquet(index=False, compression="zstd"))
    flags = {flag: frame[flag].map(FLAGS) for flag in frame.select_dtypes("bool").columns}
    return str(frame.assign(**flags).to_csv(index=False, lineterminator="\n")).encode()


def _keep(contents: Mapping[str, bytes], manifest: dict[str, Any], frames: Mapping[str, pd.DataFrame]) -> Path:
    """Return the folder of a territory, written if the same is not there already."""
    manifest["files"] = [
        {
            "path": _file_name(name),
            "rows": len(frames[name]),
            "sha256": hashlib.sha256(contents[_file_name(name)]).hexdigest(),
            **frames[name].attrs[ABOUT],
        }
        for name in LARGE
        if ABOUT in getattr(frames.get(name), "attrs", {})
    ]
    digest = hashlib.sha256(repr(manifest).encode())
    for name, content in sorted(contents.items()):
        digest.update(name.encode() + hashlib.sha256(content).digest())
    folder = session_folder() / digest.hexdigest()[:16] / str(manifest["name"])
    if not folder.is_dir():
        fresh = Path(tempfile.mkdtemp(dir=session_folder())) / folder.name
        fresh.mkdir()
        for name, content in contents.items():
            (fresh / name).write_bytes(content)
        write_yaml(manifest, fresh / MANIFEST)
        fresh.parent.rename(folder.parent)
    return folder


def _placed(wrong: Sentence, places: Mapping[str, str]) -> Sentence:
    """Return a problem with the name of a frame in place of the file that would hold it."""
    place = wrong.values.get("place")
    if wrong.template != "{place}: {problem}" or str(place) not in places:
        return wrong
    return Sentence(wrong.template, **wrong.values | {"place": places[str(place)]})
