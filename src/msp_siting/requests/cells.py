"""Cells of a funding request as people write them: numbers, shares, words, ids; what is unclear is refused."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from msp_siting.errors import Sentence, problem
from msp_siting.files import LARGEST
from msp_siting.language import fold
from msp_siting.requests.dates import read_date
from msp_siting.requests.meaning import CellError, Meant, shown
from msp_siting.requests.words import (
    ABOUT,
    FLAG_WORDS,
    NO_OPINION,
    NOT_YET,
    NOTHING,
    NUMBERS,
    OPINIONS,
    OTHER_ZONES,
    PEOPLE,
    REGIONAL_ZONES,
    WORDS,
    ZONING,
)
from msp_siting.units import is_whole_cents, whole_cents

MOST_PEOPLE = 1000  # of one profession in one project; more tells of a shifted column
NOTHING_STATED = frozenset({"", "-", "–", "—", "?", "nc", "n.c", "n.c.", "na", "n.a", "n.a.", "n/a"})  # noqa: RUF001
SPACE = "[ \u00a0\u202f\u2009'’]"  # noqa: RUF001 - what people put between thousands
BY_SPACE = re.compile(rf"[0-9]{{1,3}}(?:{SPACE}[0-9]{{3}})+(?:[.,][0-9]+)?")
BY_COMMA = re.compile(r"[0-9]{1,3}(?:(?:,[0-9]{3})+\.[0-9]+|(?:,[0-9]{3}){2,})")
BY_POINT = re.compile(r"[0-9]{1,3}(?:(?:\.[0-9]{3})+,[0-9]+|(?:\.[0-9]{3}){2,})")
PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
UNCLEAR = re.compile(r"([1-9][0-9]{0,2})[.,]([0-9]{3})")
SHORTENED = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
EUR = r"(?:€|EUR|euros?)"
MULTIPLE = re.compile(
    rf"(?P<number>.*[0-9])\s*(?P<unit>k|m|md|mio|millions?(?:\s+d['’]|\s+de)?|milliers?(?:\s+d['’])?)\s*"  # noqa: RUF001
    rf"{EUR}?(?:\s*H\.?T\.?)?",
    re.IGNORECASE,
)
LONGEST_ID = 80
FTE = re.compile(r"[0-9]\s*(?:ETPT?|FTE)\b", re.IGNORECASE)
COUNTED = re.compile(
    rf"(?P<number>[0-9]+)\s*(?:{PEOPLE})?\s*(?:\((?:dont|y compris|including)\b[^()]*\))?", re.IGNORECASE
)


def clean(cell: str) -> str | None:
    """Return a cell without what surrounds it, or None where it says that nothing is known."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"'):  # how spreadsheets are made to keep a leading zero
        text = text[2:-1].strip()
    return None if text.casefold() in NOTHING_STATED or fold(text) in NOT_YET else text


def read_amount(text: str) -> float | Meant:
    """Return an amount in EUR before tax; one in kEUR or M EUR, "about" and "none" are told as they are read.

    So is one with a part of a cent, as sums and shares of a spreadsheet have: it is read to the nearest cent.
    """
    if re.search(r"\bT\.?T\.?C\b", text, re.IGNORECASE):
        raise CellError(problem("amounts are before tax (HT), got {value}", value=shown(text)))
    if fold(text) in NOTHING:
        return Meant(0.0, "request_amount_read", {"amount": 0.0})
    expected = problem("an amount in EUR")
    stated = re.sub(rf"^{ABOUT}(?=[0-9])", "", text, flags=re.IGNORECASE)
    bare = re.sub(r"(?<=[0-9]),[-–—]{1,2}(?=\s|€|$)", "", stated)  # noqa: RUF001 - how a price without cents is written
    multiple = MULTIPLE.fullmatch(bare)
    if multiple is None:
        amount = _number(_without(rf"{EUR}(?:\s*H\.?T\.?)?", bare), text, expected)
    else:
        amount = _multiple(multiple["number"], multiple["unit"].lower(), text, expected)
    is_exact, amount = is_whole_cents(amount), whole_cents(amount)
    if stated != text:
        return Meant(amount, "request_about", {"amount": amount})
    is_exact = is_exact and bare == text and multiple is None
    return amount if is_exact else Meant(amount, "request_amount_read", {"amount": amount})


def _multiple(number: str, unit: str, text: str, expected: Sentence) -> float:
    """Return an amount in thousands or millions, in EUR."""
    if unit == "md":
        raise CellError(problem("expected {expected}, got {value}", expected=expected, value=shown(text)))
    factor = 1_000 if unit.startswith(("k", "millier")) else 1_000_000
    bare = _decimal(number, text, expected) if factor > 1_000 else _number(number, text, expected)  # noqa: PLR2004
    return _within(bare * factor, text)


def read_measure(text: str, unit: str, most: float = LARGEST) -> float:
    """Return a measure that may have its unit behind it (a regular expression)."""
    return _number(_without(unit, text), text, problem("a number"), most)


