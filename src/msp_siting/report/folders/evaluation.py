"""The folder of an evaluation: summary, tables, pages."""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.answer import PACKAGES, candidate_caveats, departure_caveats, freedom_caveats, territory_caveats
from msp_siting.files import write_yaml
from msp_siting.language import Fact, Language, decimal, percent, say, tell
from msp_siting.problem import Yearly, relative_gap, review_candidates
from msp_siting.report.caveats import tell_caveats
from msp_siting.report.findings import tell_finding, verdict_words
from msp_siting.report.folders.pictures import Sheet, write_evaluation_picture
from msp_siting.report.pages.evaluation import render_evaluation
from msp_siting.report.promises import promise_sentences
from msp_siting.report.sheets.sheet import render_sheets
from msp_siting.report.wording import Wording
from msp_siting.report.workbooks.session import write_session_book
from msp_siting.report.workbooks.writing import About, write_tables
from msp_siting.requests import (
    MSP_STANDS,
    VERDICTS,
    ZONINGS_DIFFER,
    Appraisal,
    Evaluation,
    effects_table,
    keep_evaluation,
    losses_table,
    portfolio_table,
    requests_table,
)
from msp_siting.runs import RunFile, run_day, write_json, write_sheet_csv
from msp_siting.units import CENTS_PER_EUR, cents_of

MOST_RANKS_TOLD = 20


def write_evaluation(
    folder: Path,
    evaluation: Evaluation,
    summary: Mapping[str, Any],
    provenance: Mapping[str, Any],
    language: Language,
) -> None:
    """Write every file of an evaluation into an empty folder (docs/files.md, "An evaluation")."""
    write_json(summary, folder / RunFile.SUMMARY)
    write_json(provenance, folder / RunFile.PROVENANCE)
    write_yaml(evaluation.scenario.resolved(evaluation.territory.sha256, folder), folder / RunFile.RESOLVED)
    write_yaml(evaluation.gates.model_dump(), folder / RunFile.RULES)
    (folder / RunFile.EVALUATED).write_text(keep_evaluation(evaluation), encoding="utf-8", newline="\n")
    tables = {
        RunFile.REQUESTS: _requests(evaluation, language),
        RunFile.PORTFOLIO: portfolio_table(evaluation),
        RunFile.EFFECTS: effects_table(evaluation),
        RunFile.LOSSES: losses_table(evaluation),
    }
    for name, table in tables.items():
        write_sheet_csv(table, folder / name, float_format="%.10g")
    for path, page in render_sheets(evaluation, language):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(page, encoding="utf-8", newline="\n")
    page = render_evaluation(evaluation, summary, run_day(provenance), language)
    (folder / RunFile.PAGE).write_text(page, encoding="utf-8", newline="\n")
    wording = Wording(language)
    write_evaluation_picture(Sheet(folder, provenance, wording), evaluation)
    filled = evaluation.parameters.cases.low.posts_filled_share.value
    about = About(
        language, [evaluation.scenario.model], evaluation.territory, evaluation.gates, shares={"filled": filled}
    )
    question = wording.say("evaluation_title", envelope=wording.eur(evaluation.envelope_eur))
    cover = about.cover(question, provenance)
    write_tables(folder, "evaluate", about, cover, provenance)
    write_session_book(folder, evaluation, summary, cover, about.lexicon())


def _kind(installations: Yearly) -> str:
    return "assumed" if installations.is_assumed else "published"


def summarise_evaluation(evaluation: Evaluation, language: Language) -> dict[str, Any]:
    """Return the keys of ``summary.json`` but for the run's times and memory; None without a value."""
    table = _requests(evaluation, language)
    portfolio, without = evaluation.portfolio, evaluation.without
    chosen = [a for a in evaluation.appraisals if a.request_id in evaluation.chosen]
    summary = {
        "scenario": evaluation.scenario.name,
        "territory": evaluation.territory.manifest.name,
        "model": evaluation.scenario.model.name,
        "requests": table.astype(object).where(table.notna(), None).to_dict("records"),
        "verdicts": {verdict: sum(a.gates.verdict == verdict for a in evaluation.appraisals) for verdict in VERDICTS},
        "promised": [
            {
                "profession": each.profession,
                "posts": each.posts,
                "installations_per_year": None if each.installations is None else each.installations.posts,
                "kind": None if each.installations is None else _kind(each.installations),
            }
            for each in evaluation.promised
        ],
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
        "caveat_facts": [fact.record() for fact in _caveats(evaluation)],
    }
    return tell_caveats(summary, language)


def _requests(evaluation: Evaluation, language: Language) -> pd.DataFrame:
    return requests_table(
        evaluation, lambda finding: tell_finding(finding, language), lambda fact: tell(fact, language)
    )


