"""LibreOffice opens the workbooks and tables of a run, where it is installed: numbers are numbers, accents right."""

import csv
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from documented_runs import make_runs

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice (Debian's libreoffice-calc-nogui)"),
    pytest.mark.slow,  # it takes seconds to start
]
# Comma, quotation mark, UTF-8, first row, no column formats, language of the system, quote all text, numbers as stored;
# every sheet a file of its own.
AS_TEXT = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
FRENCH = "Text - txt - csv (StarCalc):59,34,76,1,,1036"  # semicolon, UTF-8, French of France


def convert(path: Path, out: Path, kind: str, profile: Path, reading: str = "") -> list[Path]:
    command = [str(SOFFICE), "--headless", f"-env:UserInstallation={profile.as_uri()}"]
    command += [f"--infilter={reading}"] if reading else []
    done = subprocess.run(
        [*command, "--convert-to", kind, "--outdir", str(out), str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    made = sorted(out.glob(f"{path.stem}*"))
    assert made, done.stdout + done.stderr
    return made


def sheet_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office") / "project"
    make_runs(folder)
    return folder


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profile")


def check_workbook(path: Path, out: Path, profile: Path) -> int:
    """Check that every number of a workbook is shown as one, and every text as it is; return how many cells."""
    book, seen = openpyxl.load_workbook(path, data_only=False), 0
    made = {each.stem.removeprefix(f"{path.stem}-"): sheet_rows(each) for each in convert(path, out, AS_TEXT, profile)}
    for sheet in book.worksheets:
        found = made[sheet.title] if sheet.title in made else next(iter(made.values()))
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None or cell.data_type == "f":
                    continue
                shown = found[cell.row - 1][cell.column - 1]
                place = f"{path.name}: {sheet.title}!{cell.coordinate}"
                if cell.data_type == "n" and not cell.is_date:
                    is_percent = shown.endswith("%")  # which is shown in whole percents, whatever is asked
                    number, within = (float(shown[:-1]) / 100, 0.006) if is_percent else (float(shown), 0.0)
                    assert number == pytest.approx(float(cell.value), rel=1e-7, abs=within), place
                elif cell.data_type == "s":
                    assert shown == cell.value.replace("\r\n", "\n"), place
                seen += 1
    book.close()
    return seen


def test_a_workbook_has_numbers_and_accents(tmp_path: Path, profile: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Commune", "Habitants", "Part"])
    book.active.append(["Les Avenières Veyrins-Thuellin", 7961, 0.125])
    book.active.append(["'+1+1", -3, 1234567.5])
    book.save(tmp_path / "made.xlsx")
    assert check_workbook(tmp_path / "made.xlsx", tmp_path / "out", profile) == 9
    (made,) = (tmp_path / "out").iterdir()
    assert sheet_rows(made)[1] == ["Les Avenières Veyrins-Thuellin", "7961", "0.125"]


def test_every_workbook_of_a_run_opens(runs: Path, tmp_path: Path, profile: Path) -> None:
    for number, path in enumerate(sorted(runs.rglob("*.xlsx"))):
        assert check_workbook(path, tmp_path / str(number), profile) > 0


def test_every_french_table_opens(runs: Path, tmp_path: Path, profile: Path) -> None:
    made = tmp_path / "made.csv"
    made.write_text("\ufeffCommune;Habitants;Part\r\nÉchirolles;36 961;0,125\r\n", encoding="utf-8", newline="")
    for number, path in enumerate([made, *sorted(runs.rglob("excel/*.csv"))]):
        (book,) = convert(path, tmp_path / str(number), "xlsx", profile, FRENCH)
        sheet = openpyxl.load_workbook(book).worksheets[0]
        header, *rows = csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
        assert [cell.value for cell in sheet[1]] == header, path
        for row, cells in zip(rows, sheet.iter_rows(min_row=2), strict=True):
            for text, cell in zip(row, cells, strict=True):
                if "," in text and text.replace(",", "").lstrip("-").isdigit():
                    assert isinstance(cell.value, float), f"{path}: {cell.coordinate}"
    table = openpyxl.load_workbook(tmp_path / "0" / "made.xlsx").worksheets[0]
    assert [cell.value for cell in table[2]][0::2] == ["Échirolles", 0.125]
