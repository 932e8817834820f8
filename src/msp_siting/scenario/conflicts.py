"""What does not fit together in a question, or between a question and its model."""

from collections.abc import Collection, Iterable, Iterator

from msp_siting.errors import Sentence, problem
from msp_siting.files import near_name
from msp_siting.scenario.model import Assumptions
from msp_siting.scenario.question import Question, placeholders_of
from msp_siting.scenario.weights import Weights


def conflicts(question: Question, model: Assumptions) -> Iterator[Sentence]:
    """Yield the keys of a question that contradict one another or its model, each with its place."""
    held = set().union(*(placeholders_of(text) for text in question.question.values()))
    if "horizon_year" in held and question.horizon_year is None:
        unset = problem("holds {name}, and no horizon_year is given; give one, or take it out", name="{horizon_year}")
        yield unset.at("question")
    yield from _unknown_professions(question.recruitable, model, "recruitable")
    yield from conflicts_of_sites(question, model.formats)
    for each in question.sites.keep:
        yield from _unknown_professions(each.posts, model, f"sites.keep.{each.site}.posts")
    yield from _unknown_professions(question.targets.covered_share, model, "targets.covered_share")
    yield from _unknown_professions(question.weights.zoning, model, "weights.zoning")
    yield from _of_zones(question, model)
    yield from _of_apl(question, model)
    if model.objective.measure == "cost" and not question.asks_for_something and question.site_count.max != 0:
        yield problem(
            "the model seeks the least cost, and nothing has to be reached; give targets, zones, site_count.min or "
            "sites.force_open"
        )


def _unknown_professions(names: Iterable[str], model: Assumptions, place: str) -> Iterator[Sentence]:
    for name in names:
        if name not in model.professions:
            unknown = problem("the model has no such profession") + near_name(name, model.professions)
            yield unknown.at(f"{place}.{name}")


def conflicts_of_sites(question: Question, formats: Collection[str]) -> Iterator[Sentence]:
    """Yield what a question says of sites and their number that contradicts itself, each with its place.

    Parameters
    ----------
    formats
        The names of those that its model has.
    """
    sites, count = question.sites, question.site_count
    if count.max is not None and count.min > count.max:
        yield problem("min {least} is above max {most}", least=count.min, most=count.max).at("site_count")
    written = [*(("force_open", each) for each in sites.force_open), *(("exclude", each) for each in sites.exclude)]
    named = [(key, each.site, each.format) for key, each in written]
    named += [("keep", each.site, each.format) for each in sites.keep]
    keys = [(key, site, kind if key == "exclude" else None) for key, site, kind in named]
    for key, site, _ in sorted({each for each in keys if keys.count(each) > 1}, key=str):
        yield problem("{name!r} is given twice", name=site).at(f"sites.{key}")
    for key, site, kind in named:
        if kind is not None and kind not in formats:
            unknown = problem("the model has no format {name!r}", name=kind) + near_name(kind, formats)
            yield unknown.at(site).at(f"sites.{key}")
    barred = [(site, kind) for key, site, kind in named if key == "exclude"]
    for name in sorted(set(sites.forced_ids) & set(sites.excluded_ids)):
        yield problem("{name!r} is both forced open and excluded; keep one", name=name).at("sites")
    for key, name, kind in sorted({each for each in named if each[0] != "exclude" and each[2] is not None}, key=str):
        if (name, kind) in barred or (key == "keep" and (name, None) in barred):
            as_kind = problem("{name!r} is to open as {format}, and excluded; keep one", name=name, format=kind)
            yield as_kind.at("sites")


def _of_zones(question: Question, model: Assumptions) -> Iterator[Sentence]:
    for kind, rules in question.zones.items():
        for zone, rule in rules.items():
            place = f"zones.{kind}.{zone}"
            yield from _unknown_professions(rule.covered_share or {}, model, f"{place}.covered_share")


def _of_apl(question: Question, model: Assumptions) -> Iterator[Sentence]:
    """Yield what a measure of the APL cannot be asked together with."""
    objective = model.objective
    if objective.is_of_apl and question.weights != Weights():
        yield problem("the APL's need has no weights; take them out, or take a model of uncovered need").at("weights")
    is_under_65 = objective.gps is not None and objective.gps.value == "under_65"
    if is_under_65 and question.horizon_year is not None:
        yield problem(
            "the data do not have the ages of practitioners: who is under 65 in {year} is not known; take horizon_year "
            "out, or count all GPs (objective.gps)",
            year=question.horizon_year,
        ).at("horizon_year")
