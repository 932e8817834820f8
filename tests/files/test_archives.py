from datetime import date
from pathlib import Path
from zipfile import ZipFile

from msp_siting.files.archives import settle_archive

CORE = (
    '<cp:coreProperties xmlns:dcterms="d"><dcterms:created xsi:type="dcterms:W3CDTF">2013-12-23T23:15:00Z'
    "</dcterms:created><dcterms:modified>2031-01-02T03:04:05Z</dcterms:modified></cp:coreProperties>"
)


def test_an_office_file_tells_the_day_of_its_run_and_no_other_moment(tmp_path: Path) -> None:
    path = tmp_path / "note.docx"
    with ZipFile(path, "w") as archive:
        archive.writestr("docProps/core.xml", CORE)
        archive.writestr("word/document.xml", "<created>2031-01-02T03:04:05Z</created>")
    settle_archive(path, date(2026, 11, 30))
    with ZipFile(path) as archive:
        assert archive.namelist() == ["docProps/core.xml", "word/document.xml"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
        assert archive.read("word/document.xml") == b"<created>2031-01-02T03:04:05Z</created>"
    assert core == CORE.replace("2013-12-23T23:15:00Z", "2026-11-30T00:00:00Z").replace(
        "2031-01-02T03:04:05Z", "2026-11-30T00:00:00Z"
    )
