"""A sweep from its question to its folder: points solved side by side, their knowledge joined, results written."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from msp_siting.answer import Direction, WorkersLostError, mean_nesting_cost, open_pool, workers_watched
from msp_siting.commands.outcome import Output, Run, rounded_up
from msp_siting.commands.results_of_runs import Swept
from msp_siting.commands.sweeping.folder import Place, PointFiles, open_place
from msp_siting.commands.sweeping.order import Step, halving_steps
from msp_siting.commands.sweeping.question import SweepQuestion
from msp_siting.commands.sweeping.tasks import PointTask, RollOutTask, price_budgets, roll_out, solve_point
from msp_siting.errors import InfeasibleError, SolverError, problem
from msp_siting.language import Fact, Language, percent, say, tell, whole
from msp_siting.report import Swept as SweptRun
from msp_siting.report import put_caveats, write_sweep
from msp_siting.runs import (
    BUDGET,
    Curve,
    Point,
    RunFile,
    caveats_of_runs,
    draw_curve,
    gaps,
    join_facts,
    measured_since,
    provenance_of,
    read_plan,
    read_prices,
    sweep_table,
)
from msp_siting.solver import HELD, Progress

Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Workers:
    """Processes of this machine, or the address of a Dask scheduler."""

    processes: int
    scheduler: str | None = None


def sweep_and_write(question: SweepQuestion, output: Output, workers: Workers, report: Report, *, resume: bool) -> Run:
    """Solve every point of a sweep and write its folder; finished points are kept whatever happens.

    The results do not depend on who does the work, in which order, or whether it was interrupted on the way.

    Raises
    ------
    ScenarioError, DataError
        For wrong input or a target that cannot be taken.
    SolverError
        If the solver fails, or the workers are lost.
    """
    swept = sweep_into(question, output, workers, report, resume=resume)
    has_plan = any(point.summary["objective"] is not None for point in swept.run.curve.points)
    sentences = (*swept.sentences, say("line_written", output.language, folder=output.folder))
    return Run(swept.told, sentences, 0 if has_plan else InfeasibleError.exit_code)


def sweep_into(question: SweepQuestion, output: Output, workers: Workers, report: Report, *, resume: bool) -> Swept:
    """Solve every point of a sweep, write its folder (`sweep_and_write`), and return what came out."""
    begin, started = time.monotonic(), datetime.now(UTC)
    folder, language = output.folder, output.language
    with open_pool(min(workers.processes, len(question.keys)), workers.scheduler) as pool:
        place = open_place(folder, question, resume=resume)
        try:
            with workers_watched():
                _solve_points(pool, question, place, language, report)
                report(Progress("order"))
                _mend_points(pool, question, place, language)
                curve = _curve(pool, question, place)
                order = _roll_out(pool, question, place, curve)
        except WorkersLostError as fault:
            done = sum(place.holds(key, question.fingerprints[key]) for key in question.keys)
            lost = problem(
                "{problem}; {done} of {count} points are finished: go on with --resume",
                problem=fault.problems[0],
                done=done,
                count=len(question.keys),
            )
            raise SolverError(lost.at(place.work)) from fault
    report(Progress("pages"))
    summary = _summarise(question, curve, language) | measured_since(begin)
    inputs = {"scenario": question.name, "parameter": question.parameter} | output.record()
    provenance = provenance_of("sweep", started, inputs)
    run = SweptRun(question.scenarios, curve, order, place.point)
    place.finish(lambda fresh: write_sweep(fresh, run, summary, provenance, language), provenance)
    return Swept(
        summary,
        provenance,
        tuple(_sentences(curve, order, language)),
        language,
        folder=folder,
        run=replace(run, point=place.home),
        territory_sha256=question.territory_sha256,
    )


def _solve_points(pool: Executor, question: SweepQuestion, place: Place, language: Language, report: Report) -> None:
    """Solve the points that are not finished, each as soon as those it waits for are."""
    keys = question.keys
    finished = {number for number, key in enumerate(keys) if place.holds(key, question.fingerprints[key])}
    waiting = [step for step in halving_steps(len(keys)) if step.point not in finished]
    running: dict[Future[PointFiles], int] = {}
    report(Progress("points", done=len(finished), count=len(keys)))
    while waiting or running:
        for step in [step for step in waiting if step.awaited <= finished]:
            waiting.remove(step)
            running[pool.submit(solve_point, _task(question, place, language, step))] = step.point
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            number = running.pop(future)
            place.keep(keys[number], future.result(), question.fingerprints[keys[number]])
            finished.add(number)
            report(Progress("points", done=len(finished), count=len(keys)))


def _mend_points(pool: Executor, question: SweepQuestion, place: Place, language: Language) -> None:
    """Solve again, from there, a point whose plan is worse than one with less: that one is a plan here too."""
    if not question.is_monotone:
        return
    best: tuple[float, str] | None = None
    for key in question.keys:
        objective = place.summary(key)["objective"]
        if best is not None and (objective is None or objective - best[0] > HELD * max(1.0, abs(best[0]))):
            start = read_plan(place.point(best[1]))
            bound = place.summary(key)["bound"]
            task = PointTask(
                question.scenarios[key], question.territory_sha256, place.home(key), language, start, bound
            )
            place.keep(key, pool.submit(solve_point, task).result(), question.fingerprints[key])
            objective = place.summary(key)["objective"]
        if objective is not None and (best is None or objective < best[0]):
            best = objective, key


def _task(question: SweepQuestion, place: Place, language: Language, step: Step) -> PointTask:
    """Return a point's task, with what the points before it in the order know, as it stands on disk."""
    keys = question.keys
    start = bound = None
    if step.less is not None:
        less = keys[step.less]
        start = read_plan(place.point(less)) if place.summary(less)["objective"] is not None else None
    if step.more is not None and question.is_monotone:
        bound = place.summary(keys[step.more])["bound"]
    key = keys[step.point]
    return PointTask(question.scenarios[key], question.territory_sha256, place.home(key), language, start, bound)


