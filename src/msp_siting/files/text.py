"""Bytes and text of input files: ordinary files only, of a size and with lines that a reader can take."""

import codecs
import errno
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from msp_siting.errors import DataError, MspSitingError, Sentence, foreign, problem
from msp_siting.units import BYTES_PER_MEGABYTE

LONGEST_LINE_BYTES = 1_000_000  # a wide matrix of 100,000 places fits
BLOCK_BYTES = LONGEST_LINE_BYTES // 2  # so that no block holds a whole line that is too long
UTF8_MARK = codecs.BOM_UTF8
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
UTF8_LETTER = re.compile(rb"[\xc2\xc3][\x80-\xbf]")  # an accented one; in Windows-1252 two that no word has together
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods, .xls
MOST_DIGITS = 300  # of a number in a file; a longer one is no number of this field, and overflows
TOO_MANY_DIGITS = problem("a number has too many digits")
UNREADABLE = "\ufffd"  # what stands for a byte that no letter of Windows-1252 has

Error = type[MspSitingError]


@dataclass(frozen=True)
class TextFile:
    """The text of a file, and how it was written.

    Attributes
    ----------
    encoding
        ``utf-8``, ``utf-16`` or ``cp1252`` (Windows-1252).
    has_mark
        Whether it begins with the mark of UTF-8.
    """

    text: str
    encoding: str
    has_mark: bool


def is_file(path: Path) -> bool:
    """Return whether a path leads to an ordinary file; a name that no file can have leads to none."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Return whether a path leads to a folder; a name that no folder can have leads to none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def real_path(path: Path) -> Path:
    """Return where a path leads, links followed as far as they lead anywhere."""
    return Path(os.path.realpath(path))


def is_there(path: Path) -> bool:
    """Return whether anything stands at a path, be it a link that leads nowhere."""
    try:
        path.lstat()
    except (OSError, ValueError):
        return False
    return True


def project_folder(path: Path, kind: str) -> Path:
    """Return the folder of the project that a file of its ``data``, ``models`` ... lies in, else the file's own."""
    above = _without_steps_back(path).parents
    return next((folder.parent for folder in above if folder.name == kind), above[0])


def lies_within(path: Path, folder: Path) -> bool:
    """Return whether a path, as written, leads into a folder; what links lead to is left to whoever made them."""
    return _without_steps_back(path).is_relative_to(folder)


def check_file(path: Path, error: Error, largest_bytes: int | None = None) -> None:
    """Refuse a path that leads to no ordinary file: one that is missing, a folder, a pipe; or to one too large.

    Parameters
    ----------
    error
        The class of error to raise, chosen by whoever knows what the file is for.
    """
    try:
        found = path.stat()
    except (OSError, ValueError) as fault:
        raise error(_why_not_found(path, fault).at(path)) from fault
    if stat.S_ISDIR(found.st_mode):
        raise error(problem("is a folder, expected a file").at(path))
    if not stat.S_ISREG(found.st_mode):
        raise error(problem("is no ordinary file (but a pipe or a device), expected one").at(path))
    if largest_bytes is not None and found.st_size > largest_bytes:
        size, most = found.st_size / BYTES_PER_MEGABYTE, largest_bytes / BYTES_PER_MEGABYTE
        large = problem("{size:,.1f} MB, expected at most {most:g} MB; is it the right file?", size=size, most=most)
        raise error(large.at(path))


def read_bytes(path: Path, error: Error, largest_bytes: int | None = None) -> bytes:
    """Return the bytes of a text file: of one of any size if no line is longer than a million bytes."""
    check_file(path, error, largest_bytes)
    try:
        return path.read_bytes() if largest_bytes is not None else b"".join(_blocks(path, error))
    except OSError as fault:
        raise error(_unreadable(fault).at(path)) from fault


def read_content(path: Path, error: Error, largest_bytes: int | None = None) -> bytes:
    """Return the bytes of a file, text or not, for who hashes what is parsed: its readers take them as ``content``."""
    if path.suffix == ".csv" or largest_bytes is not None:
        return read_bytes(path, error, largest_bytes)
    check_file(path, error)
    try:
        return path.read_bytes()
    except OSError as fault:
        raise error(_unreadable(fault).at(path)) from fault


