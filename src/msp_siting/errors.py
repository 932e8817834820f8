"""The family of errors a user can meet, each with its exit code."""

from collections.abc import Iterable


class MspSitingError(Exception):
    """An error with one or more problems, each a sentence that names its place.

    Parameters
    ----------
    problems
        One sentence, or one per problem found in the input.
    """

    exit_code = 1

    def __init__(self, problems: str | Iterable[str]) -> None:
        given = (problems,) if isinstance(problems, str) else problems
        # What a file or its name holds may be half of a character, which no terminal can be told.
        self.problems = tuple(problem.encode("utf-8", "backslashreplace").decode() for problem in given)
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type["MspSitingError"], tuple[tuple[str, ...]]]:
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
