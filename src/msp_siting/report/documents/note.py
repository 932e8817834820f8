"""The note of a plan (``note.docx``): two pages that an office edits, the decision first, its figures the page's."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msp_siting.answer import Answer, end_caveats, freedom_caveats, has_existing_structures, worse_than_today
from msp_siting.files import settle_archive
from msp_siting.language import tell
from msp_siting.report.page_table import Cell, PageTable
from msp_siting.report.pages.data_sources import modelled_note, source_line
from msp_siting.report.pages.headline import access_table, bars, proof
from msp_siting.report.pages.tables import purses_page_table
from msp_siting.report.sheets.facts import day_words
from msp_siting.report.wording import Wording, lead_profession, profession_title
from msp_siting.report.workbooks.run_book import Cover
from msp_siting.runs import RunFile, site_table

if TYPE_CHECKING:
    import pandas as pd
    from docx.document import Document as Note
    from docx.table import Table
    from docx.text.paragraph import Paragraph

LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}
MOST_CAVEATS = 5
TABLES = ("demand", "supply", "travel_times", "boundaries")  # that the note's figures and its map rest on
TEXT_SIZE, TABLE_SIZE, SMALL_SIZE = 9.5, 8, 7.5  # points
MARGIN_CM, TEXT_CM, MAP_HEIGHT_CM = 1.8, 17.4, 9.5
SITE_WIDTHS = (5.2, 2.2)  # cm, of the first columns; the others share the rest
MOST_SITES = 28
FONT = "Arial"
HEADING_FILL = "DCE6EE"
MOST_CONTROL = 0x9F  # of Unicode: up to here characters may be controls, which XML cannot hold


def write_note(folder: Path, answer: Answer, summary: Mapping[str, Any], cover: Cover, wording: Wording) -> None:
    """Write ``note.docx``, with the folder's ``map.png`` where it has one; the same bytes for the same run."""
    from docx import Document  # noqa: PLC0415 - every command would wait for it

    note = Document()
    _set_up(note, cover, wording)
    note.add_heading(cover.question, level=1)
    context = " · ".join([cover.territory, wording.say("note_kind"), day_words(cover.day, wording)])
    _paragraph(note, context, "Subtitle")
    _decide(note, answer, summary, wording)
    _sites(note, answer, wording)
    note.add_heading(wording.say("note_access", profession=_lead(answer, wording)), level=2)
    _table(note, _uncovered(answer, summary, wording))
    _paragraph(note, wording.say("page_best_case"), size=SMALL_SIZE)
    _table(note, access_table(answer, summary, wording))
    if modelled_note(answer, wording):
        _paragraph(note, modelled_note(answer, wording), size=SMALL_SIZE)
    note.add_heading(wording.say("note_money"), level=2)
    _table(note, purses_page_table(summary, wording), (9,))
    _map(note, folder / RunFile.MAP, cover, wording)
    note.add_heading(wording.say("book_caveats"), level=2)
    told = {_sentence(paragraph.text) for paragraph in note.paragraphs}
    caveats = [_sentence(wording.typeset(caveat)) for caveat in summary["caveats"]]
    for caveat in [each for each in caveats if each not in told][:MOST_CAVEATS]:
        _paragraph(note, caveat, "List Bullet", SMALL_SIZE)
    _paragraph(note, wording.say("note_more", count=len(summary["caveats"])), size=SMALL_SIZE)
    _paragraph(note, source_line(answer, wording, TABLES), size=SMALL_SIZE)
    path = folder / RunFile.NOTE
    note.save(str(path))
    settle_archive(path, cover.day)


def _decide(note: "Note", answer: Answer, summary: Mapping[str, Any], wording: Wording) -> None:
    """Say what is to be decided, what it changes and how sure that is, and that nobody is placed."""
    note.add_heading(wording.say("note_decision"), level=2)
    for fact in worse_than_today(answer):
        _paragraph(note, wording.typeset(tell(fact, wording.language)), is_bold=True)
    staff = (
        f"{profession_title(answer, name, wording)} {wording.whole(posts)}"
        for name, posts in summary["staff"].items()
        if posts
    )
    plan = wording.say(
        "line_plan",
        sites=summary["sites_opened"],
        staff=", ".join(staff),
        cost=wording.whole(summary["cost_eur"]),
        budget=wording.whole(summary["budget_eur"]),
        aid=wording.whole(summary["aid_eur"]),
    )
    _paragraph(note, plan, is_bold=True)
    for fact in end_caveats(answer):
        _paragraph(note, wording.typeset(tell(fact, wording.language)))
    _paragraph(note, proof(answer, wording))
    for fact in freedom_caveats(answer.scenario.model.apl):
        if fact.key in {"caveat_freedom", "caveat_team"}:
            _paragraph(note, wording.typeset(tell(fact, wording.language)))
    _paragraph(note, wording.say("sheet_authority"))


def _sites(note: "Note", answer: Answer, wording: Wording) -> None:
    note.add_heading(wording.say("page_sites"), level=2)
    sites = site_table(answer)
    if sites.empty:
        _paragraph(note, wording.say("page_no_sites"))
        return
    _table(note, _short(answer, sites, wording), SITE_WIDTHS)
    more = len(sites) - MOST_SITES
    if more > 0:
        _paragraph(note, wording.say("note_more_sites", count=more), size=SMALL_SIZE)
    if not has_existing_structures(answer.territory):
        _paragraph(note, wording.say("caveat_no_existing_structures"), size=SMALL_SIZE)
    _paragraph(note, wording.say("page_sites_caption"), size=SMALL_SIZE)


