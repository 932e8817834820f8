"""What readers must be told of several runs together: the caveats of each, once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msp_siting.language import LANGUAGES, Fact, tell

NOTHING_OPENS = (
    *("caveat_no_candidate", "caveat_too_few_recruits"),
    *("caveat_budget_too_small", "caveat_aid_budget_too_small"),
)
# Figures of one plan: of several they would say as many things.
OF_ONE_PLAN = ("caveat_spacing", "caveat_spacing_by_commune")


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


def caveats_of_runs(
    runs: Iterable[tuple[Sequence[str], Sequence[Mapping[str, Any]] | None]], *, opens: bool
) -> tuple[list[str], list[Fact]]:
    """Return the caveats of several runs, their sentences once, as the runs have them, and all as facts.

    A figure of one of their plans is left out.

    Parameters
    ----------
    runs
        ``caveats`` and ``caveat_facts`` of the ``summary.json`` of each.
    opens
        Whether one of them opens a site: then that nothing can open is left out, which is true of another alone.
    """
    pairs = [pair for caveats, records in runs for pair in zip(caveats, read_facts(caveats, records), strict=False)]
    left_out = (*OF_ONE_PLAN, *(NOTHING_OPENS if opens else ()))
    kept = [(text, fact) for text, fact in pairs if fact.key not in left_out]
    return list(dict.fromkeys(text for text, _ in kept)), [fact for _, fact in kept]


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
