"""Searches of an evaluation, side by side: plans with each project and without, and other uses of its means."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial

from msp_siting import solver
from msp_siting.answer import open_pool, settings_of
from msp_siting.errors import SolverError, problem
from msp_siting.problem import Instance
from msp_siting.requests.evaluation.effects import Effects
from msp_siting.requests.evaluation.projects import Project, among_candidates, same_means
from msp_siting.requests.evaluation.standing import Regret, Standing, regret_of, standing_of
from msp_siting.scenario import SolveSettings
from msp_siting.solver import Chosen

SHARE_OF_TOLERANCE = 0.25  # of what counts as a good plan: to what a search for standing is proven
REGRET_GAP = 0.02  # of the gain of the best use of a request's means

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class SearchTerms:
    """What all searches of an evaluation share.

    Attributes
    ----------
    base
        The scenario's problem without any project.
    lead
        The profession of GPs.
    asked
        How long each may take, and its seed.
    before
        Objective of opening nothing.
    good_plan_share
        Share of the gain that a good plan may miss.
    """

    base: Instance
    lead: str
    asked: SolveSettings
    before: float
    good_plan_share: float

    def with_project(self, project: Project) -> Instance:
        """Return the scenario's problem with a project forced open."""
        return among_candidates(self.base, project, project.request.investment_eur or 0.0, self.lead)

    def with_means_of(self, project: Project) -> Instance:
        """Return the problem of the best use of a project's money and staff."""
        return same_means(self.base, project, project.request.investment_eur or 0.0, self.lead)


@dataclass(frozen=True)
class Found:
    """What the searches found: the best plan without any project, with each, and of each one's money and staff."""

    terms: SearchTerms
    without_it: Chosen
    with_it: Mapping[str, Chosen]
    alternative: Mapping[str, Chosen]

    def standing(self, project: Project) -> Standing | None:
        """Return a project's place among the good plans; None where it was not searched."""
        with_it = self.with_it.get(project.project_id)
        if with_it is None:
            return None
        return standing_of(with_it, self.without_it, self.terms.before, self.terms.good_plan_share)

    def regret(self, project: Project, effects: Effects) -> Regret | None:
        """Return what is missed by a project; None where it was not searched."""
        alternative = self.alternative.get(project.project_id)
        if alternative is None:
            return None
        return regret_of(effects.cases["central"].objective, alternative, self.terms.before)


def search_plans(terms: SearchTerms, projects: Sequence[Project], workers: int, report: Report) -> Found:
    """Search the plans with each project and without, and the best use of each one's money and staff.

    Projects of equal means share the search for their best use.

    Raises
    ------
    SolverError
        If a search fails or its process is ended.
    """
    near = SHARE_OF_TOLERANCE * terms.good_plan_share
    first_of_means = {_means(project): project for project in reversed(projects)}
    asked = [
        _Asked(lambda: terms.base, near),
        *[_Asked(partial(terms.with_project, project), near) for project in projects],
        *[_Asked(partial(terms.with_means_of, project), REGRET_GAP) for project in first_of_means.values()],
    ]
    answers = iter(_answered(terms, asked, workers, report))
    without_it = next(answers)
    with_it = {project.project_id: next(answers) for project in projects}
    by_means = {means: next(answers) for means in first_of_means}
    alternative = {project.project_id: by_means[_means(project)] for project in projects}
    return Found(terms, without_it, with_it, alternative)


@dataclass(frozen=True)
class _Asked:
    """A problem, made when it is searched, and the share of its gain to which it is to be proven."""

    instance: Callable[[], Instance]
    improvement_gap: float


def _answered(terms: SearchTerms, asked: Sequence[_Asked], workers: int, report: Report) -> list[Chosen]:
    """Return the best plan of each problem; in processes of their own where several search side by side."""
    report(0, len(asked))
    if min(workers, len(asked)) == 1:
        found = []
        for each in asked:
            found.append(search_alone(each.instance(), terms.asked, each.improvement_gap, terms.before))
            report(len(found), len(asked))
        return found
    with open_pool(min(workers, len(asked)), None) as pool:
        try:
            futures = [
                pool.submit(search_alone, each.instance(), terms.asked, each.improvement_gap, terms.before)
                for each in asked
            ]
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()  # where one fails the others are not waited for
                report(done, len(futures))
            return [future.result() for future in futures]
        except BrokenProcessPool as fault:
            ended = problem("a process that searched was ended from outside; out of memory?")
            raise SolverError(ended) from fault


def search_alone(instance: Instance, asked: SolveSettings, improvement_gap: float, before: float) -> Chosen:
    """Return the best plan of a problem, proven to a share of its gain."""
    settings = settings_of(asked)
    alone = replace(settings, threads=1, relative_gap=1.0, improvement_gap=improvement_gap)
    return solver.choose(instance, alone, before)


def _means(project: Project) -> tuple[object, ...]:
    """Return a project's money and staff: equal for projects whose best use is the same."""
    return (project.request.investment_eur or 0.0, *sorted(project.new_posts.items()))
