"""Cells of a funding request as people write them: numbers, shares, dates, words; what is unclear is refused."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from msp_siting.errors import Sentence, problem
from msp_siting.language import fold
from msp_siting.requests.words import FLAGS, WORDS

LARGEST = 1e12  # no amount or measure of a request is larger
MOST_PEOPLE = 1000  # of one profession in one project; more tells of a shifted column
YEARS = (1990, 2100)
SHOWN = 40  # characters of a wrong cell

MISSING = frozenset({"", "-", "–", "—", "?", "nc", "n.c", "n.c.", "na", "n.a", "n.a.", "n/a"})  # noqa: RUF001
SPACE = "[ \u00a0\u202f\u2009'’]"  # noqa: RUF001 - what people put between thousands
BY_SPACE = re.compile(rf"[0-9]{{1,3}}(?:{SPACE}[0-9]{{3}})+(?:[.,][0-9]+)?")
BY_COMMA = re.compile(r"[0-9]{1,3}(?:(?:,[0-9]{3})+\.[0-9]+|(?:,[0-9]{3}){2,})")
BY_POINT = re.compile(r"[0-9]{1,3}(?:(?:\.[0-9]{3})+,[0-9]+|(?:\.[0-9]{3}){2,})")
PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
UNCLEAR = re.compile(r"([1-9][0-9]{0,2})[.,]([0-9]{3})")
SHORTENED = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
EUR = r"(?:€|EUR|euros?)"
MULTIPLE = re.compile(rf".*[0-9]\s*(?:k|m|md)\s*{EUR}?", re.IGNORECASE)


class CellError(ValueError):
    """What is wrong with one cell, without its place."""


def clean(cell: str) -> str | None:
    """Return a cell without what surrounds it, or None where it says that nothing is known."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"'):  # how spreadsheets are made to keep a leading zero
        text = text[2:-1].strip()
    return None if text.casefold() in MISSING else text


def read_amount(text: str) -> float:
    """Return an amount in EUR before tax."""
    if re.search(r"\bT\.?T\.?C\b", text, re.IGNORECASE):
        raise CellError(problem("amounts are before tax (HT), got {value}", value=_shown(text)))
    if MULTIPLE.fullmatch(text):
        raise CellError(
            problem("expected an amount in EUR, got {value}; write it out, without k or M", value=_shown(text))
        )
    return _number(_without(rf"{EUR}(?:\s*H\.?T\.?)?", text), text, problem("an amount in EUR"))


def read_measure(text: str, unit: str, most: float = LARGEST) -> float:
    """Return a measure that may have its unit behind it (a regular expression)."""
    return _number(_without(unit, text), text, problem("a number"), most)


def read_people(text: str) -> int:
    """Return a number of people, in heads."""
    number = _number(text, text, problem("a whole number of people"), MOST_PEOPLE)
    if not number.is_integer():
        raise CellError(problem("expected a whole number of people (heads, not FTE), got {value}", value=_shown(text)))
    return int(number)


def read_share(text: str) -> float:
    """Return a share (0-1), written as such or with a sign of percentage."""
    bare = _without("%", text)
    share = _decimal(bare, text, problem("a share")) / (100 if bare != text else 1)
    if share > 1:
        raise CellError(
            problem("must be at most 1, got {value}; write a share such as 0.2, or 20 %", value=_shown(text))
        )
    return share


def read_degrees(text: str, most: float) -> float:
    """Return a longitude or latitude in degrees."""
    sign = -1 if text[0] in "-\N{MINUS SIGN}" else 1
    degrees = sign * _decimal(text[1:] if sign < 0 else text, text, problem("degrees"))
    if abs(degrees) > most:
        raise CellError(
            problem("must be between {least} and {most}, got {value}", least=-most, most=most, value=_shown(text))
        )
    return degrees


def read_flag(text: str) -> bool:
    """Return yes or no."""
    word = fold(text)
    for flag, words in FLAGS.items():
        if word in words:
            return flag
    raise CellError(problem("expected oui or non, got {value}", value=_shown(text)))


def read_word(text: str, words: Mapping[str, tuple[str, ...]]) -> str:
    """Return the value that a French or English word means."""
    word = fold(text)
    for value, spellings in words.items():
        if word in spellings or word == fold(value):
            return value
    raise CellError(
        problem(
            "must be one of {values} (or the French word), got {value}", values=", ".join(words), value=_shown(text)
        )
    )


