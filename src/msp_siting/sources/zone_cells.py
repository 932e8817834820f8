"""The cells of a list of communes with their zones, as text by row, below rows of titles."""

from pathlib import Path

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import (
    ERRORS,
    FORMULA_STARTS,
    UNREADABLE,
    Cells,
    Column,
    Mended,
    Table,
    first_problems,
    match_headings,
    no_formula,
    optional_column,
    read_cells,
    typed_as_text,
)
from msp_siting.language import fold
from msp_siting.sources.zone_words import CODES_OF, NAMES_OF
from msp_siting.territory import CODE_HEADINGS, FRENCH_CODE, NAME_HEADINGS, written_code

DEPARTMENT_HEADINGS = (
    *("Département", "Dép", "DEP", "Code département", "Code dép", "Numéro de département", "N° département"),
    *("Département (code)", "Code du département", "dept"),
)
CODE = "code"  # a heading that says not of what
MOST_TITLES = 10  # rows above the header


def _table(kind: str, column: str | None) -> Table:
    """Return the columns that are looked for; that of the zone first, as its heading may be another's too."""
    return Table(
        "zones",
        (
            optional_column("zone_name", "text", aliases=(column,) if column else NAMES_OF[kind]),
            optional_column("zone_code", "text", aliases=() if column else CODES_OF.get(kind, ())),
            Column("commune_id", "text", required=False, aliases=CODE_HEADINGS),
            Column("name", "text", required=False, aliases=NAME_HEADINGS),
            Column("department", "text", required=False, aliases=DEPARTMENT_HEADINGS),
        ),
        (),
    )


def read_texts(path: Path, kind: str, column: str | None) -> tuple[dict[int, dict[str, str]], tuple[Mended, ...]]:
    """Return the cells of the columns that are known, as text by row, and what was mended."""
    table = _table(kind, column)
    read = _below_titles(path, table)
    found = match_headings(_with_codes(read, table), table)
    there = set(found.names.values())
    problems = list(found.problems)
    headings = ", ".join(filter(None, read.headings))
    if not there & {"commune_id", "name"}:
        problems.append(
            problem(
                "no column of codes or names of communes among {headings}; is the first row the header?",
                headings=headings,
            )
        )
    if not there & {"zone_name", "zone_code"}:
        lacking = problem("no column {name!r} among {headings}", name=column, headings=headings)
        unknown = problem(
            "no column that names the zone (such as {name!r}) among {headings}; name it with --column",
            name=NAMES_OF[kind][0],
            headings=headings,
        )
        problems.append(lacking if column else unknown)
    if problems:
        raise DataError(first_problems([each.at(path) for each in problems], path))
    rows: dict[int, dict[str, str]] = {}
    for row, *cells in read.frame[list(found.names)].itertuples(name=None):
        texts = {name: typed_as_text(cell) for name, cell in zip(found.names.values(), cells, strict=True)}
        rows[int(row)] = {name: " ".join(text.split()) for name, text in texts.items()}
        wrong = [(name, text) for name, text in texts.items() if _is_amiss(text)]
        problems += (_amiss(text).at(name).at(problem("row {row}", row=row)).at(path) for name, text in wrong)
    if problems:
        raise DataError(first_problems(problems, path))
    return rows, (*read.mended, *found.mended)


def _below_titles(path: Path, table: Table) -> Cells:
    """Return the cells below the first row that names communes and zones; rows of titles may stand above it."""
    for titles in range(1 + MOST_TITLES):
        try:
            read = read_cells(path, table.count_known, titles=titles)
        except DataError:
            continue
        known = {table.name_of(heading) for heading in read.headings}
        if known & {"commune_id", "name"} and known & {"zone_name", "zone_code"}:
            return read
    return read_cells(path, table.count_known)  # what is wrong with it as it stands


def _with_codes(read: Cells, table: Table) -> list[str]:
    """Return the headings, with that of the codes for one that may mean them (``Commune``) and holds codes alone."""
    names = [table.name_of(heading) for heading in read.headings]
    headings = list(read.headings)
    possible = [place for place, name in enumerate(names) if name == "name" or fold(headings[place]) == CODE]
    for place in () if "commune_id" in names else possible:
        texts = [text for text in map(typed_as_text, read.frame[place]) if text]
        if texts and all(FRENCH_CODE.fullmatch(written_code(text)) for text in texts):
            headings[place] = "commune_id"
    return headings


def _is_amiss(text: str) -> bool:
    return text.startswith(FORMULA_STARTS) or text in ERRORS or UNREADABLE in text


def _amiss(text: str) -> Sentence:
    if text in ERRORS:
        wanted = problem("text, not an error of a spreadsheet")
    elif UNREADABLE in text:
        wanted = problem("letters that can be read (save the file as UTF-8)")
    else:
        wanted = no_formula()
    return problem(
        "{expected}, got {value}", expected=problem("expected {expected}", expected=wanted), value=repr(text)
    )
