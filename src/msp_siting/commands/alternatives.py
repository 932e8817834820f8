"""The command alternatives: what other plans are as good as those of some runs; searched, written, said."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msp_siting.answer import Problem, find_alternatives, prepare_problem, settings_of
from msp_siting.commands.outcome import Output, Run, TerminalWording
from msp_siting.commands.several_runs import check_folders, record_runs
from msp_siting.errors import ScenarioError, problem
from msp_siting.files import check_target, replace_folder, user_cache
from msp_siting.language import Fact, Language, tell
from msp_siting.report import alternative_sentences, put_caveats, write_alternatives
from msp_siting.runs import (
    ChosenRun,
    Examined,
    caveats_of_runs,
    check_chosen,
    check_territory,
    join_facts,
    provenance_of,
    read_chosen_runs,
    read_question,
    summarise_run,
    summarise_shared,
)
from msp_siting.solver import Progress, Settings

CAVEATS = (Fact("alternatives_caveat_good"), Fact("caveat_best_case"))


def find_alternatives_and_write(
    folders: Sequence[Path],
    output: Output,
    settings: Settings,
    *,
    territory: Path | None = None,
) -> Run:
    """Find what other plans are as good as those of some runs, and write the folder of what was found.

    Parameters
    ----------
    settings
        The time limit of all searches together, whom to tell, and what interrupts them; all else is each run's own.
    territory
        Where the territory is now, if not where the runs say.

    Raises
    ------
    ScenarioError, DataError
        For folders that are no runs whose plan was chosen among good ones, too many, or of several territories, and
        for a target that holds something else; nothing is written then.
    SolverError
        If the solver fails; nothing is written then.
    """
    begin, started = time.monotonic(), datetime.now(UTC)
    out, language = output.folder, output.language
    check_folders(
        folders,
        out,
        "alternatives",
        1,
        lambda folder: problem(
            "would replace or lie inside {folder}, which is read; give another with --out", folder=folder
        ),
    )
    check_target(out)
    chosen = read_chosen_runs(folders)
    examined = list(_examined(chosen, territory, settings))
    settings.report(Progress("pages"))
    summary = summarise_examined(examined, language) | {"total_s": round(time.monotonic() - begin, 3)}
    inputs = record_runs([each.label for each in chosen], [each.run for each in chosen]) | output.record()
    provenance = provenance_of("alternatives", started, inputs)
    check_target(out)  # again: somebody may have put something there during the search
    replace_folder(out, lambda fresh: write_alternatives(fresh, examined, summary, provenance, language))
    wording = TerminalWording(language)
    told = zip(examined, summary["runs"], strict=True)
    sentences = [sentence for each, said in told for sentence in alternative_sentences(each, said, wording)]
    if len(examined) > 1:
        sentences.append(wording.say("alternatives_line_shared", runs=len(examined), **summary["shared_sites"]))
    return Run(summary, (*sentences, wording.say("line_written", folder=out)), 0)


def _examined(chosen: Sequence[ChosenRun], territory: Path | None, settings: Settings) -> Iterator[Examined]:
    """Yield each run with what was found beside its plan; what their questions share is made once."""
    known: Problem | None = None
    for each in chosen:
        scenario = read_question(each.run.folder, territory)
        own = replace(
            settings_of(scenario.question.solve),
            time_limit_s=settings.time_limit_s / len(chosen),
            interrupted=settings.interrupted,
            report=settings.report,
            kept=user_cache(),
        )
        if known is None or not known.answers(scenario):
            check_territory(scenario)
            known = prepare_problem(scenario, replace(own, interrupted=threading.Event()))  # only searches end early
        if known.instance.targeted:  # a swap is reckoned without them
            shares = problem("other plans are sought without shares of need to be met; take them out and solve again")
            raise ScenarioError(shares.at(each.run.folder))
        check_chosen(each, known.instance.asked(scenario), known.objective_before)
        yield Examined(each, known.territory, find_alternatives(known, scenario, each.plan, each.choice, own))


def summarise_examined(examined: Sequence[Examined], language: Language) -> dict[str, Any]:
    """Return the keys of ``summary.json`` but for the time."""
    of_runs = [each.chosen.run.summary.model_dump(include={"caveats", "caveat_facts"}) for each in examined]
    opens = any(each.chosen.run.summary.sites_opened for each in examined)
    texts, facts = caveats_of_runs(((each["caveats"], each["caveat_facts"]) for each in of_runs), opens=opens)
    first = examined[0]
    summary = {
        "territory": first.chosen.run.summary.territory,
        "profession": first.found.preference.profession,
        "runs": [summarise_run(each) for each in examined],
        "shared_sites": summarise_shared(examined),
        "caveat_facts": join_facts(CAVEATS, facts),
    }
    told = [tell(fact, language) for fact in CAVEATS]
    return put_caveats(summary, list(dict.fromkeys([*told, *texts])))
