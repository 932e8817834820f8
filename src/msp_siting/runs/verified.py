"""What verifying a folder found."""

from dataclasses import dataclass
from pathlib import Path

from msp_siting.errors import Sentence

SHOWN = 8  # problems, where what was found is shown


@dataclass(frozen=True)
class Verified:
    """What verifying a folder found.

    Attributes
    ----------
    figures
        How many cells and keys were reckoned again and compared.
    problems
        One sentence per thing that differs.
    points
        How many runs the folder holds, where it is a sweep's.
    priced, bound
        The bound that follows from the prices, and the one that is stated; None where there is none.
    is_sealed
        Whether the folder says what its files were.
    """

    folder: Path
    figures: int = 0
    problems: tuple[Sentence, ...] = ()
    points: int = 0
    priced: float | None = None
    bound: float | None = None
    is_sealed: bool = True

    def __repr__(self) -> str:
        """Return how much was compared, and the first things that differ, on at most ten lines."""
        first = [f"  {each}" for each in self.problems[:SHOWN]]
        more = [f"  ... {len(self.problems) - SHOWN} more"] if len(self.problems) > SHOWN else []
        said = "sound" if not self.problems else f"{len(self.problems)} problems"
        return "\n".join([f"Verified({self.folder.as_posix()!r}: {said}, {self.figures:,} figures)", *first, *more])
