"""One comparison from the folders of earlier runs to its own folder: read, compare, write, say."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from msp_siting.commands.outcome import Output, Run
from msp_siting.commands.results_of_runs import Compared
from msp_siting.commands.several_runs import check_compared, record_runs
from msp_siting.errors import MspSitingError
from msp_siting.files import check_target, replace_folder
from msp_siting.language import Language, say
from msp_siting.problem import territory_at_horizon
from msp_siting.report import (
    Wording,
    comparison_sentences,
    lead_title,
    proof_sentences,
    put_caveats,
    run_titles,
)
from msp_siting.runs import (
    Comparison,
    EarlierRun,
    RunFile,
    compare,
    provenance_of,
    read_runs,
    sites_kept,
    summarise_comparison,
)
from msp_siting.scenario import read_scenario
from msp_siting.territory import Territory, read_territory


def compare_and_write(folders: Sequence[Path], output: Output) -> Run:
    """Compare earlier runs, the first being the reference, and write the folder of the comparison.

    Raises
    ------
    ScenarioError, DataError
        For folders that are no runs with a plan, too few or too many, or of several territories, and for a target
        that holds something else; nothing is written then.
    """
    out, language = output.folder, output.language
    check_compared(folders, out)
    check_target(out)
    compared = compare_folders(folders, language)
    compared = replace(compared, provenance=compared.provenance | output.record())
    replace_folder(out, compared.fill)
    return Run(compared.told, (*compared.sentences, say("line_written", language, folder=out)), 0)


def compare_folders(folders: Sequence[Path], language: Language) -> Compared:
    """Compare earlier runs, the first being the reference, and say so."""
    begin, started = time.monotonic(), datetime.now(UTC)
    comparison = compare(read_runs(folders))
    summary = put_caveats(summarise_comparison(comparison), comparison_sentences(comparison, language))
    summary |= {"total_s": round(time.monotonic() - begin, 3)}
    territory = territory_of_runs(comparison.runs)
    inputs = record_runs(comparison.labels, comparison.runs) | {"csv": None, "language": language}
    provenance, sentences = provenance_of("compare", started, inputs), tuple(_sentences(comparison, Wording(language)))
    return Compared(summary, provenance, sentences, language, comparison=comparison, territory=territory)


def territory_of_runs(runs: Sequence[EarlierRun]) -> Territory | str:
    """Return the territory of the first run where it is still what it was, or the key of why there is no map."""
    first = runs[0]
    try:
        scenario = read_scenario(first.folder / RunFile.RESOLVED)
        territory = read_territory(scenario.folder)
        if territory.sha256 != first.provenance.territory.sha256:
            return "comparison_no_map_changed"
        return territory_at_horizon(territory, scenario)
    except MspSitingError:
        return "comparison_no_map_unread"


def _sentences(comparison: Comparison, wording: Wording) -> Iterator[str]:
    titles, lead = run_titles(comparison, wording), comparison.lead
    yield wording.say("comparison_line", count=len(titles), reference=titles[0])
    for title, run in zip(titles, comparison.runs, strict=True):
        found = run.summary
        after, shortage = found.uncovered_after.get(lead), found.shortage_after.get(lead)
        yield wording.say(
            "comparison_line_run",
            run=title,
            proof=proof_sentences(found.status, found.gap, found.improvement_gap, wording),
            sites=wording.whole(found.sites_opened),
            profession=lead_title(comparison, wording),
            after=wording.whole(after),
            shortage=wording.whole(shortage),
            distance=wording.whole(None if after is None or shortage is None else after - shortage),
        )
        yield wording.say(
            "comparison_line_apl",
            run=title,
            floor=wording.decimal(run.model.apl.floor_visits_per_year.value),
            short=wording.whole(found.apl_shortfall_visits_per_year_after),
            below=wording.whole(found.inhabitants_below_apl_floor_after),
        )
    yield wording.say("comparison_line_sites", **{key: wording.whole(n) for key, n in sites_kept(comparison).items()})