def read_date(text: str) -> date:
    """Return a day written yyyy-mm-dd or dd/mm/yyyy."""
    bare = re.sub(r"[ T]00:00(?::00)?$", "", text)
    iso, french = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", bare), re.fullmatch(r"(\d\d?)/(\d\d?)/(\d{4})", bare)
    parts = iso.groups() if iso else french.groups()[::-1] if french else None
    try:
        day = date(*map(int, parts)) if parts else None
    except ValueError:
        day = None
    if day is None or not YEARS[0] <= day.year <= YEARS[1]:
        raise CellError(
            problem(
                "expected a date from {first} to {last} as yyyy-mm-dd or dd/mm/yyyy (day first), got {value}",
                first=YEARS[0],
                last=YEARS[1],
                value=_shown(text),
            )
        )
    return day


def read_digits(text: str, count: int) -> str:
    """Return an official number of so many digits, without the spaces between them."""
    digits = re.sub(SPACE, "", text)
    if SHORTENED.fullmatch(digits):
        raise CellError(
            problem(
                "expected {count} digits, got {value}, shortened by a spreadsheet; format the cell as text",
                count=count,
                value=_shown(text),
            )
        )
    if not re.fullmatch(rf"[0-9]{{{count}}}", digits):
        raise CellError(problem("expected {count} digits, got {value}", count=count, value=_shown(text)))
    return digits


def read_request_id(text: str) -> str:
    """Return an id that is safe as the name of a file."""
    if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_-])?", text):
        raise CellError(
            problem(
                "must be safe as a file name: at most 80 letters without accents, digits, - _ . "
                "(first a letter or digit, last no point), got {value}",
                value=_shown(text),
            )
        )
    if re.fullmatch(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", text, re.IGNORECASE):
        raise CellError(
            problem("must be safe as a file name, and Windows keeps {value} for itself", value=_shown(text))
        )
    return text


def _number(bare: str, text: str, expected: Sentence, most: float = LARGEST) -> float:
    """Return a number that is not negative; one that may be a decimal or thousands is refused."""
    unclear = UNCLEAR.fullmatch(bare.lstrip("+-\N{MINUS SIGN}"))
    if unclear:
        whole, last = unclear.groups()
        raise CellError(
            problem(
                "{value} may be {whole} or {decimal}; write {one}, or {other}",
                value=_shown(text),
                whole=whole + last,
                decimal=f"{whole}.{last}",
                one=whole + last,
                other=f"{whole}.{last}0",
            )
        )
    return _decimal(bare, text, expected, most)


def _decimal(bare: str, text: str, expected: Sentence, most: float = LARGEST) -> float:
    """Return a number that is not negative; three digits after its only comma or point are decimals."""
    negative = bare[:1] in {"-", "\N{MINUS SIGN}"}
    digits = bare[1:].lstrip() if negative else bare.removeprefix("+")
    if BY_COMMA.fullmatch(digits):
        digits = digits.replace(",", "")
    elif BY_POINT.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif BY_SPACE.fullmatch(digits) or PLAIN.fullmatch(digits):
        digits = re.sub(SPACE, "", digits).replace(",", ".")
    elif SHORTENED.fullmatch(digits):
        raise CellError(
            problem(
                "expected {expected}, got {value}; a spreadsheet has shortened it, write all its digits",
                expected=expected,
                value=_shown(text),
            )
        )
    else:
        raise CellError(problem("expected {expected}, got {value}", expected=expected, value=_shown(text)))
    number = float(digits)
    if negative and number:
        raise CellError(problem("must be at least {least}, got {value}", least=0, value=_shown(text)))
    if number > most:
        raise CellError(problem("must be at most {most:,.0f}, got {value}", most=most, value=_shown(text)))
    return number


def _without(unit: str, text: str) -> str:
    return re.sub(rf"(?<=[0-9])\s*{unit}$", "", text, flags=re.IGNORECASE)


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")


READERS: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(("project_name", "owner_name", "place_name", "address", "legal_form", "aci_status"), str),
    **dict.fromkeys(
        ("land_eur", "works_eur", "fees_eur", "equipment_eur", "excluded_eur", "capex_ht_eur", "owner_eur"), read_amount
    ),
    **dict.fromkeys(
        ("gp_present", "gp_leaving_by_2030", "nurses", "physiotherapists", "midwives", "others", "assistants"),
        read_people,
    ),
    **dict.fromkeys(("occupancy_share", "epci_share"), read_share),
    **dict.fromkeys(("validation_date", "opening_date"), read_date),
    **dict.fromkeys(("qpv", "unscheduled_care", "sector1", "clinical_training", "cls"), read_flag),
    "request_id": read_request_id,
    **{name: partial(read_word, words=words) for name, words in WORDS.items()},
    "siret": partial(read_digits, count=14),
    "lon": partial(read_degrees, most=180),
    "lat": partial(read_degrees, most=90),
    "floor_m2": partial(read_measure, unit="m(?:2|²)"),
    "rent_eur_m2_year": partial(read_measure, unit=rf"{EUR}(?:\s*/\s*m(?:2|²))?(?:\s*/?\s*an)?"),
}
