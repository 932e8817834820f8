"""What was made of several runs written again, from these: a comparison, good plans beside theirs."""

from pathlib import Path

from msp_siting.answer import Problem, prepare_problem
from msp_siting.commands.alternatives import summarise_examined
from msp_siting.commands.comparing import territory_of_runs
from msp_siting.commands.reporting.earlier import Earlier
from msp_siting.errors import DataError, ScenarioError, Sentence, problem
from msp_siting.files import is_there
from msp_siting.language import Language
from msp_siting.report import comparison_sentences, write_alternatives, write_comparison
from msp_siting.runs import (
    EarlierRun,
    Examined,
    RunFile,
    check_chosen,
    check_territory,
    compare,
    read_alternatives,
    read_chosen_runs,
    read_question,
    read_runs,
    summarise_comparison,
)


def rewrite_comparison(earlier: Earlier, fresh: Path, language: Language, _: Path | None) -> None:
    """Write a comparison again, from the same runs."""
    comparison = compare(runs_read(earlier))
    earlier.check_summary(summarise_comparison(comparison))
    summary = {**earlier.summary, "caveats": comparison_sentences(comparison, language)}
    territory = territory_of_runs(comparison.runs)
    write_comparison(fresh, comparison, summary, earlier.inputs(language), territory, language)


def rewrite_alternatives(earlier: Earlier, fresh: Path, language: Language, territory: Path | None) -> None:
    """Write good plans beside those of the same runs again; what was searched is as it was."""
    folders = [run.folder for run in runs_read(earlier)]
    kept, examined = read_alternatives(earlier.folder / RunFile.SEARCHED), []
    known: Problem | None = None
    for each in read_chosen_runs(folders):
        scenario = read_question(each.run.folder, territory)
        if known is None or not known.answers(scenario):
            check_territory(scenario)
            known = prepare_problem(scenario)
        check_chosen(each, known.instance.asked(scenario), known.objective_before)
        found = kept[each.label].found(known, scenario, each.choice)
        examined.append(Examined(each, known.territory, found))
    earlier.check_summary(summarise_examined(examined, earlier.language))
    told = summarise_examined(examined, language)["caveats"]
    write_alternatives(fresh, examined, {**earlier.summary, "caveats": told}, earlier.inputs(language), language)


def runs_read(earlier: Earlier) -> tuple[EarlierRun, ...]:
    """Return the runs that a run was made from, if they are still what they were.

    Raises
    ------
    ScenarioError
        Naming every one that is not where it was.
    DataError
        Naming every one that is another by now.
    """
    recorded = earlier.provenance["runs"]
    folders = [Path(each["folder"]) for each in recorded]
    gone = [
        problem("this run of {run} is not there; go to the folder from which they were read", run=earlier.folder).at(
            folder
        )
        for folder in folders
        if not is_there(folder / RunFile.PROVENANCE)
    ]
    if gone:
        raise ScenarioError(gone)
    runs = read_runs(folders)
    changed: list[Sentence] = [
        problem("is another run than {run} was made from; run that command again", run=earlier.folder).at(run.folder)
        for said, run in zip(recorded, runs, strict=True)
        if (said["input_sha256"], said["territory_sha256"], said["finished"])
        != (run.summary.input_sha256, run.provenance.territory.sha256, run.provenance.finished)
    ]
    if changed:
        raise DataError(changed)
    return runs