def _curve(pool: Executor, question: SweepQuestion, place: Place) -> Curve:
    """Return the curve through the points, each with the best bound that the prices of any of them give there."""
    summaries = [place.summary(key) for key in question.keys]
    priced: list[float | None] = [None] * len(summaries)
    if question.is_monotone and question.parameter == BUDGET:
        folders = [place.point(key) for key in question.keys]
        prices = [read_prices(folder) for folder in folders if (folder / RunFile.PRICES).is_file()]
        if prices:
            asked = question.last, question.territory_sha256, prices, list(question.values)
            priced = list(pool.submit(price_budgets, *asked).result())
    points = list(map(Point, question.keys, question.values, summaries, priced))
    model = question.first.model
    return draw_curve(
        question.parameter, model.apl.profession, list(model.professions), points, is_monotone=question.is_monotone
    )


def _roll_out(pool: Executor, question: SweepQuestion, place: Place, curve: Curve) -> pd.DataFrame | None:
    """Return ``order.csv``, by the way whose plans miss least on average; None where plans are not comparable."""
    if not (question.is_monotone and question.parameter == BUDGET):
        return None
    plans, unnested = {}, {}
    for key, point, bound in zip(question.keys, curve.points, curve.bounds, strict=True):
        objective = point.summary["objective"]
        if objective is not None and bound is not None:
            plans[point.value] = read_plan(place.point(key))
            unnested[point.value] = (objective, bound)
    if not plans:
        return None
    ways: tuple[Direction, ...] = ("backwards", "forwards")
    shared = question.last, question.territory_sha256, plans, unnested
    orders = [pool.submit(roll_out, RollOutTask(way, *shared)) for way in ways]
    return min((order.result() for order in orders), key=mean_nesting_cost)


def _summarise(question: SweepQuestion, curve: Curve, language: Language) -> dict[str, Any]:
    """Return the keys of ``summary.json`` but for the sweep's time and memory."""
    table = sweep_table(curve)
    first = curve.points[0].summary
    sentences, facts = caveats_of_sweep(curve, language)
    summary = {
        "scenario": question.name,
        "territory": first["territory"],
        "model": first["model"],
        "parameter": question.parameter,
        "points": table.astype(object).where(table.notna(), None).to_dict("records"),
        "knee": None if curve.knee is None else curve.points[curve.knee].value,
        "inhabitants": first["inhabitants"],
        "seed": first["seed"],
        "versions": first["versions"],
        "caveat_facts": facts,
    }
    return put_caveats(summary, sentences)


def caveats_of_sweep(curve: Curve, language: Language) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the caveats of a sweep, its own first, then those that its points have; and all as facts."""
    summaries = [point.summary for point in curve.points]
    own = Fact("sweep_caveat_marginal")
    opens = any(each["sites_opened"] for each in summaries)
    written = ((each["caveats"], each.get("caveat_facts")) for each in summaries)
    sentences, facts = caveats_of_runs(written, opens=opens)
    return [tell(own, language), *sentences], join_facts([own], facts)


def _sentences(curve: Curve, order: pd.DataFrame | None, language: Language) -> Iterator[str]:
    """Yield what is said of a sweep: how good its points are, its value, its knee, what nesting costs."""
    all_gaps = [gaps(curve, number) for number in range(len(curve.points))]
    worst = [max((gap for gap in kind if gap is not None), default=None) for kind in zip(*all_gaps, strict=True)]
    proven = sum(point.summary["status"] == "optimal" for point in curve.points)
    shown = ["-" if gap is None else percent(rounded_up(gap), language, 2) for gap in worst]
    total = len(curve.points)
    yield say("sweep_line_points", language, points=total, proven=proven, gap=shown[0], improvement=shown[1])
    marginals = [(number, m) for number, m in enumerate(curve.marginals) if m is not None]
    for number, (_, (low, high)) in (marginals[:1] + marginals[-1:]) if len(marginals) > 1 else marginals:
        yield say(
            "sweep_line_marginal",
            language,
            earlier=whole(curve.budget_before(number), language),
            budget=whole(curve.points[number].budget_eur, language),
            low=whole(low, language),
            high=whole(high, language),
        )
    if len(marginals) > 1:
        if curve.knee is None:
            yield say("sweep_line_no_knee", language)
        else:
            yield say("sweep_line_knee", language, budget=whole(curve.points[curve.knee].budget_eur, language))
    if order is not None and order["nesting_cost_share_high"].notna().any():
        at_most = float(order["nesting_cost_share_high"].max())
        yield say("sweep_line_order", language, share=percent(rounded_up(at_most), language, 1))
