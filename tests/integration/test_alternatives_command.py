"""The command ``alternatives`` on runs of the toy territory: what it writes, says and refuses.

Two posts at c serve its 900 inhabitants, whom no other place reaches. With money for a second site two posts at b, or
at a 10 minutes away, serve as many of the 1,800 others, who have two GPs: the two are equal. a lies in the east here.
"""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import INTERRUPTED, main
from msp_siting.cli.progress import Course
from msp_siting.runs.files import FILES_OF

OUT = Path("runs/alternatives")


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with runs at two budgets, one whose model asks for no choice, and one without a plan."""
    project = tmp_path_factory.mktemp("alternatives") / "project"
    shutil.copytree(Path(__file__).parents[1] / "toy", project)
    demand = project / "data" / "toy" / "demand.csv"
    demand.write_text(demand.read_text(encoding="utf-8").replace("5.00,45.00,west", "5.00,45.00,east"), "utf-8")
    for name, settings, exit_code in (
        ("one", ["budget_eur=1000000"], 0),
        ("two", ["budget_eur=2000000"], 0),
        ("no-choice", ["choice.gain_share=0"], 0),
        ("no-plan", ["site_count=1", "budget_eur=1000"], 3),
    ):
        options = [word for setting in settings for word in ("--set", setting)]
        out = ("--out", str(project / "runs" / name), "--lang", "en")
        result = CliRunner().invoke(main, ["solve", str(project / "scenarios" / "toy.yaml"), *out, *options])
        assert result.exit_code == exit_code, result.output
    return project


@pytest.fixture(autouse=True)
def _in_project(solved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(solved, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")


def ask(*arguments: str, language: str = "en") -> Result:
    return CliRunner().invoke(main, ["alternatives", *arguments, "--quiet", "--lang", language])


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(OUT / name, dtype=str, keep_default_na=False)


def rows(name: str, *columns: str) -> list[tuple[Any, ...]]:
    return list(table(name)[list(columns)].itertuples(index=False, name=None))


def refused(result: Result, *problems: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.stderr.splitlines() == [f"error: {problem}" for problem in problems]
    assert not OUT.exists()


def test_one_of_two_sites_can_be_replaced() -> None:
    result = ask("runs/two")
    assert result.exit_code == 0, result.output
    assert {path.name for path in OUT.iterdir()} == set(FILES_OF["alternatives"]) - {"excel"}  # not asked for
    (replaceable,) = {"site-a", "site-b"} & set(table("sites.csv")["site_id"])
    (other,) = {"site-a", "site-b"} - {replaceable}
    name = {"site-a": "Aubois", "site-b": "Bourg"}
    assert rows("sites.csv", "site_id", "label", "instead_plan", "instead_differing_sites") == [
        (replaceable, "replaceable", "2", "1"),
        ("site-c", "in_all", "", ""),
    ]
    assert rows("replacements.csv", "site_id", "host_site_id", "host_name", "minutes", "apl_cost_share", "good") == [
        (replaceable, other, name[other], "10.0", "0.0", "True")
    ]
    assert rows("plans.csv", "plan", "sites", "staff_gp", "gain_given_up_share", "unlike") == [
        ("1", "2", "4", "0.0", "True"),
        ("2", "2", "4", "0.0", "True"),
    ]
    assert rows("plan_sites.csv", "plan", "site_id") == [
        *(("1", replaceable), ("1", "site-c"), ("2", other), ("2", "site-c")),
    ]
    assert rows("pairs.csv", "plan", "other_plan", "shared_sites", "moved_posts") == [("1", "2", "1", "2")]
    posts = rows(
        "zones.csv", "zone_id", "posts_least_bound", "posts_least", "posts_most", "posts_most_bound", "decided"
    )
    assert sorted(posts) == [("east", "2", "2", "4", "4", "True"), ("west", "0", "0", "2", "2", "True")]
    sites = "Of its 2 sites, 1 differ in a good plan that was found; no good plan differs in more than 1."
    posts_moved = "Of its 4 GP posts, 2 change EPCI in a good plan that was found; in none more than 2."
    block = "The largest block, within which one more post is worth the same wherever it opens, has"
    assert result.stdout.splitlines() == [
        "toy: a good plan gives up at most 0.5% of the gain and at most 5.0% of the APL gain.",
        f"{sites} {block} 3 demand points and 1,800 inhabitants.",
        f"{posts_moved} The fewest and the most posts are proven for 2 of 2 EPCIs.",
        "Sites in all good plans: 1; replaceable, with a plan that does without: 1; undecided: 0.",
        "In all good plans: Clairval.",
        "2 good plans in plans.csv, 2 of them as unlike one another as could be found.",
        "Written to runs/alternatives",
    ]


def test_several_runs_share_what_all_their_good_plans_open() -> None:
    result = ask("runs/one", "runs/two", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found == json.loads((OUT / "summary.json").read_text(encoding="utf-8"))
    assert found["shared_sites"] == {"in_all_of_each": 1, "in_some_of_each": 1}
    assert [each["sites"]["in_all"] for each in found["runs"]] == [1, 1]
    assert [each["ended_by"] for each in found["runs"]] == ["exhausted", "exhausted"]
    assert rows("shared_sites.csv", "site_id", "runs", "runs_in_all", "good_plans")[0] == ("site-c", "2", "2", "3")
    assert set(table("sites.csv")["run"]) == {"toy (1 M EUR)", "toy (2 M EUR)"}


def test_it_is_said_in_french_too() -> None:
    result = ask("runs/two", language="fr")
    assert "Sites de tous les bons plans : 1 ; remplaçables, avec un plan qui s'en passe : 1 ; indécis : 0." in (
        result.stdout.splitlines()
    )


def test_without_epcis_posts_are_not_told_by_epci() -> None:
    demand = Path("data/toy/demand.csv")
    demand.write_text(demand.read_text(encoding="utf-8").replace("epci_id", "canton_id"), encoding="utf-8")
    zones = Path("data/toy/zones.csv")
    zones.write_text(zones.read_text(encoding="utf-8").replace("epci", "canton"), encoding="utf-8")
    solve = ["solve", "scenarios/toy.yaml", "--set", "budget_eur=2000000", "--out", "runs/cantons", "--lang", "en"]
    assert CliRunner().invoke(main, solve).exit_code == 0
    result = ask("runs/cantons")
    assert result.exit_code == 0, result.output
    assert "The territory has no EPCIs: posts are not told by EPCI." in result.stdout.splitlines()
    assert rows("zones.csv", "zone_id") == []
    assert rows("pairs.csv", "moved_posts") == [("",)]


def test_interrupted_it_writes_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def at_once(_: Course) -> Iterator[threading.Event]:
        event = threading.Event()
        event.set()
        yield event

    monkeypatch.setattr(Course, "interruptible", at_once)
    result = ask("runs/two")
    assert result.exit_code == INTERRUPTED, result.output
    assert "Interrupted: what is known by then is written, and intervals are wide." in result.stdout.splitlines()
    assert json.loads((OUT / "summary.json").read_text(encoding="utf-8"))["runs"][0]["ended_by"] == "interrupt"
    labels = dict(rows("sites.csv", "site_id", "label"))
    assert labels["site-c"] == "undecided"  # nothing was searched; the near host is a plan all the same
    assert sorted(labels.values()) == ["replaceable", "undecided"]
    assert {row[0] for row in rows("zones.csv", "decided")} == {"False"}


def test_how_many_runs_and_which() -> None:
    refused(ask(), "alternatives: give 1 to 10 folders of runs, got 0")
    refused(ask("runs/one", "runs/../runs/one"), "runs/../runs/one: is given twice; keep one")
    result = ask("runs/one", "--out", "runs")
    assert result.exit_code == 2
    assert "runs: would replace or lie inside runs/one, which is read; give another with --out" in result.stderr


def test_folders_that_are_no_runs_with_a_plan_are_all_named() -> None:
    refused(
        ask("runs/one", "data/toy", "runs/no-plan"),
        "data/toy: holds no run (no run.json); give a folder that solve wrote",
        "runs/no-plan: this run has no plan (status infeasible); leave it out",
    )


def test_a_run_without_a_choice_is_refused() -> None:
    refused(
        ask("runs/one", "runs/no-choice"),
        "runs/no-choice: its plan was not chosen among good ones (the model asks for no choice, or nothing is gained)",
    )


def test_another_territory_is_refused() -> None:
    supply = Path("data/toy/supply.csv")
    supply.write_text(supply.read_text(encoding="utf-8").replace("b,gp,2", "b,gp,3"), encoding="utf-8")
    result = ask("runs/one")
    assert result.exit_code == 2
    assert "data/toy: is not the territory of this run (its files have changed since)" in result.stderr


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def unseal(folder: Path) -> None:
    path = folder / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    del record["files"]
    path.write_text(json.dumps(record), encoding="utf-8")


def test_files_that_are_not_as_they_were_written_are_named() -> None:
    change(Path("runs/one/sites.csv"), "Clairval", "Claireval")
    result = ask("runs/one")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: runs/one/sites.csv: ")


def test_a_plan_that_is_not_what_the_run_says_is_refused() -> None:
    unseal(Path("runs/one"))
    for name in ("sites.csv", "staff.csv"):
        change(Path("runs/one") / name, "site-c", "site-b")
    result = ask("runs/one")
    assert result.exit_code == 2
    assert "runs/one/summary.json: objective: " in result.stderr
    assert not OUT.exists()
