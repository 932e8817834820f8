"""French typography: curly apostrophes, and spaces that do not break, for one text or for all texts of a page."""

import re

from msp_siting.language.sentences import Language

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
# An address, a path, a file name or an option: what is typed elsewhere stays as it is typed.
TYPED = re.compile(r"""(?<!\S)[("]?(?:\w+://|--\w)\S*|[\w.-]*[\w-]/[\w./-]+\.\w+""")
RULES = (
    (re.compile(r"(?<=[^\W\d_])(?:'|&#39;)(?=[\w«“&])"), APOSTROPHE),
    (re.compile(r"(?<![\d\w])(\d{1,3}(?: \d{3})+)(?![\d\w])"), lambda found: found[1].replace(" ", NARROW_SPACE)),
    (re.compile(r"(?<!\s) (?=[;:!?»%€]|[Mk]€)(?![;:!?]\w)"), NO_BREAK_SPACE),
    (re.compile(r"« (?=\S)"), f"«{NO_BREAK_SPACE}"),
)
TAG = re.compile(r"(<!--.*?-->|<(script|style|code|pre)\b.*?</\2>|<[^>]*>)", re.DOTALL)
SPOKEN = re.compile(r'(?<=\s)(title|alt|label|placeholder|aria-label|data-label)="([^"]*)"')  # attributes that are read


def typeset(text: str, language: Language) -> str:
    """Return a text as its language is printed; English is as it is.

    Addresses, paths and options stay as they are typed.
    """
    if language != "fr":
        return text
    pieces, end = [], 0
    for typed in TYPED.finditer(text):
        pieces += [_put_in(text[end : typed.start()]), typed[0]]
        end = typed.end()
    return "".join([*pieces, _put_in(text[end:])])


def typeset_page(page: str, language: Language) -> str:
    """Return a page of HTML or SVG with every text of it typeset, but for scripts, styles and ``code``."""
    if language != "fr":
        return page
    pieces, end = [], 0
    for tag in TAG.finditer(page):
        pieces += [typeset(page[end : tag.start()], language), tag[0] if tag[2] else _with_spoken(tag[0], language)]
        end = tag.end()
    return "".join([*pieces, typeset(page[end:], language)])


def _with_spoken(tag: str, language: Language) -> str:
    return SPOKEN.sub(lambda found: f'{found[1]}="{typeset(found[2], language)}"', tag)


def _put_in(text: str) -> str:
    for pattern, instead in RULES:
        text = pattern.sub(instead, text)
    return text
