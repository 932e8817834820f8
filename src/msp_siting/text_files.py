"""Text of files that spreadsheets write: UTF-8 with or without its mark, else Windows-1252."""

from dataclasses import dataclass
from pathlib import Path

from msp_siting.errors import DataError

UTF8_MARK = b"\xef\xbb\xbf"
UNREADABLE = "\ufffd"  # what stands for a byte that no letter of Windows-1252 has


@dataclass(frozen=True)
class TextFile:
    """The text of a file, and how it was written.

    Attributes
    ----------
    encoding
        ``utf-8`` or ``cp1252`` (Windows-1252).
    has_mark
        Whether it begins with the mark of UTF-8.
    """

    text: str
    encoding: str
    has_mark: bool


def read_text_file(path: Path) -> TextFile:
    """Return the text of a file.

    Raises
    ------
    DataError
        For a file that cannot be read, is empty, or is no text.
    """
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise DataError(f"{path}: cannot be read: {problem.strerror}") from problem
    if not content.removeprefix(UTF8_MARK).strip():
        raise DataError(f"{path}: the file is empty")
    if content.startswith(b"PK\x03\x04"):
        raise DataError(f"{path}: is a spreadsheet or an archive, expected CSV text; save it as CSV (UTF-8)")
    if b"\0" in content:
        raise DataError(f"{path}: is not text (it holds zero bytes); export it again as CSV (UTF-8)")
    has_mark = content.startswith(UTF8_MARK)
    try:
        return TextFile(content.decode("utf-8-sig"), "utf-8", has_mark)
    except UnicodeDecodeError:
        return TextFile(content.decode("cp1252", errors="replace"), "cp1252", has_mark)
