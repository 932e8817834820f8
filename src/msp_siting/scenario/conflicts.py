"""What does not fit together in a question, or between a question and its model."""

from collections.abc import Iterator

from msp_siting.errors import Sentence, problem
from msp_siting.files import near_name
from msp_siting.scenario.model import Assumptions
from msp_siting.scenario.question import Question, placeholders_of


def conflicts(question: Question, model: Assumptions) -> Iterator[Sentence]:
    """Yield the keys of a question that contradict one another or its model, each with its place."""
    known = model.professions
    held = set().union(*(placeholders_of(text) for text in question.question.values()))
    if "horizon_year" in held and question.horizon_year is None:
        unset = problem("holds {name}, and no horizon_year is given; give one, or take it out", name="{horizon_year}")
        yield unset.at("question")
    for name in question.recruitable:
        if name not in known:
            unknown = problem("the model has no such profession") + near_name(name, known)
            yield unknown.at(f"recruitable.{name}")
    for key, names in (("force_open", question.sites.force_open), ("exclude", question.sites.exclude)):
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield problem("{name!r} is given twice", name=name).at(f"sites.{key}")
    for name in sorted(set(question.sites.force_open) & set(question.sites.exclude)):
        yield problem("{name!r} is both forced open and excluded; keep one", name=name).at("sites")
    count = question.site_count
    if count.max is not None and count.min > count.max:
        yield problem("min {least} is above max {most}", least=count.min, most=count.max).at("site_count")
    yield from _of_zones(question, model)


def _of_zones(question: Question, model: Assumptions) -> Iterator[Sentence]:
    for kind, rules in question.zones.items():
        for zone, rule in rules.items():
            place = f"zones.{kind}.{zone}"
            for name in rule.covered_share or {}:
                if name not in model.professions:
                    unknown = problem("the model has no such profession") + near_name(name, model.professions)
                    yield unknown.at(f"{place}.covered_share.{name}")
            if rule.apl_mean is not None:
                yield problem("no model asks for a mean APL of zones yet; take it out").at(f"{place}.apl_mean")
