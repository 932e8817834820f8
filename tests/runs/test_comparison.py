"""Two and three runs of the toy territory side by side, made up and worked by hand.

west: Aubois (900), Bourg (600), Dole (300)      east: Clairval (900)

                    uncovered after (GP)          sites
low  (1 M EUR)      west 1,200, east 300          Clairval
high (2 M EUR)      west 600, east 300            Clairval, Bourg
west (1 M EUR)      west 600, east 900            Bourg
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from msp_siting.errors import ScenarioError
from msp_siting.language.sentences import LANGUAGES, say
from msp_siting.report.caveats import comparison_sentences
from msp_siting.report.maps.legend import DIFFERENCE_COLOURS, NOBODY_COLOUR
from msp_siting.report.maps.scales import difference_scale
from msp_siting.report.wording import Wording
from msp_siting.runs.comparison import (
    Comparison,
    compare,
    differing_questions,
    outcomes,
    site_changes,
    sites_kept,
    summarise_comparison,
    zone_kinds,
)
from msp_siting.runs.reading import EarlierRun
from msp_siting.runs.records import Provenance, Summary
from msp_siting.runs.side_by_side import run_labels
from msp_siting.scenario.scenario import Scenario

PEOPLE = {"a": 900.0, "b": 600.0, "c": 900.0, "d": 300.0}
ZONE_OF = {"a": "west", "b": "west", "c": "east", "d": "west"}
LOW = {"a": 600.0, "b": 400.0, "c": 300.0, "d": 200.0}
HIGH = {"a": 300.0, "b": 200.0, "c": 300.0, "d": 100.0}
WEST = {"a": 300.0, "b": 200.0, "c": 900.0, "d": 100.0}
MakeRun = Callable[..., EarlierRun]


def points(after: dict[str, float]) -> pd.DataFrame:
    ids = list(PEOPLE)
    frame = {
        "demand_id": ids,
        "inhabitants": PEOPLE.values(),
        "uncovered_before": 0.0,
        "uncovered_after": after.values(),
    }
    return pd.DataFrame(frame).assign(profession="gp")


def zones(after: dict[str, float]) -> pd.DataFrame:
    table = points(after).assign(kind="epci")
    table["zone_id"] = table["demand_id"].map(ZONE_OF)
    whole = table.assign(kind="territory", zone_id="toy")
    keys = ["kind", "zone_id", "profession"]
    figures = ["inhabitants", "uncovered_before", "uncovered_after"]
    tables = [part.groupby(keys, as_index=False)[figures].sum() for part in (table, whole)]
    return pd.concat(tables, ignore_index=True).assign(name=lambda rows: rows["zone_id"].str.title())


def sites(*ids: str) -> pd.DataFrame:
    names = {"site-b": ("b", "Bourg"), "site-c": ("c", "Clairval")}
    rows = [(site, *names[site], "small", 5.0, 45.0) for site in ids]
    return pd.DataFrame(rows, columns=["site_id", "place_id", "name", "format", "lon", "lat"])


def staff(*ids: str) -> pd.DataFrame:
    rows = [(site, profession, posts) for site in ids for profession, posts in (("gp", 2.0), ("nurse", 1.0))]
    return pd.DataFrame(rows, columns=["site_id", "profession", "recruited"])


@pytest.fixture
def make_run(toy_scenario: Callable[..., Scenario]) -> MakeRun:
    """Return a builder of runs: a folder, a budget, the uncovered after and the sites."""

    def make(
        folder: str,
        budget: float,
        after: dict[str, float],
        ids: tuple[str, ...],
        **changed: Any,  # noqa: ANN401
    ) -> EarlierRun:
        scenario = toy_scenario(budget_eur=budget)
        total = sum(after.values())
        summary: dict[str, Any] = {
            "scenario": "toy",
            "territory": "toy",
            "model": "allocation",
            "status": "optimal",
            "objective_before": 5287.5,
            "objective": 3517.5,
            "bound": 3517.5,
            "gap": 0.0,
            "improvement_gap": None,
            "budget_eur": budget,
            "cost_eur": 900_000.0 * len(ids),
            "aid_budget_eur": None,
            "aid_eur": 25_000.0 * len(ids),
            "aci_eur_per_year": 40_020.0 * len(ids),
            "sites_opened": len(ids),
            "inhabitants": 2700.0,
            "staff": {"gp": 2 * len(ids), "nurse": len(ids)},
            "uncovered_before": {"gp": 2100.0, "nurse": 0.0},
            "uncovered_after": {"gp": total, "nurse": 0.0},
            "shortage_before": {"gp": 2100.0, "nurse": 0.0},
            "shortage_after": {"gp": total - 100.0, "nurse": 0.0},
            "beyond_20_minutes_before": 900.0,
            "beyond_20_minutes_after": 0.0,
            "apl_mean_before": 1.0,
            "apl_mean_after": 1.0 + len(ids) / 3,
            "inhabitants_below_apl_floor_before": 2700.0,
            "inhabitants_below_apl_floor_after": 900.0,
            "input_sha256": folder,
            "caveats": [say("caveat_best_case", "en"), f"Of {folder}."],
        }
        summary |= {key: value for key, value in changed.items() if key in Summary.model_fields}
        territory = {"name": "toy", "sha256": changed.get("sha256", "0"), "files": []}
        record = {"started": "then", "finished": "now", "changes": [], "territory": territory}
        return EarlierRun(
            folder=Path(folder),
            summary=Summary.model_validate(summary),
            provenance=Provenance.model_validate(record),
            question=scenario.question,
            model=scenario.model,
            sites=sites(*ids),
            staff=staff(*ids),
            points=points(after),
            zones=zones(after),
        )

    return make


@pytest.fixture
def three(make_run: MakeRun) -> Comparison:
    return compare(
        [
            make_run("runs/low", 1_000_000.0, LOW, ("site-c",)),
            make_run("runs/high", 2_000_000.0, HIGH, ("site-c", "site-b")),
            make_run("runs/west", 1_000_000.0, WEST, ("site-b",)),
        ]
    )


def figure(comparison: Comparison, measure: str, profession: str = "") -> list[tuple[float, float | None]]:
    rows = comparison.measures
    rows = rows[rows["measure"].eq(measure) & rows["profession"].eq(profession)]
    cells = rows[["value", "difference"]].itertuples(index=False, name=None)
    return [(value, None if pd.isna(difference) else difference) for value, difference in cells]


def test_figures_and_their_difference_to_the_first_run(three: Comparison) -> None:
    assert figure(three, "uncovered_after", "gp") == [(1500, None), (900, -600), (1500, 0)]
    assert figure(three, "shortage_after", "gp") == [(1400, None), (800, -600), (1400, 0)]
    assert figure(three, "distance_after", "gp") == [(100, None), (100, 0), (100, 0)]
    assert figure(three, "cost_eur") == [(900_000, None), (1_800_000, 900_000), (900_000, 0)]
    assert figure(three, "staff", "nurse") == [(1, None), (2, 1), (1, 0)]


def test_a_figure_without_a_value_has_no_difference(three: Comparison) -> None:
    rows = three.measures[three.measures["measure"].eq("improvement_gap")]
    assert len(rows) == 3
    assert rows[["value", "difference"]].isna().all(axis=None)


def test_every_measure_stands_once_per_profession_and_run(three: Comparison) -> None:
    rows = three.measures
    assert not rows.duplicated(["measure", "profession", "run"]).any()
    assert list(rows["measure"].unique()[:3]) == ["objective_before", "objective", "bound"]
    assert len(rows) == 3 * (19 + 7 * 2)  # 7 measures stand by profession


def test_sites_in_common_and_swapped(three: Comparison) -> None:
    assert three.sites[["site_id", "run", "staff_gp", "runs", "kept"]].values.tolist() == [
        ["site-b", three.labels[1], 2, 2, "some"],
        ["site-b", three.labels[2], 2, 2, "some"],
        ["site-c", three.labels[0], 2, 2, "some"],
        ["site-c", three.labels[1], 2, 2, "some"],
    ]
    assert sites_kept(three) == {"all": 0, "some": 2, "one": 0}
    assert site_changes(three, 1) == {"kept": ["site-c"], "added": ["site-b"], "dropped": []}
    assert site_changes(three, 2) == {"kept": [], "added": ["site-b"], "dropped": ["site-c"]}


def test_sites_of_two_runs_are_opened_by_all_or_by_one(make_run: MakeRun) -> None:
    two = compare([make_run("low", 1e6, LOW, ("site-c",)), make_run("high", 2e6, HIGH, ("site-c", "site-b"))])
    assert sites_kept(two) == {"all": 1, "some": 0, "one": 1}


def test_winners_and_losers(three: Comparison) -> None:
    rows = three.zones[three.zones["kind"].eq("epci")].set_index(["zone_id", "run"])
    west, east = (rows.loc[(zone, three.labels[2])] for zone in ("west", "east"))
    assert (west["difference_inhabitants"], west["outcome"]) == (-600, "winner")
    assert west["difference_share"] == pytest.approx(-600 / 1800)
    assert (east["difference_inhabitants"], east["outcome"]) == (600, "loser")
    assert east["difference_share"] == pytest.approx(600 / 900)
    assert rows.loc[("east", three.labels[1]), "outcome"] == "same"
    first = rows.loc[("east", three.labels[0])]
    assert pd.isna(first["difference_inhabitants"])
    assert first["outcome"] == ""
    assert outcomes(three, 2, "epci") == {"loser": 1, "winner": 1, "same": 0}
    assert zone_kinds(three) == ["epci"]


@pytest.mark.parametrize(("more", "outcome"), [(0.4, "same"), (0.5, "loser"), (-0.4, "same"), (-0.5, "winner")])
def test_less_than_half_an_inhabitant_is_no_loss(make_run: MakeRun, more: float, outcome: str) -> None:
    runs = [make_run("low", 1e6, LOW, ()), make_run("high", 2e6, {**LOW, "c": 300.0 + more}, ())]
    rows = compare(runs).zones.set_index(["zone_id", "run"])
    assert rows.loc[("east", "toy (2 M EUR)"), "outcome"] == outcome


def test_labels_are_the_shortest_that_tell_runs_apart(make_run: MakeRun) -> None:
    low, high = make_run("runs/low", 1e6, LOW, ()), make_run("runs/high", 2.5e6, HIGH, ())
    other = make_run("runs/other", 1e6, LOW, (), scenario="other")
    again = make_run("runs/again", 1e6, LOW, ())
    same_name = make_run("elsewhere/low", 1e6, LOW, ())
    assert run_labels([low, other]) == ("toy", "other")
    assert run_labels([low, high, other]) == ("toy (1 M EUR)", "toy (2.5 M EUR)", "other")
    assert run_labels([low, high, again]) == ("low", "toy (2.5 M EUR)", "again")
    assert run_labels([low, same_name]) == (str(Path("runs/low").resolve()), str(Path("elsewhere/low").resolve()))
    called_low = make_run("runs/x", 9e6, LOW, (), scenario="low")
    assert run_labels([low, again, called_low]) == (str(Path("runs/low").resolve()), "again", "low (9 M EUR)")


def test_runs_of_different_territories_are_refused_all_at_once(make_run: MakeRun) -> None:
    first = make_run("first", 1e6, LOW, ())
    named = make_run("named", 1e6, LOW, (), territory="nord", sha256="1")
    fewer = make_run("fewer", 1e6, LOW, (), sha256="1")
    fewer = replace(fewer, points=fewer.points.iloc[:3])
    with pytest.raises(ScenarioError) as caught:
        compare([first, named, fewer])
    assert caught.value.problems == (
        "named: territory 'nord', but first has 'toy'; compare runs of one territory",
        "fewer: its demand points are not those of first; compare runs of one territory",
    )


def test_what_the_questions_differ_in(make_run: MakeRun, three: Comparison) -> None:
    assert differing_questions(three) == ["budget"]
    first, other = make_run("first", 1e6, LOW, ()), make_run("other", 1e6, LOW, (), sha256="1")
    other = replace(other, question=other.question.model_copy(update={"horizon_year": 2030}))
    found = compare([first, other])
    assert differing_questions(found) == ["horizon", "data"]
    later = make_run("later", 1e6, LOW, ())
    later = replace(later, question=later.question.model_copy(update={"asked_on": date(2026, 5, 1)}))
    assert differing_questions(compare([first, later])) == ["asked_on"]
    assert (
        "The plans do not answer the same question (they differ in: the horizon, the data of the territory): "
        "a difference between them does not say which is better."
    ) in comparison_sentences(found, "en")


def test_caveats_of_the_runs_stand_once_and_their_language_is_said(three: Comparison) -> None:
    said = say("comparison_caveat_languages", "en")
    english = comparison_sentences(three, "en")
    assert english[:3] == [say(key, "en") for key in ("caveat_best_case", "caveat_ties", "comparison_caveat_gaps")]
    assert english[3:] == ["Of runs/low.", "Of runs/high.", "Of runs/west."]
    assert said not in english
    assert say("comparison_caveat_languages", "fr") in comparison_sentences(three, "fr")


def test_the_summary(three: Comparison) -> None:
    found = summarise_comparison(three)
    assert found["reference"] == three.labels[0]
    assert found["sites"] == {"all": 0, "some": 2, "one": 0}
    assert found["against_reference"][1] == {
        "run": three.labels[2],
        "sites": {"kept": 0, "added": 1, "dropped": 1},
        "uncovered_after": 0.0,
        "zones": {"epci": {"loser": 1, "winner": 1, "same": 0}},
    }


@pytest.mark.parametrize(
    ("share", "step"),
    [
        (-0.06, 0),
        (-0.05, 1),
        (-0.02, 2),
        (-0.005, 3),
        (0.0, 3),
        (0.005, 3),
        (0.0051, 4),
        (0.02, 4),
        (0.05, 5),
        (0.3, 6),
    ],
)
def test_a_limit_belongs_to_the_class_nearer_to_zero(share: float, step: int) -> None:
    assert difference_scale(Wording("en")).colours([share]) == [DIFFERENCE_COLOURS[step]]


def test_the_legend_of_differences() -> None:
    scale = difference_scale(Wording("en"))
    assert scale.colours([float("nan")]) == [NOBODY_COLOUR]
    texts = [text for _, text in scale.entries]
    assert texts == [
        *("beyond −5", "−2 to −5", "−0.5 to −2", "equal, within 0.5"),  # noqa: RUF001 - a minus sign
        *("+0.5 to +2", "+2 to +5", "beyond +5", "nobody lives here"),
    ]
    longest = {language: difference_scale(Wording(language)).entries for language in LANGUAGES}
    assert max(len(text) for classes in longest.values() for _, text in classes) <= 21  # what a column holds


def test_signed_numbers() -> None:
    assert Wording("en").signed(1234.4) == "+1,234"
    assert Wording("fr").signed(-0.26, 1) == "\u22120,3"
    assert Wording("en").signed(-0.2) == "0"
    assert Wording("en").signed(None) == "–"  # noqa: RUF001 - a dash
