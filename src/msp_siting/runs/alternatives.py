"""Good plans beside those of some runs: the runs read back, and the tables and figures of what was found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msp_siting.answer import LABELS, Alternatives
from msp_siting.errors import DataError, ScenarioError, Sentence, problem
from msp_siting.files import SEAL, broken_seals, read_table
from msp_siting.problem import (
    TOLERANCE_SHARE,
    ChoiceReport,
    Instance,
    Plan,
    problems_of_choice,
    problems_of_composition,
    problems_of_limits,
)
from msp_siting.problem.sharing import objective_of_plan
from msp_siting.runs.columns import RUN_BLOCKS
from msp_siting.runs.files import RunFile
from msp_siting.runs.kinds import read_provenance
from msp_siting.runs.reading import EarlierRun, read_plan, read_runs
from msp_siting.runs.search import read_choice
from msp_siting.runs.side_by_side import run_labels
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory


@dataclass(frozen=True)
class ChosenRun:
    """A run whose plan was chosen among good ones: what it is called, its plan, how it was chosen, its largest block.

    ``block_points`` and ``block_inhabitants`` are of the block of the choice's profession with most inhabitants.
    """

    label: str
    run: EarlierRun
    plan: Plan
    choice: ChoiceReport
    block_points: int
    block_inhabitants: float


def read_chosen_runs(folders: Sequence[Path]) -> tuple[ChosenRun, ...]:
    """Return the runs of some folders, in their order.

    Raises
    ------
    ScenarioError
        Naming every folder that holds no run of ``solve`` with a plan chosen among good ones, or of another territory.
    DataError
        With every problem of their files, also where they are no longer as they were written.
    """
    runs = read_runs(folders)
    broken = [each for run in runs for each in _broken(run)]
    if broken:
        raise DataError(broken)
    choices = [read_choice(read_provenance(run.folder), run.folder / RunFile.PROVENANCE) for run in runs]
    problems = [
        problem("its plan was not chosen among good ones (the model asks for no choice, or nothing is gained)").at(
            run.folder
        )
        for run, choice in zip(runs, choices, strict=True)
        if choice is None
    ]
    first = runs[0]
    for run in runs[1:]:
        if run.provenance.territory.sha256 != first.provenance.territory.sha256:
            other = problem("is not on the territory of {folder}; give runs of one territory", folder=first.folder)
            problems.append(other.at(run.folder))
    if problems:
        raise ScenarioError(problems)
    found = []
    for label, run, choice in zip(run_labels(runs), runs, choices, strict=True):
        if choice is not None:
            found.append(ChosenRun(label, run, read_plan(run.folder), choice, *_largest_block(run)))
    return tuple(found)


def check_chosen(chosen: ChosenRun, instance: Instance, before: float) -> None:
    """Refuse a run whose plan is not what it says of it; ``before`` is the objective of opening nothing.

    Raises
    ------
    DataError
        With every problem.
    """
    folder, plan, preference = chosen.run.folder, chosen.plan, instance.preference
    if preference is None:
        raise ScenarioError(problem("the model asks for no choice").at(folder / RunFile.RESOLVED))
    of_rules = (*problems_of_composition(instance, plan), *problems_of_limits(instance, plan))
    wrong = [each.at(folder) for each in of_rules]
    if not wrong:
        wrong += [each.at(folder / RunFile.SUMMARY) for each in _figures_that_differ(chosen, instance)]
        objective = chosen.run.summary.objective
        of_choice = problems_of_choice(chosen.choice, preference, plan, objective, before)
        wrong += [each.at("search").at(folder / RunFile.PROVENANCE) for each in of_choice]
    if wrong:
        raise DataError(wrong)


def _figures_that_differ(chosen: ChosenRun, instance: Instance) -> Iterator[Sentence]:
    written = chosen.run.summary.objective
    reckoned = objective_of_plan(instance, chosen.plan)
    if abs(reckoned - written) > TOLERANCE_SHARE * max(1.0, abs(reckoned)):
        values = {"recomputed": f"{reckoned:.6f}", "written": f"{written:.6f}"}
        yield problem("{recomputed} recomputed, {written} written", **values).at("objective")


def _broken(run: EarlierRun) -> list[Sentence]:
    sealed = read_provenance(run.folder).get(SEAL)
    return list(broken_seals(run.folder, sealed)) if isinstance(sealed, dict) else []


def _largest_block(run: EarlierRun) -> tuple[int, float]:
    blocks = read_table(run.folder / RunFile.BLOCKS, RUN_BLOCKS)
    own = blocks[blocks["profession"].eq(run.model.apl.profession)]
    if own.empty:
        return 0, 0.0
    largest = own.loc[own["inhabitants"].idxmax()]
    return int(largest["demand_points"]), float(largest["inhabitants"])


@dataclass(frozen=True)
class Examined:
    """A run with what was found beside its plan."""

    chosen: ChosenRun
    territory: Territory
    found: Alternatives

    @property
    def scenario(self) -> Scenario:
        """Its question."""
        return self.found.scenario

    @property
    def in_all(self) -> list[str]:
        """Sites that all good plans open."""
        return [site.site_id for site in self.found.sites if site.label == "in_all"]

    @property
    def opened(self) -> set[str]:
        """Sites that one of the good plans told of opens."""
        return {site for plan in self.found.known for site in plan.site_ids}


def summarise_run(examined: Examined) -> dict[str, Any]:
    """Return what ``summary.json`` says of one run."""
    chosen, found = examined.chosen, examined.found
    own, preference = found.own, found.preference
    posts = sum(found.posts(own).values())
    sites, moving = len(own.site_ids), _most_moved(found)
    shared = [len(own.site_ids & plan.site_ids) for plan in found.known]
    in_all = sum(site.label == "in_all" for site in found.sites)
    fewest = max(in_all, found.shared_bounds[0] if found.shared_bounds else 0)
    return {
        "run": chosen.label,
        "folder": chosen.run.folder.as_posix(),
        "scenario": chosen.run.summary.scenario,
        "budget_eur": chosen.run.summary.budget_eur,
        "input_sha256": chosen.run.summary.input_sha256,
        "gain_share": preference.gain_share,
        "apl_share": preference.apl_share,
        "objective_most": found.limits.objective,
        "shortfall_most": found.limits.shortfall,
        "shortfall_least": found.least_shortfall,
        "apl_gain": found.apl_gain,
        "sites_opened": sites,
        "sites": {label: sum(site.label == label for site in found.sites) for label in LABELS},
        "differing_sites": {"found": sites - min(shared), "bound": sites - fewest},
        "posts": posts,
        "moved_posts": {"found": moving[0], "bound": moving[1]},
        "largest_block": {"demand_points": chosen.block_points, "inhabitants": chosen.block_inhabitants},
        "good_plans": len(found.known),
        "unlike_plans": len(found.plans),
        "zones_decided": None if found.zones is None else sum(zone.is_decided for zone in found.zones),
        "zones": None if found.zones is None else len(found.zones),
        "ended_by": found.ended_by,
    }


def _most_moved(found: Alternatives) -> tuple[int | None, int | None]:
    """Return the most posts in another zone in a good plan found, and a number that none goes beyond."""
    if found.zones is None:
        return None, None
    moved = max(found.moved_posts(found.own, plan) for plan in found.known)
    leaving = sum(zone.posts - zone.fewest_bound for zone in found.zones)
    return moved, max(moved, leaving)


def summarise_shared(examined: Sequence[Examined]) -> dict[str, int]:
    """Return how many sites the good plans of all runs share: in all of each, and in one at least of each."""
    in_all = set.intersection(*(set(each.in_all) for each in examined))
    opened = set.intersection(*(each.opened for each in examined))
    return {"in_all_of_each": len(in_all), "in_some_of_each": len(opened)}