def _caveats(evaluation: Evaluation) -> Iterator[Fact]:
    """Yield what a reader must be told with any figure of the evaluation."""
    wants_departures = evaluation.scenario.question.horizon_year is not None
    yield from _cautions(evaluation)
    own = map(Fact, ("caveat_best_case", "evaluation_caveat_commitments", "evaluation_caveat_groups"))
    territory, scenario = evaluation.territory, evaluation.scenario
    more = [*own, *freedom_caveats(scenario.model.apl)]
    yield from territory_caveats(territory, scenario, more, wants_departures=wants_departures)
    yield from departure_caveats(territory, scenario)
    review = review_candidates(territory, scenario)
    yield from candidate_caveats(review)
    if not review.excluded.empty:
        yield Fact("evaluation_caveat_candidates")
    announced = sum(a.request.gp_leaving_by_2030 or 0 for a in evaluation.appraisals)
    leaving = announced if wants_departures else sum(a.project.leaving for a in evaluation.appraisals)
    if leaving > 0:
        key = "evaluation_caveat_leaving_horizon" if wants_departures else "evaluation_caveat_leaving"
        yield Fact(key, {"posts": leaving})
    if evaluation.repairs:
        yield Fact("evaluation_caveat_file", {"what": [repair.record() for repair in evaluation.repairs]})
    if evaluation.unread_columns:
        yield Fact("evaluation_caveat_unread", {"columns": list(evaluation.unread_columns)})


def _cautions(evaluation: Evaluation) -> Iterator[Fact]:
    """Yield what has to be checked before anything of the evaluation is used."""
    yield from evaluation.cautions
    for key, told in (("evaluation_caveat_amounts", "amounts"), ("evaluation_caveat_leavers", "leavers")):
        names = [a.request_id for a in evaluation.appraisals if f"evaluation_turn_{told}" in evaluation.warnings(a)]
        if names:
            yield Fact(key, {"requests": names})
    found = [(a.request_id, finding) for a in evaluation.appraisals for finding in a.gates.to_check]
    near = [Fact("msp_of_request", {"request": name, **each.values}) for name, each in found if each.key == MSP_STANDS]
    if near:
        yield Fact("evaluation_caveat_msps", {"requests": near})
    differing = [(name, each.values) for name, each in found if each.key in ZONINGS_DIFFER]
    if differing:
        both = [Fact("zonings_of_request", {"request": name, **values}) for name, values in differing]
        origins: list[object] = []
        for _, values in differing:
            origins += [] if values["origin"] in origins else [values["origin"]]
        yield Fact("evaluation_caveat_zonings", {"requests": both, "origins": origins})


def _money(amount_eur: float, language: Language) -> str:
    """Return an amount with its cents, where it has any: 300,000.70 EUR pay for what 300,000.80 EUR do not."""
    return decimal(amount_eur, language, 2 if cents_of(amount_eur) % CENTS_PER_EUR else 0)


def _with_verdict(appraisal: Appraisal, evaluation: Evaluation, language: Language) -> str:
    verdict = verdict_words(appraisal.gates, evaluation.gates, language)
    return say("sheet_with_kind", language, what=appraisal.request_id, kind=verdict)


def evaluation_sentences(evaluation: Evaluation, summary: Mapping[str, Any], language: Language) -> Iterator[str]:
    """Yield what is said of an evaluation at the terminal."""
    verdicts, portfolio = summary["verdicts"], summary["portfolio"]
    yield say("evaluation_line_requests", language, requests=len(evaluation.appraisals), **verdicts)
    yield from promise_sentences(evaluation, language)
    names = ", ".join(portfolio["requests"]) or say("page_none", language)
    money = {key: _money(portfolio[key], language) for key in ("requested_eur", "envelope_eur")}
    key = "evaluation_line_portfolio" if portfolio["status"] == "optimal" else "evaluation_line_portfolio_open"
    gap = portfolio["gap"]
    yield say(key, language, names=names, gap="-" if gap is None else percent(gap, language, 2), **money)
    ranks = evaluation.rank_by_effect
    ranked = sorted((a for a in evaluation.appraisals if a.request_id in ranks), key=lambda a: ranks[a.request_id])
    for appraisal in ranked[:MOST_RANKS_TOLD]:
        yield say(
            "evaluation_line_rank",
            language,
            rank=ranks[appraisal.request_id],
            name=appraisal.request_id,
            verdict=verdict_words(appraisal.gates, evaluation.gates, language),
            people=appraisal.newly_covered(evaluation.lead),
        )
    if len(ranked) > MOST_RANKS_TOLD:
        yield say("evaluation_line_more", language, more=len(ranked) - MOST_RANKS_TOLD)
    unranked = [a for a in evaluation.appraisals if a.request_id not in ranks]
    if unranked and evaluation.is_ranked:
        shown = [_with_verdict(a, evaluation, language) for a in unranked[:MOST_RANKS_TOLD]]
        if len(unranked) > len(shown):
            shown.append(say("sheet_others", language, count=len(unranked) - len(shown)))
        yield say("evaluation_line_unranked", language, names=", ".join(shown))
    for caution in _cautions(evaluation):
        yield say("evaluation_line_caution", language, text=tell(caution, language))
    read_as = sum(len(a.request.notes) for a in evaluation.appraisals)
    if read_as:
        yield say("evaluation_line_read_as", language, count=read_as)
