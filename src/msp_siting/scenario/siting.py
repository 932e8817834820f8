"""A planner's question to a model without professions, resolved: every value explicit."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msp_siting.errors import ScenarioError, Sentence, problem
from msp_siting.files import Text, find_file, read_yaml
from msp_siting.language import LANGUAGES, say
from msp_siting.scenario.conflicts import conflicts_of_sites
from msp_siting.scenario.fingerprint import fingerprint_of
from msp_siting.scenario.question import Question, day_asked, placeholders_of, territory_from
from msp_siting.scenario.scenario import (
    Scenario,
    override,
    parse_question,
    read_scenario,
    resolve_model,
    territory_folder,
)
from msp_siting.scenario.siting_model import OPENS_P, SitingAssumptions, names_siting_model, parse_siting_model

# Keys that only a model with professions has.
OF_PRACTITIONERS = ("aid_budget_eur", "recruitable", "horizon_year", "zones", "targets", "weights")
DECIDES_NOTHING = {"name", "solve", "question", "territory_sha256", "asked_on", "rim"}


@dataclass(frozen=True)
class SitingScenario:
    """One question and the model without professions that answers it, every value explicit.

    Attributes
    ----------
    name
        The file's name without its ending.
    question
        Its keys; those of practitioners are not given, and its ``budget_eur`` is 0 where there is none.
    budget_eur
        Money for opening sites (EUR); None: no limit.
    folder
        Where the territory is.
    changes
        One line per departure from the model: ``path: old -> new``.
    """

    name: str
    question: Question
    model: SitingAssumptions
    folder: Path
    budget_eur: float | None
    changes: tuple[str, ...] = ()

    @property
    def counts_money(self) -> bool:
        """Whether what a site costs decides anything."""
        return self.model.counts_money or (self.budget_eur is not None and self.model.constraints.budget)

    def resolved(self, territory_sha256: str, run_folder: Path) -> dict[str, Any]:
        """Return a scenario file's content that gives the same plan again (`Scenario.resolved`)."""
        left_out = {"model", "changes", "territory_sha256", *OF_PRACTITIONERS}
        question = self.question.model_dump(exclude=left_out)
        question |= {"name": self.name, "territory": territory_from(self.folder, run_folder)}
        question |= {"budget_eur": self.budget_eur}
        question |= {"sites": self.question.sites.model_dump(exclude={"fails_gates", "keep"})}
        if self.question.asked_on is None:
            del question["asked_on"]
        model = {key: value for key, value in self.model.model_dump().items() if value is not None}
        return {**question, "territory_sha256": territory_sha256, "model": model}

    def sha256(self, territory_sha256: str) -> str:
        """Return the fingerprint of everything that decides the plan: question, model and territory."""
        return fingerprint_of(self.resolved(territory_sha256, self.folder))


def read_any_scenario(path: Path | str, overrides: Mapping[str, Any] | None = None) -> Scenario | SitingScenario:
    """Return a scenario resolved against its model, with professions or without (`read_scenario`).

    Raises
    ------
    ScenarioError
        With every problem of the file.
    """
    file, asked = find_file(str(path), "scenarios", Path()), overrides or {}
    written = read_yaml(file, ScenarioError)
    if not names_siting_model(asked.get("model", written.get("model")), file.parent):
        return read_scenario(path, asked)
    content, model_overrides = override(written, asked)
    budget = content.get("budget_eur")
    without = {"budget_eur": 0.0} if budget is None else {}  # a key that only a model with professions must have
    question = parse_question(content | without, written | without, file)
    problems: list[Sentence] = []
    model, log = resolve_model(question, file, model_overrides, problems, parse_siting_model)
    folder = territory_folder(question.territory, file, problems)
    if problems or model is None or folder is None:
        raise ScenarioError(problems)
    money = None if budget is None else question.budget_eur
    problems += (each.at(file) for each in _conflicts(question, model, money))
    if problems:
        raise ScenarioError(problems)
    text = _text_that_fits(question, model, asked)
    question = question.model_copy(update={"question": text, "asked_on": day_asked(question.asked_on, folder)})
    return SitingScenario(question.name or file.stem, question, model, folder, money, tuple(log))


def _conflicts(question: Question, model: SitingAssumptions, budget_eur: float | None) -> Iterator[Sentence]:
    """Yield the keys of a question that contradict one another or its model, each with its place."""
    measure, most = model.objective.measure, question.site_count.max
    yield from _of_practitioners(question, measure)
    if measure in OPENS_P and most is None:
        lacks = problem("missing; {measure} needs the number of sites (site_count: 5)", measure=measure)
        yield lacks.at("site_count")
    if measure == "max-coverage" and most is None and (budget_eur is None or not model.constraints.budget):
        yield problem("max-coverage needs a limit: give site_count (site_count: 5) or budget_eur").at("site_count")
    elif measure == "p-dispersion" and most != question.site_count.min:
        yield problem(
            "p-dispersion needs one number (site_count: 5), no range: fewer sites are at least as far apart"
        ).at("site_count")
    if measure == "p-dispersion" and budget_eur is not None:
        yield problem("p-dispersion counts no money; take it out").at("budget_eur")
    held = set().union(*(placeholders_of(text) for text in question.question.values()))
    cutoff = None if model.cutoff_minutes is None else model.cutoff_minutes.value
    known = {"budget": budget_eur, "cutoff": cutoff}
    for name in sorted(held):
        if known.get(name) is None:
            unset = problem("holds {name}, which this question does not have; take it out", name=f"{{{name}}}")
            yield unset.at("question")
    yield from conflicts_of_sites(question, ())


def _of_practitioners(question: Question, measure: str) -> Iterator[Sentence]:
    """Yield the keys that are given and that only a model with professions has."""
    unasked = {name: Question.model_fields[name].get_default(call_default_factory=True) for name in OF_PRACTITIONERS}
    given = [name for name, nothing in unasked.items() if getattr(question, name) != nothing]
    given += [f"sites.{name}" for name in ("fails_gates", "keep") if getattr(question.sites, name)]
    for name in given:
        asks = problem(
            "the model {measure} has no professions, no practitioners and no horizon; take this key out, or ask a "
            "model such as allocation",
            measure=measure,
        )
        yield asks.at(name)
    for key in ("force_open", "exclude"):
        for each in getattr(question.sites, key):
            if each.format is not None:
                chosen = problem("{measure} chooses no formats; name the site alone", measure=measure)
                yield chosen.at(each.site).at(f"sites.{key}")


def _text_that_fits(question: Question, model: SitingAssumptions, overrides: Collection[str]) -> Text:
    """Return the question in words: the author's own, or that of its model where something else is asked than there.

    It is another where a value was set apart from the file that the text has no placeholder for.
    """
    firsts = {path.split(".")[0] for path in overrides}
    held = set.intersection(*(placeholders_of(text) for text in question.question.values()))
    said = {"budget_eur"} if "budget" in held else set()
    said |= {"cutoff_minutes"} if "cutoff" in held else set()
    moved = {"territory"} if question.territory_sha256 is not None else set()  # only its place is another
    if "question" in firsts or not firsts - DECIDES_NOTHING - said - moved:
        return question.question
    return {each: say("siting_title", each, model=model.title[each]) for each in LANGUAGES}
