"""The folder of an evaluation: summary, tables, pages."""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from msp_siting.answer import PACKAGES, departure_caveats, territory_caveats
from msp_siting.files import RUN_MARKER, write_yaml
from msp_siting.language import Language, percent, say, whole
from msp_siting.problem import relative_gap
from msp_siting.report.pages.evaluation import render_evaluation
from msp_siting.report.sheets.sheet import render_sheets
from msp_siting.requests import Evaluation, effects_table, losses_table, portfolio_table, requests_table
from msp_siting.runs import write_json

MOST_RANKS_TOLD = 20


def write_evaluation(
    folder: Path,
    evaluation: Evaluation,
    summary: Mapping[str, Any],
    provenance: Mapping[str, Any],
    language: Language,
) -> None:
    """Write every file of an evaluation into an empty folder."""
    write_json(summary, folder / "summary.json")
    write_json(provenance, folder / RUN_MARKER)
    write_yaml(evaluation.scenario.resolved(evaluation.territory.sha256, folder), folder / "scenario.resolved.yaml")
    tables = {
        "requests": requests_table(evaluation, language),
        "portfolio": portfolio_table(evaluation),
        "effects": effects_table(evaluation),
        "losses": losses_table(evaluation),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.10g")
    for path, page in render_sheets(evaluation, language):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(page, encoding="utf-8")
    (folder / "report.html").write_text(render_evaluation(evaluation, summary, language), encoding="utf-8")


def summarise_evaluation(evaluation: Evaluation, language: Language) -> dict[str, Any]:
    """Return the keys of ``summary.json`` but for the run's times and memory; None without a value."""
    table = requests_table(evaluation, language)
    portfolio, without = evaluation.portfolio, evaluation.without
    chosen = [a for a in evaluation.appraisals if a.request_id in evaluation.chosen]
    return {
        "scenario": evaluation.scenario.name,
        "territory": evaluation.territory.manifest.name,
        "model": evaluation.scenario.model.name,
        "requests": table.astype(object).where(table.notna(), None).to_dict("records"),
        "verdicts": {
            verdict: sum(a.gates.verdict == verdict for a in evaluation.appraisals)
            for verdict in ("eligible", "incomplete", "ineligible")
        },
        "objective_without": without.objective,
        "uncovered_without": dict(without.uncovered),
        "shortage_without": dict(without.shortage),
        "portfolio": {
            "status": portfolio.status,
            "requests": [a.request_id for a in chosen],
            "envelope_eur": evaluation.envelope_eur,
            "requested_eur": sum(a.request.requested_total_eur or 0.0 for a in chosen),
            "objective": portfolio.objective,
            "bound": portfolio.bound,
            "gap": relative_gap(portfolio.objective, portfolio.bound),
        },
        "on": evaluation.on.isoformat(),
        "weights": dict(evaluation.weights),
        "unread_columns": list(evaluation.unread_columns),
        "seed": evaluation.scenario.question.solve.seed,
        "versions": {name: version(name) for name in PACKAGES},
        "input_sha256": evaluation.scenario.sha256(evaluation.territory.sha256),
        "caveats": _caveats(evaluation, language),
    }


def _caveats(evaluation: Evaluation, language: Language) -> list[str]:
    """Return what a reader must be told with any figure of the evaluation."""
    wants_departures = evaluation.scenario.question.horizon_year is not None
    own = ["caveat_best_case", "evaluation_caveat_commitments", "evaluation_caveat_groups"]
    territory, scenario = evaluation.territory, evaluation.scenario
    sentences = territory_caveats(territory, scenario, language, own, wants_departures=wants_departures)
    sentences += departure_caveats(territory, scenario, language)
    announced = sum(a.request.gp_leaving_by_2030 or 0 for a in evaluation.appraisals)
    leaving = announced if wants_departures else sum(a.project.leaving for a in evaluation.appraisals)
    if leaving > 0:
        key = "evaluation_caveat_leaving_horizon" if wants_departures else "evaluation_caveat_leaving"
        sentences.append(say(key, language, posts=whole(leaving, language)))
    if evaluation.unread_columns:
        sentences.append(say("evaluation_caveat_unread", language, columns=", ".join(evaluation.unread_columns)))
    return sentences


def evaluation_sentences(
    evaluation: Evaluation, summary: Mapping[str, Any], folder: Path, language: Language
) -> Iterator[str]:
    """Yield what is said of an evaluation at the terminal."""
    verdicts, portfolio = summary["verdicts"], summary["portfolio"]
    yield say("evaluation_line_requests", language, requests=len(evaluation.appraisals), **verdicts)
    names = ", ".join(portfolio["requests"]) or say("page_none", language)
    money = {key: whole(portfolio[key], language) for key in ("requested_eur", "envelope_eur")}
    key = "evaluation_line_portfolio" if portfolio["status"] == "optimal" else "evaluation_line_portfolio_open"
    gap = portfolio["gap"]
    yield say(key, language, names=names, gap="-" if gap is None else percent(gap, language, 2), **money)
    ranked = sorted((rank, name) for name, rank in evaluation.rank_by_effect.items())
    for rank, name in ranked[:MOST_RANKS_TOLD]:
        appraisal = next(a for a in evaluation.appraisals if a.request_id == name)
        yield say(
            "evaluation_line_rank",
            language,
            rank=rank,
            name=name,
            verdict=appraisal.gates.verdict_word(language),
            people=whole(appraisal.newly_covered(evaluation.lead), language),
        )
    if len(ranked) > MOST_RANKS_TOLD:
        yield say("evaluation_line_more", language, more=len(ranked) - MOST_RANKS_TOLD)
    yield say("line_written", language, folder=folder)
