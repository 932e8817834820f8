"""The command alternatives: what other plans are as good as those of some runs; searched, written, said."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msp_siting.answer import Problem, find_alternatives, prepare_problem, settings_of
from msp_siting.commands.outcome import Output, Run, TerminalWording
from msp_siting.commands.several_runs import check_folders, record_runs
from msp_siting.errors import problem
from msp_siting.files import check_target, replace_folder, user_cache
from msp_siting.language import Fact, Language, tell
from msp_siting.report import put_caveats, write_alternatives
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

MOST_NAMED = 12  # sites in a sentence
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
    sentences = [sentence for each, said in told for sentence in _sentences(each, said, wording)]
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


def _sentences(examined: Examined, said: Mapping[str, Any], wording: TerminalWording) -> Iterator[str]:
    """Yield what the terminal says of one run; ``said`` is what the summary does."""
    found = examined.found
    names = dict(examined.territory.sites[["site_id", "name"]].itertuples(index=False, name=None))
    profession = found.scenario.model.professions[found.preference.profession]
    yield wording.say(
        "alternatives_line_good",
        run=examined.chosen.label,
        gain_share=wording.percent(said["gain_share"], 1),
        apl_share=wording.percent(said["apl_share"], 1),
    )
    yield wording.say(
        "alternatives_line_flat",
        sites=said["sites_opened"],
        found=said["differing_sites"]["found"],
        bound=said["differing_sites"]["bound"],
        points=said["largest_block"]["demand_points"],
        inhabitants=wording.whole(said["largest_block"]["inhabitants"]),
    )
    if found.zones is None:
        yield wording.say("alternatives_line_no_zones")
    else:
        yield wording.say(
            "alternatives_line_posts",
            posts=said["posts"],
            profession=wording.of(profession.title),
            **said["moved_posts"],
            decided=said["zones_decided"],
            zones=said["zones"],
        )
    yield wording.say("alternatives_line_sites", **said["sites"])
    for label in ("in_all", "undecided"):
        sites = [names[site.site_id] for site in found.sites if site.label == label]
        if sites:
            more = ["..."] if len(sites) > MOST_NAMED else []
            yield wording.say(f"alternatives_line_{label}", names=", ".join([*sites[:MOST_NAMED], *more]))
    yield wording.say("alternatives_line_plans", count=said["unlike_plans"], known=said["good_plans"])
    if found.ended_by != "exhausted":
        yield wording.say(f"alternatives_line_{found.ended_by}")
