"""Words and numbers of a page in one language: sentences, amounts, titles, names of zones."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, TypeGuard

from msp_siting.answer import HISTORICAL_APL_FLOOR
from msp_siting.files import Text
from msp_siting.language import Language, catalogue, decimal, percent, say, tell_source, typeset, whole
from msp_siting.report.page_table import PageTable
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory, zone_of_place
from msp_siting.units import digits_of_money

OWNER_KIND = "epci"  # of zones: who owns buildings and signs local contracts
MINUS = "\u2212"
PERCENT_STEPS = 1000  # shares are rounded up to a tenth of a percent


class Subject(Protocol):
    """What a page is about: an answer or a diagnosis."""

    @property
    def scenario(self) -> Scenario:
        """The question."""

    @property
    def territory(self) -> Territory:
        """Where it is asked."""


@dataclass(frozen=True)
class Wording:
    """Says things in one language; a number that is not known is a dash."""

    language: Language

    @property
    def unknown(self) -> str:
        """What stands for a number that is not known."""
        return self.say("page_unknown_value")

    def say(self, key: str, **values: object) -> str:
        """Return a sentence of the catalogue, spaced as the language's typography asks."""
        return self.typeset(say(key, self.language, **values))

    def of(self, text: Text) -> str:
        """Return a text of a model, a scenario or a manifest."""
        return self.typeset(text[self.language])

    def source(self, text: str) -> str:
        """Return a unit, a source, a licence or a vintage of a model or a manifest."""
        return self.typeset(tell_source(text, self.language))

    def kind_title(self, kind: str) -> str:
        """Return what a kind of zone is called; its own name where the catalogue has none."""
        key = f"zone_kind_{kind}"
        return self.say(key) if key in catalogue(self.language) else kind

    def group_title(self, group: str) -> str:
        """Return what a group of inhabitants is called; its own name where the catalogue has none."""
        key = f"group_{group}"
        return self.say(key) if key in catalogue(self.language) else group.replace("_", " ")

    def whole(self, number: float | None) -> str:
        """Return a number without decimals."""
        return whole(number, self.language) if _is_known(number) else self.unknown

    def decimal(self, number: float | None, digits: int = 1) -> str:
        """Return a number with a fixed count of decimals."""
        return decimal(number, self.language, digits) if _is_known(number) else self.unknown

    def apl_floor(self, visits: float) -> str:
        """Return an APL below which inhabitants are counted, with what it is where it is the historical one."""
        number = self.decimal(visits)
        return self.say("apl_floor_historical", floor=number) if visits == HISTORICAL_APL_FLOOR else number

    def percent(self, share: float | None, digits: int = 1) -> str:
        """Return a share (0-1) as a percentage."""
        return percent(share, self.language, digits) if _is_known(share) else self.unknown

    def eur(self, amount: float | None) -> str:
        """Return an amount of money, with its cents where it is one to the cent; a mean or a ratio in whole EUR."""
        return self.say("page_eur", amount=self.decimal(amount, digits_of_money(amount) if _is_known(amount) else 0))

    def day(self, day: date) -> str:
        """Return a day in words (30 novembre 2026; the first of a month is ``1er``)."""
        of_month = self.say("page_first_of_month") if day.day == 1 else str(day.day)
        return self.say("page_day", day=of_month, month=self.say(f"page_month_{day.month}"), year=str(day.year))

    def signed(self, number: float | None, digits: int = 0) -> str:
        """Return a number with its sign; one that rounds to 0 has none."""
        if not _is_known(number):
            return self.unknown
        rounded = round(number, digits)
        return ("+" if rounded > 0 else MINUS if rounded < 0 else "") + decimal(abs(rounded), self.language, digits)

    def typeset(self, text: str) -> str:
        """Return a text as its language is printed."""
        return typeset(text, self.language)


def lead_profession(subject: Subject) -> str:
    """Return the profession that headlines and maps are about: the APL's."""
    return subject.scenario.model.apl.profession


def profession_title(subject: Subject, profession: str, wording: Wording) -> str:
    """Return what a profession is called in the model."""
    return wording.of(subject.scenario.model.professions[profession].title)


def zone_names(subject: Subject, kind: str) -> Mapping[str, str]:
    """Return the names of a kind's zones by ``zone_id``, where known."""
    zones = subject.territory.zones
    rows = zones[zones["kind"].eq(kind)]
    return dict(zip(rows["zone_id"], rows["name"], strict=True))


def epci_of(territory: Territory) -> Mapping[str, str]:
    """Return the name of the EPCI of each place and demand point, where it is known."""
    zones = territory.zones
    names = dict(zones.loc[zones["kind"].eq(OWNER_KIND), ["zone_id", "name"]].itertuples(index=False, name=None))
    return {place: names.get(zone, zone) for place, zone in zone_of_place(territory, OWNER_KIND).items()}


def with_epci(table: PageTable, ids: Iterable[str], territory: Territory, wording: Wording, at: int = 1) -> PageTable:
    """Return a table with the EPCI of each row's place or demand point; as it is where the territory has none.

    Parameters
    ----------
    ids
        ``place_id`` or ``demand_id`` of each row; empty where it has none.
    at
        Where the column stands, after one of words.
    """
    zones = epci_of(territory)
    if not zones:
        return table
    known = [zones.get(each, wording.unknown) if each else "" for each in ids]
    rows = [[*row[:at], zone, *row[at:]] for row, zone in zip(table.rows, known, strict=True)]
    head = [*table.head[:at], wording.say("zone_kind_epci"), *table.head[at:]]
    return replace(table, head=head, rows=rows, word_columns=table.word_columns + 1)


def sentence(text: str) -> str:
    """Return a text that begins as a sentence does."""
    return text[:1].upper() + text[1:]


def at_most(share: float, wording: Wording) -> str:
    """Return a share rounded up, so that "at most" stays true."""
    return wording.percent(max(1, math.ceil(round(share * PERCENT_STEPS, 6))) / PERCENT_STEPS)


def _is_known(number: float | None) -> TypeGuard[float]:
    return number is not None and not math.isnan(number)
