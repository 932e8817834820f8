"""What the requests of one file say against one another: GPs who leave and join, or who join twice."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msp_siting.requests.evaluation.projects import Project
from msp_siting.requests.gates.figures import Figure
from msp_siting.requests.gates.findings import Finding, Value
from msp_siting.territory import PlaceNames

LEAVERS = frozenset({"gate_note_joiner_leaves", "gate_note_leaver_joins"})
SAME_GPS = "gate_note_same_gps"
OF_OTHERS = LEAVERS | {SAME_GPS}  # notes that name other requests
LEAST_POSTS = 1e-9


def findings_between(
    projects: Sequence[Project], existing: Mapping[str, float], places: PlaceNames
) -> dict[str, tuple[Finding, ...]]:
    """Return by project what is worth a note beside other requests; nothing of it changes a verdict.

    Parameters
    ----------
    projects
        Without those who leave, as `without_leavers` returns them.
    existing
        GP posts (FTE) by ``place_id``, once those have left who are announced to.
    """
    found: dict[str, list[Finding]] = defaultdict(list)
    for project in projects:
        for place, posts in project.leaving_origins.items():
            leavers = [other for other in projects if other.request.place_id == place and other.leaving > 0]
            values: dict[str, Value] = {"place": places.show(place), "posts": Figure("people", posts)}
            found[project.project_id].append(_noted("gate_note_joiner_leaves", values, leavers))
            for leaver in leavers:
                found[leaver.project_id].append(_noted("gate_note_leaver_joins", values, [project]))
    for place, claimants in _claims(projects).items():
        asked = sum(-project.moved[place] for project in claimants)
        if asked > existing.get(place, 0.0) + LEAST_POSTS:
            there: dict[str, Value] = {
                "place": places.show(place),
                "posts": Figure("people", existing.get(place, 0.0)),
            }
            for project in claimants:
                others = [other for other in claimants if other is not project]
                found[project.project_id].append(_noted(SAME_GPS, there, others))
    return {name: tuple(findings) for name, findings in found.items()}


def _claims(projects: Sequence[Project]) -> dict[str, list[Project]]:
    """Return by place the projects that take GPs from there."""
    claims: dict[str, list[Project]] = defaultdict(list)
    for project in projects:
        for place, posts in project.moved.items():
            if posts < 0:
                claims[place].append(project)
    return claims


def _noted(key: str, values: Mapping[str, Value], others: Sequence[Project]) -> Finding:
    names = ", ".join(other.request.request_id for other in others)
    return Finding(None, None, "noted", key, {**values, "requests": names})