def _short(answer: Answer, sites: "pd.DataFrame", wording: Wording) -> PageTable:
    """Return the table of sites in lines of paper: a word for each action, no posts that nobody gets."""
    posts = [name for name in answer.instance.professions if sites[f"staff_{name}"].sum() > 0]
    titles = [wording.say("page_posts_of", profession=profession_title(answer, name, wording)) for name in posts]
    # investment and aid; the team's revenue is among the purses
    head = [*map(wording.say, ("page_site", "page_action")), *titles, *map(wording.say, ("page_cost", "page_aid"))]
    rows = [
        [
            str(row["name"]),
            wording.say(f"word_action_{row['action']}"),
            *(wording.whole(row[f"staff_{name}"]) for name in posts),
            *(wording.eur(row[name]) for name in ("cost_eur", "aid_eur")),
        ]
        for row in sites[:MOST_SITES].to_dict("records")
    ]
    return PageTable(head, rows, word_columns=2)


def _uncovered(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> PageTable:
    """Return who has no place at each moment, as the bars of the page say."""
    keys = ("page_uncovered", "page_shortage", "page_distance")
    head = [wording.say("page_inhabitants"), *map(wording.say, keys)]
    rows = [(bar.moment, bar.total, bar.shortage, bar.distance) for bar in bars(answer, summary, wording)]
    return PageTable(head, rows)


def _map(note: "Note", picture: Path, cover: Cover, wording: Wording) -> None:
    from docx.shared import Cm  # noqa: PLC0415 - as above

    if not picture.is_file():
        return
    note.add_heading(wording.say("diagnosis_map"), level=2)
    shape = note.add_picture(str(picture))
    scale = min(Cm(MAP_HEIGHT_CM) / shape.height, Cm(TEXT_CM) / shape.width)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    drawing = note.paragraphs[-1]._p.xpath(".//wp:docPr")  # noqa: SLF001 - what it shows, for those who do not see it
    for each in drawing:
        each.set("descr", wording.say("note_map", territory=cover.territory))


def _lead(answer: Answer, wording: Wording) -> str:
    return profession_title(answer, lead_profession(answer), wording)


def _set_up(note: "Note", cover: Cover, wording: Wording) -> None:
    """Set paper, styles, language, properties and the line at the foot of each page."""
    from docx.oxml.ns import qn  # noqa: PLC0415 - as above
    from docx.shared import Cm, Pt  # noqa: PLC0415

    section = note.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN_CM)
    note.styles["Normal"].font.size = Pt(TEXT_SIZE)
    note.styles["Normal"].font.name = FONT
    note.styles["Normal"].paragraph_format.space_after = Pt(3)
    for name, size in (("Heading 1", 15), ("Heading 2", 11), ("Subtitle", 10), ("List Bullet", SMALL_SIZE)):
        style = note.styles[name]
        style.font.size, style.font.name = Pt(size), FONT
        fonts = style.element.rPr.rFonts  # a font of the theme would go before
        for each in [name for name in fonts.attrib if name.endswith("Theme")]:
            del fonts.attrib[each]
        style.paragraph_format.space_before = Pt(0 if name in {"Heading 1", "Subtitle", "List Bullet"} else 7)
        style.paragraph_format.space_after = Pt(2)
    for language in note.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGES[wording.language])
    properties = note.core_properties
    properties.title, properties.author, properties.comments = cover.question, "msp-siting", wording.say("page_footer")
    properties.language = LANGUAGES[wording.language]
    foot = section.footer.paragraphs[0]
    foot.text = wording.say("page_footer") + "  "
    _page_number(foot)
    for run in foot.runs:
        run.font.size = Pt(SMALL_SIZE)


def _page_number(paragraph: "Paragraph") -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above
    from docx.oxml.ns import qn  # noqa: PLC0415

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001 - a field has no other door


def _paragraph(
    note: "Note", text: str, style: str | None = None, size: float | None = None, *, is_bold: bool = False
) -> None:
    from docx.shared import Pt  # noqa: PLC0415 - as above

    run = note.add_paragraph(style=style).add_run(_sentence(text))
    run.bold = is_bold or None
    if size is not None:
        run.font.size = Pt(size)


def _table(note: "Note", content: PageTable, widths: Sequence[float] = ()) -> None:
    """Put a table into a note: its head is repeated on a new page, and no row is torn."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - as above
    from docx.shared import Cm, Pt  # noqa: PLC0415

    count = len(content.head)
    rest = (TEXT_CM - sum(widths)) / (count - len(widths))
    all_widths = [*widths, *[rest] * (count - len(widths))]
    table = note.add_table(rows=0, cols=count, style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, all_widths, strict=True):
        column.width = Cm(width)
    for row in (content.head, *content.rows):
        for position, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            cell.width = Cm(all_widths[position])
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(_text(text))
            run.font.size = Pt(TABLE_SIZE)
            run.bold = row is content.head or None
            if position >= content.word_columns:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _mark_rows(table)
    gap = note.add_paragraph().paragraph_format  # two tables would be one
    gap.space_after, gap.line_spacing = Pt(0), Pt(5)


def _mark_rows(table: "Table") -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above
    from docx.oxml.ns import qn  # noqa: PLC0415

    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no other door
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
            for cell in row.cells:
                shade = OxmlElement("w:shd")
                shade.set(qn("w:val"), "clear")
                shade.set(qn("w:fill"), HEADING_FILL)
                cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - as above


def _text(cell: Cell) -> str:
    return _writable(cell if isinstance(cell, str) else cell.text)


def _sentence(text: str) -> str:
    return _writable(text[:1].upper() + text[1:])


def _writable(text: str) -> str:
    """Return a text without characters that XML cannot hold."""
    return "".join(each if each.isprintable() or each.isspace() or ord(each) > MOST_CONTROL else " " for each in text)
