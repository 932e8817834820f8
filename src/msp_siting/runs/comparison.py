"""Runs side by side: figures, sites and zones of each against the first, from what the runs wrote."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from msp_siting.errors import ScenarioError, Sentence, problem
from msp_siting.language import Fact
from msp_siting.runs.caveats import caveats_of_runs, join_facts
from msp_siting.runs.reading import EarlierRun
from msp_siting.runs.side_by_side import against_reference, measure_table, run_labels, site_table

FEWEST_RUNS, MOST_RUNS = 2, 10
Difference = Literal[
    "budget", "aid_budget", "model", "horizon", "asked_on", "recruitable", "site_count", "sites", "rim", "data"
]
Change = Literal["kept", "added", "dropped"]
Outcome = Literal["loser", "winner", "same"]


@dataclass(frozen=True)
class Comparison:
    """Two to ten runs of one territory; the first is the reference.

    Attributes
    ----------
    labels
        What each run is called in tables and on the page; no two alike.
    lead
        The profession that headlines and maps are about: that of the reference's APL.
    measures
        ``compare.csv``: one row per (``measure``, ``profession`` or empty, ``run``), ``value`` and ``difference``
        to the reference (empty for the reference, or where either has no value).
    sites
        ``sites.csv``, in long form: one row per (site, run that opens it), with its ``format``, its posts
        (``staff_<profession>``), how many ``runs`` open it, and ``kept``: by ``all`` of them, ``some``, or ``one``.
    zones
        ``zones.csv``: one row per (``kind``, ``zone_id``, ``profession``, ``run``): ``uncovered_after``,
        ``difference_inhabitants`` and ``difference_share`` (of the zone's inhabitants) to the reference, and
        ``outcome``: ``loser`` (more uncovered than in the reference), ``winner`` or ``same``.
    points
        The same by ``demand_id``.
    """

    runs: tuple[EarlierRun, ...]
    labels: tuple[str, ...]
    lead: str
    measures: pd.DataFrame
    sites: pd.DataFrame
    zones: pd.DataFrame
    points: pd.DataFrame

    @property
    def reference(self) -> EarlierRun:
        """The run that the others are compared with."""
        return self.runs[0]

    @property
    def others(self) -> range:
        """Positions of the runs that are compared with the reference."""
        return range(1, len(self.runs))

    @property
    def professions(self) -> tuple[str, ...]:
        """Professions of any run, the lead first."""
        return tuple(dict.fromkeys([self.lead, *(name for run in self.runs for name in run.summary.staff)]))


def compare(runs: Sequence[EarlierRun]) -> Comparison:
    """Return runs side by side.

    Raises
    ------
    ScenarioError
        Naming every run whose territory is not the first one's.
    """
    problems = [each for run in runs[1:] for each in _territory_problems(runs[0], run)]
    if problems:
        raise ScenarioError(problems)
    labels = run_labels(runs)
    zones = against_reference([run.zones for run in runs], labels, ["kind", "zone_id", "profession"])
    points = against_reference([run.points for run in runs], labels, ["demand_id", "profession"])
    return Comparison(
        runs=tuple(runs),
        labels=labels,
        lead=runs[0].model.apl.profession,
        measures=measure_table(runs, labels),
        sites=site_table(runs, labels),
        zones=zones,
        points=points,
    )


def differing_questions(comparison: Comparison) -> list[Difference]:
    """Return in what the questions of the runs, or the data they were asked of, differ."""
    settings: dict[Difference, Callable[[EarlierRun], object]] = {
        "budget": lambda run: run.question.budget_eur,
        "aid_budget": lambda run: run.question.aid_budget_eur,
        "model": lambda run: run.model.model_dump(),
        "horizon": lambda run: run.question.horizon_year,
        "asked_on": lambda run: run.question.asked_on,
        "recruitable": lambda run: run.question.recruitable,
        "site_count": lambda run: run.question.site_count,
        "sites": lambda run: run.question.sites,
        "rim": lambda run: run.question.rim,
        "data": lambda run: run.provenance.territory.sha256,
    }
    return [
        name
        for name, setting in settings.items()
        if any(setting(run) != setting(comparison.reference) for run in comparison.runs)
    ]


def site_changes(comparison: Comparison, position: int) -> dict[Change, list[str]]:
    """Return ids of the sites that a run keeps of the reference, adds to it and drops from it."""
    first, other = (list(comparison.runs[number].sites["site_id"]) for number in (0, position))
    return {
        "kept": [site for site in other if site in set(first)],
        "added": [site for site in other if site not in set(first)],
        "dropped": [site for site in first if site not in set(other)],
    }


def sites_kept(comparison: Comparison) -> dict[str, int]:
    """Return how many sites all runs open, only some, and one alone."""
    kept = comparison.sites.drop_duplicates("site_id")["kept"]
    return {name: int(kept.eq(name).sum()) for name in ("all", "some", "one")}


def outcomes(comparison: Comparison, position: int, kind: str) -> dict[Outcome, int]:
    """Return how many zones of a kind lose, win and stay the same for the lead profession, against the reference."""
    zones = comparison.zones
    rows = zones[zones["kind"].eq(kind) & zones["profession"].eq(comparison.lead)]
    found = rows.loc[rows["run"].eq(comparison.labels[position]), "outcome"]
    return {name: int(found.eq(name).sum()) for name in ("loser", "winner", "same")}


def zone_kinds(comparison: Comparison) -> list[str]:
    """Return the kinds of zone, in the order of the runs' own tables; the whole territory is none."""
    return [str(kind) for kind in comparison.reference.zones["kind"].unique() if kind != "territory"]


def summarise_comparison(comparison: Comparison) -> dict[str, Any]:
    """Return the keys of the comparison's ``summary.json`` but for its caveats in words."""
    kinds = zone_kinds(comparison)
    lead = comparison.lead
    rows = comparison.measures
    rows = rows[rows["measure"].eq("uncovered_after") & rows["profession"].eq(lead) & rows["difference"].notna()]
    differences = dict(zip(rows["run"], rows["difference"], strict=True))
    return {
        "territory": comparison.reference.summary.territory,
        "profession": lead,
        "reference": comparison.labels[0],
        "runs": [
            {"run": label, "folder": run.folder.as_posix()}
            | run.summary.model_dump(include={"scenario", "model", "status", "gap", "improvement_gap", "budget_eur"})
            | run.summary.model_dump(include={"aid_budget_eur", "aid_eur"})
            | run.summary.model_dump(include={"cost_eur", "sites_opened", "staff", "uncovered_after", "input_sha256"})
            for label, run in zip(comparison.labels, comparison.runs, strict=True)
        ],
        "questions_differ_in": differing_questions(comparison),
        "sites": sites_kept(comparison),
        "against_reference": [
            {
                "run": comparison.labels[position],
                "sites": {name: len(sites) for name, sites in site_changes(comparison, position).items()},
                "uncovered_after": differences.get(comparison.labels[position]),
                "zones": {kind: outcomes(comparison, position, kind) for kind in kinds},
            }
            for position in comparison.others
        ],
        "caveat_facts": _caveat_facts(comparison),
    }


def comparison_caveats(comparison: Comparison) -> list[Fact]:
    """Return what a reader must be told of the comparison itself."""
    facts = [Fact("caveat_best_case"), Fact("caveat_ties"), Fact("comparison_caveat_gaps")]
    differing = differing_questions(comparison)
    if set(differing) - {"budget"}:
        what = [Fact(f"comparison_differs_{name}") for name in differing]
        facts.append(Fact("comparison_caveat_questions", {"what": what}))
    return facts


def _caveat_facts(comparison: Comparison) -> list[dict[str, Any]]:
    """Return the caveats of the comparison, then every one of the runs once."""
    return join_facts(comparison_caveats(comparison), written_caveats(comparison)[1])


def written_caveats(comparison: Comparison) -> tuple[list[str], list[Fact]]:
    """Return the caveats that the runs wrote: each sentence once, and all as facts."""
    of_runs = [run.summary.model_dump(include={"caveats", "caveat_facts"}) for run in comparison.runs]
    opens = any(run.summary.sites_opened for run in comparison.runs)
    return caveats_of_runs(((each["caveats"], each["caveat_facts"]) for each in of_runs), opens=opens)


def _territory_problems(first: EarlierRun, other: EarlierRun) -> Iterator[Sentence]:
    """Yield why a run's places and zones are not the first one's."""
    names = [run.summary.territory for run in (first, other)]
    if names[0] != names[1]:
        yield problem(
            "territory {other!r}, but {folder} has {territory!r}; compare runs of one territory",
            other=names[1],
            folder=first.folder,
            territory=names[0],
        ).at(other.folder)
    elif first.provenance.territory.sha256 != other.provenance.territory.sha256:
        for file, keys in (("points", ["demand_id"]), ("zones", ["kind", "zone_id"])):
            here, there = (set(getattr(run, file)[keys].itertuples(index=False, name=None)) for run in (first, other))
            if here != there:
                wrong = problem(
                    "its {what} are not those of {folder}; compare runs of one territory",
                    what=problem("demand points") if file == "points" else problem("zones"),
                    folder=first.folder,
                )
                yield wrong.at(other.folder)
