"""Days of funding requests as people write them; a month, a quarter, a half-year or a year stands for its first day."""

import re
from datetime import date

from msp_siting.errors import problem
from msp_siting.language import fold
from msp_siting.requests.meaning import CellError, Meant, shown
from msp_siting.requests.words import MONTHS

YEARS = (1990, 2100)
NAMED_DAY = re.compile(
    r"(?:le )?(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) )?(\d{1,2})(?:er)? ([a-z]+) (\d{4})"
)
SERIAL = re.compile(r"[1-9][0-9]{4}(?:[.,]0+)?")  # how spreadsheets count days
QUARTER = r"(?:t|q|trimestre |trim |quarter )"
HALF = r"(?:s|h|semestre |half )"
ORDINAL = r"(?:er|re|e|eme|nd|nde|st|rd|th)?"
ORDINALS = {"premier": "1", "deuxieme": "2", "second": "2", "troisieme": "3", "quatrieme": "4"}
MONTHS_OF = {"quarter": 3, "half": 6}
# Folded, by what they are: year and number in either order; 1er trimestre 2027, T1 2027, 2027-T1, Q1/2027, S2 2027.
PERIODS = (
    ("month", re.compile(r"(?P<number>0?[1-9]|1[0-2]) (?P<year>\d{4})")),
    ("month", re.compile(r"(?P<year>\d{4}) (?P<number>0[1-9]|1[0-2])")),
    ("month", re.compile(r"(?:mois de |debut |courant )?(?P<name>[a-z]+) (?P<year>\d{4})")),
    ("quarter", re.compile(rf"{QUARTER}(?P<number>[1-4]) (?:de )?(?P<year>\d{{4}})")),
    ("quarter", re.compile(rf"(?P<year>\d{{4}}) ?{QUARTER}(?P<number>[1-4])")),
    ("quarter", re.compile(rf"(?P<number>[1-4]) ?{ORDINAL} ?(?:trimestre|trim|quarter|t) ?(?:de )?(?P<year>\d{{4}})")),
    ("half", re.compile(rf"{HALF}(?P<number>[12]) (?:de )?(?P<year>\d{{4}})")),
    ("half", re.compile(rf"(?P<year>\d{{4}}) ?{HALF}(?P<number>[12])")),
    ("half", re.compile(rf"(?P<number>[12]) ?{ORDINAL} ?(?:semestre|sem|half|s) ?(?:de )?(?P<year>\d{{4}})")),
    ("year", re.compile(r"(?:annee |courant )?(?P<year>\d{4})")),
)


def read_date(text: str) -> date | Meant:
    """Return a day written yyyy-mm-dd, dd/mm/yyyy or in words, or the first day of a period, which is told."""
    bare = re.sub(r"[ T]00:00(?::00(?:\.0+)?)?$", "", text.strip())
    iso = re.fullmatch(r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)", bare)
    french = re.fullmatch(r"(\d\d?)[-/.](\d\d?)[-/.](\d{4}|[0-8]\d)", bare)  # 90 to 99 may be of either century
    if iso or french:
        year, month, day = iso.groups() if iso else french.groups()[::-1] if french else ("", "", "")
        is_short = len(year) == len("27")
        found = _day(int(year) + (2000 if is_short else 0), int(month), int(day), text)
        return Meant(found, "request_day_read", {"day": told_day(found)}) if is_short else found
    words = " ".join(ORDINALS.get(word, word) for word in fold(bare).split())
    named = NAMED_DAY.fullmatch(words)
    if named and named[2] in MONTHS:
        return _day(int(named[3]), MONTHS[named[2]], int(named[1]), text)
    for kind, pattern in PERIODS:
        period = pattern.fullmatch(words)
        first = _first_month(kind, period.groupdict()) if period else None
        if period and first is not None:
            day_one = _day(int(period["year"]), first, 1, text)
            return Meant(day_one, f"request_first_of_{kind}", {"day": told_day(day_one)})
    if SERIAL.fullmatch(bare):
        raise CellError(
            problem("{value} is how a spreadsheet counts days; format the cell as a date", value=shown(text))
        )
    raise _no_day(text)


def told_day(day: date) -> dict[str, str]:
    """Return a day as each language writes it."""
    return {"fr": day.strftime("%d/%m/%Y"), "en": day.isoformat()}


def _first_month(kind: str, found: dict[str, str | None]) -> int | None:
    if kind == "year":
        return 1
    if found.get("name"):
        return MONTHS.get(found["name"] or "")
    number = int(found["number"] or 0)
    return number if kind == "month" else 1 + (number - 1) * MONTHS_OF[kind]


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise _no_day(text) from None
    if not YEARS[0] <= found.year <= YEARS[1]:
        raise _no_day(text)
    return found


def _no_day(text: str) -> CellError:
    return CellError(
        problem(
            "expected a date from {first} to {last} as yyyy-mm-dd or dd/mm/yyyy (day first), got {value}",
            first=YEARS[0],
            last=YEARS[1],
            value=shown(text),
        )
    )
