"""Requests in the model's terms: posts that come, posts that move, money; and the problems they are part of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from msp_siting.problem import FormatTerms, Instance, Plan, ProfessionTerms
from msp_siting.requests.request import FundingRequest
from msp_siting.units import whole_cents


@dataclass(frozen=True)
class Project:
    """A request in the model's terms.

    Attributes
    ----------
    project_id
        What its site and its format are called in the model, where no other site or format is called so; it says
        nothing of the ``request_id``.
    new_posts
        Posts (FTE, one per head) committed, by profession of the model.
    moved
        Existing GP posts (FTE) that come to its place (above 0) or leave another (below 0), by ``place_id``. A head
        carries along what there is of it: at most the posts that its place has.
    leaving
        GP posts (FTE) of its place announced as leaving.
    unknown_origins
        Places that GPs are said to come from, where the territory's supply has none.
    leaving_origins
        GP posts (FTE) said to come from a place that are announced as leaving there, by ``place_id``: they do not come.
    """

    request: FundingRequest
    project_id: str
    new_posts: Mapping[str, int]
    moved: Mapping[str, float]
    leaving: float
    unknown_origins: tuple[str, ...]
    leaving_origins: Mapping[str, float] = field(default_factory=dict)

    @property
    def change(self) -> tuple[object, ...]:
        """What it changes, whatever it is called and costs: those of two projects are equal if their effects are."""
        posts, moved = sorted(self.new_posts.items()), sorted(self.moved.items())
        return self.request.place_id, tuple(posts), tuple(moved), self.leaving

    @property
    def changes_supply(self) -> bool:
        """Whether it brings or moves anyone."""
        return any(self.new_posts.values()) or any(self.moved.values())


def project_of(request: FundingRequest, instance: Instance, lead: str) -> Project:
    """Return a request in the model's terms.

    Parameters
    ----------
    instance
        Whose professions and existing supply count.
    lead
        The profession of GPs.
    """
    existing = instance.professions[lead].existing
    free = {place: instance.posts_that_may_leave(place, lead) for place in existing}
    heads: dict[str, int] = {}
    for origin in request.gp_joining_from or ():
        heads[origin] = heads.get(origin, 0) + 1
    heads.pop(request.place_id, None)  # whoever works there already does not move
    moved = {origin: -min(float(count), free.get(origin, 0.0)) for origin, count in heads.items()}
    moved = {origin: posts for origin, posts in moved.items() if posts < 0}
    if moved:
        moved[request.place_id] = -sum(moved.values())
    return Project(
        request=request,
        project_id=_own_name(request, instance),
        new_posts={name: request.new_posts.get(name, 0) for name in instance.professions},
        moved=moved,
        leaving=min(float(request.gp_leaving_by_2030 or 0), existing.get(request.place_id, 0.0)),
        unknown_origins=tuple(sorted(origin for origin in heads if origin not in moved)),
    )


def _own_name(request: FundingRequest, instance: Instance) -> str:
    """Return a name by the row of the file that no site and no format of a problem has."""
    name = f"request {request.row:06}"
    while name in instance.sites or name in instance.formats:
        name += "'"
    return name


def without_leavers(project: Project, instance: Instance, lead: str) -> Project:
    """Return a project to which only those come who are still there once those have left who are announced to.

    Parameters
    ----------
    instance
        The problem with those gone, as `without_leaving` returns it.
    """
    free, place_id = instance.posts_that_may_leave, project.request.place_id
    asked = {place: -posts for place, posts in project.moved.items() if place != place_id}
    coming = {place: min(posts, free(place, lead)) for place, posts in asked.items()}
    gone = {place: posts - coming[place] for place, posts in asked.items() if coming[place] < posts}
    if not gone:
        return project
    moved = {place: -posts for place, posts in coming.items() if posts > 0}
    if moved:
        moved[place_id] = -sum(moved.values())
    return replace(project, moved=moved, leaving_origins=gone)


def without_leaving(instance: Instance, projects: Sequence[Project], lead: str) -> Instance:
    """Return the problem with the GPs gone who are announced as leaving, whatever is funded.

    What is kept for people of the rim stays in proportion, and so do ordinary installations.
    """
    leaving: dict[str, float] = {}
    for project in projects:
        place = project.request.place_id
        leaving[place] = max(leaving.get(place, 0.0), project.leaving)  # two projects of a place announce the same GPs
    terms = instance.professions[lead]
    existing, reserved, coming = dict(terms.existing), dict(terms.reserved), dict(terms.installations)
    for place, posts in leaving.items():
        if posts > 0:
            staying = (existing[place] - posts) / existing[place]
            existing[place] *= staying
            reserved[place] = reserved.get(place, 0.0) * staying
            coming[place] = coming.get(place, 0.0) * staying
    changed = replace(
        terms,
        existing={place: posts for place, posts in existing.items() if posts > 0},
        reserved=reserved,
        installations={place: posts for place, posts in coming.items() if posts > 0},
        ordinary=sum(coming.values()),
    )
    return replace(instance, professions=instance.professions | {lead: changed})


def with_projects_only(instance: Instance, projects: Sequence[Project], envelope_eur: float, lead: str) -> Instance:
    """Return the problem of choosing among projects, each as it is, within an envelope of money asked for."""
    money = {project.project_id: project.request.requested_total_eur or 0.0 for project in projects}
    return replace(
        _with(replace(instance, sites={}, capex_eur={}, formats={}), projects, money, lead),
        budget_eur=envelope_eur,
        near_sites=(),
        near_parents=(),
        openings_by_commune=(),
        forced_sites=(),
        excluded_sites=(),
        constraints=frozenset({"need_balance", "capacity", "composition", "one_format", "budget"}),
    )


def among_candidates(instance: Instance, project: Project, investment_eur: float, lead: str) -> Instance:
    """Return the scenario's problem with one project among the candidate sites, forced open."""
    added = _with(instance, [project], {project.project_id: investment_eur}, lead)
    return replace(
        added,
        forced_sites=(*instance.forced_sites, project.project_id),
        constraints=instance.constraints | {"forced_sites", "composition"},
    )


