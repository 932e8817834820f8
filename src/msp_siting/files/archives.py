"""Office files (XLSX, DOCX) that are the same bytes for the same content: the moments in them are the run's own."""

import re
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

PROPERTIES = "docProps/core.xml"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # that an archive can tell
MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def settle_archive(path: Path, day: date) -> None:
    """Write an office file again without the moment at which it was written.

    Its parts are dated as early as can be told, its properties say that it was made and changed on ``day``.
    """
    moment = f"{day.isoformat()}T00:00:00Z".encode()
    with ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts:
            told = MOMENT.sub(rb"\g<1>" + moment + rb"\g<2>", content) if name == PROPERTIES else content
            entry = ZipInfo(name, EARLIEST)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, told)
