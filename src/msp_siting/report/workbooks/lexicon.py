"""What names of columns and words of tables mean to a reader: headings, titles of professions, formats, funders."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from msp_siting.files import Text
from msp_siting.language import Language, catalogue
from msp_siting.report.wording import Wording
from msp_siting.requests import Gates
from msp_siting.scenario import Assumptions
from msp_siting.territory import Territory

HEADING = "column_"
PLACEHOLDERS = ("profession", "group", "funder")
FLAGS = {"True": "true", "False": "false"}  # as pandas writes them
SEVERAL = ("actions", "reasons", "could_turn")  # columns whose cells may hold several words
WORDS_OF: Mapping[str, tuple[str, ...]] = {  # by column, how the keys of its words begin; else with its own name
    "actions": ("word_action_",),
    "reasons": ("page_candidates_",),
    "kind": ("word_kind_", "zone_kind_"),
    "status": ("zone_status_", "word_status_"),
    "kept": ("word_kept_", "request_word_"),
    "place_in_plans": ("sheet_place_word_",),
    "could_turn": ("evaluation_turn_",),
    **dict.fromkeys(("verdict", "verdict_funder"), ("gate_verdict_",)),
    **dict.fromkeys(
        ("border", "seasonal", "good", "unlike", "decided", "chosen", "in_portfolio"),
        ("request_word_",),
    ),
}


@dataclass(frozen=True)
class Lexicon:
    """Titles of what a run's tables name.

    Attributes
    ----------
    professions, formats, funders
        By their words in the tables.
    places, sites
        Names of demand points and places, and of sites, by id.
    shares
        Those that words of the tables tell (0-1), by what the words call them.
    """

    wording: Wording
    professions: Mapping[str, Text]
    formats: Mapping[str, Text]
    funders: Mapping[str, Text] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)

    def heading(self, column: str) -> str:
        """Return what a column is called, with its unit; one that is varied by a sweep is called by its path."""
        template, captured = template_of(column)
        if template == HEADING + "parameter":
            return self.wording.say(template, parameter=column)
        return self.wording.say(template, **{name: self._title(name, word) for name, word in captured.items()})

    def word(self, column: str, cell: str) -> str:
        """Return what a cell of words says; a name, or a text in a language, as it is."""
        name = template_of(column)[0].removeprefix(HEADING)
        if name in {"profession", "format", "funder", "group"}:
            return self._title(name, cell)
        beginnings = WORDS_OF.get(name, (f"word_{name}_",))
        known = catalogue(self.wording.language)
        parts = cell.split() if name in SEVERAL else [FLAGS.get(cell, cell)]
        keys = [next((start + part for start in beginnings if start + part in known), None) for part in parts]
        if not parts or None in keys:
            return cell
        join = " " if name == "could_turn" else ", "
        shares = {name: self.wording.percent(share, 0) for name, share in self.shares.items()}
        return join.join(self.wording.say(key, **shares) for key in keys if key is not None)

    def _title(self, placeholder: str, word: str) -> str:
        if placeholder == "group":
            return self.wording.group_title(word)
        titles = {"profession": self.professions, "format": self.formats, "funder": self.funders}[placeholder]
        return self.wording.of(titles[word]) if word in titles else word.replace("_", " ")


def lexicon_of(
    language: Language,
    models: Iterable[Assumptions],
    territory: Territory | None = None,
    gates: Gates | None = None,
) -> Lexicon:
    """Return the titles that some models and gates give, and the names of a territory."""
    professions: dict[str, Text] = {}
    formats: dict[str, Text] = {}
    for model in models:
        professions |= {name: terms.title for name, terms in model.professions.items()}
        formats |= {name: terms.title for name, terms in model.formats.items()}
    funders = {} if gates is None else {name: funder.title for name, funder in gates.funders.items()}
    sites, places = {}, {}
    if territory is not None:
        sites = dict(zip(territory.sites["site_id"], territory.sites["name"], strict=True))
        places = {str(place): str(name) for place, name in territory.place_points["name"].items()}
    return Lexicon(Wording(language), professions, formats, funders, places, sites)


def template_of(column: str) -> tuple[str, Mapping[str, str]]:
    """Return the key of a column's heading, and the word that stands for the placeholder in it.

    Of several that fit the one that leaves the shortest word: ``uncovered_need_gp`` is the need of ``gp``.
    """
    if HEADING + column in catalogue("en"):
        return HEADING + column, {}
    found = [(match, key) for pattern, key in _templates() if (match := re.fullmatch(pattern, column))]
    if not found:
        return HEADING + "parameter", {}
    match, key = min(found, key=lambda each: sum(map(len, each[0].groups())))
    return key, match.groupdict()


@cache
def _templates() -> tuple[tuple[str, str], ...]:
    """Return a pattern and its key for each heading with a word of a model or a territory in it."""
    found = []
    for key in catalogue("en"):
        name = key.removeprefix(HEADING)
        found += [
            (name.replace(placeholder, rf"(?P<{placeholder}>\w+)"), key)
            for placeholder in PLACEHOLDERS
            if key.startswith(HEADING) and re.search(rf"_{placeholder}(_|$)", name)
        ]
    return tuple(found)
