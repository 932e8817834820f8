"""What verifying a folder found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from msp_siting.errors import Sentence

SHOWN = 8  # problems, where what was found is shown
NOT_RECOMPUTED = {  # keys of summary.json, and the key of the sentence that says why
    "build_s": "verify_why_measured",
    "solve_s": "verify_why_measured",
    "total_s": "verify_why_measured",
    "peak_memory_mb": "verify_why_measured",
    "versions": "verify_why_versions",
    "uncovered_need_range_after": "verify_why_searched",
    "bound_without_candidate_rules": "verify_why_searched",
    "gates_on": "verify_why_judged",
    "gates": "verify_why_judged",
}


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
    is_siting
        Whether its plan is that of a model without professions.
    not_recomputed
        Keys of ``summary.json`` that are taken as written, and the key of the sentence that says why.
    """

    folder: Path
    figures: int = 0
    problems: tuple[Sentence, ...] = ()
    points: int = 0
    priced: float | None = None
    bound: float | None = None
    is_sealed: bool = True
    is_siting: bool = False
    not_recomputed: Mapping[str, str] = field(default_factory=lambda: NOT_RECOMPUTED)

    def __repr__(self) -> str:
        """Return how much was compared, and the first things that differ, on at most ten lines."""
        first = [f"  {each}" for each in self.problems[:SHOWN]]
        more = [f"  ... {len(self.problems) - SHOWN} more"] if len(self.problems) > SHOWN else []
        said = "sound" if not self.problems else f"{len(self.problems)} problems"
        return "\n".join([f"Verified({self.folder.as_posix()!r}: {said}, {self.figures:,} figures)", *first, *more])