def read_people(text: str) -> int | Meant:
    """Return a number of people, in heads; one in words, or with words behind it, is told as it is read."""
    words = fold(text)
    named = 0 if words in NOTHING else NUMBERS.get(words)
    if named is not None:
        return Meant(named, "request_people_read", {"count": named})
    if FTE.search(text):
        raise CellError(problem("expected a whole number of people (heads, not FTE), got {value}", value=shown(text)))
    counted = COUNTED.fullmatch(text)
    bare = counted["number"] if counted else text
    number = _number(bare, text, problem("a whole number of people"), MOST_PEOPLE)
    if not number.is_integer():
        raise CellError(problem("expected a whole number of people (heads, not FTE), got {value}", value=shown(text)))
    return Meant(int(number), "request_people_read", {"count": int(number)}) if bare != text else int(number)


def read_share(text: str) -> float:
    """Return a share (0-1), written as such or with a sign of percentage."""
    bare = _without("%", text)
    share = _decimal(bare, text, problem("a share")) / (100 if bare != text else 1)
    if share > 1:
        raise CellError(
            problem("must be at most 1, got {value}; write a share such as 0.2, or 20 %", value=shown(text))
        )
    return share


def read_degrees(text: str, most: float) -> float:
    """Return a longitude or latitude in degrees."""
    sign = -1 if text[0] in "-\N{MINUS SIGN}" else 1
    degrees = sign * _decimal(text[1:] if sign < 0 else text, text, problem("degrees"))
    if abs(degrees) > most:
        raise CellError(
            problem("must be between {least} and {most}, got {value}", least=-most, most=most, value=shown(text))
        )
    return degrees


def read_flag(text: str) -> bool:
    """Return yes or no."""
    word = fold(text)
    for flag, words in FLAG_WORDS.items():
        if word in words:
            return flag
    raise CellError(problem("expected oui or non, got {value}", value=shown(text)))


def read_word(text: str, words: Mapping[str, tuple[str, ...]]) -> str:
    """Return the value that a French or English word means, without a day behind it."""
    word = fold(text)
    undated = re.sub(r" (?:(?:le|du|en|depuis) )(?:[a-z]+ )?[0-9 ]+$", "", word)
    for value, spellings in words.items():
        if word in {*spellings, fold(value)} or undated in spellings:
            return value
    raise CellError(
        problem("must be one of {values} (or the French word), got {value}", values=", ".join(words), value=shown(text))
    )


def read_zoning(text: str) -> str | Meant:
    """Return the ARS zoning of GPs; a label of a region's own lies outside the two that a decree defines."""
    word = fold(text)
    if word in REGIONAL_ZONES:
        return Meant("none", "request_regional_zone", {})
    if word in OTHER_ZONES:
        raise CellError(
            problem(
                "{value} is no zone of the ARS zoning of GPs; write {values}, or leave it empty",
                value=shown(text),
                values=", ".join(ZONING),
            )
        )
    return read_word(text, ZONING)


def read_opinion(text: str) -> str | None:
    """Return the opinion of the CPTS; None where it gave none."""
    return None if fold(text) in NO_OPINION else read_word(text, OPINIONS)


def read_digits(text: str, count: int) -> str:
    """Return an official number of so many digits, without the spaces between them."""
    digits = re.sub(SPACE, "", text)
    if SHORTENED.fullmatch(digits):
        raise CellError(
            problem(
                "expected {count} digits, got {value}, shortened by a spreadsheet; format the cell as text",
                count=count,
                value=shown(text),
            )
        )
    if not re.fullmatch(rf"[0-9]{{{count}}}", digits):
        raise CellError(problem("expected {count} digits, got {value}", count=count, value=shown(text)))
    return digits


def read_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    if text[0] in "=@":
        raise CellError(
            problem("{value} is a formula in a spreadsheet; write it without the sign in front", value=shown(text))
        )
    return text


def read_request_id(text: str) -> str:
    """Return an id as it is written: anything with a letter or a digit that no spreadsheet takes for a formula."""
    if len(text) > LONGEST_ID or not any(map(str.isalnum, text)):
        raise CellError(
            problem(
                "expected at most {most} characters with a letter or a digit among them, got {value}",
                most=LONGEST_ID,
                value=shown(text),
            )
        )
    if text[0] in "=@+-" or not text.isprintable():
        raise CellError(
            problem(
                "{value} is a formula in a spreadsheet, or has a sign that cannot be seen; write the id without it",
                value=shown(text),
            )
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
                value=shown(text),
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
                value=shown(text),
            )
        )
    else:
        raise CellError(problem("expected {expected}, got {value}", expected=expected, value=shown(text)))
    number = float(digits)
    if negative and number:
        raise CellError(problem("must be at least {least}, got {value}", least=0, value=shown(text)))
    return _within(number, text, most)


def _within(number: float, text: str, most: float = LARGEST) -> float:
    if number > most:
        raise CellError(problem("must be at most {most:,.0f}, got {value}", most=most, value=shown(text)))
    return number


def _without(unit: str, text: str) -> str:
    return re.sub(rf"(?<=[0-9])\s*{unit}$", "", text, flags=re.IGNORECASE)


READERS: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(("project_name", "owner_name", "place_name", "address", "legal_form", "aci_status"), read_text),
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
    "zoning_status": read_zoning,
    "cpts_opinion": read_opinion,
    "siret": partial(read_digits, count=14),
    "lon": partial(read_degrees, most=180),
    "lat": partial(read_degrees, most=90),
    "floor_m2": partial(read_measure, unit="m(?:2|²)"),
    "rent_eur_m2_year": partial(read_measure, unit=rf"{EUR}(?:\s*/\s*m(?:2|²))?(?:\s*/?\s*an)?"),
}
