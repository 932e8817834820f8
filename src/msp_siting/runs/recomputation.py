"""One run reckoned again from its files: its decisions against the rules, and every figure that follows from them."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.answer import (
    Answer,
    Problem,
    answer_caveats,
    complete_answer,
    prepare_problem,
    settings_of,
    summarise,
)
from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import is_file, read_json, show_value
from msp_siting.language import LANGUAGES, Fact, tell
from msp_siting.problem import (
    TOLERANCE_SHARE,
    Assignment,
    Conflict,
    Instance,
    Plan,
    Solution,
    Status,
    objective_of,
    problems_of_choice,
    problems_of_hosts,
    problems_of_solution,
    review_candidates,
    short_by_zone,
)
from msp_siting.problem.sharing import problems_of_sharing, serve
from msp_siting.runs.asked import check_territory, provenance_problems, read_question
from msp_siting.runs.files import RunFile
from msp_siting.runs.kinds import read_provenance
from msp_siting.runs.reading import WITHOUT_PLAN, read_assignments, read_plan
from msp_siting.runs.search import read_choice, read_number, read_search
from msp_siting.runs.tables import candidate_table, near_host_table, site_table, staff_table
from msp_siting.runs.verified import NOT_RECOMPUTED, Verified
from msp_siting.runs.written_cells import compare_summary, compare_tables
from msp_siting.scenario import Scenario
from msp_siting.solver import explain, settle_as_asked

CAVEATS = ("caveats", "caveat_facts")  # keys of summary.json: the same in words and as facts


def recompute_runs(folders: Iterable[Path], territory: Path | None) -> Iterator[tuple[Verified, Answer | None]]:
    """Yield each of some runs reckoned again, and its answer; what their questions share is solved once.

    There is no answer where the decisions of the run break a rule, or its figures of who is served a proof.

    Parameters
    ----------
    territory
        Where their territory is now, if not where they say.

    Raises
    ------
    ScenarioError, DataError, SolverError
        As `verification.verify_folder`.
    """
    known: Problem | None = None
    for folder in folders:
        scenario = read_question(folder, territory)
        if known is None or not known.answers(scenario):
            check_territory(scenario)
            known = prepare_problem(scenario)
        yield _recompute(folder, scenario, known)


def _recompute(folder: Path, scenario: Scenario, known: Problem) -> tuple[Verified, Answer | None]:
    instance, path = known.instance.asked(scenario), folder / RunFile.SUMMARY
    provenance, summary = read_provenance(folder), read_json(path, DataError)
    report, certificate = read_search(folder, provenance)
    bound = None if summary.get("bound") is None else read_number(summary, "bound", path)
    if summary.get("status") in WITHOUT_PLAN:
        none = Solution(summary["status"], None, bound, None, None, report)
        answer = complete_answer(scenario, known, instance, known.before, none)
        compared = _compare(folder, provenance, summary, answer)
        wrong = [each.at(folder / RunFile.PROVENANCE) for each in _explanation_problems(instance, none)]
        return replace(compared, problems=(*compared.problems, *wrong)), answer
    (before, after), plan = read_assignments(folder), read_plan(folder)
    objective = read_number(summary, "objective", path)
    choice = read_choice(provenance, folder / RunFile.PROVENANCE)
    reached = (objective,) if choice is None else (objective, choice.objective_best)
    status = _status(scenario, reached, bound, known.objective_before if instance.opening_nothing_is_a_plan else None)
    solution = Solution(status, objective, bound, plan, after, report, certificate, choice=choice)
    problems = list(_key_problems(folder, instance, before))
    if not problems:
        review = review_candidates(known.territory, scenario)
        problems += [each.at(folder) for each in problems_of_hosts(review, scenario, plan)]
        problems += [each.at(folder) for each in problems_of_solution(instance, solution)]
        problems += _before_problems(folder, known, before)
    if not problems and choice is not None:
        problems += [each.at(folder / RunFile.PROVENANCE) for each in _choice_problems(known, solution)]
    if not problems:
        for moment, decided in (("before", Plan.empty()), ("after", plan)):
            problems += [
                each.at(f"uncovered_{moment}").at(folder / RunFile.COVERAGE) for each in _proven(known, decided)
            ]
    even = known.settler.spread(plan)[1] if not problems else after.uncovered
    short = short_by_zone(instance, even)
    if not problems and short:
        problems += [each.at(folder) for each in _aimed_problems(scenario, known, solution)]
    if problems:
        return Verified(folder, 0, tuple(problems)), None
    # Who is uncovered is exact, and reckoned again, but where a zone's share asks for another spread; of who goes where
    # the run's own way was checked.
    others = after.uncovered[after.uncovered["profession"].isin(short)]
    left = pd.concat([even[~even["profession"].isin(short)], others], ignore_index=True)
    shares = {} if instance.is_levelled else known.settler.share_out(plan)
    levels = {name: found.levels for name, found in shares.items() if name not in short}
    shared = Assignment(after.allocated, left, levels)
    whole_posts = replace(plan, staff=plan.staff.astype({"recruited": int}))
    solution = replace(solution, plan=whole_posts, assignment=shared)
    answer = complete_answer(scenario, known, instance, known.before, solution)
    priced = None if certificate is None else certificate.priced
    return replace(_compare(folder, provenance, summary, answer), priced=priced, bound=bound), answer


def _explanation_problems(instance: Instance, solution: Solution) -> Iterator[Sentence]:
    """Yield the rules of which an explanation says otherwise than is found again: which limit, and by how much."""
    if solution.status != "infeasible":
        return
    said, found = _limits_of(solution.report.conflicts), _limits_of(explain(instance))
    for key in sorted(said.keys() | found.keys()):
        written, again = said.get(key), found.get(key)
        if written is None or again is None or not math.isclose(written, again, rel_tol=TOLERANCE_SHARE):
            values = {"recomputed": show_value(again), "written": show_value(written)}
            place = " ".join(key)
            yield problem("{recomputed} recomputed, {written} written", **values).at(place).at("conflicts").at("search")


def _limits_of(conflicts: Iterable[Conflict]) -> dict[tuple[str, ...], float]:
    """Return by how much each rule has to give in all, by rule and limit: which of equal sites is named is chance."""
    total: dict[tuple[str, ...], float] = {}
    for conflict in conflicts:
        for each in conflict.limits:
            key = conflict.rule or "", each.limit
            total[key] = total.get(key, 0.0) + abs(each.needed - each.asked)
    return total


def _proven(known: Problem, plan: Plan) -> Iterator[Sentence]:
    """Yield what is wrong with the proof of who is uncovered under a plan: in exact numbers, without a solver."""
    for name, shares in known.settler.share_out(plan).items():
        service = serve(shares.network, shares.levels)
        for each in problems_of_sharing(shares.network, shares.levels, service):
            yield each.at(name)


def _aimed_problems(scenario: Scenario, known: Problem, solution: Solution) -> Iterator[Sentence]:
    """Yield where people could be served at a lower objective, shares of zones held: solved again."""
    instance, plan, assignment = known.instance.asked(scenario), solution.plan, solution.assignment
    if plan is None or assignment is None:
        return
    least, _ = settle_as_asked(instance, known.settler, plan, settings_of(scenario.question.solve))
    reckoned = objective_of(instance, assignment.uncovered)
    if not abs(reckoned - least) <= TOLERANCE_SHARE * max(1.0, abs(least)):
        other = problem("its objective is {reckoned:.6f}, solved again {solved:.6f}", reckoned=reckoned, solved=least)
        yield other.at("uncovered_after").at(RunFile.COVERAGE)


def _choice_problems(known: Problem, solution: Solution) -> Iterator[Sentence]:
    """Yield where the plan is not what its choice among those as good says of it."""
    preference, choice = known.instance.preference, solution.choice
    if preference is None or choice is None or solution.plan is None or solution.objective is None:
        yield problem("the model asks for no choice").at("choice").at("search")
        return
    wrong = problems_of_choice(choice, preference, solution.plan, solution.objective, known.objective_before)
    yield from (each.at("search") for each in wrong)


def _status(scenario: Scenario, objectives: tuple[float, ...], bound: float | None, before: float | None) -> Status:
    settings = settings_of(scenario.question.solve)
    return "optimal" if any(settings.are_met(each, bound, before) for each in objectives) else "feasible"


def _compare(folder: Path, provenance: Mapping[str, Any], summary: Mapping[str, Any], answer: Answer) -> Verified:
    """Compare every figure that follows from an answer with what is written."""
    tables = {RunFile.CANDIDATES: candidate_table(answer)}
    if answer.coverage is not None:
        tables |= {
            RunFile.SITES: site_table(answer),
            RunFile.STAFF: staff_table(answer),
            RunFile.ALLOCATION: answer.coverage.allocation,
            RunFile.COVERAGE: answer.coverage.points,
            RunFile.ZONES: answer.coverage.zones,
            RunFile.BLOCKS: answer.coverage.blocks,
        }
        # A run of before these has none; that one was taken away, its seal says.
        later = {RunFile.HOSTS: near_host_table(answer), RunFile.GROUPS: answer.groups}
        tables |= {name: frame for name, frame in later.items() if is_file(folder / name)}
    figures = summarise(answer)
    told = figures | {"caveats": told_as_written(answer_caveats(answer), summary.get("caveats"))}
    problems = compare_told(folder, summary, told, NOT_RECOMPUTED)
    wrong = provenance_problems(provenance, answer.scenario.name, answer.territory)
    problems += [each.at(folder / RunFile.PROVENANCE) for each in wrong]
    cells, differing = compare_written(folder, tables)
    return Verified(folder, len(set(figures) - set(NOT_RECOMPUTED)) + cells, (*problems, *differing))


def compare_told(
    folder: Path, summary: Mapping[str, Any], recomputed: Mapping[str, Any], left_out: Collection[str]
) -> list[Sentence]:
    """Return what differs in the summary of a run.

    Parameters
    ----------
    left_out
        Keys that are taken as written; so are caveats of another version, which may say the same in other words.
    """
    versions = summary.get("versions")
    is_own = isinstance(versions, dict) and versions.get("msp-siting") == recomputed["versions"]["msp-siting"]
    unread = [*left_out, *(() if is_own else CAVEATS)]
    return compare_summary(folder / RunFile.SUMMARY, summary, recomputed, unread)


def compare_written(folder: Path, tables: Mapping[RunFile, pd.DataFrame]) -> tuple[int, list[Sentence]]:
    """Return how many cells some tables of a run have, and what differs in its files."""
    problems = [each for name, frame in tables.items() for each in compare_tables(folder / name, frame)]
    return sum(frame.size for frame in tables.values()), problems


def told_as_written(caveats: Sequence[Fact], written: object) -> list[str]:
    """Return caveats in the language in which they are written, else in the first."""
    told = [[tell(fact, language) for fact in caveats] for language in LANGUAGES]
    return next((sentences for sentences in told if sentences == written), told[0])


def _key_problems(folder: Path, instance: Instance, before: Assignment) -> Iterator[Sentence]:
    """Yield who is in ``coverage.csv`` and not in the territory, or the other way round."""
    found = set(before.uncovered[["demand_id", "profession"]].itertuples(index=False, name=None))
    expected = {(demand_id, name) for demand_id in instance.inhabitants for name in instance.professions}
    for demand_id, name in sorted(expected - found)[:1]:
        lacks = problem("has no row of {demand_id}, {profession}", demand_id=demand_id, profession=name)
        yield lacks.at(folder / RunFile.COVERAGE)
    for demand_id, name in sorted(found - expected)[:1]:
        has = problem(
            "has a row of {demand_id}, {profession}, which the question does not have",
            demand_id=demand_id,
            profession=name,
        )
        yield has.at(folder / RunFile.COVERAGE)


def _before_problems(folder: Path, known: Problem, before: Assignment) -> Iterator[Sentence]:
    reckoned = objective_of(known.instance, before.uncovered)
    solved = known.settler.spread(Plan.empty())[0]  # whatever the first stage minimises
    if not abs(reckoned - solved) <= TOLERANCE_SHARE * max(1.0, abs(solved)):
        values = {"reckoned": reckoned, "solved": solved}
        other = problem("its objective is {reckoned:.6f}, solved again {solved:.6f}", **values)
        yield other.at("uncovered_before").at(folder / RunFile.COVERAGE)
