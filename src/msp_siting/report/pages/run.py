"""The page of a run: one file that opens offline, in French or English."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msp_siting.answer import Answer, Coverage, end_caveats, explanations, worse_than_today
from msp_siting.language import Language, tell
from msp_siting.report.maps import Explorer, demand_shapes, draw_explorer, plan_explorer
from msp_siting.report.marks import gate_page_table
from msp_siting.report.page_table import Cell, Code, PageTable
from msp_siting.report.pages import decision, people, reference, tables
from msp_siting.report.pages.asked import shares_page_table
from msp_siting.report.pages.blocks import block_page_table
from msp_siting.report.pages.candidates import candidate_page_tables, price_of_rules
from msp_siting.report.pages.data_sources import data_labels, file_page_table, modelled_note, modelled_of
from msp_siting.report.pages.headline import access_table, bars, cards, choice_sentence, newly_covered
from msp_siting.report.pages.measures import bounds_sentence, measures_sentence
from msp_siting.report.pages.situation import situation_page_table
from msp_siting.report.pages.trend import trend_page_table
from msp_siting.report.rendering import render
from msp_siting.report.titles import question_title
from msp_siting.report.wording import OWNER_KIND, Wording, lead_profession, profession_title, sentence
from msp_siting.runs import site_table


def render_page(answer: Answer, summary: Mapping[str, Any], language: Language, files: Sequence[str] = ()) -> str:
    """Return the page of a run; without a plan, the page that explains why there is none.

    Parameters
    ----------
    answer
        The run.
    summary
        The content of ``summary.json``; its caveats are in the language of the page.
    language
        Of every sentence and number; texts of data and models are as their files hold them.
    files
        What stands beside the page, which leads there.
    """
    wording = Wording(language)
    title = profession_title(answer, lead_profession(answer), wording)
    rules, ruled_out = candidate_page_tables(answer, wording)
    model, sources = answer.scenario.model, file_page_table(answer, wording)
    values: dict[str, Any] = {
        "language": language,
        "say": wording.say,
        "question": question_title(answer.scenario, wording),
        "context": context_of(answer, wording),
        "day": wording.day(date.fromisoformat(summary["gates_on"])),
        "caveats": [sentence(wording.typeset(text)) for text in summary["caveats"]],
        "files": sources,
        "modelled": modelled_of(sources, wording),
        "candidate_rules": rules,
        "ruled_out": ruled_out,
        "rules_price": price_of_rules(answer, summary, wording),
        "asked": tables.question_page_table(answer, wording),
        "assumed": tables.assumptions_page_table(model, wording, tables.ASSUMED),
        "known": tables.assumptions_page_table(model, wording, tables.KNOWN),
        "method": reference.method_sentences(answer, wording),
        "glossary": reference.glossary(wording),
        "beside": reference.file_links(files, wording),
        "technical": _technical(answer, summary, wording),
        "profession": title,
        "is_proven": answer.solution.status == "optimal",
        "conflicts": [tell(fact, language) for fact in explanations(answer)],
        "status": answer.solution.status,
        "ending": wording.say(f"ending_{answer.solution.report.ended_by}"),
        "situation": situation_page_table(answer, summary, date.fromisoformat(summary["gates_on"]), wording),
    }
    plan = {"has_plan": False} if answer.coverage is None else _plan(answer, answer.coverage, summary, wording)
    return render("report.html.j2", **values, **plan)


def _plan(answer: Answer, coverage: Coverage, summary: Mapping[str, Any], wording: Wording) -> dict[str, Any]:
    opened = len(answer.plan.sites) > 0
    explorer = explorer_of(answer, coverage, summary, wording)
    marks, to_check = gate_page_table(summary, wording)
    ends = [(fact.key, wording.typeset(sentence(tell(fact, wording.language)))) for fact in end_caveats(answer)]
    zones = dict(zip(answer.territory.zone_kinds, tables.zone_page_tables(answer, coverage, wording), strict=True))
    return {
        "has_plan": True,
        "opens": opened,
        "has_alternatives": answer.instance.measure != "cost" and not answer.instance.targeted,
        "answers": [sentence(text) for text in decision.answer_sentences(answer, summary, wording)],
        "where": decision.where_page_table(answer, wording),
        "shares": shares_page_table(answer, wording),
        "cards": cards(answer, summary, wording),
        "bars": bars(answer, summary, wording),
        "measured": measures_sentence(answer, summary, wording, "page_both_measures"),
        "bounds": bounds_sentence(answer, summary, wording, "page_bounds"),
        "chosen": choice_sentence(answer, summary, wording),
        "worse": [tell(fact, wording.language) for fact in worse_than_today(answer)],
        "effect": [text for key, text in ends if key != "caveat_worse_off"],
        "worse_off": [text for key, text in ends if key == "caveat_worse_off"],
        "partly_filled": decision.partly_filled(answer, summary, wording),
        "losing": decision.losing_zones(answer, wording),
        "trend": trend_page_table(answer, summary, wording),
        "access": access_table(answer, summary, wording),
        "newly_covered": newly_covered(answer, summary, wording),
        "maps": [
            (
                wording.say("page_map_caption"),
                draw_explorer(explorer, wording),
            )
        ],
        "is_cells": bool(explorer.frame["is_cell"].any()),
        "labels": data_labels(answer, wording),
        "sites": tables.sites_page_table(answer, wording) if opened else None,
        "teams": tables.team_page_table(answer, wording),
        "purses": tables.purses_page_table(summary, wording),
        "gates": marks if opened else None,
        "gates_to_check": to_check,
        "effects": tables.effects_page_table(answer, wording),
        "first_zones": zones.pop(OWNER_KIND, None),
        "zones": list(zones.values()),
        "blocks": block_page_table(answer, coverage.blocks, coverage.points, wording),
        "modelled_note": modelled_note(answer, wording),
        "groups": people.groups_page_table(answer, wording),
        "group_minutes": people.group_minutes_page_table(answer, wording),
        "bands": people.bands_page_table(answer, coverage, wording),
        "measures": tables.measures_page_table(answer, summary, wording),
        "apl": tables.apl_page_table(answer, summary, wording),
        "visits_note": tables.visits_note(answer, wording),
    }


def explorer_of(answer: Answer, coverage: Coverage, summary: Mapping[str, Any], wording: Wording) -> Explorer:
    """Return the map of a plan."""
    on, opened_sites = date.fromisoformat(summary["gates_on"]), site_table(answer).to_dict("records")
    actions = {str(row["site_id"]): tables.action_text(answer, row, wording) for row in opened_sites}
    return plan_explorer(answer, coverage, demand_shapes(answer.territory), on, actions, wording)


def context_of(answer: Answer, wording: Wording) -> str:
    """Return of what and by which model a page is."""
    parts = [
        wording.of(answer.territory.manifest.title),
        wording.say("page_model", title=wording.of(answer.scenario.model.title)),
    ]
    year = answer.scenario.question.horizon_year
    return " · ".join([*parts, wording.say("page_horizon_year", year=year)] if year else parts)


def _technical(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> PageTable:
    """Return what the search did, in the solver's words, and the fingerprints of the run."""
    report = answer.solution.report
    keys = ("objective_before", "objective", "bound")
    rows: list[tuple[str, Cell]] = [
        ("page_status", Code(f"{summary['status']} ({report.ended_by})")),
        *((f"page_{key}", wording.decimal(summary[key], 3)) for key in keys),
        ("page_gap", wording.percent(summary["gap"], 3)),
        ("page_improvement_gap", wording.percent(summary["improvement_gap"], 3)),
        (
            "page_size",
            wording.say("page_size_value", columns=wording.whole(report.columns), rows=wording.whole(report.rows)),
        ),
        ("page_nodes", wording.whole(report.nodes)),
        ("page_build_s", wording.decimal(summary["build_s"])),
        ("page_solve_s", wording.decimal(summary["solve_s"])),
        ("page_seed", str(summary["seed"])),
        ("page_versions", ", ".join(f"{name} {version}" for name, version in summary["versions"].items())),
        ("page_input_sha256", Code(summary["input_sha256"])),
    ]
    head = [wording.say("page_measure"), wording.say("page_value")]
    return PageTable(head, [(wording.say(key), value) for key, value in rows], word_columns=2)