def same_means(instance: Instance, project: Project, investment_eur: float, lead: str) -> Instance:
    """Return the problem of the best use of a project's money and recruits, wherever that is.

    The same house with the same team may stand at any candidate site, and so may the model's formats. Paramedicals are
    taken to be there already, as the project's own mostly are: only GPs are asked of a format's team.
    """
    posts, investment_eur = project.new_posts, whole_cents(investment_eur)
    professions: dict[str, ProfessionTerms] = {
        name: replace(terms, pool=posts[name]) for name, terms in instance.professions.items()
    }
    formats = {
        name: replace(
            terms,
            fewest={p: count if p == lead else 0 for p, count in terms.fewest.items()},
            paramedical_fewest=0,
        )
        for name, terms in instance.formats.items()
    }
    same = FormatTerms(fewest=dict(posts), most=dict(posts), paramedical_fewest=0, aci_eur_per_year=0.0)
    name = project.project_id
    return replace(
        instance,
        professions=professions,
        formats={**formats, name: same},
        capex_eur={**instance.capex_eur, **{(site, name): investment_eur for site in instance.sites}},
        budget_eur=investment_eur,
        aid_budget_eur=None,  # its recruits bring their own
        forced_sites=(),
        site_count=(0, None),
        constraints=instance.constraints | {"budget", "recruitment_pool"},
    )


def plan_of_projects(projects: Sequence[Project], filled_share: float = 1.0) -> Plan:
    """Return the plan that carries some projects out, a share of their new posts filled."""
    sites = [(project.project_id, project.project_id) for project in projects]
    staff = [
        (project.project_id, name, posts * filled_share)
        for project in projects
        for name, posts in project.new_posts.items()
        if posts > 0
    ]
    return Plan(
        pd.DataFrame(sites, columns=["site_id", "format"]).astype("str"),
        pd.DataFrame(staff, columns=["site_id", "profession", "recruited"]).astype({"recruited": float}),
    )


def _with(instance: Instance, projects: Sequence[Project], money: Mapping[str, float], lead: str) -> Instance:
    formats, sites, capex, moved = {}, {}, {}, {}
    for project in projects:
        name = project.project_id
        posts = dict(project.new_posts)
        formats[name] = FormatTerms(fewest=posts, most=posts, paramedical_fewest=0, aci_eur_per_year=0.0)
        sites[name] = project.request.place_id
        capex[name, name] = money[name]
        moved[name, name] = {(place, lead): shift for place, shift in project.moved.items()}
    return replace(
        instance,
        formats=instance.formats | formats,
        sites=instance.sites | sites,
        capex_eur=instance.capex_eur | capex,
        moved={**instance.moved, **moved},
    )
