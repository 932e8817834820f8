"""What is to be said, apart from the language that it is said in: a key of the catalogues and the values put in."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from msp_siting.files import Mended
from msp_siting.language.sentences import Language, say
from msp_siting.language.sources import tell_source


@dataclass(frozen=True)
class Fact:
    """A sentence of the catalogues and its values, which can be told in either language, also after JSON.

    Attributes
    ----------
    values
        Numbers, which the sentence writes; ids and names; texts in both languages (``{"fr": ..., "en": ...}``); other
        facts; or several of these, which are told with commas between them.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """Return it as JSON holds it: ``Fact(**record)`` is told alike."""
        return asdict(self)


@dataclass(frozen=True)
class Repair(Fact):
    """What a reader mended in a file."""


def mended_facts(file: str, mended: Iterable[Mended]) -> list[Fact]:
    """Return what was mended in a file as facts that name it, to be told by whoever had it read."""
    return [Fact("file_mended", {"file": file, "repair": Repair(each.key, each.values)}) for each in mended]


def tell(fact: Fact, language: Language) -> str:
    """Return the sentence of a fact in one language."""
    values = {name: _told(value, language) for name, value in fact.values.items()}
    if "source" in values:
        values["source"] = _told_source(fact.values["source"], language)
    return say(fact.key, language, **values)


def _told_source(value: object, language: Language) -> str:
    """Return one source or several, with commas between them."""
    several = value if isinstance(value, list | tuple) else [value]
    return ", ".join(tell_source(str(each), language) for each in several)


def _told(value: object, language: Language) -> object:
    match value:
        case Fact():
            return tell(value, language)
        case {"key": str(key), "values": dict(values)}:
            return tell(Fact(key, values), language)
        case {"fr": str(french), "en": str(english)}:
            return french if language == "fr" else english
        case list() | tuple():
            return ", ".join(str(_told(each, language)) for each in value)
        case _:
            return value
