"""Sites that a scenario opens in any case or bars: whole, in one format, or as an earlier plan had them."""

from collections.abc import Iterator, Mapping

from msp_siting.errors import ScenarioError, Sentence, problem
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.scenario import Scenario


def forced_formats(scenario: Scenario) -> dict[str, str]:
    """Return the format in which each forced site opens, of those that name one."""
    return {each.site: each.format for each in scenario.question.sites.force_open if each.format is not None}


def excluded_formats(scenario: Scenario, capex_eur: Mapping[tuple[str, str], float]) -> tuple[tuple[str, str], ...]:
    """Return the (site, format) that may not open, of those that could."""
    named = [(each.site, each.format) for each in scenario.question.sites.exclude if each.format is not None]
    return tuple(key for key in named if key in capex_eur)


def kept_posts(scenario: Scenario) -> dict[tuple[str, str], dict[str, int]]:
    """Return the least posts by profession of each (site, format) that is kept."""
    return {(each.site, each.format): dict(each.posts) for each in scenario.question.sites.keep}


def check_decided(scenario: Scenario, capex_eur: Mapping[tuple[str, str], float]) -> None:
    """Refuse forced and kept sites that cannot open in the format named, and posts that it has no room for.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    rules, problems = scenario.question.sites, []
    for key, named in (("force_open", rules.force_open), ("keep", rules.keep)):
        for each in named:
            if each.format is not None and (each.site, each.format) not in capex_eur:
                kinds = [kind for site, kind in capex_eur if site == each.site]
                wrong = problem(
                    "{site!r} cannot open as {format}, it may as {kinds}",
                    site=each.site,
                    format=each.format,
                    kinds=", ".join(kinds) or problem("nothing"),
                )
                problems.append(wrong.at(f"sites.{key}"))
    for site in rules.keep:
        most = scenario.model.formats[site.format].staff_most.value
        problems += [
            problem(
                "{posts} {profession} are to be kept, format {format} takes {most} at most",
                posts=posts,
                profession=name,
                format=site.format,
                most=most[name],
            ).at(f"sites.keep.{site.site}")
            for name, posts in site.posts.items()
            if posts > most[name]
        ]
    if problems:
        raise ScenarioError(each.at(problem("scenario {name}", name=scenario.name)) for each in problems)


def problems_of_decided(instance: Instance, plan: Plan) -> Iterator[Sentence]:
    """Yield the forced, excluded and kept sites of which a plan does otherwise."""
    opened = plan.formats
    rules = instance.constraints
    if "forced_sites" in rules:
        for site in instance.forced_sites:
            yield from _problems_of_opening(opened, site, instance.forced_formats.get(site), "forced_sites")
    if "excluded_sites" in rules:
        for site in (site for site in instance.excluded_sites if site in opened):
            yield problem("{site} is opened", site=site).at("excluded_sites")
        for site, kind in instance.excluded_formats:
            if opened.get(site) == kind:
                yield problem("{site} is opened as {format}", site=site, format=kind).at("excluded_sites")
    if "kept_sites" in rules:
        for (site, kind), posts in instance.kept.items():
            wrong = list(_problems_of_opening(opened, site, kind, "kept_sites"))
            yield from wrong or _problems_of_posts(plan, site, posts)


def _problems_of_opening(opened: Mapping[str, str], site: str, kind: str | None, rule: str) -> Iterator[Sentence]:
    if site not in opened:
        yield problem("{site} is not opened", site=site).at(rule)
    elif kind is not None and opened[site] != kind:
        values = {"site": site, "format": opened[site], "asked": kind}
        yield problem("{site} is opened as {format}, asked is {asked}", **values).at(rule)


def _problems_of_posts(plan: Plan, site: str, kept: Mapping[str, int]) -> Iterator[Sentence]:
    staff = plan.posts
    for name, least in kept.items():
        posts = staff.get((site, name), 0)
        if not posts >= least:
            yield problem(
                "{site} has {posts:g} {profession}, {least} are kept",
                site=site,
                posts=posts,
                profession=name,
                least=least,
            ).at("kept_sites")
