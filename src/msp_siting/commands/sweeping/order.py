"""The order in which points are solved: each knows the nearest ones solved before it, whoever does the work."""

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A point and the points it waits for: with less, whose plan it begins with; with more, whose bound holds here."""

    point: int
    less: int | None = None
    more: int | None = None

    @property
    def awaited(self) -> set[int]:
        """The points it waits for."""
        return {number for number in (self.less, self.more) if number is not None}


def halving_steps(points: int) -> list[Step]:
    """Return the points in the order first, last, middle, quarters ...: half of them can be solved side by side."""
    steps = [Step(0)] if points == 1 else [Step(0), Step(points - 1)]
    between = deque([(0, points - 1)])
    while between:
        less, more = between.popleft()
        if more - less > 1:
            middle = (less + more) // 2
            steps.append(Step(middle, less, more))
            between += [(less, middle), (middle, more)]
    return steps
