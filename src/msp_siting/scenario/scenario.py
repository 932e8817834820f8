"""A planner's question, resolved against its model: every value explicit."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from msp_siting.errors import ScenarioError, Sentence, problem
from msp_siting.files import Strict, Text, find_file, find_territory, near_name, read_yaml, schema_problems
from msp_siting.scenario.changes import apply_changes
from msp_siting.scenario.conflicts import conflicts
from msp_siting.scenario.fingerprint import fingerprint_of, without_unasked
from msp_siting.scenario.model import Assumptions, parse_model
from msp_siting.scenario.model_file import read_model
from msp_siting.scenario.question import Question, SiteCount, SolveSettings, day_asked, territory_from
from msp_siting.scenario.site_rules import SiteRules
from msp_siting.scenario.siting_model import refuse_siting_model
from msp_siting.scenario.title import text_that_fits
from msp_siting.scenario.weights import Targets, Weights
from msp_siting.scenario.zone_rules import KEYS_OF_ZONES

Model = TypeVar("Model")


@dataclass(frozen=True)
class Scenario:
    """One question and the model that answers it, every value explicit.

    Attributes
    ----------
    name
        The file's name without its ending.
    folder
        Where the territory is.
    changes
        One line per departure from the model: ``path: old -> new``.
    beside
        Folder of its file, whose project's ``models/`` come first.
    """

    name: str
    question: Question
    model: Assumptions
    folder: Path
    recruitable: Mapping[str, int]
    site_count: SiteCount
    changes: tuple[str, ...] = field(default=())
    beside: Path = field(default=Path())

    def __repr__(self) -> str:
        """Return its name, territory and budget."""
        return f"Scenario({self.name!r}: {self.folder.name}, {self.question.budget_eur:,.2f} EUR)"

    def resolved(self, territory_sha256: str, run_folder: Path) -> dict[str, Any]:
        """Return a scenario file's content that gives the same plan again, every value written out.

        A bundled territory keeps its name; another is given as a path from ``run_folder``, where the file is
        to stand, so that a project can move as a whole.
        """
        question = self.question.model_dump(exclude={"model", "changes", "territory_sha256"})
        question["name"] = self.name
        question["territory"] = territory_from(self.folder, run_folder)
        question["recruitable"] = dict(self.recruitable)
        question["site_count"] = self.site_count.model_dump()
        if self.question.asked_on is None:  # no event counts, whatever the day
            del question["asked_on"]
        return {
            **question,
            "territory_sha256": territory_sha256,
            "model": self.model.model_dump(),
        }

    def sha256(self, territory_sha256: str) -> str:
        """Return the fingerprint of everything that decides the plan: question, model and territory."""
        return fingerprint_of(without_unasked(self.resolved(territory_sha256, self.folder)))

    def without_aims(self) -> "Scenario":
        """Return the question with nothing asked of zones, shares served or an APL, everyone's need counted alike."""
        aims = {"zones": {}, "targets": Targets(), "weights": Weights()}
        objective = self.model.objective.model_copy(update={"level": None, "gps": None})
        model = self.model.model_copy(update={"objective": objective})
        return replace(self, question=self.question.model_copy(update=aims), model=model)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes, whatever their folder, as plain values (pydantic's generic classes do not)."""
        values = {
            "name": self.name,
            "question": self.question.model_dump(),
            "model": self.model.model_dump(),
            "folder": self.folder.resolve(),
            "recruitable": dict(self.recruitable),
            "site_count": self.site_count.model_dump(),
            "changes": self.changes,
            "beside": self.beside.resolve(),
        }
        return _restored, (values,)


def _restored(values: dict[str, Any]) -> Scenario:
    """Return a scenario from its fields as plain values."""
    records = {
        "question": Question.model_validate(values["question"]),
        "model": Assumptions.model_validate(values["model"]),
        "site_count": SiteCount.model_validate(values["site_count"]),
    }
    return Scenario(**values | records)


def read_scenario(path: Path | str, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Return a scenario resolved against its model.

    Parameters
    ----------
    path
        A file, or the name of one in the current folder's or the bundled scenarios/.
    overrides
        Values by path that replace the file's: of the scenario (``budget_eur``, ``solve.seed``,
        ``recruitable.gp``) or of its model (``professions.gp.cutoff_minutes``).

    Raises
    ------
    ScenarioError
        With every problem of the file.
    """
    file = find_file(str(path), "scenarios", Path())
    return resolve(read_yaml(file, ScenarioError), file, overrides or {})


def question_before_any_decision(  # noqa: PLR0913, PLR0917 - what a question says that decides nothing
    territory: str,
    text: Text,
    model: str,
    horizon_year: int | None,
    overrides: Mapping[str, Any],
    on: date | None = None,
) -> Scenario:
    """Return the scenario that decides nothing on a territory: no budget, nobody recruitable, no site wanted.

    Parameters
    ----------
    territory
        A folder, or the name of one in the current folder's or the bundled data/.
    text
        The question in words.
    model
        A file, or the name of one in the current folder's or the bundled models/.
    horizon_year
        Year by which those expected to retire have left; None for today's supply.
    overrides
        Values by path of the model's parameters, or of ``solve``.
    on
        The day whose events count; None for today.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    decided = [path for path in overrides if path.split(".")[0] in set(Question.model_fields) - {"solve"}]
    if decided:
        wrong = problem("a diagnosis decides nothing; change parameters of the model (or solve) only")
        raise ScenarioError(wrong.at(f"--set {path}") for path in decided)
    content: dict[str, Any] = {
        "question": dict(text),
        "territory": territory,
        "model": model,
        "budget_eur": 0.0,
        "site_count": 0,
        "horizon_year": horizon_year,
        "asked_on": on,
    }
    scenario = resolve(content, Path("diagnose"), overrides)
    question = scenario.question.model_copy(update={"question": dict(text)})
    return replace(scenario, question=question, name=f"diagnosis-{scenario.folder.resolve().name}")


def resolve(written: dict[str, Any], file: Path, overrides: Mapping[str, Any]) -> Scenario:
    """Return a scenario's content resolved against its model; ``file`` names it in messages."""
    content, model_overrides = override(written, overrides)
    refuse_siting_model(content.get("model"), file)
    question = parse_question(content, written, file)
    problems: list[Sentence] = []
    model, log = resolve_model(question, file, model_overrides, problems, parse_model)
    folder = territory_folder(question.territory, file, problems)
    if problems or model is None or folder is None:
        raise ScenarioError(problems)
    fitting = text_that_fits(question, overrides, model.apl.profession)
    question = question.model_copy(update={"question": fitting, "asked_on": day_asked(question.asked_on, folder)})
    problems += (each.at(file) for each in conflicts(question, model))
    if problems:
        raise ScenarioError(problems)
    return Scenario(
        name=question.name or file.stem,
        question=question,
        model=model,
        folder=folder,
        recruitable={name: question.recruitable.get(name, 0) for name in model.professions},
        site_count=question.site_count,
        changes=tuple(log),
        beside=file.parent,
    )


def territory_folder(name: str, file: Path, problems: list[Sentence]) -> Path | None:
    """Return where a scenario's territory is; None, and why among the problems, where it is nowhere."""
    try:
        return find_territory(name, file.parent)
    except ScenarioError as fault:
        problems += (each.at("territory").at(file) for each in fault.problems)
        return None


def resolve_model(
    question: Question,
    file: Path,
    overrides: Mapping[str, Any],
    problems: list[Sentence],
    parse: Callable[[Mapping[str, Any], str], Model],
) -> tuple[Model | None, list[str]]:
    """Return a scenario's model with its changes, and a line per change; None, and why among the problems, if not."""
    try:
        place, content = _read_named_model(question.model, file)
        changes = {path: new for path, new in question.changes.items() if path not in overrides}
        in_file = problem("{file}: {key}", file=file, key="changes.")
        changed, log = apply_changes(content, changes, in_file)
        _check_first_steps(overrides, [*Question.model_fields, *changed])
        final, more = apply_changes(changed, overrides, "--set ")
        return _parse_last([(place, content), (in_file, changed), ("--set ", final)], parse), [*log, *more]
    except ScenarioError as fault:
        problems += fault.problems
        return None, []


def _read_named_model(model: str | dict[str, Any], file: Path) -> tuple[str, dict[str, Any]]:
    """Return what a problem of a scenario's model is written after, and what the model holds."""
    if isinstance(model, dict):
        return problem("{file}: {key}", file=file, key="model."), model
    try:
        found = find_file(model, "models", file.parent)
    except ScenarioError as fault:
        raise ScenarioError(each.at("model").at(file) for each in fault.problems) from fault
    return problem("{file}: ", file=found), read_model(found)


def _check_first_steps(overrides: Mapping[str, Any], known: Sequence[str]) -> None:
    none = problem("no such parameter")
    unknown = [path for path in overrides if path.split(".")[0] not in known]
    if unknown:
        raise ScenarioError((none + near_name(path.split(".")[0], known)).at(f"--set {path}") for path in unknown)


def _parse_last(steps: list[tuple[str, dict[str, Any]]], parse: Callable[[Mapping[str, Any], str], Model]) -> Model:
    """Return the last model of a chain of changes; the problems are those of the first step that has any."""
    *earlier, (place, last) = steps
    try:
        return parse(last, place)
    except ScenarioError:
        for step, content in earlier:
            parse(content, step)
        raise


def override(written: dict[str, Any], overrides: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a scenario's content with its own keys replaced, and the overrides that concern its model."""
    content, for_model = copy.deepcopy(written), {}
    problems = []
    for path, value in overrides.items():
        *steps, last = path.split(".")
        inside = [other for other in overrides if path.startswith(f"{other}.")]
        if inside:
            twice = problem("lies inside {path}, which is set too; keep one", path=inside[0])
            problems.append(twice.at(f"--set {path}"))
        elif path.startswith("changes."):
            shorter = problem("write it as --set {path}", path=path.removeprefix("changes."))
            problems.append(shorter.at(f"--set {path}"))
        elif [*steps, last][0] not in Question.model_fields:
            for_model[path] = value
        else:
            node: Any = content
            for step in steps:
                node = node.setdefault(step, {}) if isinstance(node, dict) else None
            if isinstance(node, dict):
                node[last] = value
            else:
                problems.append(problem("{path} holds no keys", path=".".join(steps)).at(f"--set {path}"))
    if problems:
        raise ScenarioError(problems)
    return content, for_model


def parse_question(content: Mapping[str, Any], written: Mapping[str, Any], file: Path) -> Question:
    """Return a scenario's own keys, checked with the overrides; a fault of the file is told as the file's."""
    try:
        return _parse_question(content, "--set ")
    except ScenarioError:
        _parse_question(written, problem("{file}: ", file=file))  # names the file where the fault is its own
        raise


def _parse_question(content: Mapping[str, Any], place: str) -> Question:
    try:
        return Question.model_validate(content)
    except ValidationError as fault:
        parts: dict[str, type[Strict]] = {"solve": SolveSettings, "sites": SiteRules, "site_count": SiteCount}
        parts |= {"targets": Targets, "weights": Weights}
        inside = {key: list(part.model_fields) for key, part in parts.items()} | {"zones": list(KEYS_OF_ZONES)}
        known = [*Question.model_fields, *(name for names in inside.values() for name in names)]
        raise ScenarioError(
            problem("{place}{problem}", place=place, problem=each) for each in schema_problems(fault, known, inside)
        ) from fault
