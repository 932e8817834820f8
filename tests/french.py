"""What a French page must not have: straight apostrophes, spaces that break before a sign, English words."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

# A hundred of the commonest English words, but for those that French writes too (a, an, as, but, on, or, me, son ...).
COMMON = """
the of and to in is you that it he was for are with his they at be this have from by had what were we when
your can said there use each which she do how their if will up other about out many then them these so some her would
make like him into time has look two more write go see no way could people my than first been who its now find did get
come made may over new only know take year live back give most very after our good where much should well through
without between nobody whole known shown opened
"""
ENGLISH = frozenset(COMMON.split())
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNREAD = {"script", "style", "code", "pre"}
STRAIGHT = re.compile(r"[^\W\d_]'[^\W\d_]")
BARE = re.compile(r"(?<=\S) [:;?!»%€]|« ")
BROKEN_NUMBER = re.compile(r"(?<!\d)\d{1,3} \d{3}(?!\d)")
SHOWN = ("unit", "source", "licence", "vintage")  # of parameters and manifests, in English
WORD = re.compile(r"(?<![\w'\u2019.-])[a-z]+(?![\w.-]\w)")


class Texts(HTMLParser):
    """Gathers the texts of a page that are read, those in attributes too; not what is a link's file name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []
        self._link = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.found += [held[name] or "" for name in ("title", "alt", "aria-label", "placeholder") if name in held]
        if tag not in VOID:
            self._open.append(tag)
        self._link = held.get("href") or "" if tag == "a" else self._link

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        is_file_name = "a" in self._open and data == self._link
        if data.strip() and not is_file_name and not UNREAD & set(self._open):
            self.found.append(data)


def faults(page: str) -> Iterator[str]:
    """Yield each text of a French page that is not as French is printed, or has an English word, with what is wrong."""
    for text in Texts(page).found:
        for name, pattern in (("apostrophe", STRAIGHT), ("space", BARE), ("number", BROKEN_NUMBER)):
            if pattern.search(text):
                yield f"{name}: {text.strip()}"
        english = ENGLISH & set(WORD.findall(text))
        if english:
            yield f"{', '.join(sorted(english))}: {text.strip()}"


def stated(node: object) -> Iterator[str]:
    """Yield the units, sources, licences and vintages in a file."""
    if isinstance(node, dict):
        yield from (node[key] for key in SHOWN if isinstance(node.get(key), str))
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for each in inner:
        yield from stated(each)
