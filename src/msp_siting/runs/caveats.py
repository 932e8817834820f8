"""What readers must be told of several runs together: the caveats of each, once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msp_siting.language import LANGUAGES, Fact, tell


def read_facts(caveats: Sequence[str], records: Sequence[Mapping[str, Any]] | None) -> list[Fact]:
    """Return the caveats of a run as facts; a run of before facts were written has its sentences only.

    Parameters
    ----------
    caveats, records
        ``caveats`` and ``caveat_facts`` of its ``summary.json``.
    """
    if records is None:
        return [Fact("caveat_stated", {"text": text}) for text in caveats]
    return [Fact(record["key"], record["values"]) for record in records]


def join_facts(own: Sequence[Fact], of_runs: Iterable[Fact]) -> list[dict[str, Any]]:
    """Return facts as JSON holds them, each once: those of what joins some runs, then those of the runs.

    A run may come from another version, so that its facts are compared and not told.
    """
    joined = [fact.record() for fact in own]
    told = [tell(fact, language) for fact in own for language in LANGUAGES]
    for fact in of_runs:
        record = fact.record()
        if record not in joined and fact.values.get("text") not in told:
            joined.append(record)
    return joined