def read_utf8(path: Path, error: Error, largest_bytes: int | None = None, content: bytes | None = None) -> str:
    """Return the text of a UTF-8 file (of its bytes, where they are given), without the mark it may begin with."""
    content = read_bytes(path, error, largest_bytes) if content is None else content
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        wrong = problem("not UTF-8 text (byte {byte}); save the file as UTF-8", byte=fault.start)
        raise error(wrong.at(path)) from fault


def read_text_file(path: Path, content: bytes | None = None) -> TextFile:
    """Return the text of a file that a spreadsheet wrote: UTF-8 or UTF-16 by its mark, else UTF-8 or Windows-1252.

    Parameters
    ----------
    content
        Its bytes, where they are read already.

    Raises
    ------
    DataError
        For a file that cannot be read, is empty, or is no text; for one that is UTF-8 in part.
    """
    content = read_bytes(path, DataError) if content is None else content
    wrong = why_no_csv(content)
    if wrong:
        raise DataError(wrong.at(path))
    if content.startswith(UTF16_MARKS):
        return TextFile(_utf16(content, path), "utf-16", has_mark=True)
    has_mark = content.startswith(UTF8_MARK)
    try:
        return TextFile(content.decode("utf-8-sig"), "utf-8", has_mark)
    except UnicodeDecodeError as fault:
        if has_mark or UTF8_LETTER.search(content):  # read as Windows-1252 its letters would be wrong in silence
            line = problem("line {line}", line=fault.object[: fault.start].count(b"\n") + 1)
            partly = problem("a letter is not UTF-8, and others are; save the file as CSV UTF-8")
            raise DataError(partly.at(line).at(path)) from fault
        return TextFile(content.decode("cp1252", errors="replace"), "cp1252", has_mark)


def why_no_csv(content: bytes) -> Sentence | None:
    """Return why some bytes cannot be the text of a CSV file, or None."""
    if not content.removeprefix(UTF8_MARK).strip():
        return problem("the file is empty")
    if content.startswith(SPREADSHEETS):
        return problem("is a spreadsheet or an archive, expected CSV text; save it as CSV UTF-8")
    if b"\0" in content and not content.startswith(UTF16_MARKS):
        return problem("is not text (it holds zero bytes); save it as CSV UTF-8")
    return None


def _utf16(content: bytes, path: Path) -> str:
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError as fault:
        raise DataError(problem("not UTF-16 text, as it says; save it as CSV UTF-8").at(path)) from fault
    if "\0" in text:
        raise DataError(problem("is not text (it holds zero bytes); save it as CSV UTF-8").at(path))
    if not text.strip():
        raise DataError(problem("the file is empty").at(path))
    return text


def _without_steps_back(path: Path) -> Path:
    return Path(os.path.normpath(path.absolute()))


def _why_not_found(path: Path, fault: OSError | ValueError) -> Sentence:
    if is_there(path):  # and yet it cannot be followed
        code = fault.errno if isinstance(fault, OSError) else None
        if code in {errno.ENOENT, errno.ELOOP, errno.ENOTDIR}:
            return problem("is a link that leads to no file; restore what it leads to, or remove it")
    if isinstance(fault, FileNotFoundError | NotADirectoryError) or not isinstance(fault, OSError):
        return problem("this file is missing")
    return _unreadable(fault)


def _unreadable(fault: OSError) -> Sentence:
    return problem("cannot be read: {reason}", reason=foreign(str(fault.strerror)))


def _blocks(path: Path, error: Error) -> Iterator[bytes]:
    """Yield a file block by block; at a line that is too long, end before the rest of it is read."""
    feeds, returns, length = 0, 0, 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            last = max(block.rfind(b"\n"), block.rfind(b"\r"))
            first = min(at for at in (block.find(b"\n"), block.find(b"\r"), len(block)) if at >= 0)
            if length + first > LONGEST_LINE_BYTES:
                most = LONGEST_LINE_BYTES / BYTES_PER_MEGABYTE
                line = problem("line {line}", line=1 + (feeds or returns))
                raise error(problem("longer than {most:g} MB; is it the right file?", most=most).at(line).at(path))
            length = len(block) - last - 1 if last >= 0 else length + len(block)
            feeds, returns = feeds + block.count(b"\n"), returns + block.count(b"\r")
            yield block
