"""The family of errors a user can meet, each with its exit code, and the sentences that they tell."""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from string import Formatter
from typing import Self


class Sentence(str):  # noqa: SLOT000 - it keeps two things
    """A sentence in English that keeps its template and the values put into it, so that another language can be told.

    Attributes
    ----------
    template
        The English text, its values in braces (``row {row}: {name} is empty``).
    values
        What was put in by name, other sentences among them.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Return the sentence of a template and its values; a path is told with forward slashes on every system."""
        put_in = {name: value.as_posix() if isinstance(value, PurePath) else value for name, value in values.items()}
        sentence = super().__new__(cls, writable(template.format_map(put_in)))
        sentence.template, sentence.values = template, put_in
        return sentence

    def at(self, place: object) -> "Sentence":
        """Return the sentence after the place that it is about: a file, a row, a key."""
        return problem("{place}: {problem}", place=place, problem=self)

    def __add__(self, advice: str) -> "Sentence":
        """Return the sentence followed by advice, such as that of ``near_name``; none changes nothing."""
        return problem("{problem}{advice}", problem=self, advice=advice) if advice else self

    def __reduce__(self) -> tuple[object, tuple[str, dict[str, object]]]:
        """Travel between processes with template and values."""
        return _restored, (self.template, self.values)


def problem(template: str, /, **values: object) -> Sentence:
    """Return one problem, or a part of one, in English; a template is written out where this is called.

    Values are put in as ``str.format`` does. Whatever is itself English is a problem of its own: a file's name, a
    number or what a user wrote is told in every language as it is, a ``Sentence`` is put into that language.
    """
    return Sentence(template, **values)


def foreign(text: str, *templates: str) -> Sentence:
    """Return what another program says, as the first of its known templates that fits the whole of it."""
    for template in templates:
        parts = (
            re.escape(literal) + ("" if name is None else f"(?P<{name}>.+?)")
            for literal, name, *_ in Formatter().parse(template)
        )
        found = re.fullmatch("".join(parts), text, re.DOTALL)
        if found:
            return Sentence(template, **found.groupdict())
    return Sentence(text.replace("{", "{{").replace("}", "}}"))


def _restored(template: str, values: dict[str, object]) -> Sentence:
    return Sentence(template, **values)


def told(error: Exception) -> Sentence:
    """Return what an exception says: its own sentence where it was raised with one."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Sentence) else foreign(str(error))


def listed(parts: Sequence[object], join: str = "{some}, {other}") -> str:
    """Return parts one after the other; ``join`` says how two are told (``{some} or {other}``)."""
    told_so_far: object = parts[0] if parts else ""
    for other in parts[1:]:
        told_so_far = Sentence(join, some=told_so_far, other=other)
    return told_so_far if isinstance(told_so_far, str) else str(told_so_far)


def writable(text: str) -> str:
    """Return a text that any terminal can be told: what a file or its name holds may be half of a character."""
    return text.encode("utf-8", "backslashreplace").decode()


class MspSitingError(Exception):
    """An error with one or more problems, each a sentence that names its place.

    Parameters
    ----------
    problems
        One sentence, or one per problem found in the input.
    """

    exit_code = 1

    def __init__(self, problems: Sentence | Iterable[Sentence]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type["MspSitingError"], tuple[tuple[Sentence, ...]]]:
        """Travel between processes with every problem."""
        return type(self), (self.problems,)


class ScenarioError(MspSitingError):
    """A scenario, model or option that cannot be understood."""

    exit_code = 2


class DataError(MspSitingError):
    """A territory folder that does not hold what it must."""

    exit_code = 2


class RoadsError(MspSitingError):
    """Roads, points or matrices of travel times that cannot be used."""

    exit_code = 2


class InfeasibleError(MspSitingError):
    """No plan satisfies all the rules, or none was found within the limit."""

    exit_code = 3


class SolverError(MspSitingError):
    """The solver failed, or its answer does not survive verification."""

    exit_code = 4


class VerificationError(MspSitingError):
    """A run whose files do not agree with one another, with its territory or with its question."""

    exit_code = 4


class OutputError(MspSitingError):
    """A result that could not be written: a full disk, a folder gone."""

    exit_code = 4
