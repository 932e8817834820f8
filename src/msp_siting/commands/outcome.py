"""What a command hands back to whoever called it."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, overload

from msp_siting.language import Language, say
from msp_siting.report import Wording


@dataclass(frozen=True)
class Output:
    """Where a run is to be written, in which language, and whether its tables are to be there for spreadsheets too."""

    folder: Path
    language: Language
    csv: Literal["excel-fr"] | None = None

    def record(self) -> dict[str, Any]:
        """Return what ``run.json`` holds of it."""
        return {"csv": self.csv, "language": self.language}


@dataclass(frozen=True)
class Run:
    """What a finished run has to say, and the exit code that goes with it."""

    summary: dict[str, Any]
    sentences: tuple[str, ...]
    exit_code: int


class TerminalWording(Wording):
    """Says things at a terminal: as they are typed, and in words that a number is not known."""

    @property
    def unknown(self) -> str:
        """What stands for a number that is not known."""
        return say("unknown", self.language)

    def typeset(self, text: str) -> str:
        """Return a text as it is."""
        return text


@overload
def rounded_up(share: float) -> float: ...
@overload
def rounded_up(share: None) -> None: ...
def rounded_up(share: float | None) -> float | None:
    """Return a share rounded up to a hundredth of a percent, so that "within" stays true; None where there is none."""
    return None if share is None else math.ceil(round(share * 10_000, 3)) / 10_000
